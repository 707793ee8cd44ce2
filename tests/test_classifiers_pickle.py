"""Pickles and copies."""

import copy
import pickle
from functools import partial

import joblib
import pytest
import torch
from helpers import make_cnn, make_mlp, make_numpy_mlp
from numpy.testing import assert_array_equal
from torch import nn

from skmnist import load_model, save_model

pytestmark = pytest.mark.numerical


@pytest.fixture(scope="module")
def fitted(small):
    return make_cnn().fit(*small)


def through_joblib(clf, folder):
    joblib.dump(clf, folder / "clf")
    return joblib.load(folder / "clf", mmap_mode="r")


@pytest.mark.parametrize(
    "store",
    [
        lambda clf, folder: pickle.loads(pickle.dumps(clf)),
        lambda clf, folder: copy.deepcopy(clf),
        through_joblib,
        lambda clf, folder: load_model(save_model(clf, folder / "clf.skops")),
    ],
    ids=["pickle", "deepcopy", "joblib", "skops"],
)
@pytest.mark.parametrize(
    "make",
    [make_cnn, make_numpy_mlp, partial(make_numpy_mlp, optimizer="momentum")],
    ids=["cnn", "numpy_mlp", "numpy_mlp_momentum"],
)
def test__pickle__goes_on_to_the_bit(small, tmp_path, make, store):
    X, y = small
    clf = make(dropout=0.2, max_epochs=2).fit(X, y)
    loaded = store(clf, tmp_path)
    assert_array_equal(loaded.predict_proba(X), clf.predict_proba(X))
    for one in (loaded, clf):
        one.partial_fit(X, y).partial_fit(X, y)
    assert_array_equal(loaded.predict_proba(X), clf.predict_proba(X))


def test__pickle__holds_no_tensor_and_no_data(fitted):
    state = fitted.__getstate__()

    def leaves(value):
        if isinstance(value, dict):
            return [leaf for item in value.values() for leaf in leaves(item)]
        return [value]

    assert not any(isinstance(leaf, torch.Tensor | nn.Module) for leaf in leaves(state))
    # weights and momentum in float32, the generator's state, and a little
    assert len(pickle.dumps(fitted)) < 2 * 4 * fitted.count_parameters() + 40_000


def test__pickle__numpy_network__holds_weights_and_moments_and_no_data(small):
    clf = make_numpy_mlp(hidden_layer_sizes=(300,), max_epochs=1).fit(*small)
    # float32: parameters and Adam's two means, and a little
    assert len(pickle.dumps(clf)) < 3 * 4 * clf.count_parameters() + 10_000


def test__pickle__parameters_changed_after_fit__keeps_the_fitted_network(small, fitted):
    clf = copy.deepcopy(fitted).set_params(architecture="compact", dropout=0.5)
    loaded = pickle.loads(pickle.dumps(clf))
    assert_array_equal(loaded.predict_proba(small[0]), fitted.predict_proba(small[0]))


@pytest.mark.parametrize(
    "params",
    [
        {"hidden_layer_sizes": (64, 32), "l2": (1e-4, 1e-4, 1e-4)},
        {"augmentation": "afine"},
        {"optimizer": "adam"},
        {"optimizer": "sdg"},
        {"l1": -1.0, "label_smoothing": 2.0, "batch_size": "x", "precision": "y"},
    ],
    ids=str,
)
def test__pickle__parameters_for_the_next_fit__predicts_with_this_one(small, params, tmp_path):
    X, y = small
    clf = make_mlp(max_epochs=1).fit(X, y)
    proba = clf.predict_proba(X)
    clf.set_params(**params)
    for loaded in (pickle.loads(pickle.dumps(clf)), load_model(save_model(clf, tmp_path / "m"))):
        assert_array_equal(loaded.predict_proba(X), proba)
        assert {name: loaded.get_params()[name] for name in params} == params


def test__pickle__device_that_is_not_here__falls_back_to_the_cpu(small, fitted):
    clf = copy.deepcopy(fitted).set_params(device="cuda:99")
    with pytest.warns(UserWarning, match="restored on the CPU"):
        loaded = pickle.loads(pickle.dumps(clf))
    assert_array_equal(loaded.predict_proba(small[0]), fitted.predict_proba(small[0]))
