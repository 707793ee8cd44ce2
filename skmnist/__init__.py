"""Small-image CNNs as scikit-learn estimators."""

from skmnist._lazy import lazy_exports

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "MnistCNNClassifier": "classifiers.cnn",
        "MnistMLPClassifier": "classifiers.mlp",
        "NumpyMLPClassifier": "classifiers.numpy_mlp",
        "SquareDigitTransformer": "targets.square_digits",
        "TransformedTargetClassifier": "targets.classifier",
        "export_onnx": "export",
        "fetch_mnist": "datasets.mnist",
        "load_model": "persistence",
        "mnist_split": "datasets.mnist",
        "save_model": "persistence",
        "transformed_target_scorer": "targets.scorer",
    },
)
