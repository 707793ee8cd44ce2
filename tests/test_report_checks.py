"""Each check of a report finds what it is for, and nothing else."""

import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from skmnist.report import CHECKS
from skmnist.report.checks import run_checks
from skmnist.report.evidence import Evidence

N = 2000


def make_estimator(**attributes):
    params = {"random_state": attributes.pop("random_state", 0)}
    return SimpleNamespace(
        **{
            "classes_": np.arange(10),
            "history_": [{"epoch": 1, "valid_loss": 0.5, "valid_accuracy": 0.9}],
            "get_params": lambda deep=True: params,
        }
        | attributes
    )


def make_evidence(**changes):
    """Evidence in which nothing is wrong: 99 % of the images, as certain as it is right."""
    rng = np.random.default_rng(0)
    y = np.arange(N) % 10
    predicted = y.copy()
    wrong = np.arange(20) * 101 % N
    predicted[wrong] = (y[wrong] + 1) % 10
    confidence = np.full(N, 0.9905)
    confidence[wrong] = 0.985
    proba = np.repeat((1 - confidence)[:, None] / 9, 10, axis=1)
    proba[np.arange(N), predicted] = confidence
    evidence = Evidence(
        estimator=make_estimator(),
        X=rng.integers(0, 256, (N, 16), dtype=np.uint8),
        y=y,
        predicted=predicted,
        proba=proba,
        X_train=rng.integers(0, 256, (3000, 16), dtype=np.uint8),
        y_train=np.arange(3000) % 10,
        X_val=rng.integers(0, 256, (300, 16), dtype=np.uint8),
        train_accuracy=0.999,
        repeated=[0.990, 0.991, 0.989],
        cv_results=make_results([0.97, 0.99, 0.98]),
    )
    return replace(evidence, **changes)


def make_results(means, spread=0.001, **columns):
    """A search over l1 with three folds, whose scores differ by the same for all candidates."""
    scores = np.array([np.array(means) + fold * spread for fold in (-1, 0, 1)])
    return {
        "params": [{"l1": value} for value in (0.0, 1e-5, 1e-4)],
        "mean_test_score": scores.mean(axis=0),
        "std_test_score": scores.std(axis=0),
        **{f"split{k}_test_score": fold for k, fold in enumerate(scores)},
        **columns,
    }


def found(evidence):
    return {f.check.code: f.text for f in run_checks(evidence) if f.state == "found"}


def few_of_a_label():
    y_train = np.arange(3000) % 10
    y_train[y_train == 7] = 8
    y_train[:12] = 7
    return {"y_train": y_train}


def rare_label():
    y_train = np.arange(3000) % 10
    y_train[(y_train == 7) & (np.arange(3000) > 800)] = 8
    return {"y_train": y_train}


def copies(n):
    evidence = make_evidence()
    X = evidence.X.copy()
    X[:n] = evidence.X_train[5 : 5 + n]
    return {"X": X}


def contradiction():
    X_train = make_evidence().X_train.copy()
    X_train[4] = X_train[3]
    return {"X_train": X_train}


def validation_among_training():
    X_val = make_evidence().X_val.copy()
    X_val[:3] = make_evidence().X_train[:3]
    return {"X_val": X_val}


def validation_figures_of_the_test(**attributes):
    evidence = make_evidence()
    epoch = {"valid_loss": float(evidence.losses.mean()), "valid_accuracy": evidence.accuracy}
    history = [*attributes.pop("before", []), {"epoch": 1, **epoch}, *attributes.pop("after", [])]
    return {"X_val": None, "estimator": make_estimator(history_=history, **attributes)}


def losses(*values, **attributes):
    history = [{"epoch": e, "valid_loss": loss} for e, loss in enumerate(values, start=1)]
    return {"X_val": None, "estimator": make_estimator(history_=history, **attributes)}


def weak(n_wrong):
    evidence = make_evidence()
    predicted = evidence.y.copy()
    mine = np.flatnonzero(evidence.y == 8)[:n_wrong]
    predicted[mine] = 3
    return {"predicted": predicted, "proba": None}


