"""What the published networks of systems B, D and E did, and no parameter stands for."""

import pickle

import numpy as np
import pytest
import torch
from made_up_results import tiny_split

from skmnist import NumpyMLPClassifier, SquareDigitTransformer, load_model, save_model
from skmnist.reproduction.recipes.added_probabilities import AddedProbabilitiesClassifier
from skmnist.reproduction.recipes.data import Images
from skmnist.reproduction.recipes.divided_twice import TwiceDividedMLPClassifier
from skmnist.reproduction.recipes.keras import GlorotMLPClassifier
from skmnist.reproduction.recipes.numpy_classes import (
    TwiceDividedNumpyMLPClassifier,
    against_the_first_batch,
    counted,
)
from skmnist.reproduction.recipes.numpy_slips import (
    HalfDropout,
    MaskedDropoutNumpyMLPClassifier,
    MaskedReLUNumpyMLPClassifier,
    PublishedNumpyMLPClassifier,
    SoundNumpyMLPClassifier,
    UnmaskedDropout,
    UnmaskedReLU,
)
from skmnist.reproduction.recipes.plain import PLAIN
from skmnist.reproduction.recipes.published_log import PublishedLog
from skmnist.reproduction.recipes.wrong_axis import (
    SigmoidCostNumpyMLPClassifier,
    SigmoidOfSoftmax,
    he_of_outputs,
)


def test__unmasked_layers__gradient__passes_as_it_came():
    relu = UnmaskedReLU()
    np.testing.assert_array_equal(relu.forward(np.array([[-1.0, 2.0]])), [[0.0, 2.0]])
    np.testing.assert_array_equal(relu.backward(np.array([[5.0, 7.0]])), [[5.0, 7.0]])
    outputs, gradient = np.ones((2, 50)), np.full((2, 50), 3.0)
    for kind, scale in ((UnmaskedDropout, 1.0), (HalfDropout, None)):
        dropout = kind(0.5, np.random.RandomState(0))
        dropped = dropout.forward(outputs)
        # the masks of the legacy generator, and twice what is kept
        np.testing.assert_array_equal(
            dropped, 2 * np.random.RandomState(0).randint(2, size=(2, 50))
        )
        expected = 3.0 * (dropped if scale is None else scale)
        np.testing.assert_array_equal(dropout.backward(gradient), expected * np.ones((2, 50)))
        np.testing.assert_array_equal(dropout.forward(outputs, training=False), outputs)
    with pytest.raises(ValueError, match="drops one half"):
        HalfDropout(0.2, np.random.RandomState(0))


PUBLISHED = {
    "hidden_layer_sizes": 8,
    "loss": "squared_error",
    "initialization": "uniform",
    "bias": False,
    "dropout": 0.5,
    "optimizer": "sgd",
    "batch_size": 64,
    "shuffle": False,
    "scaling": "max_abs",
    "dtype": "float64",
    "random_state": 1,
}


def published_by_hand(X, y, *, rate, epochs, relu, dropout):
    """Train as the published code does, with or without each slip; return all that it prints."""
    random = np.random.RandomState(1)
    weight_1 = 0.2 * random.random_sample((X.shape[1], 8)) - 0.1
    weight_2 = 0.2 * random.random_sample((8, 10)) - 0.1
    targets = np.eye(10)[y]
    for _ in range(epochs):
        error = hits = 0
        for start in range(0, len(X) - 63, 64):
            batch = slice(start, start + 64)
            sums = X[batch] @ weight_1
            mask = random.randint(2, size=sums.shape) * 2
            hidden = np.maximum(sums, 0) * mask
            outputs = hidden @ weight_2
            delta = (targets[batch] - outputs) / 64
            error += ((targets[batch] - outputs) ** 2).sum()
            hits += (outputs.argmax(axis=1) == y[batch]).sum()
            hidden_delta = delta @ weight_2.T
            if relu:
                hidden_delta *= sums > 0
            if dropout:
                hidden_delta *= mask
            weight_2 += rate * hidden.T @ delta
            weight_1 += rate * X[batch].T @ hidden_delta
    return weight_1, weight_2, error / len(X), hits / len(X)


