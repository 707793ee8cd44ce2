"""``TransformedTargetClassifier``."""

import copy
import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from helpers import bayes, squares
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    StratifiedKFold,
    TunedThresholdClassifierCV,
    cross_val_score,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    Binarizer,
    FunctionTransformer,
    LabelEncoder,
    MinMaxScaler,
    OneHotEncoder,
    StandardScaler,
)
from sklearn.svm import SVC
from sklearn.utils import get_tags

from skmnist import MnistCNNClassifier
from skmnist.targets import SquareDigitTransformer, TransformedTargetClassifier

SQUARE = SquareDigitTransformer()
DIGITS = list(range(10))


# -- fitting and predicting


def test__classifier__fitted_on_raw_labels__is_as_one_fitted_on_transformed(split):
    X, X_test, y, y_test = split
    clf = squares(LogisticRegression(max_iter=500)).fit(X, y)
    plain = LogisticRegression(max_iter=500).fit(X, np.isin(y, [0, 1, 4, 9]).astype(int))
    np.testing.assert_array_equal(clf.classes_, [0, 1])
    for method in ["predict", "predict_proba", "predict_log_proba", "decision_function"]:
        np.testing.assert_array_equal(getattr(clf, method)(X_test), getattr(plain, method)(X_test))
    expected = np.mean(clf.predict(X_test) == np.isin(y_test, [0, 1, 4, 9]))
    assert 0.85 < expected < 1
    assert clf.score(X_test, y_test) == expected
    assert clf.score(X_test, y_test.astype(str)) == expected
    assert clf.n_features_in_ == 64
    assert not hasattr(clf, "feature_names_in_")


@pytest.mark.parametrize("labels", [np.array, list, pd.Series])
def test__classifier__string_labels__are_taken(split, labels):
    X, X_test, y, _ = split
    clf = squares(bayes()).fit(X, labels(list(y.astype(str))))
    np.testing.assert_array_equal(clf.predict(X_test), squares(bayes()).fit(X, y).predict(X_test))


def test__classifier__no_transformer__labels_stay_as_they_are(split):
    X, X_test, y, y_test = split
    labels = np.array(list("abcdefghij"))
    clf = TransformedTargetClassifier(bayes()).fit(X, labels[y])
    assert clf.transformer_ is None
    assert clf.classes_.tolist() == labels.tolist()
    assert clf.score(X_test, labels[y_test]) == np.mean(clf.predict(X_test) == labels[y_test])


def is_odd(y):
    return y % 2


@pytest.mark.parametrize(
    ("transformer", "transformed"),
    [
        (LabelEncoder(), lambda y: y),
        (Binarizer(threshold=4), lambda y: (y > 4).astype(y.dtype)),
        (Binarizer(threshold=4).set_output(transform="pandas"), lambda y: (y > 4).astype(y.dtype)),
        (FunctionTransformer(is_odd), lambda y: y % 2),
    ],
)
def test__classifier__transformers_of_scikit_learn__are_taken(split, transformer, transformed):
    X, X_test, y, y_test = split
    clf = TransformedTargetClassifier(bayes(), transformer).fit(X, y)
    plain = bayes().fit(X, transformed(y))
    np.testing.assert_array_equal(clf.predict(X_test), plain.predict(X_test))
    assert clf.score(X_test, y_test) == plain.score(X_test, transformed(y_test))


def test__classifier__transformer_that_learns__uses_in_score_what_it_learned_in_fit(split):
    X, X_test, y, y_test = split
    clf = TransformedTargetClassifier(bayes(), LabelEncoder()).fit(X, y + 20)
    some = y_test >= 5
    # an encoder fitted on these alone would start at 0
    assert clf.score(X_test[some], y_test[some] + 20) > 0.5
    assert not hasattr(clf.transformer, "classes_")


@pytest.mark.parametrize("transformer", [OneHotEncoder(), OneHotEncoder(sparse_output=False)])
def test__classifier__transformer_of_several_columns__is_refused(split, transformer):
    X, _, y, _ = split
    with pytest.raises(ValueError, match="OneHotEncoder must give one label per sample"):
        TransformedTargetClassifier(bayes(), transformer).fit(X, y)


class ShortTransformer(TransformerMixin, BaseEstimator):
    def fit(self, y):
        return self

    def transform(self, y):
        return y[:-1]


