"""Validation, history and early stopping."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from helpers import each_classifier, make_cnn, make_mlp, make_numpy_mlp
from numpy.testing import assert_array_equal
from sklearn.base import clone


@each_classifier
def test__history__record_per_epoch__ready_for_pandas(small, make):
    X, y = small
    clf = make(max_epochs=3).fit(X[:300], y[:300], X_val=X[300:], y_val=y[300:])
    frame = pd.DataFrame(clf.history_)
    assert list(frame.columns) == [
        "epoch",
        "train_loss",
        "train_accuracy",
        "valid_loss",
        "valid_accuracy",
        "learning_rate",
        "seconds",
        *(["temperature"] if hasattr(clf, "temperature_") else []),
    ]
    assert list(frame["epoch"]) == [1, 2, 3]
    assert clf.n_iter_ == 3
    assert frame["valid_accuracy"].iloc[-1] == pytest.approx(clf.score(X[300:], y[300:]))
    log_proba = clf.predict_log_proba(X[300:])
    assert frame["valid_loss"].iloc[-1] == pytest.approx(
        -log_proba[np.arange(100), y[300:]].mean(), rel=1e-4
    )
    assert frame["train_loss"].is_monotonic_decreasing
    assert frame["seconds"].gt(0).all()
    assert all(type(value) in (int, float) for value in clf.history_[0].values())


@each_classifier
def test__validation_set__given__never_changes_the_model(small, make):
    X, y = small
    clf = make(dropout=0.2, max_epochs=3)
    with_validation = clone(clf).fit(X[:300], y[:300], X_val=X[300:], y_val=y[300:])
    without = clone(clf).fit(X[:300], y[:300])
    assert_array_equal(with_validation.predict_proba(X), without.predict_proba(X))
    assert "valid_loss" not in without.history_[0]


@each_classifier
def test__validation_set__label_unknown_or_half_given__clear_error(small, make):
    X, y = small
    with pytest.raises(ValueError, match="y_val holds labels"):
        make().fit(X, y, X_val=X[:2], y_val=[0, 11])
    with pytest.raises(ValueError, match="together"):
        make().fit(X, y, X_val=X)


@pytest.mark.parametrize(
    "make",
    [
        partial(make_cnn, learning_rate_schedule="constant"),
        partial(make_mlp, learning_rate_schedule="constant"),
        make_numpy_mlp,
    ],
    ids=["cnn", "mlp", "numpy_mlp"],
)
def test__early_stopping__no_progress__stops_and_goes_back_to_the_best(small, make):
    X, y = small
    y_val = np.random.default_rng(0).integers(0, 10, 100)
    clf = make(early_stopping=True, n_iter_no_change=2, max_epochs=60)
    clf.fit(X[:300], y[:300], X_val=X[300:], y_val=y_val)
    accuracies = [epoch["valid_accuracy"] for epoch in clf.history_]
    best = int(np.argmax(accuracies))
    assert clf.n_iter_ == best + 1 + 2 < 60
    assert clf.score(X[300:], y_val) == pytest.approx(accuracies[best])
    loss = -clf.predict_log_proba(X[300:])[np.arange(100), y_val].mean()
    assert loss == pytest.approx(clf.history_[best]["valid_loss"], rel=1e-4)
    assert loss != pytest.approx(clf.history_[-1]["valid_loss"], rel=1e-3)


@each_classifier
def test__early_stopping__no_validation_set__holds_out_a_share(small, make):
    X, y = small
    clf = make(early_stopping=True, validation_fraction=0.25).fit(X, y)
    # a hundredth of the accuracy is one of the hundred images held out
    hits = clf.history_[0]["valid_accuracy"] * 100
    assert hits == pytest.approx(round(hits))
    with pytest.raises(ValueError, match="early_stopping could not set"):
        make(early_stopping=True).fit(X[:12], y[:12])
