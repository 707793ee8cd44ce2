"""Where the ink of a picture is: bright on a dark ground, whatever its colours and its light."""

import math
from typing import NamedTuple

import numpy as np
from scipy import ndimage

# a paler difference than this, of the whole range from black to white, is no ink
_LEAST_CONTRAST = 0.03

# ink stands out of the noise of the paper by so many standard deviations
_LEAST_SIGNAL = 6.0

# a small picture is enlarged before digits are looked for, to draw lines between its pixels
_LEAST_SIDE = 112


class InkMap(NamedTuple):
    """What `find_ink` returns.

    Attributes
    ----------
    ink : ndarray of shape (height, width), float32
        0 for paper, about 1 for ink; there may be more than 1.
    noise : float
        The standard deviation of the paper, in the same unit.
    """

    ink: np.ndarray
    noise: float


def find_ink(pixels):
    """Return how much ink each pixel of a picture holds.

    Parameters
    ----------
    pixels : ndarray of shape (height, width, channels), float32
        As `read_picture` returns them.

    Returns
    -------
    ink : InkMap or None
        None if there is nothing on the paper.
    """
    grey, is_light = _most_contrast(pixels)
    noise = _noise(grey)
    grey = _without_specks(grey, noise)
    if np.ptp(grey) < _LEAST_CONTRAST:
        return None
    if _ink_is_light(grey):
        grey, is_light = 1 - grey, False  # dark ink from now on
    paper = _paper(grey)
    ink = paper - grey
    if is_light:
        # light falls on paper and ink alike: their ratio does not depend on it
        ink = ink / np.maximum(paper, 0.2 * paper.max())
    ink -= np.median(ink)
    below = ink[ink < 0]
    spread = 1.4826 * float(np.median(-below)) if len(below) > 0.05 * ink.size else 0.0
    noise = max(_noise(ink), spread)
    peak = _peak(ink)
    if peak < max(_LEAST_CONTRAST, _LEAST_SIGNAL * noise / _gain(ink.shape)):
        return None
    return InkMap((np.maximum(ink, 0) / peak).astype(np.float32), noise / peak)


def _most_contrast(pixels):
    """Return the mixture of the colours in which ink differs most from paper, from 0 to 1.

    Returns
    -------
    grey : ndarray of shape (height, width)
    is_light : bool
        Whether it is an amount of light: a mixture without differences of colours.
    """
    n_channels = pixels.shape[2]
    if n_channels == 1 or not np.any(np.ptp(pixels, axis=2)):
        return pixels[..., 0].astype(np.float64), True
    height, width = pixels.shape[:2]
    step = max(1, max(height, width) // 300)
    small = pixels[::step, ::step].astype(np.float64)
    # what differs from its surroundings; they are wider than a stroke
    size = max(small.shape[:2]) / 6
    around = ndimage.gaussian_filter(small, (size, size, 0), mode="nearest")
    difference = (small - around).reshape(-1, n_channels)
    # large differences are ink, many small ones are noise
    weight = (difference**2).sum(axis=1)
    moments = (difference * weight[:, None]).T @ difference
    axis = np.linalg.eigh(moments)[1][:, -1]
    axis = axis if axis.sum() >= 0 else -axis
    is_light = bool(axis.min() > -0.15)
    low, high = np.minimum(axis, 0).sum(), np.maximum(axis, 0).sum()
    return (pixels @ axis - low) / (high - low), is_light


def _noise(grey):
    """Return the standard deviation of the noise of most pixels.

    A mask that is blind to slopes and edges answers to noise only; its median, to ink neither.
    """
    if min(grey.shape) < 3:
        return 0.0
    mask = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]])
    answer = ndimage.convolve(grey, mask / 6, mode="reflect")
    return 1.4826 * float(np.median(np.abs(answer)))


