"""The digits of a picture, as a network is shown them."""

from typing import NamedTuple

import numpy as np
from scipy import ndimage

from skmnist.pictures.digits import separate_digits
from skmnist.pictures.form import default_box, draw, has_form
from skmnist.pictures.ink import find_ink
from skmnist.pictures.load import read_picture

# a small picture is enlarged first: lines are then drawn between its pixels
_LEAST_SIDE = 112


class Digit(NamedTuple):
    """A digit of a picture.

    Attributes
    ----------
    box : tuple of float (left, top, right, bottom)
        Where it is, as shares of the picture's width and height.
    image : ndarray of uint8 of shape image_shape
        What a network is shown: MNIST's form.
    n_ink : int
        How many pixels of the picture are its ink.
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
        From left to right, and line by line. Empty if there is nothing on the paper.

    Raises
    ------
    OSError, ValueError, TypeError
        If the picture cannot be read; the message names the file and the reason.
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
    for (rows, columns), mask in separate_digits(ink, noise):
        box = (
            (columns.start - margin) / (width * zoom),
            (rows.start - margin) / (height * zoom),
            (columns.stop - margin) / (width * zoom),
            (rows.stop - margin) / (height * zoom),
        )
        around = slice(rows.start - margin, rows.stop + margin), slice(
            columns.start - margin, columns.stop + margin
        )
        mask = np.pad(mask, margin)
        # the grey edge of a stroke belongs to it
        edge = ndimage.binary_dilation(mask, iterations=max(1, zoom // 2))
        own = np.where(edge, ink[around], 0)
        peak = np.quantile(own[mask], 0.8)
        floor = min(max(0.06, 3 * noise), 0.3)
        own = np.clip((own / peak - floor) / (1 - floor), 0, 1)
        image = draw(own, mask, image_shape, box_shape)
        digits.append(Digit(box, image, int(mask.sum() / zoom**2)))
    return digits


def load_image(path, image_shape=(28, 28)):
    """Read a picture of a digit as a grey image in MNIST's form."""
    digits = find_digits(path, image_shape)
    if not digits:
        return np.zeros(image_shape, np.uint8)
    return max(digits, key=lambda digit: digit.n_ink).image
