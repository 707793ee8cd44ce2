"""What several test modules use."""

from skmnist import MnistCNNClassifier


def make_cnn(**params):
    """Return a classifier that trains fast, the same bits each time."""
    return MnistCNNClassifier(**{"max_epochs": 3, "random_state": 0, "n_threads": 1} | params)
