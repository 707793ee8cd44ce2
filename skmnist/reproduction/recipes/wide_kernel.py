"""A network whose first convolution has kernels as large as the image."""

from torch import nn
from torch.nn import functional as F

from skmnist._storable import storable
from skmnist.reproduction.recipes.keras import start_after_glorot


class ImageWideConv(nn.Conv2d):
    """A 'same' convolution of square images with kernels of their size, as a matrix product.

    Every pixel of the output depends on every pixel of the image. One product with all shifted
    kernels takes a quarter of the time of torch's own convolution, and gives the same numbers.

    Parameters
    ----------
    side : int
        Height and width of image and kernels.
    out_channels : int
        Number of kernels. The image has one channel.
    """

    def __init__(self, side, out_channels):
        super().__init__(1, out_channels, side, padding="same")

    def forward(self, images):
        side, channels = self.kernel_size[0], self.out_channels
        # shifts of up to side - 1 to either side
        after = (side - 1) // 2
        before = side - 1 - after
        kernels = F.pad(self.weight, (before, after, before, after)).flip(2, 3)
        shifted = F.unfold(kernels, (side, side)).view(channels * side**2, side**2)
        maps = F.linear(images.flip(2, 3).reshape(-1, side**2), shifted)
        return maps.view(-1, channels, side, side) + self.bias[:, None, None]


@storable
class WideKernelCNN(nn.Module):
    """Kernels of 28×28, then of 5×5: 68,630 parameters on images of 28×28.

    A published program has this network, and its text LeNet-5. It seems that the size of the
    image was taken for that of the kernel. The convolutions are linear: no activation follows.

    Parameters
    ----------
    image_shape : tuple of int
        Height and width in pixels. They must be equal, and at least 12.
    n_outputs : int
        Number of logits.
    dropout : float, default=0.0
        Not used: the published network has none.
    """

    def __init__(self, image_shape, n_outputs, dropout=0.0):
        super().__init__()
        side = image_shape[0]
        map_side = (side // 2 - 4) // 2
        # shapes are those of 28×28 images
        self.features = nn.Sequential(
            ImageWideConv(side, 8),  # (B, 8, 28, 28)
            nn.MaxPool2d(2),  # (B, 8, 14, 14)
            nn.Conv2d(8, 16, 5),  # (B, 16, 10, 10)
            nn.MaxPool2d(2),  # (B, 16, 5, 5)
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),  # (B, 400)
            nn.Linear(16 * map_side**2, 120),
            nn.ReLU(),
            nn.Linear(120, 84),
            nn.ReLU(),
            nn.Linear(84, n_outputs),
        )
        start_after_glorot(self)

    def forward(self, images):
        return self.classifier(self.features(images))


@storable
class DividingCNN(WideKernelCNN):
    """`WideKernelCNN` that divides its inputs by 255, which are pixels / 255 already."""

    def forward(self, images):
        return super().forward(images / 255)


@storable
class SoftmaxTwiceCNN(WideKernelCNN):
    """`WideKernelCNN` whose loss takes its probabilities for logits: softmax is applied twice."""

    def forward(self, images):
        return super().forward(images).softmax(dim=1)
