"""Seconds of imports and of the command's help, each in fresh processes."""

import statistics
import subprocess
import sys
import time

_COMMANDS = {
    "import sklearn": ["-c", "import sklearn"],
    "import skmnist": ["-c", "import skmnist"],
    "from skmnist import MnistCNNClassifier": ["-c", "from skmnist import MnistCNNClassifier"],
    "skmnist --help": ["-m", "skmnist", "--help"],
}
_ROUNDS = 9


def run(task):
    """Time the commands in turn; return medians as a dict."""
    seconds = {name: [] for name in _COMMANDS}
    for _ in range(_ROUNDS + 1):
        for name, arguments in _COMMANDS.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
            seconds[name].append(time.perf_counter() - start)
    # the first round warms up the file cache
    return {**task, "seconds": {name: statistics.median(s[1:]) for name, s in seconds.items()}}


def recipe(task):
    """Return None: nothing is fitted."""


def tasks(device):
    """Return what is to be run: where the device is no matter, so for the CPU only."""
    return [{"part": "startup", "device": device}] if device == "cpu" else []
