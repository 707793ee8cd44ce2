"""How long recipes take, from the seconds of their results."""

from skmnist.reproduction.documents.metrics import NOTHING, format_seconds


def fit_seconds(results):
    """Return how long the fastest fit of a recipe took; None if none was made.

    Some fits ran beside other work, and took several times as long.
    """
    return min((run["fit_seconds"] for run in results.runs), default=None)


def one_fit(results):
    """Return how long the fastest fit of a recipe took, as text."""
    seconds = fit_seconds(results)
    return NOTHING if seconds is None else format_seconds(seconds)


def all_fits(all_results):
    """Return how long all fits of some recipes take, as text.

    Candidates are not counted: nobody needs to run them to see what a recipe reaches.

    Parameters
    ----------
    all_results : list of Results
    """
    own = without_candidates(all_results)
    seconds = [fit_seconds(results) for results in own]
    total = sum(
        one * results.recipe.n_seeds
        for one, results in zip(seconds, own, strict=True)
        if one is not None
    )
    if not total:
        return "an unknown time"
    return ("more than " if None in seconds else "about ") + format_seconds(total)


def without_candidates(all_results):
    """Return the results of all but candidates."""
    return [results for results in all_results if results.recipe.family != "candidate"]
