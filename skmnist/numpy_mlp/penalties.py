"""Penalties on large weights."""

import numpy as np


class Penalty:
    r"""L1 and L2 penalties on weights.

    .. math:: P = l_1 \sum_j |w_j| + \frac{l_2}{2} \sum_j w_j^2 \qquad
              \frac{\partial P}{\partial w_j} = l_1 \operatorname{sign}(w_j) + l_2 w_j

    The L1 penalty drives weights that matter little to zero. The L2 penalty keeps all weights
    small. \|w\| has no derivative at zero; there the gradient of the L1 penalty is 0.

    Parameters
    ----------
    l1, l2 : float, default=0.0
        Strengths of the penalties, at least 0.

    Examples
    --------
    >>> import numpy as np
    >>> from skmnist.numpy_mlp import Penalty
    >>> penalty = Penalty(l1=1.0, l2=10.0)
    >>> weights = np.array([0.0, 1.0, -2.0])
    >>> penalty.value(weights)
    28.0
    >>> gradient = np.zeros(3)
    >>> penalty.add_gradient(weights, gradient)
    >>> gradient
    array([  0.,  11., -21.])
    """

    def __init__(self, l1=0.0, l2=0.0):
        self.l1 = l1
        self.l2 = l2

    def value(self, weights):
        r"""Return the penalty.

        Parameters
        ----------
        weights : ndarray

        Returns
        -------
        penalty : float
            ``l1``·Σ\|w\| + (``l2``/2)·Σw².
        """
        l1 = self.l1 * np.abs(weights).sum(dtype=np.float64)
        return float(l1 + self.l2 / 2 * np.square(weights).sum(dtype=np.float64))

    def add_gradient(self, weights, gradient):
        """Add the gradient of the penalty to ``gradient``, in place.

        Parameters
        ----------
        weights, gradient : ndarray of the same shape
        """
        if self.l1:
            gradient += self.l1 * np.sign(weights)
        if self.l2:
            gradient += self.l2 * weights
