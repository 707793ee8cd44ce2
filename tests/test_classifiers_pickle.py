"""Pickles and copies."""

import copy
import pickle

import joblib
import pytest
import torch
from helpers import make_cnn
from numpy.testing import assert_array_equal
from torch import nn

pytestmark = pytest.mark.numerical


@pytest.fixture(scope="module")
def fitted(small):
    return make_cnn(max_epochs=8).fit(*small)


def test__pickle__goes_on_to_the_bit(small):
    X, y = small
    clf = make_cnn(dropout=0.2).fit(X, y)
    loaded = pickle.loads(pickle.dumps(clf))
    assert_array_equal(loaded.predict_proba(X), clf.predict_proba(X))
    assert_array_equal(
        loaded.partial_fit(X, y).predict_proba(X), clf.partial_fit(X, y).predict_proba(X)
    )


def test__pickle__holds_no_tensor_and_no_data(fitted):
    state = fitted.__getstate__()

    def leaves(value):
        if isinstance(value, dict):
            return [leaf for item in value.values() for leaf in leaves(item)]
        return [value]

    assert not any(isinstance(leaf, torch.Tensor | nn.Module) for leaf in leaves(state))
    # weights and momentum in float32, the generator's state, and a little
    assert len(pickle.dumps(fitted)) < 2 * 4 * fitted.count_parameters() + 40_000


def test__pickle__memory_mapped__predicts(small, fitted, tmp_path):
    joblib.dump(fitted, tmp_path / "clf")
    loaded = joblib.load(tmp_path / "clf", mmap_mode="r")
    assert_array_equal(loaded.predict_proba(small[0]), fitted.predict_proba(small[0]))
    loaded.partial_fit(*small)


def test__pickle__parameters_changed_after_fit__keeps_the_fitted_network(small, fitted):
    clf = copy.deepcopy(fitted).set_params(architecture="compact", dropout=0.5)
    loaded = pickle.loads(pickle.dumps(clf))
    assert_array_equal(loaded.predict_proba(small[0]), fitted.predict_proba(small[0]))


def test__pickle__device_that_is_not_here__falls_back_to_the_cpu(small, fitted):
    clf = copy.deepcopy(fitted).set_params(device="cuda:99")
    with pytest.warns(UserWarning, match="restored on the CPU"):
        loaded = pickle.loads(pickle.dumps(clf))
    assert_array_equal(loaded.predict_proba(small[0]), fitted.predict_proba(small[0]))
