"""The layers of any torch network that calls one after the other.

`torch.export` says what a network computes, whatever its code looks like: a list of operations
with the shapes of their results.
"""

import numpy as np
import torch

from skmnist._engine.ambient import neutral_state
from skmnist.demo.layers import activation, convolution, dense, folded, scaling

# they move no number, whatever the shape becomes
_DO_NOTHING = frozenset(
    {
        *("alias", "clone", "contiguous", "detach", "lift_fresh_copy"),
        *("flatten", "reshape", "squeeze", "unsqueeze", "view"),
        *("alpha_dropout", "dropout", "feature_dropout"),
    }
)

# what torch calls them, and their numbers
_ACTIVATIONS = {
    "elu": ("alpha", "scale", "input_scale"),
    "gelu": ("approximate",),
    "hardtanh": ("min_val", "max_val"),
    "leaky_relu": ("negative_slope",),
    "log_softmax": (),
    "relu": (),
    "relu6": (),
    "selu": (),
    "sigmoid": (),
    "silu": (),
    "tanh": (),
}

# the numbers with which ELU is SELU, as torch has them
_SELU = {"alpha": 1.6732632423543772, "scale": 1.0507009873554805, "input_scale": 1}


def layers_of_torch(network, image_shape):
    """Return the layers of a network.

    Parameters
    ----------
    network : torch.nn.Module
        In evaluation mode, on the CPU.
    image_shape : tuple of int

    Returns
    -------
    layers : list of dict
        See `layers.py`. Normalisations are folded into convolutions and dense layers.

    Raises
    ------
    ValueError
        If there is a layer that the page does not know, or if the network does more than to call
        one layer after the other.
    """
    program = _program(network, image_shape)
    weights = _weights(program)
    layers = []
    current = None
    for node in program.graph.nodes:
        if node.op == "placeholder":
            current = node if node.name not in weights else current
        elif node.op == "output":
            (result,) = node.args[0]
            if result is not current:
                raise ValueError(f"{type(network).__name__} returns something in between.")
        else:
            operation = _Operation(node, weights, current)
            layers += operation.layers()
            current = node
    return folded(layers)


def _program(network, image_shape):
    with neutral_state(), torch.no_grad():
        try:
            return torch.export.export(network, (torch.zeros(1, 1, *image_shape),))
        except Exception as error:  # the kinds are many, and not documented
            reason = str(error).strip().partition("\n")[0]
            raise ValueError(
                f"{type(network).__name__} cannot be written as a list of layers: its forward "
                f"does more than to call one after the other ({type(error).__name__}: {reason})."
            ) from error


def _weights(program):
    """Return parameters, buffers and constants by the names they have in the graph."""
    signature = program.graph_signature
    values = {**program.state_dict, **program.constants}
    names = {
        **signature.inputs_to_parameters,
        **signature.inputs_to_buffers,
        **signature.inputs_to_lifted_tensor_constants,
    }
    return {name: values[target].detach().double().numpy() for name, target in names.items()}


