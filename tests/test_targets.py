import copy
import inspect
import pickle
import warnings
from functools import partial

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_digits
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import DataConversionWarning, NotFittedError, UnsetMetadataPassedError
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    accuracy_score,
    f1_score,
    fbeta_score,
    get_scorer,
    log_loss,
    make_scorer,
    roc_auc_score,
)
from sklearn.model_selection import (
    GridSearchCV,
    StratifiedKFold,
    TunedThresholdClassifierCV,
    cross_val_score,
    cross_validate,
    train_test_split,
)
from sklearn.naive_bayes import BernoulliNB, GaussianNB
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
from sklearn.utils import estimator_checks as checks
from sklearn.utils import get_tags
from sklearn.utils.estimator_checks import parametrize_with_checks
from sklearn.utils.metadata_routing import MetadataRequest, get_routing_for_object
from sklearn.utils.validation import check_is_fitted, has_fit_parameter

from skmnist import MnistCNNClassifier
from skmnist.targets import (
    SquareDigitTransformer,
    TransformedTargetClassifier,
    transformed_target_scorer,
)

SQUARE = SquareDigitTransformer()
DIGITS = list(range(10))
IS_SQUARE = [1, 1, 0, 0, 1, 0, 0, 0, 0, 1]


def squares(classifier, **params):
    return TransformedTargetClassifier(classifier, SquareDigitTransformer(), **params)


def bayes():
    return BernoulliNB(binarize=0.5)


@pytest.fixture(scope="module")
def split():
    X, y = load_digits(return_X_y=True)
    return train_test_split(X[:600] / 16, y[:600], stratify=y[:600], random_state=0)


@pytest.fixture
def routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


# -- scikit-learn's own checks

ESTIMATORS = [
    TransformedTargetClassifier(LogisticRegression()),
    TransformedTargetClassifier(BernoulliNB()),
    TransformedTargetClassifier(KNeighborsClassifier()),
    TransformedTargetClassifier(make_pipeline(StandardScaler(), GaussianNB())),
    TransformedTargetClassifier(LogisticRegression(), FunctionTransformer()),
    TransformedTargetClassifier(
        MnistCNNClassifier(
            architecture="compact",
            max_epochs=12,
            learning_rate_schedule="constant",
            random_state=0,
        )
    ),
]


def _checks():
    with warnings.catch_warnings():
        # the transformer takes no X, so only the first check is for it
        warnings.filterwarnings("ignore", "Can't test estimator SquareDigitTransformer")
        return parametrize_with_checks([SQUARE, *ESTIMATORS])


@_checks()
def test_sklearn_check(estimator, check):
    check(estimator)


@pytest.mark.parametrize("estimator", ESTIMATORS[:1])
@pytest.mark.parametrize(
    "check",
    [
        checks.check_dataframe_column_names_consistency,
        checks.check_param_validation,
        checks.check_inplace_ensure_writeable,
    ],
)
def test_sklearn_check__not_yielded_by_parametrize(estimator, check):
    check(type(estimator).__name__, estimator)


@pytest.mark.parametrize(
    "check",
    [
        checks.check_estimator_tags_renamed,
        checks.check_valid_tag_types,
        checks.check_estimator_repr,
        checks.check_no_attributes_set_in_init,
        checks.check_do_not_raise_errors_in_init_or_set_params,
        checks.check_mixin_order,
        checks.check_parameters_default_constructible,
        checks.check_get_params_invariance,
        checks.check_set_params,
    ],
)
def test_sklearn_check__that_needs_no_X__passes_for_transformer(check):
    check("SquareDigitTransformer", SquareDigitTransformer())


# -- SquareDigitTransformer


@pytest.mark.parametrize(
    "dtype",
    ["uint8", "int8", "int32", "uint64", "float16", "float32", "longdouble", "U1", "U5", "O"],
)
@pytest.mark.parametrize("container", [np.array, pd.Series])
def test__square_digit_transformer__digits_of_any_type__are_told(dtype, container):
    y = np.array(DIGITS).astype(dtype)
    is_square = SQUARE.fit_transform(y if container is np.array else container(list(y)))
    assert is_square.dtype == int
    np.testing.assert_array_equal(is_square, IS_SQUARE, strict=True)


@pytest.mark.parametrize(
    "y",
    [
        list("0123456789"),
        np.array([*"01234", 5, 6, 7, 8, 9.0], dtype=object),
        np.array(DIGITS, dtype=object) * np.int64(1),
        pd.Series(DIGITS, dtype="category"),
        pd.Series(list("0123456789"), dtype="category"),
        pd.Series(DIGITS, dtype="Int64"),
        pd.Series(list("0123456789"), dtype="string"),
        np.array(DIGITS).astype(str).astype(np.dtypes.StringDType()),
    ],
    ids=[
        "list",
        "mixed",
        "numpy scalars",
        "categories",
        "str categories",
        "Int64",
        "string",
        "StringDType",
    ],
)
def test__square_digit_transformer__containers__are_taken(y):
    np.testing.assert_array_equal(SQUARE.transform(y), IS_SQUARE)


