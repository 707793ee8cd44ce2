"""Whether training, validation and test images belong together, and are separate."""

import numpy as np

from skmnist.report.checks.check import check
from skmnist.report.checks.words import are, count, listed, occur
from skmnist.report.evidence import row_keys


@check(
    "SKM005",
    "Training and test images share images",
    "A test image is among the training images, pixel by pixel.",
    "Remove the copies from the training images, and fit again.",
    "X_train",
)
def _duplicates_between_sets(evidence):
    if evidence.X.shape[1] != evidence.X_train.shape[1]:
        return None
    test, train = row_keys(evidence.X, evidence.X_train)
    n_shared = int(np.isin(test, train).sum())
    if not n_shared:
        return None
    return (
        f"{count(n_shared, 'test image')} of {evidence.n:,} {are(n_shared)} also among the "
        "training images, pixel by pixel. The classifier may know them by heart, so the accuracy "
        "is too high."
    )


@check(
    "SKM006",
    "The same image with different labels",
    "Equal training images have different labels.",
    "Look at these images, and correct or remove them.",
    "X_train",
)
def _contradicting_duplicates(evidence):
    (keys,) = row_keys(evidence.X_train)
    _, first, groups = np.unique(keys, return_index=True, return_inverse=True)
    differs = evidence.y_train != evidence.y_train[first][groups]
    n_groups = len(np.unique(groups[differs]))
    if not n_groups:
        return None
    rows = np.flatnonzero(differs)[:5].tolist()
    return (
        f"{count(n_groups, 'training image')} {occur(n_groups)} more than once, with different "
        f"labels (rows {listed(rows)} among others). One of the labels is wrong."
    )


@check(
    "SKM007",
    "Validation images are not separate",
    "The validation images are the test images, or are among the training images.",
    "Take validation images from the training images only, and none that are trained on.",
    "history",
)
def _validation_leak(evidence):
    texts = []
    if evidence.X_val is not None and evidence.X_train is not None:
        validation, train = row_keys(evidence.X_val, evidence.X_train)
        n_shared = int(np.isin(validation, train).sum())
        if n_shared:
            texts.append(
                f"{count(n_shared, 'validation image')} of {len(validation):,} {are(n_shared)} "
                "also among the training images, so the validation curves are too good."
            )
    if evidence.X_val is not None and evidence.X_val.shape[1] == evidence.X.shape[1]:
        validation, test = row_keys(evidence.X_val, evidence.X)
        n_shared = int(np.isin(validation, test).sum())
    else:
        n_shared = evidence.n if _is_test_set(evidence) else 0
    if n_shared:
        texts.append(
            "The validation images of the training are the test images"
            + (". " if n_shared == evidence.n else f" in part ({n_shared:,}). ")
            + "If they decided when to stop, or which settings to take, the accuracy is too high."
        )
    return " ".join(texts) or None


def _is_test_set(evidence):
    """Tell whether the validation figures of the history are those of the test images."""
    if evidence.losses is None:
        return False
    loss = float(evidence.losses.mean())
    last = evidence.history if evidence.stops_early else evidence.history[-1:]
    return any(
        abs(epoch.get("valid_loss", np.inf) - loss) <= 1e-4 * max(loss, 1e-3)
        and abs(epoch.get("valid_accuracy", np.inf) - evidence.accuracy) < 1e-9
        for epoch in last
    )


@check(
    "SKM008",
    "Other pixels than in training",
    "Mean or contrast of the test pixels are far from those of the training pixels.",
    "Scale the images as the training images were scaled (0 to 255, or 0 to 1), with dark and "
    "light the same way round.",
    "train_pixels",
)
def _other_pixels(evidence):
    train_mean, train_std = evidence.train_pixels
    mean, std = evidence.test_pixels
    if train_std <= 0:
        return None
    if abs(mean - train_mean) <= 0.5 * train_std and 0.5 <= std / train_std <= 2:
        return None
    return (
        f"The pixels of the test images are {mean:.3g} ± {std:.3g}, those of the training images "
        f"{train_mean:.3g} ± {train_std:.3g}."
    )
