"""Learning-rate schedules: callables that return skorch callbacks around torch's own.

Each is called as ``schedule(learning_rate, epochs, steps_per_epoch)``. Any callable of that
kind can be passed to an estimator as ``learning_rate_schedule``.
"""

import math
from dataclasses import dataclass

from skorch.callbacks import LRScheduler
from torch.optim.lr_scheduler import CosineAnnealingLR, OneCycleLR, ReduceLROnPlateau, StepLR

from skmnist._storable import storable


@storable
@dataclass(frozen=True)
class Constant:
    """The same learning rate from first to last."""

    def __call__(self, learning_rate, epochs, steps_per_epoch):
        """Return no callbacks."""
        return []


@storable
@dataclass(frozen=True)
class OneCycle:
    """Rise to the learning rate, then fall to almost nothing, both along a cosine.

    Parameters
    ----------
    warmup : float, default=0.25
        Share of the steps in which it rises.
    initial : float, default=0.04
        Where it starts, as a share of the learning rate.
    """

    warmup: float = 0.25
    initial: float = 0.04

    def __call__(self, learning_rate, epochs, steps_per_epoch):
        """Return the callbacks."""
        return [
            _per_batch(
                OneCycleLR,
                max_lr=learning_rate,
                # torch cannot divide fewer steps into a rise and a fall
                total_steps=max(epochs * steps_per_epoch, 5),
                pct_start=self.warmup,
                div_factor=1 / self.initial,
                cycle_momentum=False,
            )
        ]


@storable
@dataclass(frozen=True)
class Cosine:
    """Fall from the learning rate to zero along half a cosine."""

    def __call__(self, learning_rate, epochs, steps_per_epoch):
        """Return the callbacks."""
        return [_per_batch(CosineAnnealingLR, T_max=epochs * steps_per_epoch)]


@storable
@dataclass(frozen=True)
class Step:
    """Multiply the learning rate by a factor after every so many epochs.

    Parameters
    ----------
    every : int, default=None
        Number of epochs; by default a third of them all, rounded up.
    factor : float, default=0.1
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
    """Multiply the learning rate by a factor when there is no progress any more.

    Progress is that of the validation accuracy, or of the training loss where there are no
    validation images.

    Parameters
    ----------
    patience : int, default=3
        Epochs without progress that are put up with.
    factor : float, default=0.5
    minimum : float, default=1e-5
        The smallest learning rate.
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
