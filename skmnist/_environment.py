"""What a result depends on besides the code: versions and machine."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

_PACKAGES = ("skmnist", "numpy", "scikit-learn", "skorch", "torch")


def versions():
    """Return the versions of Python, this package and those it computes with, as a dict."""
    return {"python": platform.python_version()} | {name: version(name) for name in _PACKAGES}


def machine():
    """Return the processor, its cores, torch's threads and a GPU if there is one, as a dict."""
    import torch

    found = {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
    }
    if torch.cuda.is_available():
        found["gpu"] = torch.cuda.get_device_name()
    return found


def _processor():
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
