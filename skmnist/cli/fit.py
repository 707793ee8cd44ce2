"""``skmnist fit``: train, test, and keep the model, the figures and the curves."""

import csv
import json
import sys
import time
from datetime import UTC, datetime

from skmnist import _environment as environment
from skmnist.cli import parameters, runs, tasks


def add_parser(subparsers, parents):
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "fit",
        parents=parents,
        help="train a classifier, test it, keep model and figures",
        description="Train a classifier on MNIST (or on the bundled digits where MNIST cannot "
        "be had), test it on the official test set, and write a run folder with the model, "
        "metrics, history and figures.",
    )
    tasks.add_arguments(parser)
    runs.add_arguments(parser)
    parameters.add_arguments(parser)
    parser.set_defaults(run=_run)


def _run(args):
    runs.prepare_figures(args)
    folder, metrics = fit_and_save(
        dataset=args.dataset,
        data_home=args.data_home,
        output=args.output,
        figures=not args.no_figures,
        progress=not args.quiet,
        preset=args.preset,
        params=parameters.given(args),
    )
    print(
        f"Test accuracy {metrics['test_accuracy']:.2%} on {metrics['dataset']}: "
        f"{metrics['n_errors']} errors in {metrics['n_test']:,} images, "
        f"after {metrics['fit_seconds']:.1f} s of training."
    )
    print(f"Model, metrics, history and figures are in {folder}")


def fit_and_save(
    *,
    dataset="auto",
    data_home=None,
    output=None,
    figures=True,
    progress=True,
    preset="default",
    params=None,
):
    """Fit a classifier on a data set, test it, and write a run folder.

    Parameters
    ----------
    dataset : {"auto", "mnist", "digits"}, default="auto"
    data_home : path-like, default=None
        Where MNIST is looked for first.
    output : path-like, default=None
        The run folder; a new one below ``runs/`` by default.
    figures : bool, default=True
        Whether to draw training curves, confusion matrix and misclassified images.
    progress : bool, default=True
        Whether to show a progress bar on standard error.
    preset : str, default="default"
        Of `MnistCNNClassifier.from_preset`.
    params : dict, default=None
        Parameters that are to be different from the preset's.

    Returns
    -------
    folder : pathlib.Path
        The run folder.
    metrics : dict
        What ``metrics.json`` holds.
    """
    from skmnist import MnistCNNClassifier

    params = {"random_state": 0, **(params or {})}
    classifier = MnistCNNClassifier.from_preset(preset, **params)
    # before the data is loaded: a mistyped value should not cost a download
    classifier._validate_params()
    task = tasks.load_task(dataset, data_home)
    default_name = runs.name_of_now(f"{task.name}-{classifier.architecture}")
    folder = runs.new_run_folder(output, default_name)
    hold_out = "validation_fraction" in params and not classifier.early_stopping
    metrics = fit_into(
        folder, classifier, task, figures=figures, progress=progress, hold_out=hold_out
    )
    return folder, metrics


def fit_into(folder, classifier, task, *, figures=True, progress=True, hold_out=False):
    """Fit a classifier on a task, test it, and write a run folder.

    Parameters
    ----------
    folder : pathlib.Path
    classifier : MnistCNNClassifier
    task : Task
    figures, progress : bool, default=True
        See `fit_and_save`.
    hold_out : bool, default=False
        Whether ``validation_fraction`` of the training images serve for validation only.

    Returns
    -------
    metrics : dict
        What ``metrics.json`` holds.
    """
    from skmnist import save_model

    started = datetime.now(UTC)
    callbacks = classifier.callbacks
    if progress:
        from skmnist.callbacks import ProgressBar

        print(f"Fitting {classifier!r} on {task.title}", file=sys.stderr)
        classifier.set_params(callbacks=[*(callbacks or ()), ProgressBar()])
    validation = {}
    X_train, y_train = task.X_train, task.y_train
    if hold_out:
        X_train, y_train, validation = _hold_out(X_train, y_train, classifier)
    start = time.perf_counter()
    classifier.fit(X_train, y_train, **validation)
    fit_seconds = time.perf_counter() - start
    # what only watched is not part of the model
    classifier.set_params(callbacks=None)

    start = time.perf_counter()
    predicted = classifier.predict(task.X_test)
    predict_seconds = time.perf_counter() - start
    n_errors = int((predicted != task.y_test).sum())
    metrics = {
        "dataset": task.name,
        "test_accuracy": 1 - n_errors / len(task.y_test),
        "n_errors": n_errors,
        "n_train": len(X_train),
        "n_test": len(task.y_test),
        "n_parameters": classifier.count_parameters(),
        "n_epochs": classifier.n_iter_,
        "fit_seconds": round(fit_seconds, 3),
        "predict_seconds": round(predict_seconds, 3),
        "params": {name: _plain(value) for name, value in classifier.get_params().items()},
        "started": started.isoformat(timespec="seconds"),
        "versions": environment.versions(),
        "machine": environment.machine(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    save_model(classifier, folder / runs.MODEL)
    _write_history(classifier.history_, folder / runs.HISTORY)
    if figures:
        draw_figures(classifier, task, predicted, folder)
    # the last, so that it tells that all is there
    (folder / runs.METRICS).write_text(json.dumps(metrics, indent=2) + "\n")
    return metrics


def _hold_out(X, y, classifier):
    from sklearn.model_selection import train_test_split

    X, X_val, y, y_val = train_test_split(
        X,
        y,
        test_size=classifier.validation_fraction,
        stratify=y,
        random_state=classifier.random_state,
    )
    return X, y, {"X_val": X_val, "y_val": y_val}


def draw_figures(classifier, task, predicted, folder):
    """Write training curves, confusion matrix and misclassified images as PNG files."""
    import matplotlib.pyplot as plt
    from sklearn.metrics import ConfusionMatrixDisplay

    from skmnist.plots import MisclassifiedImagesDisplay, TrainingCurvesDisplay

    _, ax = plt.subplots(figsize=(7, 7), layout="constrained")
    figures = {
        "training_curves": TrainingCurvesDisplay.from_estimator(classifier),
        "confusion_matrix": ConfusionMatrixDisplay.from_predictions(
            task.y_test, predicted, cmap="Blues", colorbar=False, ax=ax
        ),
        "misclassified": MisclassifiedImagesDisplay.from_predictions(
            task.X_test, task.y_test, predicted, image_shape=classifier.image_shape_
        ),
    }
    for name, display in figures.items():
        display.figure_.savefig(folder / f"{name}.png", dpi=150)
        plt.close(display.figure_)


def _write_history(history, path):
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(history[0]))
        writer.writeheader()
        writer.writerows(history)


def _plain(value):
    return value if isinstance(value, int | float | str | None) else repr(value)
