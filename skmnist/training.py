"""The skorch net that trains every torch estimator of this package."""

import contextlib
import dis
import math
import time

import numpy as np
import torch
from skorch import NeuralNetClassifier
from torch import nn
from torch.nn import functional as F

from skmnist.augmentation import AUGMENTATIONS
from skmnist.batches import EvalBatches, ImageDataset, TrainBatches
from skmnist.seeding import seeded_initialization, use_seeded_dropout

#: Rows per batch where nothing is learned: predictions and validation.
EVAL_BATCH_SIZE = 512

# A thread's share of fewer rows gets other kernels of a dense layer, which round differently;
# those of a 1×1 convolution have the larger limit.
_ROW_MULTIPLE = 4
_ROW_MULTIPLE_1X1 = 16


class ClassificationLoss(nn.Module):
    """Mean cross-entropy of logits, of one per class or a single one for two classes.

    Parameters
    ----------
    label_smoothing : float, default=0.0
        Share of the target's probability that is spread evenly over all classes.
    """

    def __init__(self, label_smoothing=0.0):
        super().__init__()
        self.label_smoothing = label_smoothing

    def forward(self, logits, target):
        """Return the mean loss; ``target`` may be a tuple (target, weight)."""
        target, weight = target if isinstance(target, tuple) else (target, None)
        reduction = "mean" if weight is None else "none"
        if target.is_floating_point():
            smooth = target + self.label_smoothing * (0.5 - target)
            loss = F.binary_cross_entropy_with_logits(logits[:, 0], smooth, reduction=reduction)
        else:
            loss = F.cross_entropy(
                logits, target, label_smoothing=self.label_smoothing, reduction=reduction
            )
        return loss if weight is None else (loss * weight).mean()


