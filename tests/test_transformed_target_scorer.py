"""``transformed_target_scorer``."""

import pickle
from functools import partial

import numpy as np
import pytest
from helpers import bayes, squares
from sklearn.base import clone
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.metrics import (
    accuracy_score,
    f1_score,
    fbeta_score,
    get_scorer,
    log_loss,
    make_scorer,
    roc_auc_score,
)
from sklearn.model_selection import GridSearchCV, cross_val_score, cross_validate
from sklearn.naive_bayes import BernoulliNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Binarizer, LabelEncoder, MinMaxScaler
from sklearn.svm import SVC
from sklearn.utils.metadata_routing import MetadataRequest, get_routing_for_object

from skmnist.targets import (
    SquareDigitTransformer,
    transformed_target_scorer,
)

SQUARE = SquareDigitTransformer()


@pytest.fixture(scope="module")
def fitted(split):
    X, _, y, _ = split
    return squares(bayes()).fit(X, y)


@pytest.mark.parametrize(
    ("scoring", "metric"),
    [
        ("roc_auc", lambda y, proba: roc_auc_score(y, proba[:, 1])),
        ("neg_log_loss", lambda y, proba: -log_loss(y, proba)),
        ("f1", lambda y, proba: f1_score(y, proba.argmax(axis=1))),
        (make_scorer(fbeta_score, beta=2), lambda y, p: fbeta_score(y, p.argmax(axis=1), beta=2)),
        (
            make_scorer(log_loss, response_method="predict_proba", greater_is_better=False),
            lambda y, proba: -log_loss(y, proba),
        ),
        (
            make_scorer(f1_score, pos_label=0),
            lambda y, proba: f1_score(y, proba.argmax(axis=1), pos_label=0),
        ),
        (
            lambda estimator, X, y: np.mean(estimator.predict(X) == y),
            lambda y, proba: np.mean(y == proba.argmax(axis=1)),
        ),
    ],
)
def test__scorer__any_scoring__scores_transformed_labels(split, fitted, scoring, metric):
    _, X_test, _, y_test = split
    scorer = transformed_target_scorer(SquareDigitTransformer(), scoring)
    expected = metric(np.isin(y_test, [0, 1, 4, 9]).astype(int), fitted.predict_proba(X_test))
    assert scorer(fitted, X_test, y_test) == pytest.approx(expected)
    assert scorer(fitted, X_test, list(y_test.astype(str))) == pytest.approx(expected)


def test__scorer__transformer_not_fitted__clone_is_fitted_on_y(fitted, split):
    _, X_test, _, _ = split
    transformer = LabelEncoder()
    scorer = transformed_target_scorer(transformer, "accuracy")
    predicted = fitted.predict(X_test)
    assert scorer(fitted, X_test, np.where(predicted, "yes", "no")) == 1.0
    assert not hasattr(transformer, "classes_")


def test__scorer__fitted_transformer__is_used_as_it_is(fitted, split):
    _, X_test, _, _ = split
    scorer = transformed_target_scorer(LabelEncoder().fit(["no", "yes"]), "accuracy")
    X = X_test[fitted.predict(X_test) == 1]
    # one fitted on these alone would make them 0
    assert scorer(fitted, X, ["yes"] * len(X)) == 1.0


def test__scorer__transformer_of_columns__gets_a_column(fitted, split):
    _, X_test, _, y_test = split
    scorer = transformed_target_scorer(Binarizer(threshold=4), "accuracy")
    assert scorer(fitted, X_test, y_test) == np.mean(fitted.predict(X_test) == (y_test > 4))


@pytest.mark.parametrize("estimator", ["alone", "in pipeline"])
def test__scorer__in_grid_search__works_on_raw_labels_in_processes(split, estimator):
    X, X_test, y, y_test = split
    clf = squares(SVC())
    name = "classifier__C"
    if estimator == "in pipeline":
        clf, name = make_pipeline(MinMaxScaler(), clf), f"transformedtargetclassifier__{name}"
    scoring = transformed_target_scorer(SquareDigitTransformer(), "roc_auc")
    search = GridSearchCV(clf, {name: [1e-4, 1.0]}, scoring=scoring, cv=3, n_jobs=2).fit(X, y)
    expected = roc_auc_score(SQUARE.transform(y_test), search.decision_function(X_test))
    assert expected < 1
    assert search.score(X_test, y_test) == expected
    # and a fitted search is itself something to score
    assert scoring(search, X_test, y_test) == expected


