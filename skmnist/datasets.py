"""The MNIST data set: looked for on this machine, else downloaded; verified in any case."""

import contextlib
import gzip
import hashlib
import math
import os
import struct
import time
import uuid
import warnings
import zlib
from numbers import Integral, Real
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.model_selection import PredefinedSplit
from sklearn.utils import Bunch
from sklearn.utils._optional_dependencies import check_pandas_support
from sklearn.utils._param_validation import Interval, StrOptions, validate_params


class _File(NamedTuple):
    """What a file must hold: an array of this shape, and these bytes."""

    shape: tuple
    # of the uncompressed file, since mirrors compress differently
    sha256: str


_FILES = {
    "train-images-idx3-ubyte": _File(
        (60_000, 28, 28), "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"
    ),
    "train-labels-idx1-ubyte": _File(
        (60_000,), "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"
    ),
    "t10k-images-idx3-ubyte": _File(
        (10_000, 28, 28), "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"
    ),
    "t10k-labels-idx1-ubyte": _File(
        (10_000,), "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
    ),
}

_SUBSETS = {"train": ["train"], "test": ["t10k"], "all": ["train", "t10k"]}

_MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "http://yann.lecun.com/exdb/mnist/",
)

_CONNECT_TIMEOUT = 10
_READ_TIMEOUT = 30

_CHUNK_BYTES = 2**20

_ENVIRONMENT_VARIABLE = "SKMNIST_DATA_HOME"

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


class DatasetError(OSError):
    """A file of the data set is missing, cannot be used, or cannot be downloaded."""


class _BadContentError(Exception):
    """What is wrong with the content of a file."""


# -- reading


def _is_gzip(file):
    return file.peek(2)[:2] == b"\x1f\x8b"


def _read(path, name, out=None):
    """Read the items of an IDX file into an array, or raise _BadContentError.

    Whether it is compressed is seen from its content, since browsers unpack files without
    renaming them.

    Parameters
    ----------
    path : path-like
    name : str
        Which of the files it should be.
    out : C-contiguous ndarray of uint8, default=None
        Where to, so that there is never a second copy; None to verify the file only.
    """
    shape, sha256 = _FILES[name]
    if out is None:
        out = np.empty(shape, dtype=np.uint8)
    with contextlib.ExitStack() as stack:
        stream = stack.enter_context(open(path, "rb"))
        gzipped = _is_gzip(stream)
        if gzipped:
            stream = stack.enter_context(gzip.GzipFile(fileobj=stream))
        try:
            header = _read_header(stream, shape)
            digest = _read_items(stream, header, out)
        except EOFError:
            raise _BadContentError("truncated gzip archive: its end is missing") from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise _BadContentError(f"damaged gzip archive: {error}") from None
        except _BadContentError as error:
            if os.fspath(path).endswith(".gz") and not gzipped:
                raise _BadContentError(f"not a gzip archive, and {error}") from None
            raise
    if digest != sha256:
        raise _BadContentError(
            "other content in the right format, be it damaged or that of another data set "
            f"(Fashion-MNIST uses the same file names): its SHA-256 is {digest}, not {sha256}"
        )


def _read_header(stream, shape):
    """Return the header of an IDX file if it announces bytes in this shape."""
    # two zero bytes, 8 for "unsigned byte", and the number of dimensions; then each of them
    magic = 0x0800 + len(shape)
    expected = struct.pack(f">{1 + len(shape)}I", magic, *shape)
    header = stream.read(len(expected))
    if not header:
        raise _BadContentError("empty")
    if header[:4] != expected[:4]:
        reason = f"it begins with {header!r}, not with the IDX magic number {magic}"
        if header.lstrip()[:5].lower() in {b"<!doc", b"<html"}:
            reason += ": a web page, as it seems"
        elif header[:3] == expected[:3]:
            reason += ": images and labels mixed up, as it seems"
        raise _BadContentError(reason)
    if len(header) < len(expected):
        size = len(expected) + math.prod(shape)
        raise _BadContentError(f"truncated: {len(header):,} of {size:,} bytes")
    if header != expected:
        found = struct.unpack(f">{len(shape)}I", header[4:])
        raise _BadContentError(f"it holds an array of shape {found}, not {shape}")
    return header


def _read_items(stream, header, out):
    """Fill an array from what follows the header; return the SHA-256 of both."""
    digest = hashlib.sha256(header)
    items = memoryview(out).cast("B")
    size = len(header) + len(items)
    start = 0
    while start < len(items):
        n_read = stream.readinto(items[start : start + _CHUNK_BYTES])
        if not n_read:
            raise _BadContentError(f"truncated: {len(header) + start:,} of {size:,} bytes")
        digest.update(items[start : start + n_read])
        start += n_read
    # this also makes gzip check its own checksum
    if stream.read(1):
        raise _BadContentError(f"longer than the {size:,} bytes it should have")
    return digest.hexdigest()


def _load(path, name, out=None):
    """Read a file of the user's; one that is bad is set aside, and an error."""
    try:
        _read(path, name, out)
    except _BadContentError as error:
        raise DatasetError(f"{path} is not good: {error}. {_set_aside(path)}") from None
    except OSError as error:
        raise DatasetError(
            f"{path} cannot be read: {error.strerror or error}. Make it readable, or put a "
            "good copy in its place."
        ) from error


