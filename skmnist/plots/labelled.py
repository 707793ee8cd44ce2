"""Pictures of digits, each with what was read in it."""

import math

from skmnist.plots._canvas import new_figure


class LabelledDigitsDisplay:
    """The images that a network saw, each with what it said of them.

    Parameters
    ----------
    images : sequence of ndarray of shape (height, width)
        Pixels from 0 (black) to 255 (white).
    titles : sequence of str
        One for each image. Of a long one only the end is shown.

    Attributes
    ----------
    figure_ : matplotlib.figure.Figure
    axes_ : ndarray of matplotlib.axes.Axes

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skmnist.plots import LabelledDigitsDisplay
    >>> images = load_digits().images[:3] * (255 / 16)
    >>> display = LabelledDigitsDisplay(images, ["zero", "one", "two"]).plot()
    >>> [ax.get_title() for ax in display.axes_.flat]
    ['zero', 'one', 'two']
    """

    def __init__(self, images, titles):
        self.images = images
        self.titles = titles

    def plot(self, *, n_columns=5):
        """Draw the images.

        Parameters
        ----------
        n_columns : int, default=5
            Images in a row, at most.

        Returns
        -------
        display : LabelledDigitsDisplay
            This one, with its figure drawn.
        """
        n_columns = min(n_columns, len(self.images))
        n_rows = math.ceil(len(self.images) / n_columns)
        self.figure_ = new_figure(figsize=(1.9 * n_columns, 2.1 * n_rows))
        self.axes_ = self.figure_.subplots(n_rows, n_columns, squeeze=False)
        for ax in self.axes_.flat:
            ax.set_axis_off()
        for ax, image, title in zip(self.axes_.flat, self.images, self.titles, strict=False):
            ax.imshow(image, cmap="gray", vmin=0, vmax=255)
            # the end of a long path says more than its beginning
            title = title if len(title) < 36 else f"…{title[-34:]}"
            ax.set_title(title, fontsize=7, parse_math=False)
        return self
