"""Distorted copies that are predicted together with an image."""

import torch

from skmnist.augmentation.affine import RandomAffine

_AFFINE = RandomAffine()


def copy_grids(image_shape, n_copies):
    """Return how distorted copies of an image are made.

    Copies are pairs of opposite distortions: if one is turned to the left and shifted up, the
    other is turned to the right and shifted down. What the first does to the logits, the second
    mostly takes back, so that two copies serve as well as four random ones (antithetic variates
    [1]_). Each further pair is distorted more strongly, up to the full strength of
    `RandomAffine`.

    Parameters
    ----------
    image_shape : tuple of int
        Height and width.
    n_copies : int

    Returns
    -------
    grids : list of torch.Tensor of shape (1, height, width, 2)
        Where `resample` takes each pixel from. Always the same, and the first ones do not depend
        on the number of copies.

    References
    ----------
    .. [1] J. M. Hammersley and K. W. Morton, "A new Monte Carlo technique: antithetic variates",
       Mathematical Proceedings of the Cambridge Philosophical Society 52 (1956).
    """
    grids = []
    for index in range(n_copies):
        pair, is_second = divmod(index, 2)
        generator = torch.Generator().manual_seed(pair)
        # angle, two scales, shear and two shifts: all of them change, this way or that way
        signs = torch.rand(6, 1, generator=generator).round() * 2 - 1
        strength = min(1.0, 0.4 + 0.2 * pair)
        grids.append(_AFFINE.grid(image_shape, signs * (-strength if is_second else strength)))
    return grids