def _set_aside(path):
    """Rename a bad file, so that a good one can take its place; say what to do now."""
    bad = path.with_name(path.name + ".bad")
    # one that was set aside before is the user's as well
    for i in range(2, 1000):
        if not os.path.lexists(bad):
            break
        bad = path.with_name(f"{path.name}.bad{i}")
    try:
        os.rename(path, bad)
    except FileNotFoundError:
        # by another process that found the same
        outcome = "It has been set aside already"
    except OSError as error:
        return (
            f"It was left where it is, since {path.parent} is not writable "
            f"({error.strerror or error}): delete it, put a good copy in its place, or set "
            f"{_ENVIRONMENT_VARIABLE} to another folder."
        )
    else:
        outcome = f"It was set aside as {bad}"
    return (
        f"{outcome}: call fetch_mnist() again to have the file downloaded, or put a good copy "
        f"into {path.parent}."
    )


# -- finding


def _find(name, folders):
    """Return the path of a file under any of its usual names, or None."""
    for folder in folders:
        for suffix in ["", ".gz"]:
            # as some mirrors and archives spell it
            for spelling in [name, name.replace("-idx", ".idx")]:
                path = folder / (spelling + suffix)
                if os.path.isfile(path):
                    return path
    return None


def _missing(name, folders, outcome):
    """Return the error for a file that is nowhere to be had."""
    lines = [f"The MNIST file {name} was not found. Looked in:"]
    for folder in folders:
        if not os.path.isdir(folder):
            remark = " (no such folder)"
        elif not os.access(folder, os.R_OK | os.X_OK):
            remark = " (no permission to read it)"
        else:
            remark = ""
        lines.append(f"  {folder}{remark}")
    lines += outcome
    lines.append(
        f"Put the four files {_four_files()} into {folders[0]}, or set the environment variable "
        f"{_ENVIRONMENT_VARIABLE} to a folder that holds them."
    )
    return DatasetError("\n".join(lines))


def _four_files():
    *names, last = _FILES
    return f"{', '.join(names)} and {last} (as they are or as .gz)"


# -- downloading


def _download(name, folder, mirrors, n_retries, delay):
    """Download a file from the first mirror that has it.

    Parameters
    ----------
    name : str
    folder : Path
    mirrors : list of str
        One that does not answer is removed: waiting for it once is enough.
    n_retries : int
    delay : float

    Returns
    -------
    path : Path or None
        The verified file; None if no mirror delivered it.
    reasons : dict of str to str
        Why not, for each URL that was tried.
    """
    # slow to import, and mostly not needed
    import requests

    reasons = {}
    for attempt in range(n_retries + 1):
        if attempt:
            warnings.warn(
                f"Retry downloading {name}, {attempt} of {n_retries}, in {delay:g} s: no mirror "
                "delivered it.",
                # the caller of fetch_mnist, which is wrapped to have its parameters validated
                stacklevel=4,
            )
            time.sleep(delay)
        for mirror in [*mirrors]:
            url = f"{mirror}{name}.gz"
            started = time.monotonic()
            try:
                return _download_from(url, name, folder), reasons
            except _BadContentError as error:
                reasons[url] = f"it served a bad file: {error}"
            except requests.RequestException as error:
                reasons[url] = _root_cause(error)
                unreachable = isinstance(error, (requests.ConnectionError, requests.Timeout))
                # be it that the name server or that the mirror is silent
                if unreachable and time.monotonic() - started > _CONNECT_TIMEOUT / 2:
                    mirrors.remove(mirror)
        if not mirrors:
            break
    return None, reasons


def _root_cause(error):
    """Return in a few words why a request failed."""
    if error.response is not None:
        return f"HTTP {error.response.status_code} {error.response.reason}"
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return reason.splitlines()[0][:120]


def _download_from(url, name, folder):
    """Download a file and verify it; only then does it get its name."""
    import pooch
    import requests

    # identity: else a server might have requests unpack what it downloads
    downloader = pooch.HTTPDownloader(
        progressbar=True,
        chunk_size=2**16,
        timeout=(_CONNECT_TIMEOUT, _READ_TIMEOUT),
        headers={"Accept-Encoding": "identity"},
    )
    # not of tempfile, whose files no other user may read
    temporary = folder / f"{name}.{uuid.uuid4().hex}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        temporary.touch(exist_ok=False)
        downloader(url, temporary, None)
        _read(temporary, name)
        with open(temporary, "rb") as file:
            path = folder / (f"{name}.gz" if _is_gzip(file) else name)
        try:
            os.replace(temporary, path)
        except PermissionError:
            # Windows does not replace what another process is reading, which is as good
            if not path.is_file():
                raise
    except requests.RequestException:
        # an OSError as well, but the mirror's
        raise
    except OSError as error:
        raise DatasetError(
            f"The MNIST file {name} is needed, but a download cannot be saved in {folder}: "
            f"{error.strerror or error}. Put the four files {_four_files()} there, or give "
            f"another folder as data_home or in the environment variable {_ENVIRONMENT_VARIABLE}."
        ) from error
    finally:
        # whatever happens, Ctrl-C included
        with contextlib.suppress(OSError):
            temporary.unlink()
    return path


