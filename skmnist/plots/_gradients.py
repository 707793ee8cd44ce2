"""How a network's output depends on each pixel."""

import contextlib
import copy

import numpy as np


def gradients(classifier, X, indices):
    """Return the gradient of each image's score for a class with respect to its pixels.

    Parameters
    ----------
    classifier : fitted classifier of this package
    X : ndarray of shape (n_images, n_features)
    indices : ndarray of int of shape (n_images,)
        The class that is explained for each image.

    Returns
    -------
    gradients : ndarray of shape (n_images, n_features)
    """
    if hasattr(classifier, "coefs_"):
        return _of_numpy(classifier, X, indices)
    if hasattr(classifier, "net_"):
        return _of_torch(classifier, X, indices)
    raise TypeError(
        f"{type(classifier).__name__} has no network with gradients. method='occlusion' explains "
        "every classifier with predict_proba."
    )


def _of_torch(classifier, X, indices):
    import torch

    with threads_of(classifier):
        images = standardized(classifier, X).requires_grad_()
        logits = classifier.module_(images)
        if logits.shape[1] == 1:  # two classes: the score of the second
            signs = torch.as_tensor(2.0 * np.asarray(indices) - 1, device=logits.device)
            scores = logits[:, 0] * signs
        else:
            scores = logits[torch.arange(len(logits)), torch.as_tensor(indices)]
        (gradient,) = torch.autograd.grad(scores.sum(), images)
    gradient = gradient.cpu().numpy().reshape(len(X), -1)[:, : X.shape[1]]
    return gradient / classifier.scale_


def _of_numpy(classifier, X, indices):
    from skmnist.numpy_mlp import Dropout, Network
    from skmnist.numpy_mlp.batches import PixelScaling

    layers = [layer for layer in classifier.layers_ if not isinstance(layer, Dropout)]
    network = Network(copy.deepcopy(layers))
    network.layers[0].input_gradient = True
    scaling = PixelScaling(classifier.mean_, classifier.scale_, network.dtype)
    outputs = network.forward(scaling(X))
    explained = np.zeros_like(outputs)
    explained[np.arange(len(X)), indices] = 1
    return network.backward(explained) / classifier.scale_


def standardized(classifier, X):
    """Return images as a network of torch gets them, (n_images, 1, height, width)."""
    import torch

    net = classifier.net_
    rows = torch.as_tensor(np.asarray(X, dtype=np.float32).reshape(len(X), -1), device=net.device)
    return net.scaling.standardize(net.scaling.images(rows.clone()))


@contextlib.contextmanager
def threads_of(classifier):
    """Compute as the classifier does when it predicts."""
    from skmnist._engine.ambient import neutral_state
    from skmnist._engine.threads import thread_limit

    classifier.net_.set_mode(False)
    n_threads = classifier.n_threads
    with thread_limit(None if n_threads is None else int(n_threads)), neutral_state():
        yield
