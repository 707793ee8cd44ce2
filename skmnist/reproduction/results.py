"""The files that hold results: one for each recipe, with a run for each seed."""

import json
import os
import statistics
from pathlib import Path


class ResultsError(ValueError):
    """A file of results that cannot be added to."""


class Results:
    """The runs of one recipe, kept in a file.

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
    is_smoke_run : bool
    runs : list of dict
        Those in the file, in the order of their seeds.

    Raises
    ------
    ResultsError
        If the file is not one of results, or holds those of other settings.
    """

    def __init__(self, recipe, folder, max_epochs=None):
        self.recipe = recipe
        self.path = Path(folder) / f"{recipe.name}.json"
        self._head = {
            "recipe": recipe.name,
            "title": recipe.title,
            **recipe.settings(),
            "smoke_run_of_epochs": max_epochs,
        }
        self.is_smoke_run = max_epochs is not None
        self.runs = self._read()

    def _read(self):
        if not self.path.is_file():
            return []
        try:
            stored = json.loads(self.path.read_text(encoding="utf-8"))
            runs = stored.pop("runs")
            changed = self._changes(stored)
            for run in runs:
                run["seed"], run["figures"]["test_accuracy"]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ResultsError(
                f"{self.path} is no file of results ({type(error).__name__}: {error}). Move it "
                "away, or choose another folder."
            ) from error
        if changed:
            raise ResultsError(
                f"{self.path} holds results of {self.recipe.name} with other settings "
                f"({', '.join(changed)}). Move it away, or choose another folder."
            )
        return runs

    def _changes(self, stored):
        """Return what is set differently now.

        A parameter that did not exist then is no change as long as it has its default.
        """
        names = ("recipe", "data", "watch", "estimator", "smoke_run_of_epochs")
        changed = [name for name in names if stored[name] != self._head[name]]
        then, now = stored["params"], self._head["params"]
        changed += [name for name in then if then[name] != now.get(name)]
        new = now.keys() - then.keys()
        return changed + [name for name in sorted(new) if not self.recipe.has_default(name)]

    def has(self, seed):
        """Tell whether there is a run with this seed."""
        return any(run["seed"] == seed for run in self.runs)

    def add(self, run):
        """Add a run, and write the file: whole, or not at all."""
        # another process may have added some since
        others = [other for other in self._read() if other["seed"] != run["seed"]]
        self.runs = sorted([*others, run], key=lambda run: run["seed"])
        head = json.dumps(self._head, indent=1, ensure_ascii=False)
        # a line for each run
        runs = ",\n  ".join(json.dumps(run, allow_nan=False) for run in self.runs)
        text = f'{head.removesuffix("}").rstrip()},\n "runs": [\n  {runs}\n ]\n}}\n'
        self.path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.path.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(self.path)

    def values(self, figure):
        """Return a figure of each run that has it, as a list."""
        return [run["figures"][figure] for run in self.runs if figure in run["figures"]]

    def mean(self, figure):
        """Return the mean over the runs; None if there are none."""
        values = self.values(figure)
        return statistics.mean(values) if values else None

    def spread(self, figure):
        """Return the standard deviation over the runs; None if there are fewer than two."""
        values = self.values(figure)
        return statistics.stdev(values) if len(values) > 1 else None
