"""Which pixels a prediction depends on."""

import warnings

import numpy as np

from skmnist._fitted import look_inside
from skmnist._warnings import own_filters
from skmnist.plots._canvas import around_zero, panels
from skmnist.plots._gradients import gradients
from skmnist.plots._images import as_images, check_same_length

_TITLES = {"gradient": "gradient", "occlusion": "occlusion"}

# a probability of 0 has no logarithm
_SMALLEST = 1e-12


class SaliencyDisplay:
    """Which pixels a prediction depends on.

    Make one with `from_estimator`. The line is the outline of the digit.

    - "gradient" is how much the score of the label changes if a pixel changes a little. Dark
      pixels matter, in either direction.
    - "occlusion" hides a small window around each pixel, and shows by how much the logarithm of
      the label's probability falls. Dark: the network needs what is there. White: without it the
      network would be more certain.

    Parameters
    ----------
    images : ndarray of shape (n_images, height, width)
    maps : dict of str to ndarray of shape (n_images, height, width)
        For each method.
    labels : ndarray of shape (n_images,)
        The labels that are explained.

    Attributes
    ----------
    axes_ : ndarray of matplotlib.axes.Axes of shape (1 + n_methods, n_images)
    figure_ : matplotlib.figure.Figure

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skmnist import NumpyMLPClassifier
    >>> from skmnist.plots import SaliencyDisplay
    >>> X, y = load_digits(return_X_y=True)
    >>> clf = NumpyMLPClassifier(max_epochs=2, random_state=0).fit(X, y)
    >>> display = SaliencyDisplay.from_estimator(clf, X, method=["gradient", "occlusion"])
    >>> display.maps["occlusion"].shape
    (5, 8, 8)
    """

    def __init__(self, images, maps, labels):
        self.images = images
        self.maps = maps
        self.labels = labels

    @classmethod
    def from_estimator(
        cls, estimator, X, y=None, *, method="gradient", n_images=5, window=None, ax=None
    ):
        """Plot what predictions of a fitted classifier depend on.

        Parameters
        ----------
        estimator : fitted classifier
            "gradient" needs a network of this package, "occlusion" needs ``predict_proba`` only.
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            The first of them are shown.
        y : array-like of shape (n_samples,), default=None
            The labels to explain. By default those that are predicted.
        method : {"gradient", "occlusion"} or sequence of them, default="gradient"
        n_images : int, default=5
        window : int, default=None
            Side of the window that "occlusion" hides, in pixels. The default is a seventh of the
            image's shorter side, and at least 2. The window takes the median value of the image's
            border.
        ax : matplotlib.axes.Axes or sequence of them, default=None
            Where to draw. The panels are put within the bounds of a single axes. By default there
            is a new figure.

        Returns
        -------
        display : SaliencyDisplay
            With its figure drawn.

        Raises
        ------
        TypeError
            If the classifier has no gradients.
        ValueError
            If there is no such method, or a label is unknown to the classifier.
        """
        methods = [method] if isinstance(method, str) else list(method)
        for name in methods:
            if name not in _TITLES:
                raise ValueError(f"method must be one of {', '.join(_TITLES)}, got {name!r}.")
        classifier, X = look_inside(estimator, X)
        if y is not None:
            check_same_length(X=X, y=y)
        images = as_images(X, getattr(classifier, "image_shape_", None))[:n_images]
        # an image may have more pixels than its row
        n_features = np.shape(np.asarray(X[:1]).reshape(1, -1))[1]
        rows = images.reshape(len(images), -1)[:, :n_features]
        maps = {}
        with own_filters():
            # X may be a data frame, but what is made of its rows is none
            warnings.filterwarnings("ignore", "X does not have valid feature names")
            labels = classifier.predict(rows) if y is None else np.asarray(y)[:n_images]
            indices = _indices(labels, classifier.classes_)
            for name in methods:
                if name == "gradient":
                    made = np.abs(gradients(classifier, rows, indices))
                    maps[name] = as_images(made, images.shape[1:])
                else:
                    maps[name] = _occlusion(classifier, images, n_features, indices, window)
        return cls(images, maps, labels).plot(ax=ax)

    def plot(self, *, ax=None):
        """Draw images and maps.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or sequence of them, default=None
            See `from_estimator`.

        Returns
        -------
        display : SaliencyDisplay
            This one, with its figure drawn.
        """
        n_rows, n_images = 1 + len(self.maps), len(self.images)
        self.axes_ = panels(ax, n_rows, n_images, (1.5 * n_images + 0.6, 1.5 * n_rows + 0.7))
        self.figure_ = self.axes_[0, 0].get_figure()
        for number, (image, label) in enumerate(zip(self.images, self.labels, strict=True)):
            top = self.axes_[0, number]
            top.imshow(image, cmap="gray_r")
            top.set_title(str(label), fontsize=9, parse_math=False)
            for (name, maps), below in zip(self.maps.items(), self.axes_[1:, number], strict=True):
                if name == "gradient":
                    below.imshow(maps[number], cmap="gray_r", vmin=0)
                else:
                    low, high = around_zero(maps[number])
                    below.imshow(maps[number], cmap="gray_r", vmin=low, vmax=high)
                middle = (float(image.min()) + float(image.max())) / 2
                if image.min() < image.max():
                    below.contour(image, [middle], colors="#D55E00", linewidths=0.9)
        for name, place in zip(["image", *self.maps], self.axes_[:, 0], strict=True):
            place.set_ylabel(name, fontsize=9)
        for place in self.axes_.flat:
            place.set(xticks=[], yticks=[])
        if ax is None:
            self.figure_.suptitle("What the label above each image depends on", fontsize=10)
        return self


def _indices(labels, classes):
    places = np.searchsorted(classes, labels).clip(max=len(classes) - 1)
    unknown = classes[places] != labels
    if np.any(unknown):
        raise ValueError(
            f"The classifier does not know the label {np.asarray(labels)[unknown][0]}; it knows "
            f"{', '.join(map(str, classes))}."
        )
    return places


def _occlusion(classifier, images, n_features, indices, window):
    """Return by how much the log-probability falls if the surroundings of a pixel are hidden."""
    height, width = images.shape[1:]
    window = window or max(2, round(min(height, width) / 7))
    before, after = (window - 1) // 2, window // 2 + 1
    maps = np.empty(images.shape)
    for number, image in enumerate(images):
        border = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
        hidden = np.repeat(image[None], 1 + height * width, axis=0)
        for place in range(height * width):
            row, column = divmod(place, width)
            rows = slice(max(row - before, 0), row + after)
            columns = slice(max(column - before, 0), column + after)
            hidden[place, rows, columns] = np.median(border)
        proba = classifier.predict_proba(hidden.reshape(len(hidden), -1)[:, :n_features])
        logs = np.log(np.maximum(proba[:, indices[number]], _SMALLEST))
        maps[number] = (logs[-1] - logs[:-1]).reshape(height, width)
    return maps
