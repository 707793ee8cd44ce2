"""Random strokes of a pen."""

from dataclasses import dataclass

import torch

from skmnist._storable import storable
from skmnist.augmentation._cover import cover
from skmnist.augmentation._unit import OnUnitScale, check_limits, coordinates, rand, uniform


@storable
@dataclass(frozen=True)
class RandomStrokes(OnUnitScale):
    """Draw a stroke of three straight lines over each image of a batch.

    Four random points of the image are the ends of the lines. The stroke is solid or dotted.

    Parameters
    ----------
    width : float, default=0.08
        Largest thickness of the stroke, as a share of the image's shorter side.

    Raises
    ------
    ValueError
        If the width is negative or not finite.

    Examples
    --------
    >>> import torch
    >>> from skmnist.augmentation import RandomStrokes
    >>> images = torch.rand(2, 1, 28, 28)
    >>> RandomStrokes()(images, torch.Generator().manual_seed(0)).shape
    torch.Size([2, 1, 28, 28])
    """

    width: float = 0.08

    def __post_init__(self):
        check_limits(self, "width")

    def _change(self, images, generator):
        height, width = images.shape[2:]
        thickness, n_lines, dots = uniform(3, images, generator)
        points = rand((len(images), 4, 2, 1, 1), images, generator) - 0.5
        points = points * points.new_tensor([width, height]).view(2, 1, 1) / min(height, width)
        starts, steps = points[:, :-1], points.diff(dim=1)
        x, y = coordinates(images)
        # of shape (B, 3, H, W): how far along each line the nearest point is, from 0 to 1
        from_x, from_y = x - starts[:, :, 0], y - starts[:, :, 1]
        step_x, step_y = steps[:, :, 0], steps[:, :, 1]
        length = (step_x.square() + step_y.square()).clamp(min=1e-6)
        nearest = ((from_x * step_x + from_y * step_y) / length).clamp_(0, 1)
        distance = (from_x - nearest * step_x).square_() + (from_y - nearest * step_y).square_()
        distance = distance.sqrt_()
        side = min(height, width)
        thickness = (0.02 + thickness * self.width) * side
        lines = (thickness / 2 + 0.5 - distance * side).clamp_(0, 1)
        # one to three lines, half of them dotted
        lines = lines * (torch.arange(3, device=images.device).view(3, 1, 1) < 3 * n_lines)
        gaps = (nearest * length.sqrt() / 0.15).frac() < (dots * 2).clamp(min=0.4)
        return cover(images, (lines * gaps).amax(dim=1, keepdim=True), generator)
