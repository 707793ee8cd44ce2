"""Searches over l1, l2 and dropout on 60,000 images with the preset quick."""

import time
from itertools import compress

GRID = {"l1": [0.0, 1e-6, 1e-5], "l2": [0.0, 5e-4, 2e-3], "dropout": [0.0, 0.1, 0.3]}
_N_FOLDS = 3
_SKORCH = "plain skorch"

#: What is searched how, by what jobs: halving ends with as many epochs or images as a grid trains.
_SEARCHES = [
    ("grid", 2, {}),
    ("halving over n_samples", 2, {"max_epochs": 1}),  # by default few images have more epochs
    (_SKORCH, 1, {}),
    ("grid", 1, {}),
    ("halving over max_epochs", 2, {"max_epochs": 6}),
    ("grid", 2, {"max_epochs": 6}),
]

#: By resource: the first rung, the last one, and how much more each has than the one before.
_RUNGS = {
    "n_samples": {"min_resources": 60_000 // 9, "max_resources": 60_000, "factor": 3},
    # nothing is less than one epoch, so a factor of 3 would need 9 of them to save half the time
    "max_epochs": {"min_resources": 1, "max_resources": 6, "factor": 6},
}


def run(task):
    """Search in this process; return seconds and scores as a dict."""
    import numpy as np

    from skmnist import fetch_mnist

    X, y = fetch_mnist(subset="train", return_X_y=True)
    if task["what"] == _SKORCH:
        return task | {"seconds": _plain_skorch(X, y)}
    search = _make_search(task)
    # so that a pool of processes and first fits are off the clock
    _make_search(task | {"what": "grid", "params": {"max_epochs": 1}}).fit(X[:300], y[:300])
    start = time.perf_counter()
    search.fit(X, y)
    seconds = time.perf_counter() - start
    results = search.cv_results_
    # of a halving those that were trained in full
    rung = results.get("iter", np.zeros(len(results["params"])))
    last = rung == rung.max()
    return task | {
        "seconds": seconds,
        "candidates": list(compress(results["params"], last)),
        "scores": [
            list(compress(results[f"split{fold}_test_score"].tolist(), last))
            for fold in range(_N_FOLDS)
        ],
    }


def _make_search(task):
    from sklearn.experimental import enable_halving_search_cv  # noqa: F401
    from sklearn.model_selection import GridSearchCV, HalvingGridSearchCV

    from skmnist import MnistCNNClassifier

    params = {**task["params"], "random_state": 0, "n_threads": 1, "device": task["device"]}
    classifier = MnistCNNClassifier.from_preset("quick", **params)
    shared = {"cv": _N_FOLDS, "n_jobs": task["n_jobs"], "error_score": "raise"}
    kind, _, resource = task["what"].partition(" over ")
    if kind == "grid":
        return GridSearchCV(classifier, GRID, **shared)
    # by default it scores on the training folds too, as a grid does not
    shared |= {"resource": resource, "return_train_score": False, "random_state": 0}
    return HalvingGridSearchCV(classifier, GRID, **_RUNGS[resource], **shared)


def _plain_skorch(X, y):
    """Return the seconds of one of the fits with skorch alone, with all threads."""
    from performance.contestants.plain_skorch import plain_skorch

    n_trained = len(X) * (_N_FOLDS - 1) // _N_FOLDS
    train = plain_skorch(X[:n_trained], y[:n_trained], 0, "cpu", preset="quick")
    start = time.perf_counter()
    train(lambda predict: None)
    return time.perf_counter() - start


def recipe(task):
    """Return the preset that is fitted, and what is changed: each searched one to its values."""
    return "quick", task["params"] | ({} if task["what"] == _SKORCH else GRID)


def tasks(device):
    """Return what is to be run: on the CPU."""
    if device != "cpu":
        return []
    return [
        {"part": "search", "what": what, "n_jobs": n_jobs, "params": params, "device": device}
        for what, n_jobs, params in _SEARCHES
    ]
