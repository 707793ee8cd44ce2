"""The classifiers: what is fitted."""

from skmnist._lazy import lazy_exports

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "MnistCNNClassifier": "cnn",
        "MnistMLPClassifier": "mlp",
        "NumpyMLPClassifier": "numpy_mlp",
        "PRESETS": "presets",
    },
)
