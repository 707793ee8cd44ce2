"""What more cores than this machine has would be worth, on paper.

One fit uses as many threads as its batches have parts. So the CPU time of a fit with one thread,
divided by the number of parts, is the least that it could take on as many cores. A search hands
out its fits to the cores, the next one to whoever is free.
"""

import heapq
import time

N_IMAGES = 20_000

#: Parts of a batch, and so the most cores that a fit can use.
N_PARTS = (1, 2, 4, 8)

_PRESETS = ("quick", "default")


def run(task):
    """Fit a preset for an epoch in one thread, with several numbers of parts; return a dict."""
    from skmnist import MnistCNNClassifier, fetch_mnist

    X, y = fetch_mnist(subset="train", return_X_y=True)
    preset, changes = recipe(task)
    seconds = {}
    for n_parts in N_PARTS:
        params = {**changes, "batch_parts": n_parts, "random_state": 0, "n_threads": 1}
        classifier = MnistCNNClassifier.from_preset(preset, **params)
        classifier.fit(X[:2656], y[:2656])  # first calls are off the clock
        start = time.process_time()
        classifier.fit(X[:N_IMAGES], y[:N_IMAGES])
        seconds[str(n_parts)] = time.process_time() - start
    return task | {"n_images": N_IMAGES, "cpu_seconds": seconds}


def recipe(task):
    """Return the preset that is fitted, and what is changed."""
    return task["preset"], {"max_epochs": 1}


def tasks(device, n_rounds):
    """Return what is to be run: on the CPU."""
    return [
        {"part": "many_cores", "preset": preset, "round": round_, "device": device}
        for round_ in range(min(n_rounds, 3))
        for preset in _PRESETS
        if device == "cpu"
    ]


def search_seconds(result, n_jobs):
    """Return how long a profiled search would take with more workers, if all had their own core.

    Each worker begins as late as those that were profiled. Memory is taken to be as fast for many
    as for few, which it is not: so this is the least.

    Parameters
    ----------
    result : dict
        Of `search_profile`.
    n_jobs : int
    """
    free = [result["start_seconds"]] * n_jobs  # when each worker is free again
    for seconds in result["fit_seconds"]:
        heapq.heapreplace(free, free[0] + seconds)
    return max(free) + result["best_fit_seconds"]
