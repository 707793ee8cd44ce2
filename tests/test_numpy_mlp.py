import copy
import os
import pickle
import subprocess
import sys
import threading
import tracemalloc
import warnings

import joblib
import numpy as np
import pandas as pd
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from scipy import ndimage, special
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.utils.estimator_checks import (
    check_dataframe_column_names_consistency,
    check_inplace_ensure_writeable,
    check_param_validation,
    parametrize_with_checks,
)
from threadpoolctl import threadpool_limits
from torch.nn import functional as F
from tqdm import tqdm

from skmnist import NumpyMLPClassifier
from skmnist.numpy_mlp import MSE
from skmnist.persistence import load_model, save_model

# the steps of the original NumPy network, on pixels / 255
PLAIN = {
    "hidden_layer_sizes": (40,),
    "loss": "squared_error",
    "initialization": "uniform",
    "bias": False,
    "optimizer": "sgd",
    "learning_rate": 0.005,
    "batch_size": 1,
    "scaling": "max_abs",
    "max_epochs": 350,
}
CLASSES = PLAIN | {
    "hidden_layer_sizes": (300,),
    "initialization": "he",
    "bias": True,
    "learning_rate": 0.01,
    "batch_size": 64,
    "max_epochs": 235,
}
DEEP = {"hidden_layer_sizes": (128, 256, 512), "batch_size": 1000, "scaling": "max_abs"}


def make(**params):
    return NumpyMLPClassifier(**{"max_epochs": 10, "batch_size": 32, "random_state": 0} | params)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture(scope="module")
def small(digits):
    X, y = digits
    return X[:400], y[:400]


@pytest.fixture(scope="module")
def fitted(small):
    return make().fit(*small)


# -- scikit-learn's own checks

ESTIMATORS = [
    NumpyMLPClassifier(),
    NumpyMLPClassifier(dropout=0.1, l1=1e-5, l2=1e-3, class_weight="balanced"),
    NumpyMLPClassifier(loss="squared_error", optimizer="momentum", learning_rate=0.02),
]


@parametrize_with_checks(ESTIMATORS)
def test__sklearn_check(estimator, check):
    check(estimator)


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=["default", "regularized", "squared_error"])
@pytest.mark.parametrize(
    "check",
    [
        check_dataframe_column_names_consistency,
        check_inplace_ensure_writeable,
        check_param_validation,
    ],
)
def test__sklearn_check__not_yielded_by_parametrize(estimator, check):
    check(type(estimator).__name__, estimator)


# -- the estimator's interface


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


@pytest.mark.parametrize("params", [{}, {"dtype": "float64"}])
def test__predictions__cross_entropy__come_from_the_same_outputs(small, params):
    X, y = small
    clf = make(**params).fit(X, y)
    outputs, proba = clf.decision_function(X), clf.predict_proba(X)
    assert outputs.shape == proba.shape == (400, 10)
    assert outputs.dtype == proba.dtype == clf.dtype
    assert_allclose(proba, special.softmax(outputs, axis=1), rtol=1e-5)
    assert_array_equal(clf.predict_log_proba(X), np.log(proba))
    assert_array_equal(clf.predict(X), clf.classes_[outputs.argmax(axis=1)])
    assert clf.score(X, y) > 0.9


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


@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error"])
def test__predictions__two_classes__one_decision(small, loss):
    X, y = small
    labels = np.where(np.isin(y, [0, 1, 4, 9]), "square", "other")
    clf = make(loss=loss).fit(X, labels)
    decision, proba = clf.decision_function(X), clf.predict_proba(X)
    assert decision.shape == (400,)
    assert_array_equal(clf.predict(X) == "square", decision > 0)
    if loss == "cross_entropy":
        assert_allclose(proba[:, 1], special.expit(decision), rtol=1e-4)
    else:
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


@pytest.mark.parametrize("labels", [list("abcdefghij"), [3.0 * k for k in range(10)]])
def test__labels__of_any_type__come_back(small, labels):
    X, y = small
    labels = np.array(labels)[y]
    clf = make().fit(X, labels)
    predicted = clf.predict(X)
    assert predicted.dtype == labels.dtype
    assert np.mean(predicted == labels) > 0.9


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


