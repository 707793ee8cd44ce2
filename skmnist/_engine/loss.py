"""The loss of a classifier, and its probabilities."""

import torch
from torch import nn
from torch.nn import functional as F


class ClassificationLoss(nn.Module):
    """Mean cross-entropy of logits, of one per class or a single one for two classes.

    Parameters
    ----------
    label_smoothing : float, default=0.0
        Share of the target's probability that is spread evenly over all classes.
    """

    def __init__(self, label_smoothing=0.0):
        super().__init__()
        self.label_smoothing = label_smoothing

    def forward(self, logits, target, weight=None):
        """Return the mean loss.

        Parameters
        ----------
        logits : tensor of shape (B, n_classes), or (B, 1) for two classes
        target : tensor of shape (B,)
            Indices of classes (int64), or 0.0 and 1.0 for a single logit.
        weight : tensor of shape (B,), default=None
            Factors of the losses.
        """
        reduction = "mean" if weight is None else "none"
        if target.is_floating_point():
            smooth = target + self.label_smoothing * (0.5 - target)
            loss = F.binary_cross_entropy_with_logits(logits[:, 0], smooth, reduction=reduction)
        else:
            loss = F.cross_entropy(
                logits, target, label_smoothing=self.label_smoothing, reduction=reduction
            )
        return loss if weight is None else (loss * weight).mean()


def probabilities(logits):
    """Return class probabilities from logits: one column of them means two classes."""
    if logits.shape[1] == 1:
        return torch.sigmoid(torch.cat([-logits, logits], dim=1))
    return torch.softmax(logits, dim=1)
