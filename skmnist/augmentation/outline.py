"""Outlines instead of strokes."""

from dataclasses import dataclass

import torch
from torch.nn import functional as F

from skmnist._storable import storable
from skmnist.augmentation._extrema import maxima, minima
from skmnist.augmentation._unit import OnUnitScale, check_shares, uniform


@storable
@dataclass(frozen=True)
class RandomOutline(OnUnitScale):
    """Replace strokes by their outlines, more or less, in each image of a batch.

    An outline is the slope of the grey levels, or the difference between an image and its
    maxima over 3×3 pixels, its minima, or both. It is more or less crisp.

    Parameters
    ----------
    strength : float, default=1.0
        Largest share of the outlines. The least is half of it.

    Raises
    ------
    ValueError
        If the strength is not from 0 to 1.

    Examples
    --------
    >>> import torch
    >>> from skmnist.augmentation import RandomOutline
    >>> images = torch.rand(2, 1, 28, 28)
    >>> RandomOutline()(images, torch.Generator().manual_seed(0)).shape
    torch.Size([2, 1, 28, 28])
    """

    strength: float = 1.0

    def __post_init__(self):
        check_shares(self, "strength")

    def _change(self, images, generator):
        strength, kind, outside, crisp = uniform(4, images, generator)
        strength = self.strength * (0.5 + 0.5 * strength)
        outer = maxima(images) - images
        inner = images - minima(images)
        # one of the two whole, and the other more or less
        both = (2 * outside).clamp(max=1) * outer + (2 - 2 * outside).clamp(max=1) * inner
        outline = torch.where(kind < 0.5, _slope(images), both)
        outline = ((outline - 0.25) * (1 + 5 * crisp) + 0.35).clamp(0, 1)
        return images + strength * (outline - images)


def _slope(images):
    """Return how much grey levels change over two pixels, in any direction."""
    padded = F.pad(images, (1, 1, 1, 1), mode="replicate")
    across = padded[..., 1:-1, 2:] - padded[..., 1:-1, :-2]
    down = padded[..., 2:, 1:-1] - padded[..., :-2, 1:-1]
    return (across.square() + down.square()).sqrt()
