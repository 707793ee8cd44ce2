"""``skmnist search``: tune l1, l2 and dropout, and keep the best model.

Nothing of a search is in its own process's memory only: each fit has a file in the folder
``fits``, so that a search started again repeats none of them.
"""

import contextlib
import json
import math
import shutil
import signal
import sys
from importlib import import_module
from pathlib import Path

from skmnist.cli import fit, models, parameters, reports, runs, tasks
from skmnist.cli.values import as_text, at_least, parameter_type

_GRID = {"l1": (0.0, 1e-6, 1e-5), "l2": (0.0, 3e-4, 2e-3), "dropout": (0.0, 0.1, 0.3)}

# what goes on where it was interrupted
_CLASSIFIERS = ("cnn", "mlp")

_SETTINGS = "search.json"
_RESULTS = "results.json"
_FITS = "fits"

_SCORES = ("mean_test_score", "std_test_score", "split_test_scores")
_TOTALS = ("n_train", "n_test", "n_errors", "test_accuracy")


def add_parser(subparsers, parents):
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "search",
        parents=parents,
        help="tune l1, l2 and dropout by cross-validation, keep the best model",
        description="Cross-validate every combination of l1, l2 and dropout (or halve their "
        "number as they train longer), train the best on all training images, test it, and "
        "write a run folder with the results as a table and a figure, and the model. An "
        "interrupted search goes on when it is started again with the same folder.",
    )
    parser.add_options_later(_add_arguments)
    parser.set_defaults(run=_run)


def _add_arguments(parser, arguments):
    tasks.add_arguments(parser)
    runs.add_arguments(parser)
    reports.add_argument(parser)
    for name, values in _GRID.items():
        parser.add_argument(
            f"--{name}",
            type=_values_of(name),
            default=values,
            metavar="X,X,...",
            help=f"values to try (default: {as_text(values)})",
        )
    parser.add_argument(
        "--strategy",
        choices=("grid", "halving"),
        default="grid",
        help="all combinations in full, or only the best third after each tripling of epochs "
        "(default: grid)",
    )
    parser.add_argument(
        "--cv",
        type=_folds,
        default=3,
        metavar="N",
        help="number of stratified folds of the training images, or mnist for MNIST's own split, "
        "which measures on the test images (default: 3)",
    )
    parser.add_argument(
        "--n-jobs",
        type=at_least(1),
        default=1,
        metavar="N",
        help="fits at a time (default: 1)",
    )
    fit.add_classifier_arguments(parser, arguments, _CLASSIFIERS, preset="quick", without=_GRID)


def _values_of(name):
    """Return what reads several values of a parameter; any classifier takes the same."""

    def read(text):
        read_one = parameter_type(models.classifier_class("cnn"), name)
        return tuple(read_one(part) for part in text.split(","))

    return read


def _folds(text):
    return text if text == "mnist" else at_least(2)(text)


def _run(args):
    runs.prepare_figures(args)
    if args.report:
        reports.check_installed()
    folder, results, metrics = search_and_save(
        dataset=args.dataset,
        data_home=args.data_home,
        output=args.output,
        grid={name: getattr(args, name) for name in _GRID},
        strategy=args.strategy,
        cv=args.cv,
        n_jobs=args.n_jobs,
        figures=not args.no_figures,
        progress=not args.quiet,
        classifier=args.classifier,
        preset=args.preset or args.default_preset,
        params=parameters.given(args),
        report=args.command_line if args.report else None,
    )
    _print_table(results)
    print(
        f"The best, trained on all {metrics['n_train']:,} training images: test accuracy "
        f"{metrics['test_accuracy']:.2%}, {metrics['n_errors']} errors in "
        f"{metrics['n_test']:,} images."
    )
    if args.cv == "mnist":
        print("It was chosen by its accuracy on these same test images, so expect less elsewhere.")
    kept = "Results and model" if args.no_figures else "Results, model and figures"
    print(f"{kept} are in {folder}")
    if args.report:
        print(f"The report is {folder / reports.REPORT}")


