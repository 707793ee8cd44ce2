"""The published systems, and what is to be known of each."""

from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class System:
    """A published system.

    Parameters
    ----------
    letter : str
        Its recipes have it as their ``system``.
    title : str
    text : str
        What it did and what goes wrong, in Markdown. ``{{NAME METRIC}}`` stands for our value of
        a recipe's metric, and ``{{published}}`` and ``{{figure NAME}}``, alone on a line, for the
        table of published figures and for a figure. What is not placed in the text follows it.
    origin : str, default=""
        The text that published it.
    network : str, default=None
        Name of the recipe whose network is shown as a table of layers.
    """

    letter: str
    title: str
    text: str
    origin: str = ""
    network: str | None = None


def _text(letter):
    return (files(__package__) / "texts" / f"{letter}.md").read_text(encoding="utf-8")


SYSTEMS = [
    System(
        "A",
        "Compact CNN with L1, L2, both or neither",
        _text("A"),
        origin="two READMEs of one student project, *Handwritten digits classification using "
        "MNIST datasets* and *Batch Normalization & Regularization*, and its code",
        network="A-none",
    ),
    System(
        "B",
        "Deep dense network from scratch",
        _text("B"),
        origin="the README of a student project, *MNIST_Classification_Task*, main task, and its "
        "code",
    ),
    System(
        "C",
        "LeNet-5 on images of 28×28",
        _text("C"),
        origin="the README of a student project, *MNIST_Classification_Task*, first bonus task, "
        "and its code",
        network="C-lenet5",
    ),
    System(
        "D",
        "Square digits",
        _text("D"),
        origin="the README of a student project, *MNIST_Classification_Task*, second bonus task, "
        "and its code",
    ),
    System(
        "E",
        "NumPy network in five steps",
        _text("E"),
        origin="the README of a student's assignment, *MNIST Classifier Using Numpy and Keras*, "
        "first part, and its code",
    ),
    System(
        "F",
        "VGG-style CNN",
        _text("F"),
        origin="the README of a student's assignment, *MNIST Classifier Using Numpy and Keras*, "
        "second part, and its code",
        network="F-vgg",
    ),
    System(
        "G",
        "Dense network with L2 and dropout",
        _text("G"),
        origin="the README of a student project, *MNIST Digit Classification using Convolutional "
        "Neural Network*, and its code",
        network="G-base",
    ),
]
