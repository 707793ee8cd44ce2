"""``skmnist evaluate``: test a saved model again."""

import sys
from pathlib import Path

from skmnist.cli import models, reports, runs, tasks
from skmnist.cli.errors import UsageError


def add_parser(subparsers, parents):
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "evaluate",
        parents=parents,
        help="test a saved model on the test set",
        description="Test the model of a run folder on the test set that it belongs to.",
    )
    parser.add_argument("model", metavar="RUN", help=runs.RUN_HELP)
    tasks.add_arguments(parser, default=None, default_text="what the run was trained on")
    reports.add_argument(parser)
    parser.add_argument(
        "--repeat",
        metavar="RUN",
        action="append",
        default=[],
        help="a run of the same settings with another seed, to compare in the report; can be "
        "given several times (default: none)",
    )
    parser.set_defaults(run=_run)


def _run(args):
    from sklearn.metrics import classification_report

    if args.report:
        reports.check_installed()
        reports.check_free(runs.model_path(args.model).parent)
    elif args.repeat:
        raise UsageError("--repeat is for the report; add --report")
    task, y_test, predicted = evaluate(args.model, dataset=args.dataset, data_home=args.data_home)
    n_errors = int((predicted != y_test).sum())
    n_test = len(y_test)
    print(classification_report(y_test, predicted, digits=4, zero_division=0))
    print(
        f"Test accuracy {1 - n_errors / n_test:.2%} on {task.name}: {n_errors} errors in "
        f"{n_test:,} images."
    )
    if args.report:
        print(f"The report is {_write_report(args, task)}")


def _write_report(args, task):
    from skmnist import load_model

    path = runs.model_path(args.model)
    metrics = runs.read_metrics(path.parent) if path.name == runs.MODEL else {}
    # where images were held out, it is not known which
    expected = {**task.record(), "n_train": len(task.X_train)}
    same = {name: metrics.get(name) for name in expected} == expected
    return reports.write(
        path.parent,
        load_model(path),
        task,
        train=(task.X_train, task.y_train) if same else None,
        repeats=[load_model(runs.model_path(run)) for run in args.repeat],
        command=args.command_line,
    )


def evaluate(run, *, dataset=None, data_home=None):
    """Predict the test set with a saved model.

    Parameters
    ----------
    run : path-like
        A run folder, or a model file.
    dataset : {"auto", "mnist", "digits"} or path-like, default=None
        By default the one that the run was trained on. Of a CSV file with other images, all are
        test images.
    data_home : path-like, default=None
        Where MNIST is looked for first.

    Returns
    -------
    task : Task
    y_test : ndarray of shape (n_test,)
        The test images' labels, as the model tells them apart.
    predicted : ndarray of shape (n_test,)

    Raises
    ------
    ValueError
        If the data set does not fit the model.
    """
    path = runs.model_path(run)
    metrics = {}
    if dataset not in tasks.CHOICES and path.name == runs.MODEL:
        metrics = runs.read_metrics(path.parent)
    dataset = dataset or _dataset_of(metrics, path.parent / runs.METRICS)
    from skmnist import load_model

    model = load_model(path)
    task = tasks.load_task(dataset, data_home, to_train=False)
    if task.sha256 != metrics.get("dataset_sha256"):
        if task.path == metrics.get("dataset"):
            raise ValueError(
                f"{task.path} has changed since the run was trained on it, so that its test "
                "images are not known any more; give other data with --dataset"
            )
        if task.path is not None:
            task = task.with_all_to_test()
    try:
        models.check_task(model, task)
    except ValueError as error:
        raise ValueError(f"{path} cannot be tested on {task.name}: {error}") from error
    largest = task.X_test.max()
    X_test = models.in_units_of(model, task.X_test, largest)
    if X_test is not task.X_test:
        X_train = models.in_units_of(model, task.X_train, largest)
        task = task._replace(X_test=X_test, X_train=X_train)
        print(
            f"The pixels of {task.name} are brought to the scale that the model was trained on.",
            file=sys.stderr,
        )
    return task, models.true_labels(model, task.y_test), model.predict(task.X_test)


def _dataset_of(metrics, path):
    dataset = metrics.get("dataset", "auto")
    if "dataset_sha256" in metrics and isinstance(dataset, str):
        if not Path(dataset).is_file():
            raise FileNotFoundError(
                f"{dataset}, which the run was trained on, is not there any more; give other data "
                "with --dataset"
            )
        return dataset
    if dataset not in tasks.CHOICES:
        raise ValueError(
            f"{path} is damaged: there is no data set {dataset!r}; choose one with --dataset"
        )
    return dataset
