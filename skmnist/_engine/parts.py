"""The fixed parts of a batch, each of which a thread can compute on its own.

How a batch is cut depends on its size alone. So the numbers are the same whoever computes the
parts: one thread or several.
"""

import copy
from itertools import pairwise

import torch

#: Rows of a batch from which it is cut in two. With fewer, two passes cost far more than one.
MIN_ROWS_OF_TWO_PARTS = 128

#: The beginning of an error, which a reason follows.
CANNOT_COPY = (
    "The network that architecture returns cannot be copied, which training in parts needs. "
    "Set batch_parts=1. The reason is:"
)


def count_parts(batch_parts, batch_size, n_rows):
    """Return into how many parts the batches of a fit are cut.

    Parameters
    ----------
    batch_parts : int or "auto"
        What the user asks for.
    batch_size : int
    n_rows : int
        How many rows an epoch has.
    """
    size = min(batch_size, n_rows)
    if batch_parts == "auto":
        return 2 if size >= MIN_ROWS_OF_TWO_PARTS else 1
    # the last batch has half the rows, and normalisation needs two in each part
    return max(1, min(batch_parts, size // 4))


def part_slices(n_rows, n_parts):
    """Return the slices that cut a batch of rows into parts, as equal as can be."""
    bounds = [n_rows * part // n_parts for part in range(n_parts + 1)]
    return [slice(start, stop) for start, stop in pairwise(bounds)]


def take_part(batch, part):
    """Return some rows of a batch: its input, which may be a dict, and its targets."""
    x, target = batch
    x = {name: rows[part] for name, rows in x.items()} if isinstance(x, dict) else x[part]
    return x, target[part]


def part_modules(module, generators, *, training):
    """Return a module for each part: the given one, and copies with the same parameters.

    A copy draws from its part's generator. While training it has buffers of its own, because
    normalisation collects statistics there (see `merge_buffers`).

    Parameters
    ----------
    module : torch.nn.Module
        Its random layers draw from the first of the generators.
    generators : list of torch.Generator
        One for each part.
    training : bool

    Raises
    ------
    ValueError
        If the module cannot be copied.
    """
    shared = list(module.parameters())
    if not training:
        shared += module.buffers()
    # what a forward pass has left behind cannot be copied, and is replaced by the next
    attributes = (value for layer in module.modules() for value in vars(layer).values())
    shared += [v for v in attributes if isinstance(v, torch.Tensor) and not v.is_leaf]
    memo = {id(tensor): tensor for tensor in shared}
    return [module] + [
        _copy(module, {**memo, id(generators[0]): generator}) for generator in generators[1:]
    ]


def _copy(module, memo):
    try:
        copied = copy.deepcopy(module, memo)
    except Exception as error:  # the network is the user's, and may hold anything
        raise ValueError(f"{CANNOT_COPY} {error}") from error
    # a copy with parameters of its own would never be trained
    if list(map(id, copied.parameters())) != list(map(id, module.parameters())):
        raise ValueError(f"{CANNOT_COPY} copy.deepcopy gives the copy other parameters.")
    return copied


def merge_buffers(modules):
    """Give the first module the mean of what all have in their buffers.

    Running means and variances of batch normalisation are moving averages over batches. The mean
    over the parts is therefore the moving average of the parts' mean statistics.
    """
    with torch.no_grad():
        for merged, *others in zip(*(module.buffers() for module in modules), strict=True):
            # counters are the same in all; what has a size of its own in each is no statistic
            if merged.is_floating_point() and all(merged.shape == other.shape for other in others):
                for other in others:
                    merged += other
                merged /= len(modules)


def sum_gradients(parameters, parts):
    """Return the sum over parts of each parameter's gradient, None if it has none.

    Parameters
    ----------
    parameters : list of torch.nn.Parameter
    parts : list of tuple of torch.Tensor or None
        The gradients of each part.
    """
    return list(map(_sum, parameters, zip(*parts, strict=True)))


def _sum(parameter, gradients):
    gradients = [gradient for gradient in gradients if gradient is not None]
    if not gradients:
        return None
    # not in place, since gradients may share memory; laid out as optimisers expect it
    total = torch.empty_like(parameter)
    if len(gradients) == 1:
        return total.copy_(gradients[0])
    torch.add(*gradients[:2], out=total)
    for gradient in gradients[2:]:
        total += gradient
    return total
