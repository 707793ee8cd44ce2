"""Looking into a fitted estimator: the classifier in it, and the weights of its network."""

import numpy as np
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

#: A weight counts as negligible below this share of its layer's largest.
NEGLIGIBLE = 0.01


def look_inside(estimator, X=None):
    """Return the classifier that does the work in an estimator, and what it is given for X.

    Parameters
    ----------
    estimator : fitted estimator
        A classifier, or one inside a pipeline, a search or a `TransformedTargetClassifier`.
    X : array-like, default=None
        What the estimator is given.

    Returns
    -------
    classifier : fitted classifier
    X : array-like or None
        As the steps of a pipeline before the classifier have transformed it.
    """
    for level in levels(estimator):
        if isinstance(level, Pipeline) and len(level) > 1 and X is not None:
            X = level[:-1].transform(X)
    return level, X


def given_image_shape(estimator, n_pixels):
    """Return the shape of the images that an estimator is given, None if it is not known.

    A pipeline may make other images of them, before its classifier.

    Parameters
    ----------
    estimator : fitted estimator
        See `look_inside`.
    n_pixels : int
        Of an image that it is given.
    """
    classifier, _ = look_inside(estimator)
    is_given_them = getattr(classifier, "n_features_in_", n_pixels) == n_pixels
    return getattr(classifier, "image_shape_", None) if is_given_them else None


def levels(estimator):
    """Yield an estimator and what is inside of it, down to the classifier that does the work.

    Parameters
    ----------
    estimator : fitted estimator
        See `look_inside`.
    """
    if hasattr(estimator, "fit"):
        check_is_fitted(estimator)
    while estimator is not None:
        yield estimator
        if isinstance(estimator, Pipeline):
            estimator = estimator[-1]
        else:
            inner = (getattr(estimator, name, None) for name in ("best_estimator_", "classifier_"))
            estimator = next((found for found in inner if found is not None), None)


def as_predicted(estimator, y):
    """Return true labels as an estimator predicts them.

    Parameters
    ----------
    estimator : fitted estimator
        A `TransformedTargetClassifier` may be in it, such as in a search.
    y : ndarray of shape (n_samples,)
    """
    for level in levels(estimator):
        if hasattr(level, "_transform_target"):
            y = level._transform_target(y)
    return y


def weights(classifier):
    """Return the weights of each layer, without biases and normalisation.

    Parameters
    ----------
    classifier : fitted classifier of this package

    Returns
    -------
    weights : list of ndarray
    """
    if hasattr(classifier, "coefs_"):
        return [np.asarray(weight) for weight in classifier.coefs_]
    if not hasattr(classifier, "module_"):
        raise TypeError(f"{type(classifier).__name__} has no network whose weights are known.")
    from skmnist.networks import is_weight

    parameters = classifier.module_.parameters()
    return [parameter.detach().cpu().numpy() for parameter in parameters if is_weight(parameter)]


def sparsity(layers):
    """Return the share of weights that are at most a hundredth of the largest in their layer.

    What a layer does, up to a factor that normalisation takes back, depends on weights relative to
    each other only.

    Parameters
    ----------
    layers : list of ndarray
        As `weights` returns them.

    Returns
    -------
    sparsity : float
    """
    layers = [np.abs(layer) for layer in layers]
    n_negligible = sum(int((layer <= NEGLIGIBLE * layer.max()).sum()) for layer in layers)
    return n_negligible / sum(layer.size for layer in layers)
