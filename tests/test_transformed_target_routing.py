"""What ``TransformedTargetClassifier`` passes on to the classifier inside."""

import numpy as np
import pytest
from helpers import bayes, squares
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.metrics import accuracy_score
from sklearn.model_selection import (
    StratifiedKFold,
    cross_val_score,
)
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    LabelEncoder,
    MinMaxScaler,
    StandardScaler,
)

from skmnist import MnistCNNClassifier
from skmnist.targets import TransformedTargetClassifier

DIGITS = list(range(10))
IS_SQUARE = [1, 1, 0, 0, 1, 0, 0, 0, 0, 1]


# -- what fit passes on


class Recorder(ClassifierMixin, BaseEstimator):
    """Keeps what its methods were given."""

    def fit(self, X, y, sample_weight=None, X_val=None, y_val=None, groups=None):
        self.classes_ = np.unique(y)
        self.fit_ = {"y": y, "sample_weight": sample_weight, "X_val": X_val, "y_val": y_val}
        self.fit_["groups"] = groups
        return self

    def partial_fit(self, X, y, classes=None, sample_weight=None):
        self.classes_ = np.unique(y) if classes is None else classes
        self.partial_fit_ = {"y": y, "classes": classes, "sample_weight": sample_weight}
        return self

    def predict(self, X):
        return np.ones(len(X), dtype=int)

    def score(self, X, y, sample_weight=None):
        self.score_ = {"y": y, "sample_weight": sample_weight}
        return accuracy_score(y, self.predict(X), sample_weight=sample_weight)


X10 = np.zeros((10, 1))
WEIGHTS = np.arange(1.0, 11.0)


def test__classifier__fit_params__are_passed_on_and_y_val_is_transformed():
    clf = squares(Recorder()).fit(
        X10, DIGITS, sample_weight=WEIGHTS, X_val=X10[:2], y_val=["9", "2"], groups=DIGITS
    )
    fit = clf.classifier_.fit_
    np.testing.assert_array_equal(fit["y"], IS_SQUARE)
    assert fit["sample_weight"] is WEIGHTS
    np.testing.assert_array_equal(fit["X_val"], X10[:2])
    np.testing.assert_array_equal(fit["y_val"], [1, 0])
    assert fit["groups"] is DIGITS


def test__classifier__y_val_of_a_pipeline_step__is_transformed():
    clf = squares(make_pipeline(StandardScaler(), Recorder()))
    clf.fit(X10, DIGITS, recorder__y_val=[9, 2], recorder__groups=[9, 2])
    fit = clf.classifier_[-1].fit_
    np.testing.assert_array_equal(fit["y_val"], [1, 0])
    assert fit["groups"] == [9, 2]


def test__classifier__y_val_none__stays_none():
    fit = squares(Recorder()).fit(X10, DIGITS, y_val=None).classifier_.fit_
    assert fit["y_val"] is None


def test__classifier__y_val_of_other_labels__is_refused():
    with pytest.raises(ValueError, match="hold 11"):
        squares(Recorder()).fit(X10, DIGITS, y_val=[11])


def test__classifier__sample_weight_none__is_not_passed_on(split):
    X, _, y, _ = split
    clf = squares(KNeighborsClassifier()).fit(X, y, sample_weight=None)
    with pytest.raises(TypeError, match=r"KNeighborsClassifier.*sample_weight"):
        clf.fit(X, y, sample_weight=np.ones(len(y)))


@pytest.mark.parametrize("inner", [KNeighborsClassifier(), make_pipeline(bayes())], ids=repr)
def test__classifier__inner_one_without_weights__fits_without_and_refuses_them(split, inner):
    X, X_test, y, y_test = split
    clf = squares(inner).fit(X, y)
    assert clf.score(X_test, y_test) > 0.8
    with pytest.raises((TypeError, ValueError), match="sample_weight"):
        clf.fit(X, y, sample_weight=np.ones(len(y)))


def test__classifier__sample_weight__counts_in_fit_and_score(split):
    X, X_test, y, y_test = split
    weights = np.where(y_test == 4, 0.0, 1.0)
    clf = squares(bayes()).fit(X, y, sample_weight=(y != 4).astype(float))
    others = squares(bayes()).fit(X[y != 4], y[y != 4])
    np.testing.assert_allclose(clf.predict_proba(X_test), others.predict_proba(X_test))
    assert clf.score(X_test, y_test, sample_weight=weights) == clf.score(
        X_test[y_test != 4], y_test[y_test != 4]
    )
    assert clf.score(X_test, y_test, weights) != clf.score(X_test, y_test)


