import io
import signal
import subprocess
import sys
import textwrap
from functools import partial

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV
from skorch.callbacks import Callback, Checkpoint, EpochScoring, LRScheduler
from torch.optim.lr_scheduler import LambdaLR, StepLR

from skmnist import MnistCNNClassifier, MnistMLPClassifier
from skmnist.augmentation import Chain
from skmnist.callbacks import BackupAndRestore, ProgressBar, StopTraining


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


class InterruptLater(Callback):
    """Interrupts after some epochs of all fits together."""

    epochs_left = 0

    def on_epoch_begin(self, net, **kwargs):
        if self.epochs_left == 0:
            raise RuntimeError("interrupted by a test")
        type(self).epochs_left -= 1


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


def test__interrupted_fit__goes_on_with_other_threads_to_the_same_bits(data, tmp_path):
    params = {"max_epochs": 4, "dropout": 0.1, "random_state": 0, "batch_parts": 2}
    expected = MnistCNNClassifier(**params, n_threads=1).fit(*data)
    path = tmp_path / "fit.pt"
    unfinished = interrupted(MnistCNNClassifier(**params, n_threads=1), path, data)
    unfinished.set_params(callbacks=[Interrupt(0), BackupAndRestore(path)], n_threads=2)
    for ours, theirs in zip(weights(unfinished.fit(*data)), weights(expected), strict=True):
        np.testing.assert_array_equal(ours, theirs)


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


