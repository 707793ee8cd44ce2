"""Pixels as users have them, brought into one shape and few bytes, and measured."""

import math
import numbers

import numpy as np
from sklearn.utils import gen_batches

from skmnist._data.numbers import plain

# small enough for a processor's cache, and for float32 to hold the sum of so many squares of uint8
_CHUNK_ROWS = 256


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
    return np.asarray(X).reshape(shape[0], math.prod(shape[1:])), tuple(shape[-2:])


def full_ink(largest):
    """Return the upper end of the scale of pixels whose largest is known: 1, 16, 255 or 65,535.

    Parameters
    ----------
    largest : float

    Returns
    -------
    full_ink : float
        The number itself if it fits no scale.
    """
    if largest <= 0:
        return 255.0
    return next((float(end) for end in (1, 16, 255, 65_535) if largest <= end), float(largest))


def pixel_range(classifier):
    """Return the pixels without ink and with full ink, on the scale of a classifier's training."""
    if classifier.pixel_min_ < 0:  # such as standardised pixels: on no known scale
        return classifier.pixel_min_, classifier.pixel_max_
    return 0, full_ink(classifier.pixel_max_)


def square_side(n_pixels):
    """Return the side of the smallest square that holds so many pixels."""
    return math.isqrt(n_pixels - 1) + 1


def resolve_image_shape(requested, seen, n_features, *, pad=True):
    """Return the height and width of the images.

    Parameters
    ----------
    requested : tuple of int or None
        The parameter ``image_shape``.
    seen : tuple of int or None
        The shape of the images in X, where X had more than two dimensions.
    n_features : int
    pad : bool, default=True
        Whether rows that are no square become the next larger one; if not, there is no shape.

    Returns
    -------
    image_shape : tuple of int or None
    """
    if requested is not None:
        requested = plain(tuple(requested))
        if len(requested) != 2 or not all(
            isinstance(side, numbers.Integral) and side > 0 for side in requested
        ):
            raise ValueError(f"image_shape must be (height, width), got {requested!r}.")
        if requested[0] * requested[1] != n_features or seen not in (None, requested):
            raise ValueError(
                f"image_shape={requested} does not fit X, whose "
                + (f"rows have {n_features} pixels." if seen is None else f"images are {seen}.")
            )
        return requested
    if seen is not None:
        return seen
    side = square_side(n_features)
    return (side, side) if pad or side**2 == n_features else None


def compact_pixels(X, dtype="float32"):
    """Return real-valued X as uint8 if that loses nothing, else as floating-point numbers.

    So the same pixels give the same model whatever their dtype, and take the least memory.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    dtype : {"float32", "float64"}, default="float32"
        Of numbers that are no bytes.

    Raises
    ------
    ValueError
        If a number is too large for the dtype.
    """
    if X.dtype == np.uint8:
        return X
    for rows in gen_batches(len(X), _CHUNK_ROWS):
        chunk = X[rows]
        # compared first, since casting what does not fit is undefined
        if not np.all((chunk >= 0) & (chunk <= 255)) or np.any(chunk != chunk.astype(np.uint8)):
            return to_float(X, dtype)
    return X.astype(np.uint8)


def to_float(X, dtype="float32"):
    """Return X as floating-point numbers.

    Raises
    ------
    ValueError
        If a number is too large for the dtype.
    """
    with np.errstate(over="ignore"):
        converted = X.astype(dtype, copy=False)
    if converted is not X and np.any(np.isinf(converted) & np.isfinite(X)):
        raise ValueError(f"X holds values that are too large for {dtype}. Scale it down.")
    return converted


def measure_pixels(X, rows, scaling):
    """Return what to subtract from pixels, and what to divide them by.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    rows : ndarray of int
        The rows to measure.
    scaling : {"standard", "max_abs"} or None

    Returns
    -------
    mean, scale : float
    """
    if scaling == "standard":
        return mean_and_scale(X, rows)
    if scaling == "max_abs":
        return 0.0, largest_magnitude(X, rows) or 1.0
    return 0.0, 1.0


def largest_magnitude(X, rows):
    """Return the largest absolute value of all pixels of some rows."""
    pixels = X[rows]
    return max(float(pixels.max()), -float(pixels.min()))


def mean_and_scale(X, rows):
    """Return the mean of all pixels of some rows, and their standard deviation (1 if 0).

    The same rows give the same bits: sums of uint8 are exact, others are made in the given order.
    """
    chunks = [rows[chunk] for chunk in gen_batches(len(rows), _CHUNK_ROWS)]
    n_pixels = len(rows) * X.shape[1]

    def total(function, dtype):
        return sum(function(X.take(chunk, axis=0).astype(dtype)) for chunk in chunks)

    if X.dtype == np.uint8:

        def column_sums(pixels):
            return np.stack([pixels.sum(axis=0), np.einsum("ij,ij->j", pixels, pixels)])

        # each is a whole number that float32 holds; so is their sum in float64
        sums = total(lambda pixels: column_sums(pixels).astype(np.float64), np.float32).sum(axis=1)
        whole, squares = (int(value) for value in sums)
        mean, variance = whole / n_pixels, (n_pixels * squares - whole**2) / n_pixels**2
    else:
        mean = total(np.sum, np.float64) / n_pixels
        variance = total(lambda pixels: np.square(pixels - mean).sum(), np.float64) / n_pixels
    return float(mean), math.sqrt(variance) or 1.0
