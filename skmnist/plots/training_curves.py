"""Curves of training."""

import math

import numpy as np

from skmnist._fitted import look_inside
from skmnist.plots._canvas import panels, style

_PARTS = {"train": "training", "valid": "validation"}
_LINES = {"train": "-", "valid": "--"}
_UNITS = {"seconds": "seconds", "learning_rate": "learning rate"}

#: From this ratio on, losses and learning rates are drawn on a logarithmic axis.
_LOG_RANGE = 30


class TrainingCurvesDisplay:
    """Loss, accuracy and other metrics per epoch, of one or many fits.

    Make one with `from_estimator`, `from_estimators` or `from_history`. Training is a full line,
    validation a dashed one.

    Parameters
    ----------
    histories : dict of str to list of dict
        For each name a history, as a fitted classifier's ``history_``.

    Attributes
    ----------
    axes_ : ndarray of matplotlib.axes.Axes
        One for each metric.
    figure_ : matplotlib.figure.Figure

    See Also
    --------
    sklearn.model_selection.LearningCurveDisplay : Scores for growing training sets.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skmnist import NumpyMLPClassifier
    >>> from skmnist.plots import TrainingCurvesDisplay
    >>> X, y = load_digits(return_X_y=True)
    >>> clf = NumpyMLPClassifier(max_epochs=3, random_state=0)
    >>> clf.fit(X[:1000], y[:1000], X_val=X[1000:], y_val=y[1000:])
    NumpyMLPClassifier(max_epochs=3, random_state=0)
    >>> display = TrainingCurvesDisplay.from_estimator(clf)
    >>> [ax.get_ylabel() for ax in display.axes_]
    ['loss', 'accuracy']
    """

    def __init__(self, histories):
        self.histories = histories

    @classmethod
    def from_estimator(cls, estimator, *, metrics=("loss", "accuracy"), smoothing=0.0, ax=None):
        """Plot the history of a fitted classifier.

        Parameters
        ----------
        estimator : fitted classifier of this package
            It may be inside a pipeline, a search or a `TransformedTargetClassifier`.
        metrics : sequence of str, default=("loss", "accuracy")
            What is drawn, a panel each. "loss" and "accuracy" are drawn for training and
            validation. Other names are columns of ``history_``, such as "learning_rate".
        smoothing : float, default=0.0
            From 0 to less than 1. A smoothed value is ``smoothing`` times the one before plus
            ``1 - smoothing`` times the epoch's own. The curves as they are stay visible, but pale.
        ax : matplotlib.axes.Axes or sequence of them, default=None
            Where to draw. The panels are put within the bounds of a single axes. By default there
            is a new figure.

        Returns
        -------
        display : TrainingCurvesDisplay
            With its figure drawn.

        Raises
        ------
        ValueError
            If a metric is in no history, or ``smoothing`` is not as described.
        """
        return cls.from_estimators({"": estimator}, metrics=metrics, smoothing=smoothing, ax=ax)

    @classmethod
    def from_estimators(cls, estimators, *, metrics=("loss", "accuracy"), smoothing=0.0, ax=None):
        """Plot the histories of several fitted classifiers.

        Parameters
        ----------
        estimators : dict of str to fitted classifier
            The names are those of the legend.
        metrics : sequence of str, default=("loss", "accuracy")
            See `from_estimator`.
        smoothing : float, default=0.0
            See `from_estimator`.
        ax : matplotlib.axes.Axes or sequence of them, default=None
            See `from_estimator`.

        Returns
        -------
        display : TrainingCurvesDisplay
            With its figure drawn.
        """
        histories = {name: look_inside(fit)[0].history_ for name, fit in estimators.items()}
        return cls(histories).plot(metrics=metrics, smoothing=smoothing, ax=ax)

    @classmethod
    def from_history(cls, history, *, metrics=("loss", "accuracy"), smoothing=0.0, ax=None):
        """Plot a history.

        Parameters
        ----------
        history : list of dict
            As a fitted classifier's ``history_``.
        metrics : sequence of str, default=("loss", "accuracy")
            See `from_estimator`.
        smoothing : float, default=0.0
            See `from_estimator`.
        ax : matplotlib.axes.Axes or sequence of them, default=None
            See `from_estimator`.

        Returns
        -------
        display : TrainingCurvesDisplay
            With its figure drawn.
        """
        return cls({"": history}).plot(metrics=metrics, smoothing=smoothing, ax=ax)

    def plot(self, *, metrics=("loss", "accuracy"), smoothing=0.0, ax=None):
        """Draw the curves.

        Parameters
        ----------
        metrics : sequence of str, default=("loss", "accuracy")
            See `from_estimator`.
        smoothing : float, default=0.0
            See `from_estimator`.
        ax : matplotlib.axes.Axes or sequence of them, default=None
            See `from_estimator`.

        Returns
        -------
        display : TrainingCurvesDisplay
            This one, with its figure drawn.
        """
        if not 0 <= smoothing < 1:
            raise ValueError(f"smoothing must be from 0 to less than 1, got {smoothing!r}.")
        metrics = [metrics] if isinstance(metrics, str) else list(metrics)
        for metric in metrics:
            if not any(self._curves(metric)):
                raise ValueError(
                    f"No history has a metric {metric!r}. They have "
                    f"{', '.join(sorted(self._columns()))}."
                )
        axes = panels(ax, 1, len(metrics), (4.5 * len(metrics), 3.5))
        self.axes_ = axes.ravel()
        self.figure_ = self.axes_[0].get_figure()
        for ax_, metric in zip(self.axes_, metrics, strict=True):
            for label, look, epochs, values in self._curves(metric):
                if smoothing:
                    ax_.plot(epochs, values, **look, linewidth=0.8, alpha=0.3)
                    values = _smoothed(values, smoothing)
                ax_.plot(epochs, values, **look, label=label, markevery=_every(len(epochs)))
            ax_.set(
                xlabel="epoch",
                ylabel=_UNITS.get(metric, metric),
                title=f"{_UNITS.get(metric, metric)} per epoch".capitalize(),
            )
            ax_.xaxis.get_major_locator().set_params(integer=True)
            ax_.grid(alpha=0.3)
            low, high = ax_.dataLim.intervaly
            if metric in ("loss", "learning_rate") and low > 0 and high / low > _LOG_RANGE:
                ax_.set_yscale("log")
                ax_.yaxis.set_major_formatter("{x:g}")
            if len(ax_.get_legend_handles_labels()[1]) > 1 or metric in ("loss", "accuracy"):
                ax_.legend(fontsize=8)
        return self

    def _columns(self):
        return {name for history in self.histories.values() for epoch in history for name in epoch}

    def _curves(self, metric):
        """Yield label, look, epochs and values of all curves of a metric that there are."""
        for number, (name, history) in enumerate(self.histories.items()):
            epochs = [epoch["epoch"] for epoch in history]
            for part, text in _PARTS.items():
                values = [epoch.get(f"{part}_{metric}", math.nan) for epoch in history]
                if all(map(_is_missing, values)):
                    continue
                # a single fit has a colour for each part, many fits one for each fit
                look = style(list(_PARTS).index(part) if len(self.histories) == 1 else number)
                look |= {"linestyle": _LINES[part], "markersize": 3.5}
                yield f"{name}, {text}" if name else text, look, epochs, values
            values = [epoch.get(metric, math.nan) for epoch in history]
            if not all(map(_is_missing, values)):
                yield name or None, style(number) | {"markersize": 3.5}, epochs, values


def _is_missing(value):
    return not isinstance(value, int | float) or math.isnan(value)


def _smoothed(values, smoothing):
    """Return the exponential moving average; its beginning is not drawn towards zero."""
    smoothed, total, weight = [], 0.0, 0.0
    for value in values:
        if math.isnan(value):
            smoothed.append(math.nan)
            continue
        total = smoothing * total + (1 - smoothing) * value
        weight = smoothing * weight + (1 - smoothing)
        smoothed.append(total / weight)
    return np.array(smoothed)


def _every(n_epochs):
    """Return each how many points there is a marker, so that curves stay lines."""
    return max(1, n_epochs // 15)
