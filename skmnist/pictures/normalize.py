"""The first step of a pipeline: any pictures of digits become rows as MNIST has them."""

import os

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import validate_data

from skmnist._data.pixels import flatten_images, square_side
from skmnist._sklearn import DocumentedMixin, fit_context
from skmnist._storable import storable
from skmnist.pictures.find import find_digits, main_digit
from skmnist.pictures.form import default_box, has_form


@storable
class DigitNormalizer(DocumentedMixin, TransformerMixin, BaseEstimator):
    """Bring pictures of digits into the form that MNIST has.

    Ink becomes light on a dark ground, under whatever light and in whatever colours it was. The
    digit is scaled into a box of 20×20 pixels, and its centre of mass is put into the middle of
    28×28. Images that have this form already stay as they are.

    Each picture gives one row. If it shows several digits, that with the most ink counts;
    `skmnist.pictures.find_digits` gives them all. A blank picture gives a row of zeros.

    Nothing is learned from data, so ``transform`` works without ``fit``.

    Parameters
    ----------
    image_shape : tuple of int, default=(28, 28)
        Height and width of the images that the classifier takes.
    box_shape : tuple of int, default=None
        Height and width of the box that a digit fills. By default it is MNIST's box in
        proportion: 20/28 of `image_shape`. Digits of scikit-learn's ``load_digits`` fill their
        images: for a classifier that was trained on them, pass ``(8, 8)`` here too.

    Attributes
    ----------
    n_features_in_ : int
        Number of pixels of a row, if ``fit`` was given rows of pixels.

    See Also
    --------
    skmnist.pictures.find_digits : All digits of a picture.

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> import numpy as np
    >>> from skmnist import DigitNormalizer, MnistCNNClassifier
    >>> photo = np.full((480, 640, 3), (230, 225, 210), np.uint8)
    >>> photo[200:300, 310:322] = (40, 40, 120)
    >>> DigitNormalizer().transform([photo]).shape
    (1, 784)
    >>> pipeline = make_pipeline(DigitNormalizer(), MnistCNNClassifier())
    """

    _parameter_constraints = {"image_shape": [tuple, list], "box_shape": [tuple, list, None]}

    def __init__(self, image_shape=(28, 28), box_shape=None):
        self.image_shape = image_shape
        self.box_shape = box_shape

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Check the parameters and the input. Nothing is learned.

        Parameters
        ----------
        X : sequence of pictures, or array-like
            See ``transform``.
        y : None
            Ignored.

        Returns
        -------
        self : object
            The transformer.
        """
        self._shapes()
        self._images_or_pictures(X, reset=True)
        return self

    def transform(self, X):
        """Return pictures in MNIST's form.

        Parameters
        ----------
        X : sequence of pictures, or array-like
            A list of paths, PIL images or arrays, of any sizes; an array of shape (n_samples,
            height, width) or (n_samples, 1, height, width); or rows of shape (n_samples,
            n_features), each a square image, filled up with zeros where it is no square.

        Returns
        -------
        rows : ndarray of uint8 of shape (n_samples, height × width)
            0 is background, 255 is ink.

        Raises
        ------
        OSError, TypeError, ValueError
            If a picture cannot be read; see `skmnist.pictures.find_digits`.
        """
        image_shape, box_shape = self._shapes()
        images = self._images_or_pictures(X, reset=False)
        rows = np.zeros((len(images), image_shape[0] * image_shape[1]), np.uint8)
        ready = _ready(images, image_shape, box_shape)
        for index in np.flatnonzero(~ready):
            digits = find_digits(images[index], image_shape, box_shape)
            rows[index] = main_digit(digits, image_shape).ravel()
        for index in np.flatnonzero(ready):
            rows[index] = images[index].ravel()
        return rows

    def get_feature_names_out(self, input_features=None):
        """Return the names of the pixels.

        Parameters
        ----------
        input_features : None
            Ignored.

        Returns
        -------
        names : ndarray of str of shape (height × width,)
            ``pixel_0_0``, ``pixel_0_1`` and so on: row and column.
        """
        height, width = self._shapes()[0]
        return np.array(
            [f"pixel_{row}_{column}" for row in range(height) for column in range(width)],
            dtype=object,
        )

    def _shapes(self):
        image_shape = tuple(self.image_shape)
        box_shape = default_box(image_shape) if self.box_shape is None else tuple(self.box_shape)
        for name, shape in (("image_shape", image_shape), ("box_shape", box_shape)):
            if len(shape) != 2 or not all(
                isinstance(side, int | np.integer) and side > 0 for side in shape
            ):
                raise ValueError(f"{name} must be (height, width), got {shape!r}.")
        if any(box > side for box, side in zip(box_shape, image_shape, strict=True)):
            raise ValueError(f"box_shape={box_shape} is larger than image_shape={image_shape}.")
        return image_shape, box_shape

    def _images_or_pictures(self, X, *, reset):
        """Return a list of pictures, or an array of images of one size."""
        if len(getattr(X, "shape", ())) == 1 and hasattr(X, "to_numpy"):
            X = X.to_numpy()  # a column of a data frame, such as paths
        if _are_pictures(X):
            return list(X)
        X, shape = flatten_images(X)
        X = validate_data(self, X, reset=reset, dtype="numeric")
        if shape is None:
            side = square_side(X.shape[1])
            X = np.pad(X, [(0, 0), (0, side**2 - X.shape[1])])
            shape = (side, side)
        return X.reshape(-1, *shape)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.transformer_tags.preserves_dtype = []
        return tags


def _are_pictures(X):
    """Tell whether X holds pictures one by one, rather than as one array of numbers."""
    from PIL import Image

    if isinstance(X, str | os.PathLike | Image.Image):
        raise TypeError("X is a single picture; pass a list of pictures, such as [picture].")
    if isinstance(X, np.ndarray):
        if X.ndim == 4 and X.shape[1] != 1:
            return X.shape[3] <= 4  # colours
        if X.ndim != 1 or X.dtype.kind not in "OU":
            return False
    elif not isinstance(X, list | tuple):
        return False
    kinds = (str, os.PathLike, Image.Image)
    return len(X) > 0 and all(
        isinstance(item, kinds) or (isinstance(item, np.ndarray) and item.ndim > 1) for item in X
    )


def _ready(images, image_shape, box_shape):
    """Tell which images have the form already, with ink of full strength."""
    is_array = isinstance(images, np.ndarray) and images.dtype == np.uint8
    if not is_array or images.shape[1:] != image_shape:
        return np.zeros(len(images), bool)
    return has_form(images, box_shape) & (images.max(axis=(1, 2)) > 200)
