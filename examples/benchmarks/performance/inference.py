"""Seconds of predictions: a whole set, one image, and a stream; against a hand-written loop."""

import statistics
import time

from performance import speed
from performance.measure import memory, peak_memory, repeated, reset_peak_memory
from skmnist.classifiers.presets import PRESETS

_PAIRS = 30
_MIN_PAIRS = 5
_LIMIT = 30.0  # seconds after which there are no more pairs
_STREAMED = 200_000


def run(task):
    """Time predictions in this process; return seconds as a dict."""
    import torch

    from skmnist import MnistCNNClassifier, fetch_mnist
    from skmnist.augmentation import resample
    from skmnist.augmentation.copies import copy_grids

    X, y = fetch_mnist(subset="train", return_X_y=True)
    X_test = fetch_mnist(subset="test", return_X_y=True)[0]
    preset, changes = recipe(task)
    params = {"random_state": 0, "device": task["device"]}
    classifier = MnistCNNClassifier.from_preset(preset, **changes, **params)
    # not more epochs for fewer images: what "auto" decides for all of them is measured
    classifier.set_params(max_epochs=4).fit(X[:6000], y[:6000])
    network, classes = classifier.module_.eval(), classifier.classes_
    mean, scale = classifier.mean_, classifier.scale_
    grids = copy_grids((28, 28), classifier._n_copies())

    def hand_written():
        with torch.inference_mode():
            logits = []
            for rows in torch.as_tensor(X_test).split(512):
                images = rows.to(task["device"]).float().view(-1, 1, 28, 28)
                images = images.sub_(mean).mul_(1 / scale).to(memory_format=torch.channels_last)
                copies = (network(resample(images, grid.to(images.device))) for grid in grids)
                logits.append(sum(copies, start=network(images)))
            return classes[torch.cat(logits).argmax(1).numpy(force=True)]

    def estimator():
        return classifier.predict(X_test)

    assert (hand_written() == estimator()).all()
    pairs, one = [], []
    start = time.perf_counter()
    for pair in range(_PAIRS):
        if pair >= _MIN_PAIRS and time.perf_counter() - start > _LIMIT:
            break
        # in turn, each first every other time, so that both see the same machine
        order = (estimator, hand_written) if pair % 2 else (hand_written, estimator)
        seconds = {function: repeated(function, 1, warm_up=0)[0] for function in order}
        pairs.append((seconds[estimator], seconds[hand_written]))
        # a few each time: all in a row would last as long as a moment of a shared machine
        one += repeated(lambda: classifier.predict(X_test[:1]), 20, warm_up=5)
    whole, loop = (statistics.median(seconds) for seconds in zip(*pairs, strict=True))
    chunks = (X[k * 10_000 % len(X) :][:10_000].copy() for k in range(_STREAMED // 10_000))
    reset_peak_memory()
    before = memory()
    n_streamed = sum(len(labels) for labels in classifier.predict_iter(chunks))
    return {
        **task,
        "whole_set": whole,
        "hand_written": loop,
        "ratio": statistics.median(ours / theirs for ours, theirs in pairs),
        "one_image": statistics.median(one),
        "n_streamed": n_streamed,
        "stream_memory": None if before is None else peak_memory() - before,
    }


def recipe(task):
    """Return the preset that is fitted, and what is changed."""
    return task["preset"], {"max_epochs": 1}


def tasks(device, n_rounds):
    """Return what is to be run: all presets in turn, several times."""
    return [
        {"part": "inference", "preset": name, "device": device, "round": round_}
        for round_ in range(min(n_rounds, 3))
        for name in PRESETS
    ]


def medians(results):
    """Return a dict for each preset: the median over its rounds of each figure."""
    figures = ("whole_set", "hand_written", "ratio", "one_image", "n_streamed", "stream_memory")
    by_preset = {}
    for result in results:
        by_preset.setdefault(result["preset"], []).append(result)
    return [
        {"preset": name, **{key: speed.median(r[key] for r in rounds) for key in figures}}
        for name, rounds in by_preset.items()
    ]
