"""What ``--report`` of several commands does."""

from skmnist.cli.own_files import check_replaceable

REPORT = "report.html"

#: Tells a report: only such a file is replaced.
_MARK = 'content="skmnist report"'


def add_argument(parser):
    """Add the option."""
    parser.add_argument(
        "--report",
        action="store_true",
        help="also write a page on the model into the run folder: its accuracy with the "
        f"uncertainty, checks, errors, curves ({REPORT})",
    )


def check_installed():
    """Raise an error if a report cannot be written: better before training than after it."""
    from skmnist.report.write import check_installed

    check_installed()


def check_free(folder):
    """Raise an error if the page would replace a file that is no report."""
    check_replaceable(folder / REPORT, _MARK, "report of skmnist", "move it away")


def write(folder, model, task, *, train=None, X_val=None, repeats=(), cv_results=None, command):
    """Write the page on a model into a run folder.

    Parameters
    ----------
    folder : pathlib.Path
    model : fitted estimator
    task : Task
    train : tuple of array, default=None
        Images that the model was trained on, and their labels, if they are known.
    X_val : ndarray, default=None
        Validation images of the training.
    repeats : sequence of fitted estimators, default=()
        With other seeds.
    cv_results : dict, default=None
        Of the search that chose the parameters.
    command : str
        The command line.

    Returns
    -------
    path : pathlib.Path
    """
    from skmnist import write_report

    X_train, y_train = train or (None, None)
    return write_report(
        model,
        task.X_test,
        task.y_test,
        folder / REPORT,
        X_train=X_train,
        y_train=y_train,
        X_val=X_val,
        repeats=repeats,
        cv_results=cv_results,
        title=f"{task.name}: report on {folder.resolve().name}",
        command=command,
    )
