"""The optimiser Muon: momentum whose steps are made orthogonal."""

from itertools import groupby

import torch
from torch.optim import Optimizer

#: Steps of Newton and Schulz. More of them did not lower the error (MNIST, last 10,000 training
#: images), and fewer raised it.
N_STEPS = 3

# coefficients of Jordan's polynomial, which raises small singular values fastest
_A, _B, _C = 3.4445, -4.7750, 2.0315


class Muon(Optimizer):
    """Nesterov momentum that moves all directions of a weight matrix by about the same [1]_.

    A gradient is mostly about a few directions, and a network of one epoch learns little of the
    others. So the momentum of each weight is replaced by an almost orthogonal matrix near it. The
    filters of a convolution are the rows of a matrix. Biases, parameters of normalisations and
    the network's output have plain Nesterov momentum, with the same learning rate.

    ``torch.optim.Muon`` does the same to matrices, in bfloat16, and takes nothing else.

    Parameters
    ----------
    params : iterable
        Parameters, or groups of them as dicts.
    lr : float
        The learning rate.
    momentum : float, default=0.9
        From 0 to less than 1.
    weight_decay : float, default=0.0
        Decoupled from the gradient: each step shrinks parameters by ``lr`` · ``weight_decay``.
    orthogonal : bool, default=True
        Whether steps of matrices are orthogonalised; see `with_output_apart`.

    References
    ----------
    .. [1] K. Jordan, "Muon: an optimizer for hidden layers in neural networks", 2024.
    """

    def __init__(self, params, lr, momentum=0.9, weight_decay=0.0, orthogonal=True):
        defaults = {"lr": lr, "momentum": momentum, "weight_decay": weight_decay}
        super().__init__(params, defaults | {"orthogonal": orthogonal})

    @torch.no_grad()
    def step(self, closure=None):
        """Take a step; return the closure's loss, if there is one."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._move(parameter, group)
        return loss

    def _move(self, parameter, group):
        state = self.state[parameter]
        if not state:
            state["momentum_buffer"] = torch.zeros_like(parameter)
        buffer = state["momentum_buffer"].mul_(group["momentum"]).add_(parameter.grad)
        direction = parameter.grad.add(buffer, alpha=group["momentum"])
        if group["orthogonal"] and parameter.ndim > 1:
            direction = orthogonalized(direction.flatten(1)).view(parameter.shape)
        parameter.mul_(1 - group["lr"] * group["weight_decay"])
        parameter.add_(direction, alpha=-group["lr"])


def with_output_apart(groups, output):
    """Return groups of parameters of which that of the network's output is not orthogonalised.

    Parameters
    ----------
    groups : list of dict
    output : torch.nn.Parameter or None
        The weight of the output layer.
    """
    return [
        {**group, "params": list(params), "orthogonal": not is_output}
        for group in groups
        for is_output, params in groupby(group["params"], key=lambda weight: weight is output)
    ]


def orthogonalized(matrix):
    """Return a matrix with the singular vectors of another, and singular values near 1.

    Values that are far below the largest stay below 1. A matrix with more rows than columns is
    made larger, so that an output of its layer changes as much as with a square one.

    Parameters
    ----------
    matrix : torch.Tensor of shape (m, n)

    Returns
    -------
    result : torch.Tensor of shape (m, n)
    """
    n_rows, n_columns = matrix.shape
    is_tall = n_rows > n_columns
    wide = matrix.T if is_tall else matrix
    wide = wide / wide.norm().clamp(min=1e-7)  # no singular value is larger than 1
    for _ in range(N_STEPS):
        gram = wide @ wide.T
        polynomial = torch.addmm(gram, gram, gram, beta=_B, alpha=_C)
        wide = torch.addmm(wide, polynomial, wide, beta=_A)
    return wide.T * (n_rows / n_columns) ** 0.5 if is_tall else wide
