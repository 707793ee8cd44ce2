"""Labels of any type, as numbers."""

import numpy as np


def encode_labels(y, classes, name="y"):
    """Return the index of each label in the sorted classes."""
    unknown = np.setdiff1d(y, classes)
    if len(unknown):
        raise ValueError(f"{name} holds labels that are not among the classes: {unknown!r}.")
    return np.searchsorted(classes, y)