# -- recipes of the original


@pytest.mark.parametrize(
    ("params", "n_parameters"),
    [
        (PLAIN, 784 * 40 + 40 * 10),
        (PLAIN | {"hidden_layer_sizes": (100,), "dropout": 0.5}, 784 * 100 + 100 * 10),
        (CLASSES, 238_510),
        (DEEP, 270_218),
    ],
)
def test__recipe__of_the_original__builds_its_network(rng, params, n_parameters):
    X = rng.integers(0, 256, (30, 784), dtype=np.uint8)
    X[0, 0] = 255
    y = np.arange(30) % 10
    clf = make(**params | {"max_epochs": 1, "learning_rate": 1e-30}).fit(X, y)
    assert clf.count_parameters() == n_parameters
    assert (clf.mean_, clf.scale_) == (0, 255)
    if params.get("initialization") == "uniform":
        assert 0.099 < max(np.abs(weight).max() for weight in clf.coefs_) <= 0.1
        assert clf.intercepts_ == []
    else:
        assert clf.coefs_[0].std() == pytest.approx(np.sqrt(2 / 784), rel=0.01)
        assert max(np.abs(bias).max() for bias in clf.intercepts_) < 1e-20


def test__recipe__plain__learns_as_the_original_loop_does(small):
    """Two images, one per step: one of two orders, worked out by hand."""
    X, y = small[0][:2] / 16, small[1][:2]
    params = PLAIN | {"max_epochs": 1, "dtype": "float64", "learning_rate": 0.3, "scaling": None}
    start = make(**params | {"learning_rate": 1e-30}).fit(X, y).coefs_
    after = make(**params).fit(X, y).coefs_
    ends = []
    for order in ([0, 1], [1, 0]):
        first, second = (weight.copy() for weight in start)
        for row in order:
            hidden = np.maximum(X[row : row + 1] @ first, 0)
            delta = np.eye(2)[[row]] - hidden @ second
            hidden_delta = delta @ second.T * (hidden > 0)
            second += 0.3 * hidden.T @ delta
            first += 0.3 * X[row : row + 1].T @ hidden_delta
        ends.append(first)
    differences = [np.abs(after[0] - end).max() for end in ends]
    assert min(differences) < 1e-12
    assert max(differences) > 1e-6


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error"])
def test__objective__one_step_of_fit__is_that_of_torch(small, loss, optimizer):
    X, y = small
    params = {
        "loss": loss,
        "optimizer": optimizer,
        "l1": 0.01,
        "l2": 0.1,
        "batch_size": 400,
        "max_epochs": 1,
        "dtype": "float64",
    }
    after = make(**params, learning_rate=0.1, momentum=0.8).fit(X, y)
    # the same start: a step so small that it changes nothing
    before = make(**params, learning_rate=1e-30).fit(X, y)
    weights = [torch.tensor(weight, requires_grad=True) for weight in before.coefs_]
    biases = [torch.tensor(bias, requires_grad=True) for bias in before.intercepts_]
    inputs = torch.from_numpy((X - X.mean()) / X.std())
    logits = torch.relu(inputs @ weights[0] + biases[0]) @ weights[1] + biases[1]
    if loss == "cross_entropy":
        mean_loss = F.cross_entropy(logits, torch.from_numpy(y))
    else:
        mean_loss = (logits - F.one_hot(torch.from_numpy(y))).square().sum(1).mean() / 2
    penalty = sum(0.01 * w.abs().sum() + 0.05 * w.square().sum() for w in weights)
    (mean_loss + penalty).backward()
    cls, kwargs = {
        "sgd": (torch.optim.SGD, {}),
        "momentum": (torch.optim.SGD, {"momentum": 0.8}),
        "adam": (torch.optim.Adam, {}),
    }[optimizer]
    cls([*weights, *biases], lr=0.1, **kwargs).step()
    for actual, expected in zip(
        [*after.coefs_, *after.intercepts_], [*weights, *biases], strict=True
    ):
        assert_allclose(actual, expected.detach(), atol=1e-8)
    # the history shows the loss without the penalties
    assert after.history_[0]["train_loss"] == pytest.approx(mean_loss.item())
    accuracy = np.mean(logits.detach().numpy().argmax(axis=1) == y)
    assert after.history_[0]["train_accuracy"] == pytest.approx(accuracy)


