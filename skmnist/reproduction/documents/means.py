"""How far two means are apart, and whether chance explains it."""

import statistics
from typing import NamedTuple

from scipy import stats

#: A difference counts if it, or a larger one, would be this rare without a cause.
ERROR = 0.05


def welch(values, base):
    """Return Welch's comparison of two means.

    Parameters
    ----------
    values, base : sequence of float
        At least two each.

    Returns
    -------
    low, high : float
        The 95 % confidence interval of the mean of ``values`` minus that of ``base``.
    p : float
        The probability of such a difference by chance.
    """
    if statistics.variance(values) == statistics.variance(base) == 0:
        difference = statistics.mean(values) - statistics.mean(base)
        return difference, difference, float(difference == 0)
    test = stats.ttest_ind(values, base, equal_var=False)
    interval = test.confidence_interval(1 - ERROR)
    return float(interval.low), float(interval.high), float(test.pvalue)


def change(values, base):
    """Return how far two means are apart, as a `Change`."""
    difference = sum(values) / len(values) - sum(base) / len(base)
    if min(len(values), len(base)) < 2:
        return Change(difference, None, None)
    low, high, _ = welch(values, base)
    return Change(difference, low, high)


class Change(NamedTuple):
    """How far two means are apart, and between what limits with 95 % confidence."""

    difference: float
    low: float | None
    high: float | None

    @property
    def direction(self):
        """1 for more, -1 for less, 0 if it may be chance."""
        if self.low is None:
            return 0
        return 1 if self.low > 0 else -1 if self.high < 0 else 0

    @property
    def points(self):
        """It as text, for accuracies: "+0.12 points (-0.01 to +0.25)"."""
        text = f"{100 * self.difference:+.2f} points"
        if self.low is None:
            return text
        return f"{text} ({100 * self.low:+.2f} to {100 * self.high:+.2f})"
