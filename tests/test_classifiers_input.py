"""Images in any layout, and many of them."""

import tracemalloc

import joblib
import numpy as np
import pandas as pd
import pytest
import torch
from helpers import MAKERS, each_classifier, make_cnn
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from torch import nn


@pytest.fixture(scope="module")
def fitted(small):
    return make_cnn().fit(*small)


@pytest.fixture(scope="module", params=MAKERS.values(), ids=MAKERS)
def each_fitted(request, small):
    return request.param().fit(*small)


def test__input__any_layout_or_dtype__same_model(small, each_fitted):
    X, y = small
    expected = each_fitted.predict_proba(X)
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
        torch.from_numpy(X),
    ):
        clf = clone(each_fitted).fit(same, y)
        assert clf.image_shape_ == (8, 8)
        assert_array_equal(clf.predict_proba(same), expected)


def test__input__read_only_memory_map__is_not_written(small, each_fitted, tmp_path):
    X, y = small
    joblib.dump(X, tmp_path / "X")
    mapped = joblib.load(tmp_path / "X", mmap_mode="r")
    clf = clone(each_fitted).fit(mapped, y)
    assert_array_equal(clf.predict_proba(mapped), each_fitted.predict_proba(X))


@pytest.mark.parametrize("method", ["predict", "predict_proba", "decision_function"])
def test__predict_iter__generator_or_array__agrees_with_one_call(fitted, small, method):
    X, _ = small
    whole = getattr(fitted, method)(X)
    chunks = (X[start : start + 150].reshape(-1, 8, 8) for start in range(0, 400, 150))
    pieces = list(fitted.predict_iter(chunks, method=method))
    assert_allclose(np.concatenate(pieces), whole, rtol=1e-4, atol=1e-6)
    for many in (X, pd.DataFrame(X), X.tolist()):
        pieces = list(fitted.predict_iter(many, method=method, chunk_size=150))
        assert [len(piece) for piece in pieces] == [150, 150, 100]
        assert_allclose(np.concatenate(pieces), whole, rtol=1e-4, atol=1e-6)


def test__predict_iter__endless_stream__one_chunk_at_a_time(fitted, small):
    X, _ = small
    taken = []

    def stream():
        while True:
            taken.append(1)
            yield X[:10]

    predictions = fitted.predict_iter(stream())
    for n_chunks in (1, 2, 3):
        assert len(next(predictions)) == 10
        assert len(taken) == n_chunks


def test__predict_iter__memory_map__bounded_memory(fitted, tmp_path):
    X = np.lib.format.open_memmap(tmp_path / "X.npy", "w+", np.uint8, (100_000, 64))
    tracemalloc.start()
    try:
        n_predicted = sum(map(len, fitted.predict_iter(X)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert n_predicted == len(X)
    assert peak < X.nbytes / 10


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"method": "fit"}, "method must be one of predict,"),
        ({"chunk_size": 0}, "chunk_size must"),
    ],
)
def test__predict_iter__bad_argument__clear_error_at_once(fitted, small, arguments, message):
    with pytest.raises(ValueError, match=message):
        fitted.predict_iter(small[0], **arguments)
    with pytest.raises(NotFittedError):
        make_cnn().predict_iter(small[0])


def test__input__affine_change_of_scale__same_predictions(small):
    X, y = small
    clf = make_cnn(precision="float32", augmentation=None, max_epochs=10)
    a = clone(clf).fit(X, y)
    b = clone(clf).fit(X * 0.25 - 3, y)
    assert a.mean_ == pytest.approx(X.mean())
    assert a.scale_ == pytest.approx(X.std())
    # rows are trained on in the order of their bytes, so not to the bit
    assert np.mean(a.predict(X) == b.predict(X * 0.25 - 3)) > 0.85


def test__input__not_square__image_shape_or_padding(small):
    X, y = small
    X = X[:, :40]
    assert make_cnn().fit(X, y).image_shape_ == (7, 7)
    assert make_cnn(image_shape=(5, 8)).fit(X, y).image_shape_ == (5, 8)
    assert make_cnn().fit(X.reshape(-1, 5, 8), y).image_shape_ == (5, 8)


