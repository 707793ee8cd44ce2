"""Tensors of torch as data."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from sklearn.model_selection import GridSearchCV, cross_val_score

from skmnist import MnistCNNClassifier, MnistMLPClassifier, NumpyMLPClassifier

CLASSIFIERS = {
    "cnn": MnistCNNClassifier,
    "mlp": MnistMLPClassifier,
    "numpy": NumpyMLPClassifier,
}


@pytest.fixture(scope="module")
def data(digits):
    X, y = digits
    return X[:200].reshape(-1, 8, 8), y[:200]


@pytest.fixture(params=CLASSIFIERS)
def make(request):
    return lambda **params: CLASSIFIERS[request.param](
        **{"max_epochs": 2, "random_state": 0, **params}
    )


def tensors(X, kind):
    if kind == "uint8":
        return torch.tensor(X)
    if kind == "bfloat16":  # has room for whole numbers up to 256
        return torch.tensor(X, dtype=torch.bfloat16)
    return torch.tensor(X, dtype=torch.float32, requires_grad=kind == "requires_grad")


@pytest.mark.tool("PyTorch", "tensors as `X`, `y`, `sample_weight` and `X_val`")
@pytest.mark.parametrize("kind", ["uint8", "float32", "requires_grad", "bfloat16"])
@pytest.mark.parametrize("flat", [True, False])
def test__tensors__same_model_as_of_arrays(make, kind, flat, data):
    X, y = data
    X = X.reshape(len(X), -1) if flat else X
    weight = np.linspace(1, 2, len(y))
    expected = make().fit(X, y, weight, X_val=X[:50], y_val=y[:50])
    seen, labels, weights = tensors(X, kind), torch.tensor(y), torch.tensor(weight)
    clf = make().fit(seen, labels, weights, X_val=seen[:50], y_val=labels[:50])
    for method in ("predict", "predict_proba", "predict_log_proba", "decision_function"):
        result = getattr(clf, method)(seen)
        assert isinstance(result, np.ndarray)
        assert_array_equal(result, getattr(expected, method)(X))
    assert clf.score(seen, labels, weights) == expected.score(X, y, weight)
    assert_array_equal(np.concatenate([*clf.predict_iter(seen)]), expected.predict(X))


def test__partial_fit__takes_tensors(make, data):
    X, y = data
    expected = make().partial_fit(X, y, classes=range(10))
    clf = make().partial_fit(
        tensors(X, "requires_grad"), torch.tensor(y), classes=torch.arange(10)
    )
    assert_array_equal(clf.predict(X), expected.predict(X))


def test__searches__take_tensors(make, data):
    X, y = data
    seen, labels = tensors(X, "requires_grad"), torch.tensor(y)
    assert_array_equal(
        cross_val_score(make(), seen, labels, cv=2, error_score="raise"),
        cross_val_score(make(), X, y, cv=2),
    )
    search = GridSearchCV(make(), {"l2": [0.0, 0.1]}, cv=2, error_score="raise")
    search.fit(seen.detach(), labels)
    assert search.score(seen, labels) == search.score(X, y)