class TrainingNet(NeuralNetClassifier):
    """A skorch net whose batches are slices, and whose objective is penalised.

    The objective is the criterion + ``l1``·Σ|w| + (``l2``/2)·Σw² over the weights: all
    parameters of two or more dimensions, so neither biases nor normalisation. The second
    penalty is the optimiser's weight decay.

    What skorch documents holds here too, except that the history has no entry per batch,
    because reading a loss after each batch would stall a GPU, and that an interrupt is
    raised instead of swallowed: a half-trained model must not pass for a trained one.

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
    """

    def __init__(self, module, criterion, *, scaling, l1, l2, seed, bfloat16, **kwargs):
        self.scaling = scaling
        self.l1 = l1
        self.l2 = l2
        self.seed = seed
        self.bfloat16 = bfloat16
        super().__init__(module, criterion=criterion, **kwargs)

    # -- building

    @property
    def _default_callbacks(self):
        return []

    def initialize_module(self):
        self.generator_ = torch.Generator(self.device).manual_seed(self.seed)
        with seeded_initialization(self.seed):
            super().initialize_module()
        use_seeded_dropout(self.module_, self.generator_)
        self.module_.to(memory_format=torch.channels_last)
        has_1x1 = any(
            isinstance(layer, nn.Conv2d) and layer.kernel_size == (1, 1)
            for layer in self.module_.modules()
        )
        self._row_multiple = _ROW_MULTIPLE_1X1 if has_1x1 else _ROW_MULTIPLE
        return self

    def get_params_for_optimizer(self, prefix, named_parameters):
        _, kwargs = super().get_params_for_optimizer(prefix, [])
        weights, others = [], []
        for _, parameter in named_parameters:
            (weights if parameter.ndim > 1 else others).append(parameter)
        self._l1_terms = [
            (strength, weight)
            for strength, weight in zip(_per_weight("l1", self.l1, weights), weights, strict=True)
            if strength
        ]
        decays = {}
        for decay, weight in zip(_per_weight("l2", self.l2, weights), weights, strict=True):
            decays.setdefault(decay, []).append(weight)
        groups = [{"params": params, "weight_decay": decay} for decay, params in decays.items()]
        if others:
            groups.append({"params": others, "weight_decay": 0.0})
        return (groups,), kwargs

    def get_dataset(self, X, y=None):
        if isinstance(X, ImageDataset):
            return X
        return ImageDataset(X, self.scaling, y, device=self.device)

    def get_iterator(self, dataset, training=False):
        if training:
            kwargs = self.get_params_for("iterator_train")
            return TrainBatches(dataset, self.batch_size, self.generator_, **kwargs)
        return EvalBatches(dataset, EVAL_BATCH_SIZE)

    # -- computing

    def _set_training(self, training=True):
        # a walk through all layers in each step takes a hundredth of a small network's time
        if self.module_.training is not training or self.criterion_.training is not training:
            super()._set_training(training)

    def infer(self, x, **fit_params):
        if self.module_.training:
            with torch.autocast(x.device.type, torch.bfloat16, enabled=self.bfloat16):
                return self.module_(x, **fit_params).float()
        n_rows = len(x)
        if n_missing := -n_rows % self._row_multiple:
            x = F.pad(x, (0, 0) * (x.ndim - 1) + (0, n_missing))
        return self.module_(x, **fit_params)[:n_rows]

    def forward(self, X, training=False, device="cpu", n_copies=0):
        """Return the logits of all rows as one tensor: means over so many distorted copies too."""
        dataset = self.get_dataset(X)
        logits, start = None, 0
        # not skorch's forward_iter, whose steps take half a millisecond each beside the network
        self._set_training(training)
        with torch.no_grad():
            for images, _ in self.get_iterator(dataset):
                batch = self.infer(images)
                for seed in range(n_copies):
                    batch += self.infer(AUGMENTATIONS["affine"].alike(images, seed))
                if logits is None:
                    logits = batch.new_empty(len(dataset), *batch.shape[1:], device=device)
                # a list would fragment the heap: small pieces to keep among large ones to free
                logits[start : start + len(batch)] = batch
                start += len(batch)
        return logits if n_copies == 0 else logits / (1 + n_copies)

    def predict_proba(self, X):
        """Return the probabilities of all rows as an array."""
        return self._get_predict_nonlinearity()(self.forward(X)).numpy()

    def get_loss(self, y_pred, y_true, X=None, training=False):
        loss = self.criterion_(y_pred, y_true)
        if training:
            # without the penalty, to be compared with the validation loss
            self._unpenalized_loss = loss.detach()
            for strength, weight in self._l1_terms:
                loss = loss + strength * weight.abs().sum()
        return loss

    def run_single_epoch(self, iterator, training, prefix, step_fn, **fit_params):
        """Train or validate for an epoch; record the mean loss and accuracy."""
        if iterator is None:
            return
        # sums of loss, rows, weighted hits and weight: on the device, read once
        sums = torch.zeros(4, dtype=torch.float64, device=self.device)
        n_batches = 0
        for batch in iterator:
            self.notify("on_batch_begin", batch=batch, training=training)
            step = step_fn(batch, **fit_params)
            with torch.no_grad():
                loss = self._unpenalized_loss if training else step["loss"]
                sums += _batch_sums(step["y_pred"], batch[1], loss)
            self.notify("on_batch_end", batch=batch, training=training, **step)
            n_batches += 1
        loss, n_rows, hits, weight = sums.tolist()
        loss /= n_rows
        earlier = [epoch[prefix + "_loss"] for epoch in self.history[:-1]]
        self.history.record(prefix + "_loss", loss)
        self.history.record(prefix + "_loss_best", loss < min(earlier, default=float("inf")))
        self.history.record(prefix + "_accuracy", hits / weight if weight else math.nan)
        self.history.record(prefix + "_batch_count", n_batches)

    # -- storing

    def to_arrays(self):
        """Return the state of training as a dict of NumPy arrays and plain values."""
        return {
            "module": _to_arrays(self.module_.state_dict()),
            "optimizer": _to_arrays(self.optimizer_.state_dict()["state"]),
            "optimizer_class": type(self.optimizer_).__name__,
            "generator": self.generator_.get_state().numpy(),
            "device": torch.device(self.device).type,
        }

    def load_arrays(self, arrays, *, training_state):
        """Take over what `to_arrays` returned.

        Parameters
        ----------
        arrays : dict
        training_state : bool
            Whether to go on with the optimiser's and the generator's state too, as far as
            optimiser and device are the same kind.

        Raises
        ------
        ValueError
            If the arrays are not of this network.
        """
        state = _to_tensors(arrays["module"])
        own = self.module_.state_dict()
        if {k: v.shape for k, v in state.items()} != {k: v.shape for k, v in own.items()}:
            raise ValueError(
                "Training cannot go on: the network, the image shape or the number of classes "
                "has changed since the last fit. Change it back, or fit a new estimator."
            )
        self.module_.load_state_dict(state)
        if training_state and arrays["optimizer_class"] == type(self.optimizer_).__name__:
            optimizer = self.optimizer_.state_dict()
            optimizer["state"] = _to_tensors(arrays["optimizer"])
            self.optimizer_.load_state_dict(optimizer)
        if training_state and arrays["device"] == self.generator_.device.type:
            self.generator_.set_state(torch.tensor(arrays["generator"]))
        return self

    # -- running

    def train(self, dataset, epochs):
        """Train for some epochs on an `ImageDataset`, or until a callback stops."""
        self.max_epochs = epochs
        self.notify("on_train_begin", X=dataset, y=None)
        with contextlib.suppress(TrainingStopped):
            # a callback may have restored the first epochs of an interrupted fit, or all
            self.fit_loop(dataset, epochs=self.max_epochs - len(self.history))
        self.notify("on_train_end", X=dataset, y=None)
        return self

    def check_data(self, X, y=None):
        """Accept everything: the estimators have checked it."""

    def notify(self, method_name, **cb_kwargs):
        getattr(self, method_name)(self, **cb_kwargs)
        for _, callback in self.callbacks_:
            try:
                getattr(callback, method_name)(self, **cb_kwargs)
            except KeyboardInterrupt as interrupt:
                if _is_raise_statement(interrupt.__traceback__):
                    raise TrainingStopped from interrupt
                raise

    def on_epoch_begin(self, net, **kwargs):
        super().on_epoch_begin(net, **kwargs)
        self.history.record("learning_rate", self.optimizer_.param_groups[0]["lr"])
        self._epoch_start = time.perf_counter()

    def on_epoch_end(self, net, **kwargs):
        super().on_epoch_end(net, **kwargs)
        self.history.record("dur", time.perf_counter() - self._epoch_start)


