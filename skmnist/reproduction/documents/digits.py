"""What MNIST is: its images and labels, drawn."""

import numpy as np

from skmnist.numpy_mlp.augmentation import RandomShiftRotation
from skmnist.reproduction.documents.canvas import COLORS, new_figure


def label_distribution(train, test):
    """Draw how often each label occurs in the training and in the test set."""
    figure = new_figure(9, 3.2)
    for ax, (title, images) in zip(
        figure.subplots(1, 2), {"training set": train, "test set": test}.items(), strict=True
    ):
        counts = np.bincount(images.y, minlength=10)
        bars = ax.bar(range(10), counts, color=COLORS[0], label="images of a label")
        ax.bar_label(bars, fontsize=7)
        share = len(images.y) / 10
        ax.axhline(share, color="0.3", linestyle="--", linewidth=0.9, label="a tenth of all")
        ax.set(title=f"Labels of the {title}", xlabel="label", ylabel="images", xticks=range(10))
        ax.margins(y=0.3)
        ax.legend(fontsize=7, loc="upper right", ncols=2)
    return figure


def random_digits(train, seed=0):
    """Draw 25 training images, chosen at random."""
    rows = np.random.default_rng(seed).choice(len(train.X), 25, replace=False)
    figure = new_figure(5, 5.6)
    figure.suptitle("25 random training images and their labels", fontsize=10)
    for ax, row in zip(figure.subplots(5, 5).flat, rows, strict=True):
        _show(ax, train.X[row])
        ax.set_title(str(train.y[row]), fontsize=8)
    return figure


def augmented_digits(train, kinds, n_images=5, n_variants=4, seed=0):
    """Draw images beside random distortions of them, a block of rows for each kind.

    Parameters
    ----------
    train : Images
    kinds : dict of str to dict
        Parameters of `RandomShiftRotation`, by what the distortion is called.
    n_images : int, default=5
        How many images, the first of the training set.
    n_variants : int, default=4
        How many distortions of each.
    seed : int, default=0
    """
    figure = new_figure(0.95 * n_images * len(kinds), 1.0 * (n_variants + 1) + 0.4)
    blocks = figure.subfigures(1, len(kinds), squeeze=False).ravel()
    originals = train.X[:n_images].reshape(-1, 28, 28).astype(np.float32) / 255
    for block, (title, parameters) in zip(blocks, kinds.items(), strict=True):
        block.suptitle(title, fontsize=10)
        augment, rng = RandomShiftRotation(**parameters), np.random.default_rng(seed)
        rows = [originals, *(augment(originals, rng) for _ in range(n_variants))]
        axes = block.subplots(n_variants + 1, n_images, squeeze=False)
        for number, (row, images) in enumerate(zip(axes, rows, strict=True)):
            for ax, image in zip(row, images, strict=True):
                _show(ax, image)
            row[0].text(
                *(-0.12, 0.5, "original" if number == 0 else f"variant {number}"),
                **{"transform": row[0].transAxes, "rotation": 90, "fontsize": 7},
                **{"ha": "right", "va": "center"},
            )
    return figure


def _show(ax, image):
    ax.imshow(image.reshape(28, 28), cmap="gray_r")
    ax.set_axis_off()
