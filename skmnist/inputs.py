"""Images and labels as users have them, brought into one shape."""

import math
import numbers

import numpy as np


def encode_labels(y, classes, name="y"):
    """Return the index of each label in the sorted classes."""
    unknown = np.setdiff1d(y, classes)
    if len(unknown):
        raise ValueError(f"{name} holds labels that are not among the classes: {unknown!r}.")
    return np.searchsorted(classes, y)


def flatten_images(X):
    """Return X with one row per image, and the images' shape if X had more dimensions."""
    shape = np.shape(X) if isinstance(X, list | tuple) else getattr(X, "shape", ())
    if len(shape) == 4 and shape[1] != 1:
        raise ValueError(
            f"X of four dimensions must be (n_samples, 1, height, width), got {tuple(shape)}: "
            "only images of one channel are supported."
        )
    if len(shape) not in (3, 4):
        return X, None
    return np.asarray(X).reshape(shape[0], -1), tuple(shape[-2:])


def resolve_image_shape(requested, seen, n_features):
    """Return the height and width of the images.

    Parameters
    ----------
    requested : tuple of int or None
        The parameter ``image_shape``.
    seen : tuple of int or None
        The shape of the images in X, where X had more than two dimensions.
    n_features : int
    """
    if requested is not None:
        requested = tuple(requested)
        if len(requested) != 2 or not all(
            isinstance(side, numbers.Integral) and side > 0 for side in requested
        ):
            raise ValueError(f"image_shape must be (height, width), got {requested!r}.")
        if requested[0] * requested[1] != n_features or seen not in (None, requested):
            raise ValueError(
                f"image_shape={requested} does not fit X, whose images have "
                f"{n_features if seen is None else seen} pixels."
            )
        return requested
    if seen is not None:
        return seen
    side = math.isqrt(n_features - 1) + 1
    return side, side
