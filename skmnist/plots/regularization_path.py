"""Accuracy and sparsity along l1, l2 or dropout."""

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import cross_validate

from skmnist._fitted import look_inside, sparsity, weights
from skmnist.plots._canvas import COLOURS, panels, style
from skmnist.plots._values import label


class RegularizationPathDisplay:
    """Accuracy and sparsity of networks along the strength of a penalty, or along dropout.

    Make one with `from_estimator` or `from_estimators`. *Sparsity* is the share of the weights
    that are at most a hundredth of the largest in their layer.

    Parameters
    ----------
    param_range : list
        Values of the parameter, in the order of the axis.
    train_scores, test_scores : ndarray of shape (n_values, n_folds) or None
        Accuracies. None if they were not measured.
    sparsities : ndarray of shape (n_values, n_folds)
    param_name : str

    Attributes
    ----------
    axes_ : ndarray of two matplotlib.axes.Axes
        Accuracy and sparsity.
    figure_ : matplotlib.figure.Figure

    See Also
    --------
    sklearn.model_selection.ValidationCurveDisplay : Scores along any parameter.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skmnist import NumpyMLPClassifier
    >>> from skmnist.plots import RegularizationPathDisplay
    >>> X, y = load_digits(return_X_y=True)
    >>> clf = NumpyMLPClassifier(max_epochs=5, random_state=0)
    >>> display = RegularizationPathDisplay.from_estimator(
    ...     clf, X, y, param_name="l1", param_range=[0, 1e-2], cv=2
    ... )
    >>> less, more = display.sparsities.mean(axis=1)
    >>> bool(less < more)
    True
    """

    def __init__(self, param_range, train_scores, test_scores, sparsities, *, param_name):
        self.param_range = param_range
        self.train_scores = train_scores
        self.test_scores = test_scores
        self.sparsities = sparsities
        self.param_name = param_name

    @classmethod
    def from_estimator(
        cls, estimator, X, y, *, param_name="l1", param_range, cv=None, n_jobs=None, ax=None
    ):
        """Cross-validate a classifier with each value of a parameter, and plot what comes of it.

        Parameters
        ----------
        estimator : classifier of this package
            It stays unfitted. It may be inside a pipeline.
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
        y : array-like of shape (n_samples,)
        param_name : str, default="l1"
            Such as "l1", "l2" or "dropout"; inside a pipeline as ``set_params`` takes it.
        param_range : sequence
            The values, in the order of the axis.
        cv : int, cross-validation generator or iterable, default=None
            As in `sklearn.model_selection.cross_validate`.
        n_jobs : int, default=None
            Fits at a time.
        ax : matplotlib.axes.Axes or sequence of two, default=None
            Where to draw. The panels are put within the bounds of a single axes. By default there
            is a new figure.

        Returns
        -------
        display : RegularizationPathDisplay
            With its figure drawn.
        """
        train, test, sparse = [], [], []
        for value in param_range:
            found = cross_validate(
                clone(estimator).set_params(**{param_name: value}),
                X,
                y,
                cv=cv,
                n_jobs=n_jobs,
                return_train_score=True,
                return_estimator=True,
                error_score="raise",
            )
            train.append(found["train_score"])
            test.append(found["test_score"])
            sparse.append([_sparsity(fitted) for fitted in found["estimator"]])
        display = cls(
            list(param_range),
            np.array(train),
            np.array(test),
            np.array(sparse),
            param_name=param_name,
        )
        return display.plot(ax=ax)

    @classmethod
    def from_estimators(cls, estimators, X, y, *, param_name="l1", ax=None):
        """Plot classifiers that are fitted already.

        Parameters
        ----------
        estimators : sequence of fitted classifiers of this package
            They differ in the parameter; they are drawn in this order.
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Images to measure the accuracy on, which nothing was learned from.
        y : array-like of shape (n_samples,)
        param_name : str, default="l1"
        ax : matplotlib.axes.Axes or sequence of two, default=None
            See `from_estimator`.

        Returns
        -------
        display : RegularizationPathDisplay
            With its figure drawn.
        """
        values = [estimator.get_params()[param_name] for estimator in estimators]
        scores = np.array([[estimator.score(X, y)] for estimator in estimators])
        sparse = np.array([[_sparsity(estimator)] for estimator in estimators])
        return cls(values, None, scores, sparse, param_name=param_name).plot(ax=ax)

    def plot(self, *, ax=None):
        """Draw the two panels.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or sequence of two, default=None
            See `from_estimator`.

        Returns
        -------
        display : RegularizationPathDisplay
            This one, with its figure drawn.
        """
        self.axes_ = panels(ax, 1, 2, (9, 3.5)).ravel()
        self.figure_ = self.axes_[0].get_figure()
        # values are often 0 and powers of ten, which no scale shows together
        places = np.arange(len(self.param_range))
        accuracy, sparse = self.axes_
        kinds = {"training": (self.train_scores, "-"), "validation": (self.test_scores, "--")}
        for number, (name, (scores, line)) in enumerate(kinds.items()):
            if scores is not None:
                _draw(accuracy, places, 100 * scores, style(number) | {"linestyle": line}, name)
        _draw(sparse, places, 100 * self.sparsities, style(2), None)
        accuracy.set(ylabel="accuracy, %", title=f"Accuracy along {self.param_name}")
        accuracy.legend(fontsize=8)
        sparse.set(ylabel="negligible weights, %", title=f"Sparsity along {self.param_name}")
        for panel in self.axes_:
            panel.set_xticks(places, [label(v) for v in self.param_range], parse_math=False)
            panel.set_xlabel(self.param_name)
            panel.grid(alpha=0.3)
        return self


def _draw(ax, places, values, look, name):
    """Draw means, and from two values on their standard deviation."""
    mean = values.mean(axis=1)
    ax.plot(places, mean, label=name, **look)
    if values.shape[1] > 1:
        spread = values.std(axis=1)
        colour = look["color"] if look["color"] in COLOURS else None
        ax.fill_between(places, mean - spread, mean + spread, alpha=0.2, color=colour, linewidth=0)


def _sparsity(estimator):
    return sparsity(weights(look_inside(estimator)[0]))