def _per_weight(name, strength, weights):
    """Return the strength of a penalty for each weight."""
    if not isinstance(strength, tuple | list):
        return [strength] * len(weights)
    if len(strength) != len(weights) or min(strength) < 0:
        raise ValueError(
            f"{name} must be a number, or a tuple of {len(weights)} numbers, one for each layer "
            f"with weights, none of them negative; got {strength!r}."
        )
    return strength


class TrainingStopped(Exception):
    """A callback has ended the training in good order."""


def _is_raise_statement(traceback):
    """Tell whether an exception came from a ``raise``: an interrupt from outside did not.

    skorch's callbacks end a training by raising ``KeyboardInterrupt``, as does Ctrl-C.
    """
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    code = traceback.tb_frame.f_code.co_code
    return dis.opname[code[traceback.tb_lasti]] == "RAISE_VARARGS"


def _batch_sums(logits, target, loss):
    """Return a batch's sums of loss, rows, weighted hits and weight, as a tensor of 4."""
    target, weight = target if isinstance(target, tuple) else (target, None)
    if target.is_floating_point():
        hits = (logits[:, 0] > 0) == (target > 0.5)
    else:
        hits = logits.argmax(1) == target
    if weight is None:
        weight = torch.ones_like(hits, dtype=torch.float32)
    n_rows = weight.new_tensor(len(hits))
    return torch.stack([loss * n_rows, n_rows, (hits * weight).sum(), weight.sum()])


def _to_arrays(state):
    if isinstance(state, dict):
        return {key: _to_arrays(value) for key, value in state.items()}
    return state.detach().cpu().numpy().copy() if isinstance(state, torch.Tensor) else state


def _to_tensors(state):
    if isinstance(state, dict):
        return {key: _to_tensors(value) for key, value in state.items()}
    return torch.tensor(state) if isinstance(state, np.ndarray) else state
