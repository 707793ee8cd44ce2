"""What our runs say of a published number: the one rule that all verdicts follow."""

import math
import statistics
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import optimize, stats

#: With fewer runs their spread says next to nothing.
ENOUGH_RUNS = 3

#: How sure the interval is, and how probable it is that a difference is noticed.
LEVEL, POWER = 0.95, 0.8

#: A loss that differs by this factor matters.
FACTOR_THAT_MATTERS = 1.5

#: A difference of accuracies that matters is between these; see `matters`.
LEAST_THAT_MATTERS, MOST_THAT_MATTERS = 0.001, 0.01


@dataclass(frozen=True)
class Verdict:
    """What is said of a published number.

    Parameters
    ----------
    word : str
        "exact", "not exact", "agrees", "differs", "cannot tell", "too few runs" or "not run yet".
    low, high : float, default=None
        In 95 of 100 cases one more run of ours would lie between them.
    noticed : float, default=None
        The smallest difference that the rule notices with a probability of 80 %: of an accuracy
        the difference, of a loss the factor.
    """

    word: str
    low: float | None = None
    high: float | None = None
    noticed: float | None = None


def judge(values, published, *, is_accuracy, step):
    """Compare a published number, which is of one run, with runs of ours.

    Losses are compared by their logarithm, because their spread grows with their size.

    Parameters
    ----------
    values : sequence of float
        Ours, one of each seed.
    published : float
    is_accuracy : bool
        Whether the numbers are accuracies. They are losses otherwise.
    step : float
        The finest difference that the published number can show: of one image, or of half its
        last digit. The interval is wider by so much.

    Returns
    -------
    verdict : Verdict
    """
    if not values:
        return Verdict("not run yet")
    if len(values) < ENOUGH_RUNS:
        return Verdict("too few runs")
    logarithmic = not is_accuracy and min(*values, published) > 0
    scaled = [math.log(value) for value in values] if logarithmic else list(values)
    center, spread = statistics.mean(scaled), statistics.stdev(scaled)
    reach = spread * prediction_quantile(len(values))
    noticed = spread * noticed_deviations(len(values))
    low, high = center - reach, center + reach
    if logarithmic:
        low, high, noticed = math.exp(low), math.exp(high), math.exp(noticed)
    # a number that is a step away lies inside, however sums are rounded
    low, high = low - step * (1 + 1e-6), high + step * (1 + 1e-6)
    if is_accuracy:
        low, high = max(low, 0.0), min(high, 1.0)
    if logarithmic:
        noticed *= 1 + step / published
        small_enough = noticed <= FACTOR_THAT_MATTERS
    else:
        noticed += step
        small_enough = noticed <= max(matters(published), step)
    if not low <= published <= high:
        word = "differs"
    else:
        word = "agrees" if small_enough else "cannot tell"
    return Verdict(word, low, high, noticed)


def judge_figure(results, figure):
    """Compare a published figure with a recipe's runs.

    Parameters
    ----------
    results : Results
        Of the recipe.
    figure : Figure
        One of the recipe's.

    Returns
    -------
    verdict : Verdict
        "exact" or "not exact" if the random numbers of the published run are known, and "exact"
        if every run has the published digits.
    """
    if results.recipe.published_seed is not None:
        value = results.exact_value(figure)
        if value is None:
            return Verdict("not run yet")
        return Verdict("exact" if figure.is_matched_by(value) else "not exact")
    values = results.values_of(figure)
    if len(values) >= ENOUGH_RUNS and all(map(figure.is_matched_by, values)):
        return Verdict("exact")
    is_accuracy = figure.metric.is_accuracy
    step = 0.0
    if is_accuracy:
        step = max(1 / results.recipe.n_images(figure), 10**-figure.metric.digits / 2)
    return judge(values, figure.value, is_accuracy=is_accuracy, step=step)


def matters(accuracy):
    """Return the difference from a published accuracy that would matter: half of its errors.

    It is at least a tenth of a point, because some published accuracies have next to no errors,
    and at most one point, because others have many.
    """
    return min(max((1 - accuracy) / 2, LEAST_THAT_MATTERS), MOST_THAT_MATTERS)


@cache
def prediction_quantile(n_runs):
    """Return half the width of the prediction interval of one more run, in standard deviations.

    Parameters
    ----------
    n_runs : int
        At least 2.
    """
    quantile = float(stats.t.ppf((1 + LEVEL) / 2, n_runs - 1))
    return quantile * math.sqrt(1 + 1 / n_runs)


@cache
def noticed_deviations(n_runs):
    """Return the smallest difference that is noticed with the probability `POWER`.

    It is that between the means of two protocols, of one of which there is a single run, in
    standard deviations of a run.

    Parameters
    ----------
    n_runs : int
        Of ours, at least 2.
    """
    return _smallest_noticed(n_runs - 1, 1 - LEVEL) * math.sqrt(1 + 1 / n_runs)


@cache
def noticed_between_means(n_runs, error):
    """Return the smallest difference of two means that a t-test notices with probability `POWER`.

    Parameters
    ----------
    n_runs : int
        On each side, at least 2.
    error : float
        How often the test may find a difference where there is none.

    Returns
    -------
    difference : float
        In standard deviations of a run.
    """
    return _smallest_noticed(2 * n_runs - 2, error) * math.sqrt(2 / n_runs)


def _smallest_noticed(freedom, error):
    """Return the smallest noncentrality at which Student's test has the power `POWER`."""
    # averaged over the measured spread, which scatters with so few runs; SciPy's noncentral t
    # fails for one degree of freedom
    shares = (np.arange(2000) + 0.5) / 2000
    spreads = np.sqrt(stats.chi2.ppf(shares, freedom) / freedom)
    limits = stats.t.ppf(1 - error / 2, freedom) * spreads

    def missing(shift):
        noticed = stats.norm.cdf(shift - limits) + stats.norm.cdf(-shift - limits)
        return noticed.mean() - POWER

    return float(optimize.brentq(missing, 0.0, 1e4))