def test__penalties__strong__shrink_what_they_say(small):
    def norms(**params):
        weights = make(max_epochs=30, **params).fit(*small).coefs_
        return sum(np.abs(w).sum() for w in weights), sum(np.square(w).sum() for w in weights)

    plain, l1, l2 = norms(), norms(l1=3e-3), norms(l2=1e-1)
    assert l1[0] < 0.7 * plain[0]
    assert l2[1] < 0.7 * plain[1]


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("initialization", ["he", "uniform"])
@pytest.mark.parametrize("bias", [True, False])
def test__optimizer__each_with_each_start__learns(small, optimizer, initialization, bias):
    rate = {"sgd": 0.1, "momentum": 0.02, "adam": 0.003}[optimizer]
    clf = make(
        optimizer=optimizer,
        learning_rate=rate,
        initialization=initialization,
        bias=bias,
        hidden_layer_sizes=(50, 30),
        max_epochs=30,
    )
    assert clf.fit(*small).score(*small) > 0.95


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


# -- input


def test__input__any_layout_or_dtype__same_model(small, fitted):
    X, y = small
    expected = fitted.predict_proba(X)
    images = X.reshape(-1, 8, 8)
    for same in (
        images,
        images[:, None],
        X.astype(float),
        X.astype(np.int64),
        X.astype(np.float16),
        np.asfortranarray(X),
        pd.DataFrame(X),
        X.tolist(),
    ):
        clf = make().fit(same, y)
        assert clf.image_shape_ == (8, 8)
        assert_array_equal(clf.predict_proba(same), expected)


def test__input__affine_change_of_scale__same_model_up_to_rounding(small):
    X, y = small
    a = make(dtype="float64", batch_size=400).fit(X, y)
    b = make(dtype="float64", batch_size=400).fit(X * 0.25 - 3, y)
    assert a.mean_ == pytest.approx(X.mean())
    assert a.scale_ == pytest.approx(X.std())
    # rows are summed in the order of their bytes, so not to the bit
    assert_allclose(a.predict_proba(X), b.predict_proba(X * 0.25 - 3), atol=1e-8)


@pytest.mark.parametrize(
    ("scaling", "expected"), [("max_abs", (0, 20)), (None, (0, 1)), ("standard", (-1, 9))]
)
def test__scaling__is_what_it_says(scaling, expected):
    X = np.array([[8.0, -10.0], [8.0, -10.0], [8.0, -20.0], [8.0, 16.0]])
    X[2:, 0] = [-8.0, 0.0]
    clf = make(scaling=scaling).fit(X, [0, 1, 0, 1])
    if scaling == "standard":
        expected = X.mean(), X.std()
    assert (clf.mean_, clf.scale_) == pytest.approx(expected)


def test__scaling__divided_by_hand__same_model(small):
    X, y = small
    by_hand = make(scaling=None, dtype="float64", batch_size=400).fit(X / 16, y)
    clf = make(scaling="max_abs", dtype="float64", batch_size=400).fit(X, y)
    assert_allclose(clf.predict_proba(X), by_hand.predict_proba(X / 16), atol=1e-9)


def test__scaling__constant_pixels__no_division_by_zero():
    for scaling in ("standard", "max_abs"):
        clf = make(scaling=scaling).fit(np.zeros((4, 9)), [0, 1, 0, 1])
        assert np.isfinite(clf.predict_proba(np.ones((1, 9)))).all()


