"""What the NumPy classifier does to pixels: scaling, precision, augmentation."""

import tracemalloc

import numpy as np
import pytest
from helpers import make_numpy_mlp as make
from numpy.testing import assert_allclose, assert_array_equal
from scipy import ndimage


@pytest.fixture
def rng():
    return np.random.default_rng(0)


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


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"shift": 0.1}, r"no square.*\(n_samples, height, width\)"),
        ({"rotation": 5}, "no square"),
    ],
)
def test__augmentation__pixels_that_are_no_square__clear_error(params, message):
    with pytest.raises(ValueError, match=message):
        make(**params).fit(np.zeros((4, 60)), [0, 1, 0, 1])


def test__augmentation__images_in_memory__are_not_changed(small):
    X, y = (array.copy() for array in small)
    X = X.astype(np.float32) + np.float32(0.5)
    before = X.copy()
    make(shift=0.1, rotation=10).fit(X, y).predict(X)
    assert_array_equal(X, before)
