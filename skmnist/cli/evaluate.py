"""``skmnist evaluate``: test a saved model again."""

from skmnist.cli import models, runs, tasks


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
    parser.set_defaults(run=_run)


def _run(args):
    from sklearn.metrics import classification_report

    task, y_test, predicted = evaluate(args.model, dataset=args.dataset, data_home=args.data_home)
    n_errors = int((predicted != y_test).sum())
    n_test = len(y_test)
    print(classification_report(y_test, predicted, digits=4, zero_division=0))
    print(
        f"Test accuracy {1 - n_errors / n_test:.2%} on {task.name}: {n_errors} errors in "
        f"{n_test:,} images."
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
