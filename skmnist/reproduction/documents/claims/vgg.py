"""The claims of system F."""

from skmnist.reproduction.documents.claims.claim import Answer, Claim

_METRIC = "validation_accuracy"
_CLAIMED = 0.9967


def _augmentation(known):
    change = known.change("F-vgg", "F-vgg-plain", _METRIC)
    if change.direction > 0:
        holds, found = "yes", "helps a little"
    elif change.direction < 0:
        holds, found = "no", "does harm"
    else:
        holds, found = "not shown", "makes no difference that our runs can show"
    return Answer(
        holds,
        "0.9802 is of a second epoch of the same network, 0.9719 of the first. Compared with a "
        f"second epoch without it, augmentation {found}.",
        f"{change.points} from augmentation",
    )


def _thirty(known):
    reached = known.mean("F-vgg-30", _METRIC)
    best = max(known.history("F-vgg-30", "valid_accuracy"))
    return Answer(
        "yes" if reached >= _CLAIMED - 0.0005 else "no",
        "A comment in the code says so, elsewhere it says 0.99286 and 0.98114. Ours is of 4,200 "
        f"images, of which 14 errors make 0.9967; the best epoch has {100 * best:.2f} %.",
        f"{known.text('F-vgg-30', _METRIC)} after 30 epochs",
    )


CLAIMS = [
    Claim("F", "Augmentation improves 0.9719 to 0.9802.", _augmentation),
    Claim("F", "30 epochs reach 0.9967.", _thirty),
]
