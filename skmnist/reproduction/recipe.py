"""What a recipe is: an experiment as data."""

from dataclasses import dataclass, field
from inspect import signature

from sklearn.base import clone

from skmnist.reproduction.data import OFFICIAL, Data

#: What the figures that recipes report and results hold are called in documents.
FIGURES = {
    "test_accuracy": "test accuracy",
    "best_test_accuracy": "best epoch's test accuracy",
    "validation_accuracy": "validation accuracy",
    "train_accuracy": "training accuracy",
    "running_train_accuracy": "training accuracy while training",
    "test_loss": "test loss",
    "penalized_test_loss": "test loss + penalty",
    "validation_loss": "validation loss",
    "penalized_validation_loss": "validation loss + penalty",
}


@dataclass(frozen=True)
class Recipe:
    """A published experiment, or what it becomes when done with care.

    Parameters
    ----------
    name : str
        Its letter, what it varies, and for improved recipes what was done about it.
    title : str
        What it is, in a few words.
    estimator : estimator object
        Unfitted, with all settings but ``random_state``.
    data : Data, default=OFFICIAL
        What it is trained and measured on.
    reported : dict, default={}
        The published figures, by the keys of `FIGURES`.
    aim : float, default=None
        The test accuracy to be reached on the mean of the seeds.
    improved : bool, default=False
        Whether this is not what was published, but a better way with the same network.
    watch : {"test", "validation"}, default=None
        Images whose loss and accuracy are recorded after each epoch. Nothing depends on them
        but a schedule that reduces the learning rate on a plateau.
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
    data: Data = OFFICIAL
    reported: dict = field(default_factory=dict)
    aim: float | None = None
    improved: bool = False
    watch: str | None = None
    n_seeds: int = 3
    assumed: tuple = ()
    note: str = ""

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
                name: type(value).__name__ if name in nested else repr(value)
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
