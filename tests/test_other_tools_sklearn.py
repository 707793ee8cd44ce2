"""What scikit-learn is made of, around a classifier of this package."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV, CalibrationDisplay
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.feature_selection import SelectKBest, VarianceThreshold
from sklearn.frozen import FrozenEstimator
from sklearn.inspection import PartialDependenceDisplay, permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    ConfusionMatrixDisplay,
    DetCurveDisplay,
    PrecisionRecallDisplay,
    RocCurveDisplay,
)
from sklearn.model_selection import (
    FixedThresholdClassifier,
    GridSearchCV,
    HalvingGridSearchCV,
    LearningCurveDisplay,
    RandomizedSearchCV,
    TunedThresholdClassifierCV,
    ValidationCurveDisplay,
    cross_val_score,
    learning_curve,
    permutation_test_score,
    validation_curve,
)
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier, OutputCodeClassifier
from sklearn.multioutput import ClassifierChain, MultiOutputClassifier
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler
from sklearn.semi_supervised import SelfTrainingClassifier

from skmnist import MnistCNNClassifier, MnistMLPClassifier, NumpyMLPClassifier


def mlp(**params):
    shared = {"max_epochs": 12, "batch_size": 32, "learning_rate": 0.005, "augmentation": None}
    shared |= {"hidden_layer_sizes": 32, "random_state": 0, "n_threads": 1}
    return MnistMLPClassifier(**{**shared, **params})


def cnn():
    return MnistCNNClassifier(max_epochs=8, batch_size=32, random_state=0, n_threads=1)


def numpy_mlp():
    return NumpyMLPClassifier(max_epochs=20, random_state=0)


#: Estimators around one classifier, by their names.
AROUND = {
    "AdaBoostClassifier": lambda clf: AdaBoostClassifier(clf, n_estimators=2, random_state=0),
    "BaggingClassifier": lambda clf: BaggingClassifier(clf, 2, random_state=0),
    "CalibratedClassifierCV": lambda clf: CalibratedClassifierCV(clf, cv=2),
    "GridSearchCV": lambda clf: GridSearchCV(clf, {"l2": [0.0, 1e-3]}, cv=2),
    "HalvingGridSearchCV": lambda clf: HalvingGridSearchCV(
        clf, {"l2": [0.0, 1e-3]}, cv=2, min_resources=200, random_state=0
    ),
    "OneVsOneClassifier": OneVsOneClassifier,
    "OneVsRestClassifier": OneVsRestClassifier,
    "OutputCodeClassifier": lambda clf: OutputCodeClassifier(clf, random_state=0),
    "RandomizedSearchCV": lambda clf: RandomizedSearchCV(
        clf, {"l1": [0.0, 1e-5]}, n_iter=2, cv=2, random_state=0
    ),
    "SelfTrainingClassifier": lambda clf: SelfTrainingClassifier(clf, max_iter=2),
    "StackingClassifier": lambda clf: StackingClassifier(
        [("clf", clf), ("mlp", mlp())], LogisticRegression(), cv=2
    ),
    "VotingClassifier": lambda clf: VotingClassifier(
        [("clf", clf), ("mlp", mlp())], voting="soft"
    ),
    "a pipeline with `FunctionTransformer`": lambda clf: make_pipeline(
        FunctionTransformer(np.sqrt), clf
    ),
    "a pipeline with `MinMaxScaler`": lambda clf: make_pipeline(MinMaxScaler(), clf),
    "a pipeline with `PCA`": lambda clf: make_pipeline(PCA(36, random_state=0), clf),
    "a pipeline with `SelectKBest`": lambda clf: make_pipeline(
        VarianceThreshold(), SelectKBest(k=36), clf
    ),
    "a pipeline with `FeatureUnion`": lambda clf: make_pipeline(
        make_union(PCA(16, random_state=0), MinMaxScaler()), clf
    ),
}

#: The same for problems of two classes.
AROUND_TWO_CLASSES = {
    "FixedThresholdClassifier": lambda clf: FixedThresholdClassifier(clf, threshold=0.4),
    "TunedThresholdClassifierCV": lambda clf: TunedThresholdClassifierCV(clf, cv=2),
}

#: And for several labels of each image.
AROUND_SEVERAL_LABELS = {
    "ClassifierChain": lambda clf: ClassifierChain(clf, random_state=0),
    "MultiOutputClassifier": MultiOutputClassifier,
}


@pytest.fixture(scope="module")
def data(digits):
    X, y = digits
    return X[:500], y[:500], X[500:800], y[500:800]


@pytest.mark.tool("scikit-learn", AROUND)
@pytest.mark.parametrize("name", AROUND)
def test__estimator_around__learns(name, data):
    X, y, X_test, y_test = data
    # three classes, since some fit a network for each class, or for each two
    labels = y // 4
    if name == "SelfTrainingClassifier":
        labels = np.where(np.arange(len(y)) % 3 == 0, -1, labels)  # not labelled
    clf = clone(AROUND[name](mlp())).fit(X, labels)
    assert set(clf.predict(X_test)) == {0, 1, 2}
    assert clf.score(X_test, y_test // 4) > 0.8


@pytest.mark.tool("scikit-learn", AROUND_TWO_CLASSES)
@pytest.mark.parametrize("name", AROUND_TWO_CLASSES)
def test__estimator_around_two_classes__learns(name, data):
    X, y, X_test, y_test = data
    clf = AROUND_TWO_CLASSES[name](mlp())
    assert clone(clf).fit(X, y % 2).score(X_test, y_test % 2) > 0.8


@pytest.mark.tool("scikit-learn", AROUND_SEVERAL_LABELS)
@pytest.mark.parametrize("name", AROUND_SEVERAL_LABELS)
def test__estimator_around_several_labels__learns(name, data):
    X, y, X_test, y_test = data
    clf = AROUND_SEVERAL_LABELS[name](mlp())
    clf.fit(X, np.column_stack([y % 2, y > 4]))
    assert (clf.predict(X_test) == np.column_stack([y_test % 2, y_test > 4])).mean() > 0.8


@pytest.mark.tool("scikit-learn", "`FrozenEstimator`")
def test__frozen_estimator__is_not_trained_again(data):
    X, y, X_test, y_test = data
    clf = mlp().fit(X, y)
    calibrated = CalibratedClassifierCV(FrozenEstimator(clf)).fit(X_test[:150], y_test[:150])
    assert calibrated.calibrated_classifiers_[0].estimator.estimator is clf
    assert calibrated.score(X_test[150:], y_test[150:]) > 0.75


#: Functions that fit or predict, and a number that they return and that says whether it worked.
FUNCTIONS = {
    "cross_val_score": lambda clf, X, y: cross_val_score(clf, X, y, cv=2).min(),
    "learning_curve": lambda clf, X, y: learning_curve(clf, X, y, cv=2, train_sizes=[0.5, 1.0])[2][
        -1
    ].min(),
    "permutation_importance": lambda clf, X, y: (
        permutation_importance(
            clf.fit(X, y), X, y, n_repeats=1, max_samples=200, random_state=0
        ).importances_mean.max()
        * 50
    ),
    "permutation_test_score": lambda clf, X, y: permutation_test_score(
        clf, X, y, cv=2, n_permutations=1, random_state=0
    )[0],
    "validation_curve": lambda clf, X, y: validation_curve(
        clf, X, y, param_name="l2", param_range=[0.0, 1e-3], cv=2
    )[1].min(),
}


@pytest.mark.tool("scikit-learn", FUNCTIONS)
@pytest.mark.parametrize("name", FUNCTIONS)
def test__function__works(name, data):
    X, y, *_ = data
    assert FUNCTIONS[name](mlp(), X, y) > 0.7


#: Figures of a classifier; those of two classes, and those of any.
DISPLAYS = {
    "CalibrationDisplay": lambda clf, X, y: CalibrationDisplay.from_estimator(clf, X, y).prob_pred,
    "ConfusionMatrixDisplay": lambda clf, X, y: (
        ConfusionMatrixDisplay.from_estimator(clf, X, y).confusion_matrix
    ),
    "DetCurveDisplay": lambda clf, X, y: DetCurveDisplay.from_estimator(clf, X, y).fpr,
    "LearningCurveDisplay": lambda clf, X, y: (
        LearningCurveDisplay.from_estimator(clf, X, y, cv=2, train_sizes=[0.5, 1.0]).test_scores
    ),
    "PartialDependenceDisplay": lambda clf, X, y: PartialDependenceDisplay.from_estimator(
        clf, X[:100].astype(float), [20], grid_resolution=5
    ).pd_results[0]["average"],
    "PrecisionRecallDisplay": lambda clf, X, y: (
        PrecisionRecallDisplay.from_estimator(clf, X, y).precision
    ),
    "RocCurveDisplay": lambda clf, X, y: RocCurveDisplay.from_estimator(clf, X, y).tpr,
    "ValidationCurveDisplay": lambda clf, X, y: (
        ValidationCurveDisplay.from_estimator(
            clf, X, y, param_name="l2", param_range=[0.0, 1e-3], cv=2
        ).test_scores
    ),
}


@pytest.mark.tool("scikit-learn", DISPLAYS)
@pytest.mark.parametrize("name", DISPLAYS)
def test__display__draws(name, data):
    from matplotlib import pyplot as plt

    X, y, X_test, y_test = data
    clf = mlp().fit(X, y % 2)
    values = np.asarray(DISPLAYS[name](clf, X_test, y_test % 2))
    figures = plt.get_fignums()
    plt.close("all")
    assert len(figures) == 1
    assert values.size > 1
    assert np.isfinite(values).all()
    assert np.ptp(values) > 0


@pytest.mark.tool("scikit-learn", "`set_output`, and data frames out of a transformer")
@pytest.mark.parametrize("make", [cnn, mlp, numpy_mlp])
def test__set_output__frames_between_steps(make, data):
    pytest.importorskip("pandas")
    X, y, X_test, y_test = data
    pipeline = make_pipeline(MinMaxScaler(), make()).set_output(transform="pandas")
    pipeline.fit(X, y)
    assert pipeline[-1].feature_names_in_[0] == "x0"
    assert pipeline.score(X_test, y_test) > 0.75
