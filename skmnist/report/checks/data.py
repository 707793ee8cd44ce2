"""Whether there is enough of everything."""

import numpy as np

from skmnist.report.checks.check import check
from skmnist.report.checks.words import listed
from skmnist.report.statistics import wilson_interval


@check(
    "SKM001",
    "Few training images",
    "Fewer than 20 training images of a class.",
    "Collect more images of these labels, or compare several settings by cross-validation instead "
    "of trusting one fit.",
    "X_train",
)
def _few_training_images(evidence):
    labels, counts = np.unique(evidence.y_train, return_counts=True)
    few = [(name, n) for name, n in zip(labels.tolist(), counts.tolist(), strict=True) if n < 20]
    if not few:
        return None
    return f"There are fewer than 20 training images of {listed(few)}."


@check(
    "SKM002",
    "Few test images",
    "The interval of the accuracy is wider than two points.",
    "Test on more images, or quote the interval together with the accuracy.",
)
def _few_test_images(evidence):
    low, high = wilson_interval(int(evidence.right.sum()), evidence.n)
    if high - low <= 0.02:
        return None
    return (
        f"With {evidence.n:,} test images the accuracy is uncertain by {50 * (high - low):.1f} "
        "points in either direction. A difference of that size between two classifiers may be "
        "chance."
    )


@check(
    "SKM003",
    "Labels that are not tested, or not learned",
    "A label is in one of the two sets only.",
    "Split the images so that both sets hold all labels (stratify=y).",
)
def _missing_labels(evidence):
    tested = set(evidence.y.tolist())
    known = evidence.classes.tolist()
    untested = [name for name in known if name not in tested]
    unknown = sorted(map(str, tested - set(known)))
    texts = []
    if untested:
        texts.append(f"No test image has the label {listed(untested)}.")
    if unknown:
        texts.append(
            f"The classifier was never trained on the label {listed(unknown)}, so it is wrong on "
            "all of these images."
        )
    return " ".join(texts) or None


@check(
    "SKM004",
    "Class imbalance",
    "One class has more than three times as many training images as another.",
    "Look at the recall of the rare labels rather than at the accuracy, and try "
    'class_weight="balanced".',
    "X_train",
)
def _class_imbalance(evidence):
    labels, counts = np.unique(evidence.y_train, return_counts=True)
    if counts.max() <= 3 * counts.min():
        return None
    most, least = int(counts.argmax()), int(counts.argmin())
    return (
        f"The label {labels[most]} has {counts[most]:,} training images, the label "
        f"{labels[least]} has {counts[least]:,}. A classifier may neglect rare labels and still "
        "have a high accuracy."
    )
