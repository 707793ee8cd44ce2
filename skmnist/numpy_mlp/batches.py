"""How rows of pixels in memory become the batches that a network gets."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class PixelScaling:
    """Turn pixels into the inputs of a network: (pixels - mean) / scale.

    Parameters
    ----------
    mean, scale : float
    dtype : dtype
        The dtype of the inputs.

    Examples
    --------
    >>> import numpy as np
    >>> from skmnist.numpy_mlp.batches import PixelScaling
    >>> PixelScaling(mean=0.0, scale=255.0, dtype="float32")(np.array([[0, 255]], dtype=np.uint8))
    array([[0., 1.]], dtype=float32)
    """

    mean: float
    scale: float
    dtype: str | np.dtype

    def __call__(self, pixels, augment=None):
        """Return the inputs of a batch.

        Parameters
        ----------
        pixels : ndarray of shape (B, n_features)
            Of any real dtype.
        augment : callable, default=None
            It gets the pixels as floats, and returns distorted ones.

        Returns
        -------
        inputs : ndarray of shape (B, n_features)
        """
        # one layout in memory, since products of matrices round differently in another
        inputs = pixels.astype(self.dtype, order="C")
        if augment is not None:
            inputs = augment(inputs)
        inputs -= self.mean
        inputs *= 1 / self.scale
        return inputs


def shuffled_batches(rows, batch_size, rng):
    """Yield all rows in a random order, one batch at a time.

    If the last batch would have less than half the size, its rows join the batch before it. The
    mean of only a few gradients would be a poor direction for a whole step.

    Parameters
    ----------
    rows : ndarray of shape (n_rows,)
    batch_size : int
    rng : numpy.random.Generator

    Yields
    ------
    batch : ndarray of shape (B,)

    Examples
    --------
    >>> import numpy as np
    >>> from skmnist.numpy_mlp.batches import shuffled_batches
    >>> batches = shuffled_batches(np.arange(10), 4, np.random.default_rng(0))
    >>> [len(batch) for batch in batches]
    [4, 4, 2]
    """
    return _batches(rng.permutation(rows), batch_size)


def ordered_batches(rows, batch_size, rng=None):
    """Yield all rows in the order of the data, one batch at a time.

    The last batch is as in `shuffled_batches`.

    Parameters
    ----------
    rows : ndarray of shape (n_rows,)
        In any order.
    batch_size : int
    rng : numpy.random.Generator, default=None
        Not used: nothing is random.

    Yields
    ------
    batch : ndarray of shape (B,)

    Examples
    --------
    >>> import numpy as np
    >>> from skmnist.numpy_mlp.batches import ordered_batches
    >>> list(ordered_batches(np.array([4, 0, 3, 1, 2]), 2))
    [array([0, 1]), array([2, 3]), array([4])]
    """
    return _batches(np.sort(rows), batch_size)


def _batches(rows, batch_size):
    n_batches = max(1, (len(rows) + batch_size // 2) // batch_size)
    for index in range(n_batches):
        stop = (index + 1) * batch_size if index < n_batches - 1 else len(rows)
        yield rows[index * batch_size : stop]
