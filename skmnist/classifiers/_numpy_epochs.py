"""The epochs of the NumPy classifier: their records, early stopping, and what is shown."""

import copy
import math
import time
from contextlib import contextmanager

import numpy as np

from skmnist._notebook import bar_class
from skmnist.numpy_mlp.batches import PixelScaling
from skmnist.numpy_mlp.training import evaluate


def run_epochs(clf, trainer, data, epochs, rng, augment, tasks):
    """Train for some epochs.

    Parameters
    ----------
    clf : NumpyMLPClassifier
        Its parameters say how. Nothing of it is changed.
    trainer : Trainer
        Whose network is trained.
    data : TrainingData
    epochs : int
    rng : numpy.random.Generator
    augment : callable or None
        Given pixels as floats (B, n_features), it returns distorted ones.
    tasks : EpochTasks
        To be told of each epoch.

    Returns
    -------
    history : list of dict
        A record of each epoch.
    """
    best = _BestEpoch(trainer.network, clf.n_iter_no_change)
    history = []

    def trained():
        return copy.deepcopy(clf._fitted(trainer, rng)), history

    with _progress(epochs, clf.verbose) as show:
        for number in range(1, epochs + 1):
            tasks.begin_epoch()
            history.append(_run_epoch(clf, trainer, data, number, rng, augment))
            show(history[-1])
            stop = tasks.end_epoch(trained)
            if clf.early_stopping:
                stop = best.is_long_ago(history[-1]["valid_accuracy"]) or stop
            if stop:
                break
    best.restore()
    return history


def _run_epoch(clf, trainer, data, number, rng, augment):
    """Train for one epoch, and return its record."""
    network = trainer.network
    scaling = PixelScaling(data.mean, data.scale, network.dtype)
    start = time.perf_counter()
    # if numbers overflow, the check below says so
    with np.errstate(over="ignore", invalid="ignore"):
        loss, accuracy = trainer.epoch(
            data.train, scaling, clf.batch_size, rng, augment, clf._make_batches
        )
    if not (math.isfinite(loss) and np.isfinite(network.parameters).all()):
        raise ValueError(
            f"Training diverged in epoch {number}: its numbers are not finite. "
            f"Lower learning_rate={clf.learning_rate}, or scale the data."
        )
    record = {"epoch": number, "train_loss": loss, "train_accuracy": accuracy}
    if data.validation is not None:
        record["valid_loss"], record["valid_accuracy"] = evaluate(
            network, trainer.loss, data.validation, scaling
        )
    record["learning_rate"] = trainer.optimizer.learning_rate
    record["seconds"] = time.perf_counter() - start
    return record


class _BestEpoch:
    """The epoch with the best accuracy, for early stopping."""

    def __init__(self, network, n_iter_no_change):
        self._network = network
        self._patience = n_iter_no_change
        self._accuracy = -np.inf
        self._parameters = None
        self._n_worse = 0

    def is_long_ago(self, accuracy):
        """Take in the accuracy of the next epoch; return whether to stop."""
        if accuracy > self._accuracy:
            self._accuracy, self._n_worse = accuracy, 0
            self._parameters = self._network.parameters.copy()
        else:
            self._n_worse += 1
        return self._n_worse == self._patience

    def restore(self):
        """Set the network's parameters to those of the best epoch, if there is one."""
        if self._parameters is not None:
            self._network.parameters[...] = self._parameters


@contextmanager
def _progress(epochs, verbose):
    """Yield a function that shows a record, as ``verbose`` says."""
    if verbose >= 2:
        with bar_class()(total=epochs, unit="epoch") as bar:

            def show(record):
                loss, accuracy = record["train_loss"], record["train_accuracy"]
                bar.set_postfix(loss=f"{loss:.3f}", accuracy=f"{accuracy:.2%}", refresh=False)
                bar.update()

            yield show
    # without a bar, nothing may wait for tqdm's lock: a process that was killed may hold it for
    # ever
    elif verbose == 1:
        yield lambda record: print(_format_record(record, epochs))
    else:
        yield lambda record: None


def _format_record(record, epochs):
    figures = [f"epoch {record['epoch']}/{epochs}"]
    for name, value in record.items():
        if name.endswith("loss"):
            figures.append(f"{name} {value:.4f}")
        elif name.endswith("accuracy"):
            figures.append(f"{name} {value:.2%}")
    return ", ".join([*figures, f"{record['seconds']:.1f} s"])
