"""Learning-rate schedules: callables that return skorch callbacks around torch's schedulers.

A schedule is called as ``schedule(learning_rate, epochs, steps_per_epoch)`` and returns a list
of callbacks. Any such callable can be passed to an estimator as ``learning_rate_schedule``.
"""

import math
from dataclasses import dataclass

from skorch.callbacks import LRScheduler
from torch.optim.lr_scheduler import CosineAnnealingLR, OneCycleLR, ReduceLROnPlateau, StepLR

from skmnist._storable import storable


@storable
@dataclass(frozen=True)
class Constant:
    """Keep the learning rate constant.

    Examples
    --------
    >>> from skmnist import MnistCNNClassifier
    >>> from skmnist.schedules import Constant
    >>> clf = MnistCNNClassifier(learning_rate_schedule=Constant())  # the same as "constant"
    """

    def __call__(self, learning_rate, epochs, steps_per_epoch):
        """Return no callbacks."""
        return []


@storable
@dataclass(frozen=True)
class OneCycle:
    """Let the learning rate rise to its full value, then fall to almost zero.

    Both ways follow a cosine.

    Parameters
    ----------
    warmup : float, default=0.25
        Share of the steps in which it rises.
    initial : float, default=0.04
        Its first value, as a share of the full value.

    Examples
    --------
    >>> from skmnist import MnistCNNClassifier
    >>> from skmnist.schedules import OneCycle
    >>> clf = MnistCNNClassifier(learning_rate_schedule=OneCycle(warmup=0.1))
    """

    warmup: float = 0.25
    initial: float = 0.04

    def __call__(self, learning_rate, epochs, steps_per_epoch):
        """Return the callbacks."""
        # torch cannot divide fewer steps into a rise and a fall
        total_steps = max(epochs * steps_per_epoch, 5)
        warmup = float(self.warmup)
        if warmup * total_steps in (1, total_steps):
            warmup *= 1 - 1e-9  # torch would divide by the length of a rise or fall of no steps
        return [
            _per_batch(
                OneCycleLR,
                max_lr=learning_rate,
                total_steps=total_steps,
                pct_start=warmup,
                div_factor=1 / self.initial,
                cycle_momentum=False,
            )
        ]


@storable
@dataclass(frozen=True)
class Cosine:
    """Let the learning rate fall to zero along half a cosine.

    Examples
    --------
    >>> from skmnist import MnistCNNClassifier
    >>> from skmnist.schedules import Cosine
    >>> clf = MnistCNNClassifier(learning_rate_schedule=Cosine())  # the same as "cosine"
    """

    def __call__(self, learning_rate, epochs, steps_per_epoch):
        """Return the callbacks."""
        return [_per_batch(CosineAnnealingLR, T_max=epochs * steps_per_epoch)]


@storable
@dataclass(frozen=True)
class Step:
    """Multiply the learning rate by a factor after a fixed number of epochs, again and again.

    Parameters
    ----------
    every : int, default=None
        Number of epochs. By default it is a third of all epochs, rounded up.
    factor : float, default=0.1

    Examples
    --------
    >>> from skmnist import MnistCNNClassifier
    >>> from skmnist.schedules import Step
    >>> clf = MnistCNNClassifier(learning_rate_schedule=Step(every=4, factor=0.3))
    """

    every: int | None = None
    factor: float = 0.1

    def __call__(self, learning_rate, epochs, steps_per_epoch):
        """Return the callbacks."""
        every = math.ceil(epochs / 3) if self.every is None else self.every
        return [LRScheduler(StepLR, event_name=None, step_size=every, gamma=self.factor)]


@storable
@dataclass(frozen=True)
class ReduceOnPlateau:
    """Multiply the learning rate by a factor when training makes no more progress.

    Progress means a higher validation accuracy. Without validation images it means a lower
    training loss.

    Parameters
    ----------
    patience : int, default=3
        Number of epochs without progress that change nothing. The next one lowers the rate.
    factor : float, default=0.5
    minimum : float, default=1e-5
        The smallest learning rate.

    Examples
    --------
    >>> from skmnist import MnistCNNClassifier
    >>> from skmnist.schedules import ReduceOnPlateau
    >>> clf = MnistCNNClassifier(learning_rate_schedule=ReduceOnPlateau(patience=5))
    """

    patience: int = 3
    factor: float = 0.5
    minimum: float = 1e-5

    def __call__(self, learning_rate, epochs, steps_per_epoch):
        """Return the callbacks."""
        return [
            LRScheduler(
                ReduceLROnPlateau,
                monitor=_progress,
                event_name=None,
                mode="max",
                threshold=0,
                patience=self.patience,
                factor=self.factor,
                min_lr=self.minimum,
            )
        ]


def _progress(net):
    epoch = net.history[-1]
    return epoch["valid_accuracy"] if "valid_accuracy" in epoch else -epoch["train_loss"]


def _per_batch(policy, **kwargs):
    # without event_name=None skorch would record the rate of every batch
    return LRScheduler(policy, step_every="batch", event_name=None, **kwargs)


#: What the strings accepted as ``learning_rate_schedule`` stand for.
SCHEDULES = {
    "one_cycle": OneCycle(),
    "cosine": Cosine(),
    "step": Step(),
    "reduce_on_plateau": ReduceOnPlateau(),
    "constant": Constant(),
}
