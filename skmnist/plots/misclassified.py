"""What a classifier gets wrong, as pictures."""

import math

import numpy as np

from skmnist._fitted import as_predicted, given_image_shape
from skmnist.plots._canvas import panels
from skmnist.plots._images import as_images, check_same_length

_ORDERS = ("order", "loss")

#: So many letters are as wide as an image.
_LINE = 24


class MisclassifiedImagesDisplay:
    """The images that a classifier gets wrong, with true and predicted label.

    Make one with `from_estimator` or `from_predictions`.

    Parameters
    ----------
    images : ndarray of shape (n_errors, height, width)
    y_true, y_pred : ndarray of shape (n_errors,)
    n_total : int
        How many images were classified.
    losses : ndarray of shape (n_errors,), default=None
        Minus the logarithm of the probability that the true label was given.

    Attributes
    ----------
    axes_ : ndarray of matplotlib.axes.Axes
        One for each image, and empty ones.
    figure_ : matplotlib.figure.Figure

    See Also
    --------
    sklearn.metrics.ConfusionMatrixDisplay : Which labels are confused.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skmnist import NumpyMLPClassifier
    >>> from skmnist.plots import MisclassifiedImagesDisplay
    >>> X, y = load_digits(return_X_y=True)
    >>> clf = NumpyMLPClassifier(max_epochs=2, random_state=0).fit(X[:1000], y[:1000])
    >>> display = MisclassifiedImagesDisplay.from_estimator(
    ...     clf, X[1000:], y[1000:], sort_by="loss", n_images=9
    ... )
    >>> bool(display.losses[0] == display.losses.max())
    True
    """

    def __init__(self, images, y_true, y_pred, n_total, losses=None):
        self.images = images
        self.y_true = y_true
        self.y_pred = y_pred
        self.n_total = n_total
        self.losses = losses

    @classmethod
    def from_estimator(cls, estimator, X, y, *, n_images=25, sort_by="order", ax=None):
        """Plot the errors of a fitted classifier.

        Parameters
        ----------
        estimator : fitted classifier
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
        y : array-like of shape (n_samples,)
            The true labels. A `TransformedTargetClassifier` transforms them as in ``score``.
        n_images : int, default=25
            How many errors to show at most.
        sort_by : {"order", "loss"}, default="order"
            "order" is that of X. "loss" shows first what the classifier was most certain of. It
            needs ``predict_proba``.
        ax : matplotlib.axes.Axes, default=None
            Where to draw: the images are put within its bounds. By default there is a new figure.

        Returns
        -------
        display : MisclassifiedImagesDisplay
            With its figure drawn.
        """
        image_shape = given_image_shape(estimator, math.prod(np.shape(X)[1:]))
        probabilities = {}
        if sort_by == "loss":
            probabilities = {"y_proba": estimator.predict_proba(X), "classes": estimator.classes_}
        return cls.from_predictions(
            X,
            as_predicted(estimator, np.asarray(y)),
            estimator.predict(X),
            **probabilities,
            image_shape=image_shape,
            n_images=n_images,
            sort_by=sort_by,
            ax=ax,
        )

    @classmethod
    def from_predictions(
        cls,
        X,
        y_true,
        y_pred,
        *,
        y_proba=None,
        classes=None,
        image_shape=None,
        n_images=25,
        sort_by="order",
        ax=None,
    ):
        """Plot the images of which the predicted label is not the true one.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
        y_true, y_pred : array-like of shape (n_samples,)
        y_proba : array-like of shape (n_samples, n_classes), default=None
            Predicted probabilities, for ``sort_by="loss"``.
        classes : array-like of shape (n_classes,), default=None
            The labels of the columns. By default those that occur in the labels, sorted.
        image_shape : tuple of int, default=None
            Height and width of the images. By default those of X if it has more than two
            dimensions, else a square. If the square has more pixels than X, zeros follow.
        n_images : int, default=25
            See `from_estimator`.
        sort_by : {"order", "loss"}, default="order"
            See `from_estimator`.
        ax : matplotlib.axes.Axes, default=None
            See `from_estimator`.

        Returns
        -------
        display : MisclassifiedImagesDisplay
            With its figure drawn.

        Raises
        ------
        ValueError
            If the arrays do not fit each other, or probabilities are missing.
        """
        if sort_by not in _ORDERS:
            raise ValueError(f"sort_by must be one of {', '.join(_ORDERS)}, got {sort_by!r}.")
        X, y_true, y_pred = np.asarray(X), np.asarray(y_true), np.asarray(y_pred)
        check_same_length(X=X, y_true=y_true, y_pred=y_pred)
        wrong = np.flatnonzero(y_true != y_pred)
        losses = None
        if y_proba is not None:
            losses = _losses(y_true, y_pred, y_proba, classes)
            if sort_by == "loss":
                wrong = wrong[np.argsort(-losses[wrong], kind="stable")]
            losses = losses[wrong]
        elif sort_by == "loss":
            raise ValueError("sort_by='loss' needs y_proba, the predicted probabilities.")
        images = as_images(X[wrong], image_shape)
        display = cls(images, y_true[wrong], y_pred[wrong], len(X), losses)
        return display.plot(n_images=n_images, ax=ax)

    def plot(self, *, n_images=25, ax=None):
        """Draw the gallery.

        Parameters
        ----------
        n_images : int, default=25
            See `from_estimator`.
        ax : matplotlib.axes.Axes, default=None
            See `from_estimator`.

        Returns
        -------
        display : MisclassifiedImagesDisplay
            This one, with its figure drawn.
        """
        n_shown = min(n_images, len(self.images))
        side = max(1, math.ceil(math.sqrt(n_shown)))
        n_rows = max(1, math.ceil(n_shown / side))
        self.axes_ = panels(ax, n_rows, side, (1.4 * side + 0.8, 1.65 * n_rows + 0.8))
        self.figure_ = self.axes_[0, 0].get_figure()
        for place in self.axes_.flat:
            place.set_axis_off()
        for number, place in zip(range(n_shown), self.axes_.flat, strict=False):
            place.imshow(self.images[number], cmap="gray_r")
            true, predicted = f"true {self.y_true[number]},", f"predicted {self.y_pred[number]}"
            # a long line would run into the next one
            title = ("\n" if len(true + predicted) > _LINE else " ").join([true, predicted])
            place.set_title(title, fontsize=7, parse_math=False)
        n_errors = len(self.images)
        errors = "1 error" if n_errors == 1 else f"{n_errors} errors"
        title = f"{errors} in {self.n_total:,} images"
        if ax is None:
            self.figure_.suptitle(title, fontsize=10)
        elif hasattr(ax, "set_title"):
            ax.set_title(title, fontsize=10)
        return self


def _losses(y_true, y_pred, y_proba, classes):
    """Return minus the logarithm of the true label's probability for each image."""
    y_proba = np.asarray(y_proba, dtype=np.float64)
    classes = np.unique([y_true, y_pred]) if classes is None else np.asarray(classes)
    if y_proba.shape != (len(y_true), len(classes)):
        raise ValueError(
            f"y_proba must be of shape {(len(y_true), len(classes))}, got {y_proba.shape}. Pass "
            "the labels of its columns as classes."
        )
    column = {label: number for number, label in enumerate(classes.tolist())}
    columns = np.array([column.get(label, -1) for label in y_true.tolist()], dtype=int)
    probabilities = np.where(columns < 0, 0, y_proba[np.arange(len(y_true)), columns])
    with np.errstate(divide="ignore"):
        return -np.log(probabilities)
