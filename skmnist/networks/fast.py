"""The default network: fast on a CPU."""

from torch import nn

from skmnist._storable import storable
from skmnist.networks._blocks import conv_block, dense_head, pooled


@storable
class FastCNN(nn.Module):
    """Three convolutions, each on smaller maps and with more filters, and a dense layer.

    The network is built for a CPU, on which small maps and matrix products are cheap. The first
    convolution does not pad. Pooling comes before normalisation and activation, which then work
    on a quarter of the pixels. (This order limits nothing that the network can express.) Most
    of the weights are in the dense layer.

    It has 273,370 parameters on 28×28 images and 10 outputs.

    Parameters
    ----------
    image_shape : tuple of int
        Height and width in pixels, each at least 1.
    n_outputs : int
        Number of logits.
    dropout : float, default=0.0
        Probability of zeroing an activation of the dense layer.
    filters : tuple of int, default=(16, 48, 96)
        Number of filters of each of the three convolutions.

    Examples
    --------
    >>> import torch
    >>> from skmnist.networks import FastCNN
    >>> FastCNN((28, 28), 10)(torch.zeros(2, 1, 28, 28)).shape
    torch.Size([2, 10])
    """

    def __init__(self, image_shape, n_outputs, dropout=0.0, filters=(16, 48, 96)):
        super().__init__()
        # small images, such as scikit-learn's 8×8 digits, need all of their detail
        large = min(image_shape) >= 16
        shape = [side - 4 for side in image_shape] if large else image_shape
        pool1, shape = pooled(shape) if large else (nn.Identity(), shape)
        pool2, shape = pooled(shape)
        pool3, (rows, columns) = pooled(shape)
        # shapes are those of 28×28 images and the default filters
        first, second, third = filters
        self.features = nn.Sequential(
            *conv_block(1, first, 5, pool1, padding=0 if large else 2),  # (B, 16, 12, 12)
            *conv_block(first, second, 3, pool2),  # (B, 48, 6, 6)
            *conv_block(second, third, 3, pool3),  # (B, 96, 3, 3)
        )
        self.classifier = dense_head(third * rows * columns, 256, n_outputs, dropout)

    def forward(self, images):
        return self.classifier(self.features(images))
