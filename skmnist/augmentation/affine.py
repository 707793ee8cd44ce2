"""Random rotation, scale, shear and shift."""

import math
from dataclasses import dataclass

import torch

from skmnist._storable import storable
from skmnist.augmentation.resampling import resample


@storable
@dataclass(frozen=True)
class RandomAffine:
    """Rotate, scale, shear and shift each image of a batch at random, in one resampling.

    Each quantity is drawn uniformly between minus and plus its limit, separately for each
    image. Height and width are scaled separately. Pixels are interpolated bilinearly. A point
    outside the image has the value of the nearest border pixel.

    Parameters
    ----------
    rotation : float, default=10.0
        Largest rotation, in degrees.
    scale : float, default=0.1
        Largest relative change of size.
    shift : float, default=0.07
        Largest shift, as a share of the image's side. For 28 pixels, 0.07 is two pixels.
    shear : float, default=0.15
        Largest shear. This is how far the top row moves against the bottom row, as a share of
        the image's height. Writers differ most in their slant.

    Raises
    ------
    ValueError
        If a limit is negative or not finite, or if ``scale`` is 1 or more.

    Examples
    --------
    >>> import torch
    >>> from skmnist.augmentation import RandomAffine
    >>> images = torch.zeros(32, 1, 28, 28)
    >>> RandomAffine(rotation=15)(images, torch.Generator().manual_seed(0)).shape
    torch.Size([32, 1, 28, 28])
    """

    rotation: float = 10.0
    scale: float = 0.1
    shift: float = 0.07
    shear: float = 0.15

    def __post_init__(self):
        for name in ("rotation", "scale", "shift", "shear"):
            value = getattr(self, name)
            if not math.isfinite(value) or value < 0:
                raise ValueError(f"{name} must be finite and not negative, got {value!r}.")
        if self.scale >= 1:
            raise ValueError(f"scale must be less than 1, got {self.scale!r}.")

    def __call__(self, images, generator):
        """Distort a batch.

        Parameters
        ----------
        images : torch.Tensor of shape (B, C, H, W), float
        generator : torch.Generator
            The only source of random numbers, on the device of the images.

        Returns
        -------
        distorted : torch.Tensor of shape (B, C, H, W)
        """
        draws = torch.rand(6, len(images), generator=generator, device=images.device) * 2 - 1
        return resample(images, self.grid(images.shape[2:], draws))

    def grid(self, image_shape, draws):
        """Return where the pixels of distorted images come from.

        Parameters
        ----------
        image_shape : tuple of int
            Height and width.
        draws : torch.Tensor of shape (6, B)
            From -1 to 1: the rotation, the scales of width and height, the shear, and the shifts
            to the side and down, as shares of the largest ones.

        Returns
        -------
        grid : torch.Tensor of shape (B, H, W, 2)
            As `resample` takes it.
        """
        height, width = image_shape
        angle = draws[0] * math.radians(self.rotation)
        width_scale = 1 + draws[1] * self.scale
        height_scale = 1 + draws[2] * self.scale
        slant = draws[3] * self.shear
        # grid_sample's coordinates run from -1 to 1, so a full side is 2
        shift_x, shift_y = draws[4] * (2 * self.shift), draws[5] * (2 * self.shift)
        # output pixel (x, y) takes its value at input (a·x + b·y + shift_x, c·x + d·y + shift_y)
        aspect = height / width
        a, b = angle.cos() / width_scale, (slant - angle.sin()) * aspect / width_scale
        c, d = angle.sin() / aspect / height_scale, angle.cos() / height_scale

        def centres(size):
            return (torch.arange(size, device=draws.device) * 2 + 1) / size - 1

        x, y = centres(width), centres(height)[:, None]
        grid = torch.empty(draws.shape[1], height, width, 2, device=draws.device)
        for axis, (by_x, by_y, shift) in enumerate(((a, b, shift_x), (c, d, shift_y))):
            by_x, by_y, shift = (t[:, None, None] for t in (by_x, by_y, shift))
            torch.add(by_y * y + shift, by_x * x, out=grid[..., axis])
        return grid
