"""The steps of training, and the evaluation of a network on other data."""

import numpy as np
from sklearn.utils import gen_batches

from skmnist.numpy_mlp.batches import shuffled_batches

# small enough for a processor's cache
_BLOCK_ROWS = 256


class Trainer:
    r"""Minimise the mean loss of a network's outputs, plus a penalty on its weights.

    .. math:: J(\theta) = L(f_\theta(X), T) + P(w)

    Parameters
    ----------
    network : Network
    loss : SoftmaxCrossEntropy or MSE
    optimizer : SGD, Momentum or Adam
    penalty : Penalty, default=None

    Examples
    --------
    >>> import numpy as np
    >>> from skmnist.numpy_mlp import MSE, SGD, Linear, Network, Trainer
    >>> network = Network([Linear(np.zeros((1, 1)))])
    >>> trainer = Trainer(network, MSE(), SGD(learning_rate=0.5))
    >>> for _ in range(3):
    ...     loss, outputs = trainer.step(inputs=np.array([[1.0]]), targets=np.array([[8.0]]))
    ...     print(loss, network.parameters)
    32.0 [4.]
    8.0 [6.]
    2.0 [7.]
    """

    def __init__(self, network, loss, optimizer, penalty=None):
        self.network = network
        self.loss = loss
        self.optimizer = optimizer
        self.penalty = penalty

    def step(self, inputs, targets, sample_weight=None):
        """Make one step: forward, loss, backward, update.

        Parameters
        ----------
        inputs : ndarray of shape (B, n_inputs)
        targets : ndarray of shape (B, n_outputs)
        sample_weight : ndarray of shape (B,), default=None

        Returns
        -------
        loss : float
            The mean loss before the update, without the penalty.
        outputs : ndarray of shape (B, n_outputs)
            The outputs before the update.
        """
        network = self.network
        outputs = network.forward(inputs)
        loss = self.loss.forward(outputs, targets, sample_weight)
        network.backward(self.loss.backward())
        if self.penalty is not None:
            weights = slice(network.n_weights)
            self.penalty.add_gradient(network.parameters[weights], network.gradient[weights])
        self.optimizer.step(network.parameters, network.gradient)
        return loss, outputs

    def epoch(self, data, scaling, batch_size, rng, augment=None, make_batches=shuffled_batches):
        """Make one step with each batch of the data.

        Parameters
        ----------
        data : Samples
        scaling : PixelScaling
        batch_size : int
        rng : numpy.random.Generator
            Source of the shuffle.
        augment : callable, default=None
            It gets a batch of pixels as floats (B, n_features), and returns distorted ones.
        make_batches : callable, default=shuffled_batches
            It gets the rows, ``batch_size`` and ``rng``, and yields the rows of each batch.

        Returns
        -------
        loss, accuracy : float
            Means over the rows of all batches, each measured just before its step.
        """
        rows = np.arange(len(data.X)) if data.rows is None else data.rows
        one_hot = np.eye(self.network.coefs[-1].shape[1], dtype=self.network.dtype)
        weight = None
        loss_sum = hits = weight_sum = n_seen = 0.0
        for batch in make_batches(rows, batch_size, rng):
            inputs = scaling(data.X.take(batch, axis=0), augment)
            y = data.y.take(batch)
            if data.weights is not None:
                weight = data.weights.take(batch)
            loss, outputs = self.step(inputs, one_hot.take(y, axis=0), weight)
            loss_sum += loss * len(batch)
            n_seen += len(batch)
            hit = outputs.argmax(axis=1) == y
            hits += np.count_nonzero(hit) if weight is None else weight @ hit
            weight_sum += len(batch) if weight is None else weight.sum()
        self.network.clear()
        return loss_sum / n_seen, _share(hits, weight_sum)


def outputs_in_blocks(network, X, scaling):
    """Return a network's outputs, a block of rows at a time.

    Parameters
    ----------
    network : Network
    X : ndarray of shape (n_samples, n_features)
        Pixels of any real dtype.
    scaling : PixelScaling

    Returns
    -------
    outputs : ndarray of shape (n_samples, n_outputs)
    """
    outputs = np.empty((len(X), network.coefs[-1].shape[1]), dtype=network.dtype)
    for rows in gen_batches(len(X), _BLOCK_ROWS):
        outputs[rows] = network.forward(scaling(X[rows]), training=False)
    return outputs


def evaluate(network, loss, data, scaling):
    """Return the mean loss and the accuracy on data, without learning from it.

    Parameters
    ----------
    network : Network
    loss : SoftmaxCrossEntropy or MSE
    data : Samples
    scaling : PixelScaling

    Returns
    -------
    loss, accuracy : float
    """
    rows = slice(None) if data.rows is None else data.rows
    y = data.y[rows]
    weight = None if data.weights is None else data.weights[rows]
    outputs = outputs_in_blocks(network, data.X[rows], scaling)
    one_hot = np.eye(outputs.shape[1], dtype=network.dtype)
    mean_loss = loss.forward(outputs, one_hot[y], weight)
    hit = outputs.argmax(axis=1) == y
    if weight is None:
        return mean_loss, float(hit.mean())
    return mean_loss, _share(weight @ hit, weight.sum())


def _share(hits, weight_sum):
    return float(hits / weight_sum) if weight_sum else np.nan
