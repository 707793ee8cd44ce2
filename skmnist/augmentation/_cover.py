"""Marks on an image: where they are, and what is seen there."""

import torch

from skmnist.augmentation._unit import uniform


def cover(images, marks, generator):
    """Draw marks over images whose pixels are from 0 to 1.

    The marks of an image are light, dark, or invert what is below them. This is drawn for each
    image: half of the images have light marks, and a quarter each have the other kinds.

    Parameters
    ----------
    images : torch.Tensor of shape (B, C, H, W)
    marks : torch.Tensor of shape (B, 1, H, W)
        From 0 (no mark) to 1 (only the mark is seen).
    generator : torch.Generator

    Returns
    -------
    covered : torch.Tensor of shape (B, C, H, W)
    """
    kind, depth = uniform(2, images, generator)
    inverts = kind > 0.75
    light, dark = 0.6 + 0.4 * depth, 0.4 * depth
    grey = torch.where(kind < 0.5, light, dark).masked_fill(inverts, 1)
    return images + marks * (grey - images * (1 + inverts.to(images.dtype)))
