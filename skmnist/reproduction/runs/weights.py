"""What a fitted network's weights say of its penalties."""

from itertools import repeat

import numpy as np

from skmnist._fitted import sparsity, weights


def weight_statistics(classifier):
    """Return norms and sparsity of a fitted network, as a dict.

    ``l1_norm`` is Σ|w|, and ``l2_norm`` is √Σw². ``sparsity`` is the share of the weights that
    are at most a hundredth of the largest in their layer. They are compared within the layer,
    because normalisation undoes a common factor.

    Parameters
    ----------
    classifier : fitted classifier of this package

    Returns
    -------
    statistics : dict of str to float
    """
    layers = [np.abs(weight.astype(np.float64)) for weight in weights(classifier)]
    return {
        "l1_norm": float(sum(layer.sum() for layer in layers)),
        "l2_norm": float(np.sqrt(sum((layer**2).sum() for layer in layers))),
        "sparsity": sparsity(layers),
    }


def penalty(classifier):
    """Return ``l1``·Σ|w| + (``l2``/2)·Σw² of a fitted network.

    Parameters
    ----------
    classifier : fitted classifier of this package

    Returns
    -------
    penalty : float
    """
    layers = weights(classifier)
    l1, l2 = (
        value if isinstance(value, tuple | list) else repeat(value)
        for value in (classifier.l1, classifier.l2)
    )
    return float(
        sum(
            a * np.abs(weight).sum() + b / 2 * (weight**2).sum()
            for a, b, weight in zip(l1, l2, layers, strict=False)
        )
    )
