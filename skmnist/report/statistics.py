"""How certain a number is that was measured on a sample."""

import math

import numpy as np

#: Of the normal distribution: 95 % lie within so many standard deviations.
Z = 1.959964

#: Probabilities below it count as this one: the logarithm of 0 would hide all others.
SMALLEST = 1e-12


def wilson_interval(n_right, n):
    """Return the 95 % confidence interval of a share, after Wilson.

    Unlike "share ± 2 standard errors" it is right for shares near 0 and 1 too, as accuracies are.

    Parameters
    ----------
    n_right, n : int

    Returns
    -------
    low, high : float
        0 and 1 if n is 0.

    Examples
    --------
    >>> from skmnist.report.statistics import wilson_interval
    >>> low, high = wilson_interval(9_950, 10_000)
    >>> f"{low:.4f} to {high:.4f}"
    '0.9934 to 0.9962'
    """
    if n == 0:
        return 0.0, 1.0
    share = n_right / n
    centre = share + Z**2 / (2 * n)
    half = Z * math.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    scale = 1 + Z**2 / n
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def mean_interval(values):
    """Return a mean and half the width of its 95 % confidence interval (NaN for one value)."""
    values = np.asarray(values, dtype=np.float64)
    if len(values) < 2:
        return float(values.mean()), math.nan
    return float(values.mean()), float(Z * values.std(ddof=1) / math.sqrt(len(values)))


def confidence_bins(confidence, n_bins=10):
    """Return the number of the bin of each confidence; bins are equally wide from 0 to 1."""
    return np.minimum((np.asarray(confidence) * n_bins).astype(int), n_bins - 1)


def calibration_error(confidence, right, n_bins=10):
    """Return the expected calibration error.

    This is the mean difference, over the images, between the confidence and the accuracy of the
    bin that the image is in.

    Parameters
    ----------
    confidence : ndarray of shape (n_images,)
        The probability of the label that was predicted.
    right : ndarray of bool of shape (n_images,) or (n_images, n_samples)
        Whether it was the true one. Each column is a sample of its own.
    n_bins : int, default=10

    Returns
    -------
    error : float or ndarray of shape (n_samples,)
    """
    bins = confidence_bins(confidence, n_bins)
    error = 0.0
    for number in range(n_bins):
        inside = bins == number
        gap = (right[inside] - confidence[inside].reshape(-1, *[1] * (right.ndim - 1))).sum(axis=0)
        error = error + np.abs(gap)
    return error / len(confidence)


def plausible_calibration_error(confidence, n_samples=200, seed=0):
    """Return the calibration error that a perfectly calibrated classifier hardly ever exceeds.

    Its errors are drawn at random by its own probabilities, again and again. The result is the
    99th percentile.
    """
    rng = np.random.default_rng(seed)
    right = rng.random((len(confidence), n_samples)) < confidence[:, None]
    return float(np.quantile(calibration_error(confidence, right), 0.99))
