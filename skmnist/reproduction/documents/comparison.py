"""Which settings of a study differ by more than seeds do."""

import statistics
from dataclasses import dataclass, replace

from skmnist.reproduction.documents.means import ERROR, welch

#: What is compared.
COMPARED = ("test_accuracy", "test_loss")


@dataclass(frozen=True)
class Difference:
    """How a setting differs from none.

    Parameters
    ----------
    results, base : Results
        Of the setting, and of no penalty.
    metric : str
        A name in `METRICS`.
    difference : float
        The mean of the setting minus that of none.
    low, high : float
        Welch's 95 % confidence interval of this one difference.
    p : float
        How probable such a difference is by chance: first of this one, then corrected.
    """

    results: object
    base: object
    metric: str
    difference: float
    low: float
    high: float
    p: float

    @property
    def is_found(self):
        """Whether it is more than chance does."""
        return self.p < ERROR

    @property
    def share(self):
        """The difference as a share of the value without a penalty."""
        return self.difference / self.base.mean(self.metric)


def differences(studies):
    """Return how all settings of some studies differ from none, corrected for their number.

    The more comparisons there are, the more differ by chance alone. Holm's correction keeps the
    probability that even one of them is found by chance below 5 %.

    Parameters
    ----------
    studies : iterable of list of Results
        The settings of each network; the first has no penalty.

    Returns
    -------
    differences : list of Difference
        For each setting with at least two runs, as the base has.
    """
    found = [
        _difference(results, base, metric)
        for base, *others in studies
        for results in others
        for metric in COMPARED
        if min(len(base.values(metric)), len(results.values(metric))) > 1
    ]
    corrected = holm([difference.p for difference in found])
    return [replace(one, p=p) for one, p in zip(found, corrected, strict=True)]


def _difference(results, base, metric):
    values, base_values = results.values(metric), base.values(metric)
    low, high, p = welch(values, base_values)
    mean = statistics.mean(values) - statistics.mean(base_values)
    return Difference(results, base, metric, mean, low, high, p)


def holm(p_values):
    """Return probabilities corrected after Holm for their number.

    Parameters
    ----------
    p_values : sequence of float

    Returns
    -------
    corrected : list of float
        In the same order.
    """
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    corrected, largest = [0.0] * len(p_values), 0.0
    for rank, i in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[i]))
        corrected[i] = largest
    return corrected
