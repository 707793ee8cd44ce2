"""What Keras does unless it is told otherwise: its Adam, and its initial weights."""

from functools import partial

import torch
from torch import nn

from skmnist._storable import storable
from skmnist.classifiers import MnistMLPClassifier
from skmnist.networks import MLP

#: Adam with the epsilon of Keras; torch's own is ten times smaller.
ADAM = partial(torch.optim.Adam, eps=1e-7, fused=True)


def start_after_glorot(network):
    """Draw a network's weights anew as Keras does, set its biases to zero, and return it.

    The weights of a layer are uniform, with variance 2 / (inputs + outputs).

    Parameters
    ----------
    network : torch.nn.Module

    Returns
    -------
    network : torch.nn.Module
        The same.

    References
    ----------
    X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural
    networks", AISTATS 2010.
    """
    for layer in network.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
    return network


@storable
class GlorotMLPClassifier(MnistMLPClassifier):
    """`MnistMLPClassifier` whose weights start as those of Keras do."""

    @staticmethod
    def _build_network(*args, **kwargs):
        return start_after_glorot(MLP(*args, **kwargs))
