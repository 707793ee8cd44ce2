"""What a GPU adds: the same results as the CPU, and models that move between the two."""

import pickle

import numpy as np
import pytest
import torch
from helpers import make_cnn, squares
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import cross_val_score
from skorch.callbacks import Callback

from skmnist import MnistCNNClassifier, MnistMLPClassifier
from skmnist._engine.optimizers import OPTIMIZERS
from skmnist.callbacks import BackupAndRestore

on_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU here")

#: Of probabilities in float32, whatever computes them.
ROUNDING = 1e-5


@pytest.fixture(scope="module")
def large(small):
    """Digits of 24×24 pixels, which all augmentations change."""
    X, y = small
    return np.kron(X.reshape(-1, 8, 8), np.ones((3, 3), dtype=np.uint8)).reshape(-1, 576), y


def on_cpu(classifier):
    return pickle.loads(pickle.dumps(classifier.set_params(device="cpu")))


def test__optimizer_state__after_a_pickle__is_laid_out_as_the_weights(small):
    # a GPU's fused step refuses others, which partial_fit then met
    clf = make_cnn(max_epochs=1).fit(*small)
    optimizer = pickle.loads(pickle.dumps(clf)).net_.optimizer_
    layouts = [
        (parameter.stride(), state["momentum_buffer"].stride())
        for parameter, state in optimizer.state.items()
    ]
    assert any(len(parameter) == 4 and not _by_rows(parameter) for parameter, _ in layouts)
    assert all(parameter == state for parameter, state in layouts)


def _by_rows(strides):
    return list(strides) == sorted(strides, reverse=True)


@on_gpu
@pytest.mark.parametrize(
    "clf",
    [
        MnistCNNClassifier(augmentation="affine_photometric", max_epochs=3),
        MnistCNNClassifier.from_preset("quick", max_epochs=3, dropout=0.2),
        MnistMLPClassifier(max_epochs=3, optimizer="adam", learning_rate=1e-3),
    ],
    ids=["default", "quick", "mlp"],
)
def test__fit__same_seed__same_bits_and_the_cpu_predicts_alike(large, clf):
    X, y = large
    clf.set_params(device="cuda", random_state=0)
    first = clf.fit(X, y).predict_proba(X)
    assert_array_equal(clf.fit(X, y).predict_proba(X), first)
    assert_allclose(on_cpu(clf).predict_proba(X), first, atol=ROUNDING, rtol=0)


@on_gpu
def test__predictions__any_batching__agree_to_rounding(large):
    X, y = large
    clf = MnistCNNClassifier(
        device="cuda", max_epochs=2, random_state=0, test_time_augmentation=2
    ).fit(X, y)
    one_by_one = np.concatenate([clf.predict_proba(X[k : k + 1]) for k in range(20)])
    assert_allclose(clf.predict_proba(X)[:20], one_by_one, atol=ROUNDING, rtol=0)


@on_gpu
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test__partial_fit__after_a_pickle__goes_on_to_the_bit(large, optimizer):
    X, y = large
    clf = make_cnn(device="cuda", optimizer=optimizer, max_epochs=2).fit(X, y)
    loaded = pickle.loads(pickle.dumps(clf))
    for one in (clf, loaded):
        one.partial_fit(X, y).partial_fit(X, y)
    assert_array_equal(loaded.predict_proba(X), clf.predict_proba(X))


@on_gpu
@pytest.mark.parametrize(("there", "here"), [("cuda", "cpu"), ("cpu", "cuda")])
def test__partial_fit__on_the_other_device__goes_on(large, there, here):
    X, y = large
    clf = make_cnn(device=there, max_epochs=3).fit(X, y)
    score = clf.score(X, y)
    moved = pickle.loads(pickle.dumps(clf.set_params(device=here)))
    assert moved.score(X, y) == pytest.approx(score, abs=0.01)
    assert moved.partial_fit(X, y).score(X, y) > score - 0.1


class Interrupt(Callback):
    """Stop a fit after an epoch, as a fault would."""

    def __init__(self, epoch):
        self.epoch = epoch

    def on_epoch_end(self, net, **kwargs):
        if len(net.history) == self.epoch:
            raise RuntimeError("interrupted by a test")


@on_gpu
def test__backup__interrupted_fit__goes_on_to_the_same_bits(large, tmp_path):
    X, y = large
    backup = BackupAndRestore(tmp_path / "fit.pt")
    clf = make_cnn(device="cuda", max_epochs=4)
    with pytest.raises(RuntimeError, match="interrupted by a test"):
        clone(clf).set_params(callbacks=[Interrupt(3), backup]).fit(X, y)
    resumed = clone(clf).set_params(callbacks=[Interrupt(0), backup]).fit(X, y)
    assert_array_equal(resumed.predict_proba(X), clf.fit(X, y).predict_proba(X))


@on_gpu
def test__weights_early_stopping_targets_and_tensors__work(large):
    X, y = large
    weights = np.linspace(0.5, 1.5, len(y))
    params = {"device": "cuda", "max_epochs": 3, "random_state": 0}
    clf = MnistCNNClassifier(early_stopping=True, l1=1e-6, class_weight="balanced", **params)
    assert clf.fit(X, y, sample_weight=weights).score(X, y) > 0.3
    tensors = torch.tensor(X, device="cuda"), torch.tensor(y, device="cuda")
    expected = MnistCNNClassifier(**params).fit(X, y).predict_proba(X)
    found = MnistCNNClassifier(**params).fit(*tensors).predict_proba(tensors[0])
    assert_array_equal(found, expected)
    assert squares(MnistCNNClassifier(**params)).fit(X, y).score(X, y) > 0.5


@on_gpu
def test__cross_validation__processes__same_scores(large):
    clf = make_cnn(device="cuda", max_epochs=2)
    one, two = (cross_val_score(clf, *large, cv=2, n_jobs=n_jobs) for n_jobs in (1, 2))
    assert_array_equal(one, two)


@on_gpu
def test__settings_of_the_process__are_left_as_they_were(large):
    backends = torch.backends

    def settings():
        return (
            backends.cudnn.deterministic,
            backends.cudnn.benchmark,
            backends.cudnn.conv.fp32_precision,
            backends.cuda.matmul.fp32_precision,
        )

    before = settings()
    make_cnn(device="cuda", max_epochs=1).fit(*large)
    assert settings() == before
