"""The accuracy of one contestant, and what it depends on."""

import time
import warnings

import numpy as np
from performance.settings import differences
from sklearn.exceptions import ConvergenceWarning

from few_labels.contestants import CONTESTANTS
from skmnist import _environment as environment

#: Labelled images are drawn from the first of the training images. The others may choose settings.
N_TRAINED = 50_000


def run(task):
    """Train a contestant in this process and test it; return the result, a dict."""
    contestant = CONTESTANTS[task["contestant"]]
    X, y, X_test, y_test = _images(task["validation"], task["images"])
    rows = draw(y, task["n_per_class"], task["draw"])
    if contestant.unlabelled:
        target = np.full(len(y), -1)
        target[rows] = y[rows]
    else:
        X, target = X[rows], y[rows]
    if contestant.divisor != 1:
        X, X_test = X / contestant.divisor, X_test / contestant.divisor
    estimator = contestant.make(task["draw"])
    start = time.perf_counter()
    with warnings.catch_warnings():
        # the default number of iterations is what one would use
        warnings.simplefilter("ignore", ConvergenceWarning)
        estimator.fit(X, target)
    seconds = time.perf_counter() - start
    return {
        **task,
        "accuracy": float(estimator.score(X_test, y_test)),
        "seconds": seconds,
        "n_test": len(y_test),
        "settings": contestant.settings(),
        "machine": environment.machine(),
        "versions": environment.versions(),
    }


def draw(y, n_per_class, seed):
    """Return the rows of random images, as many of each class."""
    rng = np.random.default_rng(seed)
    rows = [rng.choice(np.flatnonzero(y == label), n_per_class, False) for label in np.unique(y)]
    return np.concatenate(rows)


def _images(validation, n_images):
    from skmnist import fetch_mnist

    X, y = fetch_mnist(subset="train", return_X_y=True)
    X, X_test, y, y_test = X[:N_TRAINED], X[N_TRAINED:], y[:N_TRAINED], y[N_TRAINED:]
    if not validation:
        X_test, y_test = fetch_mnist(subset="test", return_X_y=True)
    return [part[:n_images] for part in (X, y, X_test, y_test)]


def changed(result):
    """Return what is different today for a result, as a list of str; it is empty if nothing is."""
    name = result["contestant"]
    if name not in CONTESTANTS:
        return ["it is not measured any more"]
    contestant = CONTESTANTS[name]
    return differences(result["settings"], contestant.settings(), contestant.make(0))
