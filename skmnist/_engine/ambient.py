"""What the caller has set in torch changes nothing inside a call."""

import contextlib
import sys
import threading

import torch

# torch's default dtype belongs to the process, so blocks of several threads share one change
_LOCK = threading.Lock()
_outside = None  # the dtype before the first of the blocks that are running
_n_running = 0
_SMALLEST_NORMAL = sys.float_info.min


@contextlib.contextmanager
def neutral_state():
    """Compute as if nobody had changed torch's defaults.

    Inside the block the default dtype is float32 and the default device the CPU. There is no
    autocast, no inference mode, and gradients are recorded. Subnormal numbers are zero.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(_default_float32())
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
def _default_float32():
    global _outside, _n_running
    with _LOCK:
        if _n_running == 0:
            _outside = torch.get_default_dtype()
            _set_default_dtype(torch.float32)
        _n_running += 1
    try:
        yield
    finally:
        with _LOCK:
            _n_running -= 1
            if _n_running == 0:
                _set_default_dtype(_outside)


def _set_default_dtype(dtype):
    if torch.get_default_dtype() != dtype:
        torch.set_default_dtype(dtype)