def search_and_save(
    *,
    dataset="auto",
    data_home=None,
    output=None,
    grid=None,
    strategy="grid",
    cv=3,
    n_jobs=1,
    figures=True,
    progress=True,
    classifier="cnn",
    preset="quick",
    params=None,
    report=None,
):
    """Search, or go on with a search, and write a run folder.

    Parameters
    ----------
    dataset : {"auto", "mnist", "digits"} or path-like, default="auto"
        A path is that of a CSV file.
    data_home : path-like, default=None
        Where MNIST is looked for first.
    output : path-like, default=None
        The run folder: a new one, which is the default, below ``runs/``; or that of a search
        with the same settings that was interrupted.
    grid : dict of str to sequence of float, default=None
        Values of "l1", "l2" and "dropout", as the classifier takes them.
    strategy : {"grid", "halving"}, default="grid"
        "halving" starts with one epoch for all candidates; the best third trains three times
        as long, and so on up to ``max_epochs``.
    cv : int or "mnist", default=3
        Number of stratified folds of the training images; or MNIST's own split.
    n_jobs : int, default=1
        Fits at a time, each in a process with its share of the cores.
    figures, progress : bool, default=True
        Whether to draw figures, and to show progress on standard error.
    classifier : {"cnn", "mlp"}, default="cnn"
    preset : str, default="quick"
        Of `MnistCNNClassifier.from_preset`.
    params : dict, default=None
        Parameters that are to be different from the preset's.
    report : str, default=None
        The command line, if a report is to be written, which shows it.

    Returns
    -------
    folder : pathlib.Path
    results : list of dict
        What ``results.json`` holds: a candidate each, the best first.
    metrics : dict
        Of the best, trained on all training images: what ``metrics.json`` holds.

    Raises
    ------
    FileExistsError
        If the folder holds something else, or a search with other settings.
    ValueError
        If a setting is not as described.
    """
    grid = {**_GRID, **(grid or {})}
    params = dict(params or {})
    if strategy == "halving":
        params.setdefault("max_epochs", 9)
    estimator = models.make_classifier(classifier, preset, params)
    _check_grid(estimator, grid)
    task = tasks.load_task(dataset, data_home)
    if cv == "mnist" and task.record() != {"dataset": "mnist"}:
        raise ValueError(f"cv='mnist' is a split of MNIST, not of {task.name}; give a number.")
    settings = {
        **task.record(),
        "grid": {name: list(values) for name, values in grid.items()},
        "strategy": strategy,
        "cv": cv,
        "classifier": classifier,
        "preset": preset,
        "params": {"random_state": estimator.random_state, **params},
    }
    folder = _folder_of(output, settings)
    if (folder / runs.METRICS).is_file():
        # all is there already
        results = runs.read_json(folder / _RESULTS, list, (*grid, *_SCORES))
        metrics = runs.read_metrics(folder, _TOTALS)
        shutil.rmtree(folder / _FITS, ignore_errors=True)
        if report is not None:
            _report_again(folder, task, results, list(grid), report)
        return folder, results, metrics
    (folder / _FITS).mkdir(exist_ok=True)
    if progress:
        print(f"Searching on {task.title}; results come to {folder}", file=sys.stderr)
    try:
        search = _make_search(estimator, settings, folder / _FITS, n_jobs)
        _fit_search(search, task, settings, n_jobs, progress)
    except BaseException:
        _remove_if_nothing_was_done(folder)
        raise
    results = candidates(search.cv_results_, list(grid))
    _write_results(results, folder)
    if figures:
        _draw_heat_map(search.cv_results_, folder)
    best = search.estimator.set_params(**search.best_params_)
    metrics = fit.fit_into(
        folder,
        best,
        task,
        figures=figures,
        progress=progress,
        report=report,
        cv_results=_cv_results(results, list(grid)),
    )
    # the model is safe
    shutil.rmtree(folder / _FITS)
    return folder, results, metrics


def _check_grid(classifier, grid):
    from sklearn.base import clone

    from skmnist._sklearn import check_parameters

    for name, values in grid.items():
        for value in values:
            check_parameters(clone(classifier).set_params(**{name: value}))


def _folder_of(output, settings):
    """Return the run folder, with the settings in it: a new one, or that of the same search."""
    path = Path(output, _SETTINGS) if output else None
    if path is None or not path.is_file():
        name = runs.name_of_now(Path(settings["dataset"]).name, "search")
        with runs.new_run_folder(output, name) as folder:
            runs.write_json(folder / _SETTINGS, settings)
        return folder
    stored = runs.read_json(path, dict)
    # as they would be read again: tuples are lists then
    settings = json.loads(json.dumps(settings))
    if stored != settings:
        names = {*stored, *settings}
        different = sorted(name for name in names if stored.get(name) != settings.get(name))
        raise FileExistsError(
            f"{path.parent} holds a search with other settings ({', '.join(different)}), which "
            f"{path} tells; give these to go on with it, or another folder with --output"
        )
    return path.parent


def _remove_if_nothing_was_done(folder):
    """Remove the folder of a search of which no fit has come to the end of an epoch."""
    with contextlib.suppress(OSError):
        (folder / _FITS).rmdir()  # fails unless it is empty
        if [path.name for path in folder.iterdir()] == [_SETTINGS]:
            (folder / _SETTINGS).unlink()
            folder.rmdir()


def _make_search(classifier, settings, fits, n_jobs):
    from sklearn.experimental import enable_halving_search_cv  # noqa: F401
    from sklearn.model_selection import GridSearchCV, HalvingGridSearchCV

    from skmnist import mnist_split
    from skmnist.callbacks import BackupAndRestore

    backup = BackupAndRestore(fits.resolve(), keep=True)
    classifier.set_params(callbacks=[backup])
    cv = mnist_split() if settings["cv"] == "mnist" else settings["cv"]
    shared = {"cv": cv, "n_jobs": n_jobs, "refit": False, "error_score": "raise"}
    if settings["strategy"] == "grid":
        return GridSearchCV(classifier, settings["grid"], **shared)
    return HalvingGridSearchCV(
        classifier,
        settings["grid"],
        resource="max_epochs",
        min_resources=1,
        max_resources=classifier.max_epochs,
        random_state=classifier.random_state,
        return_train_score=False,  # or all training folds would be predicted too
        **shared,
    )


