"""Saving a fitted estimator to one file, and loading it again."""

import importlib
import warnings
from pathlib import Path

import skops.io

from skmnist._files import atomic_path
from skmnist._sklearn import STORABLE_TYPES
from skmnist._storable import full_name, is_storable
from skmnist.persistence.archives import PARTIAL, checked_archive


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
    OSError
        If the file cannot be written.
    ValueError
        If the model could never be loaded again: it holds something that the format has no
        room for, or a class or function that cannot be imported by its name, such as a lambda
        or a class that is defined in a function.

    Warns
    -----
    UserWarning
        If the model holds a class or function of the running script or notebook
        (``__main__``). It can be loaded only where the same one runs.

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
    with atomic_path(path) as temporary:
        try:
            with temporary.open("w+b") as file:
                skops.io.dump(estimator, file)
                archive = checked_archive(file, _is_known)
            types = skops.io.get_untrusted_types(file=archive)
        except OSError:
            raise
        except Exception as error:  # skops has many
            raise ValueError(f"The model cannot be saved: {error}") from error
        for name in types:
            _check_importable(name)
    return path


def load_model(path, *, trusted=()):
    """Load an estimator that `save_model` has saved.

    Nothing in the file is executed: it may hold arrays, plain values, and objects of
    scikit-learn's and this package's own types only. Nothing in it is loaded before its sizes
    have been checked: a file may unfold to 40 times its own size, and no further.

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
    OSError
        If the file cannot be opened, such as a ``FileNotFoundError``.
    ValueError
        If the file is not a saved model, is damaged, holds a type that is not trusted, or is
        made up to fill the memory.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from sklearn.datasets import load_digits
    >>> from skmnist import NumpyMLPClassifier, load_model, save_model
    >>> X, y = load_digits(return_X_y=True)
    >>> clf = NumpyMLPClassifier(max_epochs=2, random_state=0).fit(X, y)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     loaded = load_model(save_model(clf, Path(folder) / "digits.skops"))
    >>> loaded.n_iter_
    2
    """
    path = Path(path)
    trusted = {trusted} if isinstance(trusted, str) else set(trusted)
    with path.open("rb") as file:
        try:
            archive = checked_archive(file, lambda name: name not in trusted and _is_known(name))
            types = set(skops.io.get_untrusted_types(file=archive)) - trusted
            unknown = sorted(name for name in types if not _is_known(name))
            if not unknown:
                return skops.io.load(archive, trusted=sorted(trusted | types))
        except Exception as error:  # whatever may go wrong in reading what somebody has made up
            raise ValueError(
                f"{path} is not a saved model, or is damaged: {error}. Save it again with "
                "save_model."
            ) from error
    raise ValueError(
        f"{path} holds types that are not trusted: {', '.join(unknown)}. If you know where the "
        f"file comes from and what these do, pass trusted={unknown!r}."
    )


def _check_importable(name):
    """Raise an error unless a class, function or method can be imported by its full name."""
    module, _, attribute = name.rpartition(".")
    if module == "__main__":
        warnings.warn(
            f"The model holds {name}, which can be loaded only where the same script or notebook "
            "runs. To load the model elsewhere, put the definition into a module and import it.",
            stacklevel=3,
        )
    if not (_has(module, attribute) or _has(*module.rpartition(".")[::2], attribute)):
        raise ValueError(
            f"The model holds {name}, which cannot be loaded again, as it has no name to import "
            "it by. Define it with def or class, at the top of a module."
        )


def _has(module, *attributes):
    """Tell whether a module has an attribute, which may be one of an attribute."""
    try:
        found = importlib.import_module(module)
    except (ImportError, ValueError):  # there is none, or its name is empty
        return False
    for attribute in attributes:
        found = getattr(found, attribute, None)
    return found is not None


def _is_known(name):
    """Tell whether a type may stand in a model: one of ours that says so, or an optimiser."""
    return name in STORABLE_TYPES or name == PARTIAL or is_storable(name) or _is_optimizer(name)


def _is_optimizer(name):
    if not name.startswith("torch.optim."):
        return False
    from torch import optim

    # what `optimizer` takes: these classes only, and not whatever a module of torch holds
    return name in {full_name(value) for value in vars(optim).values() if isinstance(value, type)}
