"""The L1 penalty of a published network: its strength fades within each epoch."""

import torch
from skorch.callbacks import Callback

from skmnist._storable import storable


@storable
class FadingL1(Callback):
    """An L1 penalty whose strength is divided by the number of the batch in its epoch.

    Its gradient is added to that of every parameter, biases and normalisation included.

    Parameters
    ----------
    strength : float
        In an epoch's first batch.
    """

    def __init__(self, strength):
        self.strength = strength

    def __repr__(self):
        return f"FadingL1({self.strength!r})"

    def on_epoch_begin(self, net, **kwargs):
        self.batch_ = 0

    @torch.no_grad()
    def on_grad_computed(self, net, named_parameters, **kwargs):
        self.batch_ += 1
        for _, parameter in named_parameters:
            parameter.grad.add_(parameter.sign(), alpha=self.strength / self.batch_)
