"""What the loaders of MNIST return, and where they look."""

import math
import os
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from fake_mnist import (
    ARRAYS,
    N_TEST,
    N_TRAIN,
    NAMES,
    TEST_LABELS,
    TRAIN_LABELS,
    as_idx,
    expect_arrays,
    names_in,
)
from sklearn.datasets import get_data_home
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import cross_validate

from skmnist.datasets import (
    DatasetError,
    fetch_mnist,
    mnist_search_path,
    mnist_split,
    verify_mnist,
)

# before any fixture hides it
REAL_FOLDER = os.environ.get("SKMNIST_DATA_HOME")
needs_real_files = pytest.mark.skipif(not REAL_FOLDER, reason="SKMNIST_DATA_HOME is not set")


# -- what is returned


@pytest.mark.parametrize(
    ("subset", "parts"), [("train", ["train"]), ("test", ["t10k"]), ("all", ["train", "t10k"])]
)
def test__fetch_mnist__subset__its_images_in_order(fake, full_folder, subset, parts):
    mnist = fetch_mnist(subset=subset, data_home=full_folder)
    expect_arrays(mnist.data, mnist.target, *parts)


def test__fetch_mnist__default__all(fake, full_folder):
    assert len(fetch_mnist(data_home=full_folder).data) == N_TRAIN + N_TEST


@pytest.mark.parametrize("subset", ["train", "all"])
def test__fetch_mnist__arrays__own_writable_contiguous(fake, full_folder, subset):
    mnist = fetch_mnist(subset=subset, data_home=full_folder)
    assert (mnist.data.dtype, mnist.target.dtype) == (np.uint8, np.int64)
    for array in [mnist.data, mnist.target, mnist.images]:
        assert array.flags.writeable
        assert array.flags.c_contiguous
    mnist.images[-1, 27, 26] += 1
    # the same memory, row by row
    assert mnist.data[-1, 27 * 28 + 26] == mnist.images[-1, 27, 26]
    assert mnist.images.shape == (len(mnist.data), 28, 28)


def test__fetch_mnist__names__as_in_load_digits(fake, full_folder):
    mnist = fetch_mnist(data_home=full_folder)
    assert len(mnist.feature_names) == 784
    assert mnist.feature_names[:2] == ["pixel_0_0", "pixel_0_1"]
    assert mnist.feature_names[28] == "pixel_1_0"
    assert mnist.feature_names[-1] == "pixel_27_27"
    assert mnist.target_names == ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]
    assert mnist.frame is None


def test__fetch_mnist__description__names_source_licence_and_figures(fake, full_folder):
    description = fetch_mnist(data_home=full_folder).DESCR
    for part in ["LeCun", "Cortes", "Burges", "CC BY-SA 3.0", "60,000", "0.1307", "0.3081"]:
        assert part in description


def test__fetch_mnist__return_X_y__two_arrays(fake, full_folder):
    X, y = fetch_mnist(subset="test", data_home=full_folder, return_X_y=True)
    expect_arrays(X, y, "t10k")


def test__fetch_mnist__as_frame__pandas_objects(fake, full_folder):
    pandas = pytest.importorskip("pandas")
    mnist = fetch_mnist(data_home=full_folder, as_frame=True)
    expect_arrays(mnist.data.to_numpy(), mnist.target.to_numpy(), "train", "t10k")
    assert isinstance(mnist.data, pandas.DataFrame)
    assert isinstance(mnist.target, pandas.Series)
    assert mnist.target.name == "target"
    assert list(mnist.data.columns) == mnist.feature_names
    assert set(mnist.data.dtypes) == {np.dtype(np.uint8)}
    assert list(mnist.frame.columns) == [*mnist.feature_names, "target"]
    pandas.testing.assert_frame_equal(mnist.frame[mnist.feature_names], mnist.data)
    pandas.testing.assert_series_equal(mnist.frame["target"], mnist.target)
    assert mnist.images.shape == (N_TRAIN + N_TEST, 28, 28)


def test__fetch_mnist__as_frame_and_return_X_y__frame_and_series(fake, full_folder):
    pandas = pytest.importorskip("pandas")
    X, y = fetch_mnist(data_home=full_folder, as_frame=True, return_X_y=True)
    assert isinstance(X, pandas.DataFrame)
    assert isinstance(y, pandas.Series)


def test__fetch_mnist__as_frame_without_pandas__import_error_first(monkeypatch, fake):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="as_frame=True needs pandas"):
        fetch_mnist(as_frame=True, download_if_missing=False)


@pytest.mark.parametrize(
    "params",
    [
        {"subset": "validation"},
        {"data_home": 1},
        {"return_X_y": "yes"},
        {"as_frame": None},
        {"download_if_missing": 1.5},
        {"n_retries": -1},
        {"delay": 0.0},
    ],
    ids=lambda params: next(iter(params)),
)
def test__fetch_mnist__bad_parameter__value_error(fake, full_folder, params):
    with pytest.raises(ValueError, match=f"'{next(iter(params))}' parameter of fetch_mnist"):
        fetch_mnist(**{"data_home": full_folder, **params})


# -- where files are looked for


