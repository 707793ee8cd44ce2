"""What a claim is, and what its answer is made from."""

from dataclasses import dataclass
from typing import NamedTuple

from skmnist.reproduction.documents.means import change
from skmnist.reproduction.documents.metrics import format_metric


class NotRunYet(Exception):
    """A claim's answer needs results that there are not."""


class Answer(NamedTuple):
    """What the results say of a claim.

    Parameters
    ----------
    holds : {"yes", "in part", "no", "not shown", "cannot be tested"}
    why : str
        In a sentence or two.
    number : str
        The one that says most, and what it is.
    """

    holds: str
    why: str
    number: str


@dataclass(frozen=True)
class Claim:
    """A claim of a published system.

    Parameters
    ----------
    system : str
        Letter of the system.
    text : str
        The claim, in plain words.
    answer : callable
        It gets `Known` and returns an `Answer`, or raises NotRunYet.
    """

    system: str
    text: str
    answer: object


class Known:
    """All results that there are, for answers.

    Parameters
    ----------
    by_name : dict of str to Results
        Of all recipes.
    corrupted : dict of str to list of float, default={}
        Accuracies on corrupted images; see `corrupted_accuracies`.
    """

    def __init__(self, by_name, corrupted=None):
        self.by_name = by_name
        self._corrupted = corrupted or {}

    def results(self, name):
        """Return a recipe's results; NotRunYet if there are none."""
        if not self.by_name[name].runs:
            raise NotRunYet(name)
        return self.by_name[name]

    def values(self, name, metric):
        """Return a metric in each run of a recipe."""
        values = self.results(name).values(metric)
        if not values:
            raise NotRunYet(f"{name}, {metric}")
        return values

    def mean(self, name, metric="test_accuracy"):
        """Return the mean of a metric over a recipe's runs."""
        values = self.values(name, metric)
        return sum(values) / len(values)

    def text(self, name, metric="test_accuracy"):
        """Return the mean as text, with the spread and the unit."""
        results = self.results(name)
        text = format_metric(metric, self.mean(name, metric), results.spread(metric))
        return f"{text} %" if metric.endswith("accuracy") else text

    def change(self, name, base, metric="test_accuracy"):
        """Return how the mean of a recipe differs from another's: a `Change`."""
        return change(self.values(name, metric), self.values(base, metric))

    def corrupted(self, name):
        """Return a recipe's accuracy on corrupted images in each run."""
        if name not in self._corrupted:
            raise NotRunYet(f"{name}, robustness")
        return self._corrupted[name]

    def history(self, name, column):
        """Return the mean over the runs of a column of the history, as a list."""
        curves = [run["history"].get(column) for run in self.results(name).runs]
        if not all(curves):
            raise NotRunYet(f"{name}, {column}")
        return [
            sum(values) / len(values)
            for values in zip(*curves, strict=False)
            if None not in values
        ]
