"""The first layer of a fitted network: its weights as images, and what it makes of images."""

import math

import numpy as np


def filters(classifier):
    """Return the weights of each unit of the first layer as an image.

    Parameters
    ----------
    classifier : fitted classifier

    Returns
    -------
    filters : ndarray of shape (n_filters, height, width)

    Raises
    ------
    TypeError
        If the classifier has no network of this package.
    ValueError
        If the weights are no images.
    """
    if hasattr(classifier, "coefs_"):
        weight = np.asarray(classifier.coefs_[0]).T
    else:
        weight = first_layer(classifier).weight.detach().cpu().numpy()
    if weight.ndim == 4:
        return weight[:, 0]
    shape = classifier.image_shape_
    if shape is None or math.prod(shape) != weight.shape[1]:
        raise ValueError(
            f"The first layer has {weight.shape[1]} weights for each unit, which are no image of "
            f"shape {shape}."
        )
    return weight.reshape(-1, *shape)


def maps(classifier, X):
    """Return what each filter of the first convolution makes of images.

    Parameters
    ----------
    classifier : fitted classifier
    X : array-like of images

    Returns
    -------
    maps : ndarray of shape (n_images, n_filters, height, width)

    Raises
    ------
    ValueError
        If the first layer is no convolution.
    """
    import torch

    from skmnist.plots._gradients import standardized, threads_of

    layer = None if hasattr(classifier, "coefs_") else first_layer(classifier)
    if layer is None or layer.weight.ndim != 4:
        raise ValueError(
            f"The first layer of {type(classifier).__name__} is no convolution, so it makes no "
            "maps. FirstLayerFiltersDisplay shows its weights."
        )
    with threads_of(classifier), torch.no_grad():
        return layer(standardized(classifier, X)).cpu().numpy()


def first_layer(classifier):
    """Return the first layer with weights of a fitted network of torch."""
    if not hasattr(classifier, "module_"):
        raise TypeError(
            f"{type(classifier).__name__} has no network. Pass a fitted classifier of skmnist."
        )
    for layer in classifier.module_.modules():
        weight = getattr(layer, "weight", None)
        if weight is not None and weight.ndim > 1:
            return layer
    raise ValueError("The network has no layer with weights.")
