"""One fit of one recipe, and everything that documents want to know of it."""

import math
from datetime import UTC, datetime

import numpy as np
from sklearn.metrics import confusion_matrix, log_loss

from skmnist import _environment as environment
from skmnist.reproduction.runs.weights import penalty, weight_statistics

#: How many misclassified images a result remembers.
N_ERRORS = 25

_SIGNIFICANT_DIGITS = 6


def run_once(recipe, seed, *, max_epochs=None, data_home=None, callbacks=(), verbose=0, keep=None):
    """Fit a recipe's estimator with one seed, and measure it after its last epoch.

    Parameters
    ----------
    recipe : Recipe
    seed : int
    max_epochs : int, default=None
        In place of the recipe's own number of epochs.
    data_home : path-like, default=None
        Where MNIST is looked for first.
    callbacks : sequence of skorch callbacks, default=()
        Added to those of torch estimators.
    verbose : int, default=0
        Of estimators that take no callbacks.
    keep : callable, default=None
        Given the fitted estimator and the run at the end, to keep the model.

    Returns
    -------
    run : dict
        All values can be written as JSON.
    """
    split = recipe.data.load(data_home)
    estimator = recipe.make_estimator(seed, max_epochs)
    _watch(estimator, callbacks, verbose)
    watched = {}
    if recipe.watches(seed):
        watched["X_val"], watched["y_val"] = getattr(split, recipe.watch)
    started = datetime.now(UTC)
    estimator.fit(*split.train, **watched)

    # of a meta-estimator, the classifier and its kind of labels
    classifier = getattr(estimator, "classifier_", estimator)
    transformer = getattr(estimator, "transformer_", None)
    metrics, predicted, true = {}, None, None
    for part in ("train", "validation", "test"):
        images = getattr(split, part)
        if images is None:
            continue
        true = images.y if transformer is None else transformer.transform(images.y)
        predicted, losses = _predict(classifier, images.X, true)
        metrics[f"{part}_accuracy"] = float(np.mean(predicted == true))
        for name, value in losses.items():
            metrics[name.format(part)] = value
    history = {
        name: [_rounded(epoch[name]) for epoch in classifier.history_]
        for name in classifier.history_[0]
        if name not in ("epoch", "seconds")
    }
    metrics["running_train_accuracy"] = history["train_accuracy"][-1]
    if "test_error" in metrics:
        # the loss is half the squared distance
        metrics["running_train_error"] = 2 * history["train_loss"][-1]
    metrics |= {name: history[name][-1] for name in history if name.startswith("printed_")}
    if recipe.measure is not None:
        metrics |= recipe.measure(classifier, split)
    if recipe.watch == "test" and recipe.watches(seed):
        metrics["best_test_accuracy"] = max(history["valid_accuracy"])
    wrong = np.flatnonzero(predicted != true)[:N_ERRORS]
    run = {
        "seed": seed,
        "metrics": metrics,
        "weights": weight_statistics(classifier),
        "n_parameters": classifier.count_parameters(),
        "n_epochs": classifier.n_iter_,
        "confusion_matrix": confusion_matrix(true, predicted, labels=classifier.classes_).tolist(),
        "first_errors": [[int(row), int(predicted[row])] for row in wrong],
        "history": history,
        # not the time since the start, which may have been another process's
        "fit_seconds": round(sum(epoch["seconds"] for epoch in classifier.history_), 1),
        "started": started.isoformat(timespec="seconds"),
        "versions": environment.versions(),
        "machine": environment.machine() | {"bfloat16": _bfloat16(classifier)},
    }
    if keep is not None:
        _forget_watchers(estimator, recipe.estimator)
        keep(estimator, run)
    return run


def _bfloat16(classifier):
    return bool(getattr(classifier, "net_", None) and classifier.net_.bfloat16)


def _watch(estimator, callbacks, verbose):
    params = estimator.get_params()
    names = [name for name in params if name.rpartition("__")[2] == "callbacks"]
    for name in names:
        estimator.set_params(**{name: [*(params[name] or ()), *callbacks]})
    if not names:
        estimator.set_params(verbose=verbose)


def _forget_watchers(estimator, original):
    """Give a fitted estimator, and the one within it, the callbacks of the original again."""
    params = {
        name: value
        for name, value in original.get_params().items()
        if name.rpartition("__")[2] in ("callbacks", "verbose")
    }
    estimator.set_params(**params)
    if hasattr(estimator, "classifier_"):
        inner = {name.removeprefix("classifier__"): value for name, value in params.items()}
        estimator.classifier_.set_params(**inner)


def _predict(classifier, X, true):
    """Return predicted labels and losses, by their names with "{}" for the split."""
    if getattr(classifier, "loss", "cross_entropy") == "squared_error":
        # outputs are no probabilities to speak of
        predicted, outputs = classifier.predict(X), classifier.decision_function(X)
        targets = true[:, None] == classifier.classes_
        return predicted, {"{}_error": float(np.square(outputs - targets).sum(axis=1).mean())}
    proba = classifier.predict_proba(X)
    predicted = classifier.classes_[proba.argmax(axis=1)]
    loss = float(log_loss(true, proba, labels=classifier.classes_))
    return predicted, {"{}_loss": loss, "penalized_{}_loss": loss + penalty(classifier)}


def _rounded(value):
    # JSON has no word for what is not finite
    return float(f"{value:.{_SIGNIFICANT_DIGITS}g}") if math.isfinite(value) else None
