"""The skorch net that trains every torch estimator of this package."""

import contextlib
import time
from functools import partial

import torch
from skorch import NeuralNetClassifier
from skorch.callbacks import Checkpoint, EarlyStopping
from skorch.utils import to_numpy

from skmnist._engine.batches import EvalBatches, ImageDataset, TrainBatches
from skmnist._engine.checks import check_finite
from skmnist._engine.dropout import use_seeded_dropout
from skmnist._engine.epoch_record import EpochRecord
from skmnist._engine.loss import probabilities
from skmnist._engine.muon import with_output_apart
from skmnist._engine.optimizers import OPTIMIZERS
from skmnist._engine.parts import (
    CANNOT_COPY,
    merge_buffers,
    part_modules,
    part_slices,
    sum_gradients,
    take_part,
)
from skmnist._engine.penalties import decay_groups, l1_terms
from skmnist._engine.seeding import part_seeds, seeded_initialization
from skmnist._engine.workers import Workers
from skmnist.callbacks.stop import StopTraining
from skmnist.networks.summary import is_weight

#: Rows per batch where nothing is learned: predictions and validation.
EVAL_BATCH_SIZE = 512


class TrainingNet(NeuralNetClassifier):
    """A skorch net whose batches are slices, and whose objective is penalised.

    The objective is the criterion + ``l1``·Σ|w| + (``l2``/2)·Σw² over the weights, so neither
    over biases nor over normalisation. The second penalty is the optimiser's weight decay.

    What skorch documents holds here too, with three exceptions. It is trained
    through its classifier, so that its own ``fit`` refuses. The history has no loss of a
    batch, because reading it after each batch would stall a GPU. An interrupt is raised
    instead of swallowed, because a half-trained model must not pass for a trained one; a
    callback that wants to end the training raises `skmnist.callbacks.StopTraining`.

    Sample weights come with the images, as skorch recommends: the net's input is then a dict of
    "images" and "weight".

    Parameters
    ----------
    module, criterion, **kwargs
        As for ``skorch.NeuralNetClassifier``.
    scaling : PixelScaling
    l1, l2 : float or tuple of float
        One for all weights, or one for each, in the order of the network.
    seed : int
        Of the initialisation, the shuffles, the augmentation and dropout.
    bfloat16 : bool
        Whether training computes in bfloat16 where that is safe (autocast).
    n_parts : int
        Parts of a batch. Each is normalised and distorted on its own, and can be computed in a
        thread of its own.
    """

    def __init__(self, module, criterion, *, scaling, l1, l2, seed, bfloat16, n_parts, **kwargs):
        self.scaling = scaling
        self.l1 = l1
        self.l2 = l2
        self.seed = seed
        self.bfloat16 = bfloat16
        self.n_parts = n_parts
        self.temperature_ = 1.0
        self._workers = Workers()
        self._is_first_step = True
        self._is_resumed = False
        # but while an epoch runs
        self._part_modules = self._parameters = self._train_batches = None
        super().__init__(module, criterion=criterion, **kwargs)

    # -- building

    def get_default_callbacks(self):
        return []

    def initialize_module(self):
        self.generators_ = [
            torch.Generator(self.device).manual_seed(seed)
            for seed in part_seeds(self.seed, self.n_parts)
        ]
        with seeded_initialization(self.seed):
            super().initialize_module()
        use_seeded_dropout(self.module_, self.generators_[0])
        self.module_.to(memory_format=torch.channels_last)
        return self

    def get_params_for_optimizer(self, prefix, named_parameters):
        _, kwargs = super().get_params_for_optimizer(prefix, [])
        parameters = [parameter for _, parameter in named_parameters]
        self._l1_terms = l1_terms(parameters, self.l1)
        groups = decay_groups(parameters, self.l2)
        if self.optimizer is OPTIMIZERS["muon"]:
            groups = with_output_apart(groups, self._output_weight(parameters))
        return (groups,), kwargs

    def _output_weight(self, parameters):
        """Return the last weight that has as many outputs as the network, or the last of all."""
        weights = [parameter for parameter in reversed(parameters) if is_weight(parameter)]
        with_logits = (weight for weight in weights if len(weight) == self.module__n_outputs)
        return next(with_logits, weights[0] if weights else None)

    # -- not in this way

    def fit(self, X, y=None, **fit_params):
        """Refuse: the classifier prepares the data, and knows the state that goes on."""
        raise NotImplementedError(
            "This net is trained through its classifier: call fit or partial_fit of that."
        )

    partial_fit = fit

    # -- data

    def check_data(self, X, y=None):
        """Accept everything: the estimators have checked it."""

    def get_split_datasets(self, X, y=None, **fit_params):
        return X, self.validation_set_

    def get_dataset(self, X, y=None):
        # skorch's scoring callbacks pass a batch as the network was given it
        if isinstance(X, ImageDataset | torch.Tensor | dict):
            return X
        return ImageDataset(X.reshape(len(X), -1), self.scaling, y, device=self.device)

    def get_iterator(self, dataset, training=False):
        if training:
            kwargs = self.get_params_for("iterator_train")
            return TrainBatches(dataset, self.batch_size, self.generators_, **kwargs)
        if isinstance(dataset, torch.Tensor | dict):
            return [(dataset, None)]
        return EvalBatches(dataset, EVAL_BATCH_SIZE)

    # -- computing

    def set_mode(self, training):
        """Let layers act as in training, or as in predicting."""
        if self.module_.training is not training:
            self.module_.train(training)

    def infer(self, x, **fit_params):
        return self._forward(self.module_, x, **fit_params)

    def _forward(self, module, x, **fit_params):
        images = x["images"] if isinstance(x, dict) else x
        if module.training:
            with torch.autocast(images.device.type, torch.bfloat16, enabled=self.bfloat16):
                return module(images, **fit_params).float()
        return module(images, **fit_params)

    def predict_proba(self, X):
        """Return the calibrated probabilities: what skorch's scoring callbacks see too."""
        return to_numpy(probabilities(self.forward(X) / self.temperature_))

    def get_loss(self, y_pred, y_true, X=None, training=False):
        # the penalties of the weights do not belong to a part: see train_step_single
        return self.criterion_(y_pred, y_true, X["weight"] if isinstance(X, dict) else None)

    def train_step_single(self, batch, **fit_params):
        """Make a forward and a backward pass over the parts of a batch.

        Gradients are added in the order of the parts.
        """
        self.set_mode(True)
        parameters = self._parameters or self.module_.parameters()
        parameters = [parameter for parameter in parameters if parameter.requires_grad]
        n_rows = len(batch[1])

        def learn(module, x, target):
            y_pred = self._forward(module, x, **fit_params)
            loss = self.get_loss(y_pred, target, X=x, training=True) * (len(target) / n_rows)
            gradients = None
            if self.n_parts == 1:  # plain torch, which some networks need
                loss.backward()
            else:  # with backward() all threads would write to the same gradients
                gradients = torch.autograd.grad(loss, parameters, allow_unused=True)
            return loss.detach(), y_pred.detach(), gradients

        losses, outputs, gradients = self._compute(learn, batch)
        if self.n_parts > 1:
            gradients = sum_gradients(parameters, gradients)
            for parameter, gradient in zip(parameters, gradients, strict=True):
                if parameter.grad is None:
                    parameter.grad = gradient
                elif gradient is not None:  # a callback lets those of several batches add up
                    parameter.grad += gradient
        loss = sum(losses)
        if self._l1_terms:
            penalty = sum(strength * weight.abs().sum() for strength, weight in self._l1_terms)
            penalty.backward()
            loss = loss + penalty.detach()
        return {"loss": loss, "y_pred": torch.cat(outputs)}

    def validation_step(self, batch, **fit_params):
        """Make a forward pass over the parts of a batch, and take the loss."""
        self.set_mode(False)

        def predict(module, x, target):
            with torch.no_grad():
                return (self._forward(module, x, **fit_params),)

        y_pred = torch.cat(*self._compute(predict, batch))
        with torch.no_grad():
            return {"loss": self.get_loss(y_pred, batch[1], X=batch[0]), "y_pred": y_pred}

    def _compute(self, function, batch):
        """Call a function with the module, the input and the targets of each part.

        The same threads make the parts of the next batch, if there is one.

        Returns
        -------
        results : list of tuple
            For each item of what the function returns, those of all parts.
        """
        # a validation batch may have fewer rows than there are parts
        modules = (self._part_modules or [self.module_])[: len(batch[1])]
        parts = part_slices(len(batch[1]), len(modules))
        upcoming = self._train_batches.take_upcoming() if self._train_batches is not None else []

        def task(index):
            result = function(modules[index], *take_part(batch, parts[index]))
            if upcoming:
                upcoming[index]()
            return result

        tasks = [partial(task, index) for index in range(len(modules))]
        return list(zip(*self._run(tasks), strict=True))

    def _run(self, tasks):
        """Run tasks in all threads, or in one if a network of the user's needs an order.

        That is so if it draws from torch's global generator. The first step shows it, and also
        whether a copy computes with another's buffers, as by a lambda that holds the original.
        """
        if not self._is_first_step:
            return self._workers.run(tasks)
        self._is_first_step = False
        before = torch.get_rng_state()
        results = [tasks[0]()]
        buffers = list(map(torch.nan_to_num, self.module_.buffers()))
        results += [task() for task in tasks[1:]]
        if not all(map(torch.equal, buffers, map(torch.nan_to_num, self.module_.buffers()))):
            raise ValueError(f"{CANNOT_COPY} copies change the statistics of the original.")
        if not torch.equal(before, torch.get_rng_state()):
            self._workers = Workers()
        return results

    @contextlib.contextmanager
    def _parts(self, iterator, training):
        """Compute batches in parts inside the block."""
        self.set_mode(training)
        self._part_modules = part_modules(self.module_, self.generators_, training=training)
        # a walk through all layers in each step takes a hundredth of a small network's time
        self._parameters = list(self.module_.parameters())
        self._train_batches = iterator if training else None
        try:
            yield
        finally:
            if training:  # also if a callback stops within an epoch
                merge_buffers(self._part_modules)
            self._part_modules = self._parameters = self._train_batches = None

    def run_single_epoch(self, iterator, training, prefix, step_fn, **fit_params):
        """Train or validate for an epoch; record the mean loss, accuracy and temperature."""
        if iterator is None:
            return
        record = EpochRecord()
        n_batches = 0
        with self._parts(iterator, training):
            for batch in iterator:
                self.history.new_batch()
                self.notify("on_batch_begin", batch=batch, training=training)
                step = step_fn(batch, **fit_params)
                record.add(batch, step["y_pred"])
                self.history.record_batch(prefix + "_batch_size", len(batch[1]))
                self.notify("on_batch_end", batch=batch, training=training, **step)
                n_batches += 1
        if training:
            smoothing = self.criterion_.label_smoothing
            earlier = self.temperature_ if self._is_resumed else None
            self.temperature_ = record.temperature(smoothing, len(self.classes), earlier)
            self.history.record("temperature", self.temperature_)
        loss, accuracy = record.loss_and_accuracy(self.temperature_)
        if training:
            check_finite(loss, self.module_, epoch=len(self.history))
        earlier = [epoch[prefix + "_loss"] for epoch in self.history[:-1]]
        self.history.record(prefix + "_loss", loss)
        self.history.record(prefix + "_loss_best", loss < min(earlier, default=float("inf")))
        self.history.record(prefix + "_accuracy", accuracy)
        self.history.record(prefix + "_batch_count", n_batches)

    # -- running

    def train(self, train_set, validation_set, epochs, *, n_threads=1, resumed=False):
        """Train for some epochs, or until a callback stops.

        Parameters
        ----------
        train_set : ImageDataset
        validation_set : ImageDataset or None
        epochs : int
        n_threads : int, default=1
            More than there are parts are not used.
        resumed : bool, default=False
            Whether these epochs follow others as if nothing had been in between, so that what is
            known of the temperature still holds.
        """
        self.max_epochs = epochs
        self._is_resumed = resumed
        self.validation_set_ = validation_set
        try:
            with Workers(min(n_threads, self.n_parts)) as self._workers:
                self._is_first_step = True
                with contextlib.suppress(StopTraining):
                    self.notify("on_train_begin", X=train_set, y=None)
                    # a callback may have restored the first epochs of an interrupted fit, or all
                    self.fit_loop(train_set, epochs=self.max_epochs - len(self.history))
                with contextlib.suppress(StopTraining):
                    self.notify("on_train_end", X=train_set, y=None)
        finally:
            self._workers = Workers()
            self.validation_set_ = None  # so that the fitted estimator holds no data
            # one pass in training mode would change the statistics of batch normalisation
            self.set_mode(False)
        return self

    def _temperature_of_weights(self):
        """Return the temperature of the epoch whose weights callbacks go back to at the end."""
        # a callback may have stopped within an epoch
        epochs = [epoch for epoch in self.history if "temperature" in epoch]
        for _, callback in self.callbacks_:
            if isinstance(callback, EarlyStopping) and callback.load_best:
                epochs = epochs[: callback.best_epoch_]
            elif isinstance(callback, Checkpoint) and callback.load_best:
                epochs = [epoch for epoch in epochs if epoch.get(callback.event_name, True)]
        return epochs[-1]["temperature"] if epochs else self.temperature_

    def notify(self, method_name, **cb_kwargs):
        getattr(self, method_name)(self, **cb_kwargs)
        for _, callback in self.callbacks_:
            try:
                getattr(callback, method_name)(self, **cb_kwargs)
            except KeyboardInterrupt:
                # skorch's way to stop early; whatever else raises it is an interrupt
                if method_name == "on_epoch_end" and _ran_out_of_patience(callback):
                    raise StopTraining from None
                raise

    def on_train_end(self, net, **kwargs):
        super().on_train_end(net, **kwargs)
        # before the callbacks, so that those that predict have it
        self.temperature_ = self._temperature_of_weights()

    def on_epoch_begin(self, net, **kwargs):
        super().on_epoch_begin(net, **kwargs)
        self.history.record("learning_rate", self.optimizer_.param_groups[0]["lr"])
        self._epoch_start = time.perf_counter()

    def on_epoch_end(self, net, **kwargs):
        super().on_epoch_end(net, **kwargs)
        self.history.record("dur", time.perf_counter() - self._epoch_start)


def _ran_out_of_patience(callback):
    return isinstance(callback, EarlyStopping) and callback.misses_ == callback.patience