def test__scorer__several_metrics__are_those_of_single_ones(split):
    X, _, y, _ = split
    names = ["roc_auc", "neg_log_loss", "neg_brier_score"]
    scoring = {name: transformed_target_scorer(SQUARE, name) for name in names}
    clf = squares(BernoulliNB(binarize=0.5))
    results = cross_validate(clf, X, y, scoring=scoring, cv=3)
    for name in names:
        single = cross_val_score(clf, X, y, scoring=scoring[name], cv=3)
        np.testing.assert_array_equal(results[f"test_{name}"], single)


def square_recall(estimator, X, y, sample_weight=None):
    sample_weight = np.ones(len(y)) if sample_weight is None else sample_weight
    return np.average(estimator.predict(X)[y == 1], weights=sample_weight[y == 1])


def test__scorer__callable_beside_names__works_in_a_dict(split):
    X, _, y, _ = split
    scoring = {
        "own": transformed_target_scorer(SQUARE, square_recall),
        "recall": transformed_target_scorer(SQUARE, "recall"),
        "plain": square_recall_of_raw,
    }
    results = cross_validate(squares(bayes()), X, y, scoring=scoring, cv=3)
    np.testing.assert_allclose(results["test_own"], results["test_recall"])
    np.testing.assert_allclose(results["test_own"], results["test_plain"])


def square_recall_of_raw(estimator, X, y):
    return square_recall(estimator, X, SQUARE.transform(y))


def test__scorer__callable_that_returns_several__returns_them(split):
    X, _, y, _ = split

    def several(estimator, X, y):
        return {"recall": square_recall(estimator, X, y), "n": len(y)}

    results = cross_validate(
        squares(bayes()), X, y, scoring=transformed_target_scorer(SQUARE, several), cv=3
    )
    assert results["test_n"].tolist() == [150, 150, 150]
    assert results["test_recall"].min() > 0.5


@pytest.mark.parametrize("scoring", ["roc_auc", make_scorer(f1_score), square_recall])
def test__scorer__restored_or_cloned__is_the_same(split, fitted, scoring):
    _, X_test, _, y_test = split
    scorer = transformed_target_scorer(SQUARE, scoring)
    for restored in [pickle.loads(pickle.dumps(scorer)), clone(scorer, safe=False)]:
        assert restored is not scorer
        assert repr(restored) == repr(scorer)
        assert restored(fitted, X_test, y_test) == scorer(fitted, X_test, y_test)


@pytest.mark.parametrize(
    ("scoring", "shown"),
    [
        ("roc_auc", "'roc_auc'"),
        (make_scorer(f1_score, pos_label=0), f"{make_scorer(f1_score, pos_label=0)!r}"),
        (square_recall, "square_recall"),
    ],
)
def test__scorer__repr__says_what_it_does(scoring, shown):
    scorer = transformed_target_scorer(SQUARE, scoring)
    assert repr(scorer) == f"transformed_target_scorer(SquareDigitTransformer(), {shown})"


@pytest.mark.parametrize("scoring", ["accuracy", make_scorer(accuracy_score), square_recall])
def test__scorer__sample_weight__counts(split, fitted, scoring):
    _, X_test, _, y_test = split
    scorer = transformed_target_scorer(SQUARE, scoring)
    weights = np.where(y_test == 4, 0.0, 1.0)
    some = y_test != 4
    weighted = scorer(fitted, X_test, y_test, sample_weight=weights)
    assert weighted == pytest.approx(scorer(fitted, X_test[some], y_test[some]))
    assert weighted != scorer(fitted, X_test, y_test)


