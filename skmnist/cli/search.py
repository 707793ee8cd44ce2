"""``skmnist search``: tune l1, l2 and dropout, and keep the best model.

Nothing of a search is in its own process's memory only: each fit has a file in the folder
``fits``, so that a search started again repeats none of them.
"""

import csv
import json
import os
import shutil
import sys
from pathlib import Path

from skmnist.cli import fit, parameters, runs, tasks

_GRID = {"l1": (0.0, 1e-6, 1e-5), "l2": (0.0, 5e-4, 2e-3), "dropout": (0.0, 0.1, 0.3)}

_SETTINGS = "search.json"
_RESULTS = "results.json"
_FITS = "fits"


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
    tasks.add_arguments(parser)
    runs.add_arguments(parser)
    for name, values in _GRID.items():
        parser.add_argument(
            f"--{name}",
            type=_numbers,
            default=values,
            metavar="X,X,...",
            help=f"values to try (default: {','.join(f'{value:g}' for value in values)})",
        )
    parser.add_argument(
        "--strategy",
        choices=("grid", "halving"),
        default="grid",
        help="all combinations in full, or only the best third after each tripling of epochs",
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
        "--n-jobs", type=int, default=1, metavar="N", help="fits at a time (default: 1)"
    )
    parameters.add_arguments(parser, without=(*_GRID, "validation_fraction"))
    parser.set_defaults(run=_run, preset="quick")


def _numbers(text):
    return tuple(float(part) for part in text.split(","))


def _folds(text):
    return text if text == "mnist" else int(text)


