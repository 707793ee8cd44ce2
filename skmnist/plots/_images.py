"""Rows of pixels as the images that they are."""

import math

import numpy as np

from skmnist._data.pixels import square_side


def as_images(X, image_shape=None):
    """Return pixels as images.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features), (n_samples, height, width) or \
            (n_samples, 1, height, width)
    image_shape : tuple of int, default=None
        Height and width. By default those of X if it has more than two dimensions, else a square.
        If the square has more pixels than X, zeros follow.

    Returns
    -------
    images : ndarray of shape (n_samples, height, width)

    Raises
    ------
    ValueError
        If X has more pixels than such images.
    """
    X = np.asarray(X)
    if X.ndim > 2:
        image_shape = X.shape[-2:]
    elif X.ndim < 2:
        raise ValueError(f"X must have at least two dimensions, got an array of shape {X.shape}.")
    elif image_shape is None:
        side = square_side(X.shape[1])
        image_shape = (side, side)
    rows = X.reshape(len(X), math.prod(X.shape[1:]))
    missing = math.prod(image_shape) - rows.shape[1]
    if missing < 0:
        raise ValueError(f"X has more pixels than images of shape {tuple(image_shape)}.")
    return np.pad(rows, [(0, 0), (0, missing)]).reshape(-1, *image_shape)


def check_same_length(**arrays):
    """Raise an error unless arrays have the same length."""
    lengths = [len(array) for array in arrays.values()]
    if len(set(lengths)) > 1:
        *first, last = arrays
        raise ValueError(
            f"{', '.join(first)} and {last} must be of the same length, got "
            f"{', '.join(map(str, lengths[:-1]))} and {lengths[-1]}."
        )
