"""Seconds of predictions: a whole set, one image, and a stream; against a hand-written loop."""

import statistics
import time

from performance.measure import memory, peak_memory, repeated, reset_peak_memory
from skmnist.presets import PRESETS

_ROUNDS = 60
_MIN_ROUNDS = 5
_LIMIT = 60.0  # seconds after which there are no more rounds
_STREAMED = 200_000


def run(task):
    """Time predictions in this process; return seconds as a dict."""
    import torch

    from skmnist import MnistCNNClassifier, fetch_mnist
    from skmnist.augmentation import AUGMENTATIONS

    X, y = fetch_mnist(subset="train", return_X_y=True)
    X_test = fetch_mnist(subset="test", return_X_y=True)[0]
    params = {"random_state": 0, "device": task["device"], "max_epochs": 1}
    classifier = MnistCNNClassifier.from_preset(task["preset"], **params).fit(X[:6000], y[:6000])
    network, classes = classifier.module_.eval(), classifier.classes_
    mean, scale = classifier.mean_, classifier.scale_
    affine, n_copies = AUGMENTATIONS["affine"], classifier.test_time_augmentation

    def hand_written():
        with torch.inference_mode():
            logits = []
            for rows in torch.as_tensor(X_test).split(512):
                images = rows.to(task["device"]).float().view(-1, 1, 28, 28)
                images = images.sub_(mean).mul_(1 / scale).to(memory_format=torch.channels_last)
                copies = (network(affine.alike(images, seed)) for seed in range(n_copies))
                logits.append(sum(copies, start=network(images)))
            return classes[torch.cat(logits).argmax(1).numpy(force=True)]

    def estimator():
        return classifier.predict(X_test)

    assert (hand_written() == estimator()).all()
    pairs, one = [], []
    start = time.perf_counter()
    for round_ in range(_ROUNDS):
        if round_ >= _MIN_ROUNDS and time.perf_counter() - start > _LIMIT:
            break
        # in turn, each first every other time, so that both see the same machine
        order = (estimator, hand_written) if round_ % 2 else (hand_written, estimator)
        seconds = {function: repeated(function, 1, warm_up=0)[0] for function in order}
        pairs.append((seconds[estimator], seconds[hand_written]))
        # a few in each round: 200 in a row would last as long as a moment of a shared machine
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


def tasks(device):
    """Return what is to be run."""
    return [{"part": "inference", "preset": name, "device": device} for name in PRESETS]
