"""The four files of MNIST: their names, their format, and their checksums."""

import contextlib
import gzip
import hashlib
import math
import os
import struct
import zlib
from typing import NamedTuple

import numpy as np

ENVIRONMENT_VARIABLE = "SKMNIST_DATA_HOME"

_CHUNK_BYTES = 2**20
_SLACK_BYTES = 2**10


class File(NamedTuple):
    """The content that a file must have: an array of this shape, with this checksum."""

    shape: tuple
    # of the uncompressed file, since mirrors compress differently
    sha256: str


FILES = {
    "train-images-idx3-ubyte": File(
        (60_000, 28, 28), "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"
    ),
    "train-labels-idx1-ubyte": File(
        (60_000,), "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"
    ),
    "t10k-images-idx3-ubyte": File(
        (10_000, 28, 28), "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"
    ),
    "t10k-labels-idx1-ubyte": File(
        (10_000,), "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
    ),
}


class DatasetError(OSError):
    """A file of the data set is missing, cannot be used, or cannot be downloaded.

    Examples
    --------
    >>> from skmnist.datasets import DatasetError
    >>> try:
    ...     raise DatasetError("train-images-idx3-ubyte is missing")
    ... except OSError as error:
    ...     print(error)
    train-images-idx3-ubyte is missing
    """


class BadContentError(Exception):
    """The content of a file is not the original. The message says what is wrong with it."""


def largest_size(name):
    """Return how many bytes a good file may have, compressed or not."""
    shape = FILES[name].shape
    # gzip makes no file larger than by some bytes for each 16 kB, and has a header of its own
    return math.prod(shape) * 1001 // 1000 + _SLACK_BYTES


def is_gzip(file):
    """Tell whether a buffered binary file is a gzip archive. Its position stays the same."""
    return file.peek(2)[:2] == b"\x1f\x8b"


def read(path, name, out=None):
    """Read the items of an IDX file into an array, or raise BadContentError.

    The content shows whether the file is compressed, because browsers unpack files without
    renaming them.

    Parameters
    ----------
    path : path-like
    name : str
        Which of the files it should be, a key of `FILES`.
    out : C-contiguous ndarray of uint8, default=None
        The array to fill, so that there is never a second copy. With None the file is only
        verified.
    """
    shape, sha256 = FILES[name]
    if out is None:
        out = np.empty(shape, dtype=np.uint8)
    with contextlib.ExitStack() as stack:
        stream = stack.enter_context(open(path, "rb"))
        gzipped = is_gzip(stream)
        if gzipped:
            stream = stack.enter_context(gzip.GzipFile(fileobj=stream))
        try:
            header = _read_header(stream, shape)
            digest = _read_items(stream, header, out)
        except EOFError:
            raise BadContentError("truncated gzip archive: its end is missing") from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise BadContentError(f"damaged gzip archive: {error}") from None
        except BadContentError as error:
            if os.fspath(path).endswith(".gz") and not gzipped:
                raise BadContentError(f"not a gzip archive, and {error}") from None
            raise
    if digest != sha256:
        raise BadContentError(
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
        raise BadContentError("empty")
    if header[:4] != expected[:4]:
        reason = f"it begins with {header!r}, not with the IDX magic number {magic}"
        if header.lstrip()[:5].lower() in {b"<!doc", b"<html"}:
            reason += ": a web page, as it seems"
        elif header[:3] == expected[:3]:
            reason += ": images and labels mixed up, as it seems"
        raise BadContentError(reason)
    if len(header) < len(expected):
        size = len(expected) + math.prod(shape)
        raise BadContentError(f"truncated: {len(header):,} of {size:,} bytes")
    if header != expected:
        found = struct.unpack(f">{len(shape)}I", header[4:])
        raise BadContentError(f"it holds an array of shape {found}, not {shape}")
    return header


def _read_items(stream, header, out):
    """Fill an array with the bytes after the header, and return the SHA-256 of both."""
    digest = hashlib.sha256(header)
    items = memoryview(out).cast("B")
    size = len(header) + len(items)
    start = 0
    while start < len(items):
        n_read = stream.readinto(items[start : start + _CHUNK_BYTES])
        if not n_read:
            raise BadContentError(f"truncated: {len(header) + start:,} of {size:,} bytes")
        digest.update(items[start : start + n_read])
        start += n_read
    # this also makes gzip check its own checksum
    if stream.read(1):
        raise BadContentError(f"longer than the {size:,} bytes it should have")
    return digest.hexdigest()


def load(path, name, out=None):
    """Read a file. A bad file is set aside, and raises DatasetError."""
    try:
        read(path, name, out)
    except BadContentError as error:
        raise DatasetError(f"{path} is not good: {error}. {_set_aside(path)}") from None
    except OSError as error:
        raise DatasetError(
            f"{path} cannot be read: {error.strerror or error}. Make it readable, or put a "
            "good copy in its place."
        ) from error


def _set_aside(path):
    """Rename a bad file, so that a good one can take its place. Return what to do now."""
    bad = path.with_name(path.name + ".bad")
    # a file that was set aside before belongs to the user too: it is not overwritten
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
            f"{ENVIRONMENT_VARIABLE} to another folder."
        )
    else:
        outcome = f"It was set aside as {bad}"
    return (
        f"{outcome}: call fetch_mnist() again to have the file downloaded, or put a good copy "
        f"into {path.parent}."
    )


def find(name, folders):
    """Return the path of a file under any of its usual names, or None."""
    for folder in folders:
        for suffix in ["", ".gz"]:
            # as some mirrors and archives spell it
            for spelling in [name, name.replace("-idx", ".idx")]:
                path = folder / (spelling + suffix)
                if os.path.isfile(path):
                    return path
    return None


def missing(name, folders, outcome):
    """Return the error for a file that was neither found nor downloaded."""
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
        f"Put the four files {four_files()} into {folders[0]}, or set the environment variable "
        f"{ENVIRONMENT_VARIABLE} to a folder that holds them."
    )
    return DatasetError("\n".join(lines))


def four_files():
    """Name all files, as part of a sentence."""
    *names, last = FILES
    return f"{', '.join(names)} and {last} (as they are or as .gz)"
