"""Metrics as text, and what they say of a published claim."""

import math

from scipy import stats

from skmnist.reproduction.recipes.metrics import METRICS

#: With fewer runs their spread says next to nothing.
_ENOUGH_RUNS = 3


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
    if value is None:
        return "–"
    factor, digits = (100, 2) if METRICS[metric].is_accuracy else (1, 4)
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


def primary_metric(recipe):
    """Return the metric that a recipe is judged by: the first that was reported."""
    return next(iter(recipe.reported), "test_accuracy")


def plausible_difference(results, metric):
    """Return how far a single published run may plausibly be from the mean of ours.

    From three runs on, half the width of the 95 % prediction interval of one more run, by
    Student's t. With fewer, for an accuracy, two standard deviations of the difference between
    two samples of as many images as it was measured on; for a loss there is no saying.

    Parameters
    ----------
    results : Results
        With at least one run.
    metric : str
        A name in `METRICS`.

    Returns
    -------
    difference : float or None
    """
    n_runs = len(results.values(metric))
    if n_runs >= _ENOUGH_RUNS:
        quantile = float(stats.t.ppf(0.975, n_runs - 1))
        return quantile * results.spread(metric) * math.sqrt(1 + 1 / n_runs)
    if not METRICS[metric].is_accuracy:
        return None
    mean = results.mean(metric)
    n_images = results.recipe.data.n_images(METRICS[metric].split)
    return 2 * math.sqrt(2 * mean * (1 - mean) / n_images)


def verdict(results):
    """Return what the results say of the reported metric, or of the aim, in a word or two.

    Parameters
    ----------
    results : Results
    """
    recipe = results.recipe
    metric = primary_metric(recipe)
    mean = results.mean(metric)
    if mean is None:
        return "not run yet"
    if results.is_smoke_run:
        return ""
    if recipe.aim is not None:
        if mean >= recipe.aim:
            return "aim met"
        return f"aim missed by {100 * (recipe.aim - mean):.2f} points"
    if metric not in recipe.reported:
        return ""
    difference = mean - recipe.reported[metric]
    plausible = plausible_difference(results, metric)
    if plausible is None:
        return ""
    if abs(difference) <= plausible:
        return "agrees"
    better = difference > 0 if METRICS[metric].is_accuracy else difference < 0
    return "better" if better else "worse"
