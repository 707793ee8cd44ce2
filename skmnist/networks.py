"""The networks: plain ``torch.nn.Module`` classes that know nothing of estimators.

Every class is built as ``Network(image_shape, n_outputs, dropout)`` and maps images of
shape (B, 1, H, W) to logits of shape (B, n_outputs). Any callable of that signature can be
passed to an estimator as ``architecture``.

Layers carry no bias where a batch normalisation follows. Convolutions pad by half their kernel,
so that only the poolings shrink an image, but for the first ones of the fast networks.
"""

import torch
from tabulate import tabulate
from torch import nn


def _pooled(image_shape):
    """Return a 2×2 max pooling and the shape it leaves; a side of 1 stays as it is."""
    height, width = image_shape
    kernel = (min(2, height), min(2, width))
    return nn.MaxPool2d(kernel), (height // kernel[0], width // kernel[1])


def _conv(in_channels, out_channels, kernel_size, stride=1, padding=None):
    padding = kernel_size // 2 if padding is None else padding
    return nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding, bias=False)


def _block(in_channels, out_channels, kernel_size, *pool, **kwargs):
    """Return layers in the order in which they cost least: pooling before what follows it."""
    return [
        _conv(in_channels, out_channels, kernel_size, **kwargs),
        *pool,
        nn.BatchNorm2d(out_channels),
        nn.ReLU(inplace=True),
    ]


class _ChannelsLastFlatten(nn.Flatten):
    """Flatten maps in the order in which they lie in memory: no copy, nor one of the gradient."""

    def forward(self, maps):
        return super().forward(maps.permute(0, 2, 3, 1))


def _dense_head(n_features, n_hidden, n_outputs, dropout):
    """Return a dense layer, which costs next to nothing on small maps, and the last one."""
    return nn.Sequential(
        _ChannelsLastFlatten(),  # (B, n_features)
        nn.Linear(n_features, n_hidden, bias=False),
        nn.BatchNorm1d(n_hidden),
        nn.ReLU(inplace=True),
        nn.Dropout(dropout),
        nn.Linear(n_hidden, n_outputs),  # (B, n_outputs)
    )


class FastCNN(nn.Module):
    """Three convolutions, each on smaller maps and with more filters, and a dense layer.

    Built for a CPU, on which small maps and matrix products are cheap: the first convolution
    does not pad, pooling comes before normalisation and activation, which then work on a quarter
    of the pixels (for max pooling and ReLU the order makes no difference to what the network
    can express), and most of the weights are in the dense layer.
    174,202 parameters on 28×28 images and 10 outputs.

    Parameters
    ----------
    image_shape : tuple of int
        Height and width in pixels, each at least 1.
    n_outputs : int
        Number of logits.
    dropout : float, default=0.0
        Probability of zeroing an activation of the dense layer.
    width : int, default=16
        Filters of the first convolution; the next ones have two and four times as many.

    Examples
    --------
    >>> import torch
    >>> from skmnist.networks import FastCNN
    >>> FastCNN((28, 28), 10)(torch.zeros(2, 1, 28, 28)).shape
    torch.Size([2, 10])
    """

    def __init__(self, image_shape, n_outputs, dropout=0.0, width=16):
        super().__init__()
        # images as small as scikit-learn's 8×8 digits have no detail to lose so early
        large = min(image_shape) >= 16
        shape = [side - 4 for side in image_shape] if large else image_shape
        pool1, shape = _pooled(shape) if large else (nn.Identity(), shape)
        pool2, shape = _pooled(shape)
        pool3, (rows, columns) = _pooled(shape)
        # shapes are those of 28×28 images and 16 filters
        self.features = nn.Sequential(
            *_block(1, width, 5, pool1, padding=0 if large else 2),  # (B, 16, 12, 12)
            *_block(width, 2 * width, 3, pool2),  # (B, 32, 6, 6)
            *_block(2 * width, 4 * width, 3, pool3),  # (B, 64, 3, 3)
        )
        self.classifier = _dense_head(4 * width * rows * columns, 256, n_outputs, dropout)

    def forward(self, images):
        return self.classifier(self.features(images))


class WideCNN(FastCNN):
    """`FastCNN` with twice the filters: a little more accurate, in twice the time and more.

    391,402 parameters on 28×28 images and 10 outputs.

    Parameters
    ----------
    image_shape, n_outputs, dropout
        See `FastCNN`.

    Examples
    --------
    >>> from skmnist.networks import WideCNN, count_parameters
    >>> count_parameters(WideCNN((28, 28), 10))
    391402
    """

    def __init__(self, image_shape, n_outputs, dropout=0.0):
        super().__init__(image_shape, n_outputs, dropout, width=32)


