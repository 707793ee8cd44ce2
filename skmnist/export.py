"""A fitted classifier as one ONNX file, to be run without Python or without torch."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skmnist._files import atomic_path
from skmnist._warnings import own_filters


def export_onnx(
    estimator: Any,
    path: str | os.PathLike[str],
    *,
    input_dtype: Literal["uint8", "float32"] = "uint8",
    input_shape: Literal["flat", "image"] = "flat",
) -> Path:
    """Export a fitted classifier as one ONNX file, from raw pixels to labels.

    The file holds the scaling of the pixels, the network and what makes probabilities of its
    outputs. Its input is ``X``. Its outputs are ``label`` and ``probabilities``, which are those
    of ``predict`` and ``predict_proba`` up to the rounding of floating-point numbers. The number
    of images is free. This needs the packages onnx and onnxscript: ``pip install
    "skmnist[onnx]"``.

    Parameters
    ----------
    estimator : estimator object
        A fitted `MnistCNNClassifier`, `MnistMLPClassifier` or `NumpyMLPClassifier`. It may be
        inside a `TransformedTargetClassifier`, whose labels the file then gives, or a finished
        search such as ``GridSearchCV``.
    path : path-like
        File to write; the usual suffix is ``.onnx``.
    input_dtype : {"uint8", "float32"}, default="uint8"
        Type of the pixels. "uint8" is what MNIST's files hold, and takes the least memory. Take
        "float32" if pixels are not whole numbers from 0 to 255. Their scale must be that of the
        training images.
    input_shape : {"flat", "image"}, default="flat"
        Shape of the input: "flat" is (n_samples, n_features), as scikit-learn has it, "image" is
        (n_samples, height, width).

    Returns
    -------
    path : pathlib.Path
        The file written.

    Raises
    ------
    ImportError
        If onnx or onnxscript is not installed.
    TypeError
        If the estimator is none of those above.
    ValueError
        If a parameter is not as described, if the classes are neither numbers nor strings, if
        images of this shape do not exist, or for a `NumpyMLPClassifier` with
        ``loss="squared_error"``.

    See Also
    --------
    skmnist.save_model : Saves an estimator to go on working with it in Python.

    Notes
    -----
    The metadata of the file hold, as strings: ``classes`` (a JSON list), ``estimator``,
    ``image_shape`` (a JSON list, or null) and ``skmnist_version``. With
    ``test_time_augmentation`` the file averages over the distorted copies too.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from sklearn.datasets import load_digits
    >>> from skmnist import MnistMLPClassifier, export_onnx
    >>> X, y = load_digits(return_X_y=True)
    >>> clf = MnistMLPClassifier(random_state=0).fit(X, y)
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = export_onnx(clf, Path(folder.name) / "digits.onnx", input_dtype="float32")

    Any runtime for ONNX can use it:

    >>> import onnxruntime
    >>> session = onnxruntime.InferenceSession(path)
    >>> labels, proba = session.run(None, {"X": X[:5].astype("float32")})
    >>> labels.tolist()
    [0, 1, 2, 3, 4]
    >>> folder.cleanup()
    """
    _check_choice("input_dtype", input_dtype, ("uint8", "float32"))
    _check_choice("input_shape", input_shape, ("flat", "image"))
    _check_installed()
    classifier = _classifier_inside(estimator, "export_onnx")
    classes = _plain_classes(classifier.classes_)
    image_shape = classifier.image_shape_
    shape = (classifier.n_features_in_,)
    if input_shape == "image":
        if image_shape is None or np.prod(image_shape) != classifier.n_features_in_:
            raise ValueError(
                f"The {classifier.n_features_in_} features that {type(classifier).__name__} was "
                "fitted on are no image. Use input_shape='flat'."
            )
        shape = image_shape
    model = _graph(classifier, input_dtype, shape)
    _add_labels(model, classes)
    metadata = {
        "classes": json.dumps(classes.tolist()),
        "estimator": type(classifier).__name__,
        "image_shape": json.dumps(image_shape),
        "skmnist_version": version("skmnist"),
    }
    return _write(model, metadata, Path(path))


def _check_choice(name, value, choices):
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}, got {value!r}.")


def _check_installed():
    try:
        import onnx  # noqa: F401
        import onnxscript  # noqa: F401
    except ImportError as error:
        raise ImportError(
            f"export_onnx needs onnx and onnxscript, but {error.name} is not installed. Install "
            'both with pip install "skmnist[onnx]".'
        ) from error


def _classifier_inside(estimator, function):
    """Return the classifier of this package inside an estimator: the one that predicts.

    Parameters
    ----------
    estimator : estimator
    function : str
        Who asks; for the message of an error.

    Raises
    ------
    TypeError
        If there is none, or if something else takes part in predictions.
    """
    from skmnist.classifiers._base import BaseImageClassifier
    from skmnist.targets import TransformedTargetClassifier

    check_is_fitted(estimator)
    if isinstance(estimator, BaseImageClassifier):
        return estimator
    if isinstance(estimator, TransformedTargetClassifier):
        return _classifier_inside(estimator.classifier_, function)
    if hasattr(estimator, "best_estimator_"):
        return _classifier_inside(estimator.best_estimator_, function)
    raise TypeError(
        f"{function} takes a classifier of skmnist, alone, in a TransformedTargetClassifier or in "
        f"a search with refit=True; got {type(estimator).__name__}. What stands around it must be "
        "exported by other means."
    )


def _plain_classes(classes):
    """Return classes as an array of a type that ONNX knows."""
    kind = classes.dtype.kind
    if kind in "iu":
        return classes.astype(np.int64)
    if kind == "b":
        return classes
    if kind == "f":
        return classes.astype(np.float64)
    if kind in "UO" and all(isinstance(label, str) for label in classes.tolist()):
        return classes.astype(object)
    raise ValueError(
        f"ONNX labels are numbers or strings, but the classes are {classes.tolist()!r}. Fit the "
        "classifier on such labels."
    )


def _graph(classifier, input_dtype, shape):
    """Return the model that gives the index of the class, and the probabilities."""
    import torch

    from skmnist._engine.ambient import neutral_state

    with neutral_state(), _quiet():
        # no image in particular, but several of them: a single one would become a constant
        images = torch.zeros(3, *shape, dtype=getattr(torch, input_dtype))
        program = torch.onnx.export(
            classifier._exported().eval(),
            (images,),
            input_names=["X"],
            output_names=["index", "probabilities"],
            dynamic_shapes=({0: torch.export.Dim("n_samples")},),
            dynamo=True,
            verbose=False,
        )
    return program.model_proto


@contextlib.contextmanager
def _quiet():
    """Keep what torch's exporter says of itself from the user."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)  # it misses torchvision, which nothing here needs
    try:
        with own_filters():
            # it uses what torch itself has deprecated
            warnings.simplefilter("ignore", DeprecationWarning)
            warnings.simplefilter("ignore", FutureWarning)
            yield
    finally:
        logger.setLevel(level)


def _add_labels(model, classes):
    """Put the label of a class in the place of its index."""
    from onnx import helper, numpy_helper

    graph = model.graph
    labels = numpy_helper.from_array(classes, name="classes")
    graph.initializer.append(labels)
    graph.node.append(helper.make_node("Gather", ["classes", "index"], ["label"], name="label"))
    graph.output[0].name = "label"
    graph.output[0].type.tensor_type.elem_type = labels.data_type


def _write(model, metadata, path):
    import onnx

    model.producer_name, model.producer_version = "skmnist", metadata["skmnist_version"]
    onnx.helper.set_model_props(model, metadata)
    onnx.checker.check_model(model, full_check=True)
    with atomic_path(path) as temporary:
        temporary.write_bytes(model.SerializeToString())
    return path
