"""Whether a search was fair."""

import numpy as np

from skmnist.plots._values import distinct, is_number, label
from skmnist.report.checks.check import check
from skmnist.report.checks.words import are, count, listed


@check(
    "SKM101",
    "The best value is at the edge",
    "The best of three or more numbers is the smallest or the largest. (A smallest number of 0 "
    "does not count.)",
    "Search on beyond this edge.",
    "cv_results",
)
def _best_at_the_edge(evidence):
    results = evidence.cv_results
    best = results["params"][_best(results)]
    edges = []
    resources = results.get("n_resources")
    for name, value in best.items():
        if resources is not None and [params.get(name) for params in results["params"]] == list(
            resources
        ):
            continue  # the last round of a halving has the most by design
        values = distinct([params.get(name) for params in results["params"]])
        if len(values) < 3 or not all(map(is_number, values)):
            continue
        # 0 is the end of the scale for penalties and dropout
        if value == values[-1] or (value == values[0] and value != 0):
            edges.append(f"{name} = {label(value)}")
    if not edges:
        return None
    return f"The best candidate has {listed(edges)}, and nothing beyond it was tried."


@check(
    "SKM102",
    "Candidates that are as good as the best",
    "Other candidates are within one standard error of the best.",
    "Take the simplest of them, or the fastest.",
    "cv_results",
)
def _equal_candidates(evidence):
    equal = as_good_as_the_best(evidence.cv_results)
    n = int(equal.sum()) - 1
    if n < 1:
        return None
    return (
        f"{count(n, 'other candidate')} of {len(equal) - 1} {are(n)} within one standard error "
        "of the best. Which of them is best may be chance."
    )


@check(
    "SKM103",
    "A choice by a single split",
    "The search measured each candidate on one part of the images only.",
    "Quote the accuracy on other images than those that chose, as the headline does if these "
    "were not used.",
    "cv_results",
)
def _single_split(evidence):
    if len(split_scores(evidence.cv_results)) != 1:
        return None
    return (
        "Each candidate was measured on one split only. The score of the best is too high, "
        "because it was chosen for its score, and its spread is not known."
    )


@check(
    "SKM104",
    "Candidates that failed",
    "Some fits of the search have no score.",
    'Look at the error: error_score="raise" shows it.',
    "cv_results",
)
def _failed_candidates(evidence):
    failed = ~np.isfinite(np.asarray(evidence.cv_results["mean_test_score"], dtype=float))
    n = int(failed.sum())
    if not n:
        return None
    return f"{count(n, 'candidate')} of {len(failed)} {'has' if n == 1 else 'have'} no score."


def split_scores(cv_results):
    """Return the scores of a search as an array of shape (n_splits, n_candidates)."""
    keys = [key for key in cv_results if key.startswith("split") and key.endswith("_test_score")]
    return np.array([cv_results[key] for key in keys], dtype=float)


def as_good_as_the_best(cv_results):
    """Tell for each candidate whether it is within one standard error of the best, or the best.

    The standard error is that of the mean difference between the two over the splits. With a
    single split nothing is known of it.
    """
    scores = split_scores(cv_results)
    best = _best(cv_results)
    differences = scores[:, best, None] - scores
    equal = np.zeros(scores.shape[1], dtype=bool)
    if len(scores) > 1:
        error = differences.std(axis=0, ddof=1) / np.sqrt(len(scores))
        equal = differences.mean(axis=0) <= error
    equal[best] = True
    return equal


def _best(cv_results):
    """Return the row of the best candidate; of a halving search, of those that trained longest."""
    scores = np.asarray(cv_results["mean_test_score"], dtype=float)
    scores = np.where(np.isfinite(scores), scores, -np.inf)
    if "iter" in cv_results:
        iterations = np.asarray(cv_results["iter"])
        scores = np.where(iterations == iterations.max(), scores, -np.inf)
    return int(scores.argmax())
