"""The data sets that the commands know, split into training and test."""

import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

CHOICES = ("auto", "mnist", "digits")


class Task(NamedTuple):
    """A data set, split, and why it was chosen."""

    name: str
    title: str
    X_train: "np.ndarray"
    y_train: "np.ndarray"
    X_test: "np.ndarray"
    y_test: "np.ndarray"


def add_arguments(parser, default="auto", default_text="auto"):
    """Add the options that choose the data."""
    parser.add_argument(
        "--dataset",
        choices=CHOICES,
        default=default,
        help="mnist, or scikit-learn's bundled 8×8 digits; auto takes MNIST if it is here or "
        f"can be downloaded (default: {default_text})",
    )
    parser.add_argument(
        "--data-home",
        metavar="FOLDER",
        help="where MNIST's files are looked for first (default: $SKMNIST_DATA_HOME)",
    )


def load_task(dataset="auto", data_home=None, file=None):
    """Load a data set by name.

    Parameters
    ----------
    dataset : {"auto", "mnist", "digits"}, default="auto"
        With "auto", MNIST if it is found or can be downloaded, else the digits, and a line
        says why.
    data_home : path-like, default=None
        Passed to `fetch_mnist`.
    file : file-like, default=None
        Where to say which data set it is; standard error by default.

    Returns
    -------
    task : Task
    """
    file = file or sys.stderr
    if dataset == "digits":
        return _digits()
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
