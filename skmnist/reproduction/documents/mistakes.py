"""What a recipe gets wrong, drawn from its results."""

import numpy as np

from skmnist.plots import MisclassifiedImagesDisplay
from skmnist.reproduction.documents.canvas import new_figure
from skmnist.reproduction.documents.other_settings import marked


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
    confusion_matrix = np.array(run["confusion_matrix"])
    n_errors = confusion_matrix.sum() - confusion_matrix.trace()
    display = MisclassifiedImagesDisplay(
        images.X[rows].reshape(-1, 28, 28), images.y[rows], predicted, len(images.X)
    ).plot()
    name = marked(results.recipe.name, results)
    title = f"{name}: the first {len(rows)} of {n_errors} errors"
    display.figure_.suptitle(title, fontsize=10)
    return display.figure_


def confusion(results):
    """Draw which labels a recipe's first seed takes for which, on the test set.

    Only errors are coloured: they are few, and the diagonal would swallow all shades.
    """
    figure = new_figure(6.2, 5.2)
    ax = figure.subplots()
    matrix = np.array(results.runs[0]["confusion_matrix"])
    diagonal = np.eye(len(matrix), dtype=bool)
    errors = np.ma.masked_array(matrix, diagonal)
    largest = max(1, errors.max())
    image = ax.imshow(errors, cmap="Blues", vmin=0, vmax=largest)
    for (true, predicted), count in np.ndenumerate(matrix):
        on_dark = true != predicted and count > largest / 2
        color = "0.45" if true == predicted else "white" if on_dark else "black"
        text = str(count) if count or true == predicted else ""
        ax.text(predicted, true, text, ha="center", va="center", fontsize=7, color=color)
    figure.colorbar(image, label="images that are taken for another label")
    n_wrong = matrix[~diagonal].sum()
    name = marked(results.recipe.name, results)
    ax.set(
        title=f"{name}: {n_wrong} errors in {matrix.sum():,} images",
        xlabel="predicted label",
        ylabel="true label",
        xticks=range(len(matrix)),
        yticks=range(len(matrix)),
    )
    return figure
