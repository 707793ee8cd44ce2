"""Time and memory against the number of images, which are MNIST's over and over."""

import statistics

import numpy as np

from performance.measure import peak_memory, repeated

SIZES = (1000, 6000, 60_000, 600_000)


def run(task):
    """Fit and predict with some number of images; return seconds and MB as a dict."""
    from skmnist import MnistCNNClassifier, fetch_mnist

    X, y = fetch_mnist(subset="train", return_X_y=True)
    preset, changes = recipe(task)
    params = {"random_state": 0, "n_threads": task["threads"], "device": task["device"]}
    classifier = MnistCNNClassifier.from_preset(preset, **changes, **params)
    classifier.fit(X[:2560], y[:2560]).predict(X[:2560])
    copies = -(-task["n_images"] // len(X))
    if copies > 1:
        X, y = np.tile(X, (copies, 1)), np.tile(y, copies)
    X, y = X[: task["n_images"]], y[: task["n_images"]]
    n_times = 5 if task["n_images"] <= 6000 else 1
    fit = repeated(lambda: classifier.fit(X, y), n_times, warm_up=0)
    peak = peak_memory()
    predict = repeated(lambda: classifier.predict(X), n_times, warm_up=0)
    return {
        **task,
        "fit_seconds": statistics.median(fit),
        "predict_seconds": statistics.median(predict),
        "data": X.nbytes / 1e6,
        "peak_memory": peak,
    }


def recipe(task):
    """Return the preset that is fitted, and what is changed."""
    return "quick", {"max_epochs": 1}


def tasks(device, n_rounds):
    """Return what is to be run: all sizes in turn, several times."""
    return [
        {"part": "scaling", "n_images": n, "threads": threads, "device": device, "round": round_}
        for round_ in range(min(n_rounds, 3))
        for threads in ((1, 2) if device == "cpu" else (1,))
        for n in SIZES
    ]


def exponent(results, key, smallest=6000):
    """Return the exponent with which a time grows, fitted from some size on, None if it is one."""
    points = {}
    for result in results:
        if result["n_images"] >= smallest:
            points.setdefault(result["n_images"], []).append(result[key])
    sizes = sorted(points)
    if len(sizes) < 2:
        return None
    medians = [statistics.median(points[size]) for size in sizes]
    return float(np.polyfit(np.log(sizes), np.log(medians), 1)[0])
