"""Images in a CSV file, one a row: the form in which Kaggle and others give MNIST."""

import contextlib
import csv
import gzip
import io
import itertools
import math
import os
import re
import warnings
import zlib
from pathlib import Path

import numpy as np
from sklearn.utils import Bunch

from skmnist._sklearn import StrOptions, validate_params
from skmnist._warnings import own_filters
from skmnist.datasets.files import DatasetError, is_gzip

#: What a header calls the column of labels, in whatever case.
_LABEL_NAMES = {"label", "labels", "class", "target", "digit", "y"}

#: From so many columns on, a line that counts them is taken for a header, and not for pixels.
_NUMBERED = 16

_N_LINES = 1000  # parsed at a time
_LONGEST_LINE = 2**24
#: How many times its own size a compressed file may unfold to: images of digits make 10 times.
_LARGEST_GROWTH = 100

_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)


@validate_params(
    {
        "path": [str, os.PathLike],
        "label_column": [StrOptions({"auto", "first", "last"}), None],
        "return_X_y": ["boolean"],
    },
    prefer_skip_nested_validation=True,
)
def load_csv(path, *, label_column="auto", return_X_y=False):
    r"""Load images from a CSV file, such as Kaggle's ``train.csv`` and ``test.csv`` of digits.

    Each row is an image: its label and its pixels, row by row, with commas between them. A
    header such as ``label,pixel0,pixel1,...`` may come first. The file may be compressed with
    gzip. Images must be square, of any size.

    Parameters
    ----------
    path : str or path-like
        The file.
    label_column : {"auto", "first", "last"} or None, default="auto"
        Which column holds the labels; None means that there are only pixels. With "auto", it is
        the one that the header calls ``label``, ``class``, ``target``, ``digit`` or ``y``. If
        there is no such name, the number of columns tells: that of the pixels of a square image
        means no labels, and one more means that labels come first.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    dataset : :class:`~sklearn.utils.Bunch`
        Dictionary-like object, with the following attributes.

        data : ndarray of shape (n_samples, n_pixels)
            The images, one in each row: uint8 if all pixels are whole numbers, else float32.
        target : ndarray of shape (n_samples,) or None
            The labels: int64, or strings if they are no numbers. None if there are none.
        images : ndarray of shape (n_samples, height, width)
            The same memory as `data`, in the shape of images.
        feature_names : list of str
            Of the pixels: as in the header, else ``pixel_0_0`` and so on, row first.
        filename : str
            The path of the file.

    (data, target) : tuple if `return_X_y`
        The first two of these.

    Raises
    ------
    OSError
        If the file cannot be opened, such as a ``FileNotFoundError``.
    DatasetError
        If the file does not hold such images. The message names the line and the column.

    See Also
    --------
    skmnist.fetch_mnist : MNIST from its original files.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skmnist.datasets import load_csv
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "train.csv"
    ...     _ = path.write_text("label,pixel0,pixel1,pixel2,pixel3\n7,0,255,0,128\n1,0,9,0,9\n")
    ...     X, y = load_csv(path, return_X_y=True)
    >>> X, y
    (array([[  0, 255,   0, 128],
           [  0,   9,   0,   9]], dtype=uint8), array([7, 1]))
    """
    path = Path(path)
    with _numbered_lines(path) as lines:
        table = _Table(path, next(lines, None), label_column)
        data, labels = table.read(lines)
    target = None if labels is None else table.target(labels)
    if return_X_y:
        return data, target
    return Bunch(
        data=data,
        target=target,
        images=data.reshape(-1, table.side, table.side),
        feature_names=table.pixel_names(),
        filename=os.fspath(path),
    )


@contextlib.contextmanager
def _numbered_lines(path):
    """Open a file, and give an iterator of its lines that are not blank, with their numbers."""
    with contextlib.ExitStack() as stack:
        stream = stack.enter_context(open(path, "rb"))
        limit = None
        if is_gzip(stream):
            limit = _LARGEST_GROWTH * (os.path.getsize(path) + 2**10)
            stream = stack.enter_context(gzip.GzipFile(fileobj=stream))
        try:
            # what is no text will be no number either
            yield _lines(path, io.TextIOWrapper(stream, "utf-8-sig", errors="replace"), limit)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise DatasetError(f"{path} is a damaged gzip archive: {error}") from None


def _lines(path, text, limit):
    size = 0
    for number in itertools.count(1):
        line = text.readline(_LONGEST_LINE)
        size += len(line)
        if len(line) == _LONGEST_LINE:
            raise DatasetError(f"{path}, line {number} is too long to be an image")
        if limit is not None and size > limit:
            raise DatasetError(f"{path} unfolds to more than {_LARGEST_GROWTH} times its size")
        if not line:
            return
        if not line.isspace():
            yield number, line.rstrip("\n")


