"""Figures, as display objects in scikit-learn's manner."""

import math
from numbers import Real

import numpy as np

from skmnist._data.pixels import square_side


class TrainingCurvesDisplay:
    """Loss and accuracy per epoch.

    Make one with `from_estimator` or `from_history`.

    Parameters
    ----------
    history : list of dict
        As a fitted classifier's ``history_``.

    Attributes
    ----------
    figure_ : matplotlib.figure.Figure
    axes_ : ndarray of two matplotlib.axes.Axes
        Loss and accuracy.
    """

    def __init__(self, history):
        self.history = history

    @classmethod
    def from_estimator(cls, estimator, *, axes=None):
        """Plot the history of a fitted classifier.

        Parameters
        ----------
        estimator : fitted classifier of this package
        axes : sequence of two matplotlib.axes.Axes, default=None
            Where to draw; a new figure by default.

        Returns
        -------
        display : TrainingCurvesDisplay
        """
        return cls.from_history(estimator.history_, axes=axes)

    @classmethod
    def from_history(cls, history, *, axes=None):
        """Plot a history; see `from_estimator`."""
        return cls(history).plot(axes=axes)

    def plot(self, *, axes=None):
        """Draw the curves; see `from_estimator`."""
        if axes is None:
            axes = _new_figure(figsize=(9, 3.5)).subplots(1, 2)
        self.axes_ = np.asarray(axes)
        self.figure_ = self.axes_[0].figure
        epochs = [epoch["epoch"] for epoch in self.history]
        for ax, figure in zip(self.axes_, ("loss", "accuracy"), strict=True):
            for part, label in (("train", "training"), ("valid", "validation")):
                key = f"{part}_{figure}"
                values = [epoch.get(key, math.nan) for epoch in self.history]
                if not all(map(math.isnan, values)):
                    ax.plot(epochs, values, label=label, marker="o", markersize=3)
            ax.set(xlabel="epoch", ylabel=figure)
            ax.xaxis.get_major_locator().set_params(integer=True)
            ax.grid(alpha=0.3)
        self.axes_[0].legend()
        return self


class MisclassifiedImagesDisplay:
    """The first images that a classifier gets wrong, with true and predicted label.

    Make one with `from_estimator` or `from_predictions`.

    Parameters
    ----------
    images : ndarray of shape (n_errors, height, width)
    y_true, y_pred : ndarray of shape (n_errors,)
    n_total : int
        How many images were classified.

    Attributes
    ----------
    figure_ : matplotlib.figure.Figure
    axes_ : ndarray of matplotlib.axes.Axes
    """

    def __init__(self, images, y_true, y_pred, n_total):
        self.images = images
        self.y_true = y_true
        self.y_pred = y_pred
        self.n_total = n_total

    @classmethod
    def from_estimator(cls, estimator, X, y, *, n_images=25):
        """Plot the errors of a fitted classifier.

        Parameters
        ----------
        estimator : fitted classifier
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
        y : array-like of shape (n_samples,)
            The true labels.
        n_images : int, default=25
            How many errors to show at most, the first in the order of X.

        Returns
        -------
        display : MisclassifiedImagesDisplay
        """
        image_shape = getattr(estimator, "image_shape_", None)
        return cls.from_predictions(
            X, y, estimator.predict(X), image_shape=image_shape, n_images=n_images
        )

    @classmethod
    def from_predictions(cls, X, y_true, y_pred, *, image_shape=None, n_images=25):
        """Plot the images where the predicted label is not the true one.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
        y_true, y_pred : array-like of shape (n_samples,)
        image_shape : tuple of int, default=None
            Height and width of the images. By default those of X if it has more than two
            dimensions, else a square. If the square has more pixels than X, zeros follow.
        n_images : int, default=25
            How many errors to show at most, the first in the order of X.

        Returns
        -------
        display : MisclassifiedImagesDisplay
        """
        X, y_true, y_pred = np.asarray(X), np.asarray(y_true), np.asarray(y_pred)
        if not len(X) == len(y_true) == len(y_pred):
            raise ValueError(
                "X, y_true and y_pred must be of the same length, got "
                f"{len(X)}, {len(y_true)} and {len(y_pred)}."
            )
        wrong = np.flatnonzero(y_true != y_pred)
        if X.ndim > 2:
            image_shape = X.shape[-2:]
        elif image_shape is None:
            side = square_side(X.shape[1])
            image_shape = (side, side)
        rows = X[wrong].reshape(len(wrong), math.prod(X.shape[1:]))
        missing = math.prod(image_shape) - rows.shape[1]
        if missing < 0:
            raise ValueError(f"X has more pixels than images of shape {tuple(image_shape)}.")
        images = np.pad(rows, [(0, 0), (0, missing)]).reshape(-1, *image_shape)
        return cls(images, y_true[wrong], y_pred[wrong], len(X)).plot(n_images=n_images)

    def plot(self, *, n_images=25):
        """Draw the gallery; see `from_predictions`."""
        n_shown = min(n_images, len(self.images))
        side = max(1, math.ceil(math.sqrt(n_shown)))
        n_rows = max(1, math.ceil(n_shown / side))
        self.figure_ = _new_figure(figsize=(1.4 * side + 0.8, 1.65 * n_rows + 0.8))
        self.axes_ = self.figure_.subplots(n_rows, side, squeeze=False)
        for ax in self.axes_.flat:
            ax.set_axis_off()
        shown = zip(self.axes_.flat, self.images, self.y_true, self.y_pred, strict=False)
        for ax, image, true, predicted in list(shown)[:n_shown]:
            ax.imshow(image, cmap="gray_r")
            ax.set_title(f"true {true}, predicted {predicted}", fontsize=7)
        n_errors = len(self.images)
        errors = "1 error" if n_errors == 1 else f"{n_errors} errors"
        self.figure_.suptitle(f"{errors} in {self.n_total:,} images", fontsize=10)
        return self


