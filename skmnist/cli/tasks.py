"""The data sets that the commands know, split into training and test."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

CHOICES = ("auto", "mnist", "digits")


class Task(NamedTuple):
    """A data set, split.

    Of a CSV file there are also the path, and a checksum of what is in it. There may be images
    to watch, which nothing is learned from.
    """

    name: str
    title: str
    X_train: "np.ndarray"
    y_train: "np.ndarray"
    X_test: "np.ndarray"
    y_test: "np.ndarray"
    path: str | None = None
    sha256: str | None = None
    watched: tuple | None = None

    def validation(self):
        """Return the images to watch as parameters of ``fit``."""
        if self.watched is None:
            return {}
        X, y = self.watched
        return {"X_val": X, "y_val": y}

    def record(self):
        """Return what tells a data set from others, as a dict for a JSON file."""
        if self.path is None:
            return {"dataset": self.name}
        return {"dataset": self.path, "dataset_sha256": self.sha256}

    def with_all_to_test(self):
        """Return the task with all images to test on, and none to train on."""
        import numpy as np

        X = np.concatenate([self.X_train, self.X_test])
        y = np.concatenate([self.y_train, self.y_test])
        return self._replace(X_train=X[:0], y_train=y[:0], X_test=X, y_test=y)


def add_arguments(parser, default="auto", default_text="auto"):
    """Add the options that choose the data."""
    parser.add_argument(
        "--dataset",
        type=_dataset,
        metavar=f"{'|'.join(CHOICES)}|FILE.csv",
        default=default,
        help="mnist, or scikit-learn's bundled 8×8 digits; auto takes MNIST if it is here or "
        "can be downloaded. Or a CSV file of labels and pixels, such as Kaggle's train.csv: a "
        f"seventh of its images is the test set (default: {default_text})",
    )
    parser.add_argument(
        "--data-home",
        metavar="FOLDER",
        help="where MNIST's files are looked for first (default: $SKMNIST_DATA_HOME)",
    )


def _dataset(text):
    if text in CHOICES or Path(text).is_file():
        return text
    raise argparse.ArgumentTypeError(
        f"invalid choice: {text!r} is none of {', '.join(CHOICES)}, and no CSV file that is there"
    )


def load_task(dataset="auto", data_home=None, file=None, *, to_train=True):
    """Load a data set by name.

    Parameters
    ----------
    dataset : {"auto", "mnist", "digits"} or path-like, default="auto"
        With "auto", MNIST if it is found or can be downloaded, else the digits, and a line
        says why. Anything else is the path of a CSV file.
    data_home : path-like, default=None
        Passed to `fetch_mnist`.
    file : file-like, default=None
        Where to say which data set it is; standard error by default.
    to_train : bool, default=True
        Whether there must be images to train on. Otherwise a CSV file may hold a single image:
        if it is too small to be divided, all its images are test images.

    Returns
    -------
    task : Task
    """
    file = file or sys.stderr
    if dataset == "digits":
        return _digits()
    if dataset not in CHOICES:
        return _csv(dataset, to_train)
    from skmnist.datasets import DatasetError, fetch_mnist

    try:
        # one attempt is enough to fall back from; a user who asks for MNIST wants patience
        retries = 0 if dataset == "auto" else 3
        mnist = fetch_mnist(data_home=data_home, n_retries=retries)
    except DatasetError as error:
        if dataset == "mnist":
            raise
        print(f"MNIST cannot be had: {error}", file=file)
        print("Using scikit-learn's bundled 8×8 digits instead.", file=file)
        return _digits()
    n_train = 60_000
    X, y = mnist.data, mnist.target
    title = "MNIST, 60,000 training and 10,000 test images of 28×28"
    return Task("mnist", title, X[:n_train], y[:n_train], X[n_train:], y[n_train:])


def _digits():
    import numpy as np
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    X, y = load_digits(return_X_y=True)
    # from 0..16 to 0..255, so that a model trained on them takes ordinary pictures
    X = np.rint(X * (255 / 16)).astype(np.uint8)
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, test_size=0.25, stratify=y, random_state=0
    )
    title = f"scikit-learn's digits, {len(X_train)} training and {len(X_test)} test images of 8×8"
    return Task("digits", title, X_train, y_train, X_test, y_test)


def _csv(path, to_train):
    import numpy as np
    from sklearn.model_selection import train_test_split

    from skmnist.datasets import load_csv

    dataset = load_csv(path)
    X, y = dataset.data, dataset.target
    if y is None:
        raise ValueError(f"{path} has pixels only, but training and tests need labels")
    _, counts = np.unique(y, return_counts=True)
    n_test = -(-len(y) // 7)  # the share of MNIST's
    too_few = counts.min() < 2 or min(n_test, len(y) - n_test) < len(counts)
    if too_few and to_train:
        raise ValueError(
            f"{path} has {len(y):,} images of {len(counts)} labels, and {counts.min()} of the "
            "rarest: too few to train and to test on"
        )
    if too_few:
        X_train, X_test, y_train, y_test = X[:0], X, y[:0], y
    else:
        X_train, X_test, y_train, y_test = train_test_split(
            X, y, test_size=n_test, stratify=y, random_state=0
        )
    height, width = dataset.images.shape[1:]
    name = os.path.basename(path)
    title = (
        f"{name}, {len(X_train):,} training and {len(X_test):,} test images of {height}×{width}"
    )
    return Task(
        *(name, title, X_train, y_train, X_test, y_test),
        path=os.path.abspath(path),
        sha256=_checksum(X, y),
    )


def _checksum(*arrays):
    import hashlib

    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype} {array.shape} ".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()
