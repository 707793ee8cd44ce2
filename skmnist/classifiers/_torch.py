"""What the torch classifiers share: everything but their networks."""

import copy
import warnings
from functools import lru_cache, partial
from numbers import Integral, Real

import numpy as np
import torch
from sklearn.utils.validation import check_is_fitted

from skmnist._data.numbers import plain
from skmnist._data.pixels import to_float
from skmnist._engine.ambient import neutral_state
from skmnist._engine.batches import ImageDataset, PixelScaling, n_batches, n_drawn
from skmnist._engine.callback_list import copies, early_stopping, in_order, reporting
from skmnist._engine.checks import check_network
from skmnist._engine.devices import check_device, use_bfloat16
from skmnist._engine.exported import image_pipeline
from skmnist._engine.loss import ClassificationLoss, probabilities
from skmnist._engine.memory import keep_freed_memory
from skmnist._engine.net import TrainingNet
from skmnist._engine.optimizers import OPTIMIZERS
from skmnist._engine.parts import count_parts
from skmnist._engine.predicting import predict_logits
from skmnist._engine.sklearn_callbacks import TellEpochs
from skmnist._engine.storing import limited_network, load_arrays, net_to_arrays
from skmnist._engine.threads import thread_limit
from skmnist._sklearn import Interval, StrOptions
from skmnist.augmentation import AUGMENTATIONS, resample
from skmnist.augmentation.copies import copy_grids
from skmnist.classifiers._auto import (
    BATCH_SIZES,
    MANY_EPOCHS,
    augmentation_for,
    batch_size_for,
    copies_for,
    gains_by_many_epochs,
)
from skmnist.classifiers._base import BaseImageClassifier
from skmnist.networks import count_parameters, summarize
from skmnist.networks.summary import layers
from skmnist.schedules import SCHEDULES

# what skorch's own callbacks read, and nobody else
_SKORCH_ONLY = frozenset(
    {"dur", "train_loss_best", "train_batch_count", "valid_loss_best", "valid_batch_count"}
)


