"""What the torch classifiers share: everything but their networks."""

import copy
import warnings
from functools import partial
from numbers import Integral, Real

import numpy as np
import torch
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted
from skorch.callbacks import EarlyStopping, PrintLog
from skorch.helper import predefined_split
from skorch.utils import noop

from skmnist.augmentation import AUGMENTATIONS
from skmnist.base import BaseImageClassifier
from skmnist.batches import ImageDataset, PixelScaling, n_batches
from skmnist.checkpoints import BackupAndRestore
from skmnist.memory import keep_freed_memory
from skmnist.networks import count_parameters, summarize
from skmnist.optimizers import OPTIMIZERS
from skmnist.progress import ProgressBar
from skmnist.samples import to_float32, training_rows
from skmnist.schedules import SCHEDULES
from skmnist.threads import thread_limit
from skmnist.training import ClassificationLoss, TrainingNet


class BaseNetClassifier(BaseImageClassifier):
    """A classifier that trains a skorch net; subclasses say which network.

    They define ``__init__`` with all parameters, `_network_params`, and `_build_network`.
    """

    _trained_attribute = "net_"

    _budgets = {**BaseImageClassifier._budgets, "short": (1, 20), "long": (30, 100)}

    _parameter_constraints = {
        **BaseImageClassifier._parameter_constraints,
        "max_epochs": [Interval(Integral, 1, None, closed="left"), StrOptions({*_budgets})],
        "l1": [Interval(Real, 0, None, closed="left")],
        "l2": [Interval(Real, 0, None, closed="left")],
        "label_smoothing": [Interval(Real, 0, 1, closed="left")],
        "augmentation": [StrOptions({"auto", *AUGMENTATIONS}), callable, None],
        "test_time_augmentation": [Interval(Integral, 0, None, closed="left")],
        "optimizer": [StrOptions(set(OPTIMIZERS)), callable],
        "learning_rate_schedule": [StrOptions(set(SCHEDULES)), callable],
        "image_shape": [tuple, list, None],
        "device": [str, torch.device],
        "precision": [StrOptions({"auto", "float32", "bfloat16"})],
        "n_threads": [Interval(Integral, 1, None, closed="left"), None],
        "callbacks": [list, tuple, None],
    }

    # -- training

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
            self.mean_, self.scale_ = self._measure_pixels(X, rows)

        weights = self._loss_weights(y, rows, sample_weight)
        if weights is not None:
            weights = weights.astype(np.float32)
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
        keep_freed_memory()
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
            optimizer = OPTIMIZERS[optimizer]
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
            schedule = self.learning_rate_schedule
            if isinstance(schedule, str):
                schedule = SCHEDULES[schedule]
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
        # skorch changes callbacks in place, and the user's may be shared by several fits; what
        # they hold, such as a writer or Optuna's trial, is meant to be the user's own
        callbacks += [copy.copy(callback) for callback in self.callbacks or ()]
        # a backup holds the state that the others have at the end of an epoch
        return sorted(callbacks, key=lambda callback: isinstance(callback, BackupAndRestore))

    # -- predicting

    def _check_X(self, X):
        X = super()._check_X(X)
        return X if X.dtype == np.uint8 else to_float32(X)

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
        logits = self._logits(X).numpy()
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
        return _probabilities(self._logits(X)).numpy()

    def _logits(self, X):
        X = self._check_X(X)
        with thread_limit(self.n_threads):
            return self.net_.forward(X, n_copies=self.test_time_augmentation)

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
