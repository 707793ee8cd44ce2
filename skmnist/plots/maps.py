"""What the filters of the first layer make of images."""

from skmnist._fitted import look_inside
from skmnist.plots._canvas import around_zero, centre, draw_tiles, one_panel
from skmnist.plots._first_layer import filters, maps
from skmnist.plots._images import as_images


class FirstLayerMapsDisplay:
    """What the filters of the first convolution make of images.

    Make one with `from_estimator`. The first row shows the filters, the first column the images.
    White is positive, black is negative, and the same grey is zero. Pooling, normalisation and
    activation come later in the network.

    Parameters
    ----------
    images : ndarray of shape (n_images, height, width)
    filters : ndarray of shape (n_filters, filter_height, filter_width)
    maps : ndarray of shape (n_images, n_filters, map_height, map_width)

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    figure_ : matplotlib.figure.Figure

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skmnist import MnistCNNClassifier
    >>> from skmnist.plots import FirstLayerMapsDisplay
    >>> X, y = load_digits(return_X_y=True)
    >>> clf = MnistCNNClassifier(max_epochs=1, random_state=0).fit(X, y)
    >>> display = FirstLayerMapsDisplay.from_estimator(clf, X)
    >>> display.maps.shape
    (3, 16, 8, 8)
    """

    def __init__(self, images, filters, maps):
        self.images = images
        self.filters = filters
        self.maps = maps

    @classmethod
    def from_estimator(cls, estimator, X, *, n_images=3, n_maps=16, ax=None):
        """Plot the maps of a fitted network.

        Parameters
        ----------
        estimator : fitted classifier of this package
            It may be inside a pipeline, a search or a `TransformedTargetClassifier`.
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            The first of them are shown.
        n_images : int, default=3
        n_maps : int, default=16
            How many filters to show at most, the first ones.
        ax : matplotlib.axes.Axes, default=None
            Where to draw. By default there is a new figure.

        Returns
        -------
        display : FirstLayerMapsDisplay
            With its figure drawn.

        Raises
        ------
        TypeError
            If the classifier has no network of this package.
        ValueError
            If the first layer is no convolution.
        """
        classifier, X = look_inside(estimator, X)
        images = as_images(X, classifier.image_shape_)[:n_images]
        shown = maps(classifier, images)
        return cls(images, filters(classifier), shown).plot(n_maps=n_maps, ax=ax)

    def plot(self, *, n_maps=16, ax=None):
        """Draw the maps.

        Parameters
        ----------
        n_maps : int, default=16
            See `from_estimator`.
        ax : matplotlib.axes.Axes, default=None
            See `from_estimator`.

        Returns
        -------
        display : FirstLayerMapsDisplay
            This one, with its figure drawn.
        """
        n_maps = min(n_maps, len(self.filters))
        size = (0.6 * (n_maps + 1) + 1, 0.6 * (len(self.images) + 1) + 0.8)
        self.ax_ = one_panel(ax, size)
        self.figure_ = self.ax_.get_figure()
        rows = [[None, *self.filters[:n_maps]], *([None, *made[:n_maps]] for made in self.maps)]
        draw_tiles(self.ax_, rows, cmap="gray", limits=around_zero)
        draw_tiles(self.ax_, [[], *([image] for image in self.images)])
        self.ax_.set_xlim(-0.1, n_maps + 1)
        self.ax_.set_yticks([centre(0), centre(len(self.images) / 2 + 0.5)], ["filters", "maps"])
        self.ax_.set_xticks([centre(0)], ["image"])
        self.ax_.tick_params(length=0)
        some = "" if n_maps == len(self.filters) else f"{n_maps} of "
        self.ax_.set_title(
            f"{some}{len(self.filters)} maps of the first layer\n"
            "(white: positive, grey: zero, black: negative)",
            fontsize=9,
        )
        return self
