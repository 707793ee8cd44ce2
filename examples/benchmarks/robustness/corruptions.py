"""The corruptions of images that robustness is measured on.

They are written apart from `skmnist.augmentation`, with other means: NumPy, SciPy, and fixed
strengths. But the augmentations were developed by looking at these results.

A corruption is called with images of shape (n, 28, 28), floats from 0 to 1, and a NumPy
generator. It returns images of the same shape. What is out of range is clipped afterwards. Its
description holds its strengths: a result made with another description is measured anew.
"""

import zlib

import numpy as np
from scipy import fft, ndimage

#: The corruptions by name: what each does, in words, and the function.
CORRUPTIONS = {}

SEED = 2026


def corrupt(name, X):
    """Return corrupted images, always the same for the same images.

    Parameters
    ----------
    name : str
        A key of `CORRUPTIONS`.
    X : ndarray of shape (n, 784), uint8

    Returns
    -------
    corrupted : ndarray of shape (n, 784), uint8
    """
    rng = np.random.default_rng([SEED, zlib.crc32(name.encode())])
    images = CORRUPTIONS[name][1](X.reshape(-1, 28, 28) / 255, rng)
    return (images.clip(0, 1) * 255).round().astype(np.uint8).reshape(X.shape)


def _corruption(description):
    def register(function):
        CORRUPTIONS[function.__name__] = description, function
        return function

    return register


# -- light


@_corruption("55 % of the range is added to all pixels")
def bright(images, rng):
    return images + 0.55


@_corruption("levels from 40 to 65 % of the range")
def low_contrast(images, rng):
    return 0.4 + 0.25 * images


@_corruption("dark ink on light paper")
def inverted(images, rng):
    return 1 - images


@_corruption("light that falls from one side, up to 80 % of the range")
def side_light(images, rng):
    angle = rng.uniform(0, 2 * np.pi, (len(images), 1, 1))
    y, x = np.mgrid[-1:1:28j, -1:1:28j]
    slope = np.cos(angle) * x + np.sin(angle) * y
    return images + 0.4 * (1 + slope / 1.4)


# -- weather


def _clouds(n, rng, exponent):
    """Return fields of a spectrum that falls with the frequency, each from 0 to 1."""
    frequency = np.hypot(fft.fftfreq(28)[:, None], fft.rfftfreq(28))
    frequency[0, 0] = np.inf
    spectrum = fft.rfft2(rng.standard_normal((n, 28, 28))) / frequency**exponent
    field = fft.irfft2(spectrum, s=(28, 28))
    field -= field.min(axis=(1, 2), keepdims=True)
    return field / field.max(axis=(1, 2), keepdims=True)


@_corruption("clouds of a falling spectrum, as bright as the ink, and ink that fades behind them")
def fog(images, rng):
    density = 0.3 + 0.5 * _clouds(len(images), rng, 2.0)
    return images * (1 - density) + density


@_corruption(
    "white veins, where a random field is near its middle value, over three fifths of the contrast"
)
def frost(images, rng):
    veins = np.abs(_clouds(len(images), rng, 1.4) - 0.5)
    return np.maximum(0.6 * images + 0.2, 0.9 - 9 * veins)


@_corruption("flakes that fall aslant: 3 % of the pixels, each drawn over five")
def snow(images, rng):
    flakes = (rng.random(images.shape) < 0.03) * rng.uniform(0.5, 1, images.shape)
    fall = np.zeros((1, 5, 5))
    fall[0, [0, 1, 2, 3, 4], [1, 1, 2, 3, 3]] = (0.6, 0.9, 1, 0.9, 0.6)
    return np.maximum(0.9 * images + 0.1, ndimage.convolve(flakes, fall, mode="constant"))


# -- noise


@_corruption("normal noise with a deviation of 25 % of the range")
def gaussian_noise(images, rng):
    return images + rng.normal(0, 0.25, images.shape)


@_corruption("each pixel counts photons: five on average if it is white, 0.1 if it is black")
def shot_noise(images, rng):
    return rng.poisson(images * 5 + 0.1) / 5


@_corruption("15 % of the pixels are black or white")
def salt_and_pepper(images, rng):
    fate = rng.random(images.shape)
    return np.where(fate < 0.075, 0, np.where(fate > 0.925, 1, images))


# -- blur


@_corruption("a Gaussian of 1.6 pixels")
def gaussian_blur(images, rng):
    return ndimage.gaussian_filter(images, (0, 1.6, 1.6))


