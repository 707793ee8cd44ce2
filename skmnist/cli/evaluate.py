"""``skmnist evaluate``: test a saved model again."""

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
    parser.add_argument("model", metavar="RUN", help="run folder, or a saved model")
    tasks.add_arguments(parser, default=None, default_text="what the run was trained on")
    reports.add_argument(parser)
    parser.add_argument(
        "--repeat",
        metavar="RUN",
        action="append",
        default=[],
        help="a run of the same settings with another seed, to compare in the report; can be "
        "given several times",
    )
    parser.set_defaults(run=_run)


def _run(args):
    from sklearn.metrics import classification_report

    if args.report:
        reports.check_installed()
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
    same = (metrics.get("dataset"), metrics.get("n_train")) == (task.name, len(task.X_train))
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
    dataset : {"auto", "mnist", "digits"}, default=None
        By default the one that the run was trained on.
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
    dataset = dataset or _dataset_of(run)
    from skmnist import load_model

    model = load_model(path)
    task = tasks.load_task(dataset, data_home)
    try:
        models.check_task(model, task)
    except ValueError as error:
        raise ValueError(f"{path} cannot be tested on {task.name}: {error}") from error
    return task, models.true_labels(model, task.y_test), model.predict(task.X_test)


def _dataset_of(run):
    dataset = runs.read_metrics(run).get("dataset", "auto")
    if dataset not in tasks.CHOICES:
        raise ValueError(
            f"{run}/{runs.METRICS} is damaged: there is no data set {dataset!r}; choose one with "
            "--dataset"
        )
    return dataset
