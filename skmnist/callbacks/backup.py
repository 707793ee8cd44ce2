"""Going on with a fit that was interrupted, to the bit."""

import hashlib
import os
from pathlib import Path

import numpy as np
import torch
from skorch.callbacks import Callback, EarlyStopping, LRScheduler, PrintLog

from skmnist._storable import storable
from skmnist.callbacks._identity import identity
from skmnist.callbacks.backup_file import OtherFitError, read_backup, write_backup
from skmnist.callbacks.progress import ProgressBar

_EARLY_STOPPING_STATE = ("misses_", "dynamic_threshold_", "best_epoch_", "best_model_weights_")


@storable
class BackupAndRestore(Callback):
    """Keep the state of a fit in a file after each epoch, and go on from there.

    A skorch callback: ``MnistCNNClassifier(callbacks=[BackupAndRestore("fit.pt")])``. When a fit
    is interrupted, by whatever, the same fit started again goes on after the last whole epoch,
    and ends with the model that it would have had. The file is removed at the end.

    It holds all that training depends on: weights, optimiser, learning-rate schedule, early
    stopping, random numbers and history. Callbacks of other kinds are asked for
    ``state_dict()`` and given it back with ``load_state_dict``, if they have these methods.

    Parameters
    ----------
    path : path-like
        The file, or a folder that exists: there each fit has a file of its own, named after
        what its end depends on. So a folder is what estimators need that are cloned and fitted
        several times, as in a search, whatever processes they are fitted in. Functions, such as an
        augmentation of your own, are told apart by their code, their defaults and the variables
        that they close over. A callback that changes the training needs a ``__repr__`` that shows
        its settings.
    keep : bool, default=False
        Whether to leave the file at the end, for the caller to remove once the model is safe.
        Until then the same fit again returns the same model at once: a search that was
        interrupted repeats none of its fits.

    Raises
    ------
    ValueError
        By ``fit``, if the file is there and of another fit (other data, other settings,
        another ``random_state`` or version of torch), none of this
        callback's, or damaged: the checksum in it tells of a single bit. It is left as it is.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from sklearn.datasets import load_digits
    >>> from skmnist import MnistCNNClassifier
    >>> from skmnist.callbacks import BackupAndRestore
    >>> X, y = load_digits(return_X_y=True)
    >>> with TemporaryDirectory() as folder:
    ...     backup = BackupAndRestore(Path(folder) / "fit.pt")
    ...     clf = MnistCNNClassifier(max_epochs=2, callbacks=[backup], random_state=0).fit(X, y)
    """

    def __init__(self, path, keep=False):
        self.path = path
        self.keep = keep

    def __repr__(self):
        keep = ", keep=True" if self.keep else ""
        return f"BackupAndRestore({os.fspath(self.path)!r}{keep})"

    def on_train_begin(self, net, X=None, **kwargs):
        self.fit_ = _fingerprint(net, X)
        self.file_ = Path(self.path)
        if self.file_.is_dir():
            self.file_ /= f"{self.fit_}.pt"
        self.was_finished_ = self.file_.exists() and self._restore(net)

    def on_epoch_end(self, net, **kwargs):
        self._write(net, finished=False)

    def on_train_end(self, net, **kwargs):
        if self.was_finished_:
            self._restore(net)  # again, since skorch's Checkpoint may load another fit's weights
        elif self.keep:
            self._write(net, finished=True)
        if not self.keep:
            self.file_.unlink(missing_ok=True)

    def _write(self, net, *, finished):
        state = {
            "finished": finished,
            "temperature": net.temperature_,
            "module": net.module_.state_dict(),
            "optimizer": net.optimizer_.state_dict(),
            "generators": [generator.get_state() for generator in net.generators_],
            "callbacks": {name: _state_of(callback) for name, callback in net.callbacks_},
            "history": [
                {name: value for name, value in epoch.items() if name != "batches"}
                for epoch in net.history
                if "dur" in epoch  # a callback may have stopped within an epoch
            ],
        }
        write_backup(self.file_, bytes.fromhex(self.fit_), _plain(state))

    def _restore(self, net):
        """Take over the state in the file; return whether it is that of the end."""
        try:
            state = read_backup(self.file_, bytes.fromhex(self.fit_), net.device)
            net.module_.load_state_dict(state["module"])
            net.optimizer_.load_state_dict(state["optimizer"])
            for generator, state_ in zip(net.generators_, state["generators"], strict=True):
                generator.set_state(state_.cpu())
        except OSError:
            raise
        except OtherFitError as error:
            raise ValueError(
                f"{self.file_} is the backup of another fit: the data, a setting, random_state, "
                "or torch has changed since, or random_state is no int. "
                "Remove it to start afresh."
            ) from error
        except Exception as error:  # whatever may go wrong in reading what somebody has made up
            raise ValueError(
                f"{self.file_} is no backup of a fit, or a damaged one. Remove it to start "
                "afresh, or give another path."
            ) from error
        for name, callback in net.callbacks_:
            if state["callbacks"].get(name) is not None:
                _restore_state(callback, state["callbacks"][name])
        net.history.clear()
        for epoch in state["history"]:
            net.history.new_epoch()
            for name, value in epoch.items():
                net.history.record(name, value)
        net.temperature_ = state["temperature"]
        if state["finished"]:
            net.max_epochs = len(net.history)
        return state["finished"]


