"""Where displays draw: figures, panels, tiles of images, and colours that print well."""

import numpy as np

#: Colours that colour-blind readers tell apart, after Okabe and Ito. Each has a marker and a
#: hatching of its own, for black and white.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
HATCHES = ("", "///", "...", "xxx", "---", "\\\\\\", "+++")

_GAP = 0.08

# inches; the title of a narrower figure is cut off
_MIN_WIDTH = 4.0


def style(number):
    """Return colour and marker of the curve of this number."""
    return {
        "color": COLOURS[number % len(COLOURS)],
        "marker": MARKERS[number % len(MARKERS)],
    }


def new_figure(figsize):
    """Return an empty figure, which pyplot knows, of this size in inches or somewhat wider."""
    import matplotlib.pyplot as plt

    width, height = figsize
    return plt.figure(figsize=(max(width, _MIN_WIDTH), height), layout="constrained")


def one_panel(ax, figsize):
    """Return the axes to draw on: those given, or those of a new figure."""
    return new_figure(figsize).subplots() if ax is None else ax


def panels(ax, n_rows, n_columns, figsize, **subplots):
    """Return axes for several panels, as a 2-d array.

    Parameters
    ----------
    ax : Axes, array-like of Axes, or None
        One is replaced by panels within its bounds. Of several there must be as many as panels.
        None means a new figure.
    n_rows, n_columns : int
    figsize : tuple of float
        Of a new figure, in inches.
    **subplots
        What ``Figure.subplots`` takes; it is for new panels only.
    """
    from matplotlib.axes import Axes

    if ax is None:
        return new_figure(figsize).subplots(n_rows, n_columns, squeeze=False, **subplots)
    if isinstance(ax, Axes):
        ax.set_axis_off()
        grid = ax.get_subplotspec().subgridspec(n_rows, n_columns)
        return grid.subplots(squeeze=False, **subplots)
    given = np.asarray(ax, dtype=object)
    if given.size != n_rows * n_columns:
        raise ValueError(f"ax must hold {n_rows * n_columns} axes, got {given.size}.")
    return given.reshape(n_rows, n_columns)


def draw_tiles(ax, rows, *, cmap="gray_r", limits=None):
    """Draw rows of images side by side on one axes.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    rows : list of list of (ndarray of shape (height, width) or None)
        None leaves a place empty.
    cmap : str, default="gray_r"
    limits : tuple of float, or callable, default=None
        The values of the ends of the colour map; a callable returns them for an image. By default
        each image takes the whole colour map.

    Returns
    -------
    images : list of matplotlib.image.AxesImage
    """
    drawn = []
    for row, images in enumerate(rows):
        for column, image in enumerate(images):
            if image is None:
                continue
            low, high = limits(image) if callable(limits) else limits or (None, None)
            extent = (column, column + 1 - _GAP, row + 1 - _GAP, row)
            drawn.append(
                ax.imshow(
                    image, cmap=cmap, vmin=low, vmax=high, extent=extent, interpolation="nearest"
                )
            )
    n_columns = max((len(images) for images in rows), default=1)
    ax.set_xlim(-_GAP, max(n_columns, 1))
    ax.set_ylim(max(len(rows), 1), -_GAP)
    ax.set_aspect("equal")
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    return drawn


def centre(number):
    """Return the middle of a row or column of tiles."""
    return number + (1 - _GAP) / 2


def around_zero(image):
    """Return limits for `draw_tiles` of which zero is the middle."""
    largest = float(np.abs(image).max()) or 1.0
    return -largest, largest
