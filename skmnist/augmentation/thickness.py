"""Random thickness of strokes."""

from dataclasses import dataclass

import torch

from skmnist._storable import storable
from skmnist.augmentation._extrema import maxima, minima
from skmnist.augmentation._unit import OnUnitScale, check_shares, uniform


@storable
@dataclass(frozen=True)
class RandomThickness(OnUnitScale):
    """Make the strokes of each image of a batch thicker or thinner at random.

    Light strokes become thicker by mixing an image with its maxima over 3×3 pixels, and thinner
    by mixing it with its minima. For dark strokes it is the other way round.

    Parameters
    ----------
    strength : float, default=0.8
        Largest share of the maxima or minima. Below 28 pixels it is smaller, in proportion to
        the image's shorter side.

    Raises
    ------
    ValueError
        If the strength is not from 0 to 1.

    Examples
    --------
    >>> import torch
    >>> from skmnist.augmentation import RandomThickness
    >>> images = torch.rand(2, 1, 28, 28)
    >>> RandomThickness()(images, torch.Generator().manual_seed(0)).shape
    torch.Size([2, 1, 28, 28])
    """

    strength: float = 0.8

    def __post_init__(self):
        check_shares(self, "strength")

    def _change(self, images, generator):
        (amount,) = uniform(1, images, generator)
        amount = (2 * amount - 1) * self.strength * min(1, min(images.shape[2:]) / 28)
        extrema = torch.where(amount > 0, maxima(images), minima(images))
        return images + amount.abs() * (extrema - images)
