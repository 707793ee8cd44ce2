"""The digits of a picture, as a network is shown them."""

import os
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from skmnist.pictures.digits import separate_digits
from skmnist.pictures.form import default_box, draw, has_form
from skmnist.pictures.ink import find_ink
from skmnist.pictures.load import read_picture

# a small picture is enlarged first: lines are then drawn between its pixels
_LEAST_SIDE = 112


class Digit(NamedTuple):
    """A digit of a picture.

    Parameters
    ----------
    box : tuple of float (left, top, right, bottom)
        Where it is, as shares of the picture's width and height.
    image : ndarray of uint8 of shape image_shape
        What a network is shown: MNIST's form.
    n_ink : int
        How many pixels of the picture are its ink.

    Examples
    --------
    >>> import numpy as np
    >>> from skmnist.pictures import find_digits
    >>> paper = np.full((100, 200), 255, np.uint8)
    >>> paper[20:80, 95:105] = 0  # a 1
    >>> (digit,) = find_digits(paper)
    >>> digit.image.shape, digit.n_ink
    ((28, 28), 600)
    """

    box: tuple
    image: np.ndarray
    n_ink: int


def find_digits(picture, image_shape=(28, 28), box_shape=None):
    """Find the digits of a picture, and bring each into MNIST's form.

    Parameters
    ----------
    picture : path-like, PIL.Image.Image or ndarray
        Any picture of digits: dark on light or light on dark, in any colours.
    image_shape : tuple of int, default=(28, 28)
        Height and width of the images.
    box_shape : tuple of int, default=None
        Height and width of the box in their middle that a digit fills; MNIST's 20×20 in proportion
        by default.

    Returns
    -------
    digits : list of Digit
        From left to right, and line by line, at most 200. Empty if there is nothing on the
        paper, or more than 4,000 separate pieces of ink.

    Raises
    ------
    OSError
        If a file cannot be opened: ``FileNotFoundError``, ``IsADirectoryError`` or
        ``PermissionError``.
    ValueError
        If a file is not a PNG, JPEG, BMP, GIF, TIFF, WebP or PNM picture, is damaged, or has more
        than 64 million pixels, which is found out before it is decoded; if an array is no picture.
    TypeError
        If the picture is something else.

    Examples
    --------
    >>> import numpy as np
    >>> from skmnist.pictures import find_digits
    >>> picture = np.full((200, 300), 240, np.uint8)
    >>> picture[50:150, 60:70] = picture[50:150, 200:210] = 20  # eleven
    >>> [digit.image.shape for digit in find_digits(picture)]
    [(28, 28), (28, 28)]
    """
    pixels = read_picture(picture)
    box_shape = box_shape or default_box(image_shape)
    found = find_ink(pixels)
    if found is None:
        return []
    ink, noise = found
    if ink.shape == tuple(image_shape) and noise == 0:
        image = np.minimum(ink / ink.max(), 1)
        if has_form(image[None], box_shape)[0]:
            image = np.rint(255 * image).astype(np.uint8)
            return [Digit((0.0, 0.0, 1.0, 1.0), image, int(np.count_nonzero(image)))]
    height, width = ink.shape
    zoom = -(-_LEAST_SIDE // max(height, width)) if max(height, width) < _LEAST_SIDE else 1
    if zoom > 1:
        ink = np.clip(ndimage.zoom(ink, zoom, order=3, mode="nearest", grid_mode=True), 0, None)
    margin = max(2, zoom)
    ink = np.pad(ink, margin)
    digits = []
    for place, mask in separate_digits(ink, noise):
        top, bottom, left, right = (edge for part in place for edge in (part.start, part.stop))
        box = (
            (left - margin) / (width * zoom),
            (top - margin) / (height * zoom),
            (right - margin) / (width * zoom),
            (bottom - margin) / (height * zoom),
        )
        around = ink[top - margin : bottom + margin, left - margin : right + margin]
        own, mask = _own_ink(around, np.pad(mask, margin), noise, edge=max(1, zoom // 2))
        n_ink = int(mask.sum() / zoom**2)
        digits.append(Digit(box, draw(own, mask, image_shape, box_shape), n_ink))
    return digits


def _own_ink(ink, mask, noise, edge):
    """Return the ink of one digit, from 0 to 1, and where it is."""
    # the grey edge of a stroke belongs to it
    own = np.where(ndimage.binary_dilation(mask, iterations=edge), ink, 0)
    full = np.quantile(own[mask], 0.8)
    floor = min(max(0.06, 3 * noise), 0.3)
    return np.clip((own / full - floor) / (1 - floor), 0, 1), mask


def main_digit(digits, image_shape):
    """Return the image of the digit with the most ink, or an empty one if there is none."""
    if not digits:
        return np.zeros(image_shape, np.uint8)
    return max(digits, key=lambda digit: digit.n_ink).image


def load_image(
    path: str | os.PathLike[str], image_shape: tuple[int, int] = (28, 28)
) -> NDArray[np.uint8]:
    """Read a picture of a digit as a grey image in MNIST's form.

    Parameters
    ----------
    path : path-like
        A picture as `find_digits` takes it. If it has several digits, that with the most ink
        counts.
    image_shape : tuple of int, default=(28, 28)
        Height and width of the image that is returned.

    Returns
    -------
    image : ndarray of shape (height, width), uint8
        0 is background, 255 is ink. Only zeros if there is nothing on the paper.

    Raises
    ------
    OSError, ValueError
        If the picture cannot be read; see `find_digits`.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from PIL import Image
    >>> from skmnist.pictures import load_image
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "digit.png"
    ...     Image.new("L", (640, 480), "white").save(path)
    ...     image = load_image(path)
    >>> image.shape, int(image.max())
    ((28, 28), 0)
    """
    return main_digit(find_digits(path, image_shape), image_shape)
