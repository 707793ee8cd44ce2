"""``skmnist fit``: train, test, and keep the model, the figures and the curves."""

import argparse
import contextlib
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from skmnist.classifiers.presets import PRESETS
from skmnist.cli import models, parameters, recipes, reports, runs, tasks


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
    parser.add_options_later(_add_arguments)
    parser.set_defaults(run=_run)


def _add_arguments(parser, arguments):
    tasks.add_arguments(parser)
    runs.add_arguments(parser)
    reports.add_argument(parser)
    parser.add_argument(
        "--target",
        choices=models.TARGETS,
        help="what to tell: the digit, or whether it is a square number (default: digit)",
    )
    parser.add_argument(
        "--hold-out",
        type=_fraction,
        metavar="FRACTION",
        help="share of the training images that nothing is learned from, for validation curves "
        "(default: none)",
    )
    parser.add_argument(
        "--recipe",
        metavar="NAME",
        help="a published system, of those that `skmnist reproduce` lists: its classifier, its "
        "target and, of MNIST, its images. Other parameters can be changed (default: none)",
    )
    given = parser.values_of(arguments, ("--recipe", "--target", "--classifier", "--preset"))
    recipe = given.pop("--recipe")
    if recipe is None:
        add_classifier_arguments(parser, arguments, models.CLASSIFIERS, preset="default")
        return
    try:
        classifier = models.classifier_in(recipes.find(recipe).estimator)
    except ValueError as error:
        parser.error(str(error))
    for option, value in given.items():
        if value is not None:
            parser.error(f"{option} cannot be given with --recipe, which says it already")
    parser.set_defaults(classifier="cnn", preset=None, default_preset="default")
    parameters.add_arguments(parser, classifier)


def add_classifier_arguments(parser, arguments, classifiers, *, preset, without=()):
    """Add the options that say which classifier to train.

    Parameters
    ----------
    parser : CommandParser
    arguments : list of str
        Those to be parsed: which options there are depends on ``--classifier``, and what their
        help says on ``--preset``.
    classifiers : collection of str
        The classifiers to choose from, the first is the default.
    preset : str
        The default.
    without : collection of str
        Parameters that are no options.
    """
    default = next(iter(classifiers))
    texts = (f"{name}: {models.CLASSIFIERS[name][1]}" for name in classifiers)
    parser.add_argument(
        "--classifier",
        choices=classifiers,
        default=default,
        help=f"{'; '.join(texts)}; each has parameters of its own (default: {default})",
    )
    parser.add_argument(
        "--preset",
        choices=PRESETS,
        help=f"recipe of the cnn for what is not given (default: {preset})",
    )
    chosen = parser.values_of(arguments, ("--classifier", "--preset"))
    name = chosen["--classifier"] if chosen["--classifier"] in classifiers else default
    if name != "cnn":
        preset = "default"
    elif chosen["--preset"] in PRESETS:
        preset = chosen["--preset"]
    parser.set_defaults(default_preset=preset)
    parameters.add_arguments(parser, models.make_classifier(name, preset), without=without)


def _fraction(text):
    try:
        fraction = float(text)
    except ValueError:
        fraction = 0.0
    if not 0 < fraction < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number between 0 and 1")
    return fraction


def _run(args):
    runs.prepare_figures(args)
    if args.report:
        reports.check_installed()
    folder, metrics = fit_and_save(
        dataset=args.dataset,
        data_home=args.data_home,
        output=args.output,
        figures=not args.no_figures,
        progress=not args.quiet,
        classifier=args.classifier,
        preset=args.preset or args.default_preset,
        params=parameters.given(args),
        target=args.target or "digit",
        hold_out=args.hold_out,
        recipe=args.recipe,
        report=args.command_line if args.report else None,
    )
    print(
        f"Test accuracy {metrics['test_accuracy']:.2%} on {Path(metrics['dataset']).name}: "
        f"{metrics['n_errors']} errors in {metrics['n_test']:,} images, "
        f"after {metrics['fit_seconds']:.1f} s of training."
    )
    kept = (
        "Model, metrics and history" if args.no_figures else "Model, metrics, history and figures"
    )
    print(f"{kept} are in {folder}")
    if args.report:
        print(f"The report is {folder / reports.REPORT}")


