"""Probabilities mean what they say, whatever smoothing the network was trained with."""

import io
import pickle

import numpy as np
import pytest
import torch
from helpers import make_cnn
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from sklearn.metrics import log_loss
from skorch.callbacks import Callback, Checkpoint, EpochScoring

from skmnist import (
    MnistCNNClassifier,
    MnistMLPClassifier,
    SquareDigitTransformer,
    TransformedTargetClassifier,
    load_model,
    save_model,
)
from skmnist._engine.calibration import DOUBT, find_temperature, lowest_temperature
from skmnist.callbacks import BackupAndRestore, ProgressBar, StopTraining


def mlp(**params):
    return MnistMLPClassifier(
        **{"hidden_layer_sizes": (64,), "max_epochs": 5, "random_state": 0, "n_threads": 1}
        | params
    )


def linear(image_shape, n_outputs, dropout):
    n_pixels = image_shape[0] * image_shape[1]
    return torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(n_pixels, n_outputs))


@pytest.fixture(scope="module")
def data(digits):
    X, y = digits
    return X[:1000], y[:1000], X[1000:], y[1000:]


@pytest.fixture(scope="module")
def fitted(data):
    X, y, X_val, y_val = data
    return mlp(max_epochs=15).fit(X, y, X_val=X_val, y_val=y_val)


def raw_logits(clf, X):
    """Return the logits of the network, one column per class, before calibration."""
    logits = clf.decision_function(X) * clf.temperature_
    return np.stack([0 * logits, logits], axis=1) if logits.ndim == 1 else logits


def loss_at(temperature, logits, y):
    return -log_softmax(logits.astype(float) / temperature, axis=1)[np.arange(len(y)), y].mean()


def assert_calibrated(clf, X, y, within):
    logits = raw_logits(clf, X)
    best = minimize_scalar(
        lambda log: loss_at(np.exp(log), logits, y), bounds=(-3, 3), method="bounded"
    ).fun
    loss = log_loss(y, clf.predict_proba(X))
    assert loss < best * (1 + within)
    assert loss < loss_at(1, logits, y) - (within / 2) * best


# -- the probabilities


@pytest.mark.parametrize("smoothing", [0.05, 0.1, 0.3])
def test__predict_proba__any_smoothing__near_the_best_temperature(data, smoothing):
    X, y, X_val, y_val = data
    clf = mlp(label_smoothing=smoothing, max_epochs=15).fit(X, y)
    assert clf.temperature_ < 0.7
    assert_calibrated(clf, X_val, y_val, within=0.1)


def test__predict_proba__two_classes__near_the_best_temperature(data):
    X, y, X_val, y_val = data
    clf = mlp(hidden_layer_sizes=(256, 256), max_epochs=20).fit(X, y % 2)
    assert_calibrated(clf, X_val, y_val % 2, within=0.1)
    proba = 1 / (1 + np.exp(-clf.decision_function(X_val)))
    assert_allclose(clf.predict_proba(X_val)[:, 1], proba, atol=1e-6)


def test__predict_proba__wrong_labels_not_learned_by_heart__near_the_best_temperature():
    # four classes of 16 pixels; a tenth of the labels is drawn at random
    rng = np.random.default_rng(0)
    y = rng.integers(0, 4, 6000)
    X = rng.normal(size=(6000, 16)) + 3 * np.eye(16)[y]
    y = np.where(rng.random(6000) < 0.1, rng.integers(0, 4, 6000), y)
    clf = make_cnn(architecture=linear, learning_rate=0.02, label_smoothing=0.3, augmentation=None)
    clf.fit(X[:4000], y[:4000])
    assert_calibrated(clf, X[4000:], y[4000:], within=0.02)


def test__predict_proba__no_smoothing__is_the_softmax_of_the_network(data):
    X, y, X_val, _ = data
    clf = mlp(label_smoothing=0.0).fit(X, y)
    assert clf.temperature_ == 1.0
    assert [epoch["temperature"] for epoch in clf.history_] == [1.0] * 5
    images = torch.from_numpy((X_val - clf.mean_) / clf.scale_).float().view(-1, 1, 8, 8)
    with torch.no_grad():
        logits = clf.module_(images)
    assert_allclose(clf.decision_function(X_val), logits, atol=1e-4)
    assert_allclose(clf.predict_proba(X_val), torch.softmax(logits, 1), atol=1e-5)


