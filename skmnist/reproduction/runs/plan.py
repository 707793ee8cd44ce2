"""What is to be run of some recipes, and how long that will take."""

import math
from pathlib import Path

from skmnist.reproduction.runs.results import ResultsError, load_results

#: The published results, if the package is used from its repository.
PUBLISHED = Path(__file__).resolve().parents[3] / "docs"


class Plan:
    """The fits that results need, those that are missing, and the time that they will take.

    A fit is taken to last as long as the fastest earlier one of the recipe, because some ran
    beside other work. Earlier ones are those in the results, or else the published ones. As fits
    end, the time of the others is scaled by what these really took.

    Parameters
    ----------
    all_results : list of Results
        What there is already, one for each recipe.
    n_seeds : int, default=None
        Number of fits of each recipe; by default the recipe's own, or 1 in a smoke run.
    n_jobs : int, default=1
        Number of fits at a time.
    published : path-like, default=PUBLISHED
        The folder of published results; it need not exist.

    Attributes
    ----------
    missing : list of tuple of (int, Results)
        The seed and the results of each missing fit, in the order in which they are to be run:
        first all recipes with seed 0, then with 1, and so on.
    n_fits : int
        How many fits there will be at the end.
    """

    def __init__(self, all_results, n_seeds=None, n_jobs=1, published=PUBLISHED):
        self.all_results = all_results
        self.n_jobs = n_jobs
        fits = [
            (seed, found) for found in all_results for seed in range(self.n_seeds(found, n_seeds))
        ]
        self.n_fits = len(fits)
        self.missing = [(seed, found) for seed, found in fits if not found.has(seed)]
        self.missing.sort(key=lambda job: job[0])
        self._published = _published_runs([found.recipe for found in all_results], published)
        # before any of these fits
        self._seconds = {found: self.seconds(found) for found in all_results}

    @staticmethod
    def n_seeds(found, n_seeds=None):
        """Return the number of fits of a recipe; see the parameters of the class."""
        if n_seeds is not None:
            return n_seeds
        return 1 if found.is_smoke_run else found.recipe.n_seeds

    def seconds(self, found):
        """Return how long a fit of a recipe will take; None if nobody knows.

        Parameters
        ----------
        found : Results
            Of the recipe.
        """
        runs = self._earlier_runs(found)
        if not runs:
            return None
        if found.max_epochs is None:
            return min(run["fit_seconds"] for run in runs)
        # a smoke run
        epoch = min(run["fit_seconds"] / run["n_epochs"] for run in runs)
        return found.max_epochs * epoch

    def _earlier_runs(self, found):
        return found.runs or self._published.get(found.recipe.name, [])

    def seconds_left(self):
        """Return how long the fits will take that are missing now; None if nobody knows.

        Those of which nobody knows count for nothing.
        """
        left, ended, expected = [], 0, 0
        for seed, found in self.missing:
            run = found.run_of(seed)
            # of a recipe that was never run before, its first fit tells
            seconds = self._seconds[found] or self.seconds(found)
            if run is None and seconds is not None:
                left.append(seconds)
            elif run is not None and self._seconds[found] is not None:
                ended += run["fit_seconds"]
                expected += self._seconds[found]
        if not left:
            return None
        if not expected:
            return sum(left)
        # fits at the same time have slowed each other down already
        return sum(left) * ended / expected / min(self.n_jobs, len(left))

    def describe(self):
        """Return what is done, what is to be run, and how long it will take, as lines of text."""
        n_recipes, n_missing = len(self.all_results), len(self.missing)
        whole = f"{_count(self.n_fits, 'fit')} of {_count(n_recipes, 'recipe')}"
        if not n_missing:
            return f"{whole}: all done."
        n_begun = sum(found.unfinished(seed).exists() for seed, found in self.missing)
        begun = f" ({n_begun} of them begun)" if n_begun else ""
        done = f"{self.n_fits - n_missing} done, {n_missing} to run{begun}"
        return f"{whole}: {done}.\n{self._describe_time()}"

    def _describe_time(self):
        names = {found.recipe.name: found for _, found in self.missing}
        unknown = [name for name, found in names.items() if self.seconds(found) is None]
        if len(unknown) == len(names):
            return "How long that takes is not known: there are no earlier fits."
        machines = {
            f"{run['machine']['processor']}, {_count(run['machine']['cores'], 'core')}"
            for found in names.values()
            for run in self._earlier_runs(found)
        }
        at_most = "at most " if self.n_jobs > 1 else ""
        text = f"That takes {at_most}about {duration(self.seconds_left())}"
        if unknown:
            text += f", and those of which no time is known: {', '.join(unknown)}"
        return f"{text}. (Earlier fits ran on {'; '.join(sorted(machines))}.)"


def _published_runs(recipes, folder):
    """Return the published runs of each recipe; none for those whose file cannot be read."""
    runs = {}
    for recipe in recipes:
        try:
            (found,) = load_results([recipe], folder)
        except ResultsError:
            continue
        runs[recipe.name] = found.runs
    return runs


def _count(number, noun):
    return f"{number} {noun}{'s' * (number != 1)}"


def duration(seconds):
    """Return a time as text, such as "2 h 55 min", "24 min" or "40 s"."""
    if seconds < 60:
        return f"{max(1, math.ceil(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    # nobody knows hours to the minute
    hours, minutes = divmod(5 * round(minutes / 5), 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