class _Table:
    """What the first line of a file says of all, and the reading of the others."""

    def __init__(self, path, first, label_column):
        self.path = path
        if first is None:
            raise DatasetError(f"{path} is empty")
        number, line = first
        fields = _split(line)
        self.names = [name.strip() for name in fields] if _is_header(fields) else None
        # a line that is no header holds an image
        self.first = [] if self.names else [first]
        self.n_columns = len(fields)
        self.label_column = label_column
        if label_column == "auto":
            self.label_column = self._find_labels(number)
        self.n_pixels = self.n_columns - (self.label_column is not None)
        self.side = math.isqrt(self.n_pixels)
        if self.n_pixels < 4 or self.side**2 != self.n_pixels:
            raise DatasetError(
                f"{path}, line {number} has {self.n_columns:,} column"
                f"{'s' * (self.n_columns != 1)}, separated by commas: neither the pixels of a "
                "square image, such as 784, nor a label and such pixels"
            )

    def _find_labels(self, number):
        named = [
            column for column, name in enumerate(self.names or ()) if name.lower() in _LABEL_NAMES
        ]
        if not named:
            is_square = math.isqrt(self.n_columns) ** 2 == self.n_columns
            return None if is_square else "first"
        if named == [0]:
            return "first"
        if named == [self.n_columns - 1]:
            return "last"
        names = ", ".join(f"{column + 1} ({self.names[column]})" for column in named)
        raise DatasetError(
            f"{self.path}, line {number}: column {names} cannot be that of the labels, which is "
            "the first or the last one; see label_column"
        )

    def read(self, lines):
        """Return pixels and labels, the latter as pairs of the line's number and text."""
        lines = itertools.chain(self.first, lines)
        blocks, labels = [], []
        while block := list(itertools.islice(lines, _N_LINES)):
            parts = [self._without_label(line) for _, line in block]
            blocks.append(self._pixels(block, [pixels for pixels, _ in parts]))
            numbers = (number for number, _ in block)
            labels += zip(numbers, (label for _, label in parts), strict=True)
        if not blocks:
            raise DatasetError(f"{self.path} has a header, but no images below it")
        return np.concatenate(blocks), labels if self.label_column else None

    def _without_label(self, line):
        """Return the pixels and the label of a line, both as text."""
        if self.label_column is None:
            return line, None
        if self.label_column == "first":
            label, _, pixels = line.partition(",")
        else:
            pixels, _, label = line.rpartition(",")
        if label.count('"') % 2:  # a comma is part of the label
            fields = _split(line)
            label = fields.pop(0 if self.label_column == "first" else -1)
            pixels = ",".join(fields)
        return pixels, label.strip().strip('"')

    def _pixels(self, block, texts):
        for dtype in (np.uint8, np.float64):
            with contextlib.suppress(ValueError, DeprecationWarning):
                pixels = _parse(texts, dtype)
                if pixels.shape == (len(texts), self.n_pixels) and _are_pixels(pixels):
                    return _compact(pixels)
        # which pixel it is that is none
        for number, line in block:
            self._check(number, _split(line))
        raise DatasetError(
            f"{self.path}, lines {block[0][0]} to {block[-1][0]} cannot be read as pixels"
        )

    def _check(self, number, fields):
        if len(fields) != self.n_columns:
            raise DatasetError(
                f"{self.path}, line {number} has {len(fields):,} columns, but the first one has "
                f"{self.n_columns:,}"
            )
        start = int(self.label_column == "first")
        for column in range(start, start + self.n_pixels):
            text = fields[column]
            if not (_NUMBER.fullmatch(text) and 0 <= float(text) <= 255):
                raise self._error(number, column, f"{_shown(text)} is no pixel from 0 to 255")

    def target(self, labels):
        """Return labels as an array: of whole numbers if the first one is a whole number."""
        column = 0 if self.label_column == "first" else self.n_columns - 1
        convert = str if _whole(labels[0][1]) is None else _whole
        values = []
        for number, text in labels:
            value = convert(text) if text else None
            if "\ufffd" in text:  # other labels may have become the same
                raise self._error(number, column, f"{_shown(text)} is no text in UTF-8")
            if value is None:
                what = "no whole number, but the first label is" if text else "no label"
                raise self._error(number, column, f"{_shown(text)} is {what}")
            values.append(value)
        return np.array(values, np.int64 if convert is _whole else np.str_)

    def _error(self, number, column, text):
        name = f" ({self.names[column]})" if self.names else ""
        return DatasetError(f"{self.path}, line {number}, column {column + 1}{name}: {text}")

    def pixel_names(self):
        if self.names is None:
            side = range(self.side)
            return [f"pixel_{row}_{column}" for row in side for column in side]
        start = int(self.label_column == "first")
        return self.names[start : start + self.n_pixels]


def _split(line):
    try:
        return next(csv.reader([line]))
    except csv.Error:  # a quote that is not closed makes one field of many
        return line.split(",")


def _is_header(fields):
    names = [field.strip().lower() for field in fields]
    # a pixel that is missing is no word
    n_words = sum(name not in ("", "nan") and not _NUMBER.fullmatch(name) for name in names)
    # labels may be words, too; and tables of pandas number their columns
    return (
        n_words > 1
        or not _LABEL_NAMES.isdisjoint(names)
        or (len(names) >= _NUMBERED and names == [str(column) for column in range(len(names))])
    )


def _parse(texts, dtype):
    with own_filters():
        warnings.simplefilter("error", DeprecationWarning)  # of whole numbers with a point
        return np.loadtxt(texts, dtype, delimiter=",", comments=None, quotechar='"', ndmin=2)


def _are_pixels(pixels):
    # not a number is neither
    return pixels.dtype == np.uint8 or bool(((pixels >= 0) & (pixels <= 255)).all())


def _compact(pixels):
    if (pixels == pixels.astype(np.uint8)).all():
        return pixels.astype(np.uint8, copy=False)
    return pixels.astype(np.float32)


def _whole(text):
    """Return the whole number that a text holds; None if it is none."""
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text)
    # larger ones are no exact floats
    return int(number) if number.is_integer() and abs(number) < 2**53 else None


def _shown(text):
    return repr(text if len(text) <= 20 else f"{text[:20]}…")
