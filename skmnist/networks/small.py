"""A narrower network that trains in little time."""

from torch import nn

from skmnist._storable import storable
from skmnist.networks._blocks import conv_block, dense_head, pooled


@storable
class SmallCNN(nn.Module):
    """A network like `FastCNN`, but narrower: almost as accurate, in much less time.

    The first convolution moves by two pixels at a time. So all other layers work on at most a
    quarter of the pixels.

    It has 52,794 parameters on 28×28 images and 10 outputs.

    Parameters
    ----------
    image_shape : tuple of int
        Height and width in pixels, each at least 1.
    n_outputs : int
        Number of logits.
    dropout : float, default=0.0
        Probability of zeroing an activation of the dense layer.

    Examples
    --------
    >>> from skmnist.networks import SmallCNN, count_parameters
    >>> count_parameters(SmallCNN((28, 28), 10))
    52794
    """

    def __init__(self, image_shape, n_outputs, dropout=0.0):
        super().__init__()
        # small images, such as scikit-learn's 8×8 digits, need all of their detail
        large = min(image_shape) >= 16
        stride, padding = (2, 0) if large else (1, 2)
        shape = [(side + 2 * padding - 5) // stride + 1 for side in image_shape]
        pool1, shape = pooled(shape)
        pool2, (rows, columns) = pooled(shape)
        # shapes are those of 28×28 images
        self.features = nn.Sequential(
            *conv_block(1, 16, 5, stride=stride, padding=padding),  # (B, 16, 12, 12)
            *conv_block(16, 32, 3, pool1),  # (B, 32, 6, 6)
            *conv_block(32, 32, 3, pool2),  # (B, 32, 3, 3)
        )
        self.classifier = dense_head(32 * rows * columns, 128, n_outputs, dropout)

    def forward(self, images):
        return self.classifier(self.features(images))
