"""The filters of the first layer."""

import math

from skmnist._fitted import look_inside
from skmnist.plots._canvas import around_zero, draw_tiles, one_panel
from skmnist.plots._first_layer import filters


class FirstLayerFiltersDisplay:
    """The weights of the first layer, an image for each filter or unit.

    Make one with `from_estimator`. White is positive, black is negative, and the same grey is zero
    in all images. Each image has limits of its own.

    Parameters
    ----------
    filters : ndarray of shape (n_filters, height, width)
        Filters of a convolution, or the weights of a dense unit at the places of the pixels.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    figure_ : matplotlib.figure.Figure

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skmnist import MnistCNNClassifier
    >>> from skmnist.plots import FirstLayerFiltersDisplay
    >>> X, y = load_digits(return_X_y=True)
    >>> clf = MnistCNNClassifier(max_epochs=1, random_state=0).fit(X, y)
    >>> display = FirstLayerFiltersDisplay.from_estimator(clf)
    >>> display.filters.shape
    (16, 5, 5)
    """

    def __init__(self, filters):
        self.filters = filters

    @classmethod
    def from_estimator(cls, estimator, *, n_filters=64, ax=None):
        """Plot the first layer of a fitted network.

        Parameters
        ----------
        estimator : fitted classifier of this package
            It may be inside a pipeline, a search or a `TransformedTargetClassifier`.
        n_filters : int, default=64
            How many to show at most, the first ones.
        ax : matplotlib.axes.Axes, default=None
            Where to draw. By default there is a new figure.

        Returns
        -------
        display : FirstLayerFiltersDisplay
            With its figure drawn.

        Raises
        ------
        TypeError
            If the classifier has no network of this package.
        ValueError
            If the weights of the first layer are no images.
        """
        classifier, _ = look_inside(estimator)
        return cls(filters(classifier)).plot(n_filters=n_filters, ax=ax)

    def plot(self, *, n_filters=64, ax=None):
        """Draw the filters.

        Parameters
        ----------
        n_filters : int, default=64
            See `from_estimator`.
        ax : matplotlib.axes.Axes, default=None
            See `from_estimator`.

        Returns
        -------
        display : FirstLayerFiltersDisplay
            This one, with its figure drawn.
        """
        shown = self.filters[:n_filters]
        n_columns = math.ceil(math.sqrt(2 * len(shown)))
        rows = [list(shown[i : i + n_columns]) for i in range(0, len(shown), n_columns)]
        self.ax_ = one_panel(ax, (0.6 * n_columns + 0.4, 0.6 * len(rows) + 0.6))
        self.figure_ = self.ax_.get_figure()
        draw_tiles(self.ax_, rows, cmap="gray", limits=around_zero)
        some = "" if len(shown) == len(self.filters) else f"{len(shown)} of "
        height, width = self.filters.shape[1:]
        self.ax_.set_title(
            f"{some}{len(self.filters)} filters of the first layer, {height}×{width}\n"
            "(white: positive, grey: zero, black: negative)",
            fontsize=9,
        )
        return self
