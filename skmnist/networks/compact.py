"""A network of 8,286 parameters."""

from torch import nn

from skmnist._storable import storable
from skmnist.networks._blocks import conv, pooled


@storable
class CompactCNN(nn.Module):
    """Nine small convolutions and no dense layer: 8,286 parameters, for any image size.

    This is the network of a published study of L1, L2 and dropout, which this package runs
    again. A block is a convolution, ReLU, batch normalisation and dropout. There are 1×1
    convolutions between the stages, and a global average pooling at the end.

    Parameters
    ----------
    image_shape : tuple of int
        Height and width in pixels, each at least 1.
    n_outputs : int
        Number of logits.
    dropout : float, default=0.0
        Probability of zeroing an activation after each 3×3 convolution except the third.

    Examples
    --------
    >>> from skmnist.networks import CompactCNN
    >>> sum(p.numel() for p in CompactCNN((28, 28), 10).parameters())
    8286
    """

    def __init__(self, image_shape, n_outputs, dropout=0.0):
        super().__init__()

        def block(in_channels, out_channels, *, drop=True):
            layers = [
                conv(in_channels, out_channels, 3),
                nn.ReLU(),
                nn.BatchNorm2d(out_channels),
            ]
            return [*layers, nn.Dropout(dropout)] if drop else layers

        pool1, shape = pooled(image_shape)
        pool2, _ = pooled(shape)
        # shapes are those of 28×28 images
        self.features = nn.Sequential(
            *block(1, 10),  # (B, 10, 28, 28)
            *block(10, 16),  # (B, 16, 28, 28)
            conv(16, 10, 1),  # (B, 10, 28, 28)
            pool1,  # (B, 10, 14, 14)
            *block(10, 16, drop=False),  # (B, 16, 14, 14)
            *block(16, 16),  # (B, 16, 14, 14)
            conv(16, 16, 1),  # (B, 16, 14, 14)
            pool2,  # (B, 16, 7, 7)
            *block(16, 10),  # (B, 10, 7, 7)
            *block(10, 10),  # (B, 10, 7, 7)
        )
        self.classifier = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),  # (B, 10, 1, 1)
            conv(10, n_outputs, 1),  # (B, n_outputs, 1, 1)
            nn.Flatten(),  # (B, n_outputs)
        )

    def forward(self, images):
        return self.classifier(self.features(images))