def test__classifier__cnn_with_validation_set__takes_raw_labels(split):
    X, X_test, y, y_test = split
    cnn = MnistCNNClassifier(
        architecture="compact", max_epochs=5, batch_size=32, augmentation=None, random_state=0
    )
    clf = squares(cnn).fit(X, y, X_val=X_test, y_val=y_test)
    validated = clf.classifier_.history_[-1]["valid_accuracy"]
    assert validated == pytest.approx(clf.score(X_test, y_test))
    assert clf.score(X_test, y_test) > 0.85
    images = X_test.reshape(-1, 8, 8)
    np.testing.assert_array_equal(clf.predict(images), clf.predict(X_test))


def test__partial_fit__transformer_that_learns__learns_all_classes():
    clf = TransformedTargetClassifier(Recorder(), LabelEncoder())
    clf.partial_fit(X10[:2], [7, 9], classes=[5, 7, 9], sample_weight=WEIGHTS[:2])
    given = clf.classifier_.partial_fit_
    np.testing.assert_array_equal(given["y"], [1, 2])
    np.testing.assert_array_equal(given["classes"], [0, 1, 2])
    np.testing.assert_array_equal(given["sample_weight"], WEIGHTS[:2])
    clf.partial_fit(X10[:1], [9])
    np.testing.assert_array_equal(clf.classifier_.partial_fit_["y"], [2])


# -- metadata routing


def routed_recorder():
    return (
        Recorder()
        .set_fit_request(sample_weight=True, X_val=True, y_val="labels_val", groups=False)
        .set_partial_fit_request(sample_weight=True)
        .set_score_request(sample_weight="score_weight")
    )


def test__routing__requested_metadata__reaches_the_inner_classifier(routing):
    clf = squares(routed_recorder())
    clf.fit(X10, DIGITS, sample_weight=WEIGHTS, X_val=X10[:2], labels_val=[9, 2])
    fit = clf.classifier_.fit_
    assert fit["sample_weight"] is WEIGHTS
    np.testing.assert_array_equal(fit["y_val"], [1, 0])
    clf.score(X10, DIGITS, score_weight=WEIGHTS)
    assert clf.classifier_.score_["sample_weight"] is WEIGHTS
    clf.partial_fit(X10, DIGITS, classes=DIGITS, sample_weight=WEIGHTS)
    assert clf.classifier_.partial_fit_["sample_weight"] is WEIGHTS
    np.testing.assert_array_equal(clf.classifier_.partial_fit_["classes"], [0, 1])


def test__routing__metadata_not_requested__is_refused(routing):
    clf = squares(Recorder())
    with pytest.raises(UnsetMetadataPassedError, match=r"Recorder\.fit"):
        clf.fit(X10, DIGITS, sample_weight=WEIGHTS)
    clf.fit(X10, DIGITS)
    with pytest.raises(UnsetMetadataPassedError, match=r"Recorder\.score"):
        clf.score(X10, DIGITS, sample_weight=WEIGHTS)
    with pytest.raises(TypeError, match="unexpected argument"):
        clf.fit(X10, DIGITS, nonsense=WEIGHTS)


def test__routing__classifier__is_a_router_only():
    clf = squares(Recorder())
    for method in ["fit", "partial_fit", "score"]:
        assert not hasattr(clf, f"set_{method}_request")
    assert list(dict(clf.get_metadata_routing())) == ["classifier"]


def test__routing__in_cross_validation__weights_reach_fit_and_score(routing, split):
    X, _, y, _ = split
    weights = np.where(y == 4, 0.0, 1.0)
    inner = bayes().set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
    cv = list(StratifiedKFold(3).split(X, y))
    scores = cross_val_score(squares(inner), X, y, cv=cv, params={"sample_weight": weights})
    expected = []
    for train, test in cv:
        clf = squares(inner).fit(X[train], y[train], sample_weight=weights[train])
        expected.append(clf.score(X[test], y[test], sample_weight=weights[test]))
    np.testing.assert_array_equal(scores, expected)
    unweighted = cross_val_score(squares(inner), X, y, cv=cv)
    assert not np.allclose(scores, unweighted)


def test__routing__through_a_pipeline__reaches_the_inner_classifier(routing):
    pipeline = make_pipeline(MinMaxScaler(), squares(routed_recorder()))
    pipeline.fit(X10, DIGITS, sample_weight=WEIGHTS, labels_val=[9, 2])
    fit = pipeline[-1].classifier_.fit_
    assert fit["sample_weight"] is WEIGHTS
    np.testing.assert_array_equal(fit["y_val"], [1, 0])