@pytest.mark.parametrize(
    ("kind", "relu", "dropout"),
    [
        (PublishedNumpyMLPClassifier, False, False),
        (MaskedReLUNumpyMLPClassifier, True, False),
        (MaskedDropoutNumpyMLPClassifier, False, True),
        (SoundNumpyMLPClassifier, True, True),
    ],
)
def test__published_network__each_repair__as_by_hand(kind, relu, dropout):
    X, y = tiny_split().train
    clf = kind(**PUBLISHED, learning_rate=0.05, max_epochs=3).fit(X, y)
    assert len(X) % 64  # so there are images that fill no batch
    *weights, error, accuracy = published_by_hand(
        X / 255, y, rate=0.05, epochs=3, relu=relu, dropout=dropout
    )
    for ours, theirs in zip(clf.coefs_, weights, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)
    last = clf.history_[-1]
    assert last["printed_train_error"] == pytest.approx(error)
    assert last["printed_train_accuracy"] == pytest.approx(accuracy)
    # over the images that were seen
    assert last["train_accuracy"] == pytest.approx(accuracy * 200 / 192)


def test__published_network__augmentation__leaves_the_masks_as_they_are():
    X, y = tiny_split().train
    params = {**PUBLISHED, "learning_rate": 1e-12, "max_epochs": 1}
    plain = PublishedNumpyMLPClassifier(**params).fit(X, y)
    rotated = PublishedNumpyMLPClassifier(**params, rotation=90.0).fit(X, y)
    assert plain.history_[0]["train_loss"] != rotated.history_[0]["train_loss"]
    assert plain._rng.randint(2**31) == rotated._rng.randint(2**31)


def test__published_network__saved_and_loaded__predicts_the_same(tmp_path):
    X, y = tiny_split().train
    clf = PublishedNumpyMLPClassifier(**PUBLISHED, max_epochs=2).fit(X, y)
    trusted = [
        f"{kind.__module__}.{kind.__qualname__}"
        for kind in (PublishedNumpyMLPClassifier, UnmaskedReLU, UnmaskedDropout)
    ]
    loaded = load_model(save_model(clf, tmp_path / "model.skops"), trusted=trusted)
    np.testing.assert_array_equal(loaded.decision_function(X), clf.decision_function(X))


def test__he_of_outputs__deviation_is_that_of_the_outputs__and_cut_at_two():
    weight = he_of_outputs(784, 128, np.random.default_rng(0))
    deviation = np.sqrt(2 / 128)
    assert weight.shape == (784, 128)
    assert weight.dtype == np.float32
    assert weight.std() == pytest.approx(deviation, rel=0.01)
    assert np.abs(weight).max() == pytest.approx(2 * deviation / 0.8796, rel=0.01)


def test__sigmoid_of_softmax__gradient__as_by_differences():
    rng = np.random.default_rng(0)
    outputs, targets = rng.standard_normal((3, 4)), np.eye(4)[[0, 2, 2]]
    loss = SigmoidOfSoftmax()
    p = np.exp(outputs) / np.exp(outputs).sum(axis=1, keepdims=True)
    sigmoid = 1 / (1 + np.exp(-p))
    by_hand = -(targets * np.log(sigmoid) + (1 - targets) * np.log(1 - sigmoid)).mean()
    assert loss.forward(outputs, targets) == pytest.approx(by_hand)
    gradient = loss.backward()
    for index in np.ndindex(outputs.shape):
        step = np.zeros_like(outputs)
        step[index] = 1e-6
        ahead, behind = (loss.forward(outputs + way * step, targets) for way in (1, -1))
        assert gradient[index] == pytest.approx((ahead - behind) / 2e-6, abs=1e-8)


def test__sigmoid_cost__network__learns():
    X, y = tiny_split().train
    clf = SigmoidCostNumpyMLPClassifier(learning_rate=0.003, max_epochs=100, random_state=0)
    clf.fit(X, y)
    assert clf.score(X, y) > 0.9
    # ten classes, each with at least log 2 but the true one
    assert clf.history_[-1]["train_loss"] > 0.65


def test__sigmoid_of_softmax__weights__are_refused():
    with pytest.raises(ValueError, match="sample_weight"):
        SigmoidOfSoftmax().forward(np.zeros((2, 3)), np.eye(3)[:2], np.ones(2))


