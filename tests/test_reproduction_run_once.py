"""One fit of a recipe, and what is measured of it."""

import dataclasses

import numpy as np
import pytest
from made_up_results import check_one_epoch, use_tiny_data

from skmnist import TransformedTargetClassifier
from skmnist.reproduction.recipes.catalogue import ALL
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
    "D-ten-classes": 270_218,
    "E2-corrected-both": 784 * 100 + 100 * 10,
    "E4-corrected-10-degrees-64-0.005": 784 * 100 + 100 * 10,
    "E5-classes": 238_510,
    "F-vgg": 887_530,
    "G-l2-dropout": 269_322,
    "R-l1": 269_322,
    "S-dense-l1=1e-05-l2=0.001": 269_322,
}


@pytest.fixture(autouse=True)
def tiny_data(monkeypatch):
    use_tiny_data(monkeypatch)


@pytest.mark.parametrize(("name", "n_parameters"), PARAMETERS.items())
def test__run_once__one_of_each_kind__result_is_complete(name, n_parameters):
    run = run_once(BY_NAME[name], 3, max_epochs=1)
    check_one_epoch(BY_NAME[name], run)
    assert run["seed"] == 3
    assert run["n_parameters"] == n_parameters


def test__run_once__square_digits__measured_on_transformed_labels():
    recipe = BY_NAME["D-dense"]
    assert isinstance(recipe.estimator, TransformedTargetClassifier)
    run = run_once(recipe, 0, max_epochs=3)
    assert np.shape(run["confusion_matrix"]) == (2, 2)
    assert run["metrics"]["test_accuracy"] > 0.6


def test__run_once__ten_classes__measured_on_transformed_labels():
    run = run_once(BY_NAME["D-ten-classes"], 0, max_epochs=3)
    assert np.shape(run["confusion_matrix"]) == (2, 2)
    assert run["metrics"]["test_accuracy"] > 0.6


def test__run_once__squared_error__distances_in_place_of_losses():
    recipe = dataclasses.replace(BY_NAME["E1-plain"], watched_seeds=(3,))
    metrics = run_once(recipe, 3, max_epochs=2)["metrics"]
    history = run_once(recipe, 3, max_epochs=2)["history"]
    assert "test_loss" not in metrics
    # batches of one image, so all are seen
    assert metrics["running_train_error"] == pytest.approx(
        metrics["printed_train_error"], rel=1e-4
    )
    # the recorded loss is half the squared distance
    assert metrics["test_error"] == pytest.approx(2 * history["valid_loss"][-1], rel=1e-4)


def test__run_once__other_seed_than_the_watched__records_no_images():
    recipe = BY_NAME["E3-batches-64-0.005"]
    assert recipe.watched_seeds == (1,)
    for seed in (0, 1):
        history = run_once(recipe, seed, max_epochs=1)["history"]
        assert ("valid_accuracy" in history) == (seed == 1)


def test__run_once__measure__adds_what_it_returns():
    recipe = BY_NAME["E5-classes"]
    metrics = run_once(recipe, 0, max_epochs=1)["metrics"]
    # hits of one constant, ten times
    assert metrics["counted_test_accuracy"] == pytest.approx(10 * metrics["stale_test_accuracy"])
    assert 0 < metrics["stale_test_accuracy"] < 0.3
    assert set(recipe.reported) <= set(metrics)
