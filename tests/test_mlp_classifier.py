import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

from skmnist import MnistMLPClassifier


def make(**params):
    return MnistMLPClassifier(**{"max_epochs": 3, "random_state": 0, "n_threads": 1} | params)


@pytest.fixture(scope="module")
def small(digits):
    X, y = digits
    return X[:400], y[:400]


def test__default__digits__learns(digits):
    X, y = digits
    assert make(max_epochs="auto").fit(X[:1400], y[:1400]).score(X[1400:], y[1400:]) > 0.94


def test__parameters__those_of_the_cnn__but_for_the_network():
    from skmnist import MnistCNNClassifier

    mlp, cnn = set(MnistMLPClassifier().get_params()), set(MnistCNNClassifier().get_params())
    assert mlp - cnn == {"hidden_layer_sizes"}
    assert cnn - mlp == {"architecture"}


@pytest.mark.parametrize(("sizes", "n_parameters"), [((20, 30), 2240), (50, 3760), ((), 650)])
def test__hidden_layer_sizes__tuple_int_or_none__build_the_network(small, sizes, n_parameters):
    clf = make(hidden_layer_sizes=sizes, max_epochs=1).fit(*small)
    assert clf.count_parameters() == n_parameters


def test__penalties__one_for_each_layer__are_the_gradient_of_the_formula(small):
    X, y = small
    l1, l2 = (0.01, 0.0, 0.002), (0.0, 0.3, 0.1)
    params = {
        "hidden_layer_sizes": (7, 6),
        "augmentation": None,
        "precision": "float32",
        "optimizer": "sgd",
        "momentum": 0.0,
        "learning_rate": 0.5,
        "learning_rate_schedule": "constant",
        "batch_size": 400,
        "max_epochs": 1,
    }
    plain = make(**params, l1=0.0, l2=0.0).fit(X, y)
    penalized = make(**params, l1=l1, l2=l2).fit(X, y)
    before = make(**params | {"learning_rate": 1e-30}, l1=0.0, l2=0.0).fit(X, y)

    def weights(clf):
        return [p.detach() for p in clf.module_.parameters() if p.ndim == 2]

    for a, b, w, s1, s2 in zip(
        weights(penalized), weights(plain), weights(before), l1, l2, strict=True
    ):
        assert_allclose(a - b, -0.5 * (s1 * w.sign() + s2 * w), atol=1e-6)


def test__dropout__one_for_each_layer__trains_and_clones(small):
    clf = make(hidden_layer_sizes=(20, 30), dropout=(0.5, 0.0))
    drops = [layer.p for layer in clf.fit(*small).module_.layers if hasattr(layer, "p")]
    assert drops == [0.5, 0.0]
    assert_array_equal(clone(clf).fit(*small).predict(small[0]), clf.predict(small[0]))


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"l1": (0.1,)}, "l1 must be a number, or a tuple of 3"),
        ({"l2": (0.1, 0.1, -0.1)}, "l2 must be a number, or a tuple of 3"),
        ({"dropout": (0.1, 0.2, 0.3)}, "dropout must be a number, or a tuple of 2"),
        ({"dropout": (0.1, 1.2)}, "dropout"),
        ({"hidden_layer_sizes": (10, 0)}, "hidden_layer_sizes must be"),
        ({"hidden_layer_sizes": (1.5,)}, "hidden_layer_sizes must be"),
    ],
)
def test__parameters__wrong__clear_error(small, params, message):
    with pytest.raises(ValueError, match=message):
        make(**params).fit(*small)


def test__architectures__of_the_published_systems__train(digits):
    from skmnist import MnistCNNClassifier

    X, y = digits[0][:60], digits[1][:60]
    X = np.repeat(np.repeat(X.reshape(-1, 8, 8), 3, axis=1), 3, axis=2)
    for architecture in ("lenet5", "vgg"):
        clf = MnistCNNClassifier(
            architecture=architecture,
            optimizer="adam",
            learning_rate=0.002,
            augmentation=None,
            max_epochs=25,
            batch_size=20,
            random_state=0,
            n_threads=1,
        )
        assert clf.fit(X, y).score(X, y) > 0.8
        assert isinstance(clf.module_(torch.zeros(1, 1, 24, 24)), torch.Tensor)


def test__scaling__names__say_what_is_done_to_pixels(small):
    X, y = small
    # one batch, since the order of rows depends on their bytes
    params = {"augmentation": None, "precision": "float32", "batch_size": 400}
    max_abs = make(**params, scaling="max_abs").fit(X, y)
    assert (max_abs.mean_, max_abs.scale_) == (0.0, 16.0)
    none = make(**params, scaling=None).fit(X / 16, y)
    assert (none.mean_, none.scale_) == (0.0, 1.0)
    assert_allclose(none.predict_proba(X / 16), max_abs.predict_proba(X), rtol=1e-4, atol=1e-6)
    standard = make(**params).fit(X, y)
    assert (standard.mean_, standard.scale_) == (pytest.approx(X.mean()), pytest.approx(X.std()))
    assert not np.allclose(standard.predict_proba(X), max_abs.predict_proba(X), atol=1e-3)
    with pytest.raises(ValueError, match="scaling"):
        make(scaling="minmax").fit(X, y)