def test__dtype__float64__keeps_what_float32_cannot(small):
    X, y = small
    X = X + np.random.default_rng(0).normal(size=X.shape)
    a, b = X, X + 1e-9
    assert np.any(
        make(dtype="float64").fit(a, y).coefs_[0] != make(dtype="float64").fit(b, y).coefs_[0]
    )
    assert make(dtype="float64").fit(a, y).coefs_[0].dtype == np.float64
    assert make().fit(a, y).coefs_[0].dtype == np.float32


def test__input__bytes__stay_bytes_in_memory(rng):
    X = rng.integers(0, 256, (20_000, 784), dtype=np.uint8)
    y = rng.integers(0, 10, 20_000)
    clf = make(hidden_layer_sizes=2, max_epochs=1)
    tracemalloc.start()
    clf.fit(X, y)
    clf.predict(X)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * X.nbytes  # float32 would be four times the bytes


def test__input__read_only_memory_map__works(small, fitted, tmp_path):
    X, y = small
    joblib.dump(X, tmp_path / "X")
    mapped = joblib.load(tmp_path / "X", mmap_mode="r")
    clf = make().fit(mapped, y)
    assert_array_equal(clf.predict_proba(mapped), fitted.predict_proba(X))


@pytest.mark.parametrize(
    ("X", "params", "message"),
    [
        (np.zeros((4, 3, 8, 8)), {}, "one channel"),
        (np.full((4, 64), np.nan), {}, "NaN"),
        (np.zeros((4, 60)), {"shift": 0.1}, r"no square.*\(n_samples, height, width\)"),
        (np.zeros((4, 60)), {"rotation": 5}, "no square"),
    ],
)
def test__fit__bad_input__clear_error(X, params, message):
    with pytest.raises(ValueError, match=message):
        make(**params).fit(X, [0, 1, 0, 1])


def test__fit__one_class__clear_error(small):
    X, _ = small
    with pytest.raises(ValueError, match="at least 2 classes"):
        make().fit(X, np.zeros(400))
    with pytest.raises(ValueError, match="at least 2 classes"):
        make().fit(X[:2], [0, 1], sample_weight=[1, 0])


def test__predict__images_of_another_shape__clear_error(fitted):
    with pytest.raises(ValueError, match=r"\(4, 16\)"):
        fitted.predict(np.zeros((2, 4, 16)))


# -- augmentation and dropout inside the estimator


@pytest.mark.parametrize(
    ("params", "move"),
    [
        ({"shift": 0.15}, lambda images: np.roll(images, 1, axis=2)),
        ({"rotation": 25}, lambda images: ndimage.rotate(images, 20, (2, 1), False, order=1)),
    ],
)
def test__augmentation__makes_moved_images_recognised(digits, params, move):
    X, y = digits
    X = X.reshape(-1, 8, 8)
    moved = move(X)[1000:]
    plain = make(max_epochs=30).fit(X[:1000], y[:1000])
    augmented = make(max_epochs=30, **params).fit(X[:1000], y[:1000])
    assert augmented.score(moved, y[1000:]) > plain.score(moved, y[1000:]) + 0.03


def test__augmentation__images_that_are_not_square__by_their_shape(small):
    X, y = small
    clf = make(shift=0.1, rotation=5).fit(X[:, :40].reshape(-1, 5, 8), y)
    assert clf.image_shape_ == (5, 8)
    assert clf.score(X[:, :40], y) > 0.6
    assert make().fit(X[:, :40], y).image_shape_ is None


def test__augmentation__images_in_memory__are_not_changed(small):
    X, y = (array.copy() for array in small)
    X = X.astype(np.float32) + np.float32(0.5)
    before = X.copy()
    make(shift=0.1, rotation=10).fit(X, y).predict(X)
    assert_array_equal(X, before)


def test__dropout__while_training_only(small):
    X, y = small
    clf = make(dropout=0.5, max_epochs=20).fit(X, y)
    assert_array_equal(clf.predict_proba(X), clf.predict_proba(X))
    assert clf.score(X, y) > clf.history_[-1]["train_accuracy"] + 0.02
    assert (
        clf.history_[-1]["train_loss"] > make(max_epochs=20).fit(X, y).history_[-1]["train_loss"]
    )


