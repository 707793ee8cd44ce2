"""Seconds per epoch and to a given accuracy, of all contestants in turn."""

import statistics

from performance.calibration import calibration_error, log_loss
from performance.contestants import CONTESTANTS
from performance.measure import Clock, peak_memory

THRESHOLDS = (0.98, 0.99, 0.995, 0.997)


def run(task):
    """Train one contestant in this process; return what is to be known of it as a dict."""
    from skmnist import fetch_mnist

    contestant = next(c for c in CONTESTANTS if c.name == task["contestant"])
    X, y = fetch_mnist(subset="train", return_X_y=True)
    X_test, y_test = fetch_mnist(subset="test", return_X_y=True)
    train = contestant.prepare(X, y, task["seed"], task["device"])
    epochs = []

    def on_epoch_end(predict):
        seconds = clock()
        with clock.paused():
            accuracy = float((predict(X_test) == y_test).mean())
        epochs.append({"seconds": seconds, "test_accuracy": accuracy})

    clock = Clock(task["device"])
    trained = train(on_epoch_end)
    seconds = clock()
    proba = None if trained.predict_proba is None else trained.predict_proba(X_test)
    return {
        **task,
        "epochs": epochs,
        "fit_seconds": seconds,
        "test_accuracy": float((trained.predict(X_test) == y_test).mean()),
        "test_log_loss": None if proba is None else log_loss(proba, y_test),
        "test_calibration_error": None if proba is None else calibration_error(proba, y_test),
        "n_parameters": trained.n_parameters,
        "precision": contestant.precision or _precision(task["device"]),
        "peak_memory": peak_memory(),
    }


def _precision(device):
    from skmnist._engine.devices import use_bfloat16

    return "bfloat16" if use_bfloat16("auto", device) else "float32"


def recipe(task):
    """Return the preset that a contestant trains and what is changed, None if it trains none."""
    found = (c.recipe for c in CONTESTANTS if c.name == task["contestant"])
    return next(found, None)


def tasks(n_rounds, device, names):
    """Return what is to be run: all contestants once, then again with the next seed, ..."""
    found = []
    for seed in range(n_rounds):
        running = [
            contestant.name
            for contestant in CONTESTANTS
            if contestant.name in names
            and device.partition(":")[0] in contestant.devices
            and seed < contestant.rounds
        ]
        # there and back, so that none is always the one after a long one
        found += [
            {"part": "speed", "contestant": name, "seed": seed, "device": device}
            for name in (reversed(running) if seed % 2 else running)
        ]
    return found


def seconds_to(accuracy, result):
    """Return the training time up to the first epoch that is as accurate, or None."""
    reached = [e["seconds"] for e in result["epochs"] if e["test_accuracy"] >= accuracy]
    return reached[0] if reached else None


def by_machine(results):
    """Return the results of each machine, by its name; the one with most of them is the first."""
    machines = {}
    for result in results:
        machines.setdefault(_name(result["machine"]), []).append(result)
    return dict(sorted(machines.items(), key=lambda item: -len(item[1])))


def _name(machine):
    """Return a machine in words."""
    name = machine.get("gpu") or machine.get("processor", "unknown processor")
    return f"{name}, {machine.get('cores', '?')} cores"


def rows(results):
    """Return a dict for each contestant, of medians over its rounds on one machine."""
    table = []
    for contestant in CONTESTANTS:
        own = [result for result in results if result["contestant"] == contestant.name]
        if not own:
            continue
        row = {
            "name": contestant.name,
            "title": contestant.title,
            "precision": own[0]["precision"],
            "rounds": len(own),
            "epochs": len(own[0]["epochs"]),
            "fit_seconds": median(result["fit_seconds"] for result in own),
            "accuracies": [result["test_accuracy"] for result in own],
            # results of before these were measured have none
            "log_loss": median(result.get("test_log_loss") for result in own),
            "calibration_error": median(result.get("test_calibration_error") for result in own),
            "n_parameters": own[0]["n_parameters"],
            "peak_memory": median(result["peak_memory"] for result in own),
        }
        for threshold in THRESHOLDS:
            times = [seconds_to(threshold, result) for result in own]
            # None where half of the rounds or more never got there
            middle = statistics.median_high(float("inf") if t is None else t for t in times)
            row[threshold] = None if middle == float("inf") else middle
        table.append(row)
    return table


def median(values):
    """Return the median of the values that are not None; None if there is none."""
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def paired_ratios(results, ours, peer):
    """Return the ratio of two contestants' times in each round that both have run."""
    seconds = {(r["contestant"], r["seed"]): r["fit_seconds"] for r in results}
    seeds = [seed for name, seed in seconds if name == ours and (peer, seed) in seconds]
    return [seconds[ours, seed] / seconds[peer, seed] for seed in seeds]
