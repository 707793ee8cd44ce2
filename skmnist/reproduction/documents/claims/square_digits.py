"""The claim of system D."""

from skmnist.reproduction.documents.claims.claim import Answer, Claim


def _sigmoid(known):
    change = known.change("D-ten-classes", "D-dense")
    if change.direction > 0:
        found = "is even better"
    elif change.direction < 0:
        found = "is a little worse, but works"
    else:
        found = "is as good"
    return Answer(
        "no",
        "They are one way. Ten classes and a softmax, whose probabilities of 0, 1, 4 and 9 are "
        f"added up, answer the same question; with the same network this {found}.",
        f"{known.text('D-ten-classes')} with ten classes, {known.text('D-dense')} with two",
    )


CLAIMS = [Claim("D", "Square digits need a sigmoid and binary cross-entropy.", _sigmoid)]
