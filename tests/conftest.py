import os
import signal
import sys

import numpy as np
import pytest
from benchmarks import bars, blobs, mnist_of_bars  # noqa: F401
from browser import browser, running_browser  # noqa: F401
from fake_mnist import (  # noqa: F401
    closed_port,
    fake,
    folder,
    full_folder,
    nowhere,
    server,
    use_mirrors,
)

# check_array_api_input skips silently without it; read when scipy is imported
os.environ["SCIPY_ARRAY_API"] = "1"
os.environ.setdefault("MPLBACKEND", "agg")
# pytest-xdist runs as many tests at a time as there are cores: each gets one of them
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ["OMP_NUM_THREADS"] = "1"
# a shell without job control lets its background jobs ignore Ctrl-C, and their children too
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
# some tests start processes in other folders
if "SKMNIST_DATA_HOME" in os.environ:
    os.environ["SKMNIST_DATA_HOME"] = os.path.abspath(os.environ["SKMNIST_DATA_HOME"])


@pytest.fixture(autouse=True)
def close_figures():
    """Close what a test has drawn: matplotlib would keep it."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture(scope="session")
def digits():
    """scikit-learn's digits: X of shape (1797, 64), uint8 0 to 16, and y."""
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    return X.astype(np.uint8), y


@pytest.fixture(scope="session")
def small(digits):
    """The first 400 of scikit-learn's digits."""
    X, y = digits
    return X[:400], y[:400]


@pytest.fixture(scope="session")
def split(digits):
    """600 of scikit-learn's digits, from 0 to 1: X_train, X_test, y_train, y_test."""
    from sklearn.model_selection import train_test_split

    X, y = digits
    return train_test_split(X[:600] / 16, y[:600], stratify=y[:600], random_state=0)


@pytest.fixture
def routing():
    """scikit-learn's metadata routing, switched on."""
    import sklearn

    with sklearn.config_context(enable_metadata_routing=True):
        yield


@pytest.fixture(scope="session")
def mnist():
    """MNIST, from where SKMNIST_DATA_HOME says; tests on it are skipped elsewhere."""
    from skmnist.datasets import DatasetError, fetch_mnist

    try:
        return fetch_mnist(download_if_missing=False)
    except DatasetError as error:
        pytest.skip(f"MNIST is not here: {error}")
