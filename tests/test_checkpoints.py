import os
import signal
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from sklearn.datasets import load_digits
from skorch.callbacks import Callback

from skmnist import MnistCNNClassifier, MnistMLPClassifier
from skmnist.checkpoints import BackupAndRestore


@pytest.fixture(scope="module")
def data():
    X, y = load_digits(return_X_y=True)
    return X[:400].astype(np.uint8), y[:400]


class Interrupt(Callback):
    """Interrupts in the middle of an epoch, once."""

    def __init__(self, epoch, error=RuntimeError):
        self.epoch = epoch
        self.error = error

    def on_batch_begin(self, net, training=False, **kwargs):
        if training and len(net.history) == self.epoch:
            raise self.error("interrupted by a test")


class Counter(Callback):
    """Counts epochs, and has a state of its own."""

    counted = []

    def __init__(self):
        self.n = 0

    def on_epoch_end(self, net, **kwargs):
        self.n += 1
        self.counted.append(self.n)

    def state_dict(self):
        return {"n": self.n}

    def load_state_dict(self, state):
        self.n = state["n"]


def weights(classifier):
    return [parameter.detach().numpy() for parameter in classifier.module_.parameters()]


def records(classifier):
    return [{k: v for k, v in e.items() if k != "seconds"} for e in classifier.history_]


def interrupted(classifier, path, data, epoch=4, **fit_params):
    """Return a clone that was interrupted in an epoch, and has a backup."""
    extra = [Interrupt(epoch), BackupAndRestore(path)]
    callbacks = [*(classifier.callbacks or ()), *extra]
    classifier = type(classifier)(**{**classifier.get_params(), "callbacks": callbacks})
    with pytest.raises(RuntimeError, match="interrupted by a test"):
        classifier.fit(*data, **fit_params)
    assert path.is_file()
    return classifier


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"optimizer": "adam", "learning_rate": 0.002, "dropout": 0.2, "l1": 1e-5},
        {"learning_rate_schedule": "step", "augmentation": "mild"},
        {"learning_rate_schedule": "reduce_on_plateau"},
        {
            "learning_rate_schedule": "constant",
            "early_stopping": True,
            "n_iter_no_change": 2,
            "max_epochs": 20,
        },
    ],
    ids=str,
)
def test__interrupted_fit__goes_on_to_the_same_bits(params, data, tmp_path):
    params = {"max_epochs": 6, "random_state": 0, "n_threads": 1, **params}
    expected = MnistCNNClassifier(**params).fit(*data)
    path = tmp_path / "folder" / "fit.pt"
    unfinished = interrupted(MnistCNNClassifier(**params), path, data)
    resumed = unfinished.set_params(callbacks=[Interrupt(0), BackupAndRestore(path)]).fit(*data)
    assert records(resumed) == records(expected)
    for ours, theirs in zip(weights(resumed), weights(expected), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert list(path.parent.iterdir()) == []


def test__restored_epochs__are_not_trained_again(data, tmp_path):
    path = tmp_path / "fit.pt"
    Counter.counted = []
    unfinished = interrupted(
        MnistMLPClassifier(callbacks=[Counter()], max_epochs=5, random_state=0), path, data
    )
    assert Counter.counted == [1, 2, 3]
    callbacks = [Counter(), Interrupt(0), BackupAndRestore(path)]
    unfinished.set_params(callbacks=callbacks).fit(*data)
    # the callback's own count went on too
    assert Counter.counted == [1, 2, 3, 4, 5]
    assert unfinished.n_iter_ == 5


@pytest.mark.parametrize(
    "change",
    [
        {"random_state": 1},
        {"l1": 1e-4},
        {"dropout": 0.1},
        {"learning_rate": 0.01},
        {"label_smoothing": 0.0},
        {"max_epochs": 7},
        {"augmentation": "mild"},
        {"learning_rate_schedule": "cosine"},
    ],
    ids=str,
)
def test__other_settings__clear_error_and_the_backup_stays(change, data, tmp_path):
    path = tmp_path / "fit.pt"
    unfinished = interrupted(MnistMLPClassifier(max_epochs=5, random_state=0), path, data)
    backup = path.read_bytes()
    callbacks = [Interrupt(0), BackupAndRestore(path)]
    with pytest.raises(ValueError, match="backup of another fit"):
        unfinished.set_params(**change, callbacks=callbacks).fit(*data)
    assert path.read_bytes() == backup


def test__other_data__clear_error(data, tmp_path):
    path = tmp_path / "fit.pt"
    X, y = data
    unfinished = interrupted(MnistMLPClassifier(max_epochs=5, random_state=0), path, data)
    X = X.copy()
    X[0, 0] += 1
    unfinished.set_params(callbacks=[Interrupt(0), BackupAndRestore(path)])
    with pytest.raises(ValueError, match="backup of another fit"):
        unfinished.fit(X, y)
    with pytest.raises(ValueError, match="backup of another fit"):
        unfinished.fit(*data, sample_weight=np.linspace(1, 2, len(y)))


@pytest.mark.parametrize("content", [b"", b"no backup at all", None])
def test__file_of_another_kind__clear_error_and_the_file_stays(content, data, tmp_path):
    path = tmp_path / "fit.pt"
    if content is None:  # a whole file, cut short
        interrupted(MnistMLPClassifier(max_epochs=5, random_state=0), path, data)
        content = path.read_bytes()[:1000]
    path.write_bytes(content)
    clf = MnistMLPClassifier(callbacks=[BackupAndRestore(path)], max_epochs=2, random_state=0)
    with pytest.raises(ValueError, match="is no backup of a fit, or a damaged one"):
        clf.fit(*data)
    assert path.read_bytes() == content


def test__killed_process__goes_on_to_the_same_bits(data, tmp_path):
    path = tmp_path / "fit.pt"
    script = textwrap.dedent(f"""
        import numpy as np, os, signal
        from sklearn.datasets import load_digits
        from skmnist import MnistCNNClassifier
        from skmnist.checkpoints import BackupAndRestore
        from skorch.callbacks import Callback

        class Interrupt(Callback):
            def on_epoch_begin(self, net, **kwargs):
                if len(net.history) == 3:
                    os.kill(os.getpid(), signal.SIGKILL)

        X, y = load_digits(return_X_y=True)
        callbacks = [Interrupt(), BackupAndRestore({str(path)!r})]
        clf = MnistCNNClassifier(max_epochs=4, callbacks=callbacks, random_state=0, n_threads=1)
        clf.fit(X[:400].astype(np.uint8), y[:400])
    """)
    killed = subprocess.run([sys.executable, "-c", script], env=os.environ)
    assert killed.returncode == -signal.SIGKILL
    params = {"max_epochs": 4, "random_state": 0, "n_threads": 1}
    expected = MnistCNNClassifier(**params).fit(*data)
    callbacks = [Interrupt(0), BackupAndRestore(path)]
    resumed = MnistCNNClassifier(callbacks=callbacks, **params).fit(*data)
    for ours, theirs in zip(weights(resumed), weights(expected), strict=True):
        np.testing.assert_array_equal(ours, theirs)