def fit_and_save(
    *,
    dataset="auto",
    data_home=None,
    output=None,
    figures=True,
    progress=True,
    classifier="cnn",
    preset="default",
    params=None,
    target="digit",
    hold_out=None,
    recipe=None,
    report=None,
):
    """Fit a classifier on a data set, test it, and write a run folder.

    Parameters
    ----------
    dataset : {"auto", "mnist", "digits"} or path-like, default="auto"
        A path is that of a CSV file.
    data_home : path-like, default=None
        Where MNIST is looked for first.
    output : path-like, default=None
        The run folder; a new one below ``runs/`` by default.
    figures : bool, default=True
        Whether to draw training curves, confusion matrix and misclassified images.
    progress : bool, default=True
        Whether to show progress on standard error.
    classifier : {"cnn", "mlp", "numpy"}, default="cnn"
    preset : str, default="default"
        Of `MnistCNNClassifier.from_preset`.
    params : dict, default=None
        Parameters that are to be different from the preset's.
    target : {"digit", "square"}, default="digit"
        What to tell: the digit, or whether it is a square number.
    hold_out : float, default=None
        Share of the training images that serve for validation only.
    recipe : str, default=None
        Name of a recipe. Its classifier and target are taken in place of those above and, if
        the data set is MNIST, its images.
    report : str, default=None
        The command line, if a report is to be written, which shows it.

    Returns
    -------
    folder : pathlib.Path
        The run folder.
    metrics : dict
        What ``metrics.json`` holds.
    """
    # before the data is loaded: a mistyped value should not cost a download
    if recipe is None:
        model = models.on_target(models.make_classifier(classifier, preset, params), target)
        task = tasks.load_task(dataset, data_home)
        target = models.target_of(model)
        kind = [] if target == "digit" else [target]
        kind.append(getattr(models.classifier_in(model), "architecture", classifier))
    else:
        recipe = recipes.find(recipe)
        model = recipes.make_estimator(recipe, params)
        task = recipes.images_of(recipe, tasks.load_task(dataset, data_home))
        kind = [recipe.name]
    with runs.new_run_folder(output, runs.name_of_now(task.name, *kind)) as folder:
        metrics = fit_into(
            folder,
            model,
            task,
            figures=figures,
            progress=progress,
            hold_out=hold_out,
            report=report,
        )
    return folder, metrics


def fit_into(
    folder,
    model,
    task,
    *,
    figures=True,
    progress=True,
    hold_out=None,
    report=None,
    cv_results=None,
):
    """Fit a classifier on a task, test it, and write a run folder.

    Parameters
    ----------
    folder : pathlib.Path
        Must exist.
    model : estimator
        A classifier of this package, or one on another target. It stays unfitted.
    task : Task
    figures, progress : bool, default=True
        See `fit_and_save`.
    hold_out : float, default=None
        See `fit_and_save`.
    report : str, default=None
        See `fit_and_save`.
    cv_results : dict, default=None
        Of the search that chose the parameters, for the report.

    Returns
    -------
    metrics : dict
        What ``metrics.json`` holds.
    """
    from sklearn.base import clone

    from skmnist import _environment as environment
    from skmnist import save_model

    started = datetime.now(UTC)
    model = clone(model)
    validation = task.validation()
    X_train, y_train = task.X_train, task.y_train
    if hold_out is not None:
        seed = models.classifier_in(model).random_state
        X_train, y_train, validation = _hold_out(X_train, y_train, hold_out, seed)
    if progress:
        print(f"Fitting {' '.join(repr(model).split())} on {task.title}", file=sys.stderr)
    start = time.perf_counter()
    with _showing_progress(model) if progress else contextlib.nullcontext():
        model.fit(X_train, y_train, **validation)
    fit_seconds = time.perf_counter() - start
    fitted = models.classifier_of(model)
    for part in (fitted, models.classifier_in(model)):
        _forget_watchers(part)

    start = time.perf_counter()
    predicted = model.predict(task.X_test)
    predict_seconds = time.perf_counter() - start
    y_test = models.true_labels(model, task.y_test)
    n_errors = int((predicted != y_test).sum())
    metrics = {
        **task.record(),
        "target": models.target_of(model),
        "test_accuracy": 1 - n_errors / len(y_test),
        "n_errors": n_errors,
        "n_train": len(X_train),
        "n_test": len(y_test),
        **models.describe(fitted),
        "fit_seconds": round(fit_seconds, 3),
        "predict_seconds": round(predict_seconds, 3),
        "started": started.isoformat(timespec="seconds"),
        "versions": environment.versions(),
        "machine": environment.machine(),
    }
    runs.make_room(folder)
    save_model(model, folder / runs.MODEL)
    runs.write_csv(folder / runs.HISTORY, fitted.history_)
    if figures:
        draw_figures(model, task, predicted, folder)
    # after all that makes a run, so that it tells that all is there
    runs.write_json(folder / runs.METRICS, metrics)
    if report is not None:
        reports.write(
            folder,
            model,
            task,
            train=(X_train, y_train),
            X_val=validation.get("X_val"),
            cv_results=cv_results,
            command=report,
        )
    return metrics


