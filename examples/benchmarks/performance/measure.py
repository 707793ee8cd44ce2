"""Clocks, memory, and processes of their own."""

import json
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path


class Clock:
    """Seconds since the start, without the pauses."""

    def __init__(self):
        self._start = time.perf_counter()

    def __call__(self):
        return time.perf_counter() - self._start

    @contextmanager
    def paused(self):
        """Do not count what happens in the block."""
        before = time.perf_counter()
        yield
        self._start += time.perf_counter() - before


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


def _status(name):
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:  # not Linux
        return None
    line = next(line for line in lines if line.startswith(name))
    return int(line.split()[1]) / 1000


def in_own_process(task):
    """Run a task, a dict, as ``python -m performance --task``, and return its result."""
    folder = Path(__file__).resolve().parents[1]
    command = [sys.executable, "-m", "performance", "--task", json.dumps(task)]
    finished = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if finished.returncode:
        raise RuntimeError(f"{task} failed:\n{finished.stderr[-3000:]}")
    return json.loads(finished.stdout.splitlines()[-1])
