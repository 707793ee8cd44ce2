"""How good probabilities are."""

import numpy as np

N_BINS = 15


def log_loss(proba, y):
    """Return the mean negative logarithm of the true class's probability.

    Parameters
    ----------
    proba : ndarray of shape (n_samples, n_classes)
    y : ndarray of shape (n_samples,)
        Indices of the true classes.
    """
    true = proba[np.arange(len(y)), y]
    # a zero, which some round to, would cost an infinity
    return -float(np.log(true.astype(np.float64).clip(np.finfo(np.float32).eps)).mean())


def calibration_error(proba, y):
    """Return the expected calibration error: how far confidence and accuracy are apart.

    Predictions are put into 15 bins of equal width by the probability of the predicted class. In
    each bin the mean of these probabilities is compared with the share of right predictions.
    The differences are averaged, each with the number of predictions in its bin.

    Parameters
    ----------
    proba : ndarray of shape (n_samples, n_classes)
    y : ndarray of shape (n_samples,)
        Indices of the true classes.
    """
    confidence = proba.max(axis=1).astype(np.float64)
    surplus = confidence - (proba.argmax(axis=1) == y)
    bins = np.minimum((confidence * N_BINS).astype(int), N_BINS - 1)
    return float(np.abs(np.bincount(bins, weights=surplus)).sum() / len(y))
