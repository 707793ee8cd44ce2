"""What the filters of a first convolution are before and after training."""

import numpy as np
from sklearn.base import clone

#: So small that it changes no weight.
_NO_RATE = 1e-30

_DIGITS = 3


def first_filters(classifier, split):
    """Return the filters of a fitted CNN's first convolution, and how far they have come.

    It is a recipe's ``measure``.

    Parameters
    ----------
    classifier : fitted MnistCNNClassifier
    split : Split
        What it was trained on.

    Returns
    -------
    metrics : dict
        ``filters_at_start`` and ``filters``, lists of shape (filters, height, width), and
        ``filter_correlation``, the mean correlation of the two.
    """
    end = _filters(classifier)
    # the same seed draws the same weights
    started = clone(classifier).set_params(max_epochs=1, learning_rate=_NO_RATE, callbacks=None)
    start = _filters(started.fit(split.train.X[:1000], split.train.y[:1000]))
    correlations = [
        np.corrcoef(before.ravel(), after.ravel())[0, 1]
        for before, after in zip(start, end, strict=True)
    ]
    return {
        "filters_at_start": start.round(_DIGITS).tolist(),
        "filters": end.round(_DIGITS).tolist(),
        "filter_correlation": float(np.mean(correlations)),
    }


def _filters(classifier):
    weights = next(weight for weight in classifier.module_.parameters() if weight.ndim == 4)
    return weights[:, 0].detach().cpu().numpy().astype(np.float64)
