"""Clocks and memory."""

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