@pytest.mark.parametrize("scoring", ["accuracy", make_scorer(accuracy_score), square_recall])
def test__scorer__set_score_request__routes_weights_to_the_scorer(routing, split, scoring):
    X, _, y, _ = split
    weights = np.where(y == 4, 0.0, 1.0)
    inner = bayes().set_fit_request(sample_weight=False)
    scorer = transformed_target_scorer(SQUARE, scoring)
    run = partial(cross_val_score, squares(inner), X, y, cv=3)
    with pytest.raises(UnsetMetadataPassedError, match="TransformedTargetScorer"):
        run(scoring=scorer, params={"sample_weight": weights})
    assert scorer.set_score_request(sample_weight=True) is scorer
    weighted = run(scoring=scorer, params={"sample_weight": weights})
    assert not np.allclose(weighted, run(scoring=scorer))
    aliased = transformed_target_scorer(SQUARE, scoring).set_score_request(sample_weight="w")
    several = {"a": aliased, "b": scorer}
    results = cross_validate(
        squares(inner), X, y, cv=3, scoring=several, params={"w": weights, "sample_weight": None}
    )
    np.testing.assert_array_equal(results["test_a"], weighted)
    np.testing.assert_array_equal(results["test_b"], run(scoring=scorer))


def test__scorer__requests_of_the_given_scorer__are_kept_and_not_shared(routing):
    given = get_scorer("accuracy").set_score_request(sample_weight="w")
    scorer = transformed_target_scorer(SQUARE, given)
    assert get_routing_for_object(scorer).score.requests == {"sample_weight": "w"}
    scorer.set_score_request(sample_weight=False)
    assert get_routing_for_object(given).score.requests == {"sample_weight": "w"}


class RoutedScorer:
    def __call__(self, estimator, X, y, sample_weight=None):
        return square_recall(estimator, X, y, sample_weight)

    def get_metadata_routing(self):
        requests = MetadataRequest(owner=self)
        requests.score.add_request(param="sample_weight", alias="w")
        return requests


def test__scorer__callable_with_requests__keeps_them(routing, split):
    X, _, y, _ = split
    weights = np.where(y == 4, 0.0, 1.0)
    scorer = transformed_target_scorer(SQUARE, RoutedScorer())
    run = partial(cross_val_score, squares(bayes()), X, y, cv=3)
    weighted = run(scoring=scorer, params={"w": weights})
    assert not np.allclose(weighted, run(scoring=scorer))
    scorer.set_score_request(sample_weight="v")
    np.testing.assert_array_equal(run(scoring=scorer, params={"v": weights}), weighted)


def test__scorer__without_routing__weights_of_a_search_are_passed_if_taken(split):
    X, _, y, _ = split
    weights = np.where(y == 4, 0.0, 1.0)

    def unweighted(estimator, X, y):
        return square_recall(estimator, X, y)

    scoring = {
        "weighted": transformed_target_scorer(SQUARE, square_recall),
        "unweighted": transformed_target_scorer(SQUARE, unweighted),
    }
    search = GridSearchCV(
        squares(bayes()), {"classifier__alpha": [1.0]}, scoring=scoring, refit=False
    )
    with pytest.warns(UserWarning, match="scoring unweighted=.* does not support sample_weight"):
        search.fit(X, y, sample_weight=weights)
    results = search.cv_results_
    assert results["mean_test_weighted"][0] != results["mean_test_unweighted"][0]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("roc_auc", SQUARE), "transformer must be a transformer object"),
        ((SquareDigitTransformer, "roc_auc"), "transformer must be a transformer object"),
        ((None, "roc_auc"), "transformer must be a transformer object"),
        ((SQUARE, ["roc_auc", "f1"]), "pass a dict of scorers"),
        ((SQUARE, None), "scoring must be one scorer"),
    ],
)
def test__scorer__bad_arguments__are_refused(args, message):
    with pytest.raises(TypeError, match=message):
        transformed_target_scorer(*args)


def test__scorer__unknown_name_or_bare_metric__is_refused():
    with pytest.raises(ValueError, match="'scoring' parameter"):
        transformed_target_scorer(SQUARE, "auc")
    with pytest.raises(ValueError, match="make_scorer"):
        transformed_target_scorer(SQUARE, roc_auc_score)
