"""Which images recipes train on, and which they are judged by."""

from itertools import pairwise

import numpy as np
import pytest

from skmnist.reproduction.recipes.catalogue import ALL
from skmnist.reproduction.recipes.data import CHOOSING, OFFICIAL, Data


@pytest.mark.parametrize(
    ("split", "n_images"), [("train", 37_800), ("validation", 4200), ("test", 10_000)]
)
def test__data__number_of_images__of_each_split(split, n_images):
    assert Data(train=(0, 37_800), validation=(37_800, 42_000)).n_images(split) == n_images


def test__data__as_text__says_which_rows():
    assert str(OFFICIAL) == "trained on the first 60,000 training images"
    assert str(CHOOSING) == (
        "trained on the first 50,000 training images, measured on rows 50,000 to 60,000 of the "
        "training images"
    )


def test__data__official_split(mnist):
    split = OFFICIAL.load()
    assert len(split.train.X) == 60_000
    assert len(split.test.X) == 10_000
    assert split.validation is None
    np.testing.assert_array_equal(split.test.X, mnist.data[60_000:])


def test__data__choosing__never_touches_the_test_set(mnist, monkeypatch):
    loaded = []
    fetch = Data.load.__globals__["fetch_mnist"]

    def recording(**kwargs):
        loaded.append(kwargs["subset"])
        return fetch(**kwargs)

    monkeypatch.setitem(Data.load.__globals__, "fetch_mnist", recording)
    split = CHOOSING.load()
    assert loaded == ["train"]
    np.testing.assert_array_equal(split.train.X, mnist.data[:50_000])
    np.testing.assert_array_equal(split.test.X, mnist.data[50_000:60_000])


def test__data__parts__do_not_overlap():
    for recipe in ALL:
        parts = [recipe.data.train, recipe.data.validation, recipe.data.test]
        parts = sorted(part for part in parts if part is not None)
        for (_, end), (start, _) in pairwise(parts):
            assert end <= start
