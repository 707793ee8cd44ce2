"""What an augmentation makes of images."""

import inspect

import numpy as np

from skmnist._fitted import look_inside
from skmnist.plots._canvas import centre, draw_tiles, one_panel
from skmnist.plots._images import as_images


class AugmentedImagesDisplay:
    """Images, and what an augmentation makes of them at random.

    Make one with `from_estimator` or `from_augmentation`. The first column shows the images as
    they are.

    Parameters
    ----------
    images : ndarray of shape (n_images, height, width)
    distorted : ndarray of shape (n_images, n_copies, height, width)
    name : str, default=""
        What the augmentation is called.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    figure_ : matplotlib.figure.Figure

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skmnist.plots import AugmentedImagesDisplay
    >>> X, y = load_digits(return_X_y=True)
    >>> display = AugmentedImagesDisplay.from_augmentation("strong", X, n_images=3, n_copies=6)
    >>> display.distorted.shape
    (3, 6, 8, 8)
    """

    def __init__(self, images, distorted, name=""):
        self.images = images
        self.distorted = distorted
        self.name = name

    @classmethod
    def from_estimator(cls, estimator, X, *, n_images=5, n_copies=8, random_state=0, ax=None):
        """Plot images as a fitted classifier saw them while it was trained.

        Parameters
        ----------
        estimator : fitted classifier of this package
            It may be inside a pipeline, a search or a `TransformedTargetClassifier`.
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            The first of them are shown.
        n_images : int, default=5
        n_copies : int, default=8
            Distorted copies of each image.
        random_state : int, default=0
            Chooses the distortions.
        ax : matplotlib.axes.Axes, default=None
            Where to draw. By default there is a new figure.

        Returns
        -------
        display : AugmentedImagesDisplay
            With its figure drawn.

        Raises
        ------
        ValueError
            If the classifier was trained on the images as they are.
        """
        classifier, X = look_inside(estimator, X)
        if hasattr(classifier, "net_"):
            # "auto" is resolved there
            augmentation = classifier.net_.iterator_train__augmentation
        elif getattr(classifier, "shift", 0) or getattr(classifier, "rotation", 0):
            from skmnist.numpy_mlp import RandomShiftRotation

            augmentation = RandomShiftRotation(classifier.shift, classifier.rotation)
        else:
            augmentation = None
        if augmentation is None:
            raise ValueError(
                f"{type(classifier).__name__} was trained on the images as they are: it has no "
                "augmentation to show."
            )
        images = as_images(X, classifier.image_shape_)[:n_images]
        distorted = _distort(augmentation, images, n_copies, random_state)
        name = getattr(classifier, "augmentation", None)
        return cls(images, distorted, name if isinstance(name, str) else "").plot(ax=ax)

    @classmethod
    def from_augmentation(
        cls, augmentation, X, *, n_images=5, n_copies=8, image_shape=None, random_state=0, ax=None
    ):
        """Plot what an augmentation makes of images.

        Parameters
        ----------
        augmentation : str or callable
            As a classifier takes it: a name in `skmnist.augmentation.AUGMENTATIONS`, or a callable
            of images and a ``torch.Generator``. A callable of images and ``rng``, such as
            `skmnist.numpy_mlp.RandomShiftRotation`, works on arrays.
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            The first of them are shown.
        n_images : int, default=5
        n_copies : int, default=8
            Distorted copies of each image.
        image_shape : tuple of int, default=None
            Height and width of the images. By default those of X if it has more than two
            dimensions, else a square.
        random_state : int, default=0
            Chooses the distortions.
        ax : matplotlib.axes.Axes, default=None
            Where to draw. By default there is a new figure.

        Returns
        -------
        display : AugmentedImagesDisplay
            With its figure drawn.

        Raises
        ------
        ValueError
            If there is no augmentation of this name.
        """
        name = augmentation if isinstance(augmentation, str) else type(augmentation).__name__
        if isinstance(augmentation, str):
            from skmnist.augmentation import AUGMENTATIONS

            if augmentation not in AUGMENTATIONS:
                raise ValueError(
                    f"augmentation must be one of {', '.join(AUGMENTATIONS)}, or a callable; got "
                    f"{augmentation!r}."
                )
            augmentation = AUGMENTATIONS[augmentation]
        images = as_images(X, image_shape)[:n_images]
        distorted = _distort(augmentation, images, n_copies, random_state)
        return cls(images, distorted, name).plot(ax=ax)

    def plot(self, *, ax=None):
        """Draw the images.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where to draw. By default there is a new figure.

        Returns
        -------
        display : AugmentedImagesDisplay
            This one, with its figure drawn.
        """
        n_images, n_copies = self.distorted.shape[:2]
        self.ax_ = one_panel(ax, (0.75 * (n_copies + 1) + 0.3, 0.75 * n_images + 0.8))
        self.figure_ = self.ax_.get_figure()
        limits = float(self.images.min()), float(self.images.max())
        rows = zip(self.images, self.distorted, strict=True)
        draw_tiles(self.ax_, [[image, *copies] for image, copies in rows], limits=limits)
        self.ax_.set_xticks([centre(0), centre((n_copies + 1) / 2)], ["as it is", "as trained on"])
        self.ax_.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
        # the border between the image and its copies
        self.ax_.axvline(1 - 0.04, color="black", linewidth=1)
        title = f"Augmented images: {self.name}" if self.name else "Augmented images"
        self.ax_.set_title(title, fontsize=10)
        return self


def _distort(augmentation, images, n_copies, random_state):
    """Return distorted copies of images, (n_images, n_copies, height, width)."""
    copies = images.astype(np.float32).repeat(n_copies, axis=0)
    if "rng" in inspect.signature(augmentation).parameters:
        distorted = augmentation(copies, np.random.default_rng(random_state))
    else:
        import torch

        generator = torch.Generator().manual_seed(random_state)
        distorted = augmentation(torch.from_numpy(copies)[:, None], generator)[:, 0].numpy()
    return distorted.reshape(len(images), n_copies, *images.shape[1:])
