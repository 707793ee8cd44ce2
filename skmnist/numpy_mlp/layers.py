"""The layers of a dense network. Each maps a batch forward, and a gradient backward.

A batch is an array (B, n) with one row per sample. ``forward`` returns the layer's outputs.
``backward`` gets the gradient of the objective with respect to these outputs. It returns the
gradient with respect to the layer's inputs, which the layer before it needs.
"""

import numpy as np

from skmnist._storable import storable


class Layer:
    """The base class of all layers. A private attribute holds something of the last batch."""

    def clear(self):
        """Forget the last batch."""
        for name in [name for name in vars(self) if name.startswith("_")]:
            delattr(self, name)

    def __getstate__(self):
        return {name: value for name, value in vars(self).items() if not name.startswith("_")}


@storable
class Linear(Layer):
    r"""Compute weighted sums of the inputs.

    Forward, for a batch :math:`X` of shape (B, n_inputs):

    .. math:: Y = X W + b

    Backward, for the gradient :math:`G` of the objective with respect to :math:`Y`:

    .. math:: \frac{\partial}{\partial W} = X^T G \qquad
              \frac{\partial}{\partial b} = \sum_{i=1}^{B} G_i \qquad
              \frac{\partial}{\partial X} = G W^T

    Parameters
    ----------
    weight : ndarray of shape (n_inputs, n_outputs), float32 or float64
        All arithmetic has the dtype of the weight.
    bias : ndarray of shape (n_outputs,), default=None
        A layer without biases has None.
    input_gradient : bool, default=True
        Whether ``backward`` computes the gradient with respect to the inputs. This is a third
        of the work, and the first layer of a network does not need it.

    Attributes
    ----------
    weight_gradient : ndarray of shape (n_inputs, n_outputs)
        Set by ``backward``.
    bias_gradient : ndarray of shape (n_outputs,) or None
        Set by ``backward``.

    Examples
    --------
    >>> import numpy as np
    >>> from skmnist.numpy_mlp import Linear
    >>> layer = Linear(weight=np.array([[1.0, 2.0], [3.0, 4.0]]), bias=np.array([0.5, -0.5]))
    >>> layer.forward(np.array([[1.0, 10.0]]))
    array([[31.5, 41.5]])
    >>> layer.backward(np.array([[1.0, 0.0]]))
    array([[1., 3.]])
    >>> layer.weight_gradient
    array([[ 1.,  0.],
           [10.,  0.]])
    >>> layer.bias_gradient
    array([1., 0.])
    """

    def __init__(self, weight, bias=None, input_gradient=True):
        self.weight = weight
        self.bias = bias
        self.input_gradient = input_gradient
        self.weight_gradient = np.zeros_like(weight)
        self.bias_gradient = None if bias is None else np.zeros_like(bias)

    def __repr__(self):
        bias = "" if self.bias is None else f", bias: {self.bias.size}"
        return f"Linear(weight: {self.weight.shape[0]}×{self.weight.shape[1]}{bias})"

    def forward(self, inputs, training=True):
        """Return the weighted sums.

        Parameters
        ----------
        inputs : ndarray of shape (B, n_inputs)
        training : bool, default=True
            Whether to remember the batch for ``backward``.

        Returns
        -------
        outputs : ndarray of shape (B, n_outputs)
            One row per sample.
        """
        if training:
            self._inputs = inputs
        outputs = inputs @ self.weight
        if self.bias is not None:
            outputs += self.bias
        return outputs

    def backward(self, gradient):
        """Compute the gradients of the weights and biases, and return that of the inputs.

        Parameters
        ----------
        gradient : ndarray of shape (B, n_outputs)

        Returns
        -------
        input_gradient : ndarray of shape (B, n_inputs) or None
            None if ``input_gradient=False``.
        """
        np.matmul(self._inputs.T, gradient, out=self.weight_gradient)
        if self.bias is not None:
            np.sum(gradient, axis=0, out=self.bias_gradient)
        return gradient @ self.weight.T if self.input_gradient else None

    def __getstate__(self):
        return {name: getattr(self, name) for name in ("weight", "bias", "input_gradient")}

    def __setstate__(self, state):
        self.__init__(**state)


