"""What tells the settings of two fits apart, in text that is the same in every process.

A ``repr`` does not do: that of a function says where it is in memory, and not what it does.
"""

import functools
import hashlib
import re
import sys
import types

import numpy as np
import torch
from skorch.callbacks import Callback

# what else has no repr of its own shows an address
_ADDRESS = re.compile(r" at 0x[0-9a-f]+", re.IGNORECASE)

#: Their code is that of their versions.
_LIBRARIES = {*sys.stdlib_module_names, "numpy", "scipy", "sklearn", "skorch", "torch", "skmnist"}

#: What a module has of itself; the rest is what its class gives it.
_OF_MODULES = vars(torch.nn.Module()).keys()


def identity(value):
    """Return a text that differs if a fit with the value may end differently.

    Functions are told apart by their code, their defaults and the variables that they close over,
    but not by the global variables that they use. Objects are told apart by their class and their
    attributes, classes by what they hold, unless they are a library's, and callbacks by the name
    of their class and a ``repr`` of their own.
    """
    return _described(value, ())


def _described(value, outer):
    if any(value is other for other in outer):
        return "itself"
    inner = functools.partial(_described, outer=(*outer, value))
    if isinstance(value, dict):
        return f"{{{', '.join(f'{inner(k)}: {inner(v)}' for k, v in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"{type(value).__name__}({', '.join(map(inner, value))})"
    if isinstance(value, set | frozenset):
        return f"{type(value).__name__}({', '.join(sorted(map(inner, value)))})"
    if isinstance(value, np.ndarray | torch.Tensor):
        return _array(value)
    if isinstance(value, type):
        return _class(value, inner)
    if isinstance(value, types.FunctionType):
        return _function(value, inner)
    if isinstance(value, types.CodeType):
        return f"code({value.co_code.hex()}, {value.co_names}, {inner(value.co_consts)})"
    if isinstance(value, types.MethodType):
        return f"{inner(value.__func__)} of {inner(value.__self__)}"
    if isinstance(value, functools.partial):
        return f"partial({inner(value.func)}, {inner(value.args)}, {inner(value.keywords)})"
    if isinstance(value, torch.nn.Module):
        return _module(value, inner)
    if isinstance(value, Callback):
        # many only watch, so nothing counts but what they show
        has_own = type(value).__repr__ is not Callback.__repr__
        return f"{_name(type(value))}({_ADDRESS.sub('', repr(value)) if has_own else ''})"
    if hasattr(value, "__dict__") and not isinstance(value, types.ModuleType):
        return f"{_class(type(value), inner)}({inner(vars(value))})"
    return _ADDRESS.sub("", repr(value))


def _array(value):
    array = value.numpy(force=True) if isinstance(value, torch.Tensor) else value
    digest = hashlib.sha256(array.tobytes()).hexdigest()
    return f"array({array.dtype}, {array.shape}, {digest})"


def _name(value):
    return f"{value.__module__}.{value.__qualname__}"


def _class(cls, inner):
    """Describe a class: by its name if it is a library's, and else by what it holds, too."""
    own = [base for base in cls.__mro__ if base.__module__.partition(".")[0] not in _LIBRARIES]
    entries = [
        (name, inner(getattr(entry, "__func__", getattr(entry, "fget", entry))))
        for base in own
        for name, entry in vars(base).items()
        if isinstance(entry, types.FunctionType) or not name.startswith("__")
    ]
    return f"{_name(cls)}({entries or ''})"


def _function(function, inner):
    cells = [_contents(cell) for cell in function.__closure__ or ()]
    parts = (function.__code__, function.__defaults__, function.__kwdefaults__, cells)
    return f"{_name(function)}({', '.join(map(inner, parts))})"


def _contents(cell):
    try:
        return cell.cell_contents
    except ValueError:  # not yet set
        return None


def _module(module, inner):
    """Describe a network: its layers, what else they hold, and its weights."""
    layers = {
        name: (type(layer), {k: v for k, v in vars(layer).items() if k not in _OF_MODULES})
        for name, layer in module.named_modules()
    }
    return inner([layers, dict(module.state_dict())])