# -- weights


@pytest.mark.parametrize("params", [{}, {"dropout": 0.2, "shift": 0.1}])
def test__sample_weight__whole_numbers__same_bits_as_copies(small, params):
    X, y = small
    weight = np.random.default_rng(0).integers(0, 4, len(y))
    weighted = make(**params).fit(X, y, sample_weight=weight)
    repeated = make(**params).fit(np.repeat(X, weight, axis=0), np.repeat(y, weight))
    assert_array_equal(weighted.predict_proba(X), repeated.predict_proba(X))


def test__sample_weight__fractions__count_relative_to_each_other(small):
    X, y = small
    weight = np.random.default_rng(0).uniform(0.1, 1, len(y))
    a = make().fit(X, y, sample_weight=weight)
    b = make().fit(X, y, sample_weight=weight * 4)
    assert_array_equal(a.predict_proba(X), b.predict_proba(X))
    assert np.abs(a.predict_proba(X) - make().fit(X, y).predict_proba(X)).max() > 1e-3


def test__sample_weight__wrong_labels_weigh_little__are_not_learned(small):
    X, y = small
    wrong = (np.arange(len(y)) % 2).astype(bool)
    labels = np.where(wrong, (y + 1) % 10, y)
    clf = make(max_epochs=15).fit(X, labels, sample_weight=np.where(wrong, 0.01, 1.0))
    assert clf.score(X, y) > 0.9
    # the history counts by weight too
    assert clf.history_[-1]["train_accuracy"] > 0.9


def test__class_weight__heavy_class__is_preferred(small):
    X, y = small
    y = np.where(y < 5, 0, 1)
    noise = np.random.default_rng(0).random(len(y)) < 0.3
    y = np.where(noise, 1 - y, y)
    shares = [
        np.mean(make(class_weight={0: w, 1: 1}).fit(X, y).predict(X) == 0) for w in (0.05, 1, 20)
    ]
    assert shares[0] < 0.2 < shares[1] < 0.8 < shares[2]


def test__weights__all_zero__clear_error(fitted, small):
    with pytest.raises(ValueError, match=r"[zZ]ero"):
        copy.deepcopy(fitted).partial_fit(*small, sample_weight=np.zeros(400))
    with pytest.raises(ValueError, match="weight of zero"):
        make(class_weight=dict.fromkeys(range(10), 0)).fit(*small)


# -- epochs, validation, history, early stopping


@pytest.mark.parametrize(
    ("n_rows", "expected"), [(60_000, 20), (70_000, 20), (15_000, 40), (600, 200), (10, 200)]
)
def test__max_epochs__auto__more_for_fewer_images(n_rows, expected):
    X = np.arange(n_rows, dtype=np.uint8)[:, None]
    clf = NumpyMLPClassifier(hidden_layer_sizes=1, batch_size=100_000).fit(X, X[:, 0] > 4)
    assert clf.n_iter_ == expected


def test__history__record_per_epoch__ready_for_pandas(small):
    X, y = small
    clf = make(learning_rate=0.002).fit(X[:300], y[:300], X_val=X[300:], y_val=y[300:])
    frame = pd.DataFrame(clf.history_)
    assert list(frame.columns) == [
        "epoch",
        "train_loss",
        "train_accuracy",
        "valid_loss",
        "valid_accuracy",
        "learning_rate",
        "seconds",
    ]
    assert list(frame["epoch"]) == list(range(1, 11))
    assert clf.n_iter_ == 10
    assert frame["valid_accuracy"].iloc[-1] == pytest.approx(clf.score(X[300:], y[300:]))
    log_proba = clf.predict_log_proba(X[300:])
    assert frame["valid_loss"].iloc[-1] == pytest.approx(
        -log_proba[np.arange(100), y[300:]].mean(), rel=1e-4
    )
    assert frame["train_loss"].is_monotonic_decreasing
    assert set(frame["learning_rate"]) == {0.002}
    assert frame["seconds"].gt(0).all()
    assert all(type(value) in (int, float) for value in clf.history_[0].values())