@pytest.mark.parametrize(
    ("y", "named"),
    [
        ([1, 10], "hold 10"),
        ([-1, 2], "hold -1"),
        ([1.0, 2.5], "hold 2.5"),
        ([1.0, np.nan], "hold nan"),
        ([1.0, -np.inf], "hold -inf"),
        (["1", "seven", " 4"], "hold 'seven', ' 4'"),
        (["1", ""], "hold ''"),
        (["04"], "hold '04'"),
        ([b"4"], "hold b'4'"),
        ([True, False], "hold True, False"),
        (np.array([4, True], dtype=object), "hold True"),
        (np.array([4, None, [9]], dtype=object), r"hold None, \[9\]"),
        (pd.Series([1, None], dtype="Int64"), "hold nan"),
        (pd.Series(["1", None], dtype="string"), "hold <NA>"),
    ],
)
@pytest.mark.parametrize("method", ["fit", "transform", "fit_transform"])
def test__square_digit_transformer__other_labels__are_named(method, y, named):
    with pytest.raises(ValueError, match=f"needs digits.*{named}" + r"\.$"):
        getattr(SQUARE, method)(y)


def test__square_digit_transformer__many_wrong_labels__are_named_once_and_in_part():
    y = [*range(20), *range(20)]
    with pytest.raises(ValueError, match=r"hold 10, 11, 12, 13, 14 and 5 more\.$"):
        SQUARE.fit(y)


def test__square_digit_transformer__no_labels__none_come_out():
    transformed = SQUARE.fit_transform([])
    assert transformed.shape == (0,)
    assert transformed.dtype == int


def test__square_digit_transformer__column__is_flattened_with_a_warning():
    with pytest.warns(DataConversionWarning):
        np.testing.assert_array_equal(SQUARE.transform([[1], [2]]), [1, 0])
    with pytest.raises(ValueError, match="1d array"):
        SQUARE.transform([[1, 2]])


def test__square_digit_transformer__never_fitted__transforms_and_counts_as_fitted():
    transformer = SquareDigitTransformer()
    check_is_fitted(transformer)
    assert vars(transformer.fit([1])) == {}


def test__square_digit_transformer__inverse__is_absent_and_says_why():
    assert not hasattr(SQUARE, "inverse_transform")
    with pytest.raises(AttributeError, match="0, 1, 4 and 9 all become 1"):
        SQUARE.inverse_transform([1])


def test__square_digit_transformer__tags__are_those_of_a_target_transformer():
    tags = get_tags(SQUARE)
    assert tags.input_tags.one_d_array
    assert not tags.input_tags.two_d_array
    assert tags.target_tags.one_d_labels
    assert not tags.requires_fit
    assert tags.transformer_tags.preserves_dtype == []


# -- TransformedTargetClassifier: fitting and predicting


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
    with pytest.warns(UserWarning, match=r"all 2 labels of y into one class, 1\..*raw") as record:
        clf.fit(X, SQUARE.transform(y))
    assert record[0].filename == __file__
    with pytest.warns(UserWarning, match="into one class") as record:
        squares(KNeighborsClassifier()).fit(X, SQUARE.transform(y))
    assert record[0].filename == __file__


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


# -- TransformedTargetClassifier: what fit passes on


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


def test__classifier__fit_signature__has_sample_weight_if_the_inner_one_has():
    assert has_fit_parameter(squares(bayes()), "sample_weight")
    assert not has_fit_parameter(squares(KNeighborsClassifier()), "sample_weight")
    assert not has_fit_parameter(squares(make_pipeline(bayes())), "sample_weight")
    parameters = inspect.signature(TransformedTargetClassifier.fit).parameters
    assert list(parameters) == ["self", "X", "y", "fit_params"]
    assert "raw" in squares(bayes()).fit.__doc__.lower()


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


# -- TransformedTargetClassifier: partial_fit


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


def test__partial_fit__transformer_that_learns__learns_all_classes():
    clf = TransformedTargetClassifier(Recorder(), LabelEncoder())
    clf.partial_fit(X10[:2], [7, 9], classes=[5, 7, 9], sample_weight=WEIGHTS[:2])
    given = clf.classifier_.partial_fit_
    np.testing.assert_array_equal(given["y"], [1, 2])
    np.testing.assert_array_equal(given["classes"], [0, 1, 2])
    np.testing.assert_array_equal(given["sample_weight"], WEIGHTS[:2])
    clf.partial_fit(X10[:1], [9])
    np.testing.assert_array_equal(clf.classifier_.partial_fit_["y"], [2])


# -- TransformedTargetClassifier within scikit-learn


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


# -- transformed_target_scorer


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


class CountingNB(BernoulliNB):
    calls = 0

    def predict_proba(self, X):
        type(self).calls += 1
        return super().predict_proba(X)


def test__scorer__several_metrics__share_predictions(split):
    X, _, y, _ = split
    names = ["roc_auc", "neg_log_loss", "neg_brier_score"]
    scoring = {name: transformed_target_scorer(SQUARE, name) for name in names}
    clf = squares(CountingNB(binarize=0.5))
    CountingNB.calls = 0
    results = cross_validate(clf, X, y, scoring=scoring, cv=3)
    assert CountingNB.calls == 3
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
    with pytest.raises(UnsetMetadataPassedError, match="transformed_target_scorer"):
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


def test__scorer__what_scikit_learn_reads_of_a_scorer__is_that_of_the_given_one():
    given = get_scorer("neg_log_loss")
    scorer = transformed_target_scorer(SQUARE, given)
    for name in ["_score_func", "_sign", "_kwargs", "_response_method"]:
        assert getattr(scorer, name) == getattr(given, name)


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
