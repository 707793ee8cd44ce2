"""Some images of each class."""

import numpy as np
from sklearn.utils import check_random_state

from skmnist.plots._canvas import centre, draw_tiles, one_panel
from skmnist.plots._images import as_images, check_same_length


class ImagesByClassDisplay:
    """Some images of each class, a row for each.

    Make one with `from_data`.

    Parameters
    ----------
    images : list of ndarray of shape (n_images, height, width)
        For each class.
    classes : ndarray of shape (n_classes,)
    counts : ndarray of shape (n_classes,)
        How many images there are of each class.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    figure_ : matplotlib.figure.Figure

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skmnist.plots import ImagesByClassDisplay
    >>> X, y = load_digits(return_X_y=True)
    >>> display = ImagesByClassDisplay.from_data(X, y, n_images=8)
    >>> len(display.images), display.images[0].shape
    (10, (8, 8, 8))
    """

    def __init__(self, images, classes, counts):
        self.images = images
        self.classes = classes
        self.counts = counts

    @classmethod
    def from_data(cls, X, y, *, n_images=10, image_shape=None, random_state=None, ax=None):
        """Plot images by their labels.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
        y : array-like of shape (n_samples,)
            Their labels.
        n_images : int, default=10
            Images of each class at most.
        image_shape : tuple of int, default=None
            Height and width of the images. By default those of X if it has more than two
            dimensions, else a square.
        random_state : int, RandomState instance or None, default=None
            Chooses the images at random. None takes the first ones, so that everybody sees the
            same.
        ax : matplotlib.axes.Axes, default=None
            Where to draw. By default there is a new figure.

        Returns
        -------
        display : ImagesByClassDisplay
            With its figure drawn.

        Raises
        ------
        ValueError
            If X and y are not of the same length.
        """
        X, y = np.asarray(X), np.asarray(y)
        check_same_length(X=X, y=y)
        classes, counts = np.unique(y, return_counts=True)
        order = np.arange(len(y))
        if random_state is not None:
            order = check_random_state(random_state).permutation(order)
        images = [as_images(X[order[y[order] == c][:n_images]], image_shape) for c in classes]
        return cls(images, classes, counts).plot(ax=ax)

    def plot(self, *, ax=None):
        """Draw the images.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where to draw. By default there is a new figure.

        Returns
        -------
        display : ImagesByClassDisplay
            This one, with its figure drawn.
        """
        n_columns = max(len(images) for images in self.images)
        size = (0.6 * n_columns + 1.4, 0.6 * len(self.classes) + 0.7)
        self.ax_ = one_panel(ax, size)
        self.figure_ = self.ax_.get_figure()
        draw_tiles(self.ax_, [list(images) for images in self.images])
        names = [f"{c} ({n:,})" for c, n in zip(self.classes, self.counts, strict=True)]
        self.ax_.set_yticks(
            [centre(row) for row in range(len(names))], names, parse_math=False, fontsize=9
        )
        self.ax_.tick_params(length=0)
        self.ax_.set_ylabel("label (images)")
        self.ax_.set_title(f"Images of each class, {sum(self.counts):,} in all", fontsize=10)
        return self