def test__validation_set__given__never_changes_the_model(small):
    X, y = small
    with_validation = make(dropout=0.2).fit(X[:300], y[:300], X_val=X[300:], y_val=y[300:])
    without = make(dropout=0.2).fit(X[:300], y[:300])
    assert_array_equal(with_validation.predict_proba(X), without.predict_proba(X))
    assert "valid_loss" not in without.history_[0]


def test__validation_set__label_unknown_or_half_given__clear_error(small):
    X, y = small
    with pytest.raises(ValueError, match="y_val holds labels"):
        make().fit(X, y, X_val=X[:2], y_val=[0, 11])
    with pytest.raises(ValueError, match="together"):
        make().fit(X, y, X_val=X)


def test__early_stopping__no_progress__stops_and_goes_back_to_the_best(small):
    X, y = small
    y_val = np.random.default_rng(0).integers(0, 10, 100)
    clf = make(early_stopping=True, n_iter_no_change=3, max_epochs=60)
    clf.fit(X[:300], y[:300], X_val=X[300:], y_val=y_val)
    best = int(np.argmax([epoch["valid_accuracy"] for epoch in clf.history_]))
    assert clf.n_iter_ == best + 1 + 3 < 60
    loss = -clf.predict_log_proba(X[300:])[np.arange(100), y_val].mean()
    assert loss == pytest.approx(clf.history_[best]["valid_loss"], rel=1e-4)
    assert loss != pytest.approx(clf.history_[-1]["valid_loss"], rel=1e-2)


def test__early_stopping__no_validation_set__holds_out_a_share(small):
    X, y = small
    clf = make(early_stopping=True, validation_fraction=0.25).fit(X, y)
    # a hundredth of the accuracy is one of the hundred images held out
    hits = clf.history_[0]["valid_accuracy"] * 100
    assert hits == pytest.approx(round(hits))
    with pytest.raises(ValueError, match="early_stopping could not set"):
        make(early_stopping=True).fit(X[:12], y[:12])


def test__verbose__prints_a_line_per_epoch(small, capsys):
    X, y = small
    make(verbose=1, max_epochs=3).fit(X, y, X_val=X, y_val=y)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[2].startswith("epoch 3/3, train_loss ")
    assert "valid_accuracy" in lines[2]
    make().fit(X, y)
    assert capsys.readouterr().out == ""


# -- going on


def test__partial_fit__without_classes__clear_error(small):
    with pytest.raises(ValueError, match="classes must be passed"):
        make().partial_fit(*small)


def test__partial_fit__stream_of_chunks__learns(digits):
    X, y = digits
    clf = make()
    for _ in range(5):
        for start in range(0, 1500, 250):
            chunk = slice(start, start + 250)
            clf.partial_fit(X[chunk], y[chunk], classes=np.arange(10))
    assert clf.n_iter_ == len(clf.history_) == 30
    assert [epoch["epoch"] for epoch in clf.history_] == list(range(1, 31))
    assert clf.score(X[1500:], y[1500:]) > 0.85
    clf.partial_fit(X[:1], y[:1])


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


def test__partial_fit__bad_state__clear_error(fitted, small):
    with pytest.raises(ValueError, match="does not support early_stopping"):
        make(early_stopping=True).partial_fit(*small, classes=range(10))
    with pytest.raises(ValueError, match="at least 2 classes"):
        make().partial_fit([[1.0]], [0], classes=[0])
    for changed in ({"hidden_layer_sizes": (100, 10)}, {"bias": False}):
        clf = copy.deepcopy(fitted).set_params(**changed)
        with pytest.raises(ValueError, match="cannot go on"):
            clf.partial_fit(*small)
        # nothing has happened to what was fitted
        assert_array_equal(clf.predict_proba(small[0]), fitted.predict_proba(small[0]))