class BaseTorchClassifier(BaseImageClassifier):
    """A classifier that trains a skorch net; subclasses say which network.

    They define ``__init__`` with all parameters, `_network_params`, and `_build_network`.
    """

    _trained_attribute = "net_"

    #: Whether "auto" also gives images the faults of `RandomPhotometric`.
    _learns_faults = False

    _budgets = {
        "auto": MANY_EPOCHS,
        # large batches make few steps of few images, so their number must grow faster
        "shortest": (1, 50, 2 / 3),
        "short": (1, 20),
        "long": (30, 100),
    }

    _parameter_constraints = {
        **BaseImageClassifier._parameter_constraints,
        "max_epochs": [Interval(Integral, 1, None, closed="left"), StrOptions({*_budgets})],
        "l1": [Interval(Real, 0, None, closed="left")],
        "l2": [Interval(Real, 0, None, closed="left")],
        "label_smoothing": [Interval(Real, 0, 1, closed="left")],
        "subsample": [Interval(Real, 0, 1, closed="right")],
        "augmentation": [StrOptions({"auto", *AUGMENTATIONS}), callable, None],
        "batch_size": [Interval(Integral, 1, None, closed="left"), StrOptions({*BATCH_SIZES})],
        "test_time_augmentation": [
            Interval(Integral, 0, None, closed="left"),
            StrOptions({"auto"}),
        ],
        "optimizer": [StrOptions(set(OPTIMIZERS)), callable],
        "learning_rate_schedule": [StrOptions(set(SCHEDULES)), callable],
        "image_shape": [tuple, list, None],
        "device": [str, torch.device],
        "batch_parts": [Interval(Integral, 1, None, closed="left"), StrOptions({"auto"})],
        "precision": [StrOptions({"auto", "float32", "bfloat16"})],
        "n_threads": [Interval(Integral, 1, None, closed="left"), None],
        "callbacks": [list, tuple, None],
    }

    # -- training

    def _budgets_for(self, image_shape):
        if gains_by_many_epochs(self.augmentation, image_shape):
            return self._budgets
        return self._budgets | BaseImageClassifier._budgets

    def _train(self, data, epochs, seed, *, continued, one_epoch, tasks):
        """Train a skorch net on checked data: the one place where that happens."""
        with thread_limit(plain(self.n_threads)) as n_threads, neutral_state():
            return self._train_net(
                *(data, epochs, seed, n_threads),
                continued=continued,
                one_epoch=one_epoch,
                tasks=tasks,
            )

    def _train_net(self, data, epochs, seed, n_threads, *, continued, one_epoch, tasks):
        resumed = continued and one_epoch
        device = check_device(self.device)
        scaling = PixelScaling(data.image_shape, data.mean, data.scale)
        network_params = {name: plain(v) for name, v in self._network_params().items()}
        train_set = _dataset(data.train, scaling, data.n_classes, device)
        validation_set = None
        if data.validation is not None:
            validation_set = _dataset(data.validation, scaling, data.n_classes, device)
        keep_freed_memory()

        batch_size = batch_size_for(self.batch_size, len(train_set))
        n_rows = n_drawn(len(train_set), plain(self.subsample))
        n_parts = count_parts(plain(self.batch_parts), batch_size, n_rows)

        def new_net():
            return self._make_net(
                *(network_params, epochs, seed, scaling, data.n_classes, device),
                batch_size=batch_size,
                n_parts=n_parts,
            )

        def trained(net):
            # a callback may have stopped within an epoch
            history = [_epoch_record(epoch) for epoch in net.history if "dur" in epoch]
            if not history:
                raise ValueError(
                    "A callback raised StopTraining before the first epoch had ended."
                )
            fitted = {"net_": net, "_fitted_network": network_params}
            return fitted | {"_was_distorted_by_auto": self.augmentation == "auto"}, history

        def snapshot(net):
            copied = new_net().initialize()
            load_arrays(copied, net_to_arrays(net), training_state=True)
            copied.history = net.history
            return trained(copied)

        net = new_net()
        net.callbacks = self._make_callbacks(
            epochs,
            steps_per_epoch=n_batches(len(train_set), batch_size, plain(self.subsample)),
            schedule=not one_epoch,
            validated=validation_set is not None,
        )
        net.callbacks.append(TellEpochs(tasks, snapshot))
        net.initialize()
        check_network(net.module_, data.image_shape, _n_outputs(data.n_classes))
        if continued:
            # with fit the optimiser and the random numbers start anew
            load_arrays(net, net_to_arrays(self.net_), training_state=resumed)
        net.train(train_set, validation_set, epochs, n_threads=n_threads, resumed=resumed)
        return trained(net)

    def _make_net(
        self, network_params, epochs, seed, scaling, n_classes, device, *, batch_size, n_parts
    ):
        """Return the net for the current parameters, not yet initialised."""
        optimizer = self.optimizer
        optimizer_params = {}
        if isinstance(optimizer, str):
            if optimizer in ("sgd", "adam", "adamw"):
                optimizer_params["optimizer__fused"] = True
            if optimizer in ("sgd", "muon"):
                optimizer_params["optimizer__momentum"] = plain(self.momentum)
            if optimizer == "sgd":
                optimizer_params["optimizer__nesterov"] = bool(self.momentum > 0)
            optimizer = OPTIMIZERS[optimizer]
        return TrainingNet(
            self._build_network,
            ClassificationLoss,
            module__image_shape=scaling.image_shape,
            module__n_outputs=_n_outputs(n_classes),
            **{f"module__{name}": value for name, value in network_params.items()},
            criterion__label_smoothing=plain(self.label_smoothing),
            optimizer=optimizer,
            **optimizer_params,
            lr=plain(self.learning_rate),
            max_epochs=epochs,
            batch_size=batch_size,
            iterator_train__augmentation=self._make_augmentation(scaling.image_shape, epochs),
            iterator_train__subsample=plain(self.subsample),
            train_split=None,  # the net is given both sets
            classes=list(range(n_classes)),
            device=device,
            verbose=self.verbose,
            scaling=scaling,
            l1=plain(self.l1),
            l2=plain(self.l2),
            seed=seed,
            bfloat16=use_bfloat16(self.precision, device),
            # a GPU computes all rows at once
            n_parts=n_parts if torch.device(device).type == "cpu" else 1,
        )

    def _network_params(self):
        """Return the parameters that say which network is trained, as a dict."""
        raise NotImplementedError

    @staticmethod
    def _build_network(image_shape, n_outputs, **network_params):
        """Return the untrained network."""
        raise NotImplementedError

    def _make_augmentation(self, image_shape, epochs):
        if self.augmentation == "auto":
            return augmentation_for(image_shape, epochs, photometric=self._learns_faults)
        if isinstance(self.augmentation, str):
            return AUGMENTATIONS[self.augmentation]
        return self.augmentation

    def _make_callbacks(self, epochs, *, steps_per_epoch, schedule, validated):
        scheduled, others = [], []
        if schedule:
            make_schedule = self.learning_rate_schedule
            if isinstance(make_schedule, str):
                make_schedule = SCHEDULES[make_schedule]
            scheduled = make_schedule(plain(self.learning_rate), epochs, steps_per_epoch)
        if self.early_stopping and validated:
            others.append(early_stopping(plain(self.n_iter_no_change)))
        others += reporting(self.verbose)
        return in_order(scheduled, [*others, *copies(self.callbacks)])

    # -- predicting

    def decision_function(self, X):
        """Return the network's logits, divided by ``temperature_``.

        Their softmax is ``predict_proba``. With two classes it is their sigmoid.

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
        logits = self._predict(X, self._calibrated)
        return logits[:, 0] if len(self.classes_) == 2 else logits

    def predict_proba(self, X):
        """Return the probability of each class.

        Probabilities are calibrated: label smoothing is undone, as far as a single number for
        all images can do it (``temperature_``).

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
        return self._predict(X, self._probabilities)

    def _probabilities(self, logits):
        """Return probabilities from logits, as tensors: an exported model uses this too."""
        return probabilities(self._calibrated(logits))

    def _calibrated(self, logits):
        return logits / self.temperature_

    def _predict(self, X, function):
        """Return a function of the logits of images, as an array."""
        X = self._check_X(X)
        X = X if X.dtype == np.uint8 else to_float(X)
        with thread_limit(plain(self.n_threads)) as n_threads, neutral_state():
            grids = [grid.to(self.net_.device) for grid in self._distortion_grids()]
            distortions = [partial(resample, grid=grid) for grid in grids]
            logits = predict_logits(self.net_, X, distortions=distortions, n_threads=n_threads)
            return function(logits).numpy()

    def _distortion_grids(self):
        """Return how images are distorted that are predicted besides the image itself."""
        return _copy_grids(tuple(self.image_shape_), self._n_copies())

    def _n_copies(self):
        """Return how many distorted copies are predicted besides each image."""
        if not isinstance(self.test_time_augmentation, str):
            return self.test_time_augmentation
        # the parameter may have been set for the next fit
        by_auto = getattr(self, "_was_distorted_by_auto", self.augmentation == "auto")
        return copies_for("auto" if by_auto else None, self.image_shape_, self.n_iter_)

    def _exported(self):
        """Return a torch module that does, on the CPU, all that ``predict_proba`` does."""
        network = copy.copy(self).module_.cpu()  # the copy has a net of its own
        scaling = PixelScaling(self.image_shape_, self.mean_, self.scale_)
        return image_pipeline(network, scaling, self._probabilities, self._distortion_grids())

    # -- looking inside

    @property
    def module_(self):
        """The fitted network, a ``torch.nn.Module``."""
        return self.net_.module_

    @property
    def temperature_(self):
        """What logits are divided by, to undo label smoothing: 1 without smoothing."""
        return self.net_.temperature_

    def count_parameters(self):
        """Return the number of trainable parameters of the fitted network.

        Returns
        -------
        n_parameters : int
            How many numbers training changed.
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

    def _layers(self):
        return layers(self.module_, self.image_shape_) if self._is_trained() else None

    # -- storing

    def __getstate__(self):
        state = dict(super().__getstate__())
        net = state.pop("net_", None)
        if net is not None:
            state["_net_arrays"] = net_to_arrays(net)
        return state

    def __setstate__(self, state):
        state = dict(state)
        arrays = state.pop("_net_arrays", None)
        super().__setstate__(state)
        if arrays is not None:
            self.net_ = self._restore_net(arrays)

    def _restore_net(self, arrays):
        try:
            device = check_device(self.device)
        except ValueError as error:
            warnings.warn(f"{error} The model is restored on the CPU.", stacklevel=4)
            device = "cpu"
        try:
            return self._net_of(arrays, device)
        except Exception:
            # A parameter may have been changed since the fit to what does not suit this network.
            # It is meant for the next fit, which checks it. To predict, weights are enough.
            weights_only = type(self)()
            fitted = vars(self).keys() - self.get_params(deep=False).keys()
            vars(weights_only).update({name: vars(self)[name] for name in fitted})
            return weights_only._net_of(arrays, device, training_state=False)

    def _net_of(self, arrays, device, *, training_state=True):
        scaling = PixelScaling(self.image_shape_, self.mean_, self.scale_)
        with neutral_state():
            net = self._make_net(
                *(self._fitted_network, self.n_iter_, 0, scaling, len(self.classes_), device),
                batch_size=1,  # it does not train before the next fit
                n_parts=len(arrays["generators"]),
            )
            with limited_network(arrays):
                net.initialize()
            load_arrays(net, arrays, training_state=training_state)
        net.set_mode(False)
        return net


@lru_cache(maxsize=16)
def _copy_grids(image_shape, n_copies):
    # always the same, and made anew they take a fifth of the time of a single image
    with neutral_state():
        return copy_grids(image_shape, n_copies)


def _n_outputs(n_classes):
    return 1 if n_classes == 2 else n_classes


def _dataset(samples, scaling, n_classes, device):
    """Return samples as the net takes them: a single logit has targets of 0.0 and 1.0."""
    return ImageDataset(
        samples.X,
        scaling,
        y=samples.y.astype(np.float32) if n_classes == 2 else samples.y,
        weights=samples.weights,
        rows=samples.rows,
        device=device,
    )


def _epoch_record(epoch):
    """Return an entry of ``history_`` from one of skorch's history.

    Scalars that callbacks have recorded are in it too.
    """
    record = {"epoch": epoch["epoch"]}
    for name in ("train_loss", "train_accuracy", "valid_loss", "valid_accuracy", "learning_rate"):
        if name in epoch:
            record[name] = epoch[name]
    record["seconds"] = epoch["dur"]
    for name, value in epoch.items():
        value = plain(value)
        if name not in _SKORCH_ONLY and isinstance(value, bool | int | float | str):
            record.setdefault(name, value)
    return record