def _state_of(callback):
    if isinstance(callback, LRScheduler):
        return {"scheduler": callback.lr_scheduler_.state_dict(), "batch": callback.batch_idx_}
    if isinstance(callback, EarlyStopping):
        return {name: getattr(callback, name) for name in _EARLY_STOPPING_STATE}
    if hasattr(callback, "state_dict"):
        return callback.state_dict()
    if hasattr(callback, "best_score_"):  # one of skorch's scoring callbacks
        return {"best_score_": callback.best_score_}
    return None


def _restore_state(callback, state):
    if isinstance(callback, LRScheduler):
        callback.lr_scheduler_.load_state_dict(state["scheduler"])
        callback.batch_idx_ = state["batch"]
    elif hasattr(callback, "load_state_dict"):
        callback.load_state_dict(state)
    else:
        vars(callback).update(state)


def _plain(value):
    """Return a value without NumPy's types, which would not be loaded again."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_plain(item) for item in value)
    if isinstance(value, np.generic):
        return value.item()
    return torch.as_tensor(value) if isinstance(value, np.ndarray) else value


def _fingerprint(net, train_set):
    """Return a digest of what the end of a fit depends on, taken at its start."""
    digest = hashlib.sha256()
    for tensor in net.module_.state_dict().values():
        digest.update(tensor.cpu().contiguous().numpy().tobytes())
    for dataset in (train_set, net.validation_set_):
        if dataset is not None:
            for array in (dataset.pixels, dataset.targets, dataset.weights, dataset.rows):
                _add_array(digest, array)
    optimizer = net.optimizer_
    settings = (
        *(net.max_epochs, net.batch_size, net.n_parts, net.seed, net.l1, net.l2),
        *(net.bfloat16, net.scaling),
        *(type(optimizer), optimizer.defaults, net.module_, net.criterion_.label_smoothing),
        net.get_params_for("iterator_train"),
        [s for s in map(_settings_of, dict(net.callbacks_).values()) if s is not None],
        *(torch.__version__, str(net.device)),
    )
    digest.update(identity(settings).encode())
    return digest.hexdigest()


def _add_array(digest, array):
    if array is None:
        return
    array = array.cpu().numpy() if isinstance(array, torch.Tensor) else array
    digest.update(f"{array.dtype} {array.shape}".encode())
    digest.update(np.ascontiguousarray(array))


def _settings_of(callback):
    if isinstance(callback, LRScheduler):
        return callback.policy_, callback.kwargs
    if isinstance(callback, EarlyStopping):
        names = ("monitor", "patience", "threshold", "threshold_mode", "lower_is_better")
        return [getattr(callback, name) for name in (*names, "load_best")]
    # those that only watch may come and go
    return None if isinstance(callback, PrintLog | ProgressBar | BackupAndRestore) else callback
