"""Augmentations one after the other."""

from dataclasses import dataclass

from skmnist._storable import storable


@storable
@dataclass(frozen=True)
class Chain:
    """Several augmentations, one after the other.

    Parameters
    ----------
    steps : tuple of callables
        Each is called as ``step(images, generator)``.

    Examples
    --------
    >>> import torch
    >>> from skmnist.augmentation import Chain, RandomAffine, RandomBrightnessContrast
    >>> augmentation = Chain((RandomBrightnessContrast(), RandomAffine(rotation=5)))
    >>> augmentation(torch.zeros(2, 1, 28, 28), torch.Generator().manual_seed(0)).shape
    torch.Size([2, 1, 28, 28])
    """

    steps: tuple

    def __call__(self, images, generator):
        """Distort a batch; see `RandomAffine.__call__`."""
        for step in self.steps:
            images = step(images, generator)
        return images