def test__twice_divided__first_layer_and_second_relu():
    X, y = tiny_split().train
    params = {"scaling": "max_abs", "max_epochs": 1, "random_state": 0}
    clf = TwiceDividedNumpyMLPClassifier(**params).fit(X, y)
    assert [type(layer).__name__ for layer in clf.layers_] == [
        *("Divide", "Linear", "ReLU", "ReLU", "Linear")
    ]
    assert clf.count_parameters() == NumpyMLPClassifier(**params).fit(X, y).count_parameters()
    by_hand = np.maximum(X / 255**2 @ clf.coefs_[0] + clf.intercepts_[0], 0)
    by_hand = by_hand @ clf.coefs_[1] + clf.intercepts_[1]
    np.testing.assert_allclose(clf.decision_function(X), by_hand, rtol=1e-3, atol=1e-5)


def test__counted__passes_add_up_and_a_constant_output_hits_its_class():
    labels = np.array([6, 1, 6, 2])
    assert counted(np.eye(10)[6], labels) == 0.5
    assert counted(np.eye(10)[6], labels, n_passes=10) == 5.0
    assert counted(np.eye(10)[[6, 1, 0, 0]], labels) == 0.5


def test__against_the_first_batch__labels_of_the_first_batch():
    class Constant:
        batch_size = 2

        def predict(self, X):
            return X[:, 0]

    images = Images(np.array([[1], [5], [1], [2], [9]]), np.array([1, 2, 3, 4, 5]))
    # 1 and 5 against 1 and 2, then 1 and 2 against 1 and 2; the fifth fills no batch
    assert against_the_first_batch(Constant(), images) == 0.75


def test__torch_divided_twice__pixels_are_255_times_as_small():
    X, y = tiny_split().train
    params = {"hidden_layer_sizes": 8, **PLAIN, "max_epochs": 1, "random_state": 0}
    clf = TwiceDividedMLPClassifier(**params).fit(X, y)
    once = GlorotMLPClassifier(**params).fit(X, y)
    with torch.no_grad():
        images = torch.rand(2, 1, 28, 28)
        once.module_.load_state_dict(clf.module_.state_dict())
        torch.testing.assert_close(clf.module_(images), once.module_(images / 255))


def test__published_log__history__finds_the_epochs_before_it():
    log = PublishedLog(losses=(0.3, 0.2), accuracies=(0.9, 0.95))

    class Fitted:
        history_ = [{"train_loss": loss} for loss in (0.9, 0.5, 0.31, 0.2, 0.1)]

    found = log(Fitted(), None)
    assert found == {"earlier_epochs": 2, "log_difference": pytest.approx(1 - 0.3 / 0.31)}
    Fitted.history_ = Fitted.history_[:1]
    assert log(Fitted(), None) == {}
    assert log.from_epoch(3) == {
        "train_loss": {3: 0.3, 4: 0.2},
        "train_accuracy": {3: 0.9, 4: 0.95},
    }


def test__added_probabilities__ten_classes__answer_for_two():
    X, y = tiny_split().train
    network = NumpyMLPClassifier(max_epochs=5, random_state=0)
    clf = AddedProbabilitiesClassifier(network, SquareDigitTransformer())
    assert not hasattr(clf, "history_")
    clf.fit(X, y)
    proba = clf.fitted_.predict_proba(X)
    squares = proba[:, [0, 1, 4, 9]].sum(axis=1)
    np.testing.assert_allclose(clf.predict_proba(X)[:, 1], squares, rtol=1e-5)
    np.testing.assert_array_equal(clf.predict(X), squares > 0.5)
    assert len(clf.history_) == clf.n_iter_ == 5
    assert len(pickle.loads(pickle.dumps(clf)).history_) == 5
    over = np.nextafter(np.float32(1), np.float32(2)) / np.float32(4)
    clf.fitted_.predict_proba = lambda X: np.tile(
        np.isin(np.arange(10), [0, 1, 4, 9]).astype(np.float32) * over, (len(X), 1)
    )
    assert clf.predict_proba(X).max() == 1
