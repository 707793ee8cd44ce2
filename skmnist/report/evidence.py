"""All that a report is made from, gathered once."""

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from sklearn.utils import check_random_state

from skmnist._data.pixels import compact_pixels, flatten_images
from skmnist._data.tensors import as_array
from skmnist._fitted import as_predicted, look_inside
from skmnist._sklearn import safe_indexing
from skmnist.report.statistics import SMALLEST

#: So many training images are predicted, at most.
_TRAINING_SAMPLE = 10_000


@dataclass(frozen=True, eq=False)
class Evidence:
    """A fitted estimator, what it was trained on, and what it says of images.

    Of a search without a refitted estimator there is ``cv_results`` only.

    Attributes
    ----------
    estimator : fitted classifier
    X : ndarray of shape (n_images, n_features)
    y : ndarray of shape (n_images,)
        True labels, as the estimator tells them apart.
    predicted : ndarray of shape (n_images,)
    proba : ndarray of shape (n_images, n_classes) or None
        None if the estimator has no probabilities.
    X_train, y_train, X_val : ndarray or None
        What it was trained on, and validation images, if they are known.
    train_accuracy : float or None
        On the training images as they are, or on 10,000 of them.
    repeated : list of float
        Accuracies of fits of the same settings with other seeds, this one's first.
    cv_results : dict or None
        Of the search that chose the parameters.
    """

    estimator: object = None
    X: np.ndarray | None = None
    y: np.ndarray | None = None
    predicted: np.ndarray | None = None
    proba: np.ndarray | None = None
    X_train: np.ndarray | None = None
    y_train: np.ndarray | None = None
    X_val: np.ndarray | None = None
    train_accuracy: float | None = None
    repeated: list = field(default_factory=list)
    cv_results: dict | None = None

    @property
    def n(self):
        return len(self.y)

    @cached_property
    def classifier(self):
        return look_inside(self.estimator)[0]

    @cached_property
    def history(self):
        return list(getattr(self.classifier, "history_", []))

    @cached_property
    def stops_early(self):
        """Whether the classifier took the weights of its best epoch."""
        return bool(getattr(self.classifier, "early_stopping", False))

    @cached_property
    def classes(self):
        """The labels that the classifier knows."""
        return np.asarray(self.estimator.classes_)

    @cached_property
    def labels(self):
        """The labels that the classifier knows, and others that the images have."""
        return self.classes.tolist() + [
            label for label in np.unique(self.y).tolist() if label not in self.classes.tolist()
        ]

    @cached_property
    def right(self):
        return self.predicted == self.y

    @cached_property
    def accuracy(self):
        return float(self.right.mean())

    @cached_property
    def confidence(self):
        """The probability of the label that was predicted."""
        return None if self.proba is None else self.proba.max(axis=1)

    @cached_property
    def losses(self):
        """Minus the logarithm of the true label's probability, for each image."""
        if self.proba is None:
            return None
        column = {label: number for number, label in enumerate(self.classes.tolist())}
        columns = np.array([column.get(label, -1) for label in self.y.tolist()])
        given = np.where(columns < 0, 0, self.proba[np.arange(self.n), columns])
        return -np.log(np.maximum(given, SMALLEST))

    @cached_property
    def train_pixels(self):
        """Mean and standard deviation of the training images' pixels, if they are known."""
        if self.X_train is not None:
            return _mean_and_deviation(self.X_train)
        classifier, given = look_inside(self.estimator, self.X[:1])
        # the steps of a pipeline may have changed the pixels
        if getattr(classifier, "scaling", None) == "standard" and np.array_equal(
            given, self.X[:1]
        ):
            return classifier.mean_, classifier.scale_
        return None

    @cached_property
    def test_pixels(self):
        return _mean_and_deviation(self.X)


def gather(
    estimator, X, y, *, X_train=None, y_train=None, X_val=None, repeats=(), cv_results=None
):
    """Check what was given for a report, and predict.

    Parameters are those of `write_report`.

    Returns
    -------
    evidence : Evidence
    """
    pixels, labels = _images_and_labels(estimator, X, y, "X", "y")
    if len(labels) == 0:
        raise ValueError("X holds no images. A report needs some that nothing was learned from.")
    if (X_train is None) != (y_train is None):
        raise ValueError("Pass X_train and y_train together, or neither.")
    train_pixels = train_labels = train_accuracy = None
    if X_train is not None:
        train_pixels, train_labels = _images_and_labels(
            estimator, X_train, y_train, "X_train", "y_train"
        )
        train_accuracy = _accuracy_on_some(estimator, X_train, train_labels)
    # what was given is predicted: a data frame has names that the estimator may know
    predicted = np.asarray(estimator.predict(X))
    proba = None
    if hasattr(estimator, "predict_proba"):
        proba = np.asarray(estimator.predict_proba(X), dtype=np.float64)
    repeated = [float((np.asarray(other.predict(X)) == labels).mean()) for other in repeats]
    if repeated:
        repeated = [float((predicted == labels).mean()), *repeated]
    return Evidence(
        estimator,
        pixels,
        labels,
        predicted,
        proba,
        X_train=train_pixels,
        y_train=train_labels,
        X_val=None if X_val is None else np.asarray(flatten_images(as_array(X_val))[0]),
        train_accuracy=train_accuracy,
        repeated=repeated,
        cv_results=cv_results,
    )


def row_keys(*arrays):
    """Return images as single values each that can be compared: equal ones have equal pixels.

    Parameters
    ----------
    *arrays : ndarray of shape (n_images, n_features)

    Returns
    -------
    keys : list of ndarray of shape (n_images,)
    """
    arrays = [compact_pixels(np.asarray(array)) for array in arrays]
    if len({array.dtype for array in arrays}) > 1:
        arrays = [array.astype(np.float32) for array in arrays]
    keys = []
    for array in arrays:
        array = np.ascontiguousarray(array)
        keys.append(array.view(np.dtype((np.void, array.strides[0]))).ravel())
    return keys


def _accuracy_on_some(estimator, X, y):
    rows = np.arange(len(y))
    if len(rows) > _TRAINING_SAMPLE:
        rows = np.sort(check_random_state(0).choice(rows, _TRAINING_SAMPLE, replace=False))
    return float((estimator.predict(safe_indexing(X, rows)) == y[rows]).mean())


def _images_and_labels(estimator, X, y, X_name, y_name):
    X, y = np.asarray(flatten_images(as_array(X))[0]), np.asarray(as_array(y))
    if X.ndim != 2 or y.ndim != 1 or len(X) != len(y):
        raise ValueError(
            f"{X_name} must hold images and {y_name} a label for each; got shapes {X.shape} and "
            f"{y.shape}."
        )
    return X, as_predicted(estimator, y)


def _mean_and_deviation(X):
    total = count = squares = 0.0
    for start in range(0, len(X), 4096):
        part = np.asarray(X[start : start + 4096], dtype=np.float64)
        total += part.sum()
        squares += (part**2).sum()
        count += part.size
    mean = total / count
    return float(mean), math.sqrt(max(squares / count - mean**2, 0.0))
