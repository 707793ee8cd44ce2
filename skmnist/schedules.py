"""Learning-rate schedules, as skorch callbacks around torch's own."""

from skorch.callbacks import LRScheduler
from torch.optim.lr_scheduler import CosineAnnealingLR, OneCycleLR


def constant(learning_rate, epochs, steps_per_epoch):
    """Keep the learning rate."""
    return []


def one_cycle(learning_rate, epochs, steps_per_epoch):
    """Rise from 1/25 of the learning rate to all of it in a quarter of the steps, then fall.

    Both along a cosine, and down to almost nothing.
    """
    steps = epochs * steps_per_epoch
    return [
        _per_batch(
            OneCycleLR,
            max_lr=learning_rate,
            # torch cannot divide fewer steps into a rise and a fall
            total_steps=max(steps, 5),
            pct_start=0.25,
            cycle_momentum=False,
        )
    ]


def cosine(learning_rate, epochs, steps_per_epoch):
    """Fall from the learning rate to zero along half a cosine."""
    return [_per_batch(CosineAnnealingLR, T_max=epochs * steps_per_epoch)]


def _per_batch(policy, **kwargs):
    # without event_name=None skorch would record the rate of every batch
    return LRScheduler(policy, step_every="batch", event_name=None, **kwargs)


#: Name to function of (learning rate, epochs, steps per epoch), which returns callbacks.
SCHEDULES = {"one_cycle": one_cycle, "cosine": cosine, "constant": constant}
