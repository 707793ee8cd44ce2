"""What can happen to a picture of a digit between the pen and the classifier."""

from dataclasses import dataclass

from skmnist._storable import storable
from skmnist.augmentation.affine import RandomAffine
from skmnist.augmentation.background import RandomBackground
from skmnist.augmentation.blur import RandomBlur
from skmnist.augmentation.choice import RandomChoice
from skmnist.augmentation.contour import RandomContour
from skmnist.augmentation.elastic import RandomElastic
from skmnist.augmentation.glass_blur import RandomGlassBlur
from skmnist.augmentation.inversion import RandomInversion
from skmnist.augmentation.levels import RandomLevels
from skmnist.augmentation.noise import RandomNoise
from skmnist.augmentation.occlusion import RandomOcclusion
from skmnist.augmentation.outline import RandomOutline
from skmnist.augmentation.resolution import RandomResolution
from skmnist.augmentation.spots import RandomSpots
from skmnist.augmentation.stripes import RandomStripes
from skmnist.augmentation.strokes import RandomStrokes
from skmnist.augmentation.thickness import RandomThickness

#: What `RandomPhotometric` chooses from.
PARTS = (
    RandomBackground(),
    RandomLevels(),
    RandomInversion(),
    RandomBlur(),
    RandomGlassBlur(),
    RandomNoise(),
    RandomStripes(),
    RandomStrokes(),
    RandomSpots(),
    RandomOcclusion(),
    RandomThickness(),
    RandomOutline(),
    RandomContour(),
    RandomResolution(),
    RandomElastic(),
    RandomAffine(rotation=20.0, scale=0.25, shift=0.17, shear=0.3),
)

_SMALLEST = 16


@storable
@dataclass(frozen=True)
class RandomPhotometric:
    """Give some images of each batch a random one of the faults that pictures have.

    The faults are `PARTS`: light behind the digit, contrast and inversion, blur, frosted glass,
    noise, lines, strokes, spots, hidden parts, thick and thin strokes, outlines, contours, few
    pixels, bent strokes, and a strong rotation, scale, shear and shift. A classifier that has seen
    them in training reads such images far better. On clean images it makes a few more errors, the
    more the larger the share. Images smaller than 16×16 stay as they are, because a fault would
    hide the digit.

    Parameters
    ----------
    share : float, default=0.2
        Share of the images that are changed; see `RandomChoice`. A third makes faults little
        easier to read, and clean images harder.
    n_kinds : int, default=4
        Largest number of kinds of faults in one call; see `RandomChoice`. In training a call has
        some hundred images, so that more would take longer, and there are many calls.

    Raises
    ------
    ValueError
        If the share is not from 0 to 1, or ``n_kinds`` is less than 1.

    Examples
    --------
    >>> import torch
    >>> from skmnist.augmentation import Chain, RandomAffine, RandomPhotometric
    >>> augmentation = Chain((RandomAffine(), RandomPhotometric(share=0.3)))
    >>> augmentation(torch.rand(2, 1, 28, 28), torch.Generator().manual_seed(0)).shape
    torch.Size([2, 1, 28, 28])
    """

    share: float = 0.2
    n_kinds: int = 4

    def __post_init__(self):
        RandomChoice(PARTS, self.share, self.n_kinds)  # checks them

    def __call__(self, images, generator):
        """Change a batch; see `RandomAffine.__call__`."""
        if min(images.shape[2:]) < _SMALLEST:
            return images
        return RandomChoice(PARTS, self.share, self.n_kinds)(images, generator)
