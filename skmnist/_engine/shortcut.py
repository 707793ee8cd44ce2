"""A shorter way through a network, for predictions only.

A network that calls its layers one after the other becomes a plain list of functions. Batch
normalisation after a convolution is folded into the convolution: the normalisation is
``scale * x + shift`` for each channel, and so is part of a linear map. A max pooling between the
two changes nothing, as long as no scale is negative.

For one image a third of the time is saved, for many nothing.

The network itself stays as it is. What is folded is a copy, so each use compares the copied
weights with those of the network first, byte by byte. Counters of changes would be cheaper, but
torch does not count what is written through ``parameter.data`` or through an array of NumPy.
"""

from itertools import chain
from operator import is_
from weakref import WeakKeyDictionary

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.modules.module import _global_forward_hooks, _global_forward_pre_hooks

from skmnist._engine.dropout import SeededDropout
from skmnist.networks import (
    MLP,
    CoarseCNN,
    CompactCNN,
    FastCNN,
    LeNet5,
    SmallCNN,
    VGGStyleCNN,
    WideCNN,
)
from skmnist.networks._blocks import ChannelsLastFlatten

# A subclass of one of these may do something else. Any other module is called as it is.
_CALL_THEIR_CHILDREN_IN_TURN = frozenset(
    {nn.Sequential, CoarseCNN, CompactCNN, FastCNN, LeNet5, MLP, SmallCNN, VGGStyleCNN, WideCNN}
)
_DO_NOTHING = frozenset({nn.Identity, nn.Dropout, SeededDropout})
_KNOWN_LAYERS = _DO_NOTHING | {
    nn.AdaptiveAvgPool2d,
    nn.BatchNorm1d,
    nn.BatchNorm2d,
    nn.Conv2d,
    nn.Flatten,
    nn.Linear,
    nn.MaxPool2d,
    nn.ReLU,
    ChannelsLastFlatten,
}

# What may be exchanged, and what may be added.
_CONTENTS = ("_parameters", "_buffers", "_modules")
_HOOKS = ("_forward_hooks", "_forward_pre_hooks")

# Not an attribute of the network or of the net: nothing that is copied or stored holds a shortcut.
_SHORTCUTS = WeakKeyDictionary()


def shortcut(module):
    """Return a function that computes what a network does, in less time if there is a way.

    Parameters
    ----------
    module : torch.nn.Module
        In evaluation mode.

    Returns
    -------
    function : callable
        Maps images to logits. To be called at once, because it is right only as long as nobody
        changes the network. It is the module itself if this has hooks, or may do more than to
        call its layers one after the other.
    """
    if type(module) not in _CALL_THEIR_CHILDREN_IN_TURN:
        return module
    known = _SHORTCUTS.get(module)
    if known is None or not known.is_valid():
        known = Shortcut(module)
        if not known.is_possible():
            return module
        _SHORTCUTS[module] = known
    return known