def test__decision_function__its_softmax__is_predict_proba(fitted, data):
    logits = fitted.decision_function(data[2])
    assert_allclose(softmax(logits, axis=1), fitted.predict_proba(data[2]), atol=1e-6)


def test__predict__calibrated__same_labels_as_the_network(fitted, data):
    network = raw_logits(fitted, data[2]).argmax(1)
    assert_array_equal(fitted.predict(data[2]), network)
    assert_array_equal(fitted.predict_proba(data[2]).argmax(1), network)


def test__probabilities__as_exported__are_those_of_predict_proba(fitted, data):
    X = data[2][:50]
    _, proba = fitted._exported()(torch.from_numpy(X))
    assert_allclose(proba.detach(), fitted.predict_proba(X), atol=1e-5)


def test__transformed_target__is_calibrated_too(data):
    X, y, X_val, y_val = data
    square = SquareDigitTransformer()
    clf = TransformedTargetClassifier(mlp(max_epochs=15), square).fit(X, y)
    assert clf.classifier_.temperature_ < 0.7
    assert_calibrated(clf.classifier_, X_val, square.transform(y_val).astype(int), within=0.15)


@pytest.mark.parametrize("preset", ["instant", "quick", "default"])
def test__presets__are_calibrated(data, preset):
    X, y, X_val, y_val = data
    params = {"n_threads": 1, "random_state": 0, "max_epochs": 10, "batch_size": 64}
    clf = MnistCNNClassifier.from_preset(preset, **params, learning_rate=0.1).fit(X, y)
    assert_calibrated(clf, X_val, y_val, within=0.15)


def test__two_threads__same_bits_as_one(data):
    X, y, X_val, _ = data
    one, two = (mlp(n_threads=n, batch_size=256).fit(X, y) for n in (1, 2))
    assert one.temperature_ == two.temperature_ != 1
    assert_array_equal(one.predict_proba(X_val), two.predict_proba(X_val))


# -- the history


def test__history__last_epoch__losses_are_those_of_predict_proba(fitted, data):
    last = fitted.history_[-1]
    loss = log_loss(data[3], fitted.predict_proba(data[2]))
    assert last["valid_loss"] == pytest.approx(loss, rel=1e-4)
    assert last["temperature"] == fitted.temperature_
    assert last["train_loss"] < 0.5  # smoothed ones cannot be less


def test__scorers_of_skorch__while_training_and_after__see_calibrated_probabilities(data):
    X, y, X_val, y_val = data
    scoring = EpochScoring("neg_log_loss", name="valid_score")
    computed = EpochScoring("neg_log_loss", name="computed", use_caching=False)
    clf = mlp(callbacks=[scoring, computed]).fit(X, y, X_val=X_val, y_val=y_val)
    for epoch in clf.history_:
        assert -epoch["valid_score"] == pytest.approx(epoch["valid_loss"], rel=1e-4)
        assert -epoch["computed"] == pytest.approx(epoch["valid_loss"], rel=1e-4)
    proba = clf.net_.predict_proba(X_val)
    assert_allclose(proba, clf.predict_proba(X_val), atol=1e-6)


def test__progress_bar__shows_no_loss_of_smoothed_labels(data):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    file = Terminal()
    mlp(max_epochs=1, callbacks=[ProgressBar(file=file, min_interval=0)]).fit(*data[:2])
    assert file.getvalue().count("loss=") == file.getvalue().count("accuracy=") > 0


# -- the epoch whose weights are kept


class Look(Callback):
    """Notes the temperature that the callbacks of the end see."""

    seen = None

    def on_train_end(self, net, **kwargs):
        type(self).seen = net.temperature_


def best_epoch(clf):
    return max(clf.history_, key=lambda epoch: (epoch["valid_accuracy"], -epoch["epoch"]))


