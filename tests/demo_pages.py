"""A classifier for tests of its page."""

import numpy as np

from skmnist import NumpyMLPClassifier


def untrained():
    """Return a classifier of images of 28×28 that has learned nothing, and is there at once."""
    images = np.random.default_rng(0).integers(0, 256, (20, 28, 28), dtype=np.uint8)
    clf = NumpyMLPClassifier(hidden_layer_sizes=(16,), max_epochs=1, random_state=0)
    return clf.fit(images, np.arange(20) % 10)
