"""Which figures illustrate which published system."""

from dataclasses import dataclass

from skmnist.reproduction.documents.curves import compared_curves, fit_and_validation
from skmnist.reproduction.documents.digits import (
    augmented_digits,
    label_distribution,
    random_digits,
)
from skmnist.reproduction.documents.filters import has_filters, learned_filters
from skmnist.reproduction.documents.mistakes import confusion, error_gallery

_TRAINING = {"train_loss": "training loss", "train_accuracy": "training accuracy"}
_TEST = {"train_loss": "training loss", "valid_accuracy": "test accuracy"}
_VALIDATION = {"train_loss": "training loss", "valid_accuracy": "validation accuracy"}
_SQUARED_TEST = {
    "train_loss": "training loss (half the squared distance)",
    "valid_accuracy": "test accuracy",
}


@dataclass(frozen=True)
class Curves:
    """Curves of several recipes in one figure: a panel for each quantity.

    Parameters
    ----------
    system : str
        Letter of the system that it illustrates.
    name : str
        Of the file.
    caption : str
    recipes : tuple of str
        Names of recipes.
    columns : dict of str to str
        What is drawn of their histories, a panel each, and what it is called.
    guide : (float, str), default=None
        Height of a line in the last panel, and what it is called.
    """

    system: str
    name: str
    caption: str
    recipes: tuple
    columns: dict
    guide: tuple | None = None

    def draw(self, chosen):
        """Return the figure of those recipes that have results."""
        return compared_curves(chosen, self.columns, guide=self.guide)


@dataclass(frozen=True)
class Fit:
    """The loss of training and that of other images in one plot, a panel for each recipe.

    Parameters
    ----------
    system, name, caption : str
        As of `Curves`.
    recipes : tuple of str
    watched : str, default="test"
        What the other images are called.
    """

    system: str
    name: str
    caption: str
    recipes: tuple
    watched: str = "test"

    def draw(self, chosen):
        """Return the figure of those recipes that have results."""
        return fit_and_validation(chosen, self.watched)


_A = ("A-none", "A-l1", "A-l2", "A-l1-l2")
_A_IMPROVED = tuple(f"A-improved-{name}" for name in ("none", "l1", "l2", "l1-l2"))
_G = ("G-base", "G-l2", "G-dropout", "G-l2-dropout")
_G_IMPROVED = ("G-improved-base", "G-improved-l2", "G-improved-dropout", "G-improved-l2-dropout")
_APART = (
    "Where the loss of the other images rises above that of the training images, the network "
    "learns these by heart. Augmentation and dropout make the training loss larger: they act on "
    "the training images only."
)

_RATES = tuple(f"B-rate-{rate}" for rate in ("0.0001", "0.0003", "0.001", "0.003", "0.1", "0.3"))
_C = ("C-text", "C-code", "C-lenet5")
_E = (
    "E1-plain",
    "E2-dropout",
    "E3-batches-128-0.001",
    "E3-batches-64-0.001",
    "E3-batches-64-0.005",
    "E4-augmentation-100-0.005",
)

