"""Random blur as by frosted glass."""

from dataclasses import dataclass

import torch
from torch.nn import functional as F

from skmnist._storable import storable
from skmnist.augmentation._unit import check_limits, rand, uniform
from skmnist.augmentation.resampling import resample


@storable
@dataclass(frozen=True)
class RandomGlassBlur:
    """Take each pixel of each image of a batch from a random place nearby.

    Neighbours come from places that have nothing to do with each other, as behind frosted glass.
    The image is then smoothed by half. How far the places are is drawn for each image.

    Parameters
    ----------
    shift : float, default=0.09
        Largest distance in each direction, as a share of the image's side.

    Raises
    ------
    ValueError
        If the shift is negative or not finite.

    Examples
    --------
    >>> import torch
    >>> from skmnist.augmentation import RandomGlassBlur
    >>> images = torch.rand(2, 1, 28, 28)
    >>> RandomGlassBlur()(images, torch.Generator().manual_seed(0)).shape
    torch.Size([2, 1, 28, 28])
    """

    shift: float = 0.09

    def __post_init__(self):
        check_limits(self, "shift")

    def __call__(self, images, generator):
        """Blur a batch; see `RandomAffine.__call__`."""
        height, width = images.shape[2:]
        (amount,) = uniform(1, images, generator)
        field = rand((len(images), height, width, 2), images, generator)
        # grid_sample's coordinates run from -1 to 1, so a full side is 2
        field = (2 * field - 1) * (2 * self.shift * (0.3 + 0.7 * amount))
        still = torch.eye(2, 3, device=images.device, dtype=images.dtype)[None]
        grid = F.affine_grid(still, [1, 1, height, width], align_corners=False)
        scattered = resample(images, grid + field)
        smooth = F.avg_pool2d(scattered, 3, 1, 1, count_include_pad=False)
        return (scattered + smooth) / 2