# -- the public functions


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
        `data_home` if given; the environment variable ``SKMNIST_DATA_HOME`` if set;
        ``mnist`` in scikit-learn's data home. They need not exist. Downloads go into the
        first one.

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
        os.environ.get(_ENVIRONMENT_VARIABLE) or None,
        os.path.join(sklearn_home, "mnist"),
    ]
    paths = [Path(os.path.expanduser(folder)) for folder in folders if folder is not None]
    return list(dict.fromkeys(paths))


@validate_params({"data_home": [str, os.PathLike, None]}, prefer_skip_nested_validation=True)
def verify_mnist(data_home=None):
    """Verify the four files of MNIST on this machine; nothing is downloaded.

    Parameters
    ----------
    data_home : str or path-like, default=None
        A folder to look in first; see `mnist_search_path` for the others.

    Returns
    -------
    paths : dict of str to pathlib.Path
        Where each file was found.

    Raises
    ------
    DatasetError
        If a file is missing or bad. A bad one is renamed, to end in ``.bad``.
    """
    folders = mnist_search_path(data_home)
    paths = {}
    for name in _FILES:
        paths[name] = _find(name, folders)
        if paths[name] is None:
            raise _missing(name, folders, ["fetch_mnist() would download it."])
        _load(paths[name], name)
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
    """Load the MNIST handwritten digits (classification), downloading them if need be.

    =================   =====================
    Classes                                10
    Samples total                      70,000
    Samples to train on                60,000
    Samples to test on                 10,000
    Dimensionality                        784
    Features            integers from 0 to 255
    =================   =====================

    The four original files are looked for in the folders that `mnist_search_path` lists,
    compressed with gzip or not. What is loaded is verified, byte for byte, to be the
    original data.

    Parameters
    ----------
    subset : {"train", "test", "all"}, default="all"
        The 60,000 training images, the 10,000 test images, or both in this order; see
        `mnist_split`.
    data_home : str or path-like, default=None
        A folder to look in first, and to download to. By default it is that of the
        environment variable ``SKMNIST_DATA_HOME`` or, if that is not set, ``mnist`` in
        scikit-learn's data home.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.
    as_frame : bool, default=False
        Whether to return pandas objects.
    download_if_missing : bool, default=True
        Whether to download files that are not found, instead of raising an error.
    n_retries : int, default=3
        How often to go through the list of mirrors again if none delivers a file; 0 to fail
        at once.
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
        If a file cannot be had, or is not what it should be. A bad file is renamed, to end
        in ``.bad``, so that the next call can download a good one.

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
    # first, since what may follow takes long
    pandas = check_pandas_support("fetch_mnist with as_frame=True") if as_frame else None

    folders = mnist_search_path(data_home)
    mirrors = list(_MIRRORS)
    paths = {}
    for name in _names(subset):
        path = _find(name, folders)
        if path is None and not download_if_missing:
            raise _missing(name, folders, ["It was not downloaded: download_if_missing=False."])
        if path is None:
            path, reasons = _download(name, folders[0], mirrors, n_retries, delay)
        if path is None:
            failures = [f"  {url}: {reason}" for url, reason in reasons.items()]
            raise _missing(name, folders, ["Tried to download:", *failures])
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


def _names(subset):
    """List the names of a subset's files: images, labels, images, labels."""
    return [name for part in _SUBSETS[subset] for name in _FILES if name.startswith(part)]


def _load_arrays(paths):
    """Load pairs of files, images and labels, one after the other into the same arrays."""
    names = list(paths)
    pairs = [*zip(names[::2], names[1::2], strict=True)]
    n_samples = sum(_FILES[labels].shape[0] for _, labels in pairs)
    n_features = math.prod(_FILES[names[0]].shape[1:])
    data = np.empty((n_samples, n_features), dtype=np.uint8)
    target = np.empty(n_samples, dtype=np.int64)
    start = 0
    for images, labels in pairs:
        digits = np.empty(_FILES[labels].shape, dtype=np.uint8)
        rows = slice(start, start + len(digits))
        _load(paths[images], images, data[rows])
        _load(paths[labels], labels, digits)
        target[rows] = digits
        start = rows.stop
    return data, target


def mnist_split():
    """Return the original split of MNIST into training and test images, for cross-validation.

    Returns
    -------
    cv : sklearn.model_selection.PredefinedSplit
        A single split, for ``fetch_mnist(subset="all")``: the first 60,000 images to train
        on, the last 10,000 to test on.

    Examples
    --------
    >>> from skmnist import mnist_split
    >>> [(train, test)] = mnist_split().split()
    >>> len(train), len(test)
    (60000, 10000)
    """
    (n_train,), (n_test,) = (_FILES[f"{part}-labels-idx1-ubyte"].shape for part in _SUBSETS["all"])
    # -1: in no test set
    return PredefinedSplit(np.repeat([-1, 0], [n_train, n_test]))
