"""What the NumPy classifier minimises, and its steps."""

import numpy as np
import pytest
import torch
from helpers import make_numpy_mlp as make
from numpy.testing import assert_allclose, assert_array_equal
from scipy import special
from torch.nn import functional as F

# the steps of the original NumPy network, on pixels / 255
PLAIN = {
    "hidden_layer_sizes": (40,),
    "loss": "squared_error",
    "initialization": "uniform",
    "bias": False,
    "optimizer": "sgd",
    "learning_rate": 0.005,
    "batch_size": 1,
    "scaling": "max_abs",
    "max_epochs": 350,
}
CLASSES = PLAIN | {
    "hidden_layer_sizes": (300,),
    "initialization": "he",
    "bias": True,
    "learning_rate": 0.01,
    "batch_size": 64,
    "max_epochs": 235,
}
DEEP = {"hidden_layer_sizes": (128, 256, 512), "batch_size": 1000, "scaling": "max_abs"}


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize(
    ("params", "n_parameters"),
    [
        (PLAIN, 784 * 40 + 40 * 10),
        (PLAIN | {"hidden_layer_sizes": (100,), "dropout": 0.5}, 784 * 100 + 100 * 10),
        (CLASSES, 238_510),
        (DEEP, 270_218),
    ],
)
def test__recipe__of_the_original__builds_its_network(rng, params, n_parameters):
    X = rng.integers(0, 256, (30, 784), dtype=np.uint8)
    X[0, 0] = 255
    y = np.arange(30) % 10
    clf = make(**params | {"max_epochs": 1, "learning_rate": 1e-30}).fit(X, y)
    assert clf.count_parameters() == n_parameters
    assert (clf.mean_, clf.scale_) == (0, 255)
    if params.get("initialization") == "uniform":
        assert 0.099 < max(np.abs(weight).max() for weight in clf.coefs_) <= 0.1
        assert clf.intercepts_ == []
    else:
        assert clf.coefs_[0].std() == pytest.approx(np.sqrt(2 / 784), rel=0.01)
        assert max(np.abs(bias).max() for bias in clf.intercepts_) < 1e-20


def test__recipe__plain__learns_as_the_original_loop_does(small):
    """Two images, one per step: one of two orders, worked out by hand."""
    X, y = small[0][:2] / 16, small[1][:2]
    params = PLAIN | {"max_epochs": 1, "dtype": "float64", "learning_rate": 0.3, "scaling": None}
    start = make(**params | {"learning_rate": 1e-30}).fit(X, y).coefs_
    after = make(**params).fit(X, y).coefs_
    ends = []
    for order in ([0, 1], [1, 0]):
        first, second = (weight.copy() for weight in start)
        for row in order:
            hidden = np.maximum(X[row : row + 1] @ first, 0)
            delta = np.eye(2)[[row]] - hidden @ second
            hidden_delta = delta @ second.T * (hidden > 0)
            second += 0.3 * hidden.T @ delta
            first += 0.3 * X[row : row + 1].T @ hidden_delta
        ends.append(first)
    differences = [np.abs(after[0] - end).max() for end in ends]
    assert min(differences) < 1e-12
    assert max(differences) > 1e-6


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error"])
def test__objective__one_step_of_fit__is_that_of_torch(small, loss, optimizer):
    X, y = small
    params = {
        "loss": loss,
        "optimizer": optimizer,
        "l1": 0.01,
        "l2": 0.1,
        "batch_size": 400,
        "max_epochs": 1,
        "dtype": "float64",
    }
    after = make(**params, learning_rate=0.1, momentum=0.8).fit(X, y)
    # the same start: a step so small that it changes nothing
    before = make(**params, learning_rate=1e-30).fit(X, y)
    weights = [torch.tensor(weight, requires_grad=True) for weight in before.coefs_]
    biases = [torch.tensor(bias, requires_grad=True) for bias in before.intercepts_]
    inputs = torch.from_numpy((X - X.mean()) / X.std())
    logits = torch.relu(inputs @ weights[0] + biases[0]) @ weights[1] + biases[1]
    if loss == "cross_entropy":
        mean_loss = F.cross_entropy(logits, torch.from_numpy(y))
    else:
        mean_loss = (logits - F.one_hot(torch.from_numpy(y))).square().sum(1).mean() / 2
    penalty = sum(0.01 * w.abs().sum() + 0.05 * w.square().sum() for w in weights)
    (mean_loss + penalty).backward()
    cls, kwargs = {
        "sgd": (torch.optim.SGD, {}),
        "momentum": (torch.optim.SGD, {"momentum": 0.8}),
        "adam": (torch.optim.Adam, {}),
    }[optimizer]
    cls([*weights, *biases], lr=0.1, **kwargs).step()
    for actual, expected in zip(
        [*after.coefs_, *after.intercepts_], [*weights, *biases], strict=True
    ):
        assert_allclose(actual, expected.detach(), atol=1e-8)
    # the history shows the loss without the penalties
    assert after.history_[0]["train_loss"] == pytest.approx(mean_loss.item())
    accuracy = np.mean(logits.detach().numpy().argmax(axis=1) == y)
    assert after.history_[0]["train_accuracy"] == pytest.approx(accuracy)


