"""What all classifiers share: checking images, labels and weights; nothing is trained here."""

import math
import numbers

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, _fit_context
from sklearn.model_selection import train_test_split
from sklearn.utils import _safe_indexing, compute_class_weight
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.multiclass import _check_partial_fit_first_call, check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from skmnist.inputs import encode_labels, flatten_images, resolve_image_shape
from skmnist.samples import compact_pixels, largest_magnitude, mean_and_scale


class BaseImageClassifier(ClassifierMixin, BaseEstimator):
    """A classifier of small grey images, whatever it computes with.

    Subclasses define ``__init__`` with all parameters, ``_trained_attribute``, `_fit`,
    `decision_function` and `predict_proba`.
    """

    #: The attribute that is there once, and only if, training has come to its end.
    _trained_attribute = None

    #: The words for ``max_epochs``: epochs for 60,000 images and more, and for few.
    _budgets = {"auto": (16, 50)}

    _parameter_constraints = {
        "dropout": [Interval(numbers.Real, 0, 1, closed="left")],
        "learning_rate": [Interval(numbers.Real, 0, None, closed="neither")],
        "momentum": [Interval(numbers.Real, 0, 1, closed="left")],
        "max_epochs": [Interval(numbers.Integral, 1, None, closed="left"), StrOptions({"auto"})],
        "batch_size": [Interval(numbers.Integral, 1, None, closed="left")],
        "scaling": [StrOptions({"standard", "max_abs"}), None],
        "early_stopping": ["boolean"],
        "validation_fraction": [Interval(numbers.Real, 0, 1, closed="neither")],
        "n_iter_no_change": [Interval(numbers.Integral, 1, None, closed="left")],
        "class_weight": [dict, StrOptions({"balanced"}), None],
        "warm_start": ["boolean"],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    # -- fitting

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y, sample_weight=None, X_val=None, y_val=None):
        """Train the network from scratch, or on from the last fit with ``warm_start``.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features), (n_samples, height, width) or \
                (n_samples, 1, height, width)
            Images, of any real dtype and on any scale; ``uint8`` takes the least memory.
        y : array-like of shape (n_samples,)
            Labels of any type, at least two different ones.
        sample_weight : array-like of shape (n_samples,), default=None
            What each sample counts, relative to the others. Rows of weight 0 are left out;
            where all weights are whole numbers (and add up to no more than ten times the
            number of rows), a weight of k does what k copies of the row would do.
        X_val : array-like like X, default=None
            Validation images: their loss and accuracy are recorded after each epoch, and
            decide on early stopping. Nothing is learned from them.
        y_val : array-like of shape (n_val,), default=None
            Their labels, all of which must be among those of y.

        Returns
        -------
        self : object
            The fitted classifier.

        Raises
        ------
        ValueError
            If the data or a parameter is not as described.
        """
        continued = self.warm_start and self._is_trained()
        if not continued:
            # should this fit fail or be interrupted, nothing may pass for its result
            vars(self).pop(self._trained_attribute, None)
        X, y = self._check_X_y(X, y, reset=True)
        check_classification_targets(y)
        sample_weight = self._check_weights(sample_weight, X)
        classes = np.unique(y)
        n_present = len(classes if sample_weight is None else np.unique(y[sample_weight > 0]))
        if n_present < 2:
            raise ValueError(
                f"{type(self).__name__} needs samples of at least 2 classes to learn from; "
                f"the data holds {n_present} class."
            )
        if continued and not np.array_equal(classes, self.classes_):
            raise ValueError(
                f"warm_start needs the classes of the last fit, {self.classes_!r}, but y has "
                f"{classes!r}. Set warm_start=False to start afresh."
            )
        self.classes_ = classes
        y = encode_labels(y, classes)
        validation = self._check_validation_set(X_val, y_val)
        return self._fit(X, y, sample_weight, validation, continued=continued)

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X, y, classes=None, sample_weight=None):
        """Train for one epoch on this data, going on from where training was.

        The learning rate is constant at ``learning_rate``, since a schedule would need to
        know how many calls are to come; the pixels' mean and scale are those of the first
        call.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features), (n_samples, height, width) or \
                (n_samples, 1, height, width)
            Images.
        y : array-like of shape (n_samples,)
            Labels.
        classes : array-like of shape (n_classes,), default=None
            All labels that will ever occur: needed in the first call, unless after ``fit``.
        sample_weight : array-like of shape (n_samples,), default=None
            What each sample counts, relative to the others; see ``fit``.

        Returns
        -------
        self : object
            The classifier.

        Raises
        ------
        ValueError
            If the data is not as described, or with ``early_stopping=True``.
        """
        if self.early_stopping:
            raise ValueError("partial_fit does not support early_stopping=True.")
        continued = self._is_trained()
        X, y = self._check_X_y(X, y, reset=not continued)
        check_classification_targets(y)
        sample_weight = self._check_weights(sample_weight, X)
        _check_partial_fit_first_call(self, classes)
        if len(self.classes_) < 2:
            raise ValueError(f"classes must name at least 2 classes, got {classes!r}.")
        y = encode_labels(y, self.classes_)
        return self._fit(X, y, sample_weight, None, continued=continued, one_epoch=True)

    def _fit(self, X, y, sample_weight, validation, *, continued, one_epoch=False):
        """Train on checked data.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features), uint8 or float32
        y : ndarray of int of shape (n_samples,)
            Indices into ``classes_``.
        sample_weight : ndarray of shape (n_samples,) or None
        validation : tuple of ndarray (X_val, y_val) or None
        continued : bool
            Whether to go on from the weights of the last call.
        one_epoch : bool, default=False
            Whether this is ``partial_fit``: a single epoch, and the state of the optimiser and
            of the random numbers goes on too.
        """
        raise NotImplementedError

    def _n_epochs(self, n_rows):
        if not isinstance(self.max_epochs, str):
            return self.max_epochs
        # more epochs for fewer images, but not in proportion: less data needs fewer steps
        fewest, most = self._budgets[self.max_epochs]
        return round(min(most, fewest * math.sqrt(max(1, 60_000 / n_rows))))

    def _measure_pixels(self, X, rows):
        """Return what to subtract from pixels, and what to divide them by."""
        if self.scaling == "standard":
            return mean_and_scale(X, rows)
        if self.scaling == "max_abs":
            return 0.0, largest_magnitude(X, rows) or 1.0
        return 0.0, 1.0

    def _split_off_validation(self, rows, y, seed):
        try:
            return train_test_split(
                rows, test_size=self.validation_fraction, stratify=y[rows], random_state=seed
            )
        except ValueError as error:
            raise ValueError(
                f"early_stopping could not set {self.validation_fraction:.0%} of the "
                f"{len(rows)} samples aside for validation: {error} Pass X_val and y_val, "
                "change validation_fraction, or set early_stopping=False."
            ) from error

    def _loss_weights(self, y, rows, sample_weight):
        """Return a factor of the loss per row of the data, 1 on average; None if all are."""
        if self.class_weight is None and sample_weight is None:
            return None
        weights = np.ones(len(y)) if sample_weight is None else sample_weight
        if self.class_weight is not None:
            present = np.unique(y[rows])
            factors = np.ones(len(self.classes_))
            factors[present] = compute_class_weight(
                self.class_weight, classes=self.classes_[present], y=self.classes_[y[rows]]
            )
            weights = weights * factors[y]
        mean = weights[rows].mean()
        if mean == 0:
            raise ValueError("class_weight leaves every sample a weight of zero.")
        return weights / mean

    # -- checking input

    def _check_X_y(self, X, y, *, reset):
        X, shape = flatten_images(X)
        X, y = validate_data(self, X, y, reset=reset)
        if reset:
            self.image_shape_ = self._resolve_image_shape(shape, X.shape[1])
        else:
            self._check_shape(shape)
        return self._compact(X), y

    def _resolve_image_shape(self, seen, n_features):
        return resolve_image_shape(self.image_shape, seen, n_features)

    def _compact(self, X):
        """Return what is trained on in place of X: the same numbers in fewer bytes."""
        return compact_pixels(X)

    def _check_X(self, X):
        check_is_fitted(self)
        X, shape = flatten_images(X)
        X = validate_data(self, X, reset=False)
        self._check_shape(shape)
        return X

    def _check_shape(self, shape):
        if shape is not None and self.image_shape_ not in (None, shape):
            raise ValueError(
                f"X holds images of shape {shape}, but {type(self).__name__} was fitted on "
                f"{self.image_shape_}."
            )

    def _check_weights(self, sample_weight, X):
        if sample_weight is None:
            return None
        return _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)

    def _check_validation_set(self, X_val, y_val):
        if (X_val is None) != (y_val is None):
            raise ValueError("Pass X_val and y_val together, or neither.")
        if X_val is None:
            return None
        X_val, shape = flatten_images(X_val)
        X_val, y_val = validate_data(self, X_val, y_val, reset=False)
        self._check_shape(shape)
        return self._compact(X_val), encode_labels(y_val, self.classes_, name="y_val")

    # -- predicting

    def predict_log_proba(self, X):
        """Return the logarithm of each class's probability.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features), (n_samples, height, width) or \
                (n_samples, 1, height, width)
            Images.

        Returns
        -------
        log_proba : ndarray of shape (n_samples, n_classes), float32
            Minus infinity where a probability is too small for a float32.
        """
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def predict(self, X):
        """Return the most probable label of each image.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features), (n_samples, height, width) or \
                (n_samples, 1, height, width)
            Images.

        Returns
        -------
        labels : ndarray of shape (n_samples,)
            Of the type of the labels given to ``fit``.
        """
        logits = self.decision_function(X)
        indices = (logits > 0).astype(int) if logits.ndim == 1 else logits.argmax(axis=1)
        return self.classes_[indices]

    def predict_iter(self, X, *, method="predict", chunk_size=4096):
        """Predict chunk by chunk, for more images than memory holds.

        What comes out is the same as one call for all images would return, cut in pieces.

        Parameters
        ----------
        X : iterable of array-likes, or array
            Chunks of images, each as ``predict`` takes them, from a generator of unknown length
            for example; or one array, such as a ``numpy.memmap``.
        method : {"predict", "predict_proba", "predict_log_proba", "decision_function"}, \
                default="predict"
            What to call for each chunk.
        chunk_size : int, default=4096
            Images at a time where X is an array. Chunks of an iterable stay as they are.

        Returns
        -------
        predictions : iterator of ndarray
            What the method returns for each chunk, computed when its turn comes.

        Raises
        ------
        ValueError
            At once, if the method is none of these or ``chunk_size`` is less than 1; when its
            turn comes, if a chunk is not as described.

        Examples
        --------
        >>> import numpy as np
        >>> from sklearn.datasets import load_digits
        >>> from skmnist import NumpyMLPClassifier
        >>> X, y = load_digits(return_X_y=True)
        >>> clf = NumpyMLPClassifier(max_epochs=1).fit(X, y)
        >>> [len(labels) for labels in clf.predict_iter(X, chunk_size=1000)]
        [1000, 797]
        """
        check_is_fitted(self)
        methods = ("predict", "predict_proba", "predict_log_proba", "decision_function")
        if method not in methods:
            raise ValueError(f"method must be one of {', '.join(methods)}, got {method!r}.")
        if not isinstance(chunk_size, numbers.Integral) or chunk_size < 1:
            raise ValueError(f"chunk_size must be an integer of at least 1, got {chunk_size!r}.")
        return map(getattr(self, method), _chunks(X, chunk_size))

    # -- state

    def _is_trained(self):
        return hasattr(self, self._trained_attribute)

    def __sklearn_is_fitted__(self):
        # what fit has learned of the data before it was interrupted does not count
        return self._is_trained()


def _chunks(X, size):
    """Return the parts of an array, or the iterable of parts that was given."""
    if isinstance(X, list | tuple) and X and np.ndim(X[0]) < 2:
        X = np.asarray(X)  # rows, and not chunks of them
    if not hasattr(X, "shape"):
        return X
    starts = range(0, X.shape[0], size)
    return (_safe_indexing(X, slice(start, start + size)) for start in starts)