def _without_specks(grey, noise):
    """Smooth a noisy picture, the more the noisier it is; a clean one stays as it is."""
    contrast = np.ptp(ndimage.gaussian_filter(grey, 1)) if min(grey.shape) > 2 else np.ptp(grey)
    median = ndimage.median_filter(grey, 3, mode="nearest")
    # salt and pepper: pixels that differ from all around them
    odd = np.abs(grey - median) > 0.3 * max(contrast, _LEAST_CONTRAST)
    isolated = odd & (ndimage.uniform_filter(odd.astype(np.float32), 3) < 2.5 / 9)
    if min(grey.shape) > 60 and 0.002 < isolated.mean() < 0.4:
        grey = median
    if noise > 0.04 * contrast and min(grey.shape) > 60:
        grey = ndimage.gaussian_filter(grey, min(noise / contrast * 12, max(grey.shape) / 150 + 0.7))
    return grey


def _gain(shape):
    """Return how much less noise is left in a stroke than in a pixel."""
    return max(1.0, max(shape) / 200)


def _peak(ink):
    """Return how much ink a stroke holds; a single pixel does not make one."""
    size = max(ink.shape) / 300
    return float(ndimage.gaussian_filter(ink, size).max() if size > 0.3 else ink.max())


# -- which of the two is ink


def _ink_is_light(grey):
    """Tell whether ink is lighter than paper.

    Strokes are narrower than what is between them, and paper is what is at the border.
    """
    small = _shrunk(grey, 256)
    votes = []
    for share in (0.06, 0.12, 0.25):
        size = 2 * round(share * max(small.shape) / 2) + 1
        if size < 5:
            continue
        dark = ndimage.grey_closing(small, size, mode="nearest") - small
        light = small - ndimage.grey_opening(small, size, mode="nearest")
        dark, light = ((part**3).sum() for part in (dark, light))
        votes.append((light - dark) / (light + dark + 1e-12))
    border = np.concatenate([grey[0], grey[-1], grey[1:-1, 0], grey[1:-1, -1]])
    middle = _otsu(grey)
    at_border = 1 - 2 * float(np.mean(border > middle))
    everywhere = 1 - 2 * float(np.mean(grey > middle))
    return sum(votes) / max(len(votes), 1) + 1.5 * at_border + 0.7 * everywhere > 0


def _otsu(values, n_bins=128):
    """Return the threshold that divides values into the two most different parts."""
    counts, edges = np.histogram(values, n_bins)
    centres = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)[:-1]
    above = counts.sum() - below
    sums = np.cumsum(counts * centres)
    with np.errstate(divide="ignore", invalid="ignore"):
        difference = sums[:-1] / below - (sums[-1] - sums[:-1]) / above
        between = np.nan_to_num(below * above * difference**2)
    # between two clear parts there are many equally good ones
    best = np.flatnonzero(between >= between.max() * (1 - 1e-9))
    return float(edges[1 + best[len(best) // 2]])


# -- paper


def _paper(grey):
    """Return the grey of the paper at each pixel, for ink that is darker.

    Paper under even light has one grey, however large the digit in the picture is. Otherwise the
    paper is what remains if all that is dark and narrow is filled.
    """
    small = _shrunk(grey, 400)
    smooth = ndimage.median_filter(small, 3, mode="nearest")
    size = 2 * round(0.125 * min(small.shape)) + 1
    filled = ndimage.grey_closing(smooth, size, mode="nearest") if size > 3 else smooth
    border = np.concatenate([filled[0], filled[-1], filled[:, 0], filled[:, -1]])
    even = float(np.median(border))
    contrast = even - float(np.quantile(smooth, 0.002))
    uneven = float(np.quantile(border, 0.95) - np.quantile(border, 0.05))
    if uneven < 0.08 * contrast:
        return np.full_like(grey, even)
    filled = ndimage.gaussian_filter(filled, size / 16)
    zoom = [n / m for n, m in zip(grey.shape, small.shape, strict=True)]
    return _resized(filled, grey.shape) if max(zoom) > 1 else filled


def _shrunk(grey, side):
    """Return a smaller copy of means, of which no side is longer."""
    largest = max(grey.shape)
    if largest <= side:
        return grey
    return _resized(grey, tuple(max(1, math.ceil(n * side / largest)) for n in grey.shape))


def _resized(values, shape):
    """Return an array of another size; Pillow takes means of many pixels where it shrinks."""
    from PIL import Image

    image = Image.fromarray(values.astype(np.float32))
    return np.asarray(image.resize(shape[::-1], Image.Resampling.BILINEAR)).astype(values.dtype)
