"""Random blur as by frosted glass."""

from dataclasses import dataclass

from torch.nn import functional as F

from skmnist._storable import storable
from skmnist.augmentation._unit import check_limits, rand, uniform
from skmnist.augmentation.resampling import displace


@storable
@dataclass(frozen=True)
class RandomGlassBlur:
    """Take each pixel of each image of a batch from a random place nearby.

    Each pixel has a place of its own, as behind frosted glass. The result is averaged with a
    smoothed copy of itself. How far away the places are is drawn for each image.

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
        (amount,) = uniform(1, images, generator)
        places = 2 * rand((len(images), *images.shape[2:], 2), images, generator) - 1
        scattered = displace(images, places * (self.shift * (0.3 + 0.7 * amount)))
        smooth = F.avg_pool2d(scattered, 3, 1, 1, count_include_pad=False)
        return (scattered + smooth) / 2
