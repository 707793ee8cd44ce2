"""Layers in a row."""

import numpy as np

from skmnist._storable import storable
from skmnist.numpy_mlp.layers import Linear


@storable
class Network:
    """Layers one after the other, with all of their parameters in one vector.

    The weights and biases of the layers become views of this vector, and their gradients views
    of another. So an optimiser changes all parameters in a single operation.

    Parameters
    ----------
    layers : list of layers
        In the order of ``forward``. At least one of them is a `Linear`.

    Attributes
    ----------
    parameters : ndarray of shape (n_parameters,)
        All weights in the order of the layers, then all biases.
    gradient : ndarray of shape (n_parameters,)
        Set by ``backward``, in the same order.
    n_weights : int
        How many of the parameters are weights.

    Examples
    --------
    >>> import numpy as np
    >>> from skmnist.numpy_mlp import Linear, Network, ReLU, he_normal
    >>> rng = np.random.default_rng(0)
    >>> network = Network([
    ...     Linear(he_normal(64, 32, rng), np.zeros(32, dtype=np.float32)),
    ...     ReLU(),
    ...     Linear(he_normal(32, 10, rng), np.zeros(10, dtype=np.float32)),
    ... ])
    >>> network.forward(np.ones((5, 64), dtype=np.float32)).shape
    (5, 10)
    >>> network.parameters.size == 64 * 32 + 32 * 10 + 32 + 10
    True
    """

    def __init__(self, layers):
        self.layers = list(layers)
        linear = [layer for layer in self.layers if isinstance(layer, Linear)]
        arrays = [(layer, "weight") for layer in linear]
        arrays += [(layer, "bias") for layer in linear if layer.bias is not None]
        self.parameters = np.concatenate([getattr(*array).ravel() for array in arrays])
        self.gradient = np.zeros_like(self.parameters)
        self.n_weights = sum(layer.weight.size for layer in linear)
        start = 0
        for layer, name in arrays:
            shape = getattr(layer, name).shape
            part = slice(start, start + int(np.prod(shape)))
            setattr(layer, name, self.parameters[part].reshape(shape))
            setattr(layer, name + "_gradient", self.gradient[part].reshape(shape))
            start = part.stop

    @property
    def dtype(self):
        """The dtype of the parameters and of all arithmetic."""
        return self.parameters.dtype

    @property
    def coefs(self):
        """The weights of each linear layer, arrays of shape (n_inputs, n_outputs)."""
        return [layer.weight for layer in self.layers if isinstance(layer, Linear)]

    @property
    def intercepts(self):
        """The biases of each linear layer that has any, arrays of shape (n_outputs,)."""
        layers = [layer for layer in self.layers if isinstance(layer, Linear)]
        return [layer.bias for layer in layers if layer.bias is not None]

    def forward(self, inputs, training=True):
        """Return the outputs of the last layer.

        Parameters
        ----------
        inputs : ndarray of shape (B, n_inputs)
        training : bool, default=True
            Whether layers remember the batch for ``backward``, and `Dropout` drops activations.

        Returns
        -------
        outputs : ndarray of shape (B, n_outputs)
            One row per sample.
        """
        for layer in self.layers:
            inputs = layer.forward(inputs, training=training)
        return inputs

    def backward(self, gradient):
        """Compute the gradient of all parameters from the gradient of the outputs.

        Parameters
        ----------
        gradient : ndarray of shape (B, n_outputs)

        Returns
        -------
        input_gradient : ndarray of shape (B, n_inputs) or None
            The gradient with respect to the inputs. None if the first layer does not compute it.
        """
        for layer in reversed(self.layers):
            gradient = layer.backward(gradient)
        return gradient

    def clear(self):
        """Let all layers forget the last batch."""
        for layer in self.layers:
            layer.clear()

    # copies and pickles must have views of their own vectors

    def __getstate__(self):
        return {"layers": self.layers}

    def __setstate__(self, state):
        self.__init__(state["layers"])
