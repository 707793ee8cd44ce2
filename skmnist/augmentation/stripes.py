"""Random lines over the whole image, as of a scanner."""

import math
from dataclasses import dataclass

import torch

from skmnist._storable import storable
from skmnist.augmentation._cover import cover
from skmnist.augmentation._unit import OnUnitScale, check_limits, coordinates, uniform


@storable
@dataclass(frozen=True)
class RandomStripes(OnUnitScale):
    """Draw parallel lines over each image of a batch, or a single one.

    Direction, distance, thickness and level of the lines are drawn for each image. Lines are
    straight or go in a zigzag. They are solid or broken into dots.

    Parameters
    ----------
    width : float, default=0.12
        Largest thickness of a line, as a share of the image's shorter side. More than
        half of the image always stays free.

    Raises
    ------
    ValueError
        If the width is negative or not finite.

    Examples
    --------
    >>> import torch
    >>> from skmnist.augmentation import RandomStripes
    >>> images = torch.rand(2, 1, 28, 28)
    >>> RandomStripes()(images, torch.Generator().manual_seed(0)).shape
    torch.Size([2, 1, 28, 28])
    """

    width: float = 0.12

    def __post_init__(self):
        check_limits(self, "width")

    def _change(self, images, generator):
        draws = uniform(10, images, generator)
        direction, angle, distance, start, width, zigzag, wave, turn, dots, dot = draws
        # half of the lines go along a side
        angle = torch.where(direction < 0.5, (4 * angle).floor() / 2, 2 * angle) * math.pi
        x, y = coordinates(images)
        cos, sin = angle.cos(), angle.sin()
        across, along = x * cos + y * sin, y * cos - x * sin
        # half of the lines are straight, half of them solid
        triangle = (along / (0.15 + 0.6 * wave) + turn).remainder(1).sub_(0.5).abs_()
        across = across + triangle * ((2 * zigzag - 1).clamp(min=0) * 0.8)
        # from a seventh of the side up to two sides: then there is but one line
        distance = 0.15 * 13**distance
        across = across + (start - 0.5) * 0.8
        across = (across - distance * (across / distance).round()).abs_()
        side = min(images.shape[2:])
        width = torch.minimum(0.02 + width * self.width, distance * 0.4) * side
        lines = (width / 2 + 0.5 - across * side).clamp_(0, 1)
        gaps = (along / (0.08 + 0.15 * dot) + turn).remainder(1) < (dots * 2).clamp(min=0.3)
        return cover(images, lines * gaps, generator)