def test__classifier__transformer_that_loses_samples__is_refused(split):
    X, _, y, _ = split
    with pytest.raises(ValueError, match=r"shape \(449, 1\) from 450 labels"):
        TransformedTargetClassifier(bayes(), ShortTransformer()).fit(X, y)


def test__classifier__labels_transformed_already__warns_that_one_class_is_left(split):
    X, _, y, _ = split
    clf = squares(bayes())
    with pytest.warns(UserWarning, match=r"all 2 labels of y into one class, 1\..*raw"):
        clf.fit(X, SQUARE.transform(y))
    with pytest.warns(UserWarning, match="into one class"):
        squares(KNeighborsClassifier()).fit(X, SQUARE.transform(y))


def test__classifier__one_label__does_not_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert squares(KNeighborsClassifier(1)).fit([[0], [1]], [4, 4]).predict([[2]]) == [1]


def test__classifier__not_fitted__raises():
    clf = squares(SVC())
    for method in ["predict", "decision_function"]:
        with pytest.raises(NotFittedError):
            getattr(clf, method)([[0]])
    with pytest.raises(NotFittedError):
        clf.score([[0]], [1])
    for name in ["classes_", "n_features_in_", "feature_names_in_"]:
        assert not hasattr(clf, name)


def test__classifier__refit_fails__nothing_passes_for_its_result(split):
    X, X_test, y, _ = split
    clf = squares(bayes()).fit(X, y)
    with pytest.raises(ValueError, match="hold 10"):
        clf.fit(X, y + 1)
    with pytest.raises(NotFittedError):
        clf.predict(X_test)


def test__classifier__method_that_the_inner_one_lacks__is_absent(split):
    X, _, y, _ = split
    fitted = squares(SVC()).fit(X, y)
    for clf in (squares(SVC()), fitted):
        assert hasattr(clf, "decision_function")
        for method in ["predict_proba", "predict_log_proba", "partial_fit"]:
            assert not hasattr(clf, method)
    assert not hasattr(squares(KNeighborsClassifier()), "decision_function")
    assert hasattr(squares(bayes()), "partial_fit")


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"classifier": "svc"}, "'classifier' parameter"),
        ({"classifier": StandardScaler()}, "'classifier' parameter"),
        ({"classifier": bayes(), "transformer": "square"}, "'transformer' parameter"),
        ({"classifier": bayes(), "transformer": bayes()}, "'transformer' parameter"),
    ],
)
def test__classifier__bad_parameters__are_refused(params, message):
    with pytest.raises(ValueError, match=message):
        TransformedTargetClassifier(**params).fit([[0], [1]], [0, 1])


def test__classifier__y_missing__raises():
    clf = squares(bayes()).fit([[0], [1]], [1, 2])
    for method in [clf.score, clf.partial_fit, clf.fit]:
        with pytest.raises(ValueError, match="requires y"):
            method([[0], [1]], None)


def test__classifier__names_of_features__are_known(split):
    X, _, y, _ = split
    frame = pd.DataFrame(X, columns=[f"pixel{i}" for i in range(64)])
    clf = squares(bayes()).fit(frame, y)
    assert clf.feature_names_in_.tolist() == list(frame.columns)


def test__classifier__clone_and_nested_parameters__work():
    clf = squares(SVC(C=2.0))
    assert clf.get_params()["classifier__C"] == 2.0
    copied = clone(clf).set_params(classifier__C=3.0, transformer=None)
    assert (copied.classifier.C, clf.classifier.C) == (3.0, 2.0)
    assert copied.transformer is None
    assert repr(clf) == (
        "TransformedTargetClassifier(classifier=SVC(C=2.0),\n"
        "                            transformer=SquareDigitTransformer())"
    )


def test__classifier__parts_given__are_left_alone(split):
    X, _, y, _ = split
    clf = squares(bayes()).fit(X, y)
    assert not hasattr(clf.classifier, "classes_")
    assert clf.classifier_ is not clf.classifier
    assert clf.transformer_ is not clf.transformer


@pytest.mark.parametrize("restore", [lambda clf: pickle.loads(pickle.dumps(clf)), copy.deepcopy])
def test__classifier__restored__is_the_same(split, restore):
    X, X_test, y, y_test = split
    clf = squares(SVC()).fit(X, y)
    restored = restore(clf)
    np.testing.assert_array_equal(restored.predict(X_test), clf.predict(X_test))
    assert restored.score(X_test, y_test) == clf.score(X_test, y_test)


