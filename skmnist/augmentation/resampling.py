"""Images whose pixels are moved."""

import torch
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
    >>> turned = RandomAffine(rotation=15).grid((28, 28), torch.eye(6)[:, :1])
    >>> resample(images, turned).shape
    torch.Size([32, 1, 28, 28])
    """
    # not len(images), which an exported network would take for a constant
    grid = grid.expand(images.shape[0], -1, -1, -1)
    return F.grid_sample(images, grid, padding_mode="border", align_corners=False)


def displace(images, shifts):
    """Return images whose pixels come from somewhere else.

    Parameters
    ----------
    images : torch.Tensor of shape (B, C, H, W), float
    shifts : torch.Tensor of shape (B, H, W, 2)
        How far to the right and down, as shares of the width and of the height.

    Returns
    -------
    displaced : torch.Tensor of shape (B, C, H, W)
    """
    still = torch.eye(2, 3, device=images.device, dtype=images.dtype)[None]
    grid = F.affine_grid(still, [1, 1, *images.shape[2:]], align_corners=False)
    # grid_sample's coordinates run from -1 to 1, so a full side is 2
    return resample(images, grid + 2 * shifts)
