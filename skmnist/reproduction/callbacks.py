"""What some published training loops did that no parameter of an estimator stands for."""

import torch
from skorch.callbacks import Callback


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
            if parameter.ndim <= 1:
                parameter.grad.add_(parameter, alpha=self.strength)
