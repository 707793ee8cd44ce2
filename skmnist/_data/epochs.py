"""How many epochs a number of images needs."""


def n_epochs(max_epochs, budgets, n_rows):
    """Return the number of epochs.

    Parameters
    ----------
    max_epochs : int or str
        The parameter of this name.
    budgets : dict of str to tuple
        For each word the epochs for 60,000 images and more, and the most for few. A third number
        is the power of the inverse proportion in between, which is 1/2 otherwise.
    n_rows : int
        How many images are trained on.
    """
    if not isinstance(max_epochs, str):
        return int(max_epochs)
    # more epochs for fewer images, but not in proportion: less data needs fewer steps
    fewest, most, *power = budgets[max_epochs]
    return round(min(most, fewest * max(1, 60_000 / n_rows) ** (power[0] if power else 0.5)))
