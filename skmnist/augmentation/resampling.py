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
    """
    # not len(images), which an exported network would take for a constant
    grid = grid.expand(images.shape[0], -1, -1, -1)
    return F.grid_sample(images, grid, padding_mode="border", align_corners=False)
