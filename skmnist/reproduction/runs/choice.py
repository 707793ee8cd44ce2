"""What the candidates' results say: how strong each penalty is to be."""


def choose(candidates):
    """Return the strengths with the smallest loss on images that were not trained on.

    The loss decides and not the accuracy, since it differs less from seed to seed. The strength
    of dropout is chosen without penalties, and those of the penalties without dropout.

    Parameters
    ----------
    candidates : iterable of Results
        The candidates of one network, each with a run.

    Returns
    -------
    chosen : dict of str to dict
        Parameters for "l1", "l2", "l1-l2" and "dropout".
    """
    chosen, smallest = {}, {}
    for results in candidates:
        varied, loss = results.recipe.varied, results.mean("test_loss")
        kind = "-".join(varied)
        if varied and loss < smallest.get(kind, float("inf")):
            chosen[kind], smallest[kind] = varied, loss
    return chosen
