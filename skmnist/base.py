"""What the torch classifiers share: everything but their networks."""

import copy
import math
import numbers
import warnings
from functools import partial

import numpy as np
import torch
from sklearn.base import BaseEstimator, ClassifierMixin, _fit_context
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state, compute_class_weight
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.multiclass import _check_partial_fit_first_call, check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data
from skorch.callbacks import EarlyStopping, PrintLog
from skorch.helper import predefined_split
from skorch.utils import noop

from skmnist.augmentation import AUGMENTATIONS
from skmnist.batches import ImageDataset, PixelScaling, n_batches
from skmnist.inputs import encode_labels, flatten_images, resolve_image_shape
from skmnist.networks import count_parameters, summarize
from skmnist.progress import ProgressBar
from skmnist.samples import compact_pixels, mean_and_scale, to_float32, training_rows
from skmnist.schedules import SCHEDULES
from skmnist.threads import thread_limit
from skmnist.training import ClassificationLoss, TrainingNet

_OPTIMIZERS = {
    "sgd": torch.optim.SGD,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "rmsprop": torch.optim.RMSprop,
}


class BaseNetClassifier(ClassifierMixin, BaseEstimator):
    """A classifier that trains a skorch net; subclasses say which network.

    They define ``__init__`` with all parameters, `_network_params`, and `_build_network`.
    """

    _parameter_constraints = {
        "l1": [Interval(numbers.Real, 0, None, closed="left")],
        "l2": [Interval(numbers.Real, 0, None, closed="left")],
        "dropout": [Interval(numbers.Real, 0, 1, closed="left")],
        "label_smoothing": [Interval(numbers.Real, 0, 1, closed="left")],
        "augmentation": [StrOptions({"auto", *AUGMENTATIONS}), callable, None],
        "optimizer": [StrOptions(set(_OPTIMIZERS)), callable],
        "learning_rate": [Interval(numbers.Real, 0, None, closed="neither")],
        "momentum": [Interval(numbers.Real, 0, 1, closed="left")],
        "learning_rate_schedule": [StrOptions(set(SCHEDULES))],
        "max_epochs": [Interval(numbers.Integral, 1, None, closed="left"), StrOptions({"auto"})],
        "batch_size": [Interval(numbers.Integral, 1, None, closed="left")],
        "early_stopping": ["boolean"],
        "validation_fraction": [Interval(numbers.Real, 0, 1, closed="neither")],
        "n_iter_no_change": [Interval(numbers.Integral, 1, None, closed="left")],
        "class_weight": [dict, StrOptions({"balanced"}), None],
        "image_shape": [tuple, list, None],
        "device": [str, torch.device],
        "precision": [StrOptions({"auto", "float32", "bfloat16"})],
        "n_threads": [Interval(numbers.Integral, 1, None, closed="left"), None],
        "warm_start": ["boolean"],
        "callbacks": [list, tuple, None],
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
        continued = self.warm_start and hasattr(self, "net_")
        if not continued:
            # should this fit fail or be interrupted, nothing may pass for its result
            vars(self).pop("net_", None)
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
        continued = hasattr(self, "net_")
        X, y = self._check_X_y(X, y, reset=not continued)
        check_classification_targets(y)
        sample_weight = self._check_weights(sample_weight, X)
        _check_partial_fit_first_call(self, classes)
        if len(self.classes_) < 2:
            raise ValueError(f"classes must name at least 2 classes, got {classes!r}.")
        y = encode_labels(y, self.classes_)
        return self._fit(X, y, sample_weight, None, continued=continued, one_epoch=True)

    def _fit(self, X, y, sample_weight, validation, *, continued, one_epoch=False):
        """Train on checked data: the one place where that happens."""
        device = _check_device(self.device)
        rows, sample_weight = training_rows(X, y, sample_weight)
        if len(rows) == 0:
            raise ValueError("All sample weights are zero: there is nothing to learn from.")
        seed = check_random_state(self.random_state).randint(2**31)
        if self.early_stopping and validation is None:
            rows, held_out = self._split_off_validation(rows, y, seed)
        else:
            held_out = None
        if not continued:
            self.mean_, self.scale_ = mean_and_scale(X, rows)

        weights = self._loss_weights(y, rows, sample_weight)
        targets = y.astype(np.float32) if len(self.classes_) == 2 else y
        dataset = partial(ImageDataset, scaling=self._scaling(), device=device)
        train_set = dataset(X, y=targets, sample_weight=weights, rows=rows)
        valid_set = None
        if held_out is not None:
            valid_set = dataset(X, y=targets, sample_weight=weights, rows=held_out)
        elif validation is not None:
            X_val, y_val = validation
            valid_set = dataset(X_val, y=y_val.astype(targets.dtype))

        epochs = 1 if one_epoch else self._n_epochs(len(rows))
        with thread_limit(self.n_threads):
            net = self._make_net(seed, epochs, self._network_params(), device)
            net.callbacks = self._make_callbacks(
                epochs, n_batches(len(rows), self.batch_size), one_epoch, valid_set
            )
            if valid_set is not None:
                net.train_split = predefined_split(valid_set)
            net.initialize()
            if continued:
                # with fit the optimiser and the random numbers start anew
                net.load_arrays(self.net_.to_arrays(), training_state=one_epoch)
            net.train(train_set, epochs)
        net.train_split = None  # so that the fitted estimator holds no data

        self.net_ = net
        self._fitted_network = self._network_params()
        history = [_epoch_record(epoch) for epoch in net.history]
        self.history_ = self.history_ + history if continued and one_epoch else history
        for number, epoch in enumerate(self.history_, start=1):
            epoch["epoch"] = number
        self.n_iter_ = len(self.history_)
        return self

    def _make_net(self, seed, epochs, network_params, device):
        """Return the net for the current parameters, not yet initialised."""
        optimizer = self.optimizer
        optimizer_params = {}
        if isinstance(optimizer, str):
            if optimizer != "rmsprop":
                optimizer_params["optimizer__fused"] = True
            if optimizer == "sgd":
                optimizer_params["optimizer__momentum"] = self.momentum
                optimizer_params["optimizer__nesterov"] = self.momentum > 0
            optimizer = _OPTIMIZERS[optimizer]
        n_classes = len(self.classes_)
        return TrainingNet(
            self._build_network,
            ClassificationLoss,
            module__image_shape=self.image_shape_,
            module__n_outputs=1 if n_classes == 2 else n_classes,
            **{f"module__{name}": value for name, value in network_params.items()},
            criterion__label_smoothing=self.label_smoothing,
            optimizer=optimizer,
            **optimizer_params,
            lr=self.learning_rate,
            max_epochs=epochs,
            batch_size=self.batch_size,
            iterator_train__augmentation=self._make_augmentation(),
            train_split=None,
            classes=list(range(n_classes)),
            predict_nonlinearity=_probabilities,
            device=device,
            verbose=self.verbose,
            scaling=self._scaling(),
            l1=self.l1,
            l2=self.l2,
            seed=seed,
            bfloat16=_use_bfloat16(self.precision, device),
        )

    def _network_params(self):
        """Return the parameters that say which network is trained, as a dict."""
        raise NotImplementedError

    @staticmethod
    def _build_network(image_shape, n_outputs, **network_params):
        """Return the untrained network."""
        raise NotImplementedError

    def _scaling(self):
        return PixelScaling(self.image_shape_, self.mean_, self.scale_)

    def _make_augmentation(self):
        if self.augmentation == "auto":
            return AUGMENTATIONS["affine"] if min(self.image_shape_) >= 8 else None
        if isinstance(self.augmentation, str):
            return AUGMENTATIONS[self.augmentation]
        return self.augmentation

    def _make_callbacks(self, epochs, steps_per_epoch, one_epoch, valid_set):
        callbacks = []
        if not one_epoch:
            schedule = SCHEDULES[self.learning_rate_schedule]
            callbacks += schedule(self.learning_rate, epochs, steps_per_epoch)
        if self.early_stopping and valid_set is not None:
            callbacks.append(
                EarlyStopping(
                    monitor="valid_accuracy",
                    lower_is_better=False,
                    patience=self.n_iter_no_change,
                    threshold=0,
                    load_best=True,
                    sink=noop,
                )
            )
        if self.verbose == 1:
            callbacks.append(PrintLog())
        elif self.verbose > 1:
            callbacks.append(ProgressBar())
        # skorch changes callbacks in place, and the user's may be shared by several fits
        return callbacks + copy.deepcopy(list(self.callbacks or ()))

    def _n_epochs(self, n_rows):
        if self.max_epochs != "auto":
            return self.max_epochs
        # more epochs for fewer images, but not in proportion: less data needs fewer steps
        return math.ceil(min(50, 10 * math.sqrt(max(1, 60_000 / n_rows))))

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
        return (weights / mean).astype(np.float32)

    # -- checking input

    def _check_X_y(self, X, y, *, reset):
        X, shape = flatten_images(X)
        X, y = validate_data(self, X, y, reset=reset)
        if reset:
            self.image_shape_ = resolve_image_shape(self.image_shape, shape, X.shape[1])
        else:
            self._check_shape(shape)
        return compact_pixels(X), y

    def _check_X(self, X):
        check_is_fitted(self)
        X, shape = flatten_images(X)
        X = validate_data(self, X, reset=False)
        self._check_shape(shape)
        return X if X.dtype == np.uint8 else to_float32(X)

    def _check_shape(self, shape):
        if shape is not None and shape != self.image_shape_:
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
        return compact_pixels(X_val), encode_labels(y_val, self.classes_, name="y_val")

    # -- predicting

    def decision_function(self, X):
        """Return the network's logits.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features), (n_samples, height, width) or \
                (n_samples, 1, height, width)
            Images.

        Returns
        -------
        logits : ndarray of shape (n_samples, n_classes) or (n_samples,), float32
            With two classes a single column, positive for ``classes_[1]``.
        """
        X = self._check_X(X)
        with thread_limit(self.n_threads):
            logits = self.net_.forward(X).numpy()
        return logits[:, 0] if len(self.classes_) == 2 else logits

    def predict_proba(self, X):
        """Return the probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features), (n_samples, height, width) or \
                (n_samples, 1, height, width)
            Images.

        Returns
        -------
        proba : ndarray of shape (n_samples, n_classes), float32
            Columns in the order of ``classes_``.
        """
        X = self._check_X(X)
        with thread_limit(self.n_threads):
            return self.net_.predict_proba(X)

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

    # -- looking inside

    @property
    def module_(self):
        """The fitted network, a ``torch.nn.Module``."""
        return self.net_.module_

    def count_parameters(self):
        """Return the number of trainable parameters of the fitted network.

        Returns
        -------
        n_parameters : int
        """
        check_is_fitted(self)
        return count_parameters(self.module_)

    def summary(self):
        """Return a table of the fitted network: layer, output shape, parameters.

        Returns
        -------
        table : str
            To be printed; the batch dimension is shown as -1.
        """
        check_is_fitted(self)
        return summarize(self.module_, self.image_shape_)

    # -- storing

    def __sklearn_is_fitted__(self):
        # what fit has learned of the data before it was interrupted does not count
        return hasattr(self, "net_")

    def __getstate__(self):
        state = dict(super().__getstate__())
        net = state.pop("net_", None)
        if net is not None:
            state["_net_arrays"] = net.to_arrays()
        return state

    def __setstate__(self, state):
        state = dict(state)
        arrays = state.pop("_net_arrays", None)
        super().__setstate__(state)
        if arrays is not None:
            self.net_ = self._restore_net(arrays)

    def _restore_net(self, arrays):
        try:
            device = _check_device(self.device)
        except ValueError as error:
            warnings.warn(f"{error} The model is restored on the CPU.", stacklevel=4)
            device = "cpu"
        net = self._make_net(0, self.n_iter_, self._fitted_network, device)
        return net.initialize().load_arrays(arrays, training_state=True)


def _probabilities(logits):
    """Return class probabilities from logits: one column of them means two classes."""
    if logits.shape[1] == 1:
        return torch.sigmoid(torch.cat([-logits, logits], dim=1))
    return torch.softmax(logits, dim=1)


def _epoch_record(epoch):
    """Return an entry of ``history_`` from one of skorch's history."""
    record = {"epoch": epoch["epoch"]}
    for name in ("train_loss", "train_accuracy", "valid_loss", "valid_accuracy", "learning_rate"):
        if name in epoch:
            record[name] = epoch[name]
    record["seconds"] = epoch["dur"]
    return record


def _check_device(device):
    try:
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(
            f"device={str(device)!r} cannot be used here: {reason} Use device='cpu'."
        ) from error
    return str(device)


def _use_bfloat16(precision, device):
    if precision != "auto":
        return precision == "bfloat16"
    if torch.device(device).type == "cuda":
        return torch.cuda.is_bf16_supported()
    return bool(torch.cpu.get_capabilities().get("avx512_bf16"))
