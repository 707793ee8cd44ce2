"""What MNIST is: its images and labels, drawn."""

import numpy as np

from skmnist.reproduction.documents.canvas import new_figure


def label_distribution(train, test):
    """Draw how often each label occurs in the training and in the test set."""
    figure = new_figure(8, 3)
    for ax, (title, images) in zip(
        figure.subplots(1, 2), {"training set": train, "test set": test}.items(), strict=True
    ):
        counts = np.bincount(images.y, minlength=10)
        ax.bar_label(ax.bar(range(10), counts), fontsize=7)
        ax.set(title=title, xlabel="label", ylabel="images", xticks=range(10))
        ax.margins(y=0.12)
    return figure


def random_digits(train, seed=0):
    """Draw 25 training images, chosen at random."""
    rows = np.random.default_rng(seed).choice(len(train.X), 25, replace=False)
    figure = new_figure(5, 5.4)
    for ax, row in zip(figure.subplots(5, 5).flat, rows, strict=True):
        ax.imshow(train.X[row].reshape(28, 28), cmap="gray_r")
        ax.set_title(str(train.y[row]), fontsize=8)
        ax.set_axis_off()
    return figure
