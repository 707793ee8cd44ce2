"""What the photometric augmentations share: a scale of pixels, and random numbers."""

import math

import torch


class OnUnitScale:
    """An augmentation for which each image's lowest pixel is 0 and its highest is 1.

    The scale of the data is not known: it may be 0 to 255 or 0 to 1. A subclass defines
    ``_change(images, generator)`` for pixels from 0 to 1. What it returns is clipped to this
    range, as a camera would do. An image with a single grey level stays as it is.
    """

    def __call__(self, images, generator):
        """Change a batch; see `RandomAffine.__call__`."""
        low, high = (t[:, None, None, None] for t in images.flatten(1).aminmax(dim=1))
        span = high - low
        unit = (images - low) / span.masked_fill(span == 0, 1)
        return self._change(unit, generator).clamp(0, 1).mul_(span).add_(low)


def uniform(n, images, generator):
    """Return ``n`` numbers from 0 to 1 for each image, as tensors of shape (B, 1, 1, 1)."""
    return rand((n, len(images), 1, 1, 1), images, generator).unbind()


def rand(shape, images, generator):
    """Return numbers from 0 to 1 with the dtype and on the device of the images."""
    return torch.rand(shape, generator=generator, device=images.device, dtype=images.dtype)


def whole_number(low, high, generator):
    """Return a random whole number from ``low`` to ``high``, both included."""
    return int(torch.randint(low, high + 1, (), generator=generator, device=generator.device))


def coordinates(images):
    """Return x of shape (W,) and y of shape (H, 1) of the pixels' centres.

    The middle of the image is (0, 0), and the shorter side has the length 1.
    """
    height, width = images.shape[2:]

    def centres(size):
        centred = torch.arange(size, device=images.device, dtype=images.dtype) - (size - 1) / 2
        return centred / min(height, width)

    return centres(width), centres(height)[:, None]


def check_shares(augmentation, *names):
    """Refuse parameters that are not from 0 to 1."""
    for name in names:
        value = getattr(augmentation, name)
        if not 0 <= value <= 1:
            raise ValueError(f"{name} must be from 0 to 1, got {value!r}.")


def check_limits(augmentation, *names):
    """Refuse parameters that are negative or not finite."""
    for name in names:
        value = getattr(augmentation, name)
        if not math.isfinite(value) or value < 0:
            raise ValueError(f"{name} must be finite and not negative, got {value!r}.")
