"""
1. Look at the data
===================

Before a network learns anything, look at what it is to learn from. How many images are there?
What do their numbers mean? Is each digit there equally often? Can *you* read all of them?
"""

# %%
# Images are numbers
# ------------------
#
# MNIST has 60,000 images to train on and 10,000 to test on. If its files are not on this
# machine, we take scikit-learn's small digits.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from skmnist.datasets import DatasetError, fetch_mnist
from skmnist.plots import (
    AugmentedImagesDisplay,
    ImagesByClassDisplay,
    LabelDistributionDisplay,
)

try:
    X_train, y_train = fetch_mnist(subset="train", download_if_missing=False, return_X_y=True)
    X_test, y_test = fetch_mnist(subset="test", download_if_missing=False, return_X_y=True)
except DatasetError:  # MNIST is not on this machine
    X, y = load_digits(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
side = int(X_train.shape[1] ** 0.5)
print(f"{len(X_train):,} training images and {len(X_test):,} test images of {side}×{side} pixels")
print(f"pixels are {X_train.dtype}, from {X_train.min():g} to {X_train.max():g}")

# %%
# Each row of ``X_train`` is an image: its pixels, row by row. Let us write the numbers of the
# first image into its picture. 0 is the ground, and the largest number is full ink.

first = X_train[0].reshape(side, side)
_, ax = plt.subplots(figsize=(7, 7), layout="constrained")
ax.imshow(first, cmap="gray_r")
for (row, column), value in np.ndenumerate(first):
    if value:
        colour = "white" if value > first.max() / 2 else "black"
        ax.text(
            column, row, f"{value:g}", color=colour, ha="center", va="center", fontsize=170 / side
        )
ax.set_title(f"The first training image. Its label is {y_train[0]}.")
ax.set_axis_off()

# %%
# Many people, many hands
# -----------------------
#
# Ten images of each digit. Sevens have a bar or none, and ones lean to either side. This is why
# no simple rule reads them.

ImagesByClassDisplay.from_data(X_train, y_train, n_images=10, random_state=0)

# %%
# Is each digit there equally often? If it was not, a network could reach a high accuracy by
# guessing the most frequent one. Here it cannot.

LabelDistributionDisplay.from_data({"training": y_train, "test": y_test}, normalize=True)
_, counts = np.unique(y_train, return_counts=True)
print(
    f"always guessing the most frequent digit would be right for {counts.max() / counts.sum():.0%}"
)

# %%
# The mean of all images of a digit is blurred where people write differently. Compare the 0 with
# the 4.

_, axes = plt.subplots(2, 5, figsize=(8, 3.6), layout="constrained")
for digit, ax in enumerate(axes.flat):
    ax.imshow(X_train[y_train == digit].mean(axis=0).reshape(side, side), cmap="gray_r")
    ax.set_title(f"mean {digit}")
    ax.set_axis_off()

# %%
# More images for nothing
# -----------------------
#
# A 5 that is turned a little, or moved, is still a 5. So each epoch can show the network other
# versions of the same images. This is called augmentation. The first column is the image as it
# is.

AugmentedImagesDisplay.from_augmentation("affine", X_train, n_images=4, n_copies=7)
plt.show()
