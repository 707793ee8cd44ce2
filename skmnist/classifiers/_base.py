"""What all classifiers share: one way through a fit, whatever it computes with."""

import numbers

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.callback import CallbackSupportMixin, with_callbacks
from sklearn.utils import check_random_state, gen_batches
from sklearn.utils.multiclass import check_classification_targets, unique_labels
from sklearn.utils.validation import check_is_fitted, validate_data

from skmnist._data.epochs import n_epochs
from skmnist._data.labels import encode_labels
from skmnist._data.pixels import compact_pixels, flatten_images, resolve_image_shape
from skmnist._data.tensors import as_array
from skmnist._data.training_data import Samples, make_training_data
from skmnist._sklearn import (
    DocumentedMixin,
    Interval,
    ShownNetworkMixin,
    StrOptions,
    check_sample_weight,
    fit_context,
    safe_indexing,
)
from skmnist.classifiers._epochs import EpochTasks


class BaseImageClassifier(
    ShownNetworkMixin, DocumentedMixin, CallbackSupportMixin, ClassifierMixin, BaseEstimator
):
    """A classifier of small grey images, whatever it computes with.

    Subclasses define ``__init__`` with all parameters, ``_trained_attribute``, `_train`,
    `decision_function` and `predict_proba`.
    """

    #: The attribute that is there once, and only if, training has come to its end.
    _trained_attribute = None

    #: Height and width of the images; subclasses may have a parameter of this name.
    image_shape = None

    #: Whether rows that are no square are padded to one.
    _pads_images = True

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

    @fit_context(prefer_skip_nested_validation=True)
    @with_callbacks
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
            What each sample counts, relative to the others. Rows of weight 0 are left out. If
            all weights are whole numbers (and add up to no more than ten times the number of
            rows), a weight of k does what k copies of the row would do.
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
            # if this fit fails or is interrupted, nothing may pass for its result
            vars(self).pop(self._trained_attribute, None)
        return self._fit(X, y, sample_weight, X_val, y_val, continued=continued)

    @fit_context(prefer_skip_nested_validation=True)
    @with_callbacks
    def partial_fit(self, X, y, classes=None, sample_weight=None):
        """Train for one epoch on this data, going on from where training was.

        The learning rate is constant at ``learning_rate``, because a schedule would need to
        know how many calls are to come. The pixels' mean and scale are those of the first
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
        classes = self._classes_to_come(classes)
        continued = self._is_trained()
        return self._fit(X, y, sample_weight, classes=classes, continued=continued, one_epoch=True)

    def _fit(
        self,
        X,
        y,
        sample_weight=None,
        X_val=None,
        y_val=None,
        *,
        classes=None,
        continued,
        one_epoch=False,
    ):
        """Check everything once, train on it, and take over what came of it.

        Parameters
        ----------
        X, y, sample_weight, X_val, y_val : array-like
            As given to ``fit``.
        classes : ndarray of shape (n_classes,), default=None
            By default those of y.
        continued : bool
            Whether to go on from the weights of the last call.
        one_epoch : bool, default=False
            Whether this is ``partial_fit``: a single epoch, and the state of the optimiser and
            of the random numbers goes on too.
        """
        resumed = continued and one_epoch
        X, y, sample_weight = as_array(X), as_array(y), as_array(sample_weight)
        X_given = X
        X, shape = flatten_images(X)
        X, y = validate_data(self, X, y, reset=not continued)
        check_classification_targets(y)
        if sample_weight is not None:
            sample_weight = check_sample_weight(
                sample_weight, X, dtype=np.float64, ensure_non_negative=True
            )
        if resumed:
            image_shape = self.image_shape_
            self._check_shape(shape, image_shape)
        else:
            image_shape = resolve_image_shape(
                self.image_shape, shape, X.shape[1], pad=self._pads_images
            )
        if classes is None:
            classes = self._classes_of(y, sample_weight, continued)
        validation = self._check_validation_set(X_val, y_val, classes, image_shape)
        seed = check_random_state(self.random_state).randint(2**31)
        data = make_training_data(
            compact_pixels(X, self._float_dtype),
            encode_labels(y, classes),
            dtype=self._float_dtype,
            classes=classes,
            image_shape=image_shape,
            scaling=(self.mean_, self.scale_) if continued else self.scaling,
            sample_weight=sample_weight,
            class_weight=self.class_weight,
            validation=validation,
            held_out_fraction=self.validation_fraction if self.early_stopping else None,
            seed=seed,
        )
        budgets = self._budgets_for(image_shape)
        epochs = 1 if one_epoch else n_epochs(self.max_epochs, budgets, len(data.train))
        pixel_min = min(float(X.min()), self.pixel_min_ if continued else np.inf)
        pixel_max = max(float(X.max()), self.pixel_max_ if continued else -np.inf)
        earlier = self.history_ if resumed else []

        def state(trained, history):
            history = [dict(epoch) for epoch in [*earlier, *history]]
            for number, epoch in enumerate(history, start=1):
                epoch["epoch"] = number
            return {
                **trained,
                "classes_": classes,
                "image_shape_": image_shape,
                "mean_": data.mean,
                "scale_": data.scale,
                "pixel_min_": pixel_min,
                "pixel_max_": pixel_max,
                "history_": history,
                "n_iter_": len(history),
            }

        tasks = EpochTasks(self, epochs, X=X_given, y=y, sample_weight=sample_weight, state=state)
        trained = self._train(
            data, epochs, seed, continued=continued, one_epoch=one_epoch, tasks=tasks
        )
        vars(self).update(state(*trained))
        tasks.end()
        return self

    def _train(self, data, epochs, seed, *, continued, one_epoch, tasks):
        """Train on checked data.

        Parameters
        ----------
        data : TrainingData
        epochs : int
        seed : int
        continued : bool
            Whether to go on from the weights of the last call.
        one_epoch : bool
            Whether this is ``partial_fit``: the learning rate is constant, and if training goes
            on, then with the state of the optimiser and of the random numbers.
        tasks : EpochTasks
            To be told of each epoch.

        Returns
        -------
        fitted : dict
            The attributes to set, ``_trained_attribute`` among them.
        history : list of dict
            A record of each epoch.
        """
        raise NotImplementedError

    def _budgets_for(self, image_shape):
        """Return the budgets of epochs for images of this shape."""
        return self._budgets

    @property
    def _float_dtype(self):
        """The precision of weights, and of pixels that are no bytes."""
        return "float32"

    # -- checking input

    def _classes_of(self, y, sample_weight, continued):
        """Return the classes to learn, of which there must be samples that count."""
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
        return classes

    def _classes_to_come(self, classes):
        """Return the classes that ``partial_fit`` is told of, or was told of before."""
        known = self.classes_ if self._is_trained() else None
        if classes is None and known is None:
            raise ValueError("classes must be passed on the first call to partial_fit.")
        if classes is None:
            return known
        given = unique_labels(as_array(classes))
        if known is not None and not np.array_equal(known, given):
            raise ValueError(
                f"classes={classes!r} is not the same as before, which was {known!r}."
            )
        if len(given) < 2:
            raise ValueError(f"classes must name at least 2 classes, got {classes!r}.")
        return given

    def _check_X(self, X):
        if not self._is_trained():
            check_is_fitted(self)
        X, shape = flatten_images(as_array(X))
        if not self._is_plainly_valid(X):
            X = validate_data(self, X, reset=False)
        self._check_shape(shape, self.image_shape_)
        return X

    def _is_plainly_valid(self, X):
        """Tell whether scikit-learn would return X as it is, with no warning.

        Its checks take a third of the time that one image takes. They look at much more, and so
        say what is wrong with all that is not valid here.
        """
        if not (
            type(X) is np.ndarray
            and X.dtype.kind in "biuf"
            and X.ndim == 2
            and len(X) > 0
            and X.shape[1] == self.n_features_in_
            and not hasattr(self, "feature_names_in_")
        ):
            return False
        if X.dtype.kind != "f":
            return True
        with np.errstate(over="ignore", invalid="ignore"):
            return bool(np.isfinite(X.sum()))

    def _check_shape(self, shape, image_shape):
        if shape is not None and image_shape not in (None, shape):
            raise ValueError(
                f"X holds images of shape {shape}, but {type(self).__name__} was fitted on "
                f"{image_shape}."
            )

    def _check_validation_set(self, X_val, y_val, classes, image_shape):
        if (X_val is None) != (y_val is None):
            raise ValueError("Pass X_val and y_val together, or neither.")
        if X_val is None:
            return None
        X_val, shape = flatten_images(as_array(X_val))
        X_val, y_val = validate_data(self, X_val, as_array(y_val), reset=False)
        self._check_shape(shape, image_shape)
        y_val = encode_labels(y_val, classes, name="y_val")
        return Samples(compact_pixels(X_val, self._float_dtype), y_val)

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
        log_proba : ndarray of shape (n_samples, n_classes)
            Minus infinity if a probability is 0. The dtype is that of ``predict_proba``.
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

    def score(self, X, y, sample_weight=None):
        """Return the accuracy.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features), (n_samples, height, width) or \
                (n_samples, 1, height, width)
            Images.
        y : array-like of shape (n_samples,)
            Their true labels.
        sample_weight : array-like of shape (n_samples,), default=None
            What each sample counts.

        Returns
        -------
        accuracy : float
            The share of images whose label is right.
        """
        return super().score(X, as_array(y), sample_weight=as_array(sample_weight))

    def predict_iter(self, X, *, method="predict", chunk_size=4096):
        """Predict chunk by chunk, for more images than memory holds.

        What comes out is what one call for all images would return, cut in pieces. Numbers may
        differ by rounding, because the processor computes with other batches.

        Parameters
        ----------
        X : iterable of array-likes, or array
            Chunks of images, each as ``predict`` takes them, from a generator of unknown length
            for example; or one array, such as a ``numpy.memmap``.
        method : {"predict", "predict_proba", "predict_log_proba", "decision_function"}, \
                default="predict"
            What to call for each chunk.
        chunk_size : int, default=4096
            Images at a time, if X is an array. Chunks of an iterable stay as they are.

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

    def _layers(self):
        """Return name, output shape and number of parameters of each layer, None before a fit."""
        raise NotImplementedError

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
    return (safe_indexing(X, rows) for rows in gen_batches(X.shape[0], size))
