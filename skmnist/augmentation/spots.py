"""Random spots and streaks, as of dirt, rain or snow."""

from dataclasses import dataclass

import torch

from skmnist._storable import storable
from skmnist.augmentation._cover import cover
from skmnist.augmentation._fields import smooth_field
from skmnist.augmentation._unit import OnUnitScale, check_shares, uniform, whole_number


@storable
@dataclass(frozen=True)
class RandomSpots(OnUnitScale):
    """Cover each image of a batch with random spots.

    Spots are where a smooth random field is above a level. Their size and shape are drawn for
    each batch: flakes, blots, or streaks along one of the sides. Their number and level are
    drawn for each image.

    Parameters
    ----------
    cover : float, default=0.3
        Largest share of the image that is covered, roughly.

    Raises
    ------
    ValueError
        If the share is not from 0 to 1.

    Examples
    --------
    >>> import torch
    >>> from skmnist.augmentation import RandomSpots
    >>> images = torch.rand(2, 1, 28, 28)
    >>> RandomSpots()(images, torch.Generator().manual_seed(0)).shape
    torch.Size([2, 1, 28, 28])
    """

    cover: float = 0.3

    def __post_init__(self):
        check_shares(self, "cover")

    def _change(self, images, generator):
        height, width = images.shape[2:]
        cells = tuple(whole_number(min(4, size), size, generator) for size in (height, width))
        field = smooth_field(images, cells, generator)
        share, sharpness = uniform(2, images, generator)
        # about this share of a field is above the level, however many cells it has
        quantile = torch.special.ndtri(1 - (self.cover * share).clamp(1e-3, 1 - 1e-3))
        deviation, mean = torch.std_mean(field, dim=(2, 3), correction=0, keepdim=True)
        level = mean + deviation * quantile
        spots = ((field - level) * (4 + 26 * sharpness)).clamp(0, 1)
        return cover(images, spots, generator)
