"""One fit of a recipe, and what is measured of it."""

import json

import numpy as np
import pytest
from made_up_results import use_tiny_data

from skmnist import TransformedTargetClassifier
from skmnist.reproduction.recipes.catalogue import ALL
from skmnist.reproduction.recipes.metrics import METRICS
from skmnist.reproduction.runs.run_once import run_once

BY_NAME = {recipe.name: recipe for recipe in ALL}

# one recipe of each system and kind; published, or derived from the published table of layers
PARAMETERS = {
    "A-l1-l2": 8286,
    "A-improved-l1-l2-dropout": 8286,
    "B-momentum": 270_218,
    "B-improved": 270_218,
    "C-text": 107_786,
    "C-lenet5": 61_706,
    "C-code": 68_630,
    "D-dense": 265_601,
    "D-improved-compact": 8196,  # one output in place of ten: 90 weights fewer
    "E1-plain": 784 * 40 + 40 * 10,
    "E2-corrected": 784 * 100 + 100 * 10,
    "E5-classes": 238_510,
    "F-vgg": 887_530,
    "G-l2-dropout": 269_322,
    "R-l1": 269_322,
    "S-dense-l1=1e-05-l2=0.001": 269_322,
}


@pytest.fixture(autouse=True)
def tiny_data(monkeypatch):
    use_tiny_data(monkeypatch)


def check_one_epoch(recipe):
    """Return the run, if there is all in it that documents need."""
    run = run_once(recipe, 3, max_epochs=1)
    assert run["seed"] == 3
    assert run["n_epochs"] == 1
    unreported = {"train_loss", "penalized_train_loss"}
    assert set(recipe.reported) <= set(run["metrics"]) <= {*METRICS, *unreported}
    assert 0 <= run["metrics"]["test_accuracy"] <= 1
    assert np.sum(run["confusion_matrix"]) == 100
    n_errors = 100 - np.trace(run["confusion_matrix"])
    assert run["metrics"]["test_accuracy"] == pytest.approx(1 - n_errors / 100)
    assert len(run["first_errors"]) == min(n_errors, 25)
    assert 0 <= run["weights"]["sparsity"] <= 1
    assert ("valid_loss" in run["history"]) == (recipe.watch is not None)
    json.dumps(run, allow_nan=False)
    return run


@pytest.mark.parametrize(("name", "n_parameters"), PARAMETERS.items())
def test__run_once__one_of_each_kind__result_is_complete(name, n_parameters):
    assert check_one_epoch(BY_NAME[name])["n_parameters"] == n_parameters


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in BY_NAME if name not in PARAMETERS])
def test__run_once__every_other_recipe__result_is_complete(name):
    check_one_epoch(BY_NAME[name])


def test__run_once__square_digits__measured_on_transformed_labels():
    recipe = BY_NAME["D-dense"]
    assert isinstance(recipe.estimator, TransformedTargetClassifier)
    run = run_once(recipe, 0, max_epochs=3)
    assert np.shape(run["confusion_matrix"]) == (2, 2)
    assert run["metrics"]["test_accuracy"] > 0.6
