"""Random shifts and rotations of a batch of images."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class RandomShiftRotation:
    r"""Rotate each image about its centre and shift it, at random, in one resampling.

    A pixel of the output at :math:`(x, y)`, counted from the centre, takes the input's value at

    .. math:: x' = x \cos\alpha - y \sin\alpha + s_x \qquad
              y' = x \sin\alpha + y \cos\alpha + s_y

    The angle and the shifts are drawn uniformly between minus and plus their limits, separately
    for each image. A point between four pixels takes the bilinear mean of their values. This is
    computed in two steps: first along x, once for the upper and once for the lower two pixels,
    then along y between the two results. A point outside the image takes the value of the
    nearest border pixel.

    Parameters
    ----------
    shift : float, default=0.07
        Largest shift, as a share of the image's side. For 28 pixels, 0.07 is two pixels.
    rotation : float, default=10.0
        Largest rotation, in degrees.

    Raises
    ------
    ValueError
        If a limit is negative or not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from skmnist.numpy_mlp import RandomShiftRotation
    >>> images = np.zeros((32, 28, 28), dtype=np.float32)
    >>> RandomShiftRotation(rotation=15)(images, np.random.default_rng(0)).shape
    (32, 28, 28)
    """

    shift: float = 0.07
    rotation: float = 10.0

    def __post_init__(self):
        for name in ("shift", "rotation"):
            value = getattr(self, name)
            if not np.isfinite(value) or value < 0:
                raise ValueError(f"{name} must be finite and not negative, got {value!r}.")

    def __call__(self, images, rng):
        """Distort a batch.

        Parameters
        ----------
        images : ndarray of shape (B, height, width), float32 or float64
        rng : numpy.random.Generator
            The only source of random numbers.

        Returns
        -------
        distorted : ndarray of shape (B, height, width)
            The dtype is that of the images.
        """
        n_images, height, width = images.shape
        angle, shift_x, shift_y = rng.uniform(-1, 1, (3, n_images, 1, 1)).astype(images.dtype)
        angle *= np.deg2rad(self.rotation)
        shift_x *= self.shift * width
        shift_y *= self.shift * height
        x = np.arange(width, dtype=images.dtype) - (width - 1) / 2
        y = np.arange(height, dtype=images.dtype)[:, None] - (height - 1) / 2
        cos, sin = np.cos(angle), np.sin(angle)
        return bilinear(
            images,
            (cos * x + (shift_x + (width - 1) / 2)) - sin * y,
            sin * x + (cos * y + (shift_y + (height - 1) / 2)),
        )


def bilinear(images, x, y):
    """Return the values of images at points between their pixels.

    Parameters
    ----------
    images : ndarray of shape (B, height, width), float
    x, y : ndarray of shape (B, height, width), float
        Column and row of each point, counted from 0. Both arrays are changed in place.

    Returns
    -------
    values : ndarray of shape (B, height, width)

    Examples
    --------
    >>> import numpy as np
    >>> from skmnist.numpy_mlp.augmentation import bilinear
    >>> image = np.array([[[0.0, 10.0], [20.0, 30.0]]])
    >>> bilinear(image, x=np.array([[[0.5, 0.0]]]), y=np.array([[[0.0, 0.25]]]))
    array([[[5., 5.]]])
    """
    n_images, height, width = images.shape
    np.clip(x, 0, width - 1, out=x)
    np.clip(y, 0, height - 1, out=y)
    left, top = x.astype(np.intp), y.astype(np.intp)
    x -= left
    y -= top
    # a border of one pixel more, so that every point has a neighbour to the right and below
    pixels = np.empty((n_images, height + 1, width + 1), dtype=images.dtype)
    pixels[:, :-1, :-1] = images
    pixels[:, -1, :-1] = images[:, -1]
    pixels[:, :, -1] = pixels[:, :, -2]
    index = top
    index *= width + 1
    index += left
    index += (np.arange(n_images) * pixels[0].size)[:, None, None]
    pixels = pixels.ravel()

    def row_mean(index):
        start = pixels.take(index)
        step = pixels.take(index + 1)
        step -= start
        step *= x
        start += step
        return start

    upper, lower = row_mean(index), row_mean(index + (width + 1))
    lower -= upper
    lower *= y
    upper += lower
    return upper