def test__penalties__strong__shrink_what_they_say(small):
    def norms(**params):
        weights = make(max_epochs=30, **params).fit(*small).coefs_
        return sum(np.abs(w).sum() for w in weights), sum(np.square(w).sum() for w in weights)

    plain, l1, l2 = norms(), norms(l1=3e-3), norms(l2=1e-1)
    assert l1[0] < 0.7 * plain[0]
    assert l2[1] < 0.7 * plain[1]


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("initialization", ["he", "uniform"])
@pytest.mark.parametrize("bias", [True, False])
def test__optimizer__each_with_each_start__learns(small, optimizer, initialization, bias):
    rate = {"sgd": 0.1, "momentum": 0.02, "adam": 0.003}[optimizer]
    clf = make(
        optimizer=optimizer,
        learning_rate=rate,
        initialization=initialization,
        bias=bias,
        hidden_layer_sizes=(50, 30),
        max_epochs=30,
    )
    assert clf.fit(*small).score(*small) > 0.95


def test__dropout__while_training_only(small):
    X, y = small
    clf = make(dropout=0.5, max_epochs=20).fit(X, y)
    assert_array_equal(clf.predict_proba(X), clf.predict_proba(X))
    assert clf.score(X, y) > clf.history_[-1]["train_accuracy"] + 0.02
    assert (
        clf.history_[-1]["train_loss"] > make(max_epochs=20).fit(X, y).history_[-1]["train_loss"]
    )


def test__shuffle__false__batches_in_the_order_of_the_data(small):
    X, y = small
    params = {"max_epochs": 2, "batch_size": 64, "shuffle": False}
    clf = make(**params).fit(X, y)
    assert_array_equal(make(**params).fit(X, y).coefs_[0], clf.coefs_[0])
    # another order of the same images is another fit, which it is not with shuffle=True
    assert not np.array_equal(make(**params).fit(X[::-1], y[::-1]).coefs_[0], clf.coefs_[0])
    shuffled = {**params, "shuffle": True}
    one, other = make(**shuffled).fit(X, y), make(**shuffled).fit(X[::-1], y[::-1])
    assert_array_equal(one.coefs_[0], other.coefs_[0])


def test__shuffle__false__one_step_is_that_of_the_first_images(small):
    X, y = small
    zeros = {"initialization": lambda n, m, rng, dtype: np.zeros((n, m), dtype), "max_epochs": 1}
    clf = make(
        **zeros, hidden_layer_sizes=(), optimizer="sgd", learning_rate=1.0, batch_size=200,
        shuffle=False, scaling=None,
    )  # fmt: skip
    clf.fit(X, y)
    weight = np.zeros((64, 10))
    bias = np.zeros(10)
    for batch in (slice(0, 200), slice(200, 400)):
        proba = special.softmax(X[batch] @ weight + bias, axis=1)
        difference = (np.eye(10)[y[batch]] - proba) / 200
        weight += X[batch].T @ difference
        bias += difference.sum(axis=0)
    assert_allclose(clf.coefs_[0], weight, rtol=1e-3, atol=1e-3)


def test__initialization__function__draws_the_weights_of_each_layer(small):
    X, y = small
    shapes = []

    def draw(n_inputs, n_outputs, rng, dtype):
        shapes.append((n_inputs, n_outputs))
        return rng.standard_normal((n_inputs, n_outputs)).astype(dtype)

    params = {"hidden_layer_sizes": (8, 4), "max_epochs": 1, "random_state": 0}
    clf = make(**{**params, "initialization": draw, "learning_rate": 1e-12}).fit(X, y)
    assert shapes == [(64, 8), (8, 4), (4, 10)]
    assert 0.8 < clf.coefs_[0].std() < 1.2
    with pytest.raises(ValueError, match="initialization"):
        make(**{**params, "initialization": "glorot"}).fit(X, y)
