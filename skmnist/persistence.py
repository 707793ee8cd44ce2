"""Saving a fitted estimator to one file, and loading it without running what is in it."""

import os
import tempfile
from pathlib import Path

import skops.io

# what a saved model may hold besides the types that skops itself trusts: parameters and parts
# of our estimators, of searches and of calibration, none of which runs anything when restored
_TRUSTED_TYPES = frozenset(
    {
        "skmnist.augmentation.Chain",
        "skmnist.augmentation.RandomAffine",
        "skmnist.augmentation.RandomBrightnessContrast",
        "skmnist.checkpoints.BackupAndRestore",
        "skmnist.classifiers.MnistCNNClassifier",
        "skmnist.classifiers.MnistMLPClassifier",
        "skmnist.numpy_mlp.classifier.NumpyMLPClassifier",
        "skmnist.numpy_mlp.layers.Dropout",
        "skmnist.numpy_mlp.layers.Linear",
        "skmnist.numpy_mlp.layers.ReLU",
        "skmnist.numpy_mlp.network.Network",
        "skmnist.numpy_mlp.optimizers.Adam",
        "skmnist.numpy_mlp.optimizers.Momentum",
        "skmnist.numpy_mlp.optimizers.SGD",
        "skmnist.progress.ProgressBar",
        "skmnist.schedules.Constant",
        "skmnist.schedules.Cosine",
        "skmnist.schedules.OneCycle",
        "skmnist.schedules.ReduceOnPlateau",
        "skmnist.schedules.Step",
        "skmnist.targets.square_digits.SquareDigitTransformer",
        "skmnist.targets.classifier.TransformedTargetClassifier",
        "sklearn.calibration._CalibratedClassifier",
        "sklearn.calibration._SigmoidCalibration",
        "sklearn.metrics._scorer._PassthroughScorer",
        "sklearn.metrics._scorer._Scorer",
        "sklearn.model_selection._split.KFold",
        "sklearn.model_selection._split.PredefinedSplit",
        "sklearn.model_selection._split.StratifiedKFold",
        "torch.optim.adam.Adam",
        "torch.optim.adamw.AdamW",
        "torch.optim.nadam.NAdam",
        "torch.optim.radam.RAdam",
        "torch.optim.rmsprop.RMSprop",
        "torch.optim.sgd.SGD",
    }
)


def save_model(estimator, path):
    """Save an estimator in the skops format.

    The weights are stored as NumPy arrays, so the file can be read on another device and
    with another version of torch. It is written under a temporary name first: an interrupted
    call leaves an older file as it was.

    Parameters
    ----------
    estimator : estimator object
        A classifier of this package, or a scikit-learn estimator around one (a pipeline, a
        search).
    path : path-like
        File to write; the usual suffix is ``.skops``.

    Returns
    -------
    path : pathlib.Path
        The file written.

    Raises
    ------
    ValueError
        If the model could never be loaded again, since it holds a function that has no name to
        import it by.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from sklearn.datasets import load_digits
    >>> from skmnist import MnistCNNClassifier, load_model, save_model
    >>> X, y = load_digits(return_X_y=True)
    >>> clf = MnistCNNClassifier(max_epochs=2, random_state=0).fit(X, y)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_model(clf, Path(folder) / "digits.skops")
    ...     loaded = load_model(path)
    >>> bool((loaded.predict_proba(X) == clf.predict_proba(X)).all())
    True
    """
    path = Path(path)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            skops.io.dump(estimator, file)
        _check_importable(temporary)
        Path(temporary).chmod(0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    return path


def load_model(path, *, trusted=()):
    """Load an estimator that `save_model` has saved.

    Nothing in the file is executed: it may hold arrays, plain values, and objects of
    scikit-learn's and this package's own types only.

    Parameters
    ----------
    path : path-like
        File to read.
    trusted : iterable of str, default=()
        Further types that the file may hold, by their full names, such as those of your own
        ``architecture`` or ``callbacks``. Trust only what you have read.

    Returns
    -------
    estimator : estimator object
        As it was saved: its predictions are the same to the bit on the same device.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is not a saved model, or holds a type that is not trusted.
    """
    path = Path(path)
    trusted = _TRUSTED_TYPES | ({trusted} if isinstance(trusted, str) else set(trusted))
    try:
        unknown = sorted(set(skops.io.get_untrusted_types(file=path)) - trusted)
        if not unknown:
            return skops.io.load(path, trusted=sorted(trusted))
    except OSError:
        raise
    except Exception as error:  # whatever may go wrong in reading what somebody has made up
        raise ValueError(
            f"{path} is not a saved model, or is damaged: {error}. Save it again with save_model."
        ) from error
    raise ValueError(
        f"{path} holds types that are not trusted: {', '.join(unknown)}. If you know where the "
        f"file comes from and what these do, pass trusted={unknown!r}."
    )


def _check_importable(path):
    for name in skops.io.get_untrusted_types(file=path):
        if "<" in name:  # <lambda> or <locals>
            raise ValueError(
                f"The model holds {name}, which cannot be loaded again, as it has no name to "
                "import it by. Define it with def or class, at the top of a module."
            )


def _umask():
    # there is no way to ask without setting
    mask = os.umask(0)
    os.umask(mask)
    return mask