@contextlib.contextmanager
def _showing_progress(model):
    """Let a model show the progress of its fit on standard error."""
    classifier = models.classifier_in(model)
    if "callbacks" in classifier.get_params(deep=False):
        from skmnist.callbacks import ProgressBar

        classifier.set_params(callbacks=[*(classifier.callbacks or ()), ProgressBar()])
        yield
        return
    # the NumPy network knows no bar; it prints, and results only are for standard output
    classifier.set_params(verbose=1)
    with contextlib.redirect_stdout(sys.stderr):
        yield


def _forget_watchers(classifier):
    """Leave what only watched the fit out of the model."""
    if "callbacks" not in classifier.get_params(deep=False):
        classifier.set_params(verbose=0)
        return
    from skmnist.callbacks import BackupAndRestore, ProgressBar

    kept = [
        callback
        for callback in classifier.callbacks or ()
        if not isinstance(callback, BackupAndRestore | ProgressBar)
    ]
    classifier.set_params(callbacks=kept or None)


def _hold_out(X, y, fraction, seed):
    from sklearn.model_selection import train_test_split

    X, X_val, y, y_val = train_test_split(X, y, test_size=fraction, stratify=y, random_state=seed)
    return X, y, {"X_val": X_val, "y_val": y_val}


def draw_figures(model, task, predicted, folder):
    """Write training curves, confusion matrix and misclassified images as PNG files."""
    import matplotlib.pyplot as plt
    from sklearn.metrics import ConfusionMatrixDisplay

    from skmnist.plots import MisclassifiedImagesDisplay, TrainingCurvesDisplay

    fitted, y_test = models.classifier_of(model), models.true_labels(model, task.y_test)
    _, ax = plt.subplots(figsize=(7, 7), layout="constrained")
    figures = {
        "training_curves": TrainingCurvesDisplay.from_estimator(fitted),
        "confusion_matrix": ConfusionMatrixDisplay.from_predictions(
            y_test, predicted, cmap="Blues", colorbar=False, ax=ax
        ),
        "misclassified": MisclassifiedImagesDisplay.from_predictions(
            task.X_test, y_test, predicted, image_shape=fitted.image_shape_
        ),
    }
    for tick in (*ax.get_xticklabels(), *ax.get_yticklabels()):
        tick.set_parse_math(False)  # a label may look like a broken formula
    for name, display in figures.items():
        save_figure(display, folder / f"{name}.png")


def save_figure(display, path):
    """Write the figure of a display as a PNG file, whole or not at all, and close it."""
    import matplotlib.pyplot as plt

    from skmnist._files import atomic_path

    with atomic_path(path) as temporary:
        display.figure_.savefig(temporary, format="png", dpi=150)
    plt.close(display.figure_)