def test__callbacks_after_it_and_others_that_watch__same_bits(data, tmp_path):
    params = {
        "max_epochs": 20,
        "random_state": 0,
        "early_stopping": True,
        "n_iter_no_change": 2,
        "learning_rate_schedule": "constant",
    }
    path = tmp_path / "fit.pt"
    scheduler = LRScheduler(StepLR, step_size=1, gamma=0.9, event_name=None)
    expected = MnistMLPClassifier(callbacks=[scheduler], **params).fit(*data)
    clf = MnistMLPClassifier(callbacks=[BackupAndRestore(path), scheduler, Interrupt(4)], **params)
    with pytest.raises(RuntimeError, match="interrupted by a test"):
        clf.fit(*data)
    callbacks = [BackupAndRestore(path), ProgressBar(), scheduler, Interrupt(0)]
    clf.set_params(callbacks=callbacks, verbose=1).fit(*data)
    assert records(clf) == records(expected)
    for ours, theirs in zip(weights(clf), weights(expected), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test__progress_bar__goes_on_where_the_fit_was(data, tmp_path):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    path = tmp_path / "fit.pt"
    clf = interrupted(MnistMLPClassifier(max_epochs=5, random_state=0), path, data)
    clf.set_params(callbacks=[Interrupt(0), BackupAndRestore(path), ProgressBar(terminal)])
    clf.fit(*data)
    shown = terminal.getvalue().replace("\r", "\n").split("\n")
    percentages = [int(line.split("%")[0].split()[-1]) for line in shown if "%|" in line]
    assert percentages[0] == 60
    assert percentages[-1] == 100


def test__keep__same_fit_again_returns_the_same_model_at_once(data, tmp_path):
    path = tmp_path / "fit.pt"
    Counter.counted = []
    callbacks = [Counter(), BackupAndRestore(path, keep=True)]
    clf = MnistMLPClassifier(callbacks=callbacks, max_epochs=3, random_state=0).fit(*data)
    assert path.is_file()
    expected = weights(clf)
    clf.fit(*data)
    assert Counter.counted == [1, 2, 3]
    assert clf.n_iter_ == 3
    for ours, theirs in zip(weights(clf), expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test__folder__a_search_interrupted_in_a_fit__repeats_none_and_ends_the_same(data, tmp_path):
    def search(callbacks, n_jobs=None):
        clf = MnistMLPClassifier(max_epochs=3, random_state=0, n_threads=1, callbacks=callbacks)
        search = GridSearchCV(clf, {"l1": [0.0, 1e-3]}, cv=2, error_score="raise", n_jobs=n_jobs)
        return search.fit(*data)

    expected = search(None)
    callbacks = [InterruptLater(), BackupAndRestore(tmp_path, keep=True)]
    InterruptLater.epochs_left = 7
    with pytest.raises(RuntimeError, match="interrupted by a test"):
        search(callbacks)
    assert len(list(tmp_path.iterdir())) == 3
    # of 2 candidates in 2 folds and the refit
    InterruptLater.epochs_left = 5 * 3 - 7
    resumed = search(callbacks)
    assert InterruptLater.epochs_left == 0
    # all is there: nothing is trained, in whatever processes
    again = search(callbacks, n_jobs=2)
    for found in (resumed, again):
        np.testing.assert_array_equal(
            found.cv_results_["mean_test_score"], expected.cv_results_["mean_test_score"]
        )
        for ours, theirs in zip(
            weights(found.best_estimator_), weights(expected.best_estimator_), strict=True
        ):
            np.testing.assert_array_equal(ours, theirs)


def flip(images, generator):
    return images.flip(-1)


def test__functions_and_numpy_numbers__are_no_hindrance(data, tmp_path):
    class Scores(Callback):
        """Records a NumPy number, as many callbacks do."""

        def on_epoch_end(self, net, **kwargs):
            net.history.record("score", np.float64(0.5))

    params = {
        "max_epochs": 5,
        "random_state": 0,
        "augmentation": flip,
        "callbacks": [Scores(), LRScheduler(LambdaLR, lr_lambda=lambda e: np.cos(e / 10))],
    }
    path = tmp_path / "fit.pt"
    expected = MnistMLPClassifier(**params).fit(*data)
    clf = interrupted(MnistMLPClassifier(**params), path, data)
    clf.set_params(callbacks=[*params["callbacks"], Interrupt(0), BackupAndRestore(path)])
    clf.fit(*data)
    for ours, theirs in zip(weights(clf), weights(expected), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def made_by(strength, also=0):
    def augment(images, generator, also=also):
        return images * strength + also

    return augment


class Brighter:
    def __init__(self, strength):
        self.strength = strength

    def __call__(self, images, generator):
        return images * self.strength


class Layer(torch.nn.Module):
    def __init__(self, strength, weight=1.0):
        super().__init__()
        self.strength = strength
        self.weight = torch.nn.Parameter(torch.tensor(weight), requires_grad=False)

    def forward(self, images, generator):
        return images * self.strength * self.weight


@pytest.mark.parametrize(
    "augmentations",
    [
        [made_by(1.0), made_by(0.5), made_by(0.5, also=1)],
        [Brighter(1.0), Brighter(0.5), Chain((Brighter(0.5),)), Chain((Brighter(0.25),))],
        [Layer(1.0), Layer(0.5), Layer(0.5, 0.1)],
        [lambda images, generator: images, lambda images, generator: images / 2],
        [partial(made_by, 1.0)(), partial(made_by(0.5)), partial(made_by(0.5), also=2)],
    ],
    ids=["closures", "objects", "modules", "lambdas", "partial"],
)
def test__folder__functions_and_objects_that_differ__are_not_mixed_up(
    augmentations, data, tmp_path
):
    X, y = data
    params = {"max_epochs": 1, "batch_size": 40, "random_state": 0}
    backup = BackupAndRestore(tmp_path, keep=True)
    for n_files, augmentation in enumerate(augmentations, start=1):
        params["augmentation"] = augmentation
        clf = MnistMLPClassifier(**params, callbacks=[backup]).fit(X[:40], y[:40])
        expected = MnistMLPClassifier(**params).fit(X[:40], y[:40])
        np.testing.assert_array_equal(weights(clf)[0], weights(expected)[0])
        assert len(list(tmp_path.iterdir())) == n_files
    # the same again finds its file
    MnistMLPClassifier(**params, callbacks=[backup]).fit(X[:40], y[:40])
    assert len(list(tmp_path.iterdir())) == n_files


def test__warm_start_and_partial_fit__work_with_a_backup(data, tmp_path):
    path = tmp_path / "fit.pt"
    params = {"max_epochs": 2, "random_state": 0, "warm_start": True}
    expected = MnistMLPClassifier(**params).fit(*data).fit(*data).partial_fit(*data)
    clf = MnistMLPClassifier(callbacks=[BackupAndRestore(path)], **params)
    clf.fit(*data).fit(*data).partial_fit(*data)
    for ours, theirs in zip(weights(clf), weights(expected), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert not path.exists()


def test__read_only_data__no_warning(data, tmp_path, recwarn):
    X, y = (array.copy() for array in data)
    X.flags.writeable = y.flags.writeable = False
    backup = BackupAndRestore(tmp_path / "fit.pt")
    MnistMLPClassifier(callbacks=[backup], max_epochs=1, random_state=0).fit(X, y)
    assert [warning for warning in recwarn if "writ" in str(warning.message)] == []


class Pull(Callback):
    """Pulls weights towards zero, with a strength."""

    def __init__(self, strength):
        self.strength = strength

    def __repr__(self):
        return f"Pull({self.strength})"


@pytest.mark.parametrize("what", ["callback", "validation"])
def test__other_surroundings__clear_error(what, data, tmp_path):
    path = tmp_path / "fit.pt"
    X, y = data
    params = {"max_epochs": 5, "random_state": 0, "n_threads": 1, "callbacks": [Pull(1)]}
    fit_params = {"X_val": X[:50], "y_val": y[:50]}
    clf = interrupted(MnistMLPClassifier(**params), path, data, **fit_params)
    callbacks = [Pull(2 if what == "callback" else 1), Interrupt(0), BackupAndRestore(path)]
    clf.set_params(callbacks=callbacks)
    if what == "validation":
        fit_params = {"X_val": X[50:100], "y_val": y[50:100]}
    with pytest.raises(ValueError, match="backup of another fit"):
        clf.fit(*data, **fit_params)
    assert path.is_file()


@pytest.mark.parametrize(
    "change",
    [
        {"random_state": 1},
        {"l1": 1e-4},
        {"dropout": 0.1},
        {"learning_rate": 0.01},
        {"label_smoothing": 0.0},
        {"batch_parts": 1},
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


@pytest.mark.slow
def test__killed_process__goes_on_to_the_same_bits(data, tmp_path):
    script = textwrap.dedent("""
        import os, signal, sys
        import numpy as np
        from sklearn.datasets import load_digits
        from skmnist import MnistCNNClassifier
        from skmnist.callbacks import BackupAndRestore
        from skorch.callbacks import Callback

        class Interrupt(Callback):
            def on_epoch_begin(self, net, **kwargs):
                if len(net.history) == 3 and not os.path.exists("killed"):
                    open("killed", "w").close()
                    os.kill(os.getpid(), signal.SIGKILL)

        X, y = load_digits(return_X_y=True)
        callbacks = [Interrupt(), BackupAndRestore("fit.pt")]
        clf = MnistCNNClassifier(max_epochs=4, callbacks=callbacks, random_state=0, n_threads=1)
        clf.fit(X[:400].astype(np.uint8), y[:400])
        np.savez("weights.npz", *[p.detach().numpy() for p in clf.module_.parameters()])
    """)
    codes = [
        subprocess.run([sys.executable, "-c", script], cwd=tmp_path).returncode for _ in range(2)
    ]
    assert codes == [-signal.SIGKILL, 0]
    expected = MnistCNNClassifier(max_epochs=4, random_state=0, n_threads=1).fit(*data)
    with np.load(tmp_path / "weights.npz") as resumed:
        for ours, theirs in zip(resumed.values(), weights(expected), strict=True):
            np.testing.assert_array_equal(ours, theirs)


def test__keep__checkpoint_of_another_fit_beside_it__is_not_taken(data, tmp_path):
    X, y = data
    checkpoint = Checkpoint("valid_loss_best", load_best=True, dirname=tmp_path / "checkpoint")
    backup = BackupAndRestore(tmp_path / "backups", keep=True)
    (tmp_path / "backups").mkdir()
    clf = MnistMLPClassifier(
        max_epochs=2, early_stopping=True, random_state=0, callbacks=[checkpoint, backup]
    )
    first, _ = (clone(clf).set_params(l2=l2).fit(X, y) for l2 in (0, 0.1))
    again = clone(clf).set_params(l2=0).fit(X, y)
    np.testing.assert_array_equal(again.predict_proba(X), first.predict_proba(X))
    assert [r["valid_loss"] for r in again.history_] == [r["valid_loss"] for r in first.history_]


def test__keep__stopped_within_an_epoch__same_fit_again_is_the_same(data, tmp_path):
    X, y = data

    class Limit(Callback):
        def on_batch_end(self, net, training=False, **kwargs):
            if training and len(net.history) == 2:
                raise StopTraining

    backup = BackupAndRestore(tmp_path / "fit.pt", keep=True)
    clf = MnistMLPClassifier(max_epochs=3, random_state=0, callbacks=[Limit(), backup])
    first, again = (clone(clf).fit(X, y) for _ in range(2))
    assert first.n_iter_ == again.n_iter_ == 1
    np.testing.assert_array_equal(again.predict_proba(X), first.predict_proba(X))


def test__best_score_of_a_scoring_callback__goes_on(data, tmp_path):
    X, y = data

    def falling(net, X, y):
        return -len(net.history)

    scoring = EpochScoring(falling, name="falling", lower_is_better=False, on_train=True)
    path = tmp_path / "fit.pt"
    clf = MnistMLPClassifier(max_epochs=4, random_state=0, callbacks=[scoring])
    clf = interrupted(clf, path, data, epoch=3)
    clf.set_params(callbacks=[scoring, Interrupt(0), BackupAndRestore(path)]).fit(X, y)
    assert [epoch["falling_best"] for epoch in clf.net_.history] == [True, False, False, False]
