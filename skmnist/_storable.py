"""Which classes of this package a saved model may hold."""

import importlib

_STORABLE = set()

# what a user touches; nothing else is imported because a file says so
_ROOMS = (
    "augmentation",
    "callbacks",
    "classifiers",
    "networks",
    "numpy_mlp",
    "pictures",
    "reproduction",
    "schedules",
    "targets",
)


def storable(cls):
    """Mark a class as one that a saved model may hold, itself or as an instance.

    Restoring such an object must run nothing but the setting of attributes.
    """
    _STORABLE.add(full_name(cls))
    return cls


def is_storable(name):
    """Tell whether a class of this full name is marked; its module is imported to see."""
    module = name.rpartition(".")[0]
    package, _, rest = module.partition(".")
    if package != "skmnist" or rest.partition(".")[0] not in _ROOMS:
        return False
    try:
        importlib.import_module(module)
    except ImportError:
        return False
    return name in _STORABLE


def full_name(cls):
    """Return the name to import a class by."""
    return f"{cls.__module__}.{cls.__qualname__}"
