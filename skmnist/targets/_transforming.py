"""Transforming a target, with a transformer that is made for targets or for inputs."""

import numpy as np
from sklearn.base import clone
from sklearn.utils import get_tags


def fit_transformer(transformer, y):
    """Return a clone of the transformer, fitted on a 1-D y; None if there is none."""
    if transformer is None:
        return None
    return clone(transformer).fit(_as_input(transformer, y))


def transform_target(transformer, y):
    """Return a 1-D y transformed, 1-D again. Without a transformer y is returned unchanged."""
    if transformer is None:
        return y
    transformed = np.asarray(transformer.transform(_as_input(transformer, y)))
    if transformed.shape not in (y.shape, (*y.shape, 1)):
        raise ValueError(
            f"{type(transformer).__name__} must give one label per sample: it made an output of "
            f"shape {transformed.shape} from {len(y)} labels."
        )
    return transformed.reshape(-1)


def _as_input(transformer, y):
    # a transformer that is made for X, such as a Binarizer, needs a column
    return y.reshape(-1, 1) if get_tags(transformer).input_tags.two_d_array else y
