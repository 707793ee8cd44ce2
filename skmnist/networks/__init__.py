"""The networks: plain ``torch.nn.Module`` classes that know nothing of estimators.

Every class is built as ``Network(image_shape, n_outputs, dropout)``. It maps images of
shape (B, 1, H, W) to logits of shape (B, n_outputs). Any callable of that signature can be
passed to an estimator as ``architecture``.

Layers have no bias if a batch normalisation follows. Convolutions pad by half their kernel, so
only the poolings shrink an image. The first convolution of ``"fast"``, ``"small"`` and
``"wide"`` is the exception: it does not pad large images.
"""

from skmnist._lazy import lazy_exports

# One line for each network that `architecture` accepts by name: this name, which is also that
# of its file, and its class.
_NETWORKS = {
    "fast": "FastCNN",
    "small": "SmallCNN",
    "wide": "WideCNN",
    "compact": "CompactCNN",
    "lenet5": "LeNet5",
    "vgg": "VGGStyleCNN",
}

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {network: name for name, network in _NETWORKS.items()}
    | {
        "MLP": "mlp",
        "count_parameters": "summary",
        "is_weight": "summary",
        "summarize": "summary",
    },
)
__all__ += ["ARCHITECTURES"]

#: The networks by the names that ``MnistCNNClassifier`` accepts as ``architecture``.
ARCHITECTURES = {name: __getattr__(network) for name, network in _NETWORKS.items()}
