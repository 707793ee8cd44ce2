"""Recipes by name: parameters of `MnistCNNClassifier` for a purpose.

All were chosen on the last 10,000 training images of MNIST.
"""

#: What `MnistCNNClassifier.from_preset` sets; everything else has its default.
PRESETS = {
    "quick": {
        "architecture": "small",
        "label_smoothing": 0.05,
        "augmentation": None,
        "learning_rate": 0.15,
        "max_epochs": "short",
    },
    "default": {},
    "best": {
        "architecture": "wide",
        "augmentation": "strong",
        "test_time_augmentation": 4,
        "max_epochs": "long",
    },
}


def preset(name):
    """Return the parameters of a preset, as a new dict.

    Parameters
    ----------
    name : str
        A key of `PRESETS`.

    Raises
    ------
    ValueError
        If there is none of this name.
    """
    if not isinstance(name, str) or name not in PRESETS:
        raise ValueError(f"There is no preset {name!r}; choose one of {', '.join(PRESETS)}.")
    return dict(PRESETS[name])
