"""What a recipe gets wrong, drawn from its results."""

import numpy as np
from sklearn.metrics import ConfusionMatrixDisplay

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
    """Draw the confusion matrix of a recipe's first seed on the test set."""
    figure = new_figure(5.2, 4.8)
    matrix = np.array(results.runs[0]["confusion_matrix"])
    display = ConfusionMatrixDisplay(matrix)
    display.plot(ax=figure.subplots(), cmap="Blues", colorbar=False, text_kw={"fontsize": 7})
    display.ax_.set_title(marked(results.recipe.name, results), fontsize=10)
    return figure