class RandomClassifier(GaussianNB):
    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.non_deterministic = True
        return tags


def test__classifier__tags__are_those_of_the_inner_one():
    tags = get_tags(squares(SVC(kernel="precomputed")))
    assert tags.input_tags.pairwise
    assert not tags.input_tags.sparse
    assert get_tags(squares(SVC())).input_tags.sparse
    dummy = get_tags(squares(DummyClassifier()))
    assert dummy.no_validation
    assert dummy.classifier_tags.poor_score
    assert not get_tags(squares(SVC())).no_validation
    assert get_tags(squares(RandomClassifier())).non_deterministic
    binary = TunedThresholdClassifierCV(bayes())
    assert not get_tags(TransformedTargetClassifier(binary)).classifier_tags.multi_class
    assert get_tags(squares(binary)).classifier_tags.multi_class


# -- partial_fit


def test__partial_fit__raw_classes__are_transformed(split):
    X, X_test, y, y_test = split
    clf = squares(bayes())
    plain = bayes()
    for part in np.array_split(np.arange(len(y)), 3):
        clf.partial_fit(X[part], y[part], classes=DIGITS)
        plain.partial_fit(X[part], np.isin(y[part], [0, 1, 4, 9]).astype(int), classes=[0, 1])
    np.testing.assert_array_equal(clf.classes_, [0, 1])
    np.testing.assert_array_equal(clf.predict_proba(X_test), plain.predict_proba(X_test))
    assert clf.score(X_test, y_test) > 0.7


def test__partial_fit__after_fit__goes_on_without_classes(split):
    X, _, y, _ = split
    clf = squares(bayes()).fit(X[:200], y[:200])
    classifier = clf.classifier_
    assert clf.partial_fit(X[200:], y[200:]) is clf
    assert clf.classifier_ is classifier
    whole = squares(bayes()).fit(X, y)
    np.testing.assert_allclose(
        clf.classifier_.feature_log_prob_, whole.classifier_.feature_log_prob_
    )


def test__partial_fit__first_call_without_classes__says_so(split):
    X, _, y, _ = split
    with pytest.raises(ValueError, match="classes must be passed"):
        squares(bayes()).partial_fit(X, y)


# -- within scikit-learn


def test__grid_search__raw_labels__tunes_the_inner_classifier(split):
    X, X_test, y, y_test = split
    search = GridSearchCV(squares(SVC()), {"classifier__C": [1e-4, 1.0]}, cv=3)
    search.fit(X, y)
    assert search.best_params_ == {"classifier__C": 1.0}
    assert search.score(X_test, y_test) > 0.9
    assert search.classes_.tolist() == [0, 1]


def test__grid_search__cnn__tunes_its_regularization(split):
    X, _, y, _ = split
    cnn = MnistCNNClassifier(architecture="compact", max_epochs=2, random_state=0)
    search = GridSearchCV(squares(cnn), {"classifier__l1": [0.0, 10.0]}, cv=2).fit(X, y)
    assert search.best_params_ == {"classifier__l1": 0.0}


def test__cross_val_score__raw_labels__are_what_folds_are_stratified_by(split):
    X, _, y, _ = split
    scores = cross_val_score(squares(bayes()), X, y, cv=3)
    expected = []
    for train, test in StratifiedKFold(3).split(X, y):
        plain = bayes().fit(X[train], SQUARE.transform(y[train]))
        expected.append(plain.score(X[test], SQUARE.transform(y[test])))
    np.testing.assert_array_equal(scores, expected)


def test__pipeline__classifier_as_last_step__takes_raw_labels(split):
    X, X_test, y, y_test = split
    pipeline = make_pipeline(MinMaxScaler(), squares(SVC())).fit(X, y)
    inside = squares(make_pipeline(MinMaxScaler(), SVC())).fit(X, y)
    assert pipeline.score(X_test, y_test) > 0.9
    np.testing.assert_array_equal(pipeline.predict(X_test), inside.predict(X_test))


def test__calibration__inside__calibrates_transformed_labels(split):
    X, X_test, y, y_test = split
    calibrated = CalibratedClassifierCV(bayes(), cv=3)
    clf = squares(calibrated).fit(X, y)
    plain = clone(calibrated).fit(X, SQUARE.transform(y))
    np.testing.assert_array_equal(clf.predict_proba(X_test), plain.predict_proba(X_test))
    assert clf.score(X_test, y_test) == plain.score(X_test, SQUARE.transform(y_test))
