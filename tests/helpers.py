"""What several test modules use."""

import os

from skmnist import MnistCNNClassifier

#: The script that emulates other processors tries several.
N_THREADS = int(os.environ.get("SKMNIST_TEST_THREADS", "1"))


def make_cnn(**params):
    """Return a classifier that trains fast, the same bits each time."""
    return MnistCNNClassifier(
        **{"max_epochs": 3, "random_state": 0, "n_threads": N_THREADS} | params
    )