class SmallCNN(nn.Module):
    """As `FastCNN`, but narrower and with a stride: for most of the accuracy in little time.

    The first convolution moves by two pixels, so that nothing works on the whole image but its
    filters.
    52,794 parameters on 28×28 images and 10 outputs.

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
        # images as small as scikit-learn's 8×8 digits have no detail to lose so early
        large = min(image_shape) >= 16
        stride, padding = (2, 0) if large else (1, 2)
        shape = [(side + 2 * padding - 5) // stride + 1 for side in image_shape]
        pool1, shape = _pooled(shape)
        pool2, (rows, columns) = _pooled(shape)
        # shapes are those of 28×28 images
        self.features = nn.Sequential(
            *_block(1, 16, 5, stride=stride, padding=padding),  # (B, 16, 12, 12)
            *_block(16, 32, 3, pool1),  # (B, 32, 6, 6)
            *_block(32, 32, 3, pool2),  # (B, 32, 3, 3)
        )
        self.classifier = _dense_head(32 * rows * columns, 128, n_outputs, dropout)

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


class LeNet5(nn.Module):
    """LeNet-5 on images of 28×28, with ReLU and max pooling: 107,786 parameters.

    The first layers pad by 2 ("same" convolutions), since the original takes images of 32×32.

    Parameters
    ----------
    image_shape : tuple of int
        Height and width in pixels, each at least 1.
    n_outputs : int
        Number of logits.
    dropout : float, default=0.0
        Probability of zeroing an activation of the dense layers.

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document
    recognition", Proceedings of the IEEE, 86(11), 1998, pages 2278 to 2324.

    Examples
    --------
    >>> from skmnist.networks import LeNet5, count_parameters
    >>> count_parameters(LeNet5((28, 28), 10))
    107786
    """

    def __init__(self, image_shape, n_outputs, dropout=0.0):
        super().__init__()
        pool1, shape = _pooled(image_shape)
        pool2, (height, width) = _pooled(shape)
        # shapes are those of 28×28 images
        self.features = nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2),  # (B, 6, 28, 28)
            nn.ReLU(),
            pool1,  # (B, 6, 14, 14)
            nn.Conv2d(6, 16, 5, padding=2),  # (B, 16, 14, 14)
            nn.ReLU(),
            pool2,  # (B, 16, 7, 7)
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),  # (B, 784)
            nn.Linear(16 * height * width, 120),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(120, 84),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(84, n_outputs),
        )

    def forward(self, images):
        return self.classifier(self.features(images))


class VGGStyleCNN(nn.Module):
    """Two stages of two convolutions and a pooling, then a wide dense layer.

    The network of many Keras tutorials: 32 filters of 5×5 twice, 64 of 3×3 twice, 256 dense
    units; 887,530 parameters on 28×28 images and 10 outputs.

    Parameters
    ----------
    image_shape : tuple of int
        Height and width in pixels, each at least 1.
    n_outputs : int
        Number of logits.
    dropout : float, default=0.0
        Probability of zeroing an activation of the dense layer; half of it after each stage of
        convolutions, as the published network has 0.5 and 0.25.

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

        pool1, shape = _pooled(image_shape)
        pool2, (height, width) = _pooled(shape)
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


class MLP(nn.Module):
    """Dense layers with ReLU, initialised after He.

    Parameters
    ----------
    image_shape : tuple of int
        Height and width in pixels, each at least 1.
    n_outputs : int
        Number of logits.
    hidden_layer_sizes : tuple of int, default=(256, 256)
        Units of each hidden layer.
    dropout : float or tuple of float, default=0.0
        Probability of zeroing an activation of the hidden layers, the same for all or one
        for each.

    References
    ----------
    K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers: surpassing human-level
    performance on ImageNet classification", 2015, arXiv:1502.01852.

    Examples
    --------
    >>> from skmnist.networks import MLP, count_parameters
    >>> count_parameters(MLP((28, 28), 10, hidden_layer_sizes=(128, 256, 512)))
    270218
    """

    def __init__(self, image_shape, n_outputs, hidden_layer_sizes=(256, 256), dropout=0.0):
        super().__init__()
        if not isinstance(dropout, tuple | list):
            dropout = [dropout] * len(hidden_layer_sizes)
        layers = [nn.Flatten()]
        n_inputs = image_shape[0] * image_shape[1]
        for size, probability in zip(hidden_layer_sizes, dropout, strict=True):
            layers += [nn.Linear(n_inputs, size), nn.ReLU(), nn.Dropout(probability)]
            n_inputs = size
        self.layers = nn.Sequential(*layers, nn.Linear(n_inputs, n_outputs))
        for layer in self.layers:
            if isinstance(layer, nn.Linear):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                nn.init.zeros_(layer.bias)

    def forward(self, images):
        return self.layers(images)


#: The names that ``MnistCNNClassifier`` accepts as ``architecture``.
ARCHITECTURES = {
    "fast": FastCNN,
    "small": SmallCNN,
    "wide": WideCNN,
    "compact": CompactCNN,
    "lenet5": LeNet5,
    "vgg": VGGStyleCNN,
}


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
