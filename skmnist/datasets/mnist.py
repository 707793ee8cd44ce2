"""The MNIST data set: found on this machine or downloaded, and always verified."""

import math
import os
from numbers import Integral, Real
from pathlib import Path

import numpy as np
from sklearn.model_selection import PredefinedSplit
from sklearn.utils import Bunch

from skmnist._sklearn import Interval, StrOptions, validate_params
from skmnist.datasets import download
from skmnist.datasets.files import ENVIRONMENT_VARIABLE, FILES, find, load, missing

_SUBSETS = {"train": ["train"], "test": ["t10k"], "all": ["train", "t10k"]}

_DESCR = """\
.. _mnist_dataset:

MNIST handwritten digits
------------------------

**Data set characteristics**

:Number of instances: 70,000: 60,000 to train on, then 10,000 to test on
:Number of attributes: 784, the pixels of an image of 28 by 28, row by row
:Attribute values: integers from 0 (background) to 255 (full stroke)
:Classes: 10, the digits 0 to 9, of similar but not equal size
:Missing values: none
:Source: Y. LeCun, C. Cortes and C. J. C. Burges,
    "The MNIST database of handwritten digits", 1998
:Licence: CC BY-SA 3.0

Grey-scale images of single digits from NIST's Special Databases 1 and 3, written by high-school
students and by employees of the US Census Bureau. Half of the images of each part come from
each of them, and no writer is in both parts. The digits were scaled to fit a box of 20 by 20
pixels, and placed with their centre of mass in the middle of the image.

On a scale from 0 to 1 the pixels of the 60,000 training images have the mean 0.1307 and the
standard deviation 0.3081.

.. rubric:: References

* Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document
  recognition", Proceedings of the IEEE, 86(11), 1998, pages 2278 to 2324.
"""


@validate_params({"data_home": [str, os.PathLike, None]}, prefer_skip_nested_validation=True)
def mnist_search_path(data_home=None):
    """List the folders in which the files of MNIST are looked for.

    Parameters
    ----------
    data_home : str or path-like, default=None
        A folder to look in first.

    Returns
    -------
    folders : list of pathlib.Path
        First `data_home`, if it is given. Then the folder in the environment variable
        ``SKMNIST_DATA_HOME``, if it is set. Last the folder ``mnist`` in scikit-learn's data
        home. The folders need not exist. A download goes into the first one.

    Examples
    --------
    >>> from skmnist.datasets import mnist_search_path
    >>> mnist_search_path("data")[0].name
    'data'
    """
    # what sklearn.datasets.get_data_home returns, but that creates the folder as well
    sklearn_home = os.environ.get("SCIKIT_LEARN_DATA", os.path.join("~", "scikit_learn_data"))
    folders = [
        data_home,
        os.environ.get(ENVIRONMENT_VARIABLE) or None,
        os.path.join(sklearn_home, "mnist"),
    ]
    paths = [Path(os.path.expanduser(folder)) for folder in folders if folder is not None]
    return list(dict.fromkeys(paths))


@validate_params({"data_home": [str, os.PathLike, None]}, prefer_skip_nested_validation=True)
def verify_mnist(data_home=None):
    """Verify the four files of MNIST on this machine, without a download.

    Parameters
    ----------
    data_home : str or path-like, default=None
        A folder to look in first; see `mnist_search_path` for the others.

    Returns
    -------
    paths : dict of str to pathlib.Path
        The path of each file.

    Raises
    ------
    DatasetError
        If a file is missing or bad. A bad file is renamed, so that its name ends in ``.bad``.

    Examples
    --------
    >>> from skmnist.datasets import verify_mnist
    >>> len(verify_mnist())  # doctest: +SKIP
    4
    """
    folders = mnist_search_path(data_home)
    paths = {}
    for name in FILES:
        paths[name] = find(name, folders)
        if paths[name] is None:
            raise missing(name, folders, ["fetch_mnist() would download it."])
        load(paths[name], name)
    return paths


