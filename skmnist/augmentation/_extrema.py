"""Lightest and darkest pixels around each pixel."""

from torch.nn import functional as F


def maxima(images):
    """Return the largest value of the 3×3 pixels around each pixel, of images (B, C, H, W).

    Ten times as fast as ``max_pool2d``, which is slow for images of one channel.
    """
    padded = F.pad(images, (1, 1, 1, 1), mode="replicate")
    rows = padded[:, :, :-2].maximum(padded[:, :, 1:-1]).maximum(padded[:, :, 2:])
    return rows[..., :-2].maximum(rows[..., 1:-1]).maximum(rows[..., 2:])


def minima(images):
    """Return the smallest value; see `maxima`."""
    return -maxima(-images)
