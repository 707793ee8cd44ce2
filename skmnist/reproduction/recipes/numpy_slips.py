"""The published NumPy network of steps 1 to 4: its two slips, and its random numbers.

`PublishedNumpyMLPClassifier` computes what the published code computed, bit for bit but for the
order of sums. The other classes are without one slip, or without both.
"""

import numpy as np

from skmnist import NumpyMLPClassifier
from skmnist._storable import storable
from skmnist.numpy_mlp import Dropout, ReLU


@storable
class UnmaskedReLU(ReLU):
    """A rectification that hands the gradient back as it came, where it should be masked.

    The published code computes the derivative from the outputs, as ``outputs >= 0``, which is
    true of all of them.
    """

    def backward(self, gradient):
        """Return the gradient itself."""
        return gradient


@storable
class HalfDropout(Dropout):
    """Dropout of one half, with the masks of NumPy's legacy generator.

    Parameters
    ----------
    p : float
        0.5: the published code draws zeros and ones.
    rng : numpy.random.RandomState
    """

    def __init__(self, p, rng):
        if p != 0.5:
            raise ValueError(f"The published network drops one half, so dropout=0.5, not {p!r}.")
        super().__init__(p, rng)

    def forward(self, inputs, training=True):
        """Drop activations in training; see `Dropout`."""
        if not training:
            return inputs
        self._mask = self.rng.randint(2, size=inputs.shape) * 2
        return inputs * self._mask


@storable
class UnmaskedDropout(HalfDropout):
    """Dropout that hands the gradient back as it came, where it should be masked.

    The published statement is ``delta *+ mask``. That is a product which is thrown away, where
    ``delta *= mask`` was meant.
    """

    def backward(self, gradient):
        """Return the gradient itself."""
        return gradient


@storable
class SoundNumpyMLPClassifier(NumpyMLPClassifier):
    """The published network without its slips.

    It has the published random numbers and batches. All random numbers are those of NumPy's
    legacy generator, seeded with ``random_state``. (Those of an augmentation, which the published
    network did not have, are another generator's.) Images that do not fill a batch are left out.

    The history has two more columns, ``printed_train_error`` and ``printed_train_accuracy``: sums
    over the batches seen, divided by the number of all images.
    """

    _dropout = HalfDropout

    def _make_rng(self, seed):
        return np.random.RandomState(self.random_state)

    def _make_augmentation(self, image_shape, rng):
        return super()._make_augmentation(image_shape, np.random.default_rng(self.random_state))

    def _make_batches(self, rows, batch_size, rng):
        n_seen = len(rows) // batch_size * batch_size
        return super()._make_batches(np.sort(rows)[:n_seen], batch_size, rng)

    def _train(self, data, epochs, seed, **state):
        fitted, history = super()._train(data, epochs, seed, **state)
        n_images = len(data.train)
        share_seen = n_images // self.batch_size * self.batch_size / n_images
        for epoch in history:
            # the loss is half the squared distance
            epoch["printed_train_error"] = 2 * epoch["train_loss"] * share_seen
            epoch["printed_train_accuracy"] = epoch["train_accuracy"] * share_seen
        return fitted, history


@storable
class PublishedNumpyMLPClassifier(SoundNumpyMLPClassifier):
    """The published network, with both slips: neither ReLU nor dropout masks the gradient."""

    _activation = UnmaskedReLU
    _dropout = UnmaskedDropout


@storable
class MaskedReLUNumpyMLPClassifier(PublishedNumpyMLPClassifier):
    """The published network with ReLU's gradient masked, and dropout's not."""

    _activation = ReLU


@storable
class MaskedDropoutNumpyMLPClassifier(PublishedNumpyMLPClassifier):
    """The published network with dropout's gradient masked, and ReLU's not."""

    _dropout = HalfDropout
