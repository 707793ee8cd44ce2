"""The models that commands train: a classifier by name, on digits or on a function of them."""

from skmnist.cli.errors import UsageError

#: What ``--classifier`` takes, the class that it means, and what that is.
CLASSIFIERS = {
    "cnn": ("MnistCNNClassifier", "convolutional network"),
    "mlp": ("MnistMLPClassifier", "dense network"),
    "numpy": ("NumpyMLPClassifier", "dense network in pure NumPy"),
}

#: What ``--target`` takes.
TARGETS = ("digit", "square")


def classifier_class(name):
    """Return the class that ``--classifier`` means."""
    import skmnist

    return getattr(skmnist, CLASSIFIERS[name][0])


def make_classifier(name, preset="default", params=None):
    """Return a classifier that is not yet fitted, its parameters checked.

    Parameters
    ----------
    name : str
        A key of `CLASSIFIERS`.
    preset : str, default="default"
        Of `MnistCNNClassifier.from_preset`.
    params : dict, default=None
        Parameters that are to be different from the preset's; ``random_state`` is 0 otherwise.

    Returns
    -------
    classifier : estimator

    Raises
    ------
    UsageError
        If the classifier has no such preset.
    sklearn.utils._param_validation.InvalidParameterError
        If a parameter has a value that is not allowed.
    """
    from skmnist._sklearn import check_parameters

    cls = classifier_class(name)
    params = {"random_state": 0, **(params or {})}
    if hasattr(cls, "from_preset"):
        classifier = cls.from_preset(preset, **params)
    elif preset == "default":
        classifier = cls(**params)
    else:
        raise UsageError(f"--preset {preset} is for --classifier cnn; {name} has no presets")
    check_parameters(classifier)
    return classifier


def on_target(classifier, target):
    """Return the estimator that learns a target with a classifier.

    Parameters
    ----------
    classifier : estimator
    target : {"digit", "square"}
        The digit itself, or whether it is a square number (0, 1, 4 or 9).
    """
    from skmnist import SquareDigitTransformer, TransformedTargetClassifier

    if target == "digit":
        return classifier
    return TransformedTargetClassifier(classifier, SquareDigitTransformer())


def classifier_of(model):
    """Return the fitted classifier inside a model: of one on digits itself."""
    return getattr(model, "classifier_", model)


def innermost(model):
    """Return the fitted classifier that does the work in a model.

    It may be inside a search, a pipeline, or another meta-estimator of scikit-learn; of several
    it is the first.
    """
    return _levels(model)[-1]


def _levels(model):
    """Return a model and what is inside of it, down to the classifier that does the work."""
    from sklearn.frozen import FrozenEstimator

    from skmnist._fitted import levels

    found = []
    while model is not None:
        found += levels(model)
        inner, model = found[-1], None
        if hasattr(inner, "calibrated_classifiers_"):
            model = inner.calibrated_classifiers_[0].estimator
        elif isinstance(getattr(inner, "estimators_", None), list):
            model = inner.estimators_[0]
        elif hasattr(inner, "estimator_"):
            model = inner.estimator_
        elif isinstance(inner, FrozenEstimator):
            model = inner.estimator
    return found


def in_units_of(model, X, largest):
    """Return pixels on the scale of those that a model was trained on.

    Parameters
    ----------
    model : fitted estimator
    X : ndarray
    largest : float
        The largest pixel that X has, or could have.

    Returns
    -------
    X : ndarray
        The same if both scales end alike, at 1, 16, 255 or 65,535, or if the model has steps that
        change the pixels before its classifier. If the model was trained on pixels below 0, the
        lowest of these is a pixel without ink.
    """
    from skmnist._data.pixels import full_ink, pixel_range

    *outer, classifier = _levels(model)
    has_steps = any(len(getattr(level, "steps", ())) > 1 for level in outer)
    if not hasattr(classifier, "pixel_max_") or has_steps:
        return X
    own = full_ink(largest)
    lowest, highest = pixel_range(classifier)
    return X if (0, own) == (lowest, highest) else X * ((highest - lowest) / own) + lowest


def classifier_in(model):
    """Return the classifier that a model is made with, whether it is fitted or not."""
    return getattr(model, "classifier", model)


def target_of(model):
    """Return what a model tells: "digit" or "square"."""
    return "square" if hasattr(model, "transformer") else "digit"


def describe(classifier):
    """Return what metrics say of a fitted classifier, as a dict."""
    return {
        "classifier": type(classifier).__name__,
        "n_parameters": classifier.count_parameters(),
        "n_epochs": classifier.n_iter_,
        "params": {name: _plain(value) for name, value in classifier.get_params().items()},
    }


def _plain(value):
    return value if isinstance(value, int | float | str | None) else repr(value)


def true_labels(model, y):
    """Return digits as the labels that a fitted model predicts."""
    from skmnist._fitted import as_predicted

    return as_predicted(model, y)


def check_task(model, task):
    """Raise an error if a fitted model does not fit a task.

    Parameters
    ----------
    model : fitted estimator
    task : Task

    Raises
    ------
    ValueError
        If the images have another number of pixels, or labels that the model does not know.
    """
    import numpy as np

    n_pixels, expected = task.X_test.shape[1], getattr(model, "n_features_in_", None)
    if expected not in (None, n_pixels):
        raise ValueError(
            f"the model was trained on images of {expected} pixels, but those of {task.name} have "
            f"{n_pixels}; choose its data with --dataset"
        )
    known = model.classes_.tolist()
    labels = np.unique(true_labels(model, task.y_test)).tolist()
    if not set(known).issuperset(labels):
        raise ValueError(
            f"the model tells the labels {_listed(known)} apart, but {task.name} has "
            f"{_listed(labels)}, so its errors cannot be counted"
        )


def _listed(labels):
    # with quotes around text, since "1" is not 1
    return ", ".join(map(repr, labels))
