"""Which rows are trained on, in which order, and what each counts."""

import math

import numpy as np

# integer weights are copies as long as they lengthen an epoch no more than this
_MAX_REPEATS = 10

# small enough for a processor's cache, and for float32 to hold the sum of so many squares of uint8
_CHUNK_ROWS = 256


def compact_pixels(X):
    """Return real-valued X as uint8 if that loses nothing, else as float32.

    So the same pixels give the same model whatever their dtype, and take the least memory.

    Raises
    ------
    ValueError
        If a number is too large for a float32.
    """
    if X.dtype == np.uint8:
        return X
    for start in range(0, len(X), _CHUNK_ROWS):
        chunk = X[start : start + _CHUNK_ROWS]
        # compared first, since casting what does not fit is undefined
        if not np.all((chunk >= 0) & (chunk <= 255)) or np.any(chunk != chunk.astype(np.uint8)):
            return to_float32(X)
    return X.astype(np.uint8)


def to_float32(X):
    """Return X as float32, or raise a ValueError if a number is too large for that."""
    if X.dtype == np.float32:
        return X
    with np.errstate(over="ignore"):
        converted = X.astype(np.float32)
    if np.any(np.isinf(converted) & np.isfinite(X)):
        raise ValueError("X holds values that are too large for float32. Scale it down.")
    return converted


def canonical_order(X, *keys):
    """Return the indices that sort the rows of X, ties by the keys.

    It depends on the rows alone, not on the order they come in, so neither does what is
    trained on them in this order.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    *keys : ndarrays of shape (n_samples,)

    Returns
    -------
    order : ndarray of int of shape (n_samples,)
    """
    # a row's bytes as one item: sorting them is fast, and any fixed order will do
    rows = np.ascontiguousarray(X).view(np.dtype((np.void, X.dtype.itemsize * X.shape[1])))[:, 0]
    order = np.argsort(rows)
    # equal rows, which are next to each other now, have the same rank and are sorted by the keys
    rank = np.zeros(len(rows), dtype=np.int64)
    for start in range(1, len(rows), _CHUNK_ROWS):
        chunk = rows[order[start - 1 : start + _CHUNK_ROWS]]
        rank[start : start + _CHUNK_ROWS] = chunk[1:] != chunk[:-1]
    np.cumsum(rank, out=rank)
    return order[np.lexsort([*(key[order] for key in keys[::-1]), rank])]


def training_rows(X, y, sample_weight=None):
    """Choose the rows to train on.

    Rows of weight 0 are dropped. Where all weights are whole numbers, a row of weight k is
    trained on as k copies would be, to the bit.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    y : ndarray of int of shape (n_samples,)
    sample_weight : ndarray of shape (n_samples,), default=None

    Returns
    -------
    rows : ndarray of int
        Indices into X in canonical order, repeated as weights ask.
    sample_weight : ndarray of shape (n_samples,) or None
        The weights that are left to be applied in the loss.
    """
    if sample_weight is None:
        return canonical_order(X, y), None
    rows = canonical_order(X, y, sample_weight)
    rows = rows[sample_weight[rows] > 0]
    weights = sample_weight[rows]
    whole = np.all(weights == np.round(weights))
    if whole and weights.sum() <= _MAX_REPEATS * len(rows):
        return np.repeat(rows, weights.astype(np.int64)), None
    return rows, sample_weight


def largest_magnitude(X, rows):
    """Return the largest absolute value of all pixels of some rows."""
    pixels = X[rows]
    return max(float(pixels.max()), -float(pixels.min()))


def mean_and_scale(X, rows):
    """Return the mean of all pixels of some rows, and their standard deviation (1 if 0).

    The same rows give the same bits: sums of uint8 are exact, others are made in the given order.
    """
    chunks = [rows[start : start + _CHUNK_ROWS] for start in range(0, len(rows), _CHUNK_ROWS)]
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