def too_certain():
    proba = np.full((N, 10), 1e-4)
    proba[np.arange(N), make_evidence().predicted] = 1 - 9e-4
    predicted = make_evidence().predicted.copy()
    # 5 % more errors, just as certain
    rows = np.arange(0, N, 20)
    predicted[rows] = (predicted[rows] + 3) % 10
    proba[rows] = 1e-4
    proba[rows, predicted[rows]] = 1 - 9e-4
    return {"predicted": predicted, "proba": proba}


def suspicious():
    evidence = make_evidence()
    proba = evidence.proba.copy()
    wrong = np.flatnonzero(~evidence.right)[3]
    proba[wrong] = 1e-5
    proba[wrong, evidence.predicted[wrong]] = 0.99991
    return {"proba": proba}


def some_labels_only():
    evidence = make_evidence()
    kept = evidence.y != 4
    return {
        "X": evidence.X[kept],
        "y": evidence.y[kept],
        "predicted": evidence.predicted[kept],
        "proba": evidence.proba[kept],
    }


def first(n):
    evidence = make_evidence()
    return {name: getattr(evidence, name)[:n] for name in ("X", "y", "predicted", "proba")}


#: For each code evidence that it finds something in, and a piece of what it says.
FIRES = {
    "SKM001": [(few_of_a_label(), "fewer than 20 training images of 7 (12)")],
    "SKM002": [(first(400), "With 400 test images")],
    "SKM003": [
        (some_labels_only(), "No test image has the label 4"),
        ({"estimator": make_estimator(classes_=np.arange(9))}, "never trained on the label 9"),
    ],
    "SKM004": [(rare_label(), "the label 7 has 80")],
    "SKM005": [
        (copies(1), "1 test image of 2,000 is also"),
        (copies(2) | {"X_train": make_evidence().X_train.astype(float)}, "2 test images"),
    ],
    "SKM006": [(contradiction(), "1 training image occurs more than once")],
    "SKM007": [
        (validation_among_training(), "3 validation images of 300 are also"),
        ({"X_val": make_evidence().X}, "are the test images. If"),
        ({"X_val": make_evidence().X[:7]}, "are the test images in part (7)"),
        (validation_figures_of_the_test(), "are the test images"),
        (
            validation_figures_of_the_test(
                early_stopping=True, after=[{"epoch": 2, "valid_loss": 1, "valid_accuracy": 0.5}]
            ),
            "are the test images",
        ),
    ],
    "SKM008": [
        ({"X": make_evidence().X / 255}, "The pixels of the test images are 0.5"),
        ({"X": 255 - make_evidence().X // 8}, "of the test images are 240"),
        (
            {
                "X_train": None,
                "y_train": None,
                "X": make_evidence().X / 255,
                "estimator": make_estimator(scaling="standard", mean_=127.0, scale_=70.0),
            },
            "of the training images 127 ± 70",
        ),
    ],
    "SKM009": [({"predicted": np.zeros(N, int), "proba": None}, "The accuracy is 10.0 %")],
    "SKM010": [
        (weak(180) | {"train_accuracy": 0.99}, "99.00 % on training images, but 91.00 %"),
        (losses(0.5, 0.2, 0.4), "smallest after epoch 2 (0.200), and has risen to 0.400"),
    ],
    "SKM011": [(weak(60), "the label 8 (70.0 %)")],
    "SKM012": [(too_certain(), "too certain")],
    "SKM013": [(suspicious(), "For 1 test image"), (suspicious(), "(row 303)")],
    "SKM014": [({"repeated": [0.990, 0.981, 0.993]}, "from 98.10 % to 99.30 %")],
    "SKM015": [({"estimator": make_estimator(random_state=None)}, "random_state is None")],
    "SKM101": [({"cv_results": make_results([0.97, 0.98, 0.99])}, "l1 = 0.0001")],
    "SKM102": [
        (
            {
                "cv_results": make_results([0.97, 0.99, 0.9899])
                | {"split0_test_score": np.array([0.97, 0.988, 0.989])}
            },
            "1 other candidate of 2 is",
        )
    ],
    "SKM103": [
        (
            {
                "cv_results": {
                    "params": [{"l1": value} for value in (0.0, 1e-5, 1e-4)],
                    "mean_test_score": [0.97, 0.99, 0.98],
                    "std_test_score": [0, 0, 0],
                    "split0_test_score": [0.97, 0.99, 0.98],
                }
            },
            "one split only",
        )
    ],
    "SKM104": [({"cv_results": make_results([0.97, 0.99, np.nan])}, "1 candidate of 3 has")],
}

#: Evidence that is near what fires, but in which a check must find nothing.
QUIET = {
    "SKM007": [
        # not what decided, nor the last epoch
        validation_figures_of_the_test(after=[{"epoch": 2, "valid_loss": 1}])
    ],
    "SKM008": [{"X": make_evidence().X // 2 + 64}],
    "SKM010": [
        weak(180) | {"train_accuracy": None},
        losses(0.5, 0.2, 0.21),
        # the weights are those of the best epoch
        losses(0.5, 0.2, 0.4, early_stopping=True),
    ],
    "SKM011": [weak(3)],
    "SKM101": [
        # nothing is beyond 0
        {"cv_results": make_results([0.99, 0.98, 0.97])}
    ],
    "SKM104": [{"cv_results": make_results([0.97, 0.99, 0.98])}],
}


def test__checks__evidence_in_which_nothing_is_wrong__find_nothing():
    findings = run_checks(make_evidence())
    assert {finding.state for finding in findings} == {"fine"}
    assert [finding.check.code for finding in findings] == sorted(CHECKS)


def test__table_of_what_fires__has_every_check():
    assert set(FIRES) == set(CHECKS)


@pytest.mark.parametrize(
    ("code", "changes", "words"),
    [(code, *case) for code, cases in FIRES.items() for case in cases],
)
def test__check__what_it_is_for__is_found_and_told(code, changes, words):
    texts = found(make_evidence(**changes))
    assert words in texts.get(code, ""), texts


@pytest.mark.parametrize(
    ("code", "changes"), [(code, case) for code, cases in QUIET.items() for case in cases]
)
def test__check__what_only_resembles_it__is_not_found(code, changes):
    assert code not in found(make_evidence(**changes))


def test__checks__of_halving_search__the_best_of_the_last_iteration_counts():
    results = make_results([0.97, 0.98, 0.99], iter=[1, 1, 0])
    assert "SKM101" not in found(make_evidence(cv_results=results))


def test__checks__ignored__are_left_out():
    findings = run_checks(make_evidence(**suspicious()), ignore=["SKM013"])
    (ignored,) = (f for f in findings if f.check.code == "SKM013")
    assert (ignored.state, ignored.text) == ("not checked", "left out on request")


def test__checks__code_that_is_not_there__raises():
    with pytest.raises(ValueError, match="There is no check SKM999; ignore takes SKM001"):
        run_checks(make_evidence(), ignore=["SKM999"])


def test__check_of_the_seed__classifier_that_may_not_use_it__is_not_made():
    evidence = make_evidence(estimator=make_estimator(random_state=None, history_=[]))
    (seed,) = (f for f in run_checks(evidence) if f.check.code == "SKM015")
    assert (seed.state, seed.text) == ("not checked", "the classifier has no history_")


def test__checks__what_they_need_is_missing__say_what_to_give():
    evidence = make_evidence(X_train=None, y_train=None, proba=None, repeated=[], cv_results=None)
    texts = {f.check.code: f.text for f in run_checks(evidence) if f.state == "not checked"}
    assert texts["SKM001"] == texts["SKM005"] == "pass X_train and y_train"
    assert texts["SKM012"] == "the classifier has no predict_proba"
    assert texts["SKM014"] == "pass fits with other seeds as repeats"
    assert texts["SKM101"] == "this is no search"


def test__table_of_checks_in_the_guide__is_that_of_the_code():
    page = Path(__file__).resolve().parents[1] / "docs" / "report.md"
    rows = re.findall(
        r"^\| `(SKM\d+)` \| (.*?) \| (.*?) \|$", page.read_text("utf-8"), re.MULTILINE
    )
    assert rows == [(code, check.title, check.when) for code, check in sorted(CHECKS.items())]


def test__checks__of_halving_over_epochs__the_resource_is_at_no_edge():
    results = make_results([0.97, 0.98, 0.99], iter=[0, 1, 2], n_resources=[1, 3, 9])
    results["params"] = [{"l1": 0.0, "max_epochs": n} for n in (1, 3, 9)]
    assert "SKM101" not in found(make_evidence(cv_results=results))
    del results["n_resources"]
    assert "max_epochs = 9" in found(make_evidence(cv_results=results))["SKM101"]
