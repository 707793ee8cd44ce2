"""Logits of many images, a batch at a time."""

from collections import deque
from functools import partial

import numpy as np
import torch
from sklearn.utils import gen_batches

from skmnist._engine.net import EVAL_BATCH_SIZE
from skmnist._engine.parts import part_modules
from skmnist._engine.shortcut import shortcut
from skmnist._engine.workers import Workers

#: Up to so many rows, what surrounds the arithmetic takes most of the time.
FEW_ROWS = 8


def predict_logits(net, X, *, distortions=(), n_threads=1):
    """Return the logits of all rows of pixels as one tensor.

    This is not skorch's ``forward_iter``, whose steps take half a millisecond each beside the
    network.

    Parameters
    ----------
    net : TrainingNet
    X : ndarray of shape (n_rows, n_features), uint8 or float32
        Never written to, so that a read-only memory map serves as well.
    distortions : sequence of callables, default=()
        Each maps a batch of images to distorted ones; the logits of all are averaged with
        those of the images themselves.
    n_threads : int, default=1
        How many threads share the batches. Their number changes no bit.

    Returns
    -------
    logits : tensor of shape (n_rows, n_outputs)
        On the CPU.
    """
    net.set_mode(False)
    on_cpu = torch.device(net.device).type == "cpu"
    pixels = X if on_cpu else torch.tensor(np.ascontiguousarray(X), device=net.device)
    batches = list(gen_batches(len(X), EVAL_BATCH_SIZE))
    if len(X) <= FEW_ROWS:
        networks = [shortcut(net.module_)]
    else:
        networks = _networks(net, min(n_threads, len(batches)) if on_cpu else 1)
    free = deque(networks)
    # the results of batches would fragment the heap: small pieces to keep among large ones to free
    logits = torch.empty(len(X), net.module__n_outputs)

    def predict(batch):
        network = free.pop()
        # a copy, since what follows works in place
        rows = torch.from_numpy(pixels[batch].copy()) if on_cpu else pixels[batch].clone()
        images = net.scaling.standardize(net.scaling.images(rows))
        images = images.to(memory_format=torch.channels_last)
        with torch.no_grad():
            total = network(images)
            for distort in distortions:
                total += network(distort(images))
        logits[batch] = total
        free.append(network)

    with Workers(len(networks)) as workers:
        workers.run([partial(predict, batch) for batch in batches])
    return logits / (1 + len(distortions)) if distortions else logits


def _networks(net, n_threads):
    """Return one for each thread, since a network may keep something between its layers."""
    if any(layer._forward_hooks or layer._forward_pre_hooks for layer in net.module_.modules()):
        return [net.module_]  # the copy of a hook may belong to a copy of what it writes to
    try:
        return part_modules(net.module_, net.generators_[:1] * n_threads, training=False)
    except ValueError:  # it cannot be copied
        return [net.module_]
