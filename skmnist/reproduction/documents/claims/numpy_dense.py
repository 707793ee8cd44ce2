"""The claim of system B."""

from skmnist.reproduction.documents.claims.claim import Answer, Claim


def _cross_validation(known):
    return Answer(
        "no",
        "Nothing is held out, and the network knows the training images by heart. Their accuracy "
        "is the same for every good setting, so it cannot choose between them.",
        f"{known.text('B-adam', 'train_accuracy')} on training images, {known.text('B-adam')} on "
        "test images",
    )


CLAIMS = [Claim("B", "The whole training set serves for cross-validation.", _cross_validation)]
