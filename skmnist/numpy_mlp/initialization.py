"""How weights are drawn before training."""

import numpy as np


def he_normal(n_inputs, n_outputs, rng, dtype="float32"):
    r"""Draw weights as He et al. [1]_ propose for layers with ReLU behind them.

    .. math:: w_{ij} \sim \mathcal{N}(0, 2 / n_{inputs})

    ReLU sets about half of its inputs to zero. The factor 2 compensates for this, so that the
    activations of all layers have about the same size.

    Parameters
    ----------
    n_inputs, n_outputs : int
    rng : numpy.random.Generator
    dtype : {"float32", "float64"}, default="float32"

    Returns
    -------
    weight : ndarray of shape (n_inputs, n_outputs)
        As `Linear` takes it.

    References
    ----------
    .. [1] K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers: surpassing
       human-level performance on ImageNet classification", 2015, arXiv:1502.01852.

    Examples
    --------
    >>> import numpy as np
    >>> from skmnist.numpy_mlp import he_normal
    >>> weight = he_normal(784, 300, np.random.default_rng(0))
    >>> weight.shape, weight.dtype
    ((784, 300), dtype('float32'))
    >>> bool(abs(weight.std() - (2 / 784) ** 0.5) < 1e-3)
    True
    """
    weight = rng.standard_normal((n_inputs, n_outputs))
    return (weight * np.sqrt(2 / n_inputs)).astype(dtype)


def uniform(n_inputs, n_outputs, rng, dtype="float32", limit=0.1):
    r"""Draw weights evenly from an interval around zero.

    .. math:: w_{ij} \sim \mathcal{U}(-limit, limit)

    Parameters
    ----------
    n_inputs, n_outputs : int
    rng : numpy.random.Generator
    dtype : {"float32", "float64"}, default="float32"
    limit : float, default=0.1

    Returns
    -------
    weight : ndarray of shape (n_inputs, n_outputs)
        As `Linear` takes it.

    Examples
    --------
    >>> import numpy as np
    >>> from skmnist.numpy_mlp import uniform
    >>> weight = uniform(784, 40, np.random.default_rng(0))
    >>> weight.shape, bool(abs(weight).max() <= 0.1)
    ((784, 40), True)
    """
    return rng.uniform(-limit, limit, (n_inputs, n_outputs)).astype(dtype)


#: What the strings accepted as ``initialization`` stand for.
INITIALIZATIONS = {"he": he_normal, "uniform": uniform}
