"""The figures that the published systems show, drawn from results.

Every function returns a matplotlib figure.
"""

import numpy as np
from sklearn.metrics import ConfusionMatrixDisplay

from skmnist.plots import MisclassifiedImagesDisplay

#: From this ratio on, what a panel shows is drawn on a logarithmic axis.
_LOG_RANGE = 20


def _new_figure(width, height):
    import matplotlib.pyplot as plt

    return plt.figure(figsize=(width, height), layout="constrained")


def compared_curves(all_results, columns, *, guide=None):
    """Draw quantities per epoch, a panel for each and a line for each recipe's first seed.

    Parameters
    ----------
    all_results : list of Results
        Each with a run.
    columns : dict of str to str
        What is drawn: names in the history, and what they are called.
    guide : float, default=None
        Height of a dashed line in the last panel.
    """
    n_rows = -(-len(columns) // 2)
    figure = _new_figure(9.6, 3.6 * n_rows)
    axes = figure.subplots(n_rows, min(len(columns), 2), squeeze=False).ravel()
    for ax, (name, label) in zip(axes, columns.items(), strict=True):
        for results in all_results:
            values = results.runs[0]["history"].get(name)
            if values is not None:
                epochs = np.arange(1, len(values) + 1)
                values = np.array(values, dtype=float)
                ax.plot(epochs, values, label=results.recipe.name, linewidth=1.2)
        ax.set(xlabel="epoch", ylabel=label)
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.grid(alpha=0.3)
        low, high = ax.dataLim.intervaly
        if low > 0 and high / low > _LOG_RANGE:
            ax.set_yscale("log")
    if guide is not None:
        axes[-1].axhline(guide, color="gray", linestyle="--", linewidth=0.8)
    axes[0].legend(fontsize=8)
    return figure


def error_gallery(results, images):
    """Draw the first misclassified test images of a recipe's first seed.

    Parameters
    ----------
    results : Results
    images : Images
        What the recipe was tested on.
    """
    run = results.runs[0]
    rows, predicted = np.array(run["first_errors"], dtype=int).reshape(-1, 2).T
    n_errors = round((1 - run["figures"]["test_accuracy"]) * len(images.X))
    display = MisclassifiedImagesDisplay(
        images.X[rows].reshape(-1, 28, 28), images.y[rows], predicted, len(images.X)
    ).plot()
    display.figure_.suptitle(
        f"{results.recipe.name}: the first {len(rows)} of {n_errors} errors", fontsize=10
    )
    return display.figure_


def confusion(results):
    """Draw the confusion matrix of a recipe's first seed on the test set."""
    figure = _new_figure(5.2, 4.8)
    matrix = np.array(results.runs[0]["confusion_matrix"])
    display = ConfusionMatrixDisplay(matrix)
    display.plot(ax=figure.subplots(), cmap="Blues", colorbar=False, text_kw={"fontsize": 7})
    display.ax_.set_title(results.recipe.name, fontsize=10)
    return figure


def label_distribution(train, test):
    """Draw how often each label occurs in the training and in the test set."""
    figure = _new_figure(8, 3)
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
    figure = _new_figure(5, 5.4)
    for ax, row in zip(figure.subplots(5, 5).flat, rows, strict=True):
        ax.imshow(train.X[row].reshape(28, 28), cmap="gray_r")
        ax.set_title(str(train.y[row]), fontsize=8)
        ax.set_axis_off()
    return figure
