"""The networks: plain ``torch.nn.Module`` classes that know nothing of estimators.

Every class is built as ``Network(image_shape, n_outputs, dropout)`` and maps images of
shape (B, 1, H, W) to logits of shape (B, n_outputs). Any callable of that signature can be
passed to an estimator as ``architecture``.

Convolutions carry no bias where a batch normalisation follows, and pad by half their
kernel, so that only the poolings shrink an image.
"""

import torch
from tabulate import tabulate
from torch import nn


def _pooled(image_shape):
    """Return a 2×2 max pooling and the shape it leaves; a side of 1 stays as it is."""
    height, width = image_shape
    kernel = (min(2, height), min(2, width))
    return nn.MaxPool2d(kernel), (height // kernel[0], width // kernel[1])


def _conv(in_channels, out_channels, kernel_size):
    return nn.Conv2d(in_channels, out_channels, kernel_size, padding=kernel_size // 2, bias=False)


class FastCNN(nn.Module):
    """Four convolutions, pooled early: the most accuracy per second on a CPU.

    Two thirds of the arithmetic happens on 7×7 maps, where it is cheap; pooling comes before
    normalisation and activation, which then work on a quarter of the pixels (for max
    pooling and ReLU the order makes no difference to what the network can express).
    66,426 parameters on 28×28 images and 10 outputs.

    Parameters
    ----------
    image_shape : tuple of int
        Height and width in pixels, each at least 1.
    n_outputs : int
        Number of logits.
    dropout : float, default=0.0
        Probability of zeroing a feature before the linear layer.

    Examples
    --------
    >>> import torch
    >>> from skmnist.networks import FastCNN
    >>> FastCNN((28, 28), 10)(torch.zeros(2, 1, 28, 28)).shape
    torch.Size([2, 10])
    """

    def __init__(self, image_shape, n_outputs, dropout=0.0):
        super().__init__()

        def block(in_channels, out_channels, kernel_size, *pool):
            return [
                _conv(in_channels, out_channels, kernel_size),
                *pool,
                nn.BatchNorm2d(out_channels),
                nn.ReLU(),
            ]

        # images as small as scikit-learn's 8×8 digits have no detail to lose so early
        early = min(image_shape) >= 16
        pool1, shape = _pooled(image_shape) if early else (nn.Identity(), image_shape)
        pool2, shape = _pooled(shape)
        pool3, (height, width) = _pooled(shape)
        # shapes are those of 28×28 images
        self.features = nn.Sequential(
            *block(1, 16, 5, pool1),  # (B, 16, 14, 14)
            *block(16, 32, 3, pool2),  # (B, 32, 7, 7)
            *block(32, 64, 3),  # (B, 64, 7, 7)
            *block(64, 64, 3, pool3),  # (B, 64, 3, 3)
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),  # (B, 576)
            nn.Dropout(dropout),
            nn.Linear(64 * height * width, n_outputs),  # (B, n_outputs)
        )

    def forward(self, images):
        return self.classifier(self.features(images))


class CompactCNN(nn.Module):
    """Nine small convolutions and no dense layer: 8,286 parameters, for any image size.

    The network of the published study of L1, L2 and dropout that this package re-runs:
    convolution, ReLU, batch normalisation, dropout; 1×1 convolutions between the stages;
    global average pooling at the end.

    Parameters
    ----------
    image_shape : tuple of int
        Height and width in pixels, each at least 1.
    n_outputs : int
        Number of logits.
    dropout : float, default=0.0
        Probability of zeroing an activation after each 3×3 convolution but the third.

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
                _conv(in_channels, out_channels, 3),
                nn.ReLU(),
                nn.BatchNorm2d(out_channels),
            ]
            return [*layers, nn.Dropout(dropout)] if drop else layers

        pool1, shape = _pooled(image_shape)
        pool2, _ = _pooled(shape)
        # shapes are those of 28×28 images
        self.features = nn.Sequential(
            *block(1, 10),  # (B, 10, 28, 28)
            *block(10, 16),  # (B, 16, 28, 28)
            _conv(16, 10, 1),  # (B, 10, 28, 28)
            pool1,  # (B, 10, 14, 14)
            *block(10, 16, drop=False),  # (B, 16, 14, 14)
            *block(16, 16),  # (B, 16, 14, 14)
            _conv(16, 16, 1),  # (B, 16, 14, 14)
            pool2,  # (B, 16, 7, 7)
            *block(16, 10),  # (B, 10, 7, 7)
            *block(10, 10),  # (B, 10, 7, 7)
        )
        self.classifier = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),  # (B, 10, 1, 1)
            _conv(10, n_outputs, 1),  # (B, n_outputs, 1, 1)
            nn.Flatten(),  # (B, n_outputs)
        )

    def forward(self, images):
        return self.classifier(self.features(images))


ARCHITECTURES = {"fast": FastCNN, "compact": CompactCNN}


def count_parameters(module):
    """Return the number of trainable parameters of a module."""
    return sum(p.numel() for p in module.parameters() if p.requires_grad)


def summarize(module, image_shape):
    """Return a table of a network's layers: kind, output shape, parameters.

    Parameters
    ----------
    module : torch.nn.Module
    image_shape : tuple of int
        Height and width of the images it takes.

    Returns
    -------
    table : str
        A row per layer in the order of the forward pass, and the totals. The batch
        dimension is shown as -1.
    """
    rows, hooks = [], []

    def record(layer, inputs, output):
        name = f"{type(layer).__name__}-{len(rows) + 1}"
        rows.append((name, [-1, *output.shape[1:]], f"{count_parameters(layer):,}"))

    for layer in module.modules():
        if next(layer.children(), None) is None:
            hooks.append(layer.register_forward_hook(record))
    parameter = next(module.parameters())
    was_training = module.training
    try:
        with torch.no_grad():
            module.eval()(parameter.new_zeros(1, 1, *image_shape))
    finally:
        module.train(was_training)
        for hook in hooks:
            hook.remove()
    table = tabulate(
        rows, headers=["Layer", "Output shape", "Parameters"], colalign=("left", "left", "right")
    )
    trainable = count_parameters(module)
    total = sum(p.numel() for p in module.parameters())
    return (
        f"{table}\n\nTotal parameters: {total:,}\n"
        f"Trainable parameters: {trainable:,}\nNon-trainable parameters: {total - trainable:,}"
    )
