"""Logits of many images, a batch at a time."""

import torch

from skmnist._engine.net import EVAL_BATCH_SIZE
from skmnist._engine.shortcut import shortcut

#: Up to so many rows, what surrounds the arithmetic takes most of the time. One thread is as fast
#: as several then, and does not wait for another one that has no core for the moment.
FEW_ROWS = 8


def predict_logits(net, X, *, distortions=()):
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

    Returns
    -------
    logits : tensor of shape (n_rows, n_outputs)
        On the CPU.
    """
    net.set_mode(False)
    on_cpu = torch.device(net.device).type == "cpu"
    pixels = X if on_cpu else torch.tensor(X, device=net.device)
    logits = None
    with torch.no_grad():
        network = shortcut(net.module_) if len(X) <= FEW_ROWS else net.module_
        for start in range(0, len(X), EVAL_BATCH_SIZE):
            rows = pixels[start : start + EVAL_BATCH_SIZE]
            # a copy, since what follows works in place
            rows = torch.from_numpy(rows.copy()) if on_cpu else rows.clone()
            images = net.scaling.standardize(net.scaling.images(rows))
            images = images.to(memory_format=torch.channels_last)
            batch = network(images)
            for distort in distortions:
                batch += network(distort(images))
            if len(batch) == len(X):
                logits = batch
                break
            if logits is None:
                logits = batch.new_empty(len(X), *batch.shape[1:], device="cpu")
            # a list would fragment the heap: small pieces to keep among large ones to free
            logits[start : start + len(batch)] = batch
    return logits / (1 + len(distortions)) if distortions else logits
