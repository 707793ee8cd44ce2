"""What several networks are made of."""

from torch import nn


def pooled(image_shape):
    """Return a 2×2 max pooling, and the image shape after it. A side of 1 is not pooled."""
    height, width = image_shape
    kernel = (min(2, height), min(2, width))
    return nn.MaxPool2d(kernel), (height // kernel[0], width // kernel[1])


def conv(in_channels, out_channels, kernel_size, stride=1, padding=None):
    padding = kernel_size // 2 if padding is None else padding
    return nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding, bias=False)


def conv_block(in_channels, out_channels, kernel_size, *pool, **kwargs):
    """Return a convolution block in its cheapest order: the pooling comes first.

    The normalisation and the activation then work on a quarter of the pixels.
    """
    return [
        conv(in_channels, out_channels, kernel_size, **kwargs),
        *pool,
        nn.BatchNorm2d(out_channels),
        nn.ReLU(),
    ]


class ChannelsLastFlatten(nn.Flatten):
    """Flatten maps in their order in memory. Neither they nor their gradient are copied."""

    def forward(self, maps):
        return super().forward(maps.permute(0, 2, 3, 1))


def dense_head(n_features, n_hidden, n_outputs, dropout):
    """Return a dense layer and the output layer. On small maps they cost almost nothing."""
    return nn.Sequential(
        ChannelsLastFlatten(),  # (B, n_features)
        nn.Linear(n_features, n_hidden, bias=False),
        nn.BatchNorm1d(n_hidden),
        nn.ReLU(),
        nn.Dropout(dropout),
        nn.Linear(n_hidden, n_outputs),  # (B, n_outputs)
    )
