"""What the page must know of a fitted estimator."""

import numpy as np

from skmnist._data.pixels import pixel_range
from skmnist.demo.layers import end_of_first
from skmnist.export import _classifier_inside
from skmnist.pictures import DigitNormalizer
from skmnist.pictures.form import default_box, usual_box


def describe(estimator, pixel_max):
    """Return everything that the page computes with.

    Parameters
    ----------
    estimator : estimator
        See `write_demo`.
    pixel_max : float or None
        What full ink is in the training images; by default what the classifier says of them.

    Returns
    -------
    model : dict
        Plain values and arrays.
    """
    normalizer, estimator = _without_normalizer(estimator)
    classifier = _classifier_inside(estimator, "write_demo")
    shape = _image_shape(classifier)
    box = usual_box(shape)
    if normalizer is not None:
        if tuple(normalizer.image_shape) != shape:
            raise ValueError(
                f"DigitNormalizer makes images of {tuple(normalizer.image_shape)}, but "
                f"{type(classifier).__name__} was fitted on {shape}."
            )
        box = normalizer.box_shape or default_box(shape)
    layers, probabilities, temperature, grids = _network(classifier, shape)
    lowest, highest = pixel_range(classifier)
    return {
        "classes": [_text(label) for label in classifier.classes_.tolist()],
        "estimator": type(classifier).__name__,
        "parameters": int(classifier.count_parameters()),
        "image": list(shape),
        "box": [int(side) for side in box],
        "pixelMin": float(lowest),
        "pixelMax": float(highest if pixel_max is None else pixel_max),
        "mean": float(classifier.mean_),
        "scale": float(classifier.scale_),
        "temperature": float(temperature),
        "probabilities": probabilities,
        "endOfFirst": end_of_first(layers),
        "copies": grids,
        "layers": layers,
    }


def _text(label):
    return str(int(label) if isinstance(label, float) and label.is_integer() else label)


def _without_normalizer(estimator):
    """Return the first step of a pipeline, which the page does itself, and the rest."""
    estimator = getattr(estimator, "best_estimator_", estimator)
    steps = getattr(estimator, "steps", None)
    if steps and len(steps) == 2 and isinstance(steps[0][1], DigitNormalizer):
        return steps[0][1], steps[1][1]
    return None, estimator


def _image_shape(classifier):
    shape = classifier.image_shape_
    if shape is None or np.prod(shape) != classifier.n_features_in_:
        raise ValueError(
            f"The {classifier.n_features_in_} features that {type(classifier).__name__} was "
            "fitted on are no image to draw. Fit it on images, (n_samples, height, width)."
        )
    return tuple(int(side) for side in shape)


def _network(classifier, shape):
    """Return layers, what makes probabilities of the last, temperature and distorted copies."""
    from skmnist.classifiers.numpy_mlp import NumpyMLPClassifier

    if isinstance(classifier, NumpyMLPClassifier):
        from skmnist.demo.numpy_layers import layers_of_numpy

        squared = classifier._fitted_loss == "squared_error"
        return layers_of_numpy(classifier.network_), "nearest" if squared else "softmax", 1.0, []
    from skmnist.demo.torch_layers import layers_of_torch

    pipeline = classifier._exported().eval()
    layers = layers_of_torch(pipeline.network, shape)
    grids = [grid.numpy().reshape(-1) for grid in pipeline.grids]
    two = len(classifier.classes_) == 2
    return layers, "sigmoid" if two else "softmax", classifier.temperature_, grids
