"""Descriptions of a network: its weights, its number of parameters, a table of its layers."""

import torch
from tabulate import tabulate


def is_weight(parameter):
    """Tell whether a parameter is a weight, not a bias or a parameter of a normalisation.

    Only weights are penalised by ``l1`` and ``l2``.

    Parameters
    ----------
    parameter : torch.Tensor

    Returns
    -------
    is_weight : bool
        True for a parameter with two dimensions or more.

    Examples
    --------
    >>> from skmnist.networks import MLP, is_weight
    >>> [is_weight(p) for p in MLP((8, 8), 10, hidden_layer_sizes=(32,)).parameters()]
    [True, False, True, False]
    """
    return parameter.ndim > 1


def count_parameters(module):
    """Return the number of trainable parameters of a module.

    Parameters
    ----------
    module : torch.nn.Module

    Returns
    -------
    n_parameters : int
        How many numbers an optimiser changes.

    Examples
    --------
    >>> from torch import nn
    >>> from skmnist.networks import count_parameters
    >>> count_parameters(nn.Linear(64, 10))
    650
    """
    return sum(p.numel() for p in module.parameters() if p.requires_grad)


def summarize(module, image_shape):
    """Return a table of a network's layers: kind, output shape, parameters.

    Parameters
    ----------
    module : torch.nn.Module
    image_shape : tuple of int
        Height and width of the images it takes.

    Returns
    -------
    table : str
        One row per layer in the order of the forward pass, then the totals. The number of
        images in a batch is shown as -1.

    Examples
    --------
    >>> from torch import nn
    >>> from skmnist.networks import summarize
    >>> network = nn.Sequential(nn.Flatten(), nn.Linear(64, 10))
    >>> print(summarize(network, image_shape=(8, 8)))
    Layer      Output shape      Parameters
    ---------  --------------  ------------
    Flatten-1  [-1, 64]                   0
    Linear-2   [-1, 10]                 650
    <BLANKLINE>
    Total parameters: 650
    Trainable parameters: 650
    Non-trainable parameters: 0
    """
    rows = [
        (name, [-1, *shape], f"{n_parameters:,}")
        for name, shape, n_parameters in layers(module, image_shape)
    ]
    table = tabulate(
        rows, headers=["Layer", "Output shape", "Parameters"], colalign=("left", "left", "right")
    )
    trainable = count_parameters(module)
    total = sum(p.numel() for p in module.parameters())
    return (
        f"{table}\n\nTotal parameters: {total:,}\n"
        f"Trainable parameters: {trainable:,}\nNon-trainable parameters: {total - trainable:,}"
    )


def layers(module, image_shape):
    """Return name, output shape and number of parameters of each layer.

    Parameters
    ----------
    module : torch.nn.Module
    image_shape : tuple of int
        Height and width of the images it takes.

    Returns
    -------
    layers : list of tuple
        In the order of the forward pass. Shapes are those for a single image.
    """
    rows, hooks, seen = [], [], set()

    def record(layer, inputs, output):
        name = f"{type(layer).__name__}-{len(rows) + 1}"
        # a layer that is called again has no further parameters
        n_parameters = 0 if layer in seen else count_parameters(layer)
        seen.add(layer)
        rows.append((name, _shape_of(output), n_parameters))

    for layer in module.modules():
        if next(layer.children(), None) is None:
            hooks.append(layer.register_forward_hook(record))
    parameter = next(module.parameters())
    was_training = module.training
    try:
        with torch.no_grad():
            module.eval()(parameter.new_zeros(1, 1, *image_shape))
    finally:
        module.train(was_training)
        for hook in hooks:
            hook.remove()
    return rows


def _shape_of(output):
    """Return the shape for one image of what a layer returns; recurrent layers return a tuple."""
    while isinstance(output, tuple | list) and output:
        output = output[0]
    return tuple(getattr(output, "shape", ())[1:])
