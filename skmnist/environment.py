"""What a result depends on besides the code: versions and machine."""

import os
import platform
from pathlib import Path


def versions():
    """Return the versions of Python, this package and those it computes with, as a dict."""
    import numpy
    import sklearn
    import skorch
    import torch

    import skmnist

    return {
        "python": platform.python_version(),
        "skmnist": skmnist.__version__,
        "numpy": numpy.__version__,
        "scikit-learn": sklearn.__version__,
        "skorch": skorch.__version__,
        "torch": torch.__version__,
    }


def machine():
    """Return the processor, its cores and torch's threads, as a dict."""
    import torch

    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
    }


def _processor():
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
