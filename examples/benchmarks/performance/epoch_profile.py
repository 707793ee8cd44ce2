"""Where the time of an epoch goes."""

import time

#: What torch's operations, by the beginning of their names, belong to; the first that fits.
_OPERATIONS = {
    "convolutions": ("aten::mkldnn_conv", "aten::convolution", "aten::cudnn_conv"),
    "pooling": ("aten::max_pool", "aten::adaptive_avg"),
    "normalisation": ("aten::native_batch_norm", "aten::batch_norm", "aten::cudnn_batch_norm"),
    "activation": ("aten::clamp_min", "aten::relu", "aten::threshold"),
    "linear layer": ("aten::addmm", "aten::mm", "aten::linear"),
    "loss": ("aten::_log_softmax", "aten::nll_loss", "aten::cross_entropy"),
    # the range of a step holds forward and backward too, which skorch gives it as a closure
    "optimiser": ("Optimizer.", "aten::_fused_", "aten::_foreach"),
}

#: Ranges that are marked below.
_RANGES = {"augmentation": "augmentation", "making batches": "batch"}


def run(task):
    """Profile an epoch of a preset in this process; return seconds of its parts as a dict."""
    from torch.profiler import ProfilerActivity, profile, record_function

    from skmnist import MnistCNNClassifier, fetch_mnist
    from skmnist._engine.batches import TrainBatches

    def marked(function, name):
        def call(*args, **kwargs):
            with record_function(name):
                return function(*args, **kwargs)

        return call

    X, y = fetch_mnist(subset="train", return_X_y=True)
    preset, changes = recipe(task)
    params = {"random_state": 0, "n_threads": 1, "device": task["device"]}
    classifier = MnistCNNClassifier.from_preset(preset, **changes, **params)
    max_epochs = classifier.max_epochs
    classifier.set_params(max_epochs=1).fit(X[:2656], y[:2656])
    classifier.set_params(max_epochs=max_epochs)
    augment = classifier._make_augmentation((28, 28), classifier.n_iter_)
    if augment is not None:
        classifier.set_params(augmentation=marked(augment, _RANGES["augmentation"]))
    # in the thread that profiles, since there is only one
    TrainBatches._make = marked(TrainBatches._make, _RANGES["making batches"])
    with profile(activities=[ProfilerActivity.CPU], acc_events=True) as profiler:
        start = time.perf_counter()
        classifier.fit(X, y)
        profiled_seconds = time.perf_counter() - start
    return {
        **task,
        "profiled_seconds": profiled_seconds,
        "parts": _parts(profiler.key_averages(), profiled_seconds),
    }


def _parts(events, seconds):
    ranges = {event.key: event.cpu_time_total / 1e6 for event in events}
    parts = {
        what: sum(
            event.self_cpu_time_total / 1e6 for event in events if event.key.startswith(beginnings)
        )
        for what, beginnings in _OPERATIONS.items()
    }
    parts["augmentation"] = ranges.get(_RANGES["augmentation"], 0.0)
    parts["making batches"] = ranges[_RANGES["making batches"]] - parts["augmentation"]
    parts["everything else"] = seconds - sum(parts.values())
    return parts


def recipe(task):
    """Return the preset that is fitted, and what is changed."""
    return task["preset"], {"max_epochs": 1}


def tasks(device):
    """Return what is to be run: on a CPU, since of a GPU it would only time the calls."""
    names = ("quick", "default") if device == "cpu" else ()
    return [{"part": "profile", "preset": name, "device": device} for name in names]