@each_classifier
@pytest.mark.parametrize(
    ("X", "message"),
    [(np.zeros((4, 3, 8, 8)), "one channel"), (np.full((4, 64), np.nan), "NaN")],
)
def test__fit__bad_X__clear_error(make, X, message):
    with pytest.raises(ValueError, match=message):
        make().fit(X, [0, 1, 0, 1])


@pytest.mark.parametrize(
    ("X", "params", "message"),
    [
        (np.zeros((4, 64)), {"image_shape": (8, 9)}, "does not fit X"),
        (np.zeros((4, 8, 8)), {"image_shape": (4, 16)}, "does not fit X"),
        (np.zeros((4, 64)), {"image_shape": (8,)}, "height, width"),
        (np.zeros((4, 64)), {"device": "cuda:99"}, "Use device='cpu'"),
    ],
)
def test__fit__bad_shape_or_device__clear_error(X, params, message):
    with pytest.raises(ValueError, match=message):
        make_cnn(**params).fit(X, [0, 1, 0, 1])


@each_classifier
def test__fit__one_class__clear_error(small, make):
    X, _ = small
    with pytest.raises(ValueError, match="at least 2 classes"):
        make().fit(X, np.zeros(400))
    with pytest.raises(ValueError, match="at least 2 classes"):
        make().fit(X[:2], [0, 1], sample_weight=[1, 0])


def test__predict__images_of_another_shape__clear_error(each_fitted):
    with pytest.raises(ValueError, match=r"\(4, 16\)"):
        each_fitted.predict(np.zeros((2, 4, 16)))


def test__architecture__callable__is_trained(small):
    def linear(image_shape, n_outputs, dropout):
        assert image_shape == (8, 8)
        return nn.Sequential(nn.Flatten(), nn.Dropout(dropout), nn.Linear(64, n_outputs))

    X, y = small
    clf = make_cnn(architecture=linear, dropout=0.2, max_epochs=20, learning_rate=0.01).fit(X, y)
    assert clf.count_parameters() == 650
    assert clf.score(X, y) > 0.85
    again = make_cnn(architecture=linear, dropout=0.2, max_epochs=20, learning_rate=0.01).fit(X, y)
    assert_array_equal(clf.predict_proba(X), again.predict_proba(X))


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64", "int32"])
def test__predict__plain_array__is_checked_once(fitted, small, monkeypatch, dtype):
    X = small[0].astype(dtype)
    expected = fitted.predict_proba(X.tolist())
    monkeypatch.delattr("skmnist.classifiers._base.validate_data")
    assert_array_equal(fitted.predict_proba(X), expected)


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (np.full((1, 64), np.nan), "contains NaN"),
        (np.full((1, 64), np.inf, np.float32), "contains infinity"),
        (np.full((1, 64), -np.inf), "contains infinity"),
        (np.zeros((1, 63)), "63 features, but"),
        (np.zeros(64), "Expected 2D array, got 1D"),
        (np.zeros((0, 64), np.uint8), "0 sample"),
        (np.zeros((0, 8, 8), np.uint8), "0 sample"),
        (np.zeros((1, 64), complex), "Complex data not supported"),
        (np.full((1, 64), "a"), "could not convert|dtype='numeric'"),
    ],
)
def test__predict__bad_plain_array__clear_error(fitted, X, message):
    with pytest.raises(ValueError, match=message):
        fitted.predict(X)


def test__predict__large_floats_whose_sum_is_infinite__are_as_before(fitted):
    X = np.full((1, 64), 3e38, np.float32)
    assert_array_equal(fitted.predict(X), fitted.predict(X.tolist()))


def test__predict__fitted_with_names__warns_of_an_array_without(small):
    X, y = small
    named = pd.DataFrame(X).rename(columns=str)
    clf = make_cnn(max_epochs=1).fit(named, y)
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        clf.predict(X[:1])
