"""
6. Another question: is it a square?
====================================

Is the digit 0, 1, 4 or 9, a square number? The images stay the same, and so do the labels. Only
the question changes.
"""

# %%
# A target transformer
# --------------------
#
# `SquareDigitTransformer` turns digits into answers: 1 for a square, 0 for any other digit.
# `TransformedTargetClassifier` trains a classifier on these answers. We go on giving it digits.

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits
from sklearn.metrics import ConfusionMatrixDisplay
from sklearn.model_selection import train_test_split

from skmnist import MnistCNNClassifier, SquareDigitTransformer, TransformedTargetClassifier
from skmnist.datasets import DatasetError, fetch_mnist

try:
    X_train, y_train = fetch_mnist(subset="train", download_if_missing=False, return_X_y=True)
    X_test, y_test = fetch_mnist(subset="test", download_if_missing=False, return_X_y=True)
except DatasetError:  # MNIST is not on this machine
    X, y = load_digits(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
X_fit, X_val, y_fit, y_val = train_test_split(
    X_train, y_train, test_size=1 / 6, stratify=y_train, random_state=0
)
square = SquareDigitTransformer()
print("digit ", *range(10))
print("square", *square.transform(range(10)))

# %%
# Six of ten digits are no squares. So whoever always says "no" is right six times in ten. An
# accuracy of 60 % is worth nothing here.

is_square = square.transform(y_val)
print(f"always no:    {1 - is_square.mean():.2%}")

# %%
# Two ways
# --------
#
# We can ask the network this question. Or we can let it read the digit, and answer the question
# ourselves.

digits = MnistCNNClassifier.from_preset("quick", random_state=0)
direct = TransformedTargetClassifier(digits, square).fit(X_fit, y_fit)
by_digit = digits.fit(X_fit, y_fit)

answers = {
    "asked for squares": direct.predict(X_val),
    "asked for digits": square.transform(by_digit.predict(X_val)),
}
for name, answer in answers.items():
    print(f"{name}: {(answer == is_square).mean():.2%}")

# %%
# A network that has to tell ten digits apart must learn more of each. But not all its errors
# count: if it takes a 4 for a 9, the answer is right all the same. Which way wins differs from
# seed to seed, so try some others.

_, axes = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
for ax, (name, answer) in zip(axes, answers.items(), strict=True):
    ConfusionMatrixDisplay.from_predictions(
        is_square,
        answer,
        display_labels=["no square", "square"],
        cmap="Blues",
        colorbar=False,
        ax=ax,
    )
    ax.set_title(f"{name}: {(answer != is_square).sum()} errors in {len(answer):,}")

# %%
# The test images, once
# ---------------------
#
# ``score`` takes digits, too, and transforms them itself.

print(f"asked for squares, test accuracy {direct.score(X_test, y_test):.2%}")
plt.show()
