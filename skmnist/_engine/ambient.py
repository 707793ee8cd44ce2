"""What the caller has set in torch changes nothing inside a call."""

import contextlib
import sys
import threading
from functools import partial

import torch

# these settings belong to the process, so blocks of several threads share one change
_LOCK = threading.Lock()
_outside = []  # the settings before the first of the blocks that are running
_n_running = 0
_SMALLEST_NORMAL = sys.float_info.min


@contextlib.contextmanager
def neutral_state():
    """Compute as if nobody had changed torch's defaults.

    Inside the block the default dtype is float32 and the default device the CPU. Products of
    float32 numbers have its full precision, and a GPU computes the same bits each time. There is
    no autocast, no inference mode, and gradients are recorded. Subnormal numbers are zero.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(_neutral_process())
        stack.enter_context(_no_subnormals())
        # each only if need be, since one image takes hardly longer than all of them
        if torch.is_inference_mode_enabled():
            stack.enter_context(torch.inference_mode(mode=False))
        if not torch.is_grad_enabled():
            stack.enter_context(torch.enable_grad())
        for device_type in ("cpu", "cuda"):
            if torch.is_autocast_enabled(device_type):
                stack.enter_context(torch.autocast(device_type, enabled=False))
        # with it every function of torch takes longer
        if torch.get_default_device().type != "cpu":
            stack.enter_context(torch.device("cpu"))
        yield


@contextlib.contextmanager
def _no_subnormals():
    # a strong penalty drives weights there, and processors then take five times as long
    if _SMALLEST_NORMAL * 0.5 == 0:  # they are zero already
        yield
        return
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)


@contextlib.contextmanager
def _neutral_process():
    global _outside, _n_running
    with _LOCK:
        if _n_running == 0:
            _outside = _change_settings()
        _n_running += 1
    try:
        yield
    finally:
        with _LOCK:
            _n_running -= 1
            if _n_running == 0:
                for write, value in _outside:
                    write(value)


def _change_settings():
    """Make the process's settings neutral; return how to write what was different, and that."""
    changed = []
    for read, write, neutral in _SETTINGS:
        value = read()
        if value != neutral:
            write(neutral)
            changed.append((write, value))
    return changed


def _attribute(owner, name, neutral):
    return partial(getattr, owner, name), partial(setattr, owner, name), neutral


def _settings():
    """Return how each setting is read and written, and its neutral value."""
    backends = torch.backends
    # set_float32_matmul_precision("medium") is often recommended, and rounds to bfloat16
    exact = [backends.mkldnn.matmul, backends.mkldnn.conv]
    others = []
    if backends.cuda.is_built():
        exact += [backends.cuda.matmul, backends.cudnn.conv, backends.cudnn.rnn]
        others = [
            _attribute(backends.cudnn, "deterministic", True),
            _attribute(backends.cudnn, "benchmark", False),
        ]
    return [
        (torch.get_default_dtype, torch.set_default_dtype, torch.float32),
        *(_attribute(backend, "fp32_precision", "ieee") for backend in exact),
        *others,
    ]


_SETTINGS = _settings()
