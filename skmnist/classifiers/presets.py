"""Presets: named sets of parameters of `MnistCNNClassifier`, each for a purpose.

All were chosen on the last 10,000 training images of MNIST, without the test images. One value is
still to be measured there: the faults of pictures that the augmentation of "best" adds.
"""

#: The parameters that `MnistCNNClassifier.from_preset` sets. All others have their defaults.
PRESETS = {
    "instant": {
        "architecture": "coarse",
        "label_smoothing": 0.1,
        "augmentation": None,
        "optimizer": "muon",
        "learning_rate": 0.5,
        "momentum": 0.8,
        "max_epochs": "shortest",
        "batch_size": "large",
        "subsample": 0.75,
    },
    "quick": {
        "architecture": "small",
        "augmentation": "photometric",
        "optimizer": "muon",
        "learning_rate": 0.4,
        "momentum": 0.8,
        "max_epochs": "short",
        "batch_size": "large",
    },
    "default": {},
    "best": {
        "architecture": "wide",
        "l2": 5e-4,
        "label_smoothing": 0.1,
        "augmentation": "strong_photometric",
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

    Returns
    -------
    params : dict

    Raises
    ------
    ValueError
        If there is no preset of this name.

    Examples
    --------
    >>> from skmnist.classifiers.presets import preset
    >>> preset("best")["architecture"]
    'wide'
    """
    if not isinstance(name, str) or name not in PRESETS:
        raise ValueError(f"There is no preset {name!r}; choose one of {', '.join(PRESETS)}.")
    return dict(PRESETS[name])
