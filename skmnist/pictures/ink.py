"""Where the ink of a picture is: bright on a dark ground, whatever its colours and its light."""

import math
from typing import NamedTuple

import numpy as np
from scipy import ndimage

# where noise is stronger than this share of all differences, no shape can be seen
_MOST_NOISE = 0.3

# a paler difference than this, of the whole range from black to white, is no ink
_LEAST_CONTRAST = 0.03

# ink stands out of the noise of the paper by so many standard deviations
_LEAST_SIGNAL = 6.0


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
    if noise > _MOST_NOISE * np.ptp(grey) or np.ptp(grey) < _LEAST_CONTRAST:
        return None
    if _ink_is_light(grey):
        grey, is_light = 1 - grey, False  # dark ink from now on
    paper = _paper(grey)
    ink = paper - grey
    if is_light:
        # light falls on paper and ink alike: their ratio does not depend on it
        ink = ink / np.maximum(paper, 0.2 * paper.max())
    # filling takes the lightest of many pixels, so that noisy paper is darker than that
    blank = ink[ink < _otsu(ink)]
    ink -= np.median(blank)
    noise = _noise(ink)
    if min(ink.shape) >= 48:
        noise = max(noise, 1.4826 * float(np.median(np.abs(blank - np.median(blank)))))
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

    The mask answers neither to slopes nor to edges. The median leaves out the few pixels of ink.
    """
    if min(grey.shape) < 48:
        # there are hardly any pixels but those of edges; at the border a fifth of neighbours are
        # both paper, even if the digit fills the picture
        sides = (grey[0], grey[-1], grey[:, 0], grey[:, -1])
        differences = np.concatenate([np.abs(np.diff(side)) for side in sides])
        if not len(differences):
            return 0.0
        # of a normal distribution, a fifth is within 0.2533 standard deviations
        return float(np.quantile(differences, 0.2)) / (0.2533 * math.sqrt(2))
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
        width = min(12 * noise / contrast, max(grey.shape) / 150 + 0.7)
        grey = ndimage.gaussian_filter(grey, width)
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

    Paper is what is at the border, if it has one grey. Under uneven light it has not. Then both
    are tried: paper is smooth where the ink has been taken away, but has the outline of the digit
    if something else has been.
    """
    share, is_even = _border(grey)
    if is_even:
        return share < 0.5
    small = ndimage.median_filter(_shrunk(grey, 256), 3, mode="nearest")
    size = _window(small.shape)
    papers = (
        function(small, size, mode="nearest")
        for function in (ndimage.grey_closing, ndimage.grey_opening)
    )
    without_dark, without_light = (
        sum((np.diff(paper, axis=axis) ** 2).sum() for axis in (0, 1)) for paper in papers
    )
    return bool(without_light < without_dark)


def _border(grey):
    """Return how much of the border is lighter than the middle, and whether paper has one grey."""
    border = np.concatenate([grey[0], grey[-1], grey[1:-1, 0], grey[1:-1, -1]])
    corners = np.array([grey[0, 0], grey[0, -1], grey[-1, 0], grey[-1, -1]])
    threshold = _otsu(grey)
    lighter = grey > threshold
    share = float(
        np.mean(border > threshold) / 2 + np.mean(corners > threshold) / 4 + lighter.mean() / 4
    )
    if min(grey.shape) < 48:
        return share, True
    is_paper = lighter if share >= 0.5 else ~lighter
    paper, ink = grey[is_paper], grey[~is_paper]
    contrast = abs(np.median(paper) - np.median(ink))
    few, most = (np.diff(np.quantile(paper, [q, 1 - q]))[0] for q in (0.02, 0.1))
    at_border = border[(border > threshold) != (share >= 0.5)]
    # what is no paper at the border is a shadow, unless it is as dark as ink
    darkest = np.quantile(ink, 0.02 if share >= 0.5 else 0.98)
    is_ink = len(at_border) < 0.02 * len(border) or (
        abs(np.median(at_border) - darkest) < 0.25 * contrast
    )
    return share, bool(most < 0.2 * contrast and few < 0.4 * contrast and is_ink)


def _window(shape):
    """Return the side of what is filled: wider than a stroke, and an odd number."""
    return 2 * round(0.125 * min(shape)) + 1


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
    _, is_even = _border(grey)
    if is_even:
        return np.full_like(grey, np.median(grey[grey > _otsu(grey)]))
    small = _shrunk(grey, 400)
    smooth = ndimage.median_filter(small, 3, mode="nearest")
    filled = ndimage.grey_closing(smooth, _window(small.shape), mode="nearest")
    return _resized(ndimage.gaussian_filter(filled, 0.7), grey.shape)


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
