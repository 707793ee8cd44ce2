"""Where to compute, and in which arithmetic."""

import os

import torch

#: The environment variables by which oneDNN is told to do without newer instructions.
_LIMITS = ("ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA")


def check_device(device):
    """Return the name of a device that can be used.

    Raises
    ------
    ValueError
        If it cannot be used here.
    """
    try:
        torch.zeros(1, dtype=torch.float64, device=device)  # as the mean of an epoch is taken
    except (RuntimeError, AssertionError, TypeError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise ValueError(
            f"device={str(device)!r} cannot be used here: {reason}. Use device='cpu'."
        ) from error
    return str(device)


def use_bfloat16(precision, device):
    """Tell whether to train in bfloat16: "auto" where the device has it in hardware."""
    if precision != "auto":
        return precision == "bfloat16"
    if torch.device(device).type == "cuda":
        with torch.cuda.device(device):
            return torch.cuda.is_bf16_supported(including_emulation=False)
    if not torch.cpu.get_capabilities().get("avx512_bf16"):
        return False
    # oneDNN then emulates bfloat16, which is many times slower than float32
    limits = [os.environ.get(name, "ALL").upper() for name in _LIMITS]
    return all(any(part in limit for part in ("ALL", "BF16", "FP16", "AMX")) for limit in limits)
