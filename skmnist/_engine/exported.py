"""A classifier as one torch module, from raw pixels to probabilities: what is exported."""

import torch
from torch import nn

from skmnist.augmentation import resample


class Pipeline(nn.Module):
    """Map raw pixels to the index of the most probable class, and to the probabilities.

    Parameters
    ----------
    prepare : callable
        Maps rows of pixels (B, n_features) to what the network takes.
    network : torch.nn.Module
        Maps these to logits.
    probabilities : callable
        Maps logits to probabilities (B, n_classes).
    grids : sequence of torch.Tensor, default=()
        How images are distorted whose logits are averaged with those of the image itself.
    """

    def __init__(self, prepare, network, probabilities, grids=()):
        super().__init__()
        self.prepare = prepare
        self.network = network
        self.probabilities = probabilities
        self.grids = grids

    def forward(self, X):
        inputs = self.prepare(X.flatten(1))
        logits = self.network(inputs)
        for grid in self.grids:
            logits = logits + self.network(resample(inputs, grid))
        logits = logits / (1 + len(self.grids))
        one_column = logits.shape[1] == 1
        index = (logits[:, 0] > 0).to(torch.int64) if one_column else logits.argmax(1)
        return index, self.probabilities(logits)


def image_pipeline(network, scaling, probabilities, grids):
    """Return the pipeline of a network that takes images.

    Parameters
    ----------
    network : torch.nn.Module
    scaling : PixelScaling
    probabilities : callable
    grids : sequence of torch.Tensor
    """

    def prepare(rows):
        # a copy, since what follows works in place
        return scaling.standardize(scaling.images(rows.clone()))

    return Pipeline(prepare, network, probabilities, grids)


def dense_pipeline(coefs, intercepts, mean, scale):
    """Return the pipeline of a dense network with ReLU, whose probabilities are the softmax.

    Parameters
    ----------
    coefs : list of ndarray of shape (n_inputs, n_outputs)
        All arithmetic has their dtype.
    intercepts : list of ndarray of shape (n_outputs,)
        Empty without biases.
    mean, scale : float
        Subtracted from pixels, and what they are divided by then.
    """
    layers = []
    for index, weight in enumerate(coefs):
        n_inputs, n_outputs = weight.shape
        layer = nn.Linear(n_inputs, n_outputs, bias=bool(intercepts))
        layer.weight = nn.Parameter(torch.tensor(weight.T))
        if intercepts:
            layer.bias = nn.Parameter(torch.tensor(intercepts[index]))
        layers += [layer, nn.ReLU()]
    dtype = layers[0].weight.dtype

    # tensors, since the exporter makes float32 of plain numbers
    mean, factor = (torch.tensor(value, dtype=dtype) for value in (mean, 1 / scale))

    def prepare(rows):
        return (rows.to(dtype) - mean) * factor

    def softmax(logits):
        return torch.softmax(logits, dim=1)

    return Pipeline(prepare, nn.Sequential(*layers[:-1]), softmax)
