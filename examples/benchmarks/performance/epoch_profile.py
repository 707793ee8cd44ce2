"""Where the time of an epoch goes, as shares."""

#: What torch's operations, by the beginning of their names, belong to; the first that fits.
_PARTS = {
    "convolution": (
        "aten::mkldnn_conv",
        "aten::convolution",
        "aten::cudnn_conv",
        "aten::thnn_conv",
    ),
    "pooling": ("aten::max_pool", "aten::adaptive_avg"),
    "normalisation": ("aten::native_batch_norm", "aten::batch_norm", "aten::cudnn_batch_norm"),
    "activation": ("aten::clamp_min", "aten::relu", "aten::threshold"),
    "linear layer": ("aten::addmm", "aten::mm", "aten::linear"),
    "augmentation": ("aten::grid_sampler",),
    "loss": ("aten::_log_softmax", "aten::nll_loss", "aten::cross_entropy", "aten::_softmax"),
    "optimiser": ("aten::_fused_sgd", "aten::_fused_adam", "aten::_foreach"),
    "taking rows": ("aten::index", "aten::randperm"),
    "converting and copying": ("aten::copy_", "aten::to", "aten::_to_copy", "aten::contiguous"),
}


def run(task):
    """Profile an epoch of a preset in this process; return shares of the wall time as a dict."""
    import torch
    from torch.profiler import ProfilerActivity, profile

    from performance.measure import repeated
    from skmnist import MnistCNNClassifier, fetch_mnist

    X, y = fetch_mnist(subset="train", return_X_y=True)
    classifier = MnistCNNClassifier.from_preset(
        task["preset"], max_epochs=1, random_state=0, n_threads=1, device=task["device"]
    )
    classifier.fit(X[:2560], y[:2560])
    # the profiler slows things down, so the whole is timed without
    seconds = repeated(lambda: classifier.fit(X, y), 3, warm_up=0)
    activities = [ProfilerActivity.CPU]
    if torch.device(task["device"]).type == "cuda":
        activities.append(ProfilerActivity.CUDA)
    with profile(activities=activities) as profiler:
        classifier.fit(X, y)
    parts = dict.fromkeys(_PARTS, 0.0)
    parts["other operations"] = 0.0
    total = 0.0
    for event in profiler.key_averages():
        own = event.self_cpu_time_total / 1e6
        total += own
        parts[_part_of(event.key)] += own
    return {**task, "fit_seconds": sorted(seconds)[1], "profiled_seconds": total, "parts": parts}


def _part_of(name):
    for part, beginnings in _PARTS.items():
        if name.startswith(beginnings):
            return part
    return "other operations"


def tasks(device):
    """Return what is to be run."""
    return [{"part": "profile", "preset": p, "device": device} for p in ("quick", "default")]
