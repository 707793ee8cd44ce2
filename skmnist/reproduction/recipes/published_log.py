"""Where in a training a published log belongs, if its network had been trained before."""

from typing import NamedTuple

import numpy as np


class PublishedLog(NamedTuple):
    """Consecutive epochs of a published log.

    As the ``measure`` of a recipe it returns ``earlier_epochs``, the number of epochs before the
    log with which its losses are nearest to ours, and ``log_difference``, how far the farthest of
    them is then from ours: |published / ours - 1|.

    Parameters
    ----------
    losses, accuracies : tuple of float
        Of the training images, while training.
    """

    losses: tuple
    accuracies: tuple

    def from_epoch(self, first):
        """Return the log as a recipe's ``reported_epochs``, if its first epoch was this one.

        Parameters
        ----------
        first : int
            Counted from 1.
        """
        return {
            "train_loss": dict(enumerate(self.losses, start=first)),
            "train_accuracy": dict(enumerate(self.accuracies, start=first)),
        }

    def __call__(self, classifier, split):
        """Compare with the history of a fitted classifier.

        Parameters
        ----------
        classifier : fitted classifier
        split : Split
            Not looked at.

        Returns
        -------
        metrics : dict of str to float
            Empty if there are fewer epochs than in the log.
        """
        ours = np.array([epoch["train_loss"] for epoch in classifier.history_])
        if len(ours) < len(self.losses):
            return {}
        windows = np.lib.stride_tricks.sliding_window_view(ours, len(self.losses))
        differences = np.abs(np.array(self.losses) / windows - 1).max(axis=1)
        best = int(differences.argmin())
        return {"earlier_epochs": best, "log_difference": float(differences[best])}
