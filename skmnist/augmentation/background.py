"""Random light behind the digit: levels, gradients, fog."""

from dataclasses import dataclass

from skmnist._storable import storable
from skmnist.augmentation._fields import smooth_field
from skmnist.augmentation._unit import OnUnitScale, check_shares, uniform, whole_number


@storable
@dataclass(frozen=True)
class RandomBackground(OnUnitScale):
    """Lighten the background of each image of a batch at random.

    The veil of light over an image is a level plus a smooth field. The field is a gradient for
    one half of the batches, and clouds for the other. The ink behind a veil either keeps its
    brightness, or fades into it as behind fog, or something between.

    Parameters
    ----------
    strength : float, default=0.9
        Largest veil, from 0 (none) to 1 (nothing else is seen).

    Raises
    ------
    ValueError
        If the strength is not from 0 to 1.

    Examples
    --------
    >>> import torch
    >>> from skmnist.augmentation import RandomBackground
    >>> images = torch.rand(2, 1, 28, 28)
    >>> RandomBackground()(images, torch.Generator().manual_seed(0)).shape
    torch.Size([2, 1, 28, 28])
    """

    strength: float = 0.9

    def __post_init__(self):
        check_shares(self, "strength")

    def _change(self, images, generator):
        level, variation, fading = uniform(3, images, generator)
        cells = 2 if whole_number(0, 1, generator) else whole_number(3, 6, generator)
        field = smooth_field(images, (cells, cells), generator)
        veil = self.strength * (level * (1 - variation) + field * variation)
        return images * (1 - fading * veil) + veil
