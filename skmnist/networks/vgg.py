"""A network in the style of VGG."""

from torch import nn

from skmnist._storable import storable
from skmnist.networks._blocks import pooled


@storable
class VGGStyleCNN(nn.Module):
    """Two stages of two convolutions and a pooling, then a wide dense layer.

    Many Keras tutorials use this network. It has twice 32 filters of 5×5, twice 64 filters of
    3×3, and 256 dense units. These are 887,530 parameters on 28×28 images and 10 outputs.

    Parameters
    ----------
    image_shape : tuple of int
        Height and width in pixels, each at least 1.
    n_outputs : int
        Number of logits.
    dropout : float, default=0.0
        Probability of zeroing an activation of the dense layer. After each stage of convolutions
        the probability is half of it. The published network has 0.5 and 0.25.

    Examples
    --------
    >>> from skmnist.networks import VGGStyleCNN, count_parameters
    >>> count_parameters(VGGStyleCNN((28, 28), 10))
    887530
    """

    def __init__(self, image_shape, n_outputs, dropout=0.0):
        super().__init__()

        def stage(in_channels, out_channels, kernel_size, pool):
            padding = kernel_size // 2
            return [
                nn.Conv2d(in_channels, out_channels, kernel_size, padding=padding),
                nn.ReLU(),
                nn.Conv2d(out_channels, out_channels, kernel_size, padding=padding),
                nn.ReLU(),
                pool,
                nn.Dropout(dropout / 2),
            ]

        pool1, shape = pooled(image_shape)
        pool2, (height, width) = pooled(shape)
        # shapes are those of 28×28 images
        self.features = nn.Sequential(
            *stage(1, 32, 5, pool1),  # (B, 32, 14, 14)
            *stage(32, 64, 3, pool2),  # (B, 64, 7, 7)
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),  # (B, 3136)
            nn.Linear(64 * height * width, 256),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(256, n_outputs),
        )

    def forward(self, images):
        return self.classifier(self.features(images))
