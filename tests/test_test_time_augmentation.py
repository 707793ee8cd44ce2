"""Predictions averaged over distorted copies."""

import pickle

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal

from skmnist import MnistCNNClassifier, MnistMLPClassifier, load_model, save_model
from skmnist.augmentation import RandomAffine, resample
from skmnist.augmentation.copies import copy_grids


@pytest.fixture(scope="module")
def fitted(digits):
    X, y = digits
    return MnistCNNClassifier(max_epochs=2, n_threads=1, random_state=0).fit(X[:600], y[:600])


def with_copies(fitted, n_copies):
    """Return the fitted classifier with so many copies: the same object, without a fit."""
    return fitted.set_params(test_time_augmentation=n_copies)


def test__logits__mean_over_the_image_and_its_copies(fitted, digits):
    X = digits[0][600:650].astype(np.float32)
    expected = with_copies(fitted, 0).decision_function(X)
    for grid in copy_grids((8, 8), 3):
        copies = resample(torch.from_numpy(X).view(-1, 1, 8, 8), grid)
        expected += fitted.decision_function(copies.numpy())
    logits = with_copies(fitted, 3).decision_function(X)
    assert_allclose(logits, expected / 4, rtol=1e-4, atol=1e-4)
    assert_array_equal(fitted.predict(X), fitted.classes_[logits.argmax(axis=1)])
    assert_allclose(fitted.predict_proba(X).sum(axis=1), 1, rtol=1e-6)
    assert np.abs(logits - with_copies(fitted, 0).decision_function(X)).max() > 0.01


@pytest.mark.numerical
def test__predictions__image_alone_or_among_others__agree_to_rounding(fitted, digits):
    X = digits[0]
    proba = with_copies(fitted, 2).predict_proba(X)
    assert_allclose(fitted.predict_proba(X[700:701]), proba[700:701], atol=1e-6, rtol=0)
    assert_allclose(fitted.predict_proba(X[::-1]), proba[::-1], atol=1e-6, rtol=0)


def test__copies__pairs_of_opposites_that_differ_more_and_more():
    grids = copy_grids((28, 28), 8)
    assert all(map(torch.equal, grids, copy_grids((28, 28), 9)))
    where_it_is = RandomAffine().grid((28, 28), torch.zeros(6, 1))
    lengths = []
    for one, other in zip(grids[::2], grids[1::2], strict=True):
        # scales are divided by, so opposites of them are so nearly
        assert_allclose((one + other) / 2, where_it_is, atol=0.02 + 0.01 * len(lengths))
        lengths.append(float((one - where_it_is).norm()))
    assert len(set(lengths)) == 4
    assert lengths[0] < 0.7 * lengths[-1]


def test__mlp__two_classes__a_column_of_logits(digits):
    X, y = digits
    clf = MnistMLPClassifier(max_epochs=2, test_time_augmentation=2, random_state=0)
    clf.fit(X[:300], y[:300] > 4)
    assert clf.decision_function(X[:5]).shape == (5,)
    assert clf.predict_proba(X[:5]).shape == (5, 2)


def test__saved_model__predicts_the_same(fitted, digits, tmp_path):
    X = digits[0]
    with_copies(fitted, 2)
    save_model(fitted, tmp_path / "model.skops")
    loaded = load_model(tmp_path / "model.skops")
    assert_array_equal(loaded.predict_proba(X), fitted.predict_proba(X))


@pytest.mark.parametrize("value", [-1, 0.5, "four"])
def test__bad_value__said(digits, value):
    X, y = digits
    with pytest.raises(ValueError, match="test_time_augmentation"):
        MnistCNNClassifier(test_time_augmentation=value).fit(X, y)


def test__augmentation_set_for_the_next_fit__predicts_as_before():
    X = np.random.default_rng(0).integers(0, 256, (40, 256), dtype=np.uint8)
    clf = MnistCNNClassifier(max_epochs=1, n_threads=1, random_state=0).fit(X, np.arange(40) % 4)
    before = clf.predict_proba(X)
    for loaded in (clf, pickle.loads(pickle.dumps(clf))):
        assert_array_equal(loaded.set_params(augmentation=None).predict_proba(X), before)
    alone = clf.set_params(test_time_augmentation=0).predict_proba(X)
    assert np.abs(alone - before).max() > 1e-6
