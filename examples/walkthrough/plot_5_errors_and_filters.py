"""
5. Look at the errors, and into the network
===========================================

One number says how good a network is. Its errors say why it is no better. Its filters say what
it looks at.
"""

# %%
# A convolutional network
# -----------------------
#
# A dense unit sees all pixels. A filter of a convolution sees a window of 5×5 pixels, and moves
# over the whole image. So what it learns in one place it knows in all places.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from skmnist import MnistCNNClassifier
from skmnist.datasets import DatasetError, fetch_mnist
from skmnist.plots import (
    FirstLayerFiltersDisplay,
    FirstLayerMapsDisplay,
    MisclassifiedImagesDisplay,
    SaliencyDisplay,
)

try:
    X_train, y_train = fetch_mnist(subset="train", download_if_missing=False, return_X_y=True)
    X_test, y_test = fetch_mnist(subset="test", download_if_missing=False, return_X_y=True)
except DatasetError:  # MNIST is not on this machine
    X, y = load_digits(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
X_fit, X_val, y_fit, y_val = train_test_split(
    X_train, y_train, test_size=1 / 6, stratify=y_train, random_state=0
)
n_epochs = 4 if len(X_train) > 10_000 else 40  # few images need more epochs
network = MnistCNNClassifier(architecture="lenet5", max_epochs=n_epochs, random_state=0)
network.fit(X_fit, y_fit)
wrong = network.predict(X_val) != y_val
print(f"{wrong.sum()} errors in {len(y_val):,} validation images: accuracy {1 - wrong.mean():.2%}")

# %%
# The worst errors
# ----------------
#
# These are the validation images whose true digit the network thinks least probable. Would you
# have read them?

MisclassifiedImagesDisplay.from_estimator(network, X_val, y_val, n_images=20, sort_by="loss")

# %%
# Which digit is hardest?

print("digit  errors")
for digit in range(10):
    of_digit = y_val == digit
    print(f"{digit:5}  {wrong[of_digit].sum():4} of {of_digit.sum():,}")

# %%
# The filters of the first layer
# ------------------------------
#
# A filter is an image itself. Where it is white, ink in the window makes its answer larger.
# Where it is black, ink makes it smaller. Some filters find edges of one direction, some the end
# of a stroke.

FirstLayerFiltersDisplay.from_estimator(network)

# %%
# What the filters make of three images: white is a strong answer.

FirstLayerMapsDisplay.from_estimator(network, X_val, n_images=3)

# %%
# Where does it look?
# -------------------
#
# Which pixels did the answer depend on? Here are the four hardest images, with the digit that the
# network took them for. At a dark place, a change of the pixel changes this answer most.

of_the_truth = network.predict_proba(X_val)[np.arange(len(y_val)), y_val]
hardest = of_the_truth.argsort()[:4]
SaliencyDisplay.from_estimator(network, X_val[hardest], n_images=4)
plt.show()
