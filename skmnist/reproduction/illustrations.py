"""Which figures illustrate which published system."""

from skmnist.reproduction import figures


def draw(system, by_name, mnist):
    """Draw a system's figures, as far as there are results.

    Parameters
    ----------
    system : System
    by_name : dict of str to Results
        Those that have a run.
    mnist : Split
        MNIST's official split.

    Yields
    ------
    name, caption : str
    figure : matplotlib.figure.Figure
    """
    names = [name for name in by_name if name.startswith(system.letter)]
    for names, columns, guide, name, caption in COMPARISONS.get(system.letter, ()):
        chosen = [by_name[recipe] for recipe in names if recipe in by_name]
        if chosen:
            yield name, caption, figures.compared_curves(chosen, columns, guide=guide)
    for recipe in GALLERIES:
        if recipe.startswith(system.letter) and recipe in by_name:
            caption = f"{recipe}: misclassified test images."
            yield f"{recipe}-errors", caption, figures.error_gallery(by_name[recipe], mnist.test)
    for recipe in CONFUSIONS:
        if recipe.startswith(system.letter) and recipe in by_name:
            caption = f"{recipe}: confusion matrix on the test set."
            yield f"{recipe}-confusion", caption, figures.confusion(by_name[recipe])
    if system.letter == "G":
        distribution = figures.label_distribution(mnist.train, mnist.test)
        yield "labels", "Labels of the official training and test set.", distribution
    if system.letter in "BG":
        # the same figure for both
        yield "digits", "25 random training images.", figures.random_digits(mnist.train)


_TEST = {"train_loss": "training loss", "valid_accuracy": "test accuracy"}
_ALL_VALIDATION = {
    "train_loss": "training loss",
    "valid_loss": "validation loss",
    "train_accuracy": "training accuracy",
    "valid_accuracy": "validation accuracy",
}
_ALL_TEST = {name: label.replace("validation", "test") for name, label in _ALL_VALIDATION.items()}
_A = ("none", "l1", "l2", "l1-l2")
_G = ("base", "l2", "dropout", "l2-dropout")

# recipes, columns, guide, name of the file, caption
COMPARISONS = {
    "A": [
        (
            [f"A-{name}" for name in _A],
            _TEST,
            0.994,
            "A-curves",
            "The four published variants: training loss, and test accuracy after each epoch "
            "(dashed: the aim of 99.4 %).",
        ),
        (
            [f"A-improved-{name}" for name in _A],
            {"train_loss": "training loss", "train_accuracy": "training accuracy"},
            None,
            "A-improved-curves",
            "The four improved variants, which the test set sees once, after the last epoch.",
        ),
    ],
    "B": [(["B-adam", "B-momentum", "B-sgd"], _TEST, None, "B-curves", "Cost and accuracy.")],
    "E": [
        (
            ["E1-plain", "E2-dropout", "E1-corrected", "E2-corrected"],
            _ALL_TEST,
            None,
            "E1-E2-curves",
            "Steps 1 and 2, as published and with a masked gradient.",
        ),
        (
            [
                "E3-batches-128-0.001",
                "E3-batches-64-0.001",
                "E3-batches-64-0.005",
                "E4-augmentation-100-0.005",
                "E5-classes",
            ],
            _ALL_TEST,
            None,
            "E3-E5-curves",
            "Steps 3 to 5.",
        ),
    ],
    "F": [
        (
            ["F-improved"],
            _ALL_VALIDATION,
            None,
            "F-curves",
            "The improved recipe; the published ones train for one epoch.",
        )
    ],
    "G": [
        (
            [f"G-{name}" for name in _G],
            _ALL_VALIDATION,
            None,
            "G-curves",
            "The four published variants, each epoch's loss (without penalties) and accuracy.",
        ),
        (
            [f"G-improved-{name}" for name in _G],
            {"train_loss": "training loss", "train_accuracy": "training accuracy"},
            None,
            "G-improved-curves",
            "The four improved variants.",
        ),
    ],
}
GALLERIES = ("A-l1", "A-l2", "A-improved-l1", "A-improved-l2")
CONFUSIONS = (
    "A-improved-none",
    "E5-classes",
    "E5-improved-1000",
    "F-vgg-augmented",
    "F-improved",
)
