"""Making figures, and writing them to files."""

from matplotlib import pyplot as plt

#: Colours that people with any kind of colour vision tell apart (Okabe and Ito).
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")

#: Lines also differ in their dashes, for prints without colours.
DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))


def new_figure(width, height):
    """Return an empty figure; its size is in inches."""
    return plt.figure(figsize=(width, height), layout="constrained")


def save_figure(figure, path):
    """Write a figure to a PNG file, and close it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # no date and no version, so that the same results give the same file
    figure.savefig(path, dpi=100, metadata={"Software": None})
    plt.close(figure)
    return path
