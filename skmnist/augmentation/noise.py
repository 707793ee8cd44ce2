"""Random noise of cameras and scanners."""

from dataclasses import dataclass

import torch

from skmnist._storable import storable
from skmnist.augmentation._unit import OnUnitScale, check_limits, check_shares, rand, uniform


@storable
@dataclass(frozen=True)
class RandomNoise(OnUnitScale):
    """Add noise of a random kind and strength to each image of a batch.

    Noise is added to all pixels alike, or most where an image is bright, as it is with few
    photons. Some pixels are black or white instead.

    Parameters
    ----------
    strength : float, default=0.35
        Largest standard deviation of the noise, as a share of the image's range.
    lost : float, default=0.25
        Largest share of pixels that are black or white.

    Raises
    ------
    ValueError
        If ``lost`` is not from 0 to 1, or ``strength`` is negative or not finite.

    Examples
    --------
    >>> import torch
    >>> from skmnist.augmentation import RandomNoise
    >>> images = torch.rand(2, 1, 28, 28)
    >>> RandomNoise()(images, torch.Generator().manual_seed(0)).shape
    torch.Size([2, 1, 28, 28])
    """

    strength: float = 0.35
    lost: float = 0.25

    def __post_init__(self):
        check_shares(self, "lost")
        check_limits(self, "strength")

    def _change(self, images, generator):
        kind, strength, dark, lost = uniform(4, images, generator)
        # a third of the images has noise only, a third lost pixels only, the others have both
        strength = self.strength * strength * (kind < 2 / 3)
        lost = self.lost * lost * (kind > 1 / 3)
        noise = torch.randn(
            images.shape, generator=generator, device=images.device, dtype=images.dtype
        )
        noisy = images + noise * strength * (dark + (1 - dark) * images)
        # far out of range, and clipped in the end
        fate = rand(images.shape, images, generator)
        return noisy + 9.0 * (fate < lost / 2) - 9.0 * (fate > 1 - lost / 2)
