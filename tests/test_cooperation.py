"""With other estimators of scikit-learn, and with other libraries' data."""

import numpy as np
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, log_loss
from sklearn.model_selection import (
    StratifiedKFold,
    TunedThresholdClassifierCV,
    cross_val_predict,
    cross_validate,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.semi_supervised import SelfTrainingClassifier

from skmnist import (
    MnistCNNClassifier,
    MnistMLPClassifier,
    SquareDigitTransformer,
    TransformedTargetClassifier,
)


@pytest.fixture(scope="module")
def data(digits):
    X, y = digits
    return X[:400], y[:400], X[400:800], y[400:800]


def cnn(**params):
    shared = {"max_epochs": 4, "batch_size": 32, "random_state": 0, "n_threads": 1}
    return MnistCNNClassifier.from_preset("quick", **{**shared, **params})


def mlp(**params):
    shared = {"hidden_layer_sizes": (64,), "augmentation": None, "batch_size": 16}
    return MnistMLPClassifier(
        **{**shared, "max_epochs": 8, "random_state": 0, "n_threads": 1, **params}
    )


@pytest.mark.slow
def test__calibration__of_noisy_labels_without_smoothing__lowers_the_loss(data):
    X, y, X_test, y_test = data
    # many epochs on wrong labels make the network far too certain; all is learned by heart
    rng = np.random.default_rng(0)
    y, y_test = (np.where(rng.random(len(y)) < 0.3, (y + 1) % 10, y) for y in (y, y_test))
    clf = mlp(label_smoothing=0.0, max_epochs=60)
    calibrated = CalibratedClassifierCV(clf, cv=3).fit(X, y)
    loss = log_loss(y_test, calibrated.predict_proba(X_test))
    assert loss < 0.95 * log_loss(y_test, clf.fit(X, y).predict_proba(X_test))


def test__stacking__trained_on_predictions_of_folds(data):
    X, y, X_test, y_test = data
    parts = [("cnn", cnn()), ("bayes", GaussianNB())]
    stack = StackingClassifier(parts, LogisticRegression(), cv=StratifiedKFold(3)).fit(X, y)
    features = [
        cross_val_predict(clf, X, y, cv=StratifiedKFold(3), method="predict_proba")
        for _, clf in parts
    ]
    final = LogisticRegression().fit(np.hstack(features), y)
    tests = [clf.fit(X, y).predict_proba(X_test) for _, clf in parts]
    assert_allclose(stack.predict_proba(X_test), final.predict_proba(np.hstack(tests)), rtol=1e-4)
    assert stack.score(X_test, y_test) > stack.named_estimators_["bayes"].score(X_test, y_test)


def test__soft_voting__mean_of_the_probabilities(data):
    X, y, X_test, _ = data
    voting = VotingClassifier([("cnn", cnn()), ("mlp", mlp())], voting="soft").fit(X, y)
    expected = (cnn().fit(X, y).predict_proba(X_test) + mlp().fit(X, y).predict_proba(X_test)) / 2
    assert_allclose(voting.predict_proba(X_test), expected, rtol=1e-6)


def test__bagging__networks_differ_and_vote(data):
    X, y, X_test, y_test = data
    bagging = BaggingClassifier(mlp(), 4, random_state=0).fit(X, y)
    first, second = (clf.predict_proba(X_test) for clf in bagging.estimators_[:2])
    assert not np.allclose(first, second)
    mean = np.mean([clf.score(X_test, y_test) for clf in bagging.estimators_])
    assert bagging.score(X_test, y_test) > mean


def test__ada_boost__better_than_one(data):
    X, y, X_test, y_test = data
    weak = mlp(hidden_layer_sizes=(8,), max_epochs=3)
    boosted = AdaBoostClassifier(weak, n_estimators=6, random_state=0).fit(X, y)
    assert len(boosted.estimators_) == 6
    assert boosted.score(X_test, y_test) > weak.fit(X, y).score(X_test, y_test) + 0.05


def test__tuned_threshold__square_digits__balances_the_classes(data):
    X, y, X_test, y_test = data
    squares = SquareDigitTransformer()
    # hardly any squares to learn from
    rare = (squares.fit_transform(y) == 0) | (np.arange(len(y)) % 8 == 0)
    X, y = X[rare], y[rare]
    clf = mlp(max_epochs=3)
    tuned = TransformedTargetClassifier(
        TunedThresholdClassifierCV(clf, scoring="balanced_accuracy", cv=3, random_state=0), squares
    ).fit(X, y)
    plain = TransformedTargetClassifier(clf, squares).fit(X, y)
    assert tuned.classifier_.best_threshold_ < 0.5
    expected = squares.transform(y_test)
    scores = [balanced_accuracy_score(expected, c.predict(X_test)) for c in (tuned, plain)]
    assert scores[0] > scores[1]


@pytest.mark.slow
def test__self_training__unlabelled_images_help(data):
    X, y, X_test, y_test = data
    known = np.where(np.arange(len(y)) < 80, y, -1)
    clf = mlp(label_smoothing=0.0, max_epochs=20)
    trained = SelfTrainingClassifier(clf, threshold=0.9).fit(X, known)
    labelled = trained.transduction_ != -1
    assert labelled.sum() > 150
    assert (trained.transduction_[labelled] == y[labelled]).mean() > 0.9
    assert trained.score(X_test, y_test) >= clf.fit(X[:80], y[:80]).score(X_test, y_test)


def test__permutation_importance__pixels_that_never_change_count_for_nothing(data):
    X, y, X_test, y_test = data
    clf = mlp().fit(X, y)
    result = permutation_importance(clf, X_test, y_test, n_repeats=2, random_state=0)
    constant = X_test.std(axis=0) == 0
    assert constant.any()
    assert_array_equal(result.importances_mean[constant], 0)
    assert result.importances_mean.max() > 0.01


@pytest.mark.tool("scikit-learn", "metadata routing of `sample_weight`")
def test__metadata_routing__weights_reach_every_fit_and_score(data):
    X, y, *_ = data
    # images of weight 0 have wrong labels: nothing must be learned from them, nor scored
    weights = (np.arange(len(y)) % 4 > 0).astype(float)
    wrong = np.where(weights == 0, (y + 1) % 10, y)
    cv = StratifiedKFold(2)
    folds = list(cv.split(X, y))
    with sklearn.config_context(enable_metadata_routing=True):
        clf = cnn().set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
        results = cross_validate(
            clf, X, wrong, cv=folds, params={"sample_weight": weights}, error_score="raise"
        )
    for score, (train, test) in zip(results["test_score"], folds, strict=True):
        train, test = (rows[weights[rows] > 0] for rows in (train, test))
        expected = cnn().fit(X[train], y[train]).score(X[test], y[test])
        assert score == pytest.approx(expected, abs=1e-12)


@pytest.mark.tool("pandas and polars", "data frames and series; their names are kept and checked")
def test__data_frames__same_model_as_of_arrays(data):
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    X, y, X_test, _ = data
    expected = cnn().fit(X, y)
    names = [f"pixel_{i}" for i in range(X.shape[1])]
    for frame, series in (
        (pandas.DataFrame(X, columns=names), pandas.Series(y)),
        (polars.DataFrame(X, schema=names), polars.Series(y)),
    ):
        clf = cnn().fit(frame, series)
        assert_array_equal(clf.feature_names_in_, names)
        test = frame.__class__(dict(zip(names, X_test.T, strict=True)))
        assert_array_equal(clf.predict_proba(test), expected.predict_proba(X_test))
        with pytest.raises(ValueError, match="feature names should match"):
            clf.predict(test[names[::-1]])


@pytest.mark.tool("pandas and polars", "labels of strings and categories")
def test__labels_of_strings_and_categories__come_back(data):
    pandas = pytest.importorskip("pandas")
    X, y, X_test, _ = data
    words = np.array([f"digit {k}" for k in y])
    clf = mlp().fit(X, words)
    assert set(clf.predict(X_test)) <= set(words)
    categories = mlp().fit(X, pandas.Series(words, dtype="category"))
    assert_array_equal(categories.predict(X_test), clf.predict(X_test))


@pytest.mark.slow
@pytest.mark.tool("cleanlab", "`find_label_issues`")
def test__cleanlab__finds_labels_that_were_swapped(digits):
    filters = pytest.importorskip("cleanlab.filter")
    X, y = digits[0][:800], digits[1][:800]
    wrong = np.random.default_rng(0).choice(len(y), 40, replace=False)
    labels = y.copy()
    labels[wrong] = (labels[wrong] + 3) % 10
    proba = cross_val_predict(cnn(max_epochs=12, l2=5e-4), X, labels, cv=4, method="predict_proba")
    found = filters.find_label_issues(labels, proba, return_indices_ranked_by="self_confidence")
    hits = np.isin(found, wrong)
    assert hits.sum() > 0.75 * len(wrong)
    assert hits.mean() > 0.75
