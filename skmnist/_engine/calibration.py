"""Probabilities that mean what they say, from a network that was trained with smoothed labels.

Smoothed labels keep the logits close together, so that their softmax doubts everything. To undo
that, logits are divided by a temperature [1]_. It is found without images that are set aside:

- While an epoch is trained, each batch is predicted before the step that learns from it. The
  temperature is the one at which the cross-entropy of these predictions is smallest.
- If the network knows its training images by heart, these predictions say nothing of new images.
  So the temperature has a lower limit. At this limit, what training makes most certain (all of
  the probability that smoothing leaves to the true class) has the probability 1 - `DOUBT`.

- A call of ``partial_fit`` may have few rows. A single one that is predicted wrongly would make
  the network doubt everything. So such a call moves the temperature: by less, the fewer rows.

Without smoothing there is nothing to undo, and the temperature is 1.

References
----------
.. [1] C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On calibration of modern neural networks",
   2017, arXiv:1706.04599.
"""

import math

import torch
from torch.nn import functional as F

#: Chosen on the last 10,000 training images of MNIST.
DOUBT = 4e-4

#: More predictions than these, the last ones of an epoch, hardly change the temperature.
MAX_ROWS = 10_000

#: How many rows the earlier temperature counts as much as, in ``partial_fit``.
EARLIER_ROWS = 500

_LARGEST = 10.0
_N_HALVINGS = 16


def losses(logits, target):
    """Return the cross-entropy of each row, without smoothing, as a tensor of float32.

    Parameters
    ----------
    logits : tensor of shape (n_rows, n_classes), or (n_rows, 1) for two classes
    target : tensor of shape (n_rows,)
        Indices of classes (int64), or 0.0 and 1.0 for a single logit.
    """
    if target.is_floating_point():
        return F.binary_cross_entropy_with_logits(logits[:, 0], target, reduction="none")
    return F.cross_entropy(logits, target, reduction="none")


def find_temperature(logits, target, weight, label_smoothing, n_classes, earlier=None):
    """Return the temperature of an epoch's predictions.

    Parameters
    ----------
    logits, target : tensor
        See `losses`.
    weight : tensor of shape (n_rows,) or None
        What each row counts.
    label_smoothing : float
    n_classes : int
    earlier : float, default=None
        The temperature to move from, if the network was trained before and goes on.

    Returns
    -------
    temperature : float
    """
    if label_smoothing == 0:
        return 1.0
    logits, target = logits[-MAX_ROWS:], target[-MAX_ROWS:]
    weight = None if weight is None else weight[-MAX_ROWS:]
    lowest = lowest_temperature(label_smoothing, n_classes)
    found = _best_temperature(logits, target, weight, lowest)
    if earlier is None:
        return found
    n_rows = len(target) if weight is None else int((weight > 0).sum())
    share = n_rows / (n_rows + EARLIER_ROWS)
    return earlier ** (1 - share) * found**share


def _best_temperature(logits, target, weight, lowest):
    """Return the temperature at which the loss is smallest, but at least the lowest one."""
    # the loss is convex in the factor of the logits, which is 1 / temperature
    low, high = 1 / _LARGEST, 1 / lowest
    if _slope(high, logits, target, weight) > 0:
        for _ in range(_N_HALVINGS):
            middle = math.sqrt(low * high)
            if _slope(middle, logits, target, weight) > 0:
                high = middle
            else:
                low = middle
    return 1 / high


def lowest_temperature(label_smoothing, n_classes):
    """Return the temperature at which smoothing's most certain logits have a doubt of `DOUBT`."""
    smoothed = _gap(label_smoothing * (1 - 1 / n_classes), n_classes)
    return min(1.0, smoothed / _gap(DOUBT, n_classes))


def _gap(doubt, n_classes):
    """Return how far a logit is above the others, if these share the doubt."""
    return math.log((1 - doubt) * (n_classes - 1) / doubt)


def _slope(factor, logits, target, weight):
    """Return the derivative of the mean loss with respect to the factor of the logits."""
    if target.is_floating_point():
        logits = logits[:, 0]
        slopes = (torch.sigmoid(factor * logits) - target) * logits
    else:
        expected = (torch.softmax(factor * logits, dim=1) * logits).sum(dim=1)
        slopes = expected - logits.gather(1, target[:, None])[:, 0]
    if weight is not None:
        slopes = slopes * weight
    return float(slopes.sum())