@pytest.fixture(scope="module")
def stopped_early(data):
    X, y, X_val, y_val = data
    clf = mlp(early_stopping=True, n_iter_no_change=2, max_epochs=60, learning_rate=0.01)
    return clf.set_params(callbacks=[Look()]).fit(X, y, X_val=X_val, y_val=y_val)


def test__early_stopping__temperature_of_the_best_epoch(stopped_early, data):
    best = best_epoch(stopped_early)
    assert best["epoch"] < stopped_early.n_iter_
    assert stopped_early.temperature_ == best["temperature"]
    assert stopped_early.temperature_ != stopped_early.history_[-1]["temperature"]
    loss = log_loss(data[3], stopped_early.predict_proba(data[2]))
    assert loss == pytest.approx(best["valid_loss"], rel=1e-4)
    assert Look.seen == stopped_early.temperature_


@pytest.mark.parametrize("f_history", ["history.json", None])
def test__checkpoint_of_skorch__goes_back_to_the_best__with_its_temperature(
    data, tmp_path, f_history
):
    X, y, X_val, y_val = data
    kept = Checkpoint("valid_accuracy_best", load_best=True, dirname=tmp_path, f_history=f_history)
    accuracy = EpochScoring("accuracy", lower_is_better=False, name="valid_accuracy")
    params = {"max_epochs": 30, "learning_rate": 0.03, "learning_rate_schedule": "constant"}
    clf = mlp(**params, callbacks=[accuracy, kept]).fit(X, y, X_val=X_val, y_val=y_val)
    best = best_epoch(clf)
    assert clf.temperature_ == best["temperature"]
    loss = log_loss(y_val, clf.predict_proba(X_val))
    assert loss == pytest.approx(best["valid_loss"], rel=1e-4)


def test__stop_training__within_an_epoch__temperature_of_the_epoch_before(data):
    class StopInTheThird(Callback):
        def on_batch_end(self, net, **kwargs):
            if len(net.history) == 3:
                raise StopTraining

    clf = mlp(callbacks=[StopInTheThird()]).fit(*data[:2])
    assert clf.temperature_ == clf.history_[-1]["temperature"]
    assert clf.n_iter_ == 2


# -- what is stored, and what goes on


class Interrupt(Callback):
    """Interrupts the fourth epoch, or none; notes the temperature at its start."""

    seen = None

    def __init__(self, raises):
        self.raises = raises

    def on_batch_begin(self, net, training=False, **kwargs):
        if training and len(net.history) == 4:
            type(self).seen = net.temperature_
            if self.raises:
                raise RuntimeError("interrupted by a test")

    def __repr__(self):
        return "Interrupt"


@pytest.mark.parametrize("early_stopping", [False, True])
def test__backup__interrupted_or_finished__same_temperature(data, tmp_path, early_stopping):
    params = {"early_stopping": early_stopping, "n_iter_no_change": 2, "max_epochs": 8}
    expected = mlp(**params, callbacks=[Interrupt(False)]).fit(*data[:2])
    temperature = Interrupt.seen
    backup = BackupAndRestore(tmp_path / "fit.pt", keep=True)
    with pytest.raises(RuntimeError, match="interrupted"):
        mlp(**params, callbacks=[Interrupt(True), backup]).fit(*data[:2])
    Interrupt.seen = None
    for _ in range(2):  # the second time it has already finished
        clf = mlp(**params, callbacks=[Interrupt(False), backup]).fit(*data[:2])
        assert clf.temperature_ == expected.temperature_ != 1
        assert_array_equal(clf.predict_proba(data[2]), expected.predict_proba(data[2]))
    assert Interrupt.seen == temperature


def test__pickle_and_saved_model__same_probabilities(fitted, data, tmp_path):
    expected = fitted.predict_proba(data[2])
    for clf in (
        pickle.loads(pickle.dumps(fitted)),
        load_model(save_model(fitted, tmp_path / "model.skops")),
    ):
        assert clf.temperature_ == fitted.temperature_
        assert_array_equal(clf.predict_proba(data[2]), expected)


