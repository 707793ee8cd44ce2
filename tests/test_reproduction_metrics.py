"""Metrics as text, and what they say of a published claim."""

import dataclasses

import numpy as np
import pytest
from made_up_results import made_up_results, made_up_run, tiny_recipe

from skmnist.reproduction.documents.metrics import (
    format_metric,
    plausible_difference,
    primary_metric,
    verdict,
)
from skmnist.reproduction.recipes.data import Data
from skmnist.reproduction.runs.results import Results


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("test_accuracy", 0.99314), "99.31"),
        (("test_accuracy", 0.99314, 0.00046), "99.31 ± 0.05"),
        (("test_loss", 0.10094, 0.002), "0.1009 ± 0.0020"),
        (("test_loss", None, None), "–"),
    ],
)
def test__format_metric(arguments, text):
    assert format_metric(*arguments) == text


def test__primary_metric__first_reported_or_else_test_accuracy():
    reported = {"train_accuracy": 0.9, "test_accuracy": 0.8}
    assert primary_metric(tiny_recipe(reported=reported)) == "train_accuracy"
    assert primary_metric(tiny_recipe(reported={})) == "test_accuracy"


def test__plausible_difference__three_runs__prediction_interval(tmp_path):
    runs = [made_up_run(seed, accuracy) for seed, accuracy in enumerate([0.89, 0.90, 0.91])]
    results = made_up_results(tiny_recipe(), tmp_path, *runs)
    # the t quantile of two degrees of freedom
    assert plausible_difference(results, "test_accuracy") == pytest.approx(
        4.3027 * 0.01 * np.sqrt(4 / 3), rel=1e-4
    )


@pytest.mark.parametrize(
    ("metric", "n_images"),
    [
        ("test_accuracy", 10_000),
        ("best_test_accuracy", 10_000),
        ("validation_accuracy", 4200),
        ("train_accuracy", 37_800),
    ],
)
def test__plausible_difference__single_run__sampling_error(metric, n_images, tmp_path):
    recipe = tiny_recipe(data=Data(train=(0, 37_800), validation=(37_800, 42_000)))
    results = made_up_results(recipe, tmp_path, made_up_run(0, 0.9))
    assert plausible_difference(results, metric) == pytest.approx(
        2 * np.sqrt(2 * 0.9 * 0.1 / n_images)
    )
    assert plausible_difference(results, "test_loss") is None


@pytest.mark.parametrize(
    ("accuracy", "word"), [(0.9, "agrees"), (0.906, "agrees"), (0.95, "better"), (0.85, "worse")]
)
def test__verdict__faithful(accuracy, word, tmp_path):
    results = Results(tiny_recipe(), tmp_path)
    assert verdict(results) == "not run yet"
    results.add(made_up_run(0, accuracy))
    assert verdict(results) == word


def test__verdict__loss__smaller_is_better(tmp_path):
    recipe = tiny_recipe(reported={"test_loss": 0.4})
    runs = [made_up_run(seed, loss=0.3 + seed / 1000) for seed in range(3)]
    assert verdict(made_up_results(recipe, tmp_path, *runs)) == "better"
    recipe = dataclasses.replace(recipe, reported={"test_loss": 0.2})
    assert verdict(Results(recipe, tmp_path)) == "worse"


@pytest.mark.parametrize(
    ("accuracy", "text"), [(0.95, "aim met"), (0.94, "aim met"), (0.9375, "aim missed by 0.25")]
)
def test__verdict__improved(accuracy, text, tmp_path):
    recipe = tiny_recipe(family="improved", aim=0.94, reported={})
    results = made_up_results(recipe, tmp_path, made_up_run(0, accuracy))
    assert verdict(results).startswith(text)
