"""Random brightness and contrast, as a camera has them."""

from dataclasses import dataclass

import torch

from skmnist._storable import storable


@storable
@dataclass(frozen=True)
class RandomBrightnessContrast:
    """Change the brightness and the contrast of each image of a batch at random.

    First all pixels are multiplied by one factor. Then their distances to the image's own mean
    are multiplied by another. Both factors are drawn uniformly, separately for each image.
    Nothing is clipped, because the scale of the pixels is not known here.

    Parameters
    ----------
    brightness, contrast : float, default=0.1
        Largest relative change.

    Raises
    ------
    ValueError
        If one of them is negative, or 1 or more.

    Examples
    --------
    >>> import torch
    >>> from skmnist.augmentation import RandomBrightnessContrast
    >>> images = torch.ones(2, 1, 28, 28)
    >>> changed = RandomBrightnessContrast()(images, torch.Generator().manual_seed(0))
    >>> bool(((changed - 1).abs() <= 0.1).all())
    True
    """

    brightness: float = 0.1
    contrast: float = 0.1

    def __post_init__(self):
        for name in ("brightness", "contrast"):
            value = getattr(self, name)
            if not 0 <= value < 1:
                raise ValueError(f"{name} must be at least 0 and less than 1, got {value!r}.")

    def __call__(self, images, generator):
        """Change a batch; see `RandomAffine.__call__`."""
        draws = torch.rand(2, len(images), 1, 1, 1, generator=generator, device=images.device)
        brightness, contrast = draws * 2 - 1
        images = images * (1 + brightness * self.brightness)
        mean = images.mean(dim=(1, 2, 3), keepdim=True)
        return mean + (images - mean) * (1 + contrast * self.contrast)
