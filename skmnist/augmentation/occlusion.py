"""Random rectangles that hide a part."""

from dataclasses import dataclass

import torch

from skmnist._storable import storable
from skmnist.augmentation._cover import cover
from skmnist.augmentation._unit import OnUnitScale, check_shares, uniform


@storable
@dataclass(frozen=True)
class RandomOcclusion(OnUnitScale):
    """Hide a rectangle of each image of a batch.

    Size, place and level of the rectangle are drawn for each image.

    Parameters
    ----------
    size : float, default=0.4
        Largest height and width, as a share of the image's.

    Raises
    ------
    ValueError
        If the size is not from 0 to 1.

    Examples
    --------
    >>> import torch
    >>> from skmnist.augmentation import RandomOcclusion
    >>> images = torch.rand(2, 1, 28, 28)
    >>> RandomOcclusion()(images, torch.Generator().manual_seed(0)).shape
    torch.Size([2, 1, 28, 28])
    """

    size: float = 0.4

    def __post_init__(self):
        check_shares(self, "size")

    def _change(self, images, generator):
        centre_x, centre_y, half_width, half_height = uniform(4, images, generator)
        height, width = images.shape[2:]
        x, y = (torch.arange(n, device=images.device) + 0.5 for n in (width, height))
        hides_x = (x / width - centre_x).abs() <= half_width * (self.size / 2)
        hides_y = (y[:, None] / height - centre_y).abs() <= half_height * (self.size / 2)
        return cover(images, hides_x & hides_y, generator)
