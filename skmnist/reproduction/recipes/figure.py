"""A published figure: one number that a recipe's results are compared with."""

import math
from typing import NamedTuple

from skmnist.reproduction.recipes.metrics import COLUMNS, METRICS, OF_HISTORY

#: Sums are rounded, so 0.46 may come out as 0.45999999999999996.
_ROUNDING = 1e-9


class Figure(NamedTuple):
    """A published figure.

    Parameters
    ----------
    name : str
        One of `METRICS`; with an epoch, one of `COLUMNS`.
    value : float
        As it was published.
    epoch : int, default=None
        The epoch that it belongs to, counted from 1. None stands for the finished network.
    """

    name: str
    value: float
    epoch: int | None = None

    @property
    def metric(self):
        """What there is to know of it besides its value, a `Metric`."""
        return METRICS[self.name] if self.epoch is None else COLUMNS[self.name]

    @property
    def label(self):
        """What documents call it, such as "test accuracy" or "training loss, epoch 11"."""
        epoch = "" if self.epoch is None else f", epoch {self.epoch}"
        return self.metric.label + epoch

    def of(self, run):
        """Return our value of the same figure.

        Parameters
        ----------
        run : dict
            What `run_once` returned.

        Returns
        -------
        value : float or None
            None if the run has no such value.
        """
        if self.name in OF_HISTORY:
            return OF_HISTORY[self.name](run["history"])
        if self.epoch is None:
            return run["metrics"].get(self.name)
        epochs = run["history"].get(self.name, [])
        return epochs[self.epoch - 1] if self.epoch <= len(epochs) else None

    def is_matched_by(self, value):
        """Tell whether a value is this figure to the last digit that was printed.

        Publications cut digits off and do not round: 0.6529 is printed as 0.652.

        Parameters
        ----------
        value : float
        """
        if self.metric.digits is None:
            return False
        factor = 10**self.metric.digits
        return math.floor(factor * value + _ROUNDING * factor) == round(factor * self.value)
