"""Small recipes, images and results, for the tests of the reproduction."""

import json

import numpy as np
import pytest
from sklearn.datasets import load_digits

from skmnist import MnistMLPClassifier
from skmnist.reproduction.recipes.data import Data, Images, Split
from skmnist.reproduction.recipes.metrics import METRICS, OF_HISTORY
from skmnist.reproduction.recipes.recipe import Recipe
from skmnist.reproduction.runs.results import Results


def tiny_split():
    """scikit-learn's digits as images of 28×28."""
    X, y = load_digits(return_X_y=True)
    images = np.kron(X.reshape(-1, 8, 8), np.ones((3, 3))) * (255 / 16)
    X = np.pad(images, [(0, 0), (2, 2), (2, 2)]).reshape(len(X), -1).astype(np.uint8)

    def rows(start, end):
        return Images(X[start:end], y[start:end])

    return Split(rows(0, 200), rows(200, 300), rows(300, 400))


def use_tiny_data(monkeypatch):
    """Give every recipe 200 small images in place of MNIST."""
    split = tiny_split()

    def load(data, data_home=None):
        return split if data.validation else split._replace(validation=None)

    monkeypatch.setattr(Data, "load", load)


def tiny_recipe(**fields):
    """Return a recipe that is fitted in no time."""
    # what tests look at is given here: no default matters to them
    estimator = MnistMLPClassifier(
        hidden_layer_sizes=8, l1=0.0, l2=0.0, augmentation=None, max_epochs=3, n_threads=1
    )
    values = {
        "name": "T-dense",
        "title": "for tests",
        "estimator": estimator,
        "family": "faithful",
        "reported": {"test_accuracy": 0.9, "test_loss": 0.31},
        "n_seeds": 2,
    }
    return Recipe(**values | fields)


def made_up_run(seed, accuracy=0.9, loss=None, n_images=1000, n_epochs=4):
    """Return a run whose confusion matrix and accuracy say the same."""
    loss = 0.3 + seed / 100 if loss is None else loss
    n_errors = round(n_images * (1 - accuracy))
    confusion_matrix = np.diag([n_images // 10] * 10)
    confusion_matrix[0, 0] -= n_errors
    confusion_matrix[0, 3] += n_errors
    falling = [1 / (epoch + 1) for epoch in range(n_epochs)]
    rising = [1 - value / 2 for value in falling]
    return {
        "seed": seed,
        "metrics": {
            f"{part}_{kind}": accuracy if kind == "accuracy" else loss
            for part in ("train", "validation", "test", "best_test", "penalized_test")
            for kind in ("accuracy", "loss")
        }
        | {
            "filters_at_start": [[[0.1, -0.2], [0.3, 0.0]]] * 3,
            "filters": [[[0.3, -0.1], [0.2, 0.1]]] * 3,
            "filter_correlation": 0.5,
        },
        "weights": {"l1_norm": 10.0, "l2_norm": 2.0 + seed, "sparsity": 0.25},
        "n_parameters": 10,
        "n_epochs": len(falling),
        "confusion_matrix": confusion_matrix.tolist(),
        "first_errors": [[row, 3] for row in range(min(n_errors, 25))],
        "history": {
            "train_loss": falling,
            "train_accuracy": rising,
            "valid_loss": falling,
            "valid_accuracy": rising,
        },
        "fit_seconds": 1800.0,
        "started": "2026-01-01T00:00:00+00:00",
        "versions": {"python": "3.11"},
        "machine": {"processor": "made up", "cores": 2, "threads": 1},
    }


def made_up_results(recipe, folder, *runs):
    """Return results with runs, kept in a folder."""
    results = Results(recipe, folder)
    for run in runs:
        results.add(run)
    return results


def change_setting(path, name, value):
    """Let stored results say that they were made with another value of a parameter."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    (row,) = [row for row, line in enumerate(lines) if line.startswith(f'  "{name}": ')]
    lines[row] = f'  "{name}": "{value}"' + ("," if lines[row].endswith(",") else "")
    path.write_text("\n".join(lines), encoding="utf-8")


def check_one_epoch(recipe, run):
    """Assert that there is all in a run of one epoch on tiny data that documents need."""
    assert run["n_epochs"] == 1
    unreported = {"train_loss", "penalized_train_loss"}
    unreported |= {"filters", "filters_at_start", "filter_correlation"}
    assert set(recipe.reported) - set(OF_HISTORY) <= set(run["metrics"])
    assert set(run["metrics"]) <= {*METRICS, *unreported}
    assert 0 <= run["metrics"]["test_accuracy"] <= 1
    assert np.sum(run["confusion_matrix"]) == 100
    n_errors = 100 - np.trace(run["confusion_matrix"])
    assert run["metrics"]["test_accuracy"] == pytest.approx(1 - n_errors / 100)
    assert len(run["first_errors"]) == min(n_errors, 25)
    assert 0 <= run["weights"]["sparsity"] <= 1
    assert ("valid_loss" in run["history"]) == recipe.watches(run["seed"])
    json.dumps(run, allow_nan=False)
