"""Scores of a search as heat maps."""

import math

import numpy as np

from skmnist.plots._canvas import panels
from skmnist.plots._values import distinct, key, label


class GridSearchDisplay:
    """Scores of a search over two or three parameters, as heat maps.

    Make one with `from_estimator` or `from_cv_results`.

    Parameters
    ----------
    mean, std : ndarray of shape (n_panels, n_y, n_x)
        Mean of the scores over the folds, and their standard deviation. NaN if nothing was
        tried.
    x_values, y_values, panel_values : list
        The values of the parameters, of any type.
    x, y, panels : str
        Their names; ``panels`` may be None.

    Attributes
    ----------
    figure_ : matplotlib.figure.Figure
    axes_ : ndarray of matplotlib.axes.Axes
        One for each panel.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sklearn.model_selection import GridSearchCV
    >>> from skmnist import NumpyMLPClassifier
    >>> from skmnist.plots import GridSearchDisplay
    >>> X, y = load_digits(return_X_y=True)
    >>> grid = {"l1": [0, 1e-3], "l2": [0, 1e-3]}
    >>> search = GridSearchCV(NumpyMLPClassifier(max_epochs=2), grid, cv=2).fit(X, y)
    >>> display = GridSearchDisplay.from_estimator(search, x="l2", y="l1")
    >>> display.mean.shape
    (1, 2, 2)
    """

    def __init__(self, mean, std, x_values, y_values, panel_values, *, x, y, panels):
        self.mean = mean
        self.std = std
        self.x_values = x_values
        self.y_values = y_values
        self.panel_values = panel_values
        self.x = x
        self.y = y
        self.panels = panels

    @classmethod
    def from_estimator(cls, search, *, x, y, panels=None, ax=None):
        """Plot the results of a fitted search.

        Parameters
        ----------
        search : fitted GridSearchCV, or another search over the same grid
        x, y : str
            Names of the parameters along the axes.
        panels : str, default=None
            Name of a third one, for whose values there is a heat map each.
        ax : matplotlib.axes.Axes or sequence of them, default=None
            Where to draw, one for each heat map. They are put within the bounds of a single axes.
            By default there is a new figure.

        Returns
        -------
        display : GridSearchDisplay
            With its figure drawn.

        Raises
        ------
        KeyError
            If the search has no such parameter, or several metrics.
        """
        return cls.from_cv_results(search.cv_results_, x=x, y=y, panels=panels, ax=ax)

    @classmethod
    def from_cv_results(cls, cv_results, *, x, y, panels=None, ax=None):
        """Plot a search's ``cv_results_``.

        Values are sorted. Those that cannot be, such as None beside numbers, stay in the order in
        which the search tried them. If a combination was tried more than once, as in a halving
        search with more and more resources, the last one counts.

        Parameters
        ----------
        cv_results : dict
        x, y : str
            See `from_estimator`.
        panels : str, default=None
            See `from_estimator`.
        ax : matplotlib.axes.Axes or sequence of them, default=None
            See `from_estimator`.

        Returns
        -------
        display : GridSearchDisplay
            With its figure drawn.

        Raises
        ------
        KeyError
            If the search has no such parameter, or several metrics.
        """
        names = [panels, y, x]
        columns = [
            [None] * len(cv_results["params"])
            if name is None
            else [params[name] for params in cv_results["params"]]
            for name in names
        ]
        values = [distinct(column) for column in columns]
        places = [{key(v): place for place, v in enumerate(distinct)} for distinct in values]
        mean = np.full([len(v) for v in values], np.nan)
        std = mean.copy()
        for row, combination in enumerate(zip(*columns, strict=True)):
            place = tuple(at[key(v)] for at, v in zip(places, combination, strict=True))
            mean[place] = cv_results["mean_test_score"][row]
            std[place] = cv_results["std_test_score"][row]
        panel_values, y_values, x_values = values
        display = cls(mean, std, x_values, y_values, panel_values, x=x, y=y, panels=panels)
        return display.plot(ax=ax)

    def plot(self, *, ax=None):
        """Draw the heat maps.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or sequence of them, default=None
            See `from_estimator`.

        Returns
        -------
        display : GridSearchDisplay
            This one, with its figure drawn.
        """
        from matplotlib.ticker import PercentFormatter

        n_panels, n_y, n_x = self.mean.shape
        size = (1.2 + 0.95 * n_x * n_panels + 0.6, 1.3 + 0.75 * n_y)
        own_figure = ax is None
        self.axes_ = panels(ax, 1, n_panels, size, sharey=True).ravel()
        self.figure_ = self.axes_[0].get_figure()
        low, high = np.nanmin(self.mean), np.nanmax(self.mean)
        for panel, ax in enumerate(self.axes_):
            shown = ax.imshow(self.mean[panel], vmin=low, vmax=high, cmap="cividis", aspect="auto")
            for (row, column), score in np.ndenumerate(self.mean[panel]):
                if math.isnan(score):
                    continue
                # dark text on the bright half of the scale
                colour = "black" if score > (low + high) / 2 else "white"
                text = f"{100 * score:.2f}\n±{100 * self.std[panel, row, column]:.2f}"
                ax.text(column, row, text, ha="center", va="center", color=colour, fontsize=8)
            for row, column in np.argwhere(self.mean[panel] == high):
                # also in black and white
                ax.add_patch(_frame(row, column))
            ax.set_xticks(range(n_x), [label(v) for v in self.x_values], parse_math=False)
            ax.set_yticks(range(n_y), [label(v) for v in self.y_values], parse_math=False)
            ax.set_xlabel(self.x)
            if self.panels is not None:
                title = f"{self.panels} = {label(self.panel_values[panel])}"
                ax.set_title(title, fontsize=10, parse_math=False)
        self.axes_[0].set_ylabel(self.y)
        self.figure_.colorbar(
            shown, ax=list(self.axes_), label="mean score", format=PercentFormatter(1)
        )
        if own_figure:
            self.figure_.suptitle(
                "Mean score ± standard deviation, %\n(framed: the best)", fontsize=10
            )
        return self


def _frame(row, column):
    from matplotlib.patches import Rectangle

    return Rectangle(
        (column - 0.46, row - 0.46), 0.92, 0.92, fill=False, edgecolor="black", linewidth=2
    )
