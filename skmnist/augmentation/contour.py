"""Thin contours instead of strokes."""

from dataclasses import dataclass

import torch
from torch.nn import functional as F

from skmnist._storable import storable
from skmnist.augmentation._extrema import maxima, minima
from skmnist.augmentation._unit import OnUnitScale, check_shares, uniform, whole_number


@storable
@dataclass(frozen=True)
class RandomContour(OnUnitScale):
    """Replace each image of a batch by a contour line of one pixel, as an edge detector would.

    The line goes around what is lighter than a level, or along the inside of it. The level is
    drawn for each image. How much the image is blurred before is drawn for each batch.

    Parameters
    ----------
    level : float, default=0.25
        Lowest level, as a share of the largest pixel of the blurred image. The highest level is
        ``0.9 - level``, so values up to 0.45 make sense.

    Raises
    ------
    ValueError
        If the level is not from 0 to 1.

    Examples
    --------
    >>> import torch
    >>> from skmnist.augmentation import RandomContour
    >>> images = torch.rand(2, 1, 28, 28)
    >>> changed = RandomContour()(images, torch.Generator().manual_seed(0))
    >>> bool(((changed == images.amin((2, 3), keepdim=True)) | (changed > 0.9)).all())
    True
    """

    level: float = 0.25

    def __post_init__(self):
        check_shares(self, "level")

    def _change(self, images, generator):
        level, side = uniform(2, images, generator)
        for _ in range(whole_number(0, 2, generator)):
            images = F.avg_pool2d(F.pad(images, (1, 1, 1, 1)), 3, 1)
        highest = images.amax(dim=(2, 3), keepdim=True)
        level = (self.level + (0.9 - 2 * self.level) * level) * highest
        inside = (images > level).to(images.dtype)
        return torch.where(side < 0.5, maxima(inside) - inside, inside - minima(inside))
