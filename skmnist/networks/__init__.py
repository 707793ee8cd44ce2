"""The networks: plain ``torch.nn.Module`` classes that know nothing of estimators.

Every class is built as ``Network(image_shape, n_outputs, dropout)``. It maps images of
shape (B, 1, H, W) to logits of shape (B, n_outputs). Any callable of that signature can be
passed to an estimator as ``architecture``.

Layers have no bias if a batch normalisation follows. Convolutions pad by half their kernel, so
only the poolings shrink an image. The first convolution of ``"fast"``, ``"small"``,
``"coarse"`` and ``"wide"`` is the exception: it does not pad large images. Nor does the last of
``"coarse"``, and the second of ``"lenet5"``.
"""

from typing import TYPE_CHECKING

from skmnist._lazy import lazy_exports

if TYPE_CHECKING:  # what type checkers read in the place of lazy_exports
    from skmnist.networks.coarse import CoarseCNN as CoarseCNN
    from skmnist.networks.compact import CompactCNN as CompactCNN
    from skmnist.networks.fast import FastCNN as FastCNN
    from skmnist.networks.lenet5 import LeNet5 as LeNet5
    from skmnist.networks.mlp import MLP as MLP
    from skmnist.networks.small import SmallCNN as SmallCNN
    from skmnist.networks.summary import count_parameters as count_parameters
    from skmnist.networks.summary import is_weight as is_weight
    from skmnist.networks.summary import summarize as summarize
    from skmnist.networks.vgg import VGGStyleCNN as VGGStyleCNN
    from skmnist.networks.wide import WideCNN as WideCNN

# One line for each network that `architecture` accepts by name: this name, which is also that
# of its file, and its class.
_NETWORKS = {
    "fast": "FastCNN",
    "small": "SmallCNN",
    "coarse": "CoarseCNN",
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
