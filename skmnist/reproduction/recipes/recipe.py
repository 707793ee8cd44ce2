"""What a recipe is: an experiment as data."""

import re
from dataclasses import dataclass, field
from inspect import signature

from sklearn.base import clone

from skmnist.reproduction.recipes.data import OFFICIAL, Data
from skmnist.reproduction.recipes.figure import Figure

#: What a recipe can be to what was published; see `Recipe`.
FAMILIES = ("faithful", "corrected", "improved", "study", "candidate")


@dataclass(frozen=True)
class Recipe:
    """A published experiment, or what it becomes when done with care.

    Parameters
    ----------
    name : str
        For people, and for the name of the file with its results. Nothing is read from it.
    title : str
        What it is, in a few words.
    estimator : estimator object
        Unfitted, with all settings but ``random_state``.
    family : {"faithful", "corrected", "improved", "study", "candidate"}
        "faithful" has the published settings. "corrected" is faithful but for one slip.
        "improved" aims at what the same network can do. "study" is of a study only.
        "candidate" is one of the recipes that others were chosen among.
    system : str, default=None
        Letter of the published system that it belongs to.
    study : str, default=None
        The network of the controlled study that it is part of.
    varied : dict, default={}
        In a study and among candidates: the parameters that are varied, with their values.
    data : Data, default=OFFICIAL
        What it is trained and measured on.
    reported : dict of str to float, default={}
        All published figures of the finished network, by the names in `METRICS`. The recipe is
        judged by the first.
    reported_epochs : dict of str to dict of int to float, default={}
        All published figures of single epochs: for columns of the history, named in `COLUMNS`,
        the value of each epoch that was published. Epochs count from 1, the first of the recipe.
    published_seed : int, default=None
        The seed of the published run, if all of its random numbers are known. The run with this
        seed must match all published figures to the last digit.
    aim : float, default=None
        The test accuracy to be reached on the mean of the seeds.
    corrects : str, default=None
        Of a corrected recipe, the name of the faithful one that it repairs.
    watch : {"train", "validation", "test"}, default=None
        Images whose loss and accuracy are recorded after each epoch. Nothing depends on them
        but a schedule that reduces the learning rate on a plateau.
    watched_seeds : tuple of int, default=None
        The seeds of the runs that watch, if watching takes longer than the fit. None stands for
        all.
    measure : callable, default=None
        Given the fitted classifier and the `Split`, it returns further metrics as a dict.
    n_seeds : int, default=3
        Number of fits that the results need.
    assumed : tuple of str, default=()
        What the publication leaves open, and how it was settled.
    note : str, default=""
        What the results say of the published claim.
    """

    name: str
    title: str
    estimator: object
    family: str
    system: str | None = None
    study: str | None = None
    varied: dict = field(default_factory=dict)
    data: Data = OFFICIAL
    reported: dict = field(default_factory=dict)
    reported_epochs: dict = field(default_factory=dict)
    published_seed: int | None = None
    aim: float | None = None
    corrects: str | None = None
    watch: str | None = None
    watched_seeds: tuple | None = None
    measure: object = None
    n_seeds: int = 3
    assumed: tuple = ()
    note: str = ""

    def figures(self):
        """Return all published figures, as a list of `Figure`."""
        finished = [Figure(name, value) for name, value in self.reported.items()]
        return finished + [
            Figure(name, value, epoch)
            for name, values in self.reported_epochs.items()
            for epoch, value in values.items()
        ]

    def watches(self, seed):
        """Tell whether the run with a seed records the watched images after each epoch.

        Parameters
        ----------
        seed : int
        """
        if self.watch is None:
            return False
        return self.watched_seeds is None or seed in self.watched_seeds

    def n_images(self, figure):
        """Return the number of images that a published figure was measured on.

        Parameters
        ----------
        figure : Figure
        """
        split = figure.metric.split
        return self.data.n_images(self.watch if split == "watched" else split)

    def make_estimator(self, seed, max_epochs=None):
        """Return a new unfitted estimator.

        Parameters
        ----------
        seed : int
        max_epochs : int, default=None
            In place of the recipe's own number of epochs.
        """
        estimator = clone(self.estimator)
        values = {"random_state": seed}
        if max_epochs is not None:
            values["max_epochs"] = max_epochs
        names = [name for name in estimator.get_params() if name.rpartition("__")[2] in values]
        return estimator.set_params(**{name: values[name.rpartition("__")[2]] for name in names})

    def settings(self):
        """Return what determines the result besides the seed, as a dict of str."""
        params = self.estimator.get_params()
        nested = {name.rpartition("__")[0] for name in params}
        return {
            "data": str(self.data),
            "watch": self.watch,
            "estimator": type(self.estimator).__name__,
            "params": {
                # of an estimator within another, only its own parameters tell something
                name: type(value).__name__ if name in nested else without_addresses(repr(value))
                for name, value in sorted(params.items())
                if name.rpartition("__")[2] != "random_state"
            },
        }

    def has_default(self, name):
        """Tell whether a parameter of the estimator has its default value."""
        owner = self.estimator
        *path, last = name.split("__")
        for part in path:
            owner = getattr(owner, part)
        return repr(getattr(owner, last)) == repr(signature(type(owner)).parameters[last].default)


def without_addresses(text):
    """Return the representation of a value without addresses, which differ in every process.

    Parameters
    ----------
    text : str
        Such as "<function he_normal at 0x7f03ef43ad40>".
    """
    return re.sub(r" at 0x[0-9a-f]+", "", text)


def describe_values(varied):
    """Return parameters and their values as text: "l1=1e-05-l2=0.0001"; "none" if there are none.

    Parameters
    ----------
    varied : dict of str to float
    """
    return "-".join(f"{name}={value:g}" for name, value in varied.items()) or "none"
