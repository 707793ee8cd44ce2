"""What a fitted network's weights say of its penalties."""

import numpy as np
import pytest
from made_up_results import tiny_split

from skmnist import MnistCNNClassifier, MnistMLPClassifier, NumpyMLPClassifier
from skmnist.reproduction.runs.weights import penalty, weight_statistics, weights


def test__weight_statistics__known_weights():
    X, y = tiny_split().train
    clf = NumpyMLPClassifier(hidden_layer_sizes=2, max_epochs=1, random_state=0).fit(X, y)
    first, second = clf.coefs_
    first[...] = 0.0
    first[0] = [3.0, -4.0]
    second[...] = 1.0
    statistics = weight_statistics(clf)
    assert statistics["l1_norm"] == 7 + 20
    assert statistics["l2_norm"] == pytest.approx(np.sqrt(25 + 20))
    assert statistics["sparsity"] == pytest.approx((2 * 784 - 2) / (2 * 784 + 20))
    first[...] = 0.0  # a layer of nothing is as sparse as can be
    assert weight_statistics(clf)["sparsity"] == pytest.approx(2 * 784 / (2 * 784 + 20))
    first[0] = [3.0, -4.0]
    clf.set_params(l1=0.1, l2=0.5)
    assert penalty(clf) == pytest.approx(0.1 * 27 + 0.25 * 45)


def test__penalty__per_layer():
    X, y = tiny_split().train
    clf = MnistMLPClassifier(hidden_layer_sizes=4, l2=(0.002, 0.0), max_epochs=1, random_state=0)
    clf.fit(X, y)
    first = next(clf.module_.parameters()).detach().numpy()
    assert penalty(clf) == pytest.approx(0.001 * (first**2).sum(), rel=1e-5)


def test__weights__torch__without_biases_and_normalisation():
    X, y = tiny_split().train
    clf = MnistCNNClassifier(architecture="compact", max_epochs=1, random_state=0).fit(X, y)
    kept = weights(clf)
    assert kept
    assert all(weight.ndim > 1 for weight in kept)
    assert sum(weight.size for weight in kept) < clf.count_parameters()
