"""The weight decay of published networks: PyTorch's own decays all parameters."""

import torch
from skorch.callbacks import Callback

from skmnist._storable import storable
from skmnist.networks import is_weight


@storable
class DecayOfTheRest(Callback):
    """Weight decay of biases and normalisation, which ``l2`` leaves out and torch's own does not.

    Parameters
    ----------
    strength : float
    """

    def __init__(self, strength):
        self.strength = strength

    def __repr__(self):
        return f"DecayOfTheRest({self.strength!r})"

    @torch.no_grad()
    def on_grad_computed(self, net, named_parameters, **kwargs):
        for _, parameter in named_parameters:
            if not is_weight(parameter):
                parameter.grad.add_(parameter, alpha=self.strength)
