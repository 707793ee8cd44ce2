"""What the presets were chosen from: errors and losses on the last 10,000 training images."""

import time

import numpy as np

N_TRAINED = 50_000

#: For each preset how many seeds, and the changes that were tried.
CANDIDATES = {
    "quick": (
        6,
        [
            {},
            {"optimizer": "sgd", "learning_rate": 0.3, "momentum": 0.9, "batch_size": 192},
            {"batch_size": 128},
            {"batch_size": 384},
            {"learning_rate": 0.2},
            {"learning_rate": 0.8},
            {"momentum": 0.9},
            {"label_smoothing": 0.0},
            {"label_smoothing": 0.1},
            {"augmentation": "affine_photometric"},
            {"max_epochs": 2},
            {"architecture": "fast"},
        ],
    ),
    "default": (
        2,
        [
            {},
            {"l2": 5e-4, "label_smoothing": 0.1},
            {"label_smoothing": 0.0},
            {"dropout": 0.2},
            {"augmentation": "affine"},
            {"test_time_augmentation": 4},
        ],
    ),
    "best": (
        2,
        [
            {},
            {"augmentation": "affine"},
            {"test_time_augmentation": 0},
        ],
    ),
}


def run(task):
    """Fit a candidate with several seeds, two at a time; return each fit's figures."""
    from joblib import Parallel, delayed

    jobs = [delayed(_fit)(*recipe(task), seed) for seed in range(task["seeds"])]
    return task | {"fits": Parallel(n_jobs=2)(jobs)}


def _fit(preset, changes, seed):
    from skmnist import MnistCNNClassifier, fetch_mnist

    X, y = fetch_mnist(subset="train", return_X_y=True)
    params = {**changes, "random_state": seed, "n_threads": 1}
    classifier = MnistCNNClassifier.from_preset(preset, **params)
    # what a first fit in a process costs is off the clock
    classifier.__class__(**classifier.get_params() | {"max_epochs": 1}).fit(X[:256], y[:256])
    start = time.process_time()
    classifier.fit(X[:N_TRAINED], y[:N_TRAINED])
    seconds = time.process_time() - start
    X, y = X[N_TRAINED:], y[N_TRAINED:]
    return {
        "errors": int((classifier.predict(X) != y).sum()),
        "log_loss": _log_loss(classifier.decision_function(X), y),
        "cpu_seconds": seconds,
    }


def _log_loss(logits, y):
    """Return the mean log-loss at the temperature at which it is lowest.

    So candidates are compared by what they know, not by how well they are calibrated.
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax

    def at(log_temperature):
        scaled = log_softmax(logits / np.exp(log_temperature), axis=1)
        return -float(scaled[np.arange(len(y)), y].mean())

    return minimize_scalar(at, bounds=(-3, 3), method="bounded").fun


def recipe(task):
    """Return the preset that is fitted, and what is changed."""
    return task["preset"], task["changes"]


def tasks(device):
    """Return what is to be run: on the CPU."""
    return [
        {
            "part": "candidates",
            "preset": preset,
            "changes": changes,
            "seeds": seeds,
            "device": device,
        }
        for preset, (seeds, candidates) in CANDIDATES.items()
        for changes in candidates
        if device == "cpu"
    ]
