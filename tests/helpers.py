"""What several test modules use."""

import os

import pytest
from sklearn.naive_bayes import BernoulliNB

from skmnist import (
    MnistCNNClassifier,
    MnistMLPClassifier,
    NumpyMLPClassifier,
    SquareDigitTransformer,
    TransformedTargetClassifier,
)

#: The script that emulates other processors tries several.
N_THREADS = int(os.environ.get("SKMNIST_TEST_THREADS", "1"))


def make_cnn(**params):
    """Return a classifier that trains fast, the same bits each time."""
    return MnistCNNClassifier(
        **{"max_epochs": 3, "random_state": 0, "n_threads": N_THREADS} | params
    )


def make_mlp(**params):
    """Return a dense torch network; see `make_cnn`."""
    defaults = {"max_epochs": 3, "batch_size": 32, "random_state": 0, "n_threads": N_THREADS}
    return MnistMLPClassifier(**defaults | params)


def make_numpy_mlp(**params):
    """Return a dense NumPy network; see `make_cnn`."""
    defaults = {"max_epochs": 10, "batch_size": 32, "random_state": 0}
    return NumpyMLPClassifier(**defaults | params)


def squares(classifier, **params):
    """Return a classifier that learns whether a digit is a square number."""
    return TransformedTargetClassifier(classifier, SquareDigitTransformer(), **params)


def bayes():
    """Return a fast classifier of pixels from 0 to 1."""
    return BernoulliNB(binarize=0.5)


def curves(axes):
    """Return the points of each line that is drawn, by its label."""
    return {line.get_label(): line.get_xydata().tolist() for line in axes.get_lines()}


MAKERS = {"cnn": make_cnn, "mlp": make_mlp, "numpy_mlp": make_numpy_mlp}
each_classifier = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
