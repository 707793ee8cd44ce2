"""Torch's optimisers without the import of its compiler.

Most methods of ``torch.optim`` are wrapped so that ``torch.compile`` leaves them alone. When a
wrapper is first called, it imports the compiler. That costs each process one second and 68 MB
(examples/benchmarks/engine_parts.py), and a search has many processes. Nothing is compiled here,
so the same methods are used unwrapped. The tests compare their steps with torch's own.
"""

from inspect import unwrap

import torch
from torch.optim import Optimizer

from skmnist._engine import muon


class _Uncompiled:
    add_param_group = unwrap(Optimizer.add_param_group)
    zero_grad = unwrap(Optimizer.zero_grad)
    state_dict = unwrap(Optimizer.state_dict)
    load_state_dict = unwrap(Optimizer.load_state_dict)

    def __init_subclass__(cls):
        # the wrapper of this one turns the recording of gradients off, too
        cls.step = torch.no_grad()(unwrap(cls.step))


# the names are stored with a model, to tell whether its optimiser's state can be used


class SGD(_Uncompiled, torch.optim.SGD):
    """``torch.optim.SGD``."""


class Adam(_Uncompiled, torch.optim.Adam):
    """``torch.optim.Adam``."""


class AdamW(_Uncompiled, torch.optim.AdamW):
    """``torch.optim.AdamW``."""


class RMSprop(_Uncompiled, torch.optim.RMSprop):
    """``torch.optim.RMSprop``."""


class Muon(_Uncompiled, muon.Muon):
    """``torch.optim.Muon``, for all parameters of a network."""


#: What the strings accepted as ``optimizer`` stand for.
OPTIMIZERS = {"sgd": SGD, "adam": Adam, "adamw": AdamW, "rmsprop": RMSprop, "muon": Muon}
