"""Clocks, memory, and processes of their own."""

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path


class Clock:
    """Seconds since the start, without the pauses, and with all that a device was told to do.

    Parameters
    ----------
    device : str, default="cpu"
    """

    def __init__(self, device="cpu"):
        self.device = device
        self._start = self._now()

    def _now(self):
        if self.device != "cpu":
            import torch

            torch.cuda.synchronize(self.device)
        return time.perf_counter()

    def __call__(self):
        return self._now() - self._start

    @contextmanager
    def paused(self):
        """Do not count what happens in the block."""
        before = self._now()
        yield
        self._start += self._now() - before


def repeated(function, n_times, *, warm_up=1):
    """Return the seconds that each of several calls takes."""
    seconds = []
    for round_ in range(warm_up + n_times):
        start = time.perf_counter()
        function()
        if round_ >= warm_up:
            seconds.append(time.perf_counter() - start)
    return seconds


def peak_memory():
    """Return the largest size that this process has had in memory, in MB, None if unknown."""
    return _status("VmHWM")


def memory():
    """Return the size of this process in memory, in MB, None if unknown."""
    return _status("VmRSS")


def reset_peak_memory():
    """Let the largest size be the present one, where Linux can."""
    if Path("/proc/self/clear_refs").exists():
        Path("/proc/self/clear_refs").write_text("5")


def _status(name):
    status = Path("/proc/self/status")
    if not status.exists():  # not Linux
        return None
    line = next(line for line in status.read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1000


def in_own_process(task, package="performance"):
    """Run a task, a dict, as ``python -m performance --task``, and return its result.

    Another package of this folder that has a ``--task`` can be named in its place.

    Each library takes as many threads as it does by default.

    Raises
    ------
    TaskError
        If the process fails.
    """
    folder = Path(__file__).resolve().parents[1]
    command = [sys.executable, "-m", package, "--task", json.dumps(task)]
    limits = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    environ = {name: value for name, value in os.environ.items() if name not in limits}
    if "SKMNIST_DATA_HOME" in environ:  # which may be relative to another folder
        environ["SKMNIST_DATA_HOME"] = str(Path(environ["SKMNIST_DATA_HOME"]).resolve())
    finished = subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, check=False
    )
    if finished.returncode:
        raise TaskError(f"{task} failed:\n{finished.stderr[-3000:]}")
    return json.loads(finished.stdout.splitlines()[-1])


class TaskError(Exception):
    """A task's process has failed."""
