"""What there is to say of a network: its weights, its parameters, its layers."""

import torch
from tabulate import tabulate


def is_weight(parameter):
    """Tell weights from biases and from the parameters of normalisation.

    Only weights are penalised by ``l1`` and ``l2``.

    Parameters
    ----------
    parameter : torch.Tensor
    """
    return parameter.ndim > 1


def count_parameters(module):
    """Return the number of trainable parameters of a module."""
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
        A row per layer in the order of the forward pass, and the totals. The batch
        dimension is shown as -1.
    """
    rows, hooks = [], []

    def record(layer, inputs, output):
        name = f"{type(layer).__name__}-{len(rows) + 1}"
        rows.append((name, [-1, *output.shape[1:]], f"{count_parameters(layer):,}"))

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
    table = tabulate(
        rows, headers=["Layer", "Output shape", "Parameters"], colalign=("left", "left", "right")
    )
    trainable = count_parameters(module)
    total = sum(p.numel() for p in module.parameters())
    return (
        f"{table}\n\nTotal parameters: {total:,}\n"
        f"Trainable parameters: {trainable:,}\nNon-trainable parameters: {total - trainable:,}"
    )
