"""Metrics as text."""

import math

from skmnist.reproduction.recipes.metrics import METRICS

#: What stands where there is no value.
NOTHING = "–"


def format_metric(metric, value, spread=None):
    """Return a value as text: an accuracy in per cent, a loss as it is.

    Parameters
    ----------
    metric : str
        A name in `METRICS`.
    value : float or None
    spread : float, default=None
        Its standard deviation.
    """
    return format_value(METRICS[metric].is_accuracy, value, spread)


def format_value(is_accuracy, value, spread=None):
    """Return an accuracy in per cent, or a loss with as many digits as its size needs.

    Parameters
    ----------
    is_accuracy : bool
    value : float or None
    spread : float, default=None
        Its standard deviation.
    """
    if value is None:
        return NOTHING
    factor, digits = (100, 2) if is_accuracy else (1, _digits(value))
    text = f"{factor * value:.{digits}f}"
    return text if spread is None else f"{text} ± {factor * spread:.{digits}f}"


def format_mean(results, metric):
    """Return the mean of a metric over a recipe's runs as text, with the spread if there is one.

    Parameters
    ----------
    results : Results
    metric : str
        A name in `METRICS`.
    """
    return format_metric(metric, results.mean(metric), results.spread(metric))


def format_seconds(seconds):
    """Return a time as text, in the unit that suits it: "40 s", "12 min", "3.5 h"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def _digits(loss):
    """Return how many decimal places show at least three digits of a loss, at least four."""
    if not 0 < abs(loss) < 0.1 or not math.isfinite(loss):
        return 4
    return max(4, 2 - math.floor(math.log10(abs(loss))))
