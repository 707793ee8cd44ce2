"""Fewer pixels and fewer grey levels."""

import math
from dataclasses import dataclass

from torch.nn import functional as F

from skmnist._storable import storable
from skmnist.augmentation._unit import OnUnitScale, uniform, whole_number


@storable
@dataclass(frozen=True)
class RandomResolution(OnUnitScale):
    """Lower the resolution of a batch, and the number of grey levels of each image, at random.

    The images are made smaller and then enlarged again, with blocks or smoothly. The size is
    drawn for the batch, the number of grey levels for each image.

    Parameters
    ----------
    shrinking : float, default=0.6
        Largest share of the height and the width that is lost, less than 1.

    Raises
    ------
    ValueError
        If it is not at least 0 and less than 1.

    Examples
    --------
    >>> import torch
    >>> from skmnist.augmentation import RandomResolution
    >>> images = torch.rand(2, 1, 28, 28)
    >>> RandomResolution()(images, torch.Generator().manual_seed(0)).shape
    torch.Size([2, 1, 28, 28])
    """

    shrinking: float = 0.6

    def __post_init__(self):
        if not 0 <= self.shrinking < 1:
            raise ValueError(
                f"shrinking must be at least 0 and less than 1, got {self.shrinking!r}."
            )

    def _change(self, images, generator):
        size = images.shape[2:]
        small = [
            whole_number(math.ceil(side * (1 - self.shrinking)), side, generator) for side in size
        ]
        mode = ("nearest", "bilinear")[whole_number(0, 1, generator)]
        images = F.interpolate(F.adaptive_avg_pool2d(images, small), size, mode=mode)
        (levels,) = uniform(1, images, generator)
        steps = 1 + (levels * 8).floor()
        return (images * steps).round() / steps