class Shortcut:
    """The layers of a network as a list of functions.

    Parameters
    ----------
    module : torch.nn.Module
    """

    def __init__(self, module):
        # no reference to the module itself, which would keep it alive
        containers, layers = _unrolled(module)
        watched = [*containers, *(layer for layer in layers if type(layer) in _KNOWN_LAYERS)]
        self._attributes = [vars(part) for part in watched]
        self._dicts = [_global_forward_hooks, _global_forward_pre_hooks]
        for attributes in self._attributes:
            # a layer that has no parameters needs none
            filled = [attributes[name] for name in _CONTENTS if attributes[name]]
            self._dicts += [attributes, *filled, *(attributes[name] for name in _HOOKS)]
        self._values = self._present_values()
        self._copies = []
        self._steps = self._make_steps(layers) if self.is_possible() else []

    def __call__(self, images):
        for step in self._steps:
            images = step(images)
        return images

    def is_possible(self):
        """Tell whether to go through the layers does all that the network does."""
        return not (
            _global_forward_hooks
            or _global_forward_pre_hooks
            or any(
                attributes["training"]
                or "forward" in attributes
                or any(attributes[name] for name in _HOOKS)
                for attributes in self._attributes
            )
        )

    def is_valid(self):
        """Tell whether the network is still the one that this was made of."""
        values = self._present_values()
        return (
            len(values) == len(self._values)
            and all(map(is_, values, self._values))
            # the address comes first: memory that a tensor has left must not be read
            and all(
                tensor.data_ptr() == address and copied.startswith(memory)
                for tensor, address, memory, copied in self._copies
            )
        )

    def _present_values(self):
        return list(chain.from_iterable([part.values() for part in self._dicts]))

    def _make_steps(self, layers):
        layers = [layer for layer in layers if type(layer) not in _DO_NOTHING]
        steps = []
        while layers:
            layer, *layers = layers
            n_pooled = 1 if layers and _is_max_pooling(layers[0]) else 0
            folded = None
            if len(layers) > n_pooled:
                folded = self._folded(layer, layers[n_pooled])
            if folded is not None:
                del layers[n_pooled]
                steps.append(folded)
            else:
                # without hooks, to call a layer is to call its forward
                steps.append(layer.forward if type(layer) in _KNOWN_LAYERS else layer)
        return steps

    def _folded(self, convolution, norm):
        """Return both as one function, or None if that would not be exact."""
        if type(convolution) is not nn.Conv2d or type(norm) is not nn.BatchNorm2d:
            return None
        tensors = [
            convolution.weight,
            norm.weight,
            norm.bias,
            norm.running_mean,
            norm.running_var,
        ]
        if convolution.bias is not None:
            tensors.append(convolution.bias)
        if convolution.padding_mode != "zeros" or not all(map(_is_plain, tensors)):
            return None
        weight, gamma, beta, mean, variance, *bias = (tensor.double() for tensor in tensors)
        scale = gamma / (variance + norm.eps).sqrt()
        # the maximum of negative multiples is that of other pixels
        if not (scale >= 0).all():
            return None
        self._copies += [_with_copy(tensor) for tensor in tensors]
        shift = beta + ((bias[0] if bias else 0) - mean) * scale
        weight, shift = (weight * scale.view(-1, 1, 1, 1)).float(), shift.float()

        def convolve(maps):
            return F.conv2d(
                maps,
                weight,
                shift,
                convolution.stride,
                convolution.padding,
                convolution.dilation,
                convolution.groups,
            )

        return convolve


def _unrolled(module):
    """Return the containers of a network, and the layers in the order of the forward pass."""
    if type(module) not in _CALL_THEIR_CHILDREN_IN_TURN:
        return [], [module]
    containers, layers = [module], []
    for child in vars(module)["_modules"].values():  # `children` leaves out what is there twice
        inner_containers, inner_layers = _unrolled(child)
        containers += inner_containers
        layers += inner_layers
    return containers, layers


def _is_max_pooling(layer):
    return type(layer) is nn.MaxPool2d and not layer.return_indices


def _is_plain(tensor):
    """Tell whether the numbers of a tensor are in the memory of the CPU, without gaps."""
    return (
        type(tensor) in (torch.Tensor, nn.Parameter)
        and tensor.device.type == "cpu"
        and tensor.dtype == torch.float32
        and tensor.layout == torch.strided
        and _in_order_of_memory(tensor).is_contiguous()
    )


def _in_order_of_memory(tensor):
    order = sorted(range(tensor.ndim), key=tensor.stride, reverse=True)
    return tensor.detach().permute(order)


def _with_copy(tensor):
    """Return a tensor, the address of its memory, this memory, and a copy of it."""
    memory = memoryview(_in_order_of_memory(tensor).numpy()).cast("B")
    return tensor, tensor.data_ptr(), memory, bytes(memory)
