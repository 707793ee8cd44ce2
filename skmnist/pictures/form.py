"""MNIST's form: a digit in a box of 20×20, its centre of mass in the middle of 28×28."""

import math

import numpy as np
from scipy import ndimage

from skmnist.pictures.digits import stroke_width

# of MNIST's strokes few are narrower, as a share of the box
_LEAST_STROKE = 2.2 / 20

# a digit is first drawn so many times larger
_FINE = 4


def default_box(image_shape):
    """Return the box that MNIST's 20×20 pixels of 28×28 are in an image of another shape."""
    return tuple(max(1, round(side * 20 / 28)) for side in image_shape)


def usual_box(image_shape):
    """Return the box that digits fill in the images of the data sets that everybody has.

    scikit-learn's digits of 8×8 fill their images; all others are taken for MNIST's.
    """
    return (8, 8) if tuple(image_shape) == (8, 8) else default_box(image_shape)


def has_form(images, box_shape):
    """Tell which images have MNIST's form already.

    Parameters
    ----------
    images : ndarray of shape (n, height, width)
        Light ink on a ground of zeros.
    box_shape : tuple of int

    Returns
    -------
    has_form : ndarray of bool of shape (n,)
        Whether the ink is as large as the box, to a pixel, and its centre of mass is not farther
        from the middle than a pixel.
    """
    result = np.ones(len(images), bool)
    ratios = []
    for axis, box in ((2, box_shape[0]), (1, box_shape[1])):
        profile = images.sum(axis=axis, dtype=np.float64)
        side = profile.shape[1]
        inked = profile > 0
        extent = side - inked.argmax(axis=1) - inked[:, ::-1].argmax(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            centre = profile @ np.arange(side) / profile.sum(axis=1)
        # where the box leaves no room, the ink cannot be moved
        result &= (np.abs(centre - side / 2) <= 1) | (extent + 1 >= side)
        result &= inked.any(axis=1) & (extent <= box)
        ratios.append(extent / box)
    # the longer side fills the box, to a pixel
    return result & (np.max(ratios, axis=0) >= 1 - 1 / min(box_shape))


def draw(ink, mask, image_shape, box_shape):
    """Bring a digit into MNIST's form.

    Parameters
    ----------
    ink : ndarray of shape (height, width)
        0 for paper, about 1 for ink; no other ink than that of the digit.
    mask : ndarray of bool of shape (height, width)
        Where its strokes are.
    image_shape, box_shape : tuple of int

    Returns
    -------
    image : ndarray of uint8 of shape image_shape
    """
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    part = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = min(box / side for box, side in zip(box_shape, part.shape, strict=True))
    missing = _LEAST_STROKE * min(box_shape) - stroke_width(mask) * scale
    fine_shape = [max(1, round(side * scale * _FINE)) for side in part.shape]
    fine = _resized(part, fine_shape)
    radius = missing * _FINE / 2
    if radius >= 0.5:
        # room for what is added: the box is that of the thicker digit
        width = math.ceil(radius)
        shrunk = [max(1, side - 2 * width) for side in fine_shape]
        narrow = np.pad(_resized(part, shrunk), width)
        fine = ndimage.grey_dilation(narrow, footprint=_disk(radius))
    image = _resized(fine, [max(1, round(side / _FINE)) for side in fine.shape])
    strong = image[image > 0.5 * image.max()]
    image = np.clip(image / np.quantile(strong, 0.75), 0, 1)
    image[image < 0.02] = 0
    return np.rint(255 * _centred(image, image_shape)).astype(np.uint8)


def _centred(image, shape):
    """Put an image into a larger one, its centre of mass in the middle, as far as it fits."""
    result = np.zeros(shape)
    mass = image.sum()
    place = []
    for axis, side in enumerate(shape):
        profile = image.sum(axis=1 - axis)
        centre = profile @ np.arange(len(profile)) / mass
        start = min(max(round(side / 2 - centre), 0), side - len(profile))
        place.append(slice(start, start + len(profile)))
    result[tuple(place)] = image
    return result


def _disk(radius):
    reach = int(radius + 0.5)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    return x**2 + y**2 <= (radius + 0.25) ** 2


def _resized(values, shape):
    """Return an array of another size: smooth where it grows, means where it shrinks."""
    from PIL import Image

    if values.shape == tuple(shape):
        return values
    image = Image.fromarray(np.ascontiguousarray(values, np.float32))
    grows = shape[0] > values.shape[0]
    method = Image.Resampling.BICUBIC if grows else Image.Resampling.BOX
    return np.clip(np.asarray(image.resize((shape[1], shape[0]), method)), 0, None)
