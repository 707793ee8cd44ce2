"""Images whose pixels are moved."""

from torch.nn import functional as F


def resample(images, grid):
    """Return images whose pixels come from where a grid says.

    Parameters
    ----------
    images : torch.Tensor of shape (B, C, H, W), float
    grid : torch.Tensor of shape (B, H, W, 2), or (1, H, W, 2) for one distortion

    Returns
    -------
    distorted : torch.Tensor of shape (B, C, H, W)
        A new tensor. A point outside the image has the value of the nearest border pixel.

    Examples
    --------
    >>> import torch
    >>> from skmnist.augmentation import RandomAffine, resample
    >>> images = torch.rand(32, 1, 28, 28)
    >>> resample(images, RandomAffine(rotation=15).grid_alike((28, 28), seed=0)).shape
    torch.Size([32, 1, 28, 28])
    """
    # not len(images), which an exported network would take for a constant
    grid = grid.expand(images.shape[0], -1, -1, -1)
    return F.grid_sample(images, grid, padding_mode="border", align_corners=False)