def test__mnist_search_path__all_given__in_order(monkeypatch, tmp_path):
    monkeypatch.setenv("SKMNIST_DATA_HOME", str(tmp_path / "b"))
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path / "c"))
    expected = [tmp_path / "a", tmp_path / "b", tmp_path / "c" / "mnist"]
    assert mnist_search_path(tmp_path / "a") == expected
    assert mnist_search_path(str(tmp_path / "a")) == expected
    assert mnist_search_path() == expected[1:]


@pytest.mark.parametrize("value", [None, ""])
def test__mnist_search_path__variable_unset__scikit_learn_data_home(monkeypatch, tmp_path, value):
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path / "home"))
    monkeypatch.delenv("SKMNIST_DATA_HOME", raising=False)
    if value is not None:
        monkeypatch.setenv("SKMNIST_DATA_HOME", value)
    found = mnist_search_path()
    assert not (tmp_path / "home").exists()
    assert found == [Path(get_data_home()) / "mnist"]


def test__mnist_search_path__no_variable_at_all__below_the_users_home(monkeypatch, tmp_path):
    for variable in ["HOME", "USERPROFILE"]:
        monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.delenv("SCIKIT_LEARN_DATA", raising=False)
    monkeypatch.setenv("SKMNIST_DATA_HOME", "~/mine")
    assert mnist_search_path("~") == [
        tmp_path,
        tmp_path / "mine",
        tmp_path / "scikit_learn_data" / "mnist",
    ]
    assert names_in(tmp_path) == []


def test__mnist_search_path__same_folder_twice__listed_once(monkeypatch, tmp_path):
    monkeypatch.setenv("SKMNIST_DATA_HOME", str(tmp_path))
    assert mnist_search_path(tmp_path).count(tmp_path) == 1


# -- the real data


@pytest.fixture(scope="module")
def real():
    return fetch_mnist(data_home=REAL_FOLDER, download_if_missing=False)


@needs_real_files
def test__fetch_mnist__real_training_images__published_mean_and_deviation(real):
    counts = sum(np.bincount(rows.ravel(), minlength=256) for rows in real.data[:60_000])
    values = np.arange(256) / 255
    mean = np.average(values, weights=counts)
    assert round(mean, 4) == 0.1307
    assert round(math.sqrt(np.average((values - mean) ** 2, weights=counts)), 4) == 0.3081


@needs_real_files
def test__fetch_mnist__real_labels__published_counts(real):
    train, test = real.target[:60_000], real.target[60_000:]
    published = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(train).tolist() == published
    assert np.bincount(test).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert train[:5].tolist() == [5, 0, 4, 1, 9]
    assert test[:5].tolist() == [7, 2, 1, 0, 4]


@needs_real_files
def test__verify_mnist__real_files__found():
    assert list(verify_mnist(REAL_FOLDER)) == NAMES


@needs_real_files
def test__fetch_mnist__real_fashion_or_other_content__not_accepted(monkeypatch, tmp_path):
    # the true table, without a fake in between
    monkeypatch.delenv("SKMNIST_DATA_HOME", raising=False)
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    labels = np.zeros(10_000, dtype=np.uint8)
    (tmp_path / TEST_LABELS).write_bytes(as_idx(labels))
    for name in NAMES[:3]:
        (tmp_path / f"{name}.gz").symlink_to(Path(REAL_FOLDER, f"{name}.gz"))
    with pytest.raises(DatasetError, match=f"{TEST_LABELS} is not good: other content"):
        verify_mnist(tmp_path)


@needs_real_files
@pytest.mark.parametrize(("subset", "n_samples"), [("train", 60_000), ("all", 70_000)])
def test__fetch_mnist__real_files__one_copy_in_memory(subset, n_samples):
    tracemalloc.start()
    try:
        fetch_mnist(subset=subset, data_home=REAL_FOLDER, return_X_y=True)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    needed = n_samples * (784 + 8)
    assert needed < peak < needed + 4e6


def test__mnist_split__split__first_60000_and_last_10000():
    [(train, test)] = mnist_split().split()
    np.testing.assert_array_equal(train, np.arange(60_000))
    np.testing.assert_array_equal(test, np.arange(60_000, 70_000))


def test__mnist_split__as_cv__test_part_scored(fake, full_folder):
    X, y = fetch_mnist(data_home=full_folder, return_X_y=True)
    labels = ARRAYS[TRAIN_LABELS]
    most_frequent = np.bincount(labels).argmax()
    results = cross_validate(DummyClassifier(), X, y, cv=mnist_split(), return_train_score=True)
    assert results["train_score"] == [np.mean(labels == most_frequent)]
    assert results["test_score"] == [np.mean(ARRAYS[TEST_LABELS] == most_frequent)]


@needs_real_files
def test__mnist_split__real_data__parts_are_the_subsets(real):
    [(train, test)] = mnist_split().split(real.data, real.target)
    X, y = fetch_mnist(subset="test", data_home=REAL_FOLDER, return_X_y=True)
    np.testing.assert_array_equal(real.data[test], X)
    np.testing.assert_array_equal(real.target[test], y)
    assert len(train) == 60_000
