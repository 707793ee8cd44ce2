"""The claims of system G."""

from skmnist.reproduction.documents.claims.claim import Answer, Claim, NotRunYet
from skmnist.reproduction.documents.means import change

_PENALTIES = {"l2": "L2", "dropout": "dropout", "l2-dropout": "both"}


def _network(known):
    del known  # it is a matter of reading the code
    return Answer(
        "no",
        "The network has no convolution. It is dense, with two hidden layers of ReLU; the third "
        "dense layer is the output, with a softmax.",
        "0 convolutions, 2 hidden layers",
    )


def _penalties(known):
    changes = {name: known.change(f"G-{name}", "G-base") for name in _PENALTIES}
    better = [_PENALTIES[name] for name, change in changes.items() if change.direction > 0]
    robustness = _robustness(known)
    worst = min(changes, key=lambda name: changes[name].difference)
    found = (
        f"In our runs accuracy rises with {' and '.join(better)}."
        if better
        else ("No penalty raises the accuracy, there or here.")
    )
    return Answer(
        "in part" if better else "no",
        f"97.2 % is the worst of its four variants. {found} {robustness}",
        f"{changes[worst].points} with {_PENALTIES[worst]}",
    )


def _robustness(known):
    """Return a sentence on accuracies with corrupted images, which another benchmark measures."""
    try:
        changes = {
            words: change(known.corrupted(f"G-{name}"), known.corrupted("G-base"))
            for name, words in _PENALTIES.items()
        }
    except NotRunYet:
        return "Robustness was not measured there."
    measured = ", ".join(
        f"{100 * found.difference:+.1f} points with {words}" for words, found in changes.items()
    )
    runs = len(known.corrupted("G-base"))
    alone = " (one network each, so the small ones may be chance)" if runs == 1 else ""
    return f"Robustness was not measured there. On corrupted images it is {measured}{alone}."


CLAIMS = [
    Claim("G", "It is a *convolutional* network, with *three* dense ReLU layers.", _network),
    Claim("G", "L2 and dropout enhance accuracy and robustness; 97.2 %.", _penalties),
]
