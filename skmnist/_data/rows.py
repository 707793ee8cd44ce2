"""Which rows are trained on, in which order, and what each counts."""

import math
import numbers

import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.utils import compute_class_weight, gen_batches

# integer weights are copies as long as they lengthen an epoch no more than this
_MAX_REPEATS = 10

_CHUNK_ROWS = 256


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
    # any fixed order will do: that of numbers is much faster to find than that of whole rows
    number = _row_numbers(X)
    order = np.argsort(number)
    shared = number[order[1:]] == number[order[:-1]]
    if not shared.any():
        return order
    # equal rows, and different ones that happen to share a number, are sorted by their bytes
    again = np.append(shared, False) | np.append(False, shared)
    rows = order[again]
    rank = _rank(X[rows])
    order[again] = rows[np.lexsort([*(key[rows] for key in keys[::-1]), rank, number[rows]])]
    return order


def _row_numbers(X):
    """Return a number for each row that depends on its bytes: almost surely one of its own."""
    n_bytes = X.dtype.itemsize * X.shape[1]
    n_words, n_left = divmod(n_bytes, 8)
    # the seed is fixed, so that the order is; odd factors lose nothing of a word
    factors = np.random.default_rng(0).integers(2**63, size=n_words + n_left, dtype=np.uint64)
    factors |= np.uint64(1)
    rows = np.ascontiguousarray(X).view(np.uint8)
    number = rows[:, 8 * n_words :].astype(np.uint64) @ factors[n_words:]
    if n_words:
        number += rows[:, : 8 * n_words].view(np.uint64) @ factors[:n_words]
    return number


def _rank(X):
    """Return the place of each row among the different rows, by their bytes."""
    # a row's bytes as one item
    rows = np.ascontiguousarray(X).view(np.dtype((np.void, X.dtype.itemsize * X.shape[1])))[:, 0]
    order = np.argsort(rows)
    is_new = np.zeros(len(rows), dtype=np.int64)
    for part in gen_batches(len(rows) - 1, _CHUNK_ROWS):
        chunk = rows[order[part.start : part.stop + 1]]
        is_new[part.start + 1 : part.stop + 1] = chunk[1:] != chunk[:-1]
    rank = np.empty_like(order)
    rank[order] = np.cumsum(is_new)
    return rank


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


def split_off(rows, y, fraction, seed):
    """Set a share of the rows aside for validation, stratified by class.

    Parameters
    ----------
    rows : ndarray of int
    y : ndarray of int of shape (n_samples,)
    fraction : float
    seed : int

    Returns
    -------
    rows, held_out : ndarray of int

    Raises
    ------
    ValueError
        If there are too few rows for that.
    """
    try:
        return train_test_split(rows, test_size=fraction, stratify=y[rows], random_state=seed)
    except ValueError as error:
        raise ValueError(
            f"early_stopping could not set {fraction:.0%} of the "
            f"{len(rows)} samples aside for validation: {error} Pass X_val and y_val, "
            "change validation_fraction, or set early_stopping=False."
        ) from error


def loss_weights(y, rows, classes, sample_weight, class_weight):
    """Return a factor of the loss for each sample, 1 on average over some rows.

    Parameters
    ----------
    y : ndarray of int of shape (n_samples,)
        Indices into the classes.
    rows : ndarray of int
        The rows that are trained on.
    classes : ndarray of shape (n_classes,)
    sample_weight : ndarray of shape (n_samples,) or None
    class_weight : dict, "balanced" or None

    Returns
    -------
    weights : ndarray of float64 of shape (n_samples,) or None
        None if all factors are 1.

    Raises
    ------
    ValueError
        If no row has a weight, or that of a class is negative or not finite.
    """
    if class_weight is None and sample_weight is None:
        return None
    weights = np.ones(len(y)) if sample_weight is None else sample_weight
    if isinstance(class_weight, dict):
        _check_class_weight(class_weight)
    if class_weight is not None:
        present = np.unique(y[rows])
        factors = np.ones(len(classes))
        # a dict may name classes that a chunk of a stream lacks
        named = slice(None) if isinstance(class_weight, dict) else present
        factors[named] = compute_class_weight(
            class_weight, classes=classes[named], y=classes[y[rows]]
        )
        weights = weights * factors[y]
    mean = weights[rows].mean()
    if mean == 0:
        raise ValueError("class_weight leaves every sample a weight of zero.")
    return weights / mean


def _check_class_weight(class_weight):
    wrong = {
        label: weight
        for label, weight in class_weight.items()
        if not isinstance(weight, numbers.Real) or not 0 <= weight < math.inf
    }
    if wrong:
        raise ValueError(
            f"class_weight must hold finite numbers that are not negative, but it holds {wrong!r}."
        )
