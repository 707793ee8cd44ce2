"""What the published deep network did in its own way: initial weights, and a cost.

The published weights have the shape (outputs, inputs). TensorFlow 1 takes the first number for
that of the inputs, so the weights' variance is 2 / outputs.
"""

import numpy as np
from scipy import special

from skmnist import NumpyMLPClassifier
from skmnist._storable import storable
from skmnist.numpy_mlp import SoftmaxCrossEntropy
from skmnist.numpy_mlp.losses import LOSSES

#: The deviation of a standard normal distribution that is cut off at -2 and 2.
_CUT_DEVIATION = 0.87962566103423978


@storable
def he_of_outputs(n_inputs, n_outputs, rng, dtype="float32"):
    """Draw weights from a normal distribution that is cut off at two deviations.

    Their variance, after the cut, is 2 / outputs.

    Parameters
    ----------
    n_inputs, n_outputs : int
    rng : numpy.random.Generator
    dtype : {"float32", "float64"}, default="float32"

    Returns
    -------
    weight : ndarray of shape (n_inputs, n_outputs)
    """
    # uniform between the two probabilities that are cut at
    low, high = special.ndtr(-2), special.ndtr(2)
    weight = special.ndtri(rng.uniform(low, high, (n_inputs, n_outputs)))
    return (weight / _CUT_DEVIATION * np.sqrt(2 / n_outputs)).astype(dtype)


class SigmoidOfSoftmax:
    r"""Sigmoid cross-entropy of the softmax of the outputs, on average over images and classes.

    .. math:: L = -\frac{1}{BK} \sum_{i=1}^{B} \sum_{k=1}^{K}
              t_{ik} \log \sigma(p_{ik}) + (1 - t_{ik}) \log (1 - \sigma(p_{ik}))

    Probabilities :math:`p` are taken for logits. They are never below 0, so the loss can never be
    small: :math:`\sigma(0) = 1/2` already.
    """

    def forward(self, outputs, targets, sample_weight=None):
        """Return the mean loss; see `SoftmaxCrossEntropy.forward`.

        Raises
        ------
        ValueError
            If there are sample weights: the published cost has none.
        """
        if sample_weight is not None:
            raise ValueError("This cost takes no sample_weight and no class_weight.")
        p = SoftmaxCrossEntropy.probabilities(outputs)
        # the derivative by p, and then by the outputs
        gradient = (special.expit(p) - targets) / p.size
        self._gradient = p * (gradient - (gradient * p).sum(axis=1, keepdims=True))
        return float((np.logaddexp(0, p) - targets * p).mean())

    def backward(self):
        """Return the gradient of the last ``forward``."""
        return self._gradient

    probabilities = staticmethod(SoftmaxCrossEntropy.probabilities)


@storable
class SigmoidCostNumpyMLPClassifier(NumpyMLPClassifier):
    """`NumpyMLPClassifier` with `SigmoidOfSoftmax` in place of the cross-entropy."""

    _losses = {**LOSSES, "cross_entropy": SigmoidOfSoftmax}
