"""Inversion of a part of the image."""

import math
from dataclasses import dataclass

import torch

from skmnist._storable import storable
from skmnist.augmentation._unit import OnUnitScale, check_shares, coordinates, uniform


@storable
@dataclass(frozen=True)
class RandomInversion(OnUnitScale):
    """Invert a part of each image of a batch: light is dark there, and dark is light.

    The part is a half of the image, a band across it, or all but a band. Its place and direction
    are drawn for each image; more than half of the directions go along a side.

    Parameters
    ----------
    band : float, default=1.0
        Largest width of a band, as a share of the image's shorter side. The least is a fifth of
        it.

    Raises
    ------
    ValueError
        If the band is not from 0 to 1.

    Examples
    --------
    >>> import torch
    >>> from skmnist.augmentation import RandomInversion
    >>> images = torch.rand(2, 1, 28, 28)
    >>> RandomInversion()(images, torch.Generator().manual_seed(0)).shape
    torch.Size([2, 1, 28, 28])
    """

    band: float = 1.0

    def __post_init__(self):
        check_shares(self, "band")

    def _change(self, images, generator):
        direction, angle, place, width, kind = uniform(5, images, generator)
        angle = torch.where(direction < 0.6, (4 * angle).floor() / 2, 2 * angle) * math.pi
        x, y = coordinates(images)
        across = x * angle.cos() + y * angle.sin() - (place - 0.5) * 0.7
        in_band = across.abs() < self.band * (0.1 + 0.4 * width)
        inverted = torch.where(kind < 0.3, across > 0, in_band ^ (kind > 0.7))
        return torch.where(inverted, 1 - images, images)
