"""The files that hold results: one for each recipe, with a run for each seed."""

import statistics
from pathlib import Path

from skmnist._files import RecordStore
from skmnist.reproduction.runs.changes import changes


class ResultsError(ValueError):
    """A file of results that cannot be read or added to."""


class Results:
    """The runs of one recipe, kept in a file.

    The file says which settings its runs were made with. They may be others than the recipe's
    of today: such runs can be read, but none can be added to them.

    Parameters
    ----------
    recipe : Recipe
    folder : path-like
        Where the file ``NAME.json`` is, or will be.
    max_epochs : int, default=None
        For smoke runs: the number of epochs in place of the recipe's own.

    Attributes
    ----------
    path : pathlib.Path
    runs : list of dict
        Those in the file, in the order of their seeds.
    changes : list of str
        What is set differently now than when the runs were made.

    Raises
    ------
    ResultsError
        If the file is not one of results, or holds those of another recipe or kind of run.
    """

    def __init__(self, recipe, folder, max_epochs=None):
        self.recipe = recipe
        self.max_epochs = max_epochs
        self.path = Path(folder) / f"{recipe.name}.json"
        self._read()

    def _read(self):
        head = {
            "recipe": self.recipe.name,
            "title": self.recipe.title,
            **self.recipe.settings(),
            "smoke_run_of_epochs": self.max_epochs,
        }
        try:
            store = RecordStore(self.path, head)
        except ValueError as error:
            raise ResultsError(str(error)) from error
        try:
            stored = head if store.stored_head is None else store.stored_head
            other = [
                f"{name} is {stored[name]}, not {head[name]}"
                for name in ("recipe", "smoke_run_of_epochs")
                if stored[name] != head[name]
            ]
            self.changes = changes(self.recipe, stored)
            for run in store.records:
                run["seed"], run["metrics"]["test_accuracy"]
        except (KeyError, TypeError, AttributeError) as error:
            raise ResultsError(
                f"{self.path} is no file of results ({type(error).__name__}: {error}). Move it "
                "away, or choose another folder."
            ) from error
        if other:
            raise ResultsError(
                f"{self.path} holds other results ({'; '.join(other)}). Move it away, or choose "
                "another folder."
            )
        self.runs = store.records
        return store

    @property
    def is_smoke_run(self):
        """Whether the number of epochs is not the recipe's own."""
        return self.max_epochs is not None

    def unfinished(self, seed):
        """Return the path for the backup of an unfinished run."""
        return self.path.parents[1] / "unfinished" / f"{self.recipe.name}-{seed}.pt"

    def has(self, seed):
        """Tell whether there is a run with this seed."""
        return any(run["seed"] == seed for run in self.runs)

    def check_settings(self):
        """Raise ResultsError if runs of today's settings do not belong into the file."""
        if self.changes:
            raise ResultsError(
                f"{self.path} holds results of {self.recipe.name} with other settings "
                f"({'; '.join(self.changes)}). Move it away, or choose another folder."
            )

    def add(self, run):
        """Add a run, and write the file: whole, or not at all."""
        # another process may have added some since
        store = self._read()
        self.check_settings()
        others = [other for other in store.records if other["seed"] != run["seed"]]
        store.write(sorted([*others, run], key=lambda run: run["seed"]))
        self.runs = store.records

    def values(self, metric):
        """Return a metric of each run that has it, as a list."""
        return [run["metrics"][metric] for run in self.runs if metric in run["metrics"]]

    def values_of(self, figure):
        """Return our value of a published figure in each run that has it, as a list.

        Parameters
        ----------
        figure : Figure
        """
        return [value for run in self.runs if (value := figure.of(run)) is not None]

    def exact_value(self, figure):
        """Return our value of a published figure in the run that must match it exactly.

        Parameters
        ----------
        figure : Figure

        Returns
        -------
        value : float or None
            None if no seed was published, or it has not been run yet.
        """
        runs = [run for run in self.runs if run["seed"] == self.recipe.published_seed]
        return figure.of(runs[0]) if runs else None

    def mean(self, metric):
        """Return the mean over the runs; None if there are none."""
        values = self.values(metric)
        return statistics.mean(values) if values else None

    def spread(self, metric):
        """Return the standard deviation over the runs; None if there are fewer than two."""
        values = self.values(metric)
        return statistics.stdev(values) if len(values) > 1 else None


def load_results(recipes, output, max_epochs=None):
    """Return what there is of the results of some recipes.

    Parameters
    ----------
    recipes : iterable of Recipe
    output : path-like
        The folder of `reproduce`'s results and documents.
    max_epochs : int, default=None
        For smoke runs: their number of epochs.

    Returns
    -------
    all_results : list of Results
        One for each recipe; one without runs if there is no file.

    Raises
    ------
    ResultsError
        See `Results`.
    """
    folder = output_folder(output, max_epochs) / "results"
    return [Results(recipe, folder, max_epochs) for recipe in recipes]


def output_folder(output, max_epochs=None):
    """Return where results and documents go; those of smoke runs are kept apart from others."""
    return Path(output) if max_epochs is None else Path(output) / f"smoke-{max_epochs}-epochs"
