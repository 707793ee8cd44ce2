"""A random one of several augmentations for each of some images."""

from dataclasses import dataclass

import torch

from skmnist._storable import storable


@storable
@dataclass(frozen=True)
class RandomChoice:
    """Give some images of each batch one of several augmentations, and leave the others alone.

    Parameters
    ----------
    choices : tuple of callables
        Each is called as ``choice(images, generator)`` with its images only. It must return
        images of the same shape.
    share : float, default=1.0
        Share of the images that are changed. Which ones is drawn for each batch. The others
        stay the same to the bit, and cost no time.
    n_kinds : int, default=3
        Largest number of choices that are used in one batch, drawn anew for each. A call costs
        nearly as much for one image as for ten. So few kinds at a time are fast.

    Raises
    ------
    ValueError
        If there are no choices, the share is not from 0 to 1, or ``n_kinds`` is less than 1.

    Examples
    --------
    >>> import torch
    >>> from skmnist.augmentation import RandomBlur, RandomChoice, RandomNoise
    >>> augmentation = RandomChoice((RandomBlur(), RandomNoise()), share=0.25)
    >>> images = torch.rand(8, 1, 28, 28)
    >>> changed = augmentation(images, torch.Generator().manual_seed(0))
    >>> int((changed != images).flatten(1).any(dim=1).sum())
    2
    """

    choices: tuple
    share: float = 1.0
    n_kinds: int = 3

    def __post_init__(self):
        if len(self.choices) == 0:
            raise ValueError("choices must hold at least one augmentation.")
        if not 0 <= self.share <= 1:
            raise ValueError(f"share must be from 0 to 1, got {self.share!r}.")
        if self.n_kinds < 1:
            raise ValueError(f"n_kinds must be at least 1, got {self.n_kinds!r}.")

    def __call__(self, images, generator):
        """Change a batch; see `RandomAffine.__call__`."""
        device = generator.device
        # a share that is no whole number of images is right on average
        chance = float(torch.rand((), generator=generator, device=device))
        n_changed = int(len(images) * self.share + chance)
        if n_changed == 0:
            return images
        rows = torch.randperm(len(images), generator=generator, device=device)[:n_changed]
        kinds = torch.randperm(len(self.choices), generator=generator, device=device)
        kinds = kinds[: min(self.n_kinds, n_changed)].tolist()
        parts = images[rows].tensor_split(len(kinds))
        changed = [
            self.choices[kind](part, generator) for kind, part in zip(kinds, parts, strict=True)
        ]
        return images.index_copy(0, rows, torch.cat(changed))
