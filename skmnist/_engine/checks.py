"""Stopping at what would make a model that is silently wrong."""

import math

import torch

_ADVICE = (
    " Maps are laid out in memory with the channels last, which view may not split. "
    "Use reshape or flatten."
)


def check_finite(loss, module, epoch):
    """Raise an error if the loss or a weight is not finite.

    Parameters
    ----------
    loss : float
        Mean of the epoch.
    module : torch.nn.Module
    epoch : int
        Its number, from 1.

    Raises
    ------
    ValueError
    """
    if not math.isfinite(loss):
        what = f"the loss is {loss}"
    elif not all(bool(value.isfinite().all()) for value in _learned(module)):
        what = "weights are not finite"
    else:
        return
    raise ValueError(
        f"Training diverged in epoch {epoch}: {what}. Lower learning_rate, l1 or l2. If they are "
        "small, check what augmentation and class_weight make of the data."
    )


def _learned(module):
    """Yield parameters, and statistics of normalisation. A mask of infinities may be a buffer."""
    yield from module.parameters()
    for name, buffer in module.named_buffers():
        if name.rpartition(".")[2].startswith("running_"):
            yield buffer


def check_network(module, image_shape, n_outputs):
    """Raise an error if a network does not map images to logits of the right shape.

    Parameters
    ----------
    module : torch.nn.Module
    image_shape : tuple of int
    n_outputs : int
        Logits of each image.

    Raises
    ------
    ValueError
    """
    n_images = 2
    parameter = next(module.parameters(), None)
    if parameter is None:
        raise ValueError("The network that architecture returns has no parameters to train.")
    images = torch.zeros(n_images, 1, *image_shape, device=parameter.device)
    was_training = module.training
    module.eval()
    try:
        with torch.no_grad():
            logits = module(images)
    except (RuntimeError, ValueError, TypeError) as error:
        raise ValueError(
            f"The network that architecture returns cannot compute images of shape "
            f"{tuple(images.shape)}: {error}{_ADVICE if 'view size' in str(error) else ''}"
        ) from error
    finally:
        module.train(was_training)
    found = tuple(logits.shape) if isinstance(logits, torch.Tensor) else type(logits).__name__
    if found != (n_images, n_outputs):
        raise ValueError(
            f"The network that architecture returns must map {n_images} images to logits of shape "
            f"{(n_images, n_outputs)}, but it returns {found}. It is built with "
            f"n_outputs={n_outputs}: one for each class, or a single one for two classes."
        )
