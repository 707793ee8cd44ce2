"""mlxtend: votes and comparisons of classifiers."""

import pytest
from sklearn.naive_bayes import GaussianNB

from skmnist import MnistMLPClassifier

pytest.importorskip("mlxtend", reason="needs pip install mlxtend")


@pytest.fixture(scope="module")
def data(digits):
    X, y = digits
    return X[:400], y[:400], X[400:700], y[400:700]


def mlp(**params):
    shared = {"hidden_layer_sizes": 32, "augmentation": None, "batch_size": 32, "n_threads": 1}
    return MnistMLPClassifier(
        **{**shared, "max_epochs": 12, "learning_rate": 0.005, "random_state": 0, **params}
    )


@pytest.mark.tool("mlxtend", "`EnsembleVoteClassifier`, of fitted classifiers too")
@pytest.mark.parametrize("refit", [True, False])
def test__ensemble_vote__is_the_soft_vote(refit, data):
    from mlxtend.classifier import EnsembleVoteClassifier

    X, y, X_test, y_test = data
    parts = [mlp().fit(X, y), mlp(random_state=1).fit(X, y)]
    vote = EnsembleVoteClassifier(parts, voting="soft", fit_base_estimators=refit).fit(X, y)
    mean = (parts[0].predict_proba(X_test) + parts[1].predict_proba(X_test)) / 2
    assert (vote.predict(X_test) == mean.argmax(axis=1)).all()
    assert vote.score(X_test, y_test) > 0.8


@pytest.mark.tool("mlxtend", "`bias_variance_decomp`, `mcnemar` and other comparisons")
def test__comparisons__say_that_the_network_is_better(data):
    from mlxtend.evaluate import bias_variance_decomp, mcnemar, mcnemar_table

    X, y, X_test, y_test = data
    weak = GaussianNB().fit(X, y)
    table = mcnemar_table(y_test, mlp().fit(X, y).predict(X_test), weak.predict(X_test))
    assert table[0, 1] > table[1, 0]
    assert mcnemar(table)[1] < 0.05
    loss, bias, variance = bias_variance_decomp(
        mlp(), X, y, X_test, y_test, num_rounds=3, random_seed=0
    )
    assert 0 < variance < loss < 0.35
    assert 0 < bias < 0.3
