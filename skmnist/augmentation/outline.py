"""Outlines instead of strokes."""

from dataclasses import dataclass

from skmnist._storable import storable
from skmnist.augmentation._extrema import maxima, minima
from skmnist.augmentation._unit import OnUnitScale, check_shares, uniform


@storable
@dataclass(frozen=True)
class RandomOutline(OnUnitScale):
    """Replace strokes by their outlines, more or less, in each image of a batch.

    An outline is the difference between an image and its maxima over 3×3 pixels, its minima,
    or both. It is more or less crisp.

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
        strength, outside, crisp = uniform(3, images, generator)
        strength = self.strength * (0.5 + 0.5 * strength)
        outer = maxima(images) - images
        inner = images - minima(images)
        # one of the two whole, and the other more or less
        outline = (2 * outside).clamp(max=1) * outer + (2 - 2 * outside).clamp(max=1) * inner
        outline = ((outline - 0.25) * (1 + 5 * crisp) + 0.35).clamp(0, 1)
        return images + strength * (outline - images)
