"""NumPy's numbers as Python's own, which torch insists on."""

import numpy as np


def plain(value):
    """Return a parameter without NumPy's scalars; anything else comes back as it is.

    ``GridSearchCV`` sets such values from a grid like ``np.arange(1, 4)``.
    """
    if isinstance(value, tuple | list):
        return type(value)(plain(item) for item in value)
    return value.item() if isinstance(value, np.generic) else value
