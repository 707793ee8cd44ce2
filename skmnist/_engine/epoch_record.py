"""What an epoch has predicted, and what the history says of it."""

import math

import torch

from skmnist._engine.calibration import find_temperature, losses


class EpochRecord:
    """The predictions of an epoch's batches.

    They stay where they are, such as on a GPU, until somebody asks.
    """

    def __init__(self):
        self._logits, self._targets, self._weights = [], [], []

    def add(self, batch, logits):
        """Add what was predicted for a batch, before anything was learned from it."""
        x, target = batch
        self._logits.append(logits.detach())
        self._targets.append(target)
        if isinstance(x, dict):
            self._weights.append(x["weight"])

    def temperature(self, label_smoothing, n_classes, earlier=None):
        """Return the temperature at which these predictions are best; see `calibration`."""
        return find_temperature(*self._joined(), label_smoothing, n_classes, earlier)

    def loss_and_accuracy(self, temperature):
        """Return the mean cross-entropy of the probabilities, and the accuracy.

        Both are weighted. The accuracy is NaN if no row counts.
        """
        logits, target, weight = self._joined()
        loss = losses(logits / temperature, target)
        if target.is_floating_point():
            hits = (logits[:, 0] > 0) == (target > 0.5)
        else:
            hits = logits.argmax(1) == target
        if weight is None:
            return float(loss.mean(dtype=torch.float64)), float(hits.double().mean())
        total = float(weight.sum(dtype=torch.float64))
        accuracy = float((hits * weight).sum(dtype=torch.float64)) / total if total else math.nan
        return float((loss * weight).mean(dtype=torch.float64)), accuracy

    def _joined(self):
        for rows in (self._logits, self._targets, self._weights):
            if len(rows) > 1:
                rows[:] = [torch.cat(rows)]  # the parts are not kept
        weight = self._weights[0] if self._weights else None
        return self._logits[0], self._targets[0], weight
