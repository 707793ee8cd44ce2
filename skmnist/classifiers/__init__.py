"""The classifiers: what is fitted."""

from typing import TYPE_CHECKING

from skmnist._lazy import lazy_exports

if TYPE_CHECKING:  # what type checkers read in the place of lazy_exports
    from skmnist.classifiers.cnn import MnistCNNClassifier as MnistCNNClassifier
    from skmnist.classifiers.mlp import MnistMLPClassifier as MnistMLPClassifier
    from skmnist.classifiers.numpy_mlp import NumpyMLPClassifier as NumpyMLPClassifier
    from skmnist.classifiers.presets import PRESETS as PRESETS

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "MnistCNNClassifier": "cnn",
        "MnistMLPClassifier": "mlp",
        "NumpyMLPClassifier": "numpy_mlp",
        "PRESETS": "presets",
    },
)
