"""Random contrast, tone and inversion."""

from dataclasses import dataclass

import torch

from skmnist._storable import storable
from skmnist.augmentation._unit import OnUnitScale, check_limits, check_shares, uniform


@storable
@dataclass(frozen=True)
class RandomLevels(OnUnitScale):
    """Change the darkest and the lightest level of each image, and the tones between, at random.

    The lowest pixel of an image gets a random level, the highest another, and a power curve
    bends what is between. If the first level is above the second, the image is inverted.

    Parameters
    ----------
    contrast : float, default=0.25
        Least distance of the two levels, as a share of the image's range.
    inversion : float, default=0.5
        Share of the images that are inverted.
    bend : float, default=1.0
        How much tones are bent. Each tone t becomes t**p, with p between 2**-bend and 2**bend.
        With 1, p is between 1/2 (the square root) and 2 (the square).

    Raises
    ------
    ValueError
        If a share is not from 0 to 1, or ``bend`` is negative or not finite.

    Examples
    --------
    >>> import torch
    >>> from skmnist.augmentation import RandomLevels
    >>> images = torch.rand(2, 1, 28, 28)
    >>> RandomLevels()(images, torch.Generator().manual_seed(0)).shape
    torch.Size([2, 1, 28, 28])
    """

    contrast: float = 0.25
    inversion: float = 0.5
    bend: float = 1.0

    def __post_init__(self):
        check_shares(self, "contrast", "inversion")
        check_limits(self, "bend")

    def _change(self, images, generator):
        contrast, position, inverted, bend = uniform(4, images, generator)
        contrast = self.contrast + contrast * (1 - self.contrast)
        darkest = position * (1 - contrast)
        images = images ** torch.exp2((2 * bend - 1) * self.bend)
        images = torch.where(inverted < self.inversion, 1 - images, images)
        return darkest + contrast * images
