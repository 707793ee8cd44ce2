"""Random blur: out of focus, moved, smoothed."""

import math
from dataclasses import dataclass

import torch
from torch.nn import functional as F

from skmnist._storable import storable
from skmnist.augmentation._unit import OnUnitScale, check_limits, uniform


@storable
@dataclass(frozen=True)
class RandomBlur(OnUnitScale):
    """Blur each image of a batch by a spot of random shape.

    The spot is an ellipse of random length, width and direction. A round one blurs like a lens
    out of focus, a long one like a camera that moved. Its edge is sharp or soft.

    Parameters
    ----------
    radius : float, default=0.1
        Largest half length of the spot, as a share of the image's shorter side.

    Raises
    ------
    ValueError
        If the radius is negative or not finite.

    Examples
    --------
    >>> import torch
    >>> from skmnist.augmentation import RandomBlur
    >>> images = torch.rand(2, 1, 28, 28)
    >>> RandomBlur()(images, torch.Generator().manual_seed(0)).shape
    torch.Size([2, 1, 28, 28])
    """

    radius: float = 0.1

    def __post_init__(self):
        check_limits(self, "radius")

    def _change(self, images, generator):
        n_images, channels, height, width = images.shape
        radius = self.radius * min(height, width)
        reach = math.ceil(1.3 * radius)
        length, shape, angle, softness = uniform(4, images, generator)
        length = radius * (0.4 + 0.6 * length)
        angle = angle * math.pi
        x = torch.arange(-reach, reach + 1, device=images.device, dtype=images.dtype)
        along = x * angle.cos() + x[:, None] * angle.sin()
        across = x[:, None] * angle.cos() - x * angle.sin()
        # an ellipse is at least a pixel wide
        distance = (along / length.clamp(min=0.3)).square()
        distance += (across / (length * shape).clamp(min=0.3)).square()
        spot = torch.exp(-(distance ** (1 + 2 * softness)))
        spot = spot / spot.sum(dim=(2, 3), keepdim=True)
        padded = F.pad(images, (reach,) * 4, mode="replicate")
        # each image is a channel with a kernel of its own
        padded = padded.view(1, n_images * channels, *padded.shape[2:])
        kernels = spot.repeat_interleave(channels, dim=0)
        return F.conv2d(padded, kernels, groups=len(kernels)).view_as(images)
