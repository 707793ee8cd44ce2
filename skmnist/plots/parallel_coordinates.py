"""The candidates of a search as lines."""

import numpy as np

from skmnist.plots._canvas import one_panel
from skmnist.plots._values import distinct, key, label


class ParallelCoordinatesDisplay:
    """The candidates of a search, each a line through its parameters to its score.

    Make one with `from_estimator` or `from_cv_results`. Dark lines are good candidates. The best
    is the thick one.

    Parameters
    ----------
    columns : dict of str to list
        For each parameter the values of the candidates.
    scores : ndarray of shape (n_candidates,)

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    figure_ : matplotlib.figure.Figure

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sklearn.model_selection import GridSearchCV
    >>> from skmnist import NumpyMLPClassifier
    >>> from skmnist.plots import ParallelCoordinatesDisplay
    >>> X, y = load_digits(return_X_y=True)
    >>> grid = {"l1": [0, 1e-3], "l2": [0, 1e-3]}
    >>> search = GridSearchCV(NumpyMLPClassifier(max_epochs=2), grid, cv=2).fit(X, y)
    >>> display = ParallelCoordinatesDisplay.from_estimator(search)
    >>> [tick.get_text() for tick in display.ax_.get_xticklabels()]
    ['l1', 'l2', 'mean score']
    """

    def __init__(self, columns, scores):
        self.columns = columns
        self.scores = scores

    @classmethod
    def from_estimator(cls, search, *, params=None, ax=None):
        """Plot the results of a fitted search.

        Parameters
        ----------
        search : fitted GridSearchCV, or another search of scikit-learn
        params : sequence of str, default=None
            The parameters to show, in this order. By default those of which several values were
            tried.
        ax : matplotlib.axes.Axes, default=None
            Where to draw. By default there is a new figure.

        Returns
        -------
        display : ParallelCoordinatesDisplay
            With its figure drawn.
        """
        return cls.from_cv_results(search.cv_results_, params=params, ax=ax)

    @classmethod
    def from_cv_results(cls, cv_results, *, params=None, ax=None):
        """Plot a search's ``cv_results_``.

        Parameters
        ----------
        cv_results : dict
        params : sequence of str, default=None
            See `from_estimator`.
        ax : matplotlib.axes.Axes, default=None
            See `from_estimator`.

        Returns
        -------
        display : ParallelCoordinatesDisplay
            With its figure drawn.

        Raises
        ------
        ValueError
            If no parameter has several values, or the search has no single score.
        """
        if "mean_test_score" not in cv_results:
            raise ValueError("The search has several metrics; this display needs one.")
        tried = cv_results["params"]
        names = list(dict.fromkeys(name for candidate in tried for name in candidate))
        columns = {name: [candidate.get(name) for candidate in tried] for name in names}
        if params is None:
            params = [name for name in names if len(distinct(columns[name])) > 1]
        if not params:
            raise ValueError("No parameter has several values: there is nothing to compare.")
        shown = {name: columns[name] for name in params}
        return cls(shown, np.asarray(cv_results["mean_test_score"], dtype=float)).plot(ax=ax)

    def plot(self, *, ax=None):
        """Draw the lines.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where to draw. By default there is a new figure.

        Returns
        -------
        display : ParallelCoordinatesDisplay
            This one, with its figure drawn.
        """
        import matplotlib as mpl

        self.ax_ = one_panel(ax, (1.6 * len(self.columns) + 2.2, 4))
        self.figure_ = self.ax_.get_figure()
        heights = [_places(values) for values in self.columns.values()]
        finite = self.scores[np.isfinite(self.scores)]
        low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
        share = (self.scores - low) / ((high - low) or 1.0)
        lines = np.array([*heights, share]).T
        # light to dark, also in black and white
        colours = mpl.colormaps["viridis_r"]
        order = [number for number in np.argsort(share) if np.isfinite(share[number])]
        across = range(lines.shape[1])
        # of equal ones the first, as a search chooses
        first_best = int(np.argmax(np.where(np.isfinite(share), share, -1)))
        if first_best in order:
            order.append(order.pop(order.index(first_best)))
        for number in order:
            best = number == first_best
            self.ax_.plot(
                across,
                # a little apart, so that lines do not hide each other
                lines[number] + np.append(np.full(len(heights), 0.02 * (share[number] - 0.5)), 0),
                color=colours(0.1 + 0.9 * share[number]),
                linewidth=3.5 if best else 1,
                alpha=1 if best else 0.7,
                label="the best" if best else None,
            )
        self._draw_scales(low, high)
        self.ax_.legend(fontsize=8, loc="upper left", bbox_to_anchor=(0, -0.08))
        self.ax_.set_title(f"{len(order)} candidates: parameters and mean score", fontsize=10)
        return self

    def _draw_scales(self, low, high):
        for number, values in enumerate(self.columns.values()):
            self.ax_.axvline(number, color="black", linewidth=0.8)
            places = dict(zip(map(key, values), _places(values), strict=True))
            for value in distinct(values):
                self._write(number, places[key(value)], label(value), "right")
        last = len(self.columns)
        self.ax_.axvline(last, color="black", linewidth=0.8)
        for share in np.linspace(0, 1, 5):
            self._write(last, share, f"{100 * (low + share * (high - low)):.2f} %", "left")
        self.ax_.set_xticks(range(last + 1), [*self.columns, "mean score"], parse_math=False)
        self.ax_.set(yticks=[], xlim=(-0.5, last + 0.6), ylim=(-0.06, 1.06))
        self.ax_.tick_params(length=0)
        self.ax_.spines[:].set_visible(False)

    def _write(self, x, y, text, side):
        shift = -0.04 if side == "right" else 0.04
        box = {"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 0.8}
        self.ax_.text(
            x + shift, y, text, ha=side, va="center", fontsize=8, bbox=box, parse_math=False
        )


def _places(values):
    """Return where values stand on a scale from 0 to 1: evenly, since 0 and 1e-6 are usual."""
    order = {key(value): number for number, value in enumerate(distinct(values))}
    return [order[key(value)] / max(len(order) - 1, 1) for value in values]
