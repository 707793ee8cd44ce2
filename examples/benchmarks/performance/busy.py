"""Seconds of an epoch alone, and beside processes that keep the processor busy."""

import statistics
import subprocess
import sys
from contextlib import ExitStack, contextmanager

from performance.contestants import CONTESTANTS
from performance.measure import Clock

N_IMAGES = 20_000

#: How many busy processes there are, in turn.
BESIDE = (0, 1, 2)

_ROUNDS = 4
#: By contestant how many fits there are in a round beside as many processes.
_FITS = {"quick": 5, "loop-quick": 2, "default": 5, "loop-default": 2, "keras": 2}

_ENDLESS = "print('running', flush=True)\nwhile True: pass"


def run(task):
    """Train one contestant for an epoch, several times; return seconds as a dict."""
    from skmnist import fetch_mnist

    contestant = _contestant(task)
    X, y = fetch_mnist(subset="train", return_X_y=True)
    train = contestant.prepare(X[:N_IMAGES], y[:N_IMAGES], task["round"], task["device"])
    fits = []
    for _ in range(task["fits"]):
        for n_busy in BESIDE:
            with busy(n_busy):
                epoch, whole = _seconds(train, task["device"])
            fits.append({"busy": n_busy, "epoch_seconds": epoch, "fit_seconds": whole})
    return task | {"fits": fits, "n_images": len(X[:N_IMAGES])}


def _seconds(train, device):
    """Return the seconds up to the end of the epoch, and of the whole fit."""
    clock, ends = Clock(device), []
    train(lambda predict: ends.append(clock()), n_epochs=1)
    return ends[0], clock()


@contextmanager
def busy(n_processes):
    """Let so many processes compute without an end, as long as the block lasts."""
    with ExitStack() as stack:
        for _ in range(n_processes):
            stack.enter_context(_endless_process())
        yield


@contextmanager
def _endless_process():
    process = subprocess.Popen([sys.executable, "-c", _ENDLESS], stdout=subprocess.PIPE)
    try:
        process.stdout.readline()  # which waits until the loop begins
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _contestant(task):
    return next(c for c in CONTESTANTS if c.name == task["contestant"])


def recipe(task):
    """Return the preset that a contestant trains and what is changed, None if it trains none."""
    found = _contestant(task).recipe
    return None if found is None else (found[0], {**found[1], "max_epochs": 1})


def tasks(device, n_rounds, names):
    """Return what is to be run: all contestants in turn, several times, on the CPU."""
    return [
        {"part": "busy", "contestant": name, "fits": fits, "round": round_, "device": device}
        for round_ in range(min(n_rounds, _ROUNDS))
        for name, fits in _FITS.items()
        if device == "cpu" and name in names
    ]


def missing(results):
    """Return the names of the contestants that were not measured."""
    measured = {result["contestant"] for result in results}
    return [name for name in _FITS if name not in measured]


def rows(results):
    """Return a dict for each contestant and number of busy processes, of all its fits."""
    table = []
    for name in _FITS:
        own = [fit for r in results if r["contestant"] == name for fit in r["fits"]]
        alone = None
        for n_busy in BESIDE:
            seconds = [
                (fit["epoch_seconds"], fit["fit_seconds"]) for fit in own if fit["busy"] == n_busy
            ]
            if not seconds:
                continue
            epochs, fits = zip(*seconds, strict=True)
            row = {
                "name": name,
                "busy": n_busy,
                "n_fits": len(fits),
                "epoch": statistics.median(epochs),
                "worst_epoch": max(epochs),
                "fit": statistics.median(fits),
                "worst_fit": max(fits),
            }
            alone = row["fit"] if n_busy == 0 else alone
            row["ratio"] = None if alone is None else row["fit"] / alone
            row["worst_ratio"] = None if alone is None else row["worst_fit"] / alone
            table.append(row)
    return table