class LabelledDigitsDisplay:
    """The images that a network saw, each with what it said of them.

    Parameters
    ----------
    images : sequence of ndarray of shape (height, width)
    titles : sequence of str

    Attributes
    ----------
    figure_ : matplotlib.figure.Figure
    axes_ : ndarray of matplotlib.axes.Axes
    """

    def __init__(self, images, titles):
        self.images = images
        self.titles = titles

    def plot(self, *, n_columns=5):
        """Draw the images.

        Parameters
        ----------
        n_columns : int, default=5

        Returns
        -------
        display : LabelledDigitsDisplay
        """
        n_columns = min(n_columns, len(self.images))
        n_rows = math.ceil(len(self.images) / n_columns)
        self.figure_ = _new_figure(figsize=(1.9 * n_columns, 2.1 * n_rows))
        self.axes_ = self.figure_.subplots(n_rows, n_columns, squeeze=False)
        for ax in self.axes_.flat:
            ax.set_axis_off()
        for ax, image, title in zip(self.axes_.flat, self.images, self.titles, strict=False):
            ax.imshow(image, cmap="gray", vmin=0, vmax=255)
            # the end of a long path says more than its beginning
            ax.set_title(title if len(title) < 36 else f"…{title[-34:]}", fontsize=7)
        return self


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
    def from_estimator(cls, search, *, x, y, panels=None):
        """Plot the results of a fitted search.

        Parameters
        ----------
        search : fitted GridSearchCV, or another search over the same grid
        x, y : str
            Names of the parameters along the axes.
        panels : str, default=None
            Name of a third one, for whose values there is a heat map each.

        Returns
        -------
        display : GridSearchDisplay
        """
        return cls.from_cv_results(search.cv_results_, x=x, y=y, panels=panels)

    @classmethod
    def from_cv_results(cls, cv_results, *, x, y, panels=None):
        """Plot a search's ``cv_results_``; see `from_estimator`.

        Values are sorted. Those that cannot be, such as None beside numbers, stay in the order in
        which the search tried them. If a combination was tried more than once, as in a halving
        search with more and more resources, the last one counts.
        """
        names = [panels, y, x]
        columns = [
            [None] * len(cv_results["params"])
            if name is None
            else [params[name] for params in cv_results["params"]]
            for name in names
        ]
        values = [_distinct(column) for column in columns]
        places = [{_key(v): place for place, v in enumerate(distinct)} for distinct in values]
        mean = np.full([len(v) for v in values], np.nan)
        std = mean.copy()
        for row, combination in enumerate(zip(*columns, strict=True)):
            place = tuple(at[_key(v)] for at, v in zip(places, combination, strict=True))
            mean[place] = cv_results["mean_test_score"][row]
            std[place] = cv_results["std_test_score"][row]
        panel_values, y_values, x_values = values
        return cls(mean, std, x_values, y_values, panel_values, x=x, y=y, panels=panels).plot()

    def plot(self):
        """Draw the heat maps; see `from_estimator`."""
        n_panels, n_y, n_x = self.mean.shape
        self.figure_ = _new_figure(figsize=(1.2 + 0.95 * n_x * n_panels + 0.6, 1.3 + 0.75 * n_y))
        self.axes_ = self.figure_.subplots(1, n_panels, sharey=True, squeeze=False)[0]
        low, high = np.nanmin(self.mean), np.nanmax(self.mean)
        for panel, ax in enumerate(self.axes_):
            shown = ax.imshow(self.mean[panel], vmin=low, vmax=high, cmap="viridis", aspect="auto")
            for (row, column), score in np.ndenumerate(self.mean[panel]):
                if math.isnan(score):
                    continue
                # dark text on the bright half of the scale
                colour = "black" if score > (low + high) / 2 else "white"
                text = f"{100 * score:.2f}\n±{100 * self.std[panel, row, column]:.2f}"
                ax.text(column, row, text, ha="center", va="center", color=colour, fontsize=8)
            ax.set_xticks(range(n_x), [_label(value) for value in self.x_values])
            ax.set_yticks(range(n_y), [_label(value) for value in self.y_values])
            ax.set_xlabel(self.x)
            if self.panels is not None:
                ax.set_title(f"{self.panels} = {_label(self.panel_values[panel])}", fontsize=10)
        self.axes_[0].set_ylabel(self.y)
        self.figure_.colorbar(shown, ax=list(self.axes_), label="mean score")
        self.figure_.suptitle("Score over the folds, %: mean ± standard deviation", fontsize=10)
        return self


def _distinct(values):
    """Return the different values, sorted if they can be."""
    distinct = list({_key(value): value for value in values}.values())
    try:
        return sorted(distinct)
    except (TypeError, ValueError):
        return distinct


def _key(value):
    """Return what tells a value from others: some are not hashable, and True equals 1."""
    if _is_number(value):
        return value
    return type(value), repr(value)


def _label(value):
    if _is_number(value):
        return f"{value:g}"
    # functions and classes
    return getattr(value, "__name__", str(value))


def _is_number(value):
    return isinstance(value, Real) and not isinstance(value, bool)


def _new_figure(figsize):
    import matplotlib.pyplot as plt

    return plt.figure(figsize=figsize, layout="constrained")