def test__partial_fit__diverges__leaves_the_fitted_model_as_it_was(small):
    X, y = small
    clf = make(optimizer="momentum", learning_rate=0.01, dropout=0.2).fit(X, y)
    expected = copy.deepcopy(clf).partial_fit(X, y).predict_proba(X)
    before = clf.predict_proba(X)
    with pytest.raises(ValueError, match="diverged"):
        clf.set_params(learning_rate=1e30).partial_fit(X, y)
    assert_array_equal(clf.predict_proba(X), before)
    clf.set_params(learning_rate=0.01).partial_fit(X, y)
    assert_array_equal(clf.predict_proba(X), expected)


def test__warm_start__goes_on_from_the_weights(small):
    X, y = small
    clf = make(warm_start=True).fit(X, y)
    first = clf.history_
    clf.fit(X, y)
    assert clf.history_[0]["train_loss"] < 0.8 * first[0]["train_loss"]
    assert clf.n_iter_ == 10
    with pytest.raises(ValueError, match="classes of the last fit"):
        clf.fit(X, y % 3)
    with pytest.raises(ValueError, match="cannot go on"):
        clf.set_params(hidden_layer_sizes=5).fit(X, y)


# -- determinism


@pytest.mark.parametrize("params", [{}, {"dropout": 0.3, "shift": 0.1, "early_stopping": True}])
def test__determinism__any_row_order__same_bits(small, params):
    X, y = small
    order = np.random.default_rng(0).permutation(len(y))
    expected = make(**params).fit(X, y).predict_proba(X)
    assert_array_equal(make(**params).fit(X[order], y[order]).predict_proba(X), expected)


def test__determinism__another_process__same_bits(small, fitted, tmp_path):
    X, y = small
    joblib.dump((clone(fitted), X, y), tmp_path / "task")
    code = (
        "import joblib, sys; clf, X, y = joblib.load(sys.argv[1]);"
        "joblib.dump(clf.fit(X, y).predict_proba(X), sys.argv[2])"
    )
    arguments = [str(tmp_path / "task"), str(tmp_path / "proba")]
    # NumPy's sums depend on the number of threads of its BLAS
    environ = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    subprocess.run([sys.executable, "-c", code, *arguments], check=True, env=environ)
    with threadpool_limits(1):
        expected = clone(fitted).fit(X, y).predict_proba(X)
    assert_array_equal(joblib.load(tmp_path / "proba"), expected)


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test__determinism__any_backend__same_scores(small, backend):
    clf = make(dropout=0.1)
    expected = cross_val_score(clf, *small, cv=3)
    with joblib.parallel_config(backend=backend):
        assert_array_equal(cross_val_score(clf, *small, cv=3, n_jobs=2), expected)


def test__random_state__other_seed_or_instance(small, fitted):
    X, y = small
    other = make(random_state=1).fit(X, y)
    assert np.abs(other.predict_proba(X) - fitted.predict_proba(X)).max() > 1e-3
    a, b = (make(random_state=np.random.RandomState(7)).fit(X, y) for _ in range(2))
    assert_array_equal(a.coefs_[0], b.coefs_[0])


def test__global_random_state__after_fit__untouched(small):
    np.random.seed(3)
    before = np.random.get_state()
    make(dropout=0.2, shift=0.1, early_stopping=True).fit(*small)
    after = np.random.get_state()
    assert_array_equal(after[1], before[1])
    assert after[2] == before[2]


# -- storing


def through_skops(clf, folder):
    return load_model(save_model(clf, folder / "clf.skops"))


def through_joblib(clf, folder):
    joblib.dump(clf, folder / "clf")
    return joblib.load(folder / "clf", mmap_mode="r")


