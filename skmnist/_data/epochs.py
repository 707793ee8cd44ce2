"""How many epochs a number of images needs."""

import math


def n_epochs(max_epochs, budgets, n_rows):
    """Return the number of epochs.

    Parameters
    ----------
    max_epochs : int or str
        The parameter of this name.
    budgets : dict of str to tuple of int
        For each word the epochs for 60,000 images and more, and the most for few.
    n_rows : int
        How many images are trained on.
    """
    if not isinstance(max_epochs, str):
        return int(max_epochs)
    # more epochs for fewer images, but not in proportion: less data needs fewer steps
    fewest, most = budgets[max_epochs]
    return round(min(most, fewest * math.sqrt(max(1, 60_000 / n_rows))))