def _run(args):
    runs.prepare_figures(args)
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
        preset=args.preset,
        params={k: v for k, v in parameters.given(args).items() if k not in _GRID},
    )
    _print_table(results)
    print(
        f"The best, trained on all {metrics['n_train']:,} training images: test accuracy "
        f"{metrics['test_accuracy']:.2%}, {metrics['n_errors']} errors in "
        f"{metrics['n_test']:,} images."
    )
    if args.cv == "mnist":
        print("It was chosen by its accuracy on these same test images, so expect less elsewhere.")
    print(f"Results, model and figures are in {folder}")


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
    preset="quick",
    params=None,
):
    """Search, or go on with a search, and write a run folder.

    Parameters
    ----------
    dataset : {"auto", "mnist", "digits"}, default="auto"
    data_home : path-like, default=None
        Where MNIST is looked for first.
    output : path-like, default=None
        The run folder: a new one, which is the default, below ``runs/``; or that of a search
        with the same settings that was interrupted.
    grid : dict of str to sequence of float, default=None
        Values of "l1", "l2" and "dropout".
    strategy : {"grid", "halving"}, default="grid"
        "halving" starts with one epoch for all candidates; the best third trains three times
        as long, and so on up to ``max_epochs``.
    cv : int or "mnist", default=3
        Number of stratified folds of the training images; or MNIST's own split.
    n_jobs : int, default=1
        Fits at a time, each in a process with its share of the cores.
    figures, progress : bool, default=True
        Whether to draw figures, and to show progress on standard error.
    preset : str, default="quick"
        Of `MnistCNNClassifier.from_preset`.
    params : dict, default=None
        Parameters that are to be different from the preset's.

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
    from skmnist import MnistCNNClassifier

    grid = {**_GRID, **(grid or {})}
    params = {
        "random_state": 0,
        # fixed, since the number of threads changes how sums are rounded
        "n_threads": max(1, (os.cpu_count() or 1) // n_jobs),
        **(params or {}),
    }
    if strategy == "halving":
        params.setdefault("max_epochs", 9)
    classifier = MnistCNNClassifier.from_preset(preset, **params)
    classifier._validate_params()
    task = tasks.load_task(dataset, data_home)
    if cv == "mnist" and task.name != "mnist":
        raise ValueError(f"cv='mnist' is a split of MNIST, not of {task.name}; give a number.")
    settings = {
        "dataset": task.name,
        "grid": {name: list(values) for name, values in grid.items()},
        "strategy": strategy,
        "cv": cv,
        "preset": preset,
        "params": params,
    }
    folder = _folder(output, settings)
    if (folder / runs.METRICS).is_file():
        # all is there already
        shutil.rmtree(folder / _FITS, ignore_errors=True)
        results = json.loads((folder / _RESULTS).read_text())
        return folder, results, runs.read_metrics(folder)
    (folder / _FITS).mkdir(exist_ok=True)
    if progress:
        print(f"Searching on {task.title}; results come to {folder}", file=sys.stderr)
    search = _make_search(classifier, settings, folder / _FITS, n_jobs)
    _fit_search(search, task, cv, progress)
    results = candidates(search.cv_results_, list(grid))
    _write_results(results, folder)
    if figures:
        _draw_heat_map(search.cv_results_, folder)
    best = search.estimator.set_params(**search.best_params_)
    metrics = fit.fit_into(folder, best, task, figures=figures, progress=progress)
    # the model is safe
    shutil.rmtree(folder / _FITS)
    return folder, results, metrics


def _folder(output, settings):
    """Return the run folder, with the settings in it."""
    path = Path(output, _SETTINGS) if output else None
    if path is not None and path.is_file():
        if json.loads(path.read_text()) != json.loads(json.dumps(settings)):
            raise FileExistsError(
                f"{path.parent} holds a search with other settings, which {path} tells; give "
                "these to go on with it, or another folder with --output"
            )
        return path.parent
    folder = runs.new_run_folder(output, runs.name_of_now(f"{settings['dataset']}-search"))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _SETTINGS).write_text(json.dumps(settings, indent=2) + "\n")
    return folder


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


def _fit_search(search, task, cv, progress):
    import numpy as np

    if progress:
        from sklearn.callback import ProgressBar

        search.set_callbacks(ProgressBar(max_propagation_depth=0))
    X, y = task.X_train, task.y_train
    if cv == "mnist":
        X, y = np.concatenate([X, task.X_test]), np.concatenate([y, task.y_test])
    search.fit(X, y)


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
                **{name: float(params[name]) for name in names},
                **({"max_epochs": params["max_epochs"]} if "max_epochs" in params else {}),
                "mean_test_score": float(cv_results["mean_test_score"][index]),
                "std_test_score": float(cv_results["std_test_score"][index]),
                "split_test_scores": scores,
                "mean_fit_time": round(float(cv_results["mean_fit_time"][index]), 3),
            }
        )
    return sorted(rows, key=lambda row: (-row.get("max_epochs", 0), -row["mean_test_score"]))


def _write_results(results, folder):
    (folder / _RESULTS).write_text(json.dumps(results, indent=1) + "\n")
    rows = []
    for result in results:
        scores = result["split_test_scores"]
        row = {name: value for name, value in result.items() if name != "split_test_scores"}
        rows.append(row | {f"split{k}_test_score": score for k, score in enumerate(scores)})
    with (folder / "results.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _draw_heat_map(cv_results, folder):
    import matplotlib.pyplot as plt

    from skmnist.plots import GridSearchDisplay

    display = GridSearchDisplay.from_cv_results(cv_results, x="l2", y="l1", panels="dropout")
    display.figure_.savefig(folder / "heat_map.png", dpi=150)
    plt.close(display.figure_)


def _print_table(results):
    from tabulate import tabulate

    names = [name for name in results[0] if name not in ("split_test_scores", "mean_fit_time")]
    rows = [
        [
            *(f"{result[name]:g}" for name in names if not name.endswith("score")),
            f"{result['mean_test_score']:.2%} ± {result['std_test_score']:.2%}",
        ]
        for result in results
    ]
    headers = [name for name in names if not name.endswith("score")]
    table = tabulate(rows, [*headers, "accuracy"], disable_numparse=True, stralign="right")
    print(table)