PLOTS = [
    Curves(
        "A",
        "A-curves",
        "The four published variants: training loss, and test accuracy after each epoch.",
        _A,
        _TEST,
        guide=(0.994, "the aim, 99.4 %"),
    ),
    Fit("A", "A-fit", f"Loss of training and test images, variant by variant. {_APART}", _A),
    Curves(
        "A",
        "A-strengths",
        "L2 from 5 to 0, all else as in `A-l2`. The curve of 0.00003 would lie on its neighbours.",
        ("A-l2-5", "A-l2-0.5", "A-l2-0.05", "A-l2-0.005", "A-l2", "A-l2-0.000003", "A-l2-0"),
        _TEST,
    ),
    Curves(
        "A",
        "A-improved-curves",
        "The four improved variants. They see the test set once, after the last epoch.",
        _A_IMPROVED,
        _TRAINING,
    ),
    Curves(
        "B",
        "B-rates",
        "Adam with six learning rates: training loss, and accuracy on the training images while "
        "training. Crosses are published costs, as the mean loss of an image.",
        _RATES,
        _TRAINING,
    ),
    Curves(
        "B",
        "B-optimizers",
        "Three optimisers, all with a rate of 0.001. Crosses are published costs.",
        ("B-rate-0.001", "B-momentum", "B-sgd"),
        _TRAINING,
    ),
    Fit("B", "B-fit", f"Loss of training and test images. {_APART}", ("B-adam",)),
    Curves("C", "C-curves", "The networks of the text, of the code, and LeNet-5.", _C, _TEST),
    Fit("C", "C-fit", f"Loss of training and test images. {_APART}", _C),
    Curves(
        "C",
        "C-log",
        "The published log (crosses), as if three epochs had come before it, and the network of "
        "the code: as stated, and with pixels divided by 255 twice.",
        ("C-code", "C-divided-twice"),
        _TRAINING,
    ),
    Curves(
        "D",
        "D-curves",
        "The published log (crosses) and two networks: as stated, and with pixels divided by 255 "
        "twice and five epochs before the log.",
        ("D-dense", "D-divided-twice"),
        _TRAINING,
    ),
    Curves(
        "E",
        "E-steps",
        "Steps 1 to 4 as published: training loss, and test accuracy after each epoch.",
        _E,
        _SQUARED_TEST,
    ),
    Fit(
        "E",
        "E-fit",
        f"Half the squared distance of training and test images, step by step. {_APART}",
        _E,
    ),
    Curves(
        "E",
        "E-corrected",
        "Steps 1 and 2 as published, and with ReLU's gradient, dropout's or both masked.",
        (
            "E1-plain",
            "E1-corrected-relu",
            "E2-dropout",
            "E2-corrected-relu",
            "E2-corrected-dropout",
            "E2-corrected-both",
        ),
        _SQUARED_TEST,
    ),
    Curves(
        "F",
        "F-curves",
        "30 augmented epochs: the learning rate halves after three epochs without progress.",
        ("F-vgg-30",),
        {**_VALIDATION, "learning_rate": "learning rate"},
        guide=None,
    ),
    Fit(
        "F",
        "F-fit",
        "Loss of training and validation images. Dropout and augmentation act on the training "
        "images only, and make their loss the larger one.",
        ("F-vgg-30",),
        watched="validation",
    ),
    Curves(
        "G",
        "G-curves",
        "The four published variants: losses (without penalties) and accuracies.",
        _G,
        {**_TRAINING, "valid_loss": "validation loss", "valid_accuracy": "validation accuracy"},
    ),
    Fit(
        "G",
        "G-fit",
        f"Loss of training and validation images, variant by variant. {_APART}",
        _G,
        watched="validation",
    ),
    Curves(
        "G",
        "G-improved-curves",
        "The four improved variants. They see the test set once, after the last epoch.",
        _G_IMPROVED,
        _TRAINING,
    ),
]

#: Recipes whose first errors are shown, and those whose errors are counted, by their systems.
GALLERIES = {"A": ("A-l1", "A-l2", "A-improved-l1", "A-improved-l2")}
CONFUSIONS = {
    "A": ("A-improved-none",),
    "E": ("E5-classes", "E5-improved-1000"),
    "F": ("F-vgg", "F-improved"),
}


def draw(system, by_name, mnist):
    """Draw a system's figures, as far as there are results.

    Parameters
    ----------
    system : System
    by_name : dict of str to Results
        All recipes, run or not.
    mnist : Split
        MNIST's official split.

    Yields
    ------
    name, caption : str
    figure : matplotlib.figure.Figure
    """
    run = {name: results for name, results in by_name.items() if results.runs}
    for plot in PLOTS:
        chosen = [run[name] for name in plot.recipes if name in run]
        if plot.system == system.letter and chosen:
            yield plot.name, plot.caption, plot.draw(chosen)
    for name in GALLERIES.get(system.letter, ()):
        if name in run:
            caption = f"The first test images that `{name}` gets wrong, with the first seed."
            yield f"{name}-errors", caption, error_gallery(run[name], mnist.test)
    for name in CONFUSIONS.get(system.letter, ()):
        if name in run:
            caption = f"Errors of `{name}` on the test set, with the first seed."
            yield f"{name}-confusion", caption, confusion(run[name])
    with_filters = [results for results in run.values() if has_filters(results)]
    with_filters = [results for results in with_filters if results.recipe.system == system.letter]
    if with_filters:
        caption = (
            "The first filters before and after training. Orange weights are negative, purple "
            "ones positive."
        )
        yield f"{system.letter}-filters", caption, learned_filters(with_filters)
    yield from _of_the_data(system.letter, mnist)


def _of_the_data(letter, mnist):
    """Draw what needs no results."""
    if letter == "E":
        kinds = {
            "rotated by up to 90°, as published": {"rotation": 90.0, "shift": 0.0},
            "as the improved recipe has it": {"rotation": 15.0, "shift": 0.1},
        }
        caption = (
            "Five training images and four random distortions of each. Rotated by up to "
            "90°, digits lie on their sides; nobody writes them so."
        )
        yield "E-augmented", caption, augmented_digits(mnist.train, kinds)
    if letter == "G":
        labels = label_distribution(mnist.train, mnist.test)
        yield "labels", "How often each label occurs in the training and the test set.", labels
    if letter in "BG":
        # both show the same
        yield "digits", "25 random training images.", random_digits(mnist.train)
