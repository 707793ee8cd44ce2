"""``skmnist evaluate``: test a saved model again."""

from skmnist.cli import runs, tasks


def add_parser(subparsers, parents):
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "evaluate",
        parents=parents,
        help="test a saved model on the test set",
        description="Test the model of a run folder on the test set that it belongs to.",
    )
    parser.add_argument("model", metavar="RUN", help="run folder, or a saved model")
    tasks.add_arguments(parser, default=None)
    parser.set_defaults(run=_run)


def _run(args):
    from sklearn.metrics import classification_report

    task, predicted = evaluate(args.model, dataset=args.dataset, data_home=args.data_home)
    n_errors = int((predicted != task.y_test).sum())
    n_test = len(task.y_test)
    print(classification_report(task.y_test, predicted, digits=4))
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
        With the test set's images and labels.
    predicted : ndarray of shape (n_test,)
    """
    path = runs.model_path(run)
    dataset = dataset or runs.read_metrics(run).get("dataset", "auto")
    from skmnist import load_model

    classifier = load_model(path)
    task = tasks.load_task(dataset, data_home)
    return task, classifier.predict(task.X_test)
