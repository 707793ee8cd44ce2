"""Which settings of a study differ by more than seeds do."""

import statistics

from scipy import stats

from skmnist.reproduction.documents.tables import setting, table
from skmnist.reproduction.recipes.metrics import METRICS

_UNCLEAR = "no difference beyond the spread"


def conclusions(all_results):
    """Return the lines that say which settings differ from the first by more than seeds do.

    Parameters
    ----------
    all_results : list of Results
        Of a study's settings; the first has no penalty.
    """
    reference, *others = all_results
    rows, words = [], []
    for metric, unit in (("test_accuracy", 100), ("test_loss", 1)):
        base = reference.values(metric)
        settings = {"higher": [], "lower": [], _UNCLEAR: []}
        for results in others:
            values = results.values(metric)
            if min(len(base), len(values)) < 2:
                continue
            low, high = difference_interval(values, base)
            verdict = "higher" if low > 0 else "lower" if high < 0 else _UNCLEAR
            settings[verdict].append(setting(results))
            rows.append(
                [
                    setting(results),
                    "test accuracy, points" if unit == 100 else "test loss",
                    f"{unit * (statistics.mean(values) - statistics.mean(base)):+.4f}",
                    f"{unit * low:+.4f} to {unit * high:+.4f}",
                    "no" if low <= 0 <= high else "**yes**",
                ]
            )
        found = [f"{how} with {', '.join(names)}" for how, names in settings.items() if names]
        words.append(f"- {METRICS[metric].label.capitalize()}: {'; '.join(found)}.")
    if not rows:
        return []
    columns = [
        *[("setting", "left"), ("metric", "left"), ("difference from none", "right")],
        *[("95 % interval", "right"), ("exceeds the spread", "left")],
    ]
    return ["Compared with no penalty and no dropout:", "", *words, "", *table(columns, rows)]


def difference_interval(values, base, level=0.95):
    """Return Welch's confidence interval of the difference of two means.

    Parameters
    ----------
    values, base : sequence of float
        At least two each.
    level : float, default=0.95

    Returns
    -------
    low, high : float
        Of the mean of ``values`` minus that of ``base``.
    """
    if statistics.variance(values) == statistics.variance(base) == 0:
        difference = statistics.mean(values) - statistics.mean(base)
        return difference, difference
    interval = stats.ttest_ind(values, base, equal_var=False).confidence_interval(level)
    return float(interval.low), float(interval.high)
