"""The layers of a `NumpyMLPClassifier`."""

from skmnist.demo.layers import activation, dense
from skmnist.numpy_mlp import Dropout, Linear, ReLU


def layers_of_numpy(network):
    """Return the layers of a network of `skmnist.numpy_mlp`, see `layers.py`.

    Raises
    ------
    ValueError
        If there is a layer that the page does not know.
    """
    layers = []
    for index, layer in enumerate(network.layers):
        if type(layer) is Linear:
            layers.append(dense(layer.weight.T, layer.bias))
        elif type(layer) is ReLU:
            layers.append(activation("relu", layers[-1]["output"]))
        elif type(layer) is not Dropout:
            raise ValueError(
                f"The page has no layer like number {index} of the network, {layer!r}. It has "
                "Linear, ReLU and Dropout."
            )
    return layers
