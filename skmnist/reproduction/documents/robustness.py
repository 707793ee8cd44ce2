"""The accuracies on corrupted images that another benchmark has measured."""

import statistics

from skmnist._files import RecordStore


def corrupted_accuracies(path):
    """Return the mean accuracy on corrupted images of each run of each contestant.

    Parameters
    ----------
    path : path-like
        The file ``robustness.json``; it need not exist.

    Returns
    -------
    accuracies : dict of str to list of float
        By the contestants' names, which for published systems are those of their recipes.
    """
    accuracies = {}
    for record in RecordStore(path).records:
        mean = statistics.mean(record["corrupted"].values())
        accuracies.setdefault(record["contestant"], []).append(mean)
    return accuracies