@storable
class ReLU(Layer):
    r"""Rectify: negative values become zero.

    .. math:: Y = \max(X, 0) \qquad
              \frac{\partial}{\partial X} = G \cdot [X > 0]

    ReLU has no derivative at zero. There the gradient is 0.

    Examples
    --------
    >>> import numpy as np
    >>> from skmnist.numpy_mlp import ReLU
    >>> layer = ReLU()
    >>> layer.forward(np.array([[-1.0, 0.0, 2.0]]))
    array([[0., 0., 2.]])
    >>> layer.backward(np.array([[5.0, 5.0, 5.0]]))
    array([[0., 0., 5.]])
    """

    def __repr__(self):
        return "ReLU()"

    def forward(self, inputs, training=True):
        """Return the inputs, with zero in place of negative values.

        Parameters
        ----------
        inputs : ndarray of shape (B, n)
        training : bool, default=True
            Whether to remember the batch for ``backward``.

        Returns
        -------
        outputs : ndarray of shape (B, n)
            One row per sample.
        """
        outputs = np.maximum(inputs, 0)
        if training:
            self._outputs = outputs
        return outputs

    def backward(self, gradient):
        """Return the gradient, with zero where the input was not positive.

        Parameters
        ----------
        gradient : ndarray of shape (B, n)

        Returns
        -------
        input_gradient : ndarray of shape (B, n)
            The gradient with respect to the inputs.
        """
        return gradient * (self._outputs > 0)


@storable
class Dropout(Layer):
    r"""Set activations to zero at random while training [1]_.

    .. math:: Y = X \cdot M \qquad \frac{\partial}{\partial X} = G \cdot M \qquad
              M_{ij} = \begin{cases} 0 & \text{with probability } p \\
              1 / (1 - p) & \text{otherwise} \end{cases}

    The mean of M is 1 ("inverted" dropout). So predictions need no scaling: there the layer
    does nothing. A dropped activation passes no gradient back, because ``backward`` uses the
    mask that ``forward`` has drawn.

    Parameters
    ----------
    p : float
        Probability of dropping an activation, from 0 to less than 1.
    rng : numpy.random.Generator
        Source of the masks.

    References
    ----------
    .. [1] N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov,
       "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15, 2014.

    Examples
    --------
    >>> import numpy as np
    >>> from skmnist.numpy_mlp import Dropout
    >>> layer = Dropout(0.5, np.random.default_rng(0))
    >>> layer.forward(np.ones((2, 4)))
    array([[2., 2., 2., 0.],
           [0., 0., 0., 0.]])
    >>> layer.backward(np.full((2, 4), 10.0))
    array([[20., 20., 20.,  0.],
           [ 0.,  0.,  0.,  0.]])
    >>> layer.forward(np.ones((1, 4)), training=False)
    array([[1., 1., 1., 1.]])
    """

    def __init__(self, p, rng):
        self.p = p
        self.rng = rng

    def __repr__(self):
        return f"Dropout(p={self.p:g})"

    def forward(self, inputs, training=True):
        """Drop activations in training. Otherwise return the inputs unchanged.

        Parameters
        ----------
        inputs : ndarray of shape (B, n)
        training : bool, default=True

        Returns
        -------
        outputs : ndarray of shape (B, n)
            One row per sample.
        """
        if not training:
            return inputs
        kept = self.rng.random(inputs.shape, dtype=np.float32) >= self.p
        self._mask = np.multiply(kept, 1 / (1 - self.p), dtype=inputs.dtype)
        return inputs * self._mask

    def backward(self, gradient):
        """Return the gradient with the mask of the last ``forward`` applied.

        Parameters
        ----------
        gradient : ndarray of shape (B, n)

        Returns
        -------
        input_gradient : ndarray of shape (B, n)
            The gradient with respect to the inputs.
        """
        return gradient * self._mask