def _fit_search(search, task, settings, n_jobs, progress):
    import numpy as np

    from skmnist.cli.progress import showing_fits

    X, y = task.X_train, task.y_train
    n_splits = settings["cv"]
    if settings["cv"] == "mnist":
        X, y = np.concatenate([X, task.X_test]), np.concatenate([y, task.y_test])
        n_splits = 1
    n_fits = None  # of a halving search it is not known before
    if settings["strategy"] == "grid":
        n_fits = n_splits * math.prod(map(len, settings["grid"].values()))
    _start_workers(n_jobs)
    with showing_fits(search, n_fits) if progress else contextlib.nullcontext():
        search.fit(X, y)


def _start_workers(n_jobs):
    """Start the processes that fits run in, so that they leave Ctrl-C to this one.

    A terminal sends it to all of them. This one ends the others, and says so once.
    """
    if n_jobs == 1 or not hasattr(signal, "pthread_sigmask"):
        return
    from multiprocessing import resource_tracker

    from joblib import Parallel, delayed
    from joblib.externals.loky import get_reusable_executor

    # to start the trackers of resources lifts the block, so they come first: Python's and joblib's
    resource_tracker.ensure_running()
    get_reusable_executor(max_workers=n_jobs).shutdown()
    # what is blocked stays so in new processes; here it is only late
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        workers = Parallel(n_jobs=n_jobs, return_as="generator")
        # torch takes so much memory that joblib would suspect a leak if it came later
        started = workers(delayed(_import)("skmnist.classifiers.cnn") for _ in range(n_jobs))
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    for _ in started:
        pass


def _import(module):
    import_module(module)  # which cannot be returned to another process


def candidates(cv_results, names):
    """Return the candidates of a search as a list of dict, the best first.

    Parameters
    ----------
    cv_results : dict
        A search's ``cv_results_``.
    names : list of str
        The parameters that were searched.

    Returns
    -------
    candidates : list of dict
        Of a halving search those that trained longest come first.
    """
    n_splits = sum(key.startswith("split") and key.endswith("test_score") for key in cv_results)
    rows = []
    for index, params in enumerate(cv_results["params"]):
        scores = [float(cv_results[f"split{k}_test_score"][index]) for k in range(n_splits)]
        rows.append(
            {
                **{name: params[name] for name in names},
                **({"max_epochs": params["max_epochs"]} if "max_epochs" in params else {}),
                "mean_test_score": float(cv_results["mean_test_score"][index]),
                "std_test_score": float(cv_results["std_test_score"][index]),
                "split_test_scores": scores,
                "mean_fit_time": round(float(cv_results["mean_fit_time"][index]), 3),
            }
        )
    return sorted(rows, key=lambda row: (-row.get("max_epochs", 0), -row["mean_test_score"]))


def _cv_results(results, names):
    """Return what `candidates` returned as a search's ``cv_results_``."""
    cv_results = {
        "params": [{name: result[name] for name in names} for result in results],
        "mean_test_score": [result["mean_test_score"] for result in results],
        "std_test_score": [result["std_test_score"] for result in results],
    }
    if "max_epochs" in results[0]:
        # those that trained longest are the last iteration of a halving search
        cv_results["iter"] = [result["max_epochs"] for result in results]
    for k, scores in enumerate(zip(*(r["split_test_scores"] for r in results), strict=True)):
        cv_results[f"split{k}_test_score"] = scores
    return cv_results


def _report_again(folder, task, results, names, command):
    """Write the report of a search that had come to its end before."""
    from skmnist import load_model

    reports.write(
        folder,
        load_model(folder / runs.MODEL),
        task,
        train=(task.X_train, task.y_train),
        cv_results=_cv_results(results, names),
        command=command,
    )


def _write_results(results, folder):
    runs.write_json(folder / _RESULTS, results, indent=1)
    rows = []
    for result in results:
        scores = result["split_test_scores"]
        row = {name: value for name, value in result.items() if name != "split_test_scores"}
        rows.append(row | {f"split{k}_test_score": score for k, score in enumerate(scores)})
    runs.write_csv(folder / "results.csv", rows)


def _draw_heat_map(cv_results, folder):
    from skmnist.plots import GridSearchDisplay

    display = GridSearchDisplay.from_cv_results(cv_results, x="l2", y="l1", panels="dropout")
    fit.save_figure(display, folder / "heat_map.png")


def _print_table(results):
    from tabulate import tabulate

    names = [name for name in results[0] if name not in ("split_test_scores", "mean_fit_time")]
    rows = [
        [
            *(as_text(result[name]) for name in names if not name.endswith("score")),
            f"{result['mean_test_score']:.2%} ± {result['std_test_score']:.2%}",
        ]
        for result in results
    ]
    headers = [name for name in names if not name.endswith("score")]
    table = tabulate(rows, [*headers, "accuracy"], disable_numparse=True, stralign="right")
    print(table)
