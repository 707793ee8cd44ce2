"""scikit-learn's own callbacks, set by ``set_callbacks``."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.callback import ProgressBar, ScoringMonitor
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skmnist import (
    MnistCNNClassifier,
    MnistMLPClassifier,
    NumpyMLPClassifier,
    SquareDigitTransformer,
    TransformedTargetClassifier,
    transformed_target_scorer,
)

CLASSIFIERS = {
    "cnn": MnistCNNClassifier(batch_size=16, max_epochs=3, random_state=0, n_threads=1),
    "mlp": MnistMLPClassifier(batch_size=16, max_epochs=3, random_state=0, n_threads=1),
    "numpy": NumpyMLPClassifier(batch_size=16, max_epochs=3, random_state=0),
}


@pytest.fixture(scope="module")
def data(digits):
    X, y = digits
    return X[:300], y[:300], X[300:500], y[300:500]


@pytest.fixture(params=CLASSIFIERS)
def clf(request):
    from sklearn import clone

    return clone(CLASSIFIERS[request.param])


class Recorder:
    """Keeps what it is told, and asks to stop after some epochs."""

    def __init__(self, stop_after=None):
        self.stop_after = stop_after
        self.events = []
        self.fitted = []
        self.data = []

    def setup(self, estimator, context):
        self.events.append("setup")

    def teardown(self, estimator, context):
        self.events.append("teardown")

    def on_fit_task_begin(self, estimator, context):
        self.events.append(f"{context.task_name} {context.task_id} begins")

    def on_fit_task_end(
        self, estimator, context, *, X=None, y=None, metadata=None, fitted_estimator=None
    ):
        self.events.append(f"{context.task_name} {context.task_id} ends")
        self.fitted.append(fitted_estimator)
        self.data.append((X, y, metadata))
        return context.task_name == "epoch" and context.task_id + 1 == self.stop_after


def weights(clf):
    if isinstance(clf, NumpyMLPClassifier):
        return clf.network_.parameters
    return np.concatenate([p.detach().numpy().ravel() for p in clf.module_.parameters()])


@pytest.mark.tool("scikit-learn", "callbacks: `set_callbacks` on the classifiers")
def test__fit__tells_of_every_epoch(clf, data):
    X, y, *_ = data
    recorder = Recorder()
    clf.set_callbacks(recorder).fit(X, y)
    epochs = [f"epoch {k} {what}" for k in range(3) for what in ("begins", "ends")]
    assert recorder.events == ["setup", "fit 0 begins", *epochs, "fit 0 ends", "teardown"]


def test__callbacks__change_no_bit(clf, data):
    X, y, X_test, _ = data
    expected = clf.fit(X, y).predict_proba(X_test)
    clf.set_callbacks(Recorder(), ScoringMonitor(scoring="accuracy")).fit(X, y)
    assert_array_equal(clf.predict_proba(X_test), expected)


def test__fitted_estimator__is_the_model_of_its_epoch(clf, data):
    X, y, X_test, _ = data
    recorder = Recorder()
    clf.set_callbacks(recorder).fit(X, y)
    first, _, third, whole = recorder.fitted
    assert [len(fitted.history_) for fitted in recorder.fitted] == [1, 2, 3, 3]
    assert not np.array_equal(weights(first), weights(third))
    assert_array_equal(weights(third), weights(clf))
    for fitted in (third, whole):
        assert_array_equal(fitted.predict_proba(X_test), clf.predict_proba(X_test))
    assert_array_equal(first.classes_, clf.classes_)
    assert first.score(X, y) < third.score(X, y)


def test__hooks__are_given_what_fit_was(clf, data):
    X, y, *_ = data
    recorder = Recorder()
    weight = np.linspace(1, 2, len(y))
    clf.set_callbacks(recorder).fit(X.reshape(-1, 8, 8), y, weight)
    for X_seen, y_seen, metadata in recorder.data:
        assert_array_equal(X_seen.reshape(len(X), -1), X)
        assert_array_equal(y_seen, y)
        assert_array_equal(metadata["sample_weight"], weight)


def test__hook_that_returns_true__stops(clf, data):
    X, y, *_ = data
    recorder = Recorder(stop_after=2)
    clf.set_callbacks(recorder).fit(X, y)
    assert clf.n_iter_ == 2
    assert recorder.events[-3:] == ["epoch 1 ends", "fit 0 ends", "teardown"]
    assert_array_equal(weights(clf), weights(recorder.fitted[1]))


def test__early_stopping__ends_the_last_epoch_too(clf, data):
    X, y, *_ = data
    recorder = Recorder()
    clf.set_params(max_epochs=60, early_stopping=True, n_iter_no_change=1)
    clf.set_callbacks(recorder).fit(X, y)
    assert clf.n_iter_ < 60
    ends = [event for event in recorder.events if event.startswith("epoch") and "ends" in event]
    assert len(ends) == clf.n_iter_


def test__partial_fit__is_a_fit_of_one_epoch(clf, data):
    X, y, *_ = data
    recorder = Recorder()
    clf.set_callbacks(recorder)
    for _ in range(2):
        clf.partial_fit(X, y, classes=range(10))
    once = ["fit 0 begins", "epoch 0 begins", "epoch 0 ends", "fit 0 ends"]
    assert recorder.events == ["setup", *once, "teardown"] * 2
    assert [len(fitted.history_) for fitted in recorder.fitted] == [1, 1, 2, 2]


def test__failed_fit__tears_down_and_leaves_no_model(clf, data):
    X, y, *_ = data

    class Failing(Recorder):
        def on_fit_task_begin(self, estimator, context):
            if context.task_name == "epoch":
                raise RuntimeError("no more")

    callback = Failing()
    with pytest.raises(RuntimeError, match="no more"):
        clf.set_callbacks(callback).fit(X, y)
    assert callback.events == ["setup", "teardown"]
    assert not clf.__sklearn_is_fitted__()
    assert "_callback_fit_ctx" not in vars(clf)


@pytest.mark.tool("scikit-learn", "callbacks: `ScoringMonitor` logs a score of each epoch")
def test__scoring_monitor__logs_each_epoch(clf, data):
    X, y, *_ = data
    monitor = ScoringMonitor(scoring=["accuracy", "neg_log_loss"])
    clf.set_callbacks(monitor).fit(X, y)
    rows = [row for row in monitor.get_logs().data if row["task_name"] == "epoch"]
    assert [row["task_id"] for row in rows] == [0, 1, 2]
    assert rows[-1]["accuracy"] == clf.score(X, y)
    assert rows[0]["neg_log_loss"] < rows[-1]["neg_log_loss"]


@pytest.mark.tool("scikit-learn", "callbacks: `ProgressBar` over a search shows the epochs")
def test__progress_bar__over_a_search__shows_epochs_of_each_fit(clf, data, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    X, y, *_ = data
    search = GridSearchCV(clf, {"dropout": [0.0, 0.1]}, cv=2, error_score="raise")
    search.set_callbacks(ProgressBar(max_propagation_depth=None)).fit(X, y)
    shown = capsys.readouterr().out
    fits = [line for line in shown.splitlines() if f"{type(clf).__name__} - fit" in line]
    assert len(fits) == 2 * 2 + 1
    assert all("100%" in line for line in fits)


@pytest.mark.parametrize("n_jobs", [1, pytest.param(2, marks=pytest.mark.slow)])
def test__scoring_monitor__in_a_search__logs_every_fit(n_jobs, data):
    X, y, *_ = data
    monitor = ScoringMonitor(scoring="accuracy")
    clf = CLASSIFIERS["numpy"].set_callbacks(monitor)
    try:
        GridSearchCV(clf, {"l2": [0.0, 0.1]}, cv=2, n_jobs=n_jobs, error_score="raise").fit(X, y)
    finally:
        clf.set_callbacks()
    epochs = [row for row in monitor.get_logs().data if row["task_name"] == "epoch"]
    assert len(epochs) == (2 * 2 + 1) * 3


def test__pipeline__epochs_are_below_the_step(data):
    X, y, *_ = data
    monitor = ScoringMonitor(scoring="accuracy")
    clf = MnistMLPClassifier(max_epochs=2, random_state=0).set_callbacks(monitor)
    make_pipeline(StandardScaler(), clf).fit(X, y)
    log = monitor.get_logs()
    assert log.estimator_name == "Pipeline"
    assert [row["task_name"] for row in log.data].count("epoch") == 2


def test__transformed_target__hands_callbacks_on(data):
    X, y, *_ = data
    monitor = ScoringMonitor(
        scoring={"score": transformed_target_scorer(SquareDigitTransformer(), "accuracy")}
    )
    clf = MnistMLPClassifier(max_epochs=2, random_state=0)
    squares = TransformedTargetClassifier(clf, SquareDigitTransformer()).set_callbacks(monitor)
    squares.fit(X, y)
    (row,) = [row for row in monitor.get_logs().data if row["task_name"] == "fit"]
    assert row["score"] == squares.score(X, y)


def test__transformed_target__progress_bar__shows_epochs(data, capsys):
    X, y, *_ = data
    clf = MnistMLPClassifier(max_epochs=2, random_state=0)
    squares = TransformedTargetClassifier(clf, SquareDigitTransformer())
    squares.set_callbacks(ProgressBar()).fit(X, y)
    shown = capsys.readouterr().out
    assert "TransformedTargetClassifier" in shown
    assert "MnistMLPClassifier" in shown


def test__fitted_model__holds_no_training_data(data):
    X, y, *_ = data
    clf = MnistMLPClassifier(max_epochs=1, random_state=0).fit(X, y)
    tell = dict(clf.net_.callbacks_)["TellEpochs"]
    assert tell.tasks is None
    assert tell.snapshot is None
    # the net is a skorch net, which somebody may go on training
    clf.net_.on_epoch_begin(clf.net_)
    tell.on_epoch_begin(clf.net_)
    tell.on_epoch_end(clf.net_)