class _Operation:
    """One operation of the graph.

    Parameters
    ----------
    node : torch.fx.Node
    weights : dict of str to ndarray
    current : torch.fx.Node
        The result of the operation before.
    """

    def __init__(self, node, weights, current):
        self._node = node
        schema = getattr(node.target, "_schema", None)
        if schema is None:
            raise self._unknown()
        # in place or not: "relu_" is "relu"
        self.name = schema.name.removeprefix("aten::").rstrip("_")
        names = [argument.name for argument in schema.arguments]
        given = {**dict(zip(names, node.args, strict=False)), **node.kwargs}
        self.arguments = {
            argument.name: given.get(argument.name, argument.default_value)
            for argument in schema.arguments
        }
        self.computed, *others = [
            value for value in self.arguments.values() if isinstance(value, torch.fx.Node)
        ] or [None]
        if self.computed is not current or any(other.name not in weights for other in others):
            raise ValueError(
                f"The page computes one layer after the other, but {self._place()} takes the "
                "results of several, or of an earlier one."
            )
        for name, value in self.arguments.items():
            if isinstance(value, torch.fx.Node) and value is not current:
                self.arguments[name] = weights[value.name]
        self.input = [*self.computed.meta["val"].shape[1:]]
        self.shape = [*node.meta["val"].shape] if hasattr(node.meta["val"], "shape") else None
        self.output = self.shape[1:] if self.shape else None

    def layers(self):
        """Return the layers that do what the operation does: none, or one."""
        if self.output is None or self.shape[0] != 1:
            raise self._unknown()
        if self.name in _DO_NOTHING:
            return []
        if self.name in _ACTIVATIONS:
            return [self._activation()]
        method = getattr(self, f"_{self.name}", None)
        if method is None:
            raise self._unknown()
        return [method()]

    def _activation(self):
        numbers = {name: self.arguments[name] for name in _ACTIVATIONS[self.name]}
        if self.name == "log_softmax" and (self.arguments["dim"] % 2 != 1 or len(self.output) > 1):
            raise self._unknown()
        if self.name == "relu6":
            return activation("hardtanh", self.output, min_val=0, max_val=6)
        if self.name == "selu":
            return activation("elu", self.output, **_SELU)
        return activation(self.name, self.output, **numbers)

    def _conv2d(self):
        weight = self.arguments["weight"]
        stride, dilation = (_pair(self.arguments[name]) for name in ("stride", "dilation"))
        padding = self.arguments["padding"]
        if padding == "same":
            # an odd pixel goes to the end
            sides = zip(dilation, weight.shape[2:], strict=True)
            padding = [factor * (kernel - 1) // 2 for factor, kernel in sides]
        elif padding == "valid":
            padding = 0
        return convolution(
            weight,
            self.arguments["bias"],
            self.output,
            stride=stride,
            padding=_pair(padding),
            dilation=dilation,
            groups=self.arguments["groups"],
        )

    def _linear(self):
        if len(self.input) != 1:
            raise self._unknown()
        return dense(self.arguments["weight"], self.arguments["bias"])

    def _batch_norm(self):
        mean, variance = self.arguments["running_mean"], self.arguments["running_var"]
        if self.arguments["training"] or mean is None:
            raise self._unknown()
        factor = 1 / np.sqrt(variance + self.arguments["eps"])
        if self.arguments["weight"] is not None:
            factor = factor * self.arguments["weight"]
        shift = -mean * factor
        if self.arguments["bias"] is not None:
            shift = shift + self.arguments["bias"]
        return scaling(factor, shift, self.output)

    def _max_pool2d(self):
        return self._pooling("max_pooling", dilation=_pair(self.arguments["dilation"]))

    def _avg_pool2d(self):
        if self.arguments["ceil_mode"] or self.arguments["divisor_override"] is not None:
            raise self._unknown()
        return self._pooling(
            "average_pooling", counts_padding=bool(self.arguments["count_include_pad"])
        )

    def _pooling(self, kind, **numbers):
        kernel = _pair(self.arguments["kernel_size"])
        return {
            "kind": kind,
            "output": self.output,
            "kernel": kernel,
            "stride": _pair(self.arguments["stride"] or kernel),
            "padding": _pair(self.arguments["padding"]),
            **numbers,
        }

    def _adaptive_avg_pool2d(self):
        return {"kind": "adaptive_average_pooling", "output": self.output}

    def _mean(self):
        axes = sorted(axis % 4 for axis in self.arguments.get("dim") or [])
        if len(self.input) != 3 or axes != [2, 3]:
            raise self._unknown()
        return {"kind": "adaptive_average_pooling", "output": [self.input[0], 1, 1]}

    def _permute(self):
        dims = [axis % (1 + len(self.input)) for axis in self.arguments["dims"]]
        return self._transposition(dims)

    def _transpose(self):
        dims = [*range(1 + len(self.input))]
        one, other = (self.arguments[name] % len(dims) for name in ("dim0", "dim1"))
        dims[one], dims[other] = other, one
        return self._transposition(dims)

    def _transposition(self, dims):
        if dims[0] != 0:
            raise self._unknown()
        return {
            "kind": "transposition",
            "output": self.output,
            "axes": [axis - 1 for axis in dims[1:]],
        }

    def _unknown(self):
        known = "convolutions, poolings, dense layers, batch normalisation and activations"
        return ValueError(
            f"The page has no layer like {self._place()}. It has {known}: "
            f"{', '.join(sorted(_ACTIVATIONS))}."
        )

    def _place(self):
        """Return how a user knows this layer: where it is in the network, and its class."""
        stack = [*(self._node.meta.get("nn_module_stack") or {}).values()]
        operation = str(self._node.target).removeprefix("aten.").partition(".")[0]
        if not stack or not stack[-1][0]:
            return f"the operation {operation!r} of the network's forward"
        path, kind = stack[-1]
        kind = kind if isinstance(kind, str) else kind.__name__
        return f"{path!r} ({kind.rpartition('.')[2]}, operation {operation!r})"


def _pair(value):
    """Return what holds for rows and columns, of which torch may give a single number."""
    values = value if isinstance(value, list | tuple) else [value]
    return [int(number) for number in (values * 2 if len(values) == 1 else values)]
