"""Where the time of a whole search goes: what each process does, and when it waits.

The classifier that is searched writes down the times of each fit and score, in the process in
which it runs. Time between these is what joblib and scikit-learn need, or waiting.
"""

import json
import os
import statistics
import tempfile
import time
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

from performance.search import GRID
from skmnist import MnistCNNClassifier

N_IMAGES = 60_000
_N_FOLDS = 3

#: The environment variable with the folder of the records, which worker processes inherit.
_FOLDER = "SKMNIST_SEARCH_PROFILE"


class RecordingClassifier(MnistCNNClassifier):
    """A classifier whose processes write down when they fit and score.

    It is at the top of a module, because workers import it by name.
    """

    def fit(self, X, y):
        from skmnist._engine.net import TrainingNet

        seconds = {"steps": 0.0, "epochs": 0.0}

        def timed(function, what):
            def call(*args, **kwargs):
                start = time.perf_counter()
                try:
                    return function(*args, **kwargs)
                finally:
                    seconds[what] += time.perf_counter() - start

            return call

        steps = patch.object(TrainingNet, "train_step", timed(TrainingNet.train_step, "steps"))
        epochs = patch.object(
            TrainingNet, "run_single_epoch", timed(TrainingNet.run_single_epoch, "epochs")
        )
        with steps, epochs, _recorded("fit", seconds):
            return super().fit(X, y)

    def score(self, X, y):
        with _recorded("score", {}):
            return super().score(X, y)


@contextmanager
def _recorded(what, details):
    """Write down the block: what, times, CPU seconds, and what else is known at its end."""
    # not perf_counter, whose zero may differ between processes
    start, cpu = time.time(), time.process_time()
    yield
    record = {"what": what, "start": start, "end": time.time(), **details}
    record["cpu"] = time.process_time() - cpu
    with (Path(os.environ[_FOLDER]) / f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n")


def run(task):
    """Search in this process; return how many seconds of all cores went where, as a dict."""
    from joblib.externals.loky import get_reusable_executor
    from sklearn.model_selection import GridSearchCV

    from skmnist import fetch_mnist

    # processes of an earlier search would not know the folder
    get_reusable_executor().shutdown(wait=True)

    X, y = fetch_mnist(subset="train", return_X_y=True)
    X, y = X[: task["n_images"]], y[: task["n_images"]]
    preset, changes = recipe(task)
    params = {name: value for name, value in changes.items() if name not in GRID}
    classifier = RecordingClassifier.from_preset(preset, **params, random_state=0, n_threads=1)
    search = GridSearchCV(
        classifier, GRID, cv=_N_FOLDS, n_jobs=task["n_jobs"], error_score="raise"
    )
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, {_FOLDER: folder}):
        start = time.time()
        search.fit(X, y)
        end = time.time()
        processes = {
            int(path.stem): [json.loads(line) for line in path.read_text().splitlines()]
            for path in Path(folder).glob("*.jsonl")
        }
    best_fit = processes[os.getpid()].pop()  # the last record of this process
    return task | summary(processes, best_fit, start, end, task["n_jobs"])


def summary(processes, best_fit, start, end, n_jobs):
    """Return seconds of all cores by what they were spent on.

    Parameters
    ----------
    processes : dict of list of dict
        The records of each process, in their order, without the next one.
    best_fit : dict
        The record of the last fit, of the best candidate on all images.
    start, end : float
        Times of the whole search.
    n_jobs : int
        How many processes work at the same time, each of which is meant to fill a core.

    Returns
    -------
    summary : dict
        ``seconds`` of the search, ``parts``, which add up to ``n_jobs`` times as many, the CPU
        seconds of fits and scores, and how much longer the first fit of a process takes than
        the median of the others: it is a share of the parts, and none beside them. Also what
        `many_cores` needs: the mean time to a worker's first fit, the times of each fit with its
        score and what follows, and that of the last fit.
    """
    workers = [records for records in processes.values() if records]
    records = [record for own in workers for record in own]
    fits = [record for record in [*records, best_fit] if record["what"] == "fit"]
    scores = [record for record in records if record["what"] == "score"]
    search_end = max(record["end"] for record in records)
    steps, epochs = (sum(fit[key] for fit in fits) for key in ("steps", "epochs"))
    between = sum(
        after["start"] - before["end"] for own in workers for before, after in pairwise(own)
    )
    parts = {
        "training steps": steps,
        "batches and sums of an epoch": epochs - steps,
        "the rest of fitting: checks, order of rows, new network": _seconds(fits) - epochs,
        "scoring": _seconds(scores),
        "between fits and scores: folds, copies, dispatch": between,
        "before a worker's first fit: its start, imports, copies": sum(
            own[0]["start"] - start for own in workers
        ),
        "after a worker's last score: uneven end of the queue": sum(
            search_end - own[-1]["end"] for own in workers
        ),
        "other cores during the last fit, of the best on all images": (n_jobs - 1)
        * _seconds([best_fit]),
    }
    parts["everything else"] = n_jobs * (end - start) - sum(parts.values())
    firsts = [next(record for record in own if record["what"] == "fit") for own in workers]
    later = [fit for fit in fits if fit not in [*firsts, best_fit]]
    return {
        "seconds": end - start,
        "parts": parts,
        "cpu_seconds": sum(record["cpu"] for record in [*records, best_fit]),
        "first_fit_surplus": _seconds(firsts)
        - len(firsts) * statistics.median(_seconds([fit]) for fit in later),
        "start_seconds": statistics.mean(own[0]["start"] - start for own in workers),
        "fit_seconds": [seconds for own in workers for seconds in _whole_fits(own)],
        "best_fit_seconds": _seconds([best_fit]),
    }


def _whole_fits(records):
    """Return the seconds from the start of each fit to the start of the worker's next."""
    starts = [record["start"] for record in records if record["what"] == "fit"]
    return [after - before for before, after in pairwise([*starts, records[-1]["end"]])]


def _seconds(records):
    return sum(record["end"] - record["start"] for record in records)


def recipe(task):
    """Return the preset that is fitted, and what is changed: each searched one to its values."""
    return "quick", GRID


def tasks(device, n_images=N_IMAGES):
    """Return what is to be run: on the CPU."""
    task = {"part": "search_profile", "n_images": n_images, "n_jobs": 2, "device": device}
    return [task] if device == "cpu" else []
