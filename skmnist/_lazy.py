"""Public names that are imported when they are first touched, so that importing a room is fast."""

import importlib
import sys


def lazy_exports(package, modules):
    """Return the ``__getattr__``, ``__dir__`` and ``__all__`` of a package.

    Parameters
    ----------
    package : str
        Its ``__name__``.
    modules : dict of str to str
        For each public name the module of the package that defines it.

    Returns
    -------
    getattr_, dir_ : functions
        See PEP 562.
    names : list of str
    """

    def getattr_(name):
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(f"{package}.{modules[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    def dir_():
        return sorted({*vars(sys.modules[package]), *modules})

    return getattr_, dir_, [*modules]
