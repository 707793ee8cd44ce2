"""The callbacks of a net: what parameters ask for, and the user's own."""

import copy
import warnings

from skorch.callbacks import Callback, EarlyStopping, LRScheduler, PrintLog

from skmnist.callbacks import BackupAndRestore, ProgressBar


def early_stopping(patience):
    """Return the callback that stops without progress, and goes back to the best weights.

    Parameters
    ----------
    patience : int
        Epochs without progress that are put up with.
    """
    return EarlyStopping(
        monitor="valid_accuracy",
        lower_is_better=False,
        patience=patience,
        threshold=0,
        load_best=True,
        sink=_say_nothing,
    )


def reporting(verbose):
    """Return the callbacks that tell how training goes on, as a list."""
    if verbose == 1:
        return [PrintLog()]
    return [ProgressBar()] if verbose > 1 else []


def copies(callbacks):
    """Return shallow copies of a user's callbacks.

    skorch changes callbacks in place, and several fits may share them. What they hold, such as a
    writer or Optuna's trial, is meant to be the user's own.

    Parameters
    ----------
    callbacks : list or None
        As skorch takes them: callbacks, classes of callbacks, or pairs of a name and one of
        these.

    Raises
    ------
    TypeError
        If one is something else.
    """
    return [_copy(item) for item in callbacks or ()]


def _copy(item):
    if isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str):
        return item[0], _copy(item[1])
    if isinstance(item, type) and issubclass(item, Callback):
        return item()
    if isinstance(item, Callback):
        return copy.copy(item)
    raise TypeError(
        f"callbacks must hold skorch callbacks, such as skmnist.callbacks.ProgressBar(); got "
        f"{item!r}."
    )


def in_order(scheduled, others):
    """Return all callbacks in the order in which they are to be called.

    Parameters
    ----------
    scheduled : list
        Those of the learning-rate schedule.
    others : list
    """
    if scheduled and any(isinstance(_callback(item), LRScheduler) for item in others):
        warnings.warn(
            "callbacks holds an LRScheduler, but learning_rate_schedule sets the learning rate "
            "too. Set learning_rate_schedule='constant' to leave it to the callback.",
            stacklevel=2,
        )
    # a backup holds the state that the others have at the end of an epoch
    return sorted(
        [*scheduled, *others], key=lambda item: isinstance(_callback(item), BackupAndRestore)
    )


def _callback(item):
    return item[1] if isinstance(item, tuple) else item


def _say_nothing(text):
    """Swallow what skorch's early stopping prints; ``history_`` tells it too."""
