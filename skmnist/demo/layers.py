"""The layers that the page knows, as plain dictionaries.

Each says its ``kind``, its numbers, and the ``output`` shape: (channels, height, width) for maps,
(units,) otherwise. What it computes is in ``page/network.js``, under the name of its kind.
Weights are arrays with one row for each output.
"""

import numpy as np

#: Layers after which the map of another layer begins.
_WEIGHTED = ("convolution", "dense")


def dense(weight, bias):
    """Return a dense layer.

    Parameters
    ----------
    weight : ndarray of shape (n_outputs, n_inputs)
    bias : ndarray of shape (n_outputs,) or None
    """
    return {
        "kind": "dense",
        "output": [len(weight)],
        "weight": weight.astype(np.float64),
        "bias": _bias(weight, bias),
    }


def convolution(weight, bias, output, **numbers):
    """Return a convolution.

    Parameters
    ----------
    weight : ndarray of shape (n_maps, n_inputs per group, height, width)
    bias : ndarray of shape (n_maps,) or None
    output : list of int
    **numbers
        ``stride``, ``padding`` (at the top and at the left), ``dilation`` and ``groups``.
    """
    return {
        "kind": "convolution",
        "output": output,
        "kernel": [*weight.shape[2:]],
        **numbers,
        "weight": weight.reshape(len(weight), -1).astype(np.float64),
        "bias": _bias(weight, bias),
    }


def scaling(factor, shift, output):
    """Return a layer that multiplies each channel, and adds something: a normalisation."""
    return {"kind": "scaling", "output": output, "factor": factor, "shift": shift}


def activation(name, output, **numbers):
    """Return a layer that changes each number by itself."""
    return {"kind": "activation", "name": name, "output": output, **numbers}


def folded(layers):
    """Return layers of which some are taken together, and which compute the same.

    A scaling after a convolution or a dense layer becomes part of its weights. A max pooling
    between the two changes nothing, if no factor is negative.
    """
    result = []
    for layer in layers:
        if layer["kind"] == "scaling" and _fold(layer, result):
            continue
        result.append(dict(layer))
    return result


def _fold(scale, before):
    """Make a scaling part of the layer before it, if there is one for that."""
    target = before[-1] if before else None
    if target and target["kind"] == "max_pooling" and (scale["factor"] >= 0).all():
        target = before[-2] if len(before) > 1 else None
    if target is None or target["kind"] not in _WEIGHTED:
        return False
    if len(scale["factor"]) != len(target["weight"]):  # of pixels instead of maps
        return False
    target["weight"] = target["weight"] * scale["factor"][:, None]
    target["bias"] = target["bias"] * scale["factor"] + scale["shift"]
    return True


def end_of_first(layers):
    """Return how many layers the first one to show consists of: up to its activation."""
    weighted = [index for index, layer in enumerate(layers) if layer["kind"] in _WEIGHTED]
    if not weighted:
        return len(layers)
    first, following = weighted[0], weighted[1] if len(weighted) > 1 else len(layers)
    for index in range(first, following):
        if layers[index]["kind"] == "activation":
            return index + 1
    return first + 1


def _bias(weight, bias):
    return np.zeros(len(weight)) if bias is None else bias.astype(np.float64)
