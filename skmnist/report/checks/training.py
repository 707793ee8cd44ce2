"""Whether the training went well, and can be repeated."""

import numpy as np

from skmnist.report.checks.check import check
from skmnist.report.checks.words import count, listed, percent
from skmnist.report.statistics import (
    calibration_error,
    plausible_calibration_error,
    wilson_interval,
)


@check(
    "SKM009",
    "No better than a guess",
    "The accuracy is not clearly above that of always naming the most frequent label.",
    "Check that images and labels are in the same order. Then try the default parameters.",
)
def _no_better_than_guessing(evidence):
    _, counts = np.unique(evidence.y, return_counts=True)
    most = counts.max() / evidence.n
    low, _ = wilson_interval(int(evidence.right.sum()), evidence.n)
    if low > most or most == 1:
        return None
    return (
        f"The accuracy is {percent(evidence.accuracy, 1)}. To name always the most frequent label "
        f"would be right for {percent(most, 1)} of the images."
    )


@check(
    "SKM010",
    "Overfitting",
    "Training images are known far better, or the validation loss rises again.",
    "Train for fewer epochs (or with early_stopping=True), distort the images (augmentation), "
    "raise l2 or dropout, or collect more images.",
)
def _overfitting(evidence):
    texts = []
    _, high = wilson_interval(int(evidence.right.sum()), evidence.n)
    if evidence.train_accuracy is not None and evidence.train_accuracy - high > 0.01:
        texts.append(
            f"The accuracy is {percent(evidence.train_accuracy, 2)} on training images, but "
            f"{percent(evidence.accuracy, 2)} on test images."
        )
    losses = [epoch["valid_loss"] for epoch in evidence.history if "valid_loss" in epoch]
    if losses and not evidence.stops_early:
        best = int(np.argmin(losses))
        if losses[-1] > 1.25 * losses[best] and losses[-1] - losses[best] > 0.01:
            texts.append(
                f"The validation loss was smallest after epoch {best + 1} ({losses[best]:.3f}), "
                f"and has risen to {losses[-1]:.3f} since."
            )
    return " ".join(texts) or None


@check(
    "SKM011",
    "A label that is often missed",
    "The recall of a label is clearly below the accuracy.",
    "Look at its errors below. Are there few training images of it, or wrong labels?",
)
def _weak_label(evidence):
    weak = []
    for name in evidence.labels:
        mine = evidence.y == name
        _, high = wilson_interval(int(evidence.right[mine].sum()), int(mine.sum()))
        # as many labels as there are may be low by chance, so the difference must be large, too
        if mine.any() and high < evidence.accuracy - 0.01:
            weak.append(f"{name} ({percent(evidence.right[mine].mean(), 1)})")
    if not weak:
        return None
    return (
        f"{percent(evidence.accuracy, 1)} of all images are labelled correctly, but clearly fewer "
        f"of those of the label {listed(weak)}."
    )


@check(
    "SKM012",
    "Probabilities that do not mean what they say",
    "The calibration error is larger than chance explains, and larger than one point.",
    "Do not read predict_proba as a probability. CalibratedClassifierCV of scikit-learn mends it "
    "with images that were not trained on.",
    "proba",
)
def _miscalibration(evidence):
    error = calibration_error(evidence.confidence, evidence.right)
    plausible = plausible_calibration_error(evidence.confidence)
    if error <= max(plausible, 0.01):
        return None
    certain = float(evidence.confidence.mean())
    way = "too certain" if certain > evidence.accuracy else "not certain enough"
    return (
        f"The classifier is {way}: its mean probability for the label it names is "
        f"{percent(certain, 1)}, and it is right for {percent(evidence.accuracy, 1)}. The "
        f"calibration error is {percent(error, 1)}; up to {percent(plausible, 1)} could be chance."
    )


@check(
    "SKM013",
    "Probable label errors",
    "The classifier is 99 % certain of another label, and gives the true one less than 1 %.",
    "Look at these images, the first ones below. A classifier that is too certain "
    "(SKM012) finds too many.",
    "proba",
)
def _label_errors(evidence):
    suspicious = ~evidence.right & (evidence.confidence >= 0.99)
    n = int(suspicious.sum())
    if not n:
        return None
    rows = np.flatnonzero(suspicious)
    rows = rows[np.argsort(-evidence.losses[rows], kind="stable")][:5].tolist()
    return (
        f"For {count(n, 'test image')} the classifier is at least 99 % certain of another label "
        f"({'row' if n == 1 else 'rows'} {listed(rows)}{' among others' if n > 5 else ''})."
    )


@check(
    "SKM014",
    "Differences between seeds",
    "The best seed is better than the worst by more than half the interval of one accuracy.",
    "Quote mean and standard deviation over the seeds, not one of them.",
    "repeated",
)
def _differences_between_seeds(evidence):
    worst, best = min(evidence.repeated), max(evidence.repeated)
    low, high = wilson_interval(int(evidence.right.sum()), evidence.n)
    if best - worst <= (high - low) / 2:
        return None
    rank = sorted(evidence.repeated, reverse=True).index(evidence.repeated[0]) + 1
    return (
        f"The accuracies of {len(evidence.repeated)} seeds are from {percent(worst, 2)} to "
        f"{percent(best, 2)}. That of this fit is number {rank} of them."
    )


@check(
    "SKM015",
    "No seed",
    "A fit again will give another classifier.",
    "Set random_state to a number.",
    # a network begins with random weights; of other classifiers, many have a seed without effect
    "history",
)
def _no_seed(evidence):
    params = evidence.classifier.get_params(deep=False)
    if params.get("random_state", 0) is not None:
        return None
    return "random_state is None, so that nobody can get the same classifier again."
