"""The losses: the mean loss of a batch, and its gradient.

``forward`` gets the network's outputs (B, K) and the targets (B, K), one row per sample. It
returns a number. ``backward`` returns the gradient of this number with respect to the outputs.
``probabilities`` turns the outputs of a network that was trained with this loss into
probabilities.
"""

import numpy as np


class SoftmaxCrossEntropy:
    r"""Cross-entropy between the targets and the softmax of the outputs.

    Forward, for outputs (logits) :math:`z` and targets :math:`t` whose rows add up to 1:

    .. math:: p_{ik} = \frac{e^{z_{ik}}}{\sum_j e^{z_{ij}}} \qquad
              L = -\frac{1}{B} \sum_{i=1}^{B} w_i \sum_{k=1}^{K} t_{ik} \log p_{ik}

    Backward, where the derivatives of softmax and logarithm combine to a simple difference:

    .. math:: \frac{\partial L}{\partial z_{ik}} = \frac{w_i}{B} (p_{ik} - t_{ik})

    Examples
    --------
    >>> import numpy as np
    >>> from skmnist.numpy_mlp import SoftmaxCrossEntropy
    >>> loss = SoftmaxCrossEntropy()
    >>> round(loss.forward(np.zeros((1, 4)), targets=np.array([[0.0, 1.0, 0.0, 0.0]])), 4)
    1.3863
    >>> loss.backward()
    array([[ 0.25, -0.75,  0.25,  0.25]])
    """

    def forward(self, outputs, targets, sample_weight=None):
        """Return the mean loss.

        Parameters
        ----------
        outputs : ndarray of shape (B, K)
        targets : ndarray of shape (B, K)
            Rows of probabilities. Usually the true class has 1 and the others have 0.
        sample_weight : ndarray of shape (B,), default=None
            Factors of the samples' losses, 1 by default.

        Returns
        -------
        loss : float
            The mean over the batch.
        """
        # the largest exponent is then 0, so no exponential overflows
        shifted = outputs - outputs.max(axis=1, keepdims=True)
        exponentials = np.exp(shifted)
        totals = exponentials.sum(axis=1, keepdims=True)
        losses = -((shifted - np.log(totals)) * targets).sum(axis=1)
        exponentials /= totals
        exponentials -= targets
        loss, self._gradient = _weighted_mean(losses, exponentials, sample_weight)
        return loss

    def backward(self):
        """Return the gradient of the last ``forward``.

        Returns
        -------
        gradient : ndarray of shape (B, K)
            The derivatives of the mean loss with respect to the outputs.
        """
        return self._gradient

    @staticmethod
    def probabilities(outputs):
        """Return the softmax of the outputs.

        Parameters
        ----------
        outputs : ndarray of shape (n_samples, K)

        Returns
        -------
        proba : ndarray of shape (n_samples, K)
            Each row adds up to 1.
        """
        proba = np.exp(outputs - outputs.max(axis=1, keepdims=True))
        proba /= proba.sum(axis=1, keepdims=True)
        return proba


class MSE:
    r"""Squared error: half the squared distance between outputs and targets, on average.

    .. math:: L = \frac{1}{B} \sum_{i=1}^{B} \frac{w_i}{2} \sum_{k=1}^{K} (z_{ik} - t_{ik})^2
              \qquad
              \frac{\partial L}{\partial z_{ik}} = \frac{w_i}{B} (z_{ik} - t_{ik})

    Because of the factor 1/2 the gradient is the plain difference. (Without the factor all
    gradients would be twice as large.)

    Examples
    --------
    >>> import numpy as np
    >>> from skmnist.numpy_mlp import MSE
    >>> loss = MSE()
    >>> loss.forward(np.array([[0.5, 0.0], [2.0, 1.0]]), targets=np.eye(2))
    1.0625
    >>> loss.backward()
    array([[-0.25,  0.  ],
           [ 1.  ,  0.  ]])
    """

    def forward(self, outputs, targets, sample_weight=None):
        """Return the mean loss.

        Parameters
        ----------
        outputs, targets : ndarray of shape (B, K)
        sample_weight : ndarray of shape (B,), default=None
            Factors of the samples' losses, 1 by default.

        Returns
        -------
        loss : float
            The mean over the batch.
        """
        differences = outputs - targets
        losses = np.square(differences).sum(axis=1) / 2
        loss, self._gradient = _weighted_mean(losses, differences, sample_weight)
        return loss

    def backward(self):
        """Return the gradient of the last ``forward``.

        Returns
        -------
        gradient : ndarray of shape (B, K)
            The derivatives of the mean loss with respect to the outputs.
        """
        return self._gradient

    @staticmethod
    def probabilities(outputs):
        r"""Return the probabilities that are nearest to the outputs.

        The outputs that minimise the expected squared error are the probabilities themselves.
        But the outputs of a network may be negative, or may not add up to 1. So each row is
        replaced by the nearest row, in Euclidean distance, that is not negative and adds up to
        1 [1]_. This is :math:`p_k = \max(z_k - \tau, 0)`, with the only :math:`\tau` for which
        the sum is 1. The order of the classes stays the same.

        Parameters
        ----------
        outputs : ndarray of shape (n_samples, K)

        Returns
        -------
        proba : ndarray of shape (n_samples, K)
            Each row adds up to 1.

        References
        ----------
        .. [1] J. Duchi, S. Shalev-Shwartz, Y. Singer and T. Chandra, "Efficient projections
           onto the l1-ball for learning in high dimensions", ICML 2008.

        Examples
        --------
        >>> import numpy as np
        >>> from skmnist.numpy_mlp import MSE
        >>> MSE.probabilities(np.array([[0.25, 0.75, 0.0], [1.25, 0.75, -3.0]]))
        array([[0.25, 0.75, 0.  ],
               [0.75, 0.25, 0.  ]])
        """
        # moving a row along the diagonal changes nothing but the rounding
        shifted = outputs - outputs.max(axis=1, keepdims=True)
        descending = -np.sort(-shifted, axis=1)
        counts = np.arange(1, outputs.shape[1] + 1, dtype=outputs.dtype)
        # τ if the first one, two, ... classes are those of a positive probability
        candidates = (descending.cumsum(axis=1) - 1) / counts
        n_positive = (descending > candidates).sum(axis=1, keepdims=True)
        tau = np.take_along_axis(candidates, n_positive - 1, axis=1)
        return np.maximum(shifted - tau, 0)


#: What the strings accepted as ``loss`` stand for.
LOSSES = {"cross_entropy": SoftmaxCrossEntropy, "squared_error": MSE}


def _weighted_mean(losses, gradients, sample_weight):
    """Return the mean loss, and the gradients of the mean: these in place."""
    if sample_weight is not None:
        losses = losses * sample_weight
        gradients *= sample_weight[:, None]
    gradients /= len(losses)
    return float(losses.mean()), gradients