@pytest.mark.parametrize(
    "store",
    [
        lambda clf, folder: pickle.loads(pickle.dumps(clf)),
        lambda clf, folder: copy.deepcopy(clf),
        through_joblib,
        through_skops,
    ],
    ids=["pickle", "deepcopy", "joblib", "skops"],
)
@pytest.mark.parametrize("optimizer", ["momentum", "adam"])
def test__stored__goes_on_to_the_bit(small, tmp_path, store, optimizer):
    X, y = small
    clf = make(dropout=0.2, optimizer=optimizer).fit(X, y)
    loaded = store(clf, tmp_path)
    assert_array_equal(loaded.predict_proba(X), clf.predict_proba(X))
    for one in (loaded, clf):
        one.partial_fit(X, y).partial_fit(X, y)
    assert_array_equal(loaded.predict_proba(X), clf.predict_proba(X))


def test__pickle__holds_weights_and_moments_and_no_data(small):
    clf = make(hidden_layer_sizes=(300,)).fit(*small)
    # float32: parameters and Adam's two means, and a little
    assert len(pickle.dumps(clf)) < 3 * 4 * clf.count_parameters() + 10_000


# -- scikit-learn's tools


def test__grid_search__over_the_regularisation__works(small):
    grid = {"l1": [0.0, 1e-4], "l2": np.array([0.0, 0.01]), "dropout": [0.0, 0.2]}
    search = GridSearchCV(make(max_epochs=30), grid, cv=2).fit(*small)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert len(set(search.cv_results_["mean_test_score"])) > 1
    assert search.best_score_ > 0.85


# -- the order of the data, and weights of one's own


def test__shuffle__false__batches_in_the_order_of_the_data(small):
    X, y = small
    params = {"max_epochs": 2, "batch_size": 64, "shuffle": False}
    clf = make(**params).fit(X, y)
    assert_array_equal(make(**params).fit(X, y).coefs_[0], clf.coefs_[0])
    # another order of the same images is another fit, which it is not with shuffle=True
    assert not np.array_equal(make(**params).fit(X[::-1], y[::-1]).coefs_[0], clf.coefs_[0])
    shuffled = {**params, "shuffle": True}
    one, other = make(**shuffled).fit(X, y), make(**shuffled).fit(X[::-1], y[::-1])
    assert_array_equal(one.coefs_[0], other.coefs_[0])


def test__shuffle__false__one_step_is_that_of_the_first_images(small):
    X, y = small
    zeros = {"initialization": lambda n, m, rng, dtype: np.zeros((n, m), dtype), "max_epochs": 1}
    clf = make(
        **zeros, hidden_layer_sizes=(), optimizer="sgd", learning_rate=1.0, batch_size=200,
        shuffle=False, scaling=None,
    )  # fmt: skip
    clf.fit(X, y)
    weight = np.zeros((64, 10))
    bias = np.zeros(10)
    for batch in (slice(0, 200), slice(200, 400)):
        proba = special.softmax(X[batch] @ weight + bias, axis=1)
        difference = (np.eye(10)[y[batch]] - proba) / 200
        weight += X[batch].T @ difference
        bias += difference.sum(axis=0)
    assert_allclose(clf.coefs_[0], weight, rtol=1e-3, atol=1e-3)


def test__initialization__function__draws_the_weights_of_each_layer(small):
    X, y = small
    shapes = []

    def draw(n_inputs, n_outputs, rng, dtype):
        shapes.append((n_inputs, n_outputs))
        return rng.standard_normal((n_inputs, n_outputs)).astype(dtype)

    params = {"hidden_layer_sizes": (8, 4), "max_epochs": 1, "random_state": 0}
    clf = make(**{**params, "initialization": draw, "learning_rate": 1e-12}).fit(X, y)
    assert shapes == [(64, 8), (8, 4), (4, 10)]
    assert 0.8 < clf.coefs_[0].std() < 1.2
    with pytest.raises(ValueError, match="initialization"):
        make(**{**params, "initialization": "glorot"}).fit(X, y)


def test__verbose_0__lock_of_progress_bars_held_for_ever__fits_all_the_same(small):
    # as a process leaves it that is killed while it draws a bar
    with tqdm.get_lock():
        fit = threading.Thread(target=make(max_epochs=1).fit, args=small, daemon=True)
        fit.start()
        fit.join(timeout=30)
        assert not fit.is_alive()
