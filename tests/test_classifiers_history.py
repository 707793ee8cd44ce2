"""Validation, history and early stopping."""

import numpy as np
import pandas as pd
import pytest
from helpers import make_cnn
from numpy.testing import assert_array_equal


def test__history__record_per_epoch__ready_for_pandas(small):
    X, y = small
    clf = make_cnn().fit(X[:300], y[:300], X_val=X[300:], y_val=y[300:])
    frame = pd.DataFrame(clf.history_)
    assert list(frame.columns) == [
        "epoch",
        "train_loss",
        "train_accuracy",
        "valid_loss",
        "valid_accuracy",
        "learning_rate",
        "seconds",
        "temperature",
    ]
    assert list(frame["epoch"]) == [1, 2, 3]
    assert clf.n_iter_ == 3
    assert frame["valid_accuracy"].iloc[-1] == pytest.approx(clf.score(X[300:], y[300:]))
    assert frame["seconds"].gt(0).all()


def test__validation_set__given__never_changes_the_model(small):
    X, y = small
    with_validation = make_cnn().fit(X[:300], y[:300], X_val=X[300:], y_val=y[300:])
    without = make_cnn().fit(X[:300], y[:300])
    assert_array_equal(with_validation.predict_proba(X), without.predict_proba(X))
    assert "valid_loss" not in without.history_[0]


def test__validation_set__label_unknown_or_half_given__clear_error(small):
    X, y = small
    with pytest.raises(ValueError, match="y_val holds labels"):
        make_cnn().fit(X, y, X_val=X[:2], y_val=[0, 11])
    with pytest.raises(ValueError, match="together"):
        make_cnn().fit(X, y, X_val=X)


def test__early_stopping__no_progress__stops_and_goes_back_to_the_best(small):
    X, y = small
    rng = np.random.default_rng(0)
    clf = make_cnn(
        early_stopping=True, n_iter_no_change=2, max_epochs=40, learning_rate_schedule="constant"
    ).fit(X[:300], y[:300], X_val=X[300:], y_val=rng.integers(0, 10, 100))
    accuracies = [epoch["valid_accuracy"] for epoch in clf.history_]
    assert clf.n_iter_ < 40
    assert len(accuracies) - 1 - int(np.argmax(accuracies)) == 2
    rng = np.random.default_rng(0)
    assert clf.score(X[300:], rng.integers(0, 10, 100)) == pytest.approx(max(accuracies))


def test__early_stopping__no_validation_set__holds_out_a_share(small):
    X, y = small
    clf = make_cnn(early_stopping=True, validation_fraction=0.25).fit(X, y)
    assert "valid_accuracy" in clf.history_[0]
    # a hundredth of the accuracy is one of the hundred images held out
    assert clf.history_[0]["valid_accuracy"] * 100 == pytest.approx(
        round(clf.history_[0]["valid_accuracy"] * 100)
    )
    with pytest.raises(ValueError, match="early_stopping could not set"):
        make_cnn(early_stopping=True).fit(X[:12], y[:12])
