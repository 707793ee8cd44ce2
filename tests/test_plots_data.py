"""Displays of data: images by class, labels, augmentation."""

import numpy as np
import pytest
from helpers import make_numpy_mlp

from skmnist.plots import (
    AugmentedImagesDisplay,
    ImagesByClassDisplay,
    LabelDistributionDisplay,
)


def test__images_by_class__fewer_than_asked_for__leaves_places_empty():
    X = np.arange(5)[:, None].repeat(4, axis=1)
    display = ImagesByClassDisplay.from_data(X, ["a", "b", "a", "a", "a"], n_images=3)
    assert [images[:, 0, 0].tolist() for images in display.images] == [[0, 2, 3], [1]]
    labels = [tick.get_text() for tick in display.ax_.get_yticklabels()]
    assert labels == ["a (4)", "b (1)"]


def test__label_distribution__label_that_a_set_lacks__counts_none():
    display = LabelDistributionDisplay.from_data({"x": [1, 1, 3], "y": [2]})
    assert {name: counts.tolist() for name, counts in display.counts.items()} == {
        "x": [2, 0, 1],
        "y": [0, 1, 0],
    }
    heights = [bar.get_height() for bars in display.ax_.containers[:2] for bar in bars]
    assert sorted(heights) == [0, 0, 0, 1, 1, 2]


def test__augmented_images__same_seed__same_images_and_the_original_stays(small):
    X, _ = small
    first, second = (
        AugmentedImagesDisplay.from_augmentation("affine", X, n_images=2, n_copies=3)
        for _ in range(2)
    )
    np.testing.assert_array_equal(first.distorted, second.distorted)
    np.testing.assert_array_equal(first.images, X[:2].reshape(-1, 8, 8))
    assert (first.distorted != first.images[:, None]).any(axis=(2, 3)).all()


def test__augmented_images__of_the_numpy_network__its_own_shift(small):
    clf = make_numpy_mlp(max_epochs=1, shift=0.1).fit(*small)
    display = AugmentedImagesDisplay.from_estimator(clf, small[0], n_images=1, n_copies=2)
    assert display.distorted.shape == (1, 2, 8, 8)


def test__augmented_images__trained_without__raises(small):
    clf = make_numpy_mlp(max_epochs=1).fit(*small)
    with pytest.raises(ValueError, match="no augmentation to show"):
        AugmentedImagesDisplay.from_estimator(clf, small[0])


def test__augmented_images__no_such_name__raises():
    with pytest.raises(ValueError, match=r"must be one of .*affine.*'none'"):
        AugmentedImagesDisplay.from_augmentation("none", np.zeros((1, 64)))
