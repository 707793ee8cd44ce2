"""
2. A first network
==================

A network is trained in epochs: in each it sees every training image once. We watch what it
learns, and on which images we may measure it.
"""

# %%
# Three kinds of images
# ---------------------
#
# The network learns from the *training* images. The *validation* images are taken out of the
# training set. We look at them while we make decisions, such as how many epochs are enough. The
# *test* images are not used until all decisions are made. Whoever chooses by the test images will
# report a number that is too good.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.metrics import ConfusionMatrixDisplay, confusion_matrix
from sklearn.model_selection import train_test_split

from skmnist import MnistMLPClassifier
from skmnist.datasets import DatasetError, fetch_mnist
from skmnist.plots import TrainingCurvesDisplay

try:
    X_train, y_train = fetch_mnist(subset="train", download_if_missing=False, return_X_y=True)
    X_test, y_test = fetch_mnist(subset="test", download_if_missing=False, return_X_y=True)
except DatasetError:  # MNIST is not on this machine
    X, y = load_digits(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
X_fit, X_val, y_fit, y_val = train_test_split(
    X_train, y_train, test_size=1 / 6, stratify=y_train, random_state=0
)
print(f"{len(X_fit):,} images to learn from, {len(X_val):,} to validate with")

# %%
# One hidden layer
# ----------------
#
# Each of 100 hidden units sees all pixels, and each of the ten outputs sees all hidden units.
# All extras that the package has by default are switched off: augmentation, smoothed labels and
# penalties. They come in the next lessons.

network = MnistMLPClassifier(
    hidden_layer_sizes=(100,),
    augmentation=None,
    label_smoothing=0.0,
    l2=0.0,
    learning_rate=0.001,
    learning_rate_schedule="constant",
    batch_size=32,
    max_epochs=20,
    random_state=0,
)
network.fit(X_fit, y_fit, X_val=X_val, y_val=y_val)
print(network.summary())

# %%
# Watch it learn
# --------------
#
# The loss says how much probability the network gives to the right digit: 0 is perfect. The
# training loss goes down and down. The validation loss does not follow it all the way. The gap
# is *overfitting*: the network begins to learn its images by heart.

TrainingCurvesDisplay.from_estimator(network)
last = network.history_[-1]
print(f"training accuracy   {last['train_accuracy']:.2%}")
print(f"validation accuracy {last['valid_accuracy']:.2%}")

# %%
# Which digits are mixed up?
# --------------------------
#
# Row: the true digit. Column: what the network says. The right answers belong on the diagonal.
# They are left out: they are so many that the errors would be invisible beside them.

predicted = network.predict(X_val)
counts = confusion_matrix(y_val, predicted)
np.fill_diagonal(counts, 0)
display = ConfusionMatrixDisplay(counts).plot(cmap="Blues", colorbar=False)
display.ax_.set_title(f"{counts.sum():,} errors in {len(y_val):,} validation images")

# %%
# How sure is it?
# ---------------
#
# ``predict_proba`` returns a probability for each digit. These are the ten validation images of
# which the network is least sure.

proba = network.predict_proba(X_val)
least_sure = proba.max(axis=1).argsort()[:10]
side = int(X_val.shape[1] ** 0.5)
_, axes = plt.subplots(2, 5, figsize=(8, 4), layout="constrained")
for row, ax in zip(least_sure, axes.flat, strict=True):
    ax.imshow(X_val[row].reshape(side, side), cmap="gray_r")
    ax.set_title(f"{predicted[row]} with {proba[row].max():.0%}\ntrue: {y_val[row]}", fontsize=9)
    ax.set_axis_off()
plt.show()
