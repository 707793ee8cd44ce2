"""Small-image CNNs as scikit-learn estimators."""

from typing import TYPE_CHECKING

from skmnist._lazy import lazy_exports

if TYPE_CHECKING:  # what type checkers read in the place of lazy_exports
    from skmnist.classifiers import MnistCNNClassifier as MnistCNNClassifier
    from skmnist.classifiers import MnistMLPClassifier as MnistMLPClassifier
    from skmnist.classifiers import NumpyMLPClassifier as NumpyMLPClassifier
    from skmnist.datasets import fetch_mnist as fetch_mnist
    from skmnist.datasets import mnist_split as mnist_split
    from skmnist.demo import write_demo as write_demo
    from skmnist.export import export_onnx as export_onnx
    from skmnist.persistence import load_model as load_model
    from skmnist.persistence import save_model as save_model
    from skmnist.pictures import DigitNormalizer as DigitNormalizer
    from skmnist.report import write_report as write_report
    from skmnist.targets import SquareDigitTransformer as SquareDigitTransformer
    from skmnist.targets import TransformedTargetClassifier as TransformedTargetClassifier
    from skmnist.targets import transformed_target_scorer as transformed_target_scorer

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "DigitNormalizer": "pictures.normalize",
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
        "write_demo": "demo",
        "write_report": "report.write",
    },
)
