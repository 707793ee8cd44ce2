"""Which figures illustrate which published system."""

from dataclasses import dataclass

from skmnist.reproduction.documents.curves import compared_curves
from skmnist.reproduction.documents.digits import label_distribution, random_digits
from skmnist.reproduction.documents.mistakes import confusion, error_gallery

_TRAINING = {"train_loss": "training loss", "train_accuracy": "training accuracy"}
_COST_AND_TEST = {"train_loss": "training loss", "valid_accuracy": "test accuracy"}
_ALL_VALIDATION = {
    "train_loss": "training loss",
    "valid_loss": "validation loss",
    "train_accuracy": "training accuracy",
    "valid_accuracy": "validation accuracy",
}
_ALL_TEST = {name: label.replace("validation", "test") for name, label in _ALL_VALIDATION.items()}


@dataclass(frozen=True)
class Comparison:
    """Curves of several recipes in one figure.

    Parameters
    ----------
    name : str
        Of the file.
    caption : str
    recipes : tuple of str
        Names of recipes of one system.
    columns : dict of str to str
        What is drawn of their histories, a panel each, and what it is called.
    guide : float, default=None
        Height of a dashed line in the last panel.
    """

    name: str
    caption: str
    recipes: tuple
    columns: dict
    guide: float | None = None


COMPARISONS = [
    Comparison(
        "A-curves",
        "The four published variants: training loss, and test accuracy after each epoch (dashed: "
        "the aim of 99.4 %).",
        ("A-none", "A-l1", "A-l2", "A-l1-l2"),
        _COST_AND_TEST,
        guide=0.994,
    ),
    Comparison(
        "A-improved-curves",
        "The four improved variants, which see the test set once, after the last epoch.",
        ("A-improved-none", "A-improved-l1", "A-improved-l2", "A-improved-l1-l2"),
        _TRAINING,
    ),
    Comparison(
        "B-curves", "Cost and accuracy.", ("B-adam", "B-momentum", "B-sgd"), _COST_AND_TEST
    ),
    Comparison("C-curves", "Loss and accuracy.", ("C-text", "C-code", "C-lenet5"), _ALL_TEST),
    Comparison(
        "E1-E2-curves",
        "Steps 1 and 2, as published and with a masked gradient.",
        ("E1-plain", "E2-dropout", "E1-corrected", "E2-corrected"),
        _ALL_TEST,
    ),
    Comparison(
        "E3-E5-curves",
        "Steps 3 to 5.",
        (
            "E3-batches-128-0.001",
            "E3-batches-64-0.001",
            "E3-batches-64-0.005",
            "E4-augmentation-100-0.005",
            "E5-classes",
        ),
        _ALL_TEST,
    ),
    Comparison(
        "F-curves",
        "The improved recipe; the published ones train for one epoch.",
        ("F-improved",),
        _ALL_VALIDATION,
    ),
    Comparison(
        "G-curves",
        "The four published variants: losses (without penalties) and accuracies.",
        ("G-base", "G-l2", "G-dropout", "G-l2-dropout"),
        _ALL_VALIDATION,
    ),
    Comparison(
        "G-improved-curves",
        "The four improved variants.",
        ("G-improved-base", "G-improved-l2", "G-improved-dropout", "G-improved-l2-dropout"),
        _TRAINING,
    ),
]

GALLERIES = ["A-l1", "A-l2", "A-improved-l1", "A-improved-l2"]

CONFUSIONS = [
    *("A-improved-none", "E5-classes", "E5-improved-1000", "F-vgg", "F-improved"),
]


def draw(system, by_name, mnist):
    """Draw a system's figures, as far as there are results.

    Parameters
    ----------
    system : System
    by_name : dict of str to Results
        The system's recipes that have been run.
    mnist : Split
        MNIST's official split.

    Yields
    ------
    name, caption : str
    figure : matplotlib.figure.Figure
    """
    for comparison in COMPARISONS:
        chosen = [by_name[name] for name in comparison.recipes if name in by_name]
        if chosen:
            curves = compared_curves(chosen, comparison.columns, guide=comparison.guide)
            yield comparison.name, comparison.caption, curves
    for name in GALLERIES:
        if name in by_name:
            gallery = error_gallery(by_name[name], mnist.test)
            yield f"{name}-errors", f"{name}: misclassified test images.", gallery
    for name in CONFUSIONS:
        if name in by_name:
            matrix = confusion(by_name[name])
            yield f"{name}-confusion", f"{name}: confusion matrix on the test set.", matrix
    if system.letter == "G":
        labels = label_distribution(mnist.train, mnist.test)
        yield "labels", "Labels of the official training and test set.", labels
    if system.letter in "BG":
        # both show the same
        yield "digits", "25 random training images.", random_digits(mnist.train)
