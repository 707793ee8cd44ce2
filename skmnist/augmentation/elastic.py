"""Random elastic distortion, from bent strokes to frosted glass."""

from dataclasses import dataclass

from skmnist._storable import storable
from skmnist.augmentation._fields import smooth_field
from skmnist.augmentation._unit import check_limits, uniform, whole_number
from skmnist.augmentation.resampling import displace


@storable
@dataclass(frozen=True)
class RandomElastic:
    """Move the pixels of each image of a batch by smooth random distances.

    How smooth is drawn for each batch. Long waves bend strokes. Short ones are like frosted
    glass, and move pixels less.

    Parameters
    ----------
    shift : float, default=0.15
        Largest distance in each direction, as a share of the image's side, for the longest
        waves.

    Raises
    ------
    ValueError
        If the shift is negative or not finite.

    Examples
    --------
    >>> import torch
    >>> from skmnist.augmentation import RandomElastic
    >>> images = torch.rand(2, 1, 28, 28)
    >>> RandomElastic()(images, torch.Generator().manual_seed(0)).shape
    torch.Size([2, 1, 28, 28])
    """

    shift: float = 0.15

    def __post_init__(self):
        check_limits(self, "shift")

    def __call__(self, images, generator):
        """Distort a batch; see `RandomAffine.__call__`."""
        longest = max(images.shape[2:])
        # 4, 8, 16, … cells, up to one for each pixel
        cells = 4 * 2 ** whole_number(0, 3, generator)
        cells = min(cells, longest)
        (amount,) = uniform(1, images, generator)
        field = smooth_field(images, (cells, cells), generator, n_fields=2)
        field = (2 * field - 1) * (self.shift * (4 / cells) ** 0.3 * (0.2 + 0.8 * amount))
        return displace(images, field.permute(0, 2, 3, 1))