def test__partial_fit__one_wrong_label__hardly_moves_the_temperature(fitted, data):
    X, y = data[:2]
    clf = pickle.loads(pickle.dumps(fitted))
    clf.partial_fit(X[:1], (y[:1] + 5) % 10)
    assert fitted.temperature_ < clf.temperature_ < 1.1 * fitted.temperature_
    assert clf.history_[-1]["temperature"] == clf.temperature_


def test__partial_fit__small_pieces__near_the_best_temperature(data):
    X, y, X_val, y_val = data
    clf = mlp(augmentation=None)
    for start in [*range(0, 1000, 100)] * 6:
        piece = slice(start, start + 100)
        clf.partial_fit(X[piece], y[piece], classes=range(10))
    assert_calibrated(clf, X_val, y_val, within=0.1)


def test__warm_start__trained_on_without_smoothing__temperature_is_one(data):
    clf = mlp(warm_start=True).fit(*data[:2])
    clf.set_params(label_smoothing=0.0).fit(*data[:2])
    assert clf.temperature_ == 1.0


# -- the search for the temperature


def search(logits, target, weight=None, smoothing=0.1, n_classes=10, earlier=None):
    target = torch.as_tensor(target)
    return find_temperature(logits, target, weight, smoothing, n_classes, earlier)


def test__temperature__logits_too_small_by_a_factor__is_the_factor():
    generator = torch.Generator().manual_seed(0)
    logits = 3 * torch.randn(10_000, 10, generator=generator)
    drawn = torch.multinomial(torch.softmax(logits, 1), 1, generator=generator)[:, 0]
    assert search(logits * 0.6, drawn) == pytest.approx(0.6, rel=0.03)
    assert search(logits * 3, drawn) == pytest.approx(3, rel=0.03)
    # rows of weight 0 have no say
    weight = torch.ones(10_000)
    weight[:5000] = 0
    wrong = torch.where(weight > 0, drawn, (drawn + 1) % 10)
    assert search(logits * 0.6, wrong, weight) == pytest.approx(0.6, rel=0.05)


@pytest.mark.parametrize("n_classes", [2, 10])
def test__temperature__all_known_by_heart__is_the_lowest(n_classes):
    doubt = 0.1 * (1 - 1 / n_classes)
    gap = np.log((1 - doubt) * (n_classes - 1) / doubt)
    target = torch.arange(100) % n_classes
    if n_classes == 2:
        logits, target = torch.where(target > 0, gap, -gap)[:, None], target.float()
        certain = torch.sigmoid(logits[1, 0] / search(logits, target, n_classes=2))
    else:
        logits = gap * torch.nn.functional.one_hot(target, n_classes).float()
        certain = torch.softmax(logits[0] / search(logits, target), 0).max()
    assert 1 - float(certain) == pytest.approx(DOUBT, rel=0.01)


@pytest.mark.parametrize("smoothing", [1e-6, 0.01, 0.5, 0.999])
def test__temperature__any_smoothing__lowest_is_above_zero_and_at_most_one(smoothing):
    assert 0 < lowest_temperature(smoothing, 2) <= 1
    assert 0 < lowest_temperature(smoothing, 10) <= 1


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e38])
def test__temperature__logits_without_sense__is_a_number_all_the_same(value):
    logits = torch.full((20, 10), value)
    assert np.isfinite(search(logits, torch.zeros(20, dtype=torch.int64)))


def test__temperature__going_on_with_rows_that_do_not_count__is_the_earlier_one():
    logits = torch.randn(20, 10, generator=torch.Generator().manual_seed(0))
    target = torch.full((20,), 3)
    assert search(logits, target, torch.zeros(20), earlier=0.4) == 0.4
    # one row moves it a little, many take it almost all the way
    alone = search(logits, target)
    assert search(logits[:1], target[:1], earlier=0.4) == pytest.approx(0.4, rel=0.01)
    many = search(logits.repeat(500, 1), target.repeat(500), earlier=0.4)
    assert many == pytest.approx(alone, rel=0.2)
