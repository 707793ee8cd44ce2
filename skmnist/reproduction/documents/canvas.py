"""Making figures, and writing them to files."""

from matplotlib import pyplot as plt


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
