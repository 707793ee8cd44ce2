"""The slip of a published network: its ReLU's gradient is that of the identity."""

from skmnist import NumpyMLPClassifier
from skmnist.numpy_mlp import ReLU


class UnmaskedReLU(ReLU):
    """A rectification that hands the gradient back as it came, where it should be masked.

    The published code computes the derivative from the outputs, as ``outputs >= 0``, which is
    true of all of them.
    """

    def backward(self, gradient):
        """Return the gradient itself."""
        return gradient


class UnmaskedNumpyMLPClassifier(NumpyMLPClassifier):
    """`NumpyMLPClassifier` with `UnmaskedReLU`, to see what comes of it."""

    _activation = UnmaskedReLU
