"""The page of a report: what its template is given."""

import hashlib
import inspect
import math
from importlib.resources import files

import numpy as np
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from skmnist import _environment as environment
from skmnist._fitted import given_image_shape
from skmnist.plots._images import as_images
from skmnist.plots._values import is_number
from skmnist.report import figures, search
from skmnist.report.checks.words import percent
from skmnist.report.pictures import data_uri
from skmnist.report.statistics import calibration_error, mean_interval, wilson_interval

_N_ERRORS = 24
_LONG = 300


def render(evidence, findings, *, searched, title, command, when):
    """Return the page as text.

    Parameters
    ----------
    evidence : Evidence
    findings : list of Finding
    searched : estimator
        What was given: the search, if it is one.
    title, command : str or None
    when : datetime.datetime
    """
    jinja = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    jinja.filters |= {"percent": _unbroken_percent, "svg": Markup}
    folder = files("skmnist.report")
    template = jinja.from_string(folder.joinpath("page.html").read_text(encoding="utf-8"))
    found = {
        state: [finding for finding in findings if finding.state == state]
        for state in ("found", "fine", "not checked")
    }
    return template.render(
        style=Markup(folder.joinpath("style.css").read_text(encoding="utf-8")),
        title=title or _title(evidence, searched),
        found=found,
        measured=None if evidence.y is None else _measured(evidence),
        search=None if evidence.cv_results is None else _search(evidence, searched),
        training=None if evidence.y is None else _training(evidence, command),
        command=command,
        versions=environment.versions(),
        machine=environment.machine(),
        when=f"{when:%Y-%m-%d %H:%M} UTC",
    )


def _unbroken_percent(share, digits=None):
    """Return a share as text that stays on one line."""
    return percent(share, digits).replace(" ", "\xa0")


def _title(evidence, searched):
    name = type(searched if evidence.y is None else evidence.classifier).__name__
    return f"{name}: search report" if evidence.y is None else f"{name}: report"


# -- what was measured


def _measured(evidence):
    n_right = int(evidence.right.sum())
    low, high = wilson_interval(n_right, evidence.n)
    measured = {
        "n": evidence.n,
        "n_errors": evidence.n - n_right,
        "accuracy": evidence.accuracy,
        "low": low,
        "high": high,
        "loss": None,
        "labels": _labels(evidence),
        "confusion": figures.confusion_matrix(evidence),
        "distribution": figures.label_distribution(evidence),
        "reliability": None,
        "errors": _errors(evidence),
        "repeated": _repeated(evidence.repeated),
        "train_accuracy": evidence.train_accuracy,
    }
    if evidence.proba is not None:
        loss, half = mean_interval(evidence.losses)
        measured |= {
            "loss": loss,
            "loss_half": None if math.isnan(half) else half,
            "calibration_error": calibration_error(evidence.confidence, evidence.right),
            "confidence": float(evidence.confidence.mean()),
            "reliability": figures.reliability(evidence),
        }
    return measured


def _labels(evidence):
    """Return a row for each label: numbers, recall with its interval, precision, confusions."""
    rows = []
    for name in evidence.labels:
        mine, called = evidence.y == name, evidence.predicted == name
        n, hits = int(mine.sum()), int((mine & called).sum())
        precision = hits / called.sum() if called.any() else math.nan
        recall = hits / n if n else math.nan
        both = precision + recall
        low, high = wilson_interval(hits, n)
        wrong = evidence.predicted[mine & ~called]
        others, counts = np.unique(wrong, return_counts=True)
        rows.append(
            {
                "name": str(name),
                "n": n,
                "n_train": None
                if evidence.y_train is None
                else int((evidence.y_train == name).sum()),
                "recall": recall,
                "low": low if n else math.nan,
                "high": high if n else math.nan,
                "precision": precision,
                "f1": 2 * precision * recall / both if both > 0 else math.nan,
                "taken_for": ", ".join(
                    f"{others[i]} ({counts[i]})" for i in np.argsort(-counts, kind="stable")[:3]
                ),
            }
        )
    return rows


def _errors(evidence):
    """Return the errors with the largest loss, or the first ones if there are no probabilities."""
    wrong = np.flatnonzero(~evidence.right)
    if evidence.losses is not None:
        wrong = wrong[np.argsort(-evidence.losses[wrong], kind="stable")]
    wrong = wrong[:_N_ERRORS]
    shape = given_image_shape(evidence.estimator, evidence.X.shape[1])
    images = as_images(evidence.X[wrong], shape)
    return [
        {
            "row": int(row),
            "picture": data_uri(image),
            "true": str(evidence.y[row]),
            "predicted": str(evidence.predicted[row]),
            "probability": None if evidence.proba is None else float(evidence.confidence[row]),
            "loss": None if evidence.losses is None else float(evidence.losses[row]),
        }
        for row, image in zip(wrong, images, strict=True)
    ]


def _repeated(accuracies):
    if not accuracies:
        return None
    return {
        "accuracies": accuracies,
        "mean": float(np.mean(accuracies)),
        "std": float(np.std(accuracies, ddof=1)),
    }


# -- how it was trained


def _training(evidence, command):
    classifier = evidence.classifier
    history = evidence.history
    count = getattr(classifier, "count_parameters", None)
    seconds = [epoch["seconds"] for epoch in history if "seconds" in epoch]
    return {
        "name": type(classifier).__name__,
        "n_train": None if evidence.y_train is None else len(evidence.y_train),
        "n_parameters": count() if count else None,
        "n_epochs": getattr(classifier, "n_iter_", None) if history else None,
        "seconds": sum(seconds) if seconds else None,
        "summary": classifier.summary() if hasattr(classifier, "summary") else None,
        "curves": figures.curves(evidence),
        "settings": _settings(classifier),
        "code": _code(evidence.estimator),
        "fingerprints": {
            name: _fingerprint(X, y)
            for name, X, y in (
                ("training", evidence.X_train, evidence.y_train),
                ("test", evidence.X, evidence.y),
            )
            if X is not None
        },
    }


def _settings(estimator):
    """Return the parameters that differ from their defaults: name, value, default."""
    signature = inspect.signature(type(estimator).__init__).parameters
    settings = []
    for name, value in estimator.get_params(deep=False).items():
        default = signature[name].default if name in signature else inspect.Parameter.empty
        if repr(value) != repr(default) and not _is_same_number(value, default):
            shown = "–" if default is inspect.Parameter.empty else repr(default)
            settings.append({"name": name, "value": _shortened(repr(value)), "default": shown})
    return settings


def _code(estimator):
    """Return lines of Python that make the estimator again and fit it."""
    call = " ".join(estimator.__repr__(N_CHAR_MAX=10_000).split())
    lines = [f"clf = {call}", "clf.fit(X_train, y_train)"]
    if type(estimator).__module__.startswith("skmnist."):
        lines.insert(0, f"from skmnist import {type(estimator).__name__}")
    return "\n".join(lines)


def _fingerprint(X, y):
    """Return a short text that only the same images and labels in the same order have."""
    digest = hashlib.sha256(np.ascontiguousarray(X).tobytes())
    digest.update("\n".join(map(str, y.tolist())).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]


def _search(evidence, searched):
    results = evidence.cv_results
    names = search.searched(results)
    return {
        "n_candidates": len(results["params"]),
        "n_splits": len(search.split_scores(results)),
        "names": names,
        "candidates": search.candidates(results),
        "figures": search.figures(results),
        "name": type(searched).__name__ if hasattr(searched, "cv_results_") else None,
    }


def _is_same_number(value, other):
    return is_number(value) and is_number(other) and value == other


def _shortened(text):
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"
