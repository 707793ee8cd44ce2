"""What a check is, and how all of them are made."""

from collections.abc import Callable
from dataclasses import dataclass

#: What a check may need beside the images and their labels, and how to give it.
_MISSING = {
    "X_train": "pass X_train and y_train",
    "proba": "the classifier has no predict_proba",
    "history": "the classifier has no history_",
    "train_pixels": "pass X_train and y_train",
    "repeated": "pass fits with other seeds as repeats",
    "cv_results": "this is no search",
}


@dataclass(frozen=True)
class Check:
    """A question to the evidence.

    Attributes
    ----------
    code : str
        "SKM" and a number. It never changes its meaning.
    title : str
    when : str
        When something is found.
    advice : str
        What to do about it.
    function : callable
        Of the `Evidence`. It returns what it found, or None.
    needs : tuple of str
        What the evidence must hold.
    """

    code: str
    title: str
    when: str
    advice: str
    function: Callable
    needs: tuple = ()


@dataclass(frozen=True)
class Finding:
    """What came of a check.

    Attributes
    ----------
    check : Check
    state : {"found", "fine", "not checked"}
    text : str
        What was found, or why it was not checked.
    """

    check: Check
    state: str
    text: str = ""


#: All checks by their codes.
CHECKS = {}


def run_checks(evidence, ignore=()):
    """Return what comes of all checks, in the order of their codes.

    Parameters
    ----------
    evidence : Evidence
    ignore : collection of str
        Codes of checks to leave out.

    Returns
    -------
    findings : list of Finding

    Raises
    ------
    ValueError
        If there is no check of a code.
    """
    ignore = [ignore] if isinstance(ignore, str) else list(ignore)
    unknown = [code for code in ignore if code not in CHECKS]
    if unknown:
        raise ValueError(
            f"There is no check {', '.join(map(str, unknown))}; "
            f"ignore takes {', '.join(sorted(CHECKS))}."
        )
    findings = []
    for code, one in sorted(CHECKS.items()):
        if code in ignore:
            findings.append(Finding(one, "not checked", "left out on request"))
            continue
        if evidence.y is None and "cv_results" not in one.needs:
            findings.append(Finding(one, "not checked", "pass X and y"))
            continue
        missing = [name for name in one.needs if _is_missing(getattr(evidence, name))]
        if missing:
            findings.append(Finding(one, "not checked", _MISSING[missing[0]]))
            continue
        text = one.function(evidence)
        findings.append(Finding(one, "found" if text else "fine", text or ""))
    return findings


def _is_missing(value):
    return value is None or (isinstance(value, list) and not value)


def check(code, title, when, advice, *needs):
    """Register a function as a check; see `Check`."""

    def register(function):
        CHECKS[code] = Check(code, title, when, advice, function, needs)
        return function

    return register
