"""Seconds per epoch and to a given accuracy, of all contestants in turn."""

import statistics

from performance.measure import Clock, peak_memory
from performance.peers import CONTESTANTS

THRESHOLDS = (0.98, 0.99, 0.995, 0.997)


def run(task):
    """Train one contestant in this process; return what is to be known of it as a dict."""
    from skmnist import fetch_mnist

    contestant = next(c for c in CONTESTANTS if c.name == task["contestant"])
    X, y = fetch_mnist(subset="train", return_X_y=True)
    X_test, y_test = fetch_mnist(subset="test", return_X_y=True)
    train = contestant.prepare(X, y, task["seed"], task["device"])
    epochs = []

    def report(predict):
        seconds = clock()
        with clock.paused():
            accuracy = float((predict(X_test) == y_test).mean())
        epochs.append({"seconds": seconds, "test_accuracy": accuracy})

    clock = Clock()
    n_parameters, predict = train(report)
    fit_seconds = clock()
    return {
        **task,
        "epochs": epochs,
        "fit_seconds": fit_seconds,
        "test_accuracy": float((predict(X_test) == y_test).mean()),
        "n_parameters": n_parameters,
        "peak_memory": peak_memory(),
    }


def tasks(n_rounds, device, names):
    """Return what is to be run: all contestants once, then again with the next seed, ..."""
    return [
        {"part": "speed", "contestant": contestant.name, "seed": seed, "device": device}
        for seed in range(n_rounds)
        for contestant in CONTESTANTS
        if contestant.name in names and seed < (contestant.n_rounds or n_rounds)
    ]


def seconds_to(accuracy, result):
    """Return the training time up to the first epoch that is as accurate, or None."""
    reached = [e["seconds"] for e in result["epochs"] if e["test_accuracy"] >= accuracy]
    return reached[0] if reached else None


def rows(results):
    """Return a dict for each contestant, of medians over its rounds."""
    table = []
    for contestant in CONTESTANTS:
        own = [result for result in results if result["contestant"] == contestant.name]
        if not own:
            continue
        n_epochs = len(own[0]["epochs"])
        row = {
            "name": contestant.name,
            "title": contestant.title,
            "rounds": len(own),
            "epochs": n_epochs,
            "fit_seconds": _median(own, "fit_seconds"),
            "accuracies": [result["test_accuracy"] for result in own],
            "n_parameters": own[0]["n_parameters"],
            "peak_memory": _median(own, "peak_memory"),
        }
        for threshold in THRESHOLDS:
            times = [seconds_to(threshold, result) for result in own]
            # a median needs most rounds to have got there
            reached = sorted(float("inf") if t is None else t for t in times)
            median = statistics.median_low(reached)
            row[threshold] = None if median == float("inf") else median
        table.append(row)
    return table


def _median(results, key):
    values = [result[key] for result in results if result[key] is not None]
    return statistics.median(values) if values else None
