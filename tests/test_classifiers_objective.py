"""What is minimised, and what each sample counts."""

import numpy as np
import pytest
import torch
from helpers import each_classifier, make_cnn
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from torch import nn
from torch.nn import functional as F

from skmnist._engine.optimizers import OPTIMIZERS

pytestmark = pytest.mark.numerical


def linear_network(image_shape, n_outputs, dropout):
    return nn.Sequential(nn.Flatten(), nn.Linear(image_shape[0] * image_shape[1], n_outputs))


@pytest.mark.parametrize(
    ("l1", "l2", "label_smoothing"), [(0, 0, 0), (0.01, 0, 0), (0, 0.1, 0), (0.01, 0.1, 0.1)]
)
@pytest.mark.parametrize("n_classes", [2, 10])
def test__objective__one_step_of_sgd__is_the_gradient_of_the_formula(
    small, l1, l2, label_smoothing, n_classes
):
    X, y = small
    y = y % n_classes
    params = {
        "architecture": linear_network,
        "augmentation": None,
        "precision": "float32",
        "momentum": 0.0,
        "learning_rate": 0.5,
        "learning_rate_schedule": "constant",
        "batch_size": 400,
        "l1": l1,
        "l2": l2,
        "label_smoothing": label_smoothing,
        "max_epochs": 1,
    }
    after = make_cnn(**params).fit(X, y)
    # the same start: a step so small that it changes nothing
    before = make_cnn(**params | {"learning_rate": 1e-30}).fit(X, y)

    weight, bias = (p.detach().clone().requires_grad_() for p in before.module_.parameters())
    inputs = torch.from_numpy((X - after.mean_) / after.scale_).float()
    logits = inputs @ weight.T + bias
    if n_classes == 2:
        logits = torch.cat([torch.zeros_like(logits), logits], dim=1)
    target = torch.nn.functional.one_hot(torch.from_numpy(y), n_classes).double()
    target = target * (1 - label_smoothing) + label_smoothing / n_classes
    loss = -(target * logits.log_softmax(1)).sum(1).mean()
    objective = loss + l1 * weight.abs().sum() + l2 / 2 * weight.square().sum()
    objective.backward()
    new_weight, new_bias = after.module_.parameters()
    assert_allclose(new_weight.detach(), (weight - 0.5 * weight.grad).detach(), atol=2e-6)
    assert_allclose(new_bias.detach(), (bias - 0.5 * bias.grad).detach(), atol=2e-6)
    # the history shows the loss without penalties and smoothing, at the temperature
    plain = F.cross_entropy(logits / after.history_[0]["temperature"], torch.from_numpy(y))
    assert after.history_[0]["train_loss"] == pytest.approx(plain.item(), rel=1e-5)


def test__penalties__strong__shrink_what_they_say(small):
    X, y = small

    def norms(**params):
        module = make_cnn(max_epochs=8, **params).fit(X, y).module_
        weights = [p.detach() for p in module.parameters() if p.ndim > 1]
        return sum(w.abs().sum() for w in weights), sum(w.square().sum() for w in weights)

    plain, l1, l2 = norms(l2=0), norms(l2=0, l1=3e-3), norms(l2=3e-2)
    assert l1[0] < 0.8 * plain[0]
    assert l2[1] < 0.8 * plain[1]


@pytest.mark.parametrize(
    ("optimizer", "schedule"),
    [
        *((name, "one_cycle") for name in (*OPTIMIZERS, torch.optim.NAdam)),
        *(("sgd", name) for name in ("step", "constant")),
    ],
)
def test__optimizer_and_schedule__each__learns(small, optimizer, schedule):
    rate = 0.03 if optimizer in ("sgd", "muon") else 0.003
    clf = make_cnn(
        optimizer=optimizer, learning_rate=rate, learning_rate_schedule=schedule, max_epochs=15
    )
    assert clf.fit(*small).score(*small) > 0.8


def test__subsample__half__learning_rate_ends_at_nothing_all_the_same(small):
    clf = make_cnn(subsample=0.5, batch_size=20, learning_rate=0.05).fit(*small)
    assert clf.net_.optimizer_.param_groups[0]["lr"] < 0.01 * 0.05
    assert clf.net_.history[-1]["train_batch_count"] == 10


@each_classifier
def test__sample_weight__whole_numbers__same_bits_as_copies(small, make):
    X, y = small
    weight = np.random.default_rng(0).integers(0, 4, len(y))
    clf = make(dropout=0.2, max_epochs=3)
    weighted = clone(clf).fit(X, y, sample_weight=weight)
    repeated = clone(clf).fit(np.repeat(X, weight, axis=0), np.repeat(y, weight))
    assert_array_equal(weighted.predict_proba(X), repeated.predict_proba(X))


@each_classifier
def test__sample_weight__fractions__count_relative_to_each_other(small, make):
    X, y = small
    weight = np.random.default_rng(0).uniform(0.1, 1, len(y))
    a = make().fit(X, y, sample_weight=weight)
    b = make().fit(X, y, sample_weight=weight * 4)
    assert_array_equal(a.predict_proba(X), b.predict_proba(X))
    assert np.abs(a.predict_proba(X) - make().fit(X, y).predict_proba(X)).max() > 1e-3


@each_classifier
def test__sample_weight__wrong_labels_weigh_little__are_not_learned(small, make):
    X, y = small
    wrong = (np.arange(len(y)) % 2).astype(bool)
    labels = np.where(wrong, (y + 1) % 10, y)
    weight = np.where(wrong, 0.01, 1.0)
    clf = make(max_epochs=15).fit(X, labels, sample_weight=weight)
    assert clf.score(X, y) > 0.9
    # the history counts by weight too
    assert clf.history_[-1]["train_accuracy"] > 0.9


@each_classifier
def test__class_weight__heavy_class__is_preferred(small, make):
    X, y = small
    y = np.where(y < 5, 0, 1)
    noise = np.random.default_rng(0).random(len(y)) < 0.3
    y = np.where(noise, 1 - y, y)
    shares = [
        np.mean(make(class_weight={0: w, 1: 1}, max_epochs=10).fit(X, y).predict(X) == 0)
        for w in (0.05, 1, 20)
    ]
    assert shares[0] < 0.2 < shares[1] < 0.8 < shares[2]


@each_classifier
def test__all_weights_zero__clear_error(small, make):
    clf = make(max_epochs=1).fit(*small)
    with pytest.raises(ValueError, match=r"[zZ]ero"):
        clf.partial_fit(*small, sample_weight=np.zeros(400))
    with pytest.raises(ValueError, match="weight of zero"):
        make(class_weight=dict.fromkeys(range(10), 0)).fit(*small)
