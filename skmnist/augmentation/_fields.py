"""Smooth random fields."""

from torch.nn import functional as F

from skmnist.augmentation._unit import rand


def smooth_field(images, cells, generator, n_fields=1):
    """Return random numbers from 0 to 1 that change smoothly over an image.

    Parameters
    ----------
    images : torch.Tensor of shape (B, C, H, W)
    cells : tuple of int
        How many independent numbers there are along the height and along the width, at least 1.
        With 2 and 2 the field is a gradient.
    generator : torch.Generator
    n_fields : int, default=1

    Returns
    -------
    field : torch.Tensor of shape (B, n_fields, H, W)
    """
    coarse = rand((len(images), n_fields, *cells), images, generator)
    return F.interpolate(coarse, images.shape[2:], mode="bilinear", align_corners=True)
