"""imbalanced-learn: resampling before a fit, on training folds only."""

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import cross_validate

from skmnist import MnistMLPClassifier

imblearn = pytest.importorskip("imblearn", reason="needs pip install imbalanced-learn")


@pytest.fixture(scope="module")
def rare(digits):
    """Even digits, and a few odd ones."""
    X, y = digits
    odd = y % 2 == 1
    kept = ~odd | (np.arange(len(y)) % 8 == 0)
    return X[kept][:600], odd[kept][:600].astype(int), X[-400:], odd[-400:].astype(int)


def mlp(**params):
    shared = {"hidden_layer_sizes": 32, "augmentation": None, "batch_size": 32, "n_threads": 1}
    return MnistMLPClassifier(
        **{**shared, "max_epochs": 12, "learning_rate": 0.005, "random_state": 0, **params}
    )


@pytest.mark.tool("imbalanced-learn", "pipelines with `RandomUnderSampler`, `RandomOverSampler`")
@pytest.mark.parametrize("name", ["RandomUnderSampler", "RandomOverSampler"])
def test__sampler_in_a_pipeline__helps_the_rare_class(name, rare):
    from imblearn import over_sampling, pipeline, under_sampling

    X, y, X_test, y_test = rare
    sampler = getattr(over_sampling, name, None) or getattr(under_sampling, name)
    sampled = pipeline.make_pipeline(sampler(random_state=0), mlp()).fit(X, y)
    recall = sampled.predict(X_test)[y_test == 1].mean()
    assert recall > mlp().fit(X, y).predict(X_test)[y_test == 1].mean()
    scores = cross_validate(sampled, X, y, cv=2, scoring="balanced_accuracy", error_score="raise")
    assert scores["test_score"].min() > 0.6


@pytest.mark.tool("imbalanced-learn", "`BalancedBaggingClassifier`")
def test__balanced_bagging__helps_the_rare_class(rare):
    from imblearn.ensemble import BalancedBaggingClassifier

    X, y, X_test, y_test = rare
    bagging = BalancedBaggingClassifier(mlp(), n_estimators=5, random_state=0)
    score = balanced_accuracy_score(y_test, bagging.fit(X, y).predict(X_test))
    assert score > balanced_accuracy_score(y_test, mlp().fit(X, y).predict(X_test))
