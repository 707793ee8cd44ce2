"""Small-image CNNs as scikit-learn estimators."""

import importlib

__version__ = "0.1.0"

# public name -> module; imported when first touched, so that what needs no torch starts fast
_EXPORTS = {
    "MnistCNNClassifier": "classifiers",
    "MnistMLPClassifier": "classifiers",
    "NumpyMLPClassifier": "numpy_mlp",
    "SquareDigitTransformer": "targets",
    "TransformedTargetClassifier": "targets",
    "fetch_mnist": "datasets",
    "load_model": "persistence",
    "mnist_split": "datasets",
    "save_model": "persistence",
    "transformed_target_scorer": "targets",
}

__all__ = [*_EXPORTS]


def __getattr__(name):
    if name not in _EXPORTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_EXPORTS[name]}"), name)
    globals()[name] = value
    return value


def __dir__():
    return sorted({*globals(), *_EXPORTS})