@_corruption("the mean over a way of seven pixels in a random direction")
def motion_blur(images, rng):
    angle = rng.uniform(0, np.pi, len(images))
    blurred = np.zeros_like(images)
    for step in np.linspace(-3, 3, 7):
        blurred += _moved(images, step * np.sin(angle), step * np.cos(angle))
    return blurred / 7


@_corruption("each pixel is taken from up to two pixels away, then a Gaussian of 0.5 pixels")
def frosted_glass(images, rng):
    dy, dx = rng.integers(-2, 3, (2, *images.shape))
    return ndimage.gaussian_filter(_moved(images, dy, dx), (0, 0.5, 0.5))


def _moved(images, dy, dx):
    """Return images whose pixels come from other places, given for each image or pixel."""
    dy, dx = (d if np.ndim(d) == 3 else np.reshape(d, (-1, 1, 1)) for d in (dy, dx))
    n, y, x = np.ogrid[: len(images), :28, :28]
    places = np.broadcast_arrays(n, y + dy, x + dx)
    return ndimage.map_coordinates(images, places, order=1)


# -- lines and dirt


@_corruption("four rows and one column that a scanner shows white")
def scanner_lines(images, rng):
    places = np.arange(28)
    rows = (rng.integers(0, 28, (len(images), 4, 1)) == places).any(axis=1)
    column = rng.integers(0, 28, (len(images), 1)) == places
    return np.where(rows[:, :, None] | column[:, None, :], 0.9, images)


@_corruption("a wavy line, two pixels thick, from the left to the right")
def wavy_line(images, rng):
    height, slope = rng.uniform(6, 22, len(images)), rng.uniform(-6, 6, len(images))
    wave, phase = rng.uniform(1, 4, len(images)), rng.uniform(0, 2 * np.pi, len(images))
    x = np.linspace(-1, 1, 28)
    line = height + x[:, None] * slope + wave * np.sin(7 * x[:, None] + phase)
    distance = np.abs(np.arange(28)[:, None, None] - line).transpose(2, 0, 1)
    return np.maximum(images, (1.5 - distance).clip(0, 1))


@_corruption("eight round blots with radii of 0.6 to 2.2 pixels, half of them light")
def blots(images, rng):
    y, x = np.ogrid[:28, :28]
    for blot in range(8):
        at_y, at_x = rng.uniform(0, 28, (2, len(images), 1, 1))
        radius = rng.uniform(0.6, 2.2, (len(images), 1, 1))
        ink = (radius + 0.5 - np.hypot(y - at_y, x - at_x)).clip(0, 1)
        images = images + ink * ((blot % 2) - images)
    return images


@_corruption("a grey bar of four pixels across the middle, at a random angle")
def bar(images, rng):
    angle = rng.uniform(0, np.pi, (len(images), 1, 1))
    away = rng.uniform(-6, 6, (len(images), 1, 1))
    y, x = np.mgrid[-13.5:13.5:28j, -13.5:13.5:28j]
    distance = np.abs(np.cos(angle) * x + np.sin(angle) * y - away)
    return np.where(distance < 2, 0.5, images)


# -- strokes


@_corruption("Sobel's gradient, above half of the largest")
def edges(images, rng):
    gradient = np.hypot(ndimage.sobel(images, axis=1), ndimage.sobel(images, axis=2))
    return gradient > gradient.max(axis=(1, 2), keepdims=True) / 2


@_corruption("maxima over 3×3 pixels")
def thick(images, rng):
    return ndimage.grey_dilation(images, (1, 3, 3))


@_corruption("turned by 25° to either side, slanted, and smaller by a fifth")
def slanted(images, rng):
    side = rng.choice([-1, 1], (len(images), 1, 1))
    turn = np.radians(25)
    y, x = np.mgrid[-13.5:13.5:28j, -13.5:13.5:28j]
    from_y = 1.25 * (np.cos(turn) * y + side * np.sin(turn) * x)
    from_x = 1.25 * (np.cos(turn) * x - side * np.sin(turn) * y) + 0.15 * side * y
    return _moved(images, from_y - y, from_x - x)


@_corruption("blocks of 7×7 pixels keep only their coarse cosines, rounded to steps of 0.8")
def compressed(images, rng):
    blocks = images.reshape(-1, 4, 7, 4, 7)
    cosines = fft.dctn(blocks, axes=(2, 4), norm="ortho")
    frequency = np.arange(7)[:, None, None] + np.arange(7)
    cosines = np.where(frequency < 4, (cosines / 0.8).round() * 0.8, 0)
    return fft.idctn(cosines, axes=(2, 4), norm="ortho").reshape(images.shape)
