"""The state of a net as NumPy arrays: what pickles and saved models hold."""

import contextlib
import threading

import numpy as np
import torch
from torch.nn.modules.module import register_module_parameter_registration_hook


def net_to_arrays(net):
    """Return the state of training as a dict of NumPy arrays and plain values.

    Parameters
    ----------
    net : TrainingNet
    """
    return {
        "module": _to_arrays(net.module_.state_dict()),
        "optimizer": _to_arrays(net.optimizer_.state_dict()["state"]),
        "optimizer_class": type(net.optimizer_).__name__,
        "generators": {str(k): g.get_state().numpy() for k, g in enumerate(net.generators_)},
        "device": torch.device(net.device).type,
        "temperature": net.temperature_,
    }


def load_arrays(net, arrays, *, training_state):
    """Give a net the state that `net_to_arrays` returned.

    Parameters
    ----------
    net : TrainingNet
        Initialised.
    arrays : dict
    training_state : bool
        Whether to go on with the optimiser's and the generator's state too, as far as
        optimiser and device are the same kind.

    Raises
    ------
    ValueError
        If the arrays are not of this network.
    """
    state = _to_tensors(arrays["module"])
    own = net.module_.state_dict()
    if {k: v.shape for k, v in state.items()} != {k: v.shape for k, v in own.items()}:
        raise ValueError(
            "Training cannot go on: the network, the image shape or the number of classes "
            "has changed since the last fit. Change it back, or fit a new estimator."
        )
    net.module_.load_state_dict(state)
    net.temperature_ = arrays["temperature"]
    if training_state and arrays["optimizer_class"] == type(net.optimizer_).__name__:
        optimizer = net.optimizer_.state_dict()
        optimizer["state"] = _to_tensors(arrays["optimizer"])
        net.optimizer_.load_state_dict(optimizer)
        _lay_out(net.optimizer_)
    if training_state and arrays["device"] == net.generators_[0].device.type:
        # there are more or fewer if the size of batches has changed
        states = arrays["generators"].values()
        for generator, state in zip(net.generators_, states, strict=False):
            generator.set_state(torch.tensor(state))


def _lay_out(optimizer):
    """Lay out each tensor of an optimiser's state in memory as its parameter is.

    Arrays are stored row by row, but filters are trained with the channels last. On a GPU a fused
    step refuses tensors that differ.
    """
    for parameter, state in optimizer.state.items():
        for name, value in state.items():
            if isinstance(value, torch.Tensor) and value.shape == parameter.shape:
                state[name] = torch.empty_like(parameter).copy_(value)


@contextlib.contextmanager
def limited_network(arrays):
    """Let no network be built that is far larger than the arrays stored for it.

    Only a file that is made up to fill the memory describes such a network. It fails before
    its memory is used.

    Parameters
    ----------
    arrays : dict
        As `net_to_arrays` returns it.

    Raises
    ------
    ValueError
        Inside the block, if a network has more than 10 times as many parameters as there are
        numbers, and more than 10 million.
    """
    # some networks replace layers while they are built, and each is counted
    room = 10_000_000 + 10 * sum(np.size(array) for array in arrays["module"].values())
    thread = threading.get_ident()

    def count(module, name, parameter):
        nonlocal room
        # torch calls it for networks that other threads build, too
        if threading.get_ident() == thread and parameter is not None:
            room -= parameter.numel()
            if room < 0:
                raise ValueError("The network has far more parameters than are stored.")

    with register_module_parameter_registration_hook(count):
        yield


def _to_arrays(state):
    if isinstance(state, dict):
        return {key: _to_arrays(value) for key, value in state.items()}
    return state.detach().cpu().numpy().copy() if isinstance(state, torch.Tensor) else state


def _to_tensors(state):
    if isinstance(state, dict):
        return {key: _to_tensors(value) for key, value in state.items()}
    return torch.tensor(state) if isinstance(state, np.ndarray) else state
