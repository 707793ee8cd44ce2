"""A dense network in pure NumPy, made of classes that are small enough to read.

`skmnist.NumpyMLPClassifier` is a classifier that is made of these classes.
"""

from skmnist.numpy_mlp.augmentation import RandomShiftRotation
from skmnist.numpy_mlp.initialization import he_normal, uniform
from skmnist.numpy_mlp.layers import Dropout, Linear, ReLU
from skmnist.numpy_mlp.losses import MSE, SoftmaxCrossEntropy
from skmnist.numpy_mlp.network import Network
from skmnist.numpy_mlp.optimizers import SGD, Adam, Momentum
from skmnist.numpy_mlp.penalties import Penalty
from skmnist.numpy_mlp.training import Trainer

__all__ = [
    "MSE",
    "SGD",
    "Adam",
    "Dropout",
    "Linear",
    "Momentum",
    "Network",
    "Penalty",
    "RandomShiftRotation",
    "ReLU",
    "SoftmaxCrossEntropy",
    "Trainer",
    "he_normal",
    "uniform",
]
