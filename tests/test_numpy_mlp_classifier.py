"""What only the NumPy classifier offers; test_classifiers_*.py has what all have in common."""

import copy
import subprocess
import sys
import threading
import warnings

import numpy as np
import pytest
from helpers import make_numpy_mlp as make
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import NotFittedError
from tqdm import tqdm

from skmnist import NumpyMLPClassifier
from skmnist.numpy_mlp import MSE


def test__import__and_fit__without_torch():
    code = """
import sys
from sklearn.datasets import load_iris
from skmnist import NumpyMLPClassifier
NumpyMLPClassifier(max_epochs=1).fit(*load_iris(return_X_y=True))
assert "torch" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test__parameters__named_as_in_the_other_classifiers():
    params = NumpyMLPClassifier().get_params()
    assert sorted(params) == sorted(
        [
            "batch_size",
            "bias",
            "class_weight",
            "dropout",
            "dtype",
            "early_stopping",
            "hidden_layer_sizes",
            "initialization",
            "l1",
            "l2",
            "learning_rate",
            "loss",
            "max_epochs",
            "momentum",
            "n_iter_no_change",
            "optimizer",
            "random_state",
            "rotation",
            "scaling",
            "shift",
            "shuffle",
            "validation_fraction",
            "verbose",
            "warm_start",
        ]
    )
    assert not any(isinstance(value, list | dict) for value in params.values())


def test__predictions__squared_error__nearest_probabilities(small):
    X, y = small
    clf = make(loss="squared_error", max_epochs=30).fit(X, y)
    outputs, proba = clf.decision_function(X), clf.predict_proba(X)
    assert_array_equal(proba, MSE.probabilities(outputs))
    with np.errstate(divide="ignore"):
        assert_array_equal(clf.predict_log_proba(X), np.log(proba))
    assert_array_equal(clf.predict(X), clf.classes_[proba.argmax(axis=1)])
    assert clf.score(X, y) > 0.9
    # what the outputs mean depends on how they were trained, not on the parameter's new value
    assert_array_equal(clf.set_params(loss="cross_entropy").predict_proba(X), proba)


def test__predictions__squared_error_of_two_classes__one_decision(small):
    X, y = small
    labels = np.where(np.isin(y, [0, 1, 4, 9]), "square", "other")
    clf = make(loss="squared_error").fit(X, labels)
    decision, proba = clf.decision_function(X), clf.predict_proba(X)
    assert decision.shape == (400,)
    assert_array_equal(clf.predict(X) == "square", decision > 0)
    assert_allclose(proba[:, 1], np.clip((1 + decision) / 2, 0, 1), atol=1e-6)
    assert clf.score(X, labels) > 0.9


@pytest.mark.parametrize("params", [{}, {"hidden_layer_sizes": (128, 256, 512)}])
@pytest.mark.numerical
def test__predictions__any_batching__agree_to_rounding(small, params):
    X, y = small
    clf = make(**params).fit(X, y)
    X = np.tile(X, (3, 1))
    whole = clf.predict_proba(X)
    for rows in (slice(1), slice(2), slice(5, 8), slice(7, 300), slice(513)):
        assert_allclose(clf.predict_proba(X[rows]), whole[rows], atol=1e-6, rtol=0)
    assert_allclose(clf.predict_proba(X[::-1]), whole[::-1], atol=1e-6, rtol=0)


def test__attributes__of_the_fitted_network(small):
    X, y = small
    clf = make(hidden_layer_sizes=(20, 30), dropout=0.1).fit(X, y)
    assert [weight.shape for weight in clf.coefs_] == [(64, 20), (20, 30), (30, 10)]
    assert [bias.shape for bias in clf.intercepts_] == [(20,), (30,), (10,)]
    names = [type(layer).__name__ for layer in clf.layers_]
    assert names == ["Linear", "ReLU", "Dropout", "Linear", "ReLU", "Dropout", "Linear"]
    assert clf.count_parameters() == 64 * 20 + 20 + 20 * 30 + 30 + 30 * 10 + 10
    inputs = (X - clf.mean_) / clf.scale_
    for weight, bias in zip(clf.coefs_[:-1], clf.intercepts_[:-1], strict=True):
        inputs = np.maximum(inputs @ weight + bias, 0)
    expected = inputs @ clf.coefs_[-1] + clf.intercepts_[-1]
    assert_allclose(clf.decision_function(X), expected, rtol=1e-4, atol=1e-4)


def test__attributes__unfitted__are_not_there():
    clf = NumpyMLPClassifier()
    for name in ("coefs_", "intercepts_", "layers_"):
        assert not hasattr(clf, name)
    with pytest.raises(NotFittedError):
        clf.count_parameters()


@pytest.mark.parametrize("sizes", [7, (7,), [7], np.array([7])])
def test__hidden_layer_sizes__number_or_sequence__same_model(small, sizes):
    clf = make(hidden_layer_sizes=sizes).fit(*small)
    expected = make(hidden_layer_sizes=(7,)).fit(*small)
    assert_array_equal(clf.coefs_[0], expected.coefs_[0])
    assert clf.coefs_[0].shape == (64, 7)


def test__hidden_layer_sizes__none__is_a_linear_classifier(small):
    clf = make(hidden_layer_sizes=(), max_epochs=60, learning_rate=0.01).fit(*small)
    assert [weight.shape for weight in clf.coefs_] == [(64, 10)]
    assert clf.score(*small) > 0.95


@pytest.mark.parametrize("sizes", [(10, 0), (1.5,), (-3,), [[5]], ("a",)])
def test__hidden_layer_sizes__bad__clear_error(small, sizes):
    with pytest.raises(ValueError, match="hidden_layer_sizes must be integers"):
        make(hidden_layer_sizes=sizes).fit(*small)


def test__fit__numpy_parameters__same_bits_as_floats(small):
    params = {"learning_rate": 0.01, "l1": 0.001, "l2": 0.01, "dropout": 0.25, "momentum": 0.5}
    for optimizer in ("sgd", "momentum", "adam"):
        expected = make(**params, optimizer=optimizer).fit(*small)
        as_numpy = {name: np.float64(value) for name, value in params.items()}
        clf = make(**as_numpy, optimizer=optimizer).fit(*small)
        assert_array_equal(clf.coefs_[0], expected.coefs_[0])
        assert clf.coefs_[0].dtype == np.float32


def test__fit__diverges__clear_error(small):
    clf = make(optimizer="sgd", learning_rate=1e6, loss="squared_error")
    with (
        warnings.catch_warnings(action="error"),
        pytest.raises(ValueError, match=r"diverged in epoch 1.*Lower learning_rate"),
    ):
        clf.fit(*small)
    with pytest.raises(NotFittedError):
        clf.predict(small[0])


@pytest.mark.parametrize(
    ("n_rows", "expected"), [(60_000, 20), (70_000, 20), (15_000, 40), (600, 200), (10, 200)]
)
def test__max_epochs__auto__more_for_fewer_images(n_rows, expected):
    X = np.arange(n_rows, dtype=np.uint8)[:, None]
    clf = NumpyMLPClassifier(hidden_layer_sizes=1, batch_size=100_000).fit(X, X[:, 0] > 4)
    assert clf.n_iter_ == expected


def test__verbose__prints_a_line_per_epoch(small, capsys):
    X, y = small
    make(verbose=1, max_epochs=3).fit(X, y, X_val=X, y_val=y)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[2].startswith("epoch 3/3, train_loss ")
    assert "valid_accuracy" in lines[2]
    make().fit(X, y)
    assert capsys.readouterr().out == ""


def test__verbose_0__lock_of_progress_bars_held_for_ever__fits_all_the_same(small):
    # as a process leaves it that is killed while it draws a bar
    with tqdm.get_lock():
        fit = threading.Thread(target=make(max_epochs=1).fit, args=small, daemon=True)
        fit.start()
        fit.join(timeout=30)
        assert not fit.is_alive()


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test__partial_fit__again_and_again__same_bits_as_one_fit(small, optimizer):
    X, y = small
    params = {"optimizer": optimizer, "learning_rate": 0.01, "dropout": 0.2, "shift": 0.1}
    clf = make(**params)
    for _ in range(10):
        clf.partial_fit(X, y, classes=np.arange(10))
    expected = make(**params, max_epochs=10).fit(X, y)
    assert_array_equal(clf.predict_proba(X), expected.predict_proba(X))
    assert [e["train_loss"] for e in clf.history_] == [e["train_loss"] for e in expected.history_]


def test__partial_fit__parameters_changed__take_effect(small):
    X, y = small
    clf = make().fit(X, y)
    before = [weight.copy() for weight in clf.coefs_]
    clf.set_params(learning_rate=1e-30).partial_fit(X, y)
    for weight, expected in zip(clf.coefs_, before, strict=True):
        assert_array_equal(weight, expected)
    clf.set_params(optimizer="sgd", learning_rate=0.1, dropout=0.5, dtype="float64")
    clf.partial_fit(X, y)
    assert clf.coefs_[0].dtype == np.float64
    assert np.abs(clf.coefs_[0] - before[0]).max() > 1e-4
    assert clf.history_[-1]["train_accuracy"] < clf.score(X, y)


def test__partial_fit__other_network__clear_error(small):
    fitted = make(max_epochs=1).fit(*small)
    for changed in ({"hidden_layer_sizes": (100, 10)}, {"bias": False}):
        clf = copy.deepcopy(fitted).set_params(**changed)
        with pytest.raises(ValueError, match="cannot go on"):
            clf.partial_fit(*small)
        # nothing has happened to what was fitted
        assert_array_equal(clf.predict_proba(small[0]), fitted.predict_proba(small[0]))
