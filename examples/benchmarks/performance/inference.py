"""Seconds of predictions: a whole set, one image, and a stream; against a hand-written loop."""

import statistics

from performance.measure import peak_memory, repeated

_ROUNDS = 15


def run(task):
    """Time predictions in this process; return seconds as a dict."""
    import torch

    from skmnist import MnistCNNClassifier, fetch_mnist

    X, y = fetch_mnist(subset="train", return_X_y=True)
    X_test = fetch_mnist(subset="test", return_X_y=True)[0]
    params = {"random_state": 0, "device": task["device"], "max_epochs": 1}
    classifier = MnistCNNClassifier.from_preset(task["preset"], **params).fit(X[:6000], y[:6000])
    network, classes = classifier.module_.eval(), classifier.classes_
    mean, scale = classifier.mean_, classifier.scale_

    def hand_written():
        with torch.inference_mode():
            logits = []
            for rows in torch.as_tensor(X_test).split(512):
                images = rows.to(task["device"]).float().view(-1, 1, 28, 28)
                images = images.sub_(mean).mul_(1 / scale).to(memory_format=torch.channels_last)
                logits.append(network(images))
            return classes[torch.cat(logits).argmax(1).numpy(force=True)]

    def estimator():
        return classifier.predict(X_test)

    assert (hand_written() == estimator()).all()
    # in turn, so that both see the same machine
    pairs = [(repeated(estimator, 1)[0], repeated(hand_written, 1)[0]) for _ in range(_ROUNDS)]
    whole, loop = (statistics.median(seconds) for seconds in zip(*pairs, strict=True))
    one = repeated(lambda: classifier.predict(X_test[:1]), 200, warm_up=20)
    before = peak_memory()
    n_streamed = sum(len(labels) for labels in classifier.predict_iter(_stream(X, 60)))
    return {
        **task,
        "whole_set": whole,
        "hand_written": loop,
        "ratio": statistics.median(ours / theirs for ours, theirs in pairs),
        "one_image": statistics.median(one),
        "n_streamed": n_streamed,
        "stream_memory": peak_memory() - before,
    }


def _stream(X, n_chunks):
    for start in range(n_chunks):
        yield X[start * 1000 % len(X) :][:10_000].copy()


def tasks(device):
    """Return what is to be run."""
    return [{"part": "inference", "preset": p, "device": device} for p in ("quick", "default")]