@validate_params(
    {
        "subset": [StrOptions({"train", "test", "all"})],
        "data_home": [str, os.PathLike, None],
        "return_X_y": ["boolean"],
        "as_frame": ["boolean"],
        "download_if_missing": ["boolean"],
        "n_retries": [Interval(Integral, 0, None, closed="left")],
        "delay": [Interval(Real, 0.0, None, closed="neither")],
    },
    prefer_skip_nested_validation=True,
)
def fetch_mnist(
    *,
    subset="all",
    data_home=None,
    return_X_y=False,
    as_frame=False,
    download_if_missing=True,
    n_retries=3,
    delay=1.0,
):
    """Load the MNIST handwritten digits (classification). Download them if necessary.

    ===================   ======================
    Classes                                   10
    Samples total                         70,000
    Samples to train on                   60,000
    Samples to test on                    10,000
    Dimensionality                           784
    Features              integers from 0 to 255
    ===================   ======================

    The function looks for the four original files in the folders that `mnist_search_path`
    lists. They may be compressed with gzip. Every file is compared with the checksum of the
    original data.

    Parameters
    ----------
    subset : {"train", "test", "all"}, default="all"
        The 60,000 training images, the 10,000 test images, or both in this order. See also
        `mnist_split`.
    data_home : str or path-like, default=None
        A folder to look in first, and to download to. By default this is the folder in the
        environment variable ``SKMNIST_DATA_HOME``. If that is not set, it is the folder
        ``mnist`` in scikit-learn's data home.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.
    as_frame : bool, default=False
        Whether to return pandas objects.
    download_if_missing : bool, default=True
        Whether to download files that are not found. With False this is an error instead.
    n_retries : int, default=3
        How often to try all mirrors again if none delivers a file. With 0 the first failure of
        all mirrors is an error.
    delay : float, default=1.0
        Seconds to wait before each retry.

    Returns
    -------
    dataset : :class:`~sklearn.utils.Bunch`
        Dictionary-like object, with the following attributes.

        data : ndarray of uint8 of shape (n_samples, 784)
            The images, one in each row. A DataFrame if `as_frame`.
        target : ndarray of int64 of shape (n_samples,)
            The digits. A Series if `as_frame`.
        images : ndarray of uint8 of shape (n_samples, 28, 28)
            The same memory as `data`, in the shape of images.
        feature_names : list of str
            ``pixel_0_0`` to ``pixel_27_27``, row first.
        target_names : list of str
            ``"0"`` to ``"9"``.
        frame : DataFrame of shape (n_samples, 785) or None
            `data` and `target`, only if `as_frame`.
        DESCR : str
            A description of the data set.

    (data, target) : tuple if `return_X_y`
        The first two of these.

    Raises
    ------
    DatasetError
        If a file is neither found nor downloaded, or if it is damaged. A damaged file is
        renamed, so that its name ends in ``.bad``. The next call can then download a good one.
    ImportError
        If `as_frame` is true and pandas is not installed.

    Examples
    --------
    >>> from skmnist import fetch_mnist
    >>> mnist = fetch_mnist(subset="test")  # doctest: +SKIP
    >>> mnist.data.shape, mnist.images.shape  # doctest: +SKIP
    ((10000, 784), (10000, 28, 28))
    >>> X, y = fetch_mnist(return_X_y=True)  # doctest: +SKIP
    >>> X.shape, y.shape  # doctest: +SKIP
    ((70000, 784), (70000,))
    """
    # first, because a download may take long
    pandas = _import_pandas() if as_frame else None

    folders = mnist_search_path(data_home)
    mirrors = list(download.MIRRORS)
    paths = {}
    for name in _names(subset):
        path = find(name, folders)
        if path is None and not download_if_missing:
            raise missing(name, folders, ["It was not downloaded: download_if_missing=False."])
        if path is None:
            path, reasons = download.download(name, folders[0], mirrors, n_retries, delay)
        if path is None:
            failures = [f"  {url}: {reason}" for url, reason in reasons.items()]
            raise missing(name, folders, ["Tried to download:", *failures])
        paths[name] = path
    data, target = _load_arrays(paths)

    images = data.reshape(-1, 28, 28)
    feature_names = [f"pixel_{row}_{column}" for row in range(28) for column in range(28)]
    frame = None
    if as_frame:
        data = pandas.DataFrame(data, columns=feature_names, copy=False)
        target = pandas.Series(target, name="target", copy=False)
        frame = pandas.concat([data, target], axis=1)
    if return_X_y:
        return data, target
    return Bunch(
        data=data,
        target=target,
        frame=frame,
        feature_names=feature_names,
        target_names=[str(digit) for digit in range(10)],
        images=images,
        DESCR=_DESCR,
    )


def _import_pandas():
    try:
        import pandas
    except ImportError as error:
        raise ImportError(
            "fetch_mnist with as_frame=True needs pandas, which is not installed. Install it, "
            "for example with pip install 'skmnist[pandas]', or set as_frame=False."
        ) from error
    return pandas


def _names(subset):
    """List the names of a subset's files: images, labels, images, labels."""
    return [name for part in _SUBSETS[subset] for name in FILES if name.startswith(part)]


def _load_arrays(paths):
    """Load pairs of files (images and labels) one after the other into the same arrays."""
    names = list(paths)
    pairs = [*zip(names[::2], names[1::2], strict=True)]
    n_samples = sum(FILES[labels].shape[0] for _, labels in pairs)
    n_features = math.prod(FILES[names[0]].shape[1:])
    data = np.empty((n_samples, n_features), dtype=np.uint8)
    target = np.empty(n_samples, dtype=np.int64)
    start = 0
    for images, labels in pairs:
        digits = np.empty(FILES[labels].shape, dtype=np.uint8)
        rows = slice(start, start + len(digits))
        load(paths[images], images, data[rows])
        load(paths[labels], labels, digits)
        target[rows] = digits
        start = rows.stop
    return data, target


def mnist_split() -> PredefinedSplit:
    """Return the original split of MNIST into training and test images, for cross-validation.

    Returns
    -------
    cv : sklearn.model_selection.PredefinedSplit
        A single split of the images that ``fetch_mnist(subset="all")`` returns: the first
        60,000 are to train on, the last 10,000 to test on.

    Examples
    --------
    >>> from skmnist import mnist_split
    >>> [(train, test)] = mnist_split().split()
    >>> len(train), len(test)
    (60000, 10000)
    """
    (n_train,), (n_test,) = (FILES[f"{part}-labels-idx1-ubyte"].shape for part in _SUBSETS["all"])
    # -1: in no test set
    return PredefinedSplit(np.repeat([-1, 0], [n_train, n_test]))
