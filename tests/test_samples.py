import numpy as np
import pytest

from skmnist._data.pixels import compact_pixels, mean_and_scale
from skmnist._data.rows import _row_numbers, canonical_order, training_rows


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture(params=[np.uint8, np.float32])
def data(request, rng):
    """Rows with many duplicates, and targets and weights that differ between them."""
    X = rng.integers(0, 3, size=(200, 3)).astype(request.param) + request.param(0.5)
    return X.astype(request.param), rng.integers(0, 4, 200), rng.integers(0, 4, 200) / 2


# -- compact_pixels


def test__compact_pixels__uint8__is_the_same_object():
    X = np.zeros((3, 4), np.uint8)
    assert compact_pixels(X) is X


def test__compact_pixels__float32_that_does_not_fit__is_the_same_object():
    X = np.full((3, 4), 0.5, np.float32)
    assert compact_pixels(X) is X


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16, np.int64, np.uint16])
def test__compact_pixels__whole_numbers__become_uint8(dtype):
    X = np.arange(256).reshape(16, 16)
    compact = compact_pixels(X.astype(dtype))
    assert compact.dtype == np.uint8
    np.testing.assert_array_equal(compact, X)


@pytest.mark.parametrize("values", [[-0.0, 1.0], [False, True], np.array([0, 127], np.int8)])
def test__compact_pixels__zeros_and_small_types__become_uint8(values):
    compact = compact_pixels(np.array([values]))
    assert compact.dtype == np.uint8
    np.testing.assert_array_equal(compact[0], values)


@pytest.mark.parametrize("misfit", [256.0, -1.0, 0.5, 255.00001, 1e30, -1e-30, np.nan, np.inf])
@pytest.mark.parametrize("row", [0, 4999])
def test__compact_pixels__a_single_misfit__becomes_float32(misfit, row):
    X = np.ones((5000, 2))
    X[row, 1] = misfit
    compact = compact_pixels(X)
    assert compact.dtype == np.float32
    np.testing.assert_array_equal(compact, X.astype(np.float32))


@pytest.mark.parametrize("misfit", [-1, 256, 300])
def test__compact_pixels__integers_out_of_range__become_float32(misfit):
    compact = compact_pixels(np.array([[1, misfit]]))
    assert compact.dtype == np.float32
    np.testing.assert_array_equal(compact, [[1, misfit]])


# -- canonical_order


def test__canonical_order__shuffled_rows__gives_the_same_rows(data, rng):
    order = canonical_order(*data)
    assert sorted(order) == list(range(200))
    for _ in range(5):
        shuffle = rng.permutation(200)
        shuffled = [array[shuffle] for array in data]
        shuffled_order = canonical_order(*shuffled)
        for array, again in zip(data, shuffled, strict=True):
            np.testing.assert_array_equal(again[shuffled_order], array[order])


def test__canonical_order__equal_rows__lie_together_sorted_by_the_keys(data):
    X, y, weight = (array[canonical_order(*data)] for array in data)
    new = np.any(X[1:] != X[:-1], axis=1)
    assert new.sum() == len(np.unique(X, axis=0)) - 1
    pairs = list(zip(y, weight, strict=True))
    for i in np.flatnonzero(~new):
        assert pairs[i] <= pairs[i + 1]


def test__canonical_order__array_not_contiguous__is_that_of_its_copy(rng):
    X = rng.random((6, 40)).T[:, ::2]
    y = np.zeros(40, int)
    np.testing.assert_array_equal(canonical_order(X, y), canonical_order(X.copy(), y))


def test__canonical_order__different_rows_of_one_number__are_sorted_by_their_bytes(
    data, rng, monkeypatch
):
    # as if many rows shared a number
    number = "skmnist._data.rows._row_numbers"
    monkeypatch.setattr(number, lambda X: (X[:, 0] > X.dtype.type(1)).astype(int))
    test__canonical_order__shuffled_rows__gives_the_same_rows(data, rng)
    test__canonical_order__equal_rows__lie_together_sorted_by_the_keys(data)


@pytest.mark.parametrize("n_features", [1, 7, 8, 9, 17])
def test__canonical_order__rows_of_any_length__are_told_apart_by_each_byte(n_features):
    X = np.eye(n_features, dtype=np.uint8)
    assert len(np.unique(_row_numbers(X))) == n_features
    X = X.astype(np.float32)
    assert len(np.unique(_row_numbers(X))) == n_features


# -- training_rows


def test__training_rows__integer_weights__are_repeated_rows(data, rng):
    X, y, _ = data
    weights = rng.integers(0, 6, 200)
    rows, left = training_rows(X, y, weights.astype(float))
    assert left is None
    np.testing.assert_array_equal(np.bincount(rows, minlength=200), weights)
    repeated = rng.permutation(np.repeat(np.arange(200), weights))
    expected, _ = training_rows(X[repeated], y[repeated])
    np.testing.assert_array_equal(X[rows], X[repeated][expected])
    np.testing.assert_array_equal(y[rows], y[repeated][expected])


def test__training_rows__fractional_weights__are_left_without_the_zeros(data):
    X, y, weights = data
    rows, left = training_rows(X, y, weights)
    assert left is weights
    assert sorted(rows) == list(np.flatnonzero(weights))


def test__training_rows__fractional_weights__do_not_depend_on_the_row_order(data, rng):
    shuffle = rng.permutation(200)
    rows, _ = training_rows(*data)
    shuffled = [array[shuffle] for array in data]
    shuffled_rows, _ = training_rows(*shuffled)
    for array, again in zip(data, shuffled, strict=True):
        np.testing.assert_array_equal(again[shuffled_rows], array[rows])


@pytest.mark.parametrize(("heaviest", "n_rows"), [(19, 20), (20, 2)])
def test__training_rows__weights_of_ten_times_the_rows__are_the_most_repeated(heaviest, n_rows):
    X, y = np.arange(3, dtype=np.uint8)[:, None], np.array([0, 1, 0])
    rows, left = training_rows(X, y, np.array([1.0, heaviest, 0.0]))
    assert len(rows) == n_rows
    assert (left is None) == (n_rows == 20)


def test__training_rows__all_weights_zero__is_empty(data):
    rows, _ = training_rows(data[0], data[1], np.zeros(200))
    assert len(rows) == 0


# -- mean_and_scale


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test__mean_and_scale__repeated_rows__agrees_with_numpy(dtype, rng):
    X = (rng.random((300, 7)) * 255).astype(dtype)
    rows = rng.integers(0, 300, 5000)
    mean, scale = mean_and_scale(X, rows)
    assert type(mean) is type(scale) is float
    assert mean == pytest.approx(X[rows].astype(np.float64).mean(), rel=1e-12)
    assert scale == pytest.approx(X[rows].astype(np.float64).std(), rel=1e-12)


def test__mean_and_scale__large_offset__keeps_its_precision(rng):
    X = (rng.integers(0, 2, (100, 3)) + 2**23).astype(np.float32)
    assert mean_and_scale(X, np.arange(100))[1] == pytest.approx(X.astype(np.float64).std())


@pytest.mark.parametrize("value", [np.uint8(7), np.uint8(255), np.float32(0.1), np.float32(-3e30)])
def test__mean_and_scale__constant_pixels__has_scale_one(value):
    assert mean_and_scale(np.full((3000, 3), value), np.arange(3000)) == (float(value), 1.0)


def test__compact_pixels__too_large_for_float32__clear_error():
    with pytest.raises(ValueError, match="too large for float32"):
        compact_pixels(np.array([[1e300, 0.5]]))
