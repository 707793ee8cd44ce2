"""Writing a report."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from skmnist._files import write_text
from skmnist.report.checks import run_checks
from skmnist.report.evidence import Evidence, gather
from skmnist.report.svg import drawing


def write_report(
    estimator: Any,
    X: Any,
    y: Any,
    path: str | os.PathLike[str],
    *,
    X_train: Any = None,
    y_train: Any = None,
    X_val: Any = None,
    repeats: Sequence[Any] = (),
    cv_results: Mapping[str, Any] | None = None,
    ignore: Collection[str] = (),
    title: str | None = None,
    command: str | None = None,
) -> Path:
    """Write a page on how good a fitted classifier is, and on what may be wrong with that number.

    The page is one HTML file. It needs no network, and works on a phone and on paper. It holds the
    accuracy with its uncertainty, checks in plain words, the confusion matrix, a table of the
    labels, a reliability diagram, the errors with the largest loss, curves of the training, the
    settings that differ from the defaults, versions, and how to repeat it all. Of a search it also
    shows the candidates. This needs Jinja2: ``pip install "skmnist[report]"``.

    Parameters
    ----------
    estimator : fitted classifier or search
        A classifier of this package, or one of scikit-learn on images. It may be inside a
        pipeline or a `TransformedTargetClassifier`. Of a search such as ``GridSearchCV`` the best
        estimator is reported, if it was refitted.
    X : array-like of shape (n_samples, n_features), (n_samples, height, width) or \
            (n_samples, 1, height, width)
        Images that nothing was learned from. None if a search was not refitted.
    y : array-like of shape (n_samples,)
        Their true labels, as ``score`` takes them. None if a search was not refitted.
    path : path-like
        File to write; the usual suffix is ``.html``.
    X_train, y_train : array-like, default=None
        What the estimator was trained on. Several checks need it.
    X_val : array-like, default=None
        Validation images of the training, to check that they are separate.
    repeats : sequence of fitted classifiers, default=()
        Fits of the same settings with other seeds.
    cv_results : dict, default=None
        The ``cv_results_`` of the search that chose the parameters; that of a search by default.
    ignore : collection of str, default=()
        Codes of checks that are left out, such as ``["SKM013"]``.
    title : str, default=None
        Heading of the page. By default it names the classifier.
    command : str, default=None
        The command line that trained the classifier, to be shown as the way to repeat it.

    Returns
    -------
    path : pathlib.Path
        The file written.

    Raises
    ------
    ImportError
        If Jinja2 is not installed.
    ValueError
        If the data do not fit the estimator, a code is unknown, or a search has several metrics.
    OSError
        If the file cannot be written.

    See Also
    --------
    sklearn.metrics.classification_report : Precision and recall as text.

    Notes
    -----
    The interval of the accuracy is Wilson's: it says how far chance in the choice of test images
    may have changed the number. It says nothing about other seeds, or about images of another
    kind.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from sklearn.datasets import load_digits
    >>> from sklearn.model_selection import train_test_split
    >>> from skmnist import NumpyMLPClassifier, write_report
    >>> X_train, X_test, y_train, y_test = train_test_split(
    ...     *load_digits(return_X_y=True), random_state=0
    ... )
    >>> clf = NumpyMLPClassifier(max_epochs=5, random_state=0).fit(X_train, y_train)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = write_report(
    ...         clf, X_test, y_test, Path(folder) / "report.html", X_train=X_train, y_train=y_train
    ...     )
    ...     "Few test images" in path.read_text(encoding="utf-8")
    True
    """
    check_installed()
    if cv_results is None:
        cv_results = getattr(estimator, "cv_results_", None)
    if cv_results is not None and "mean_test_score" not in cv_results:
        raise ValueError(
            "The search has several metrics, so its candidates have no single order. Report its "
            "best_estimator_, or search by one metric."
        )
    searched = hasattr(estimator, "cv_results_")
    fitted = getattr(estimator, "best_estimator_", None if searched else estimator)
    if fitted is None or X is None:
        if cv_results is None:
            raise ValueError("Pass X and y: images that nothing was learned from, and labels.")
        if X is not None:
            raise ValueError(
                "The search has no best_estimator_, because it was made with refit=False. Pass "
                "None for X and y, or fit it with refit=True."
            )
        evidence = Evidence(cv_results=cv_results)
    else:
        evidence = gather(
            fitted,
            X,
            y,
            X_train=X_train,
            y_train=y_train,
            X_val=X_val,
            repeats=repeats,
            cv_results=cv_results,
        )
    findings = run_checks(evidence, ignore)
    from skmnist.report.page import render

    with drawing():
        text = render(
            evidence,
            findings,
            searched=estimator,
            title=title,
            command=command,
            when=datetime.now(UTC),
        )
    path = Path(path)
    write_text(path, text)
    return path


def check_installed():
    """Raise an error unless Jinja2 is installed."""
    try:
        import jinja2  # noqa: F401
    except ImportError as error:
        raise ImportError(
            'A report needs Jinja2. Install it with: pip install "skmnist[report]"'
        ) from error
