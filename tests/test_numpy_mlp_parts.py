"""The parts that the NumPy network is made of."""

import copy
import pickle
from itertools import pairwise

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from scipy import ndimage, optimize, special
from torch.nn import functional as F

from skmnist.numpy_mlp import (
    MSE,
    SGD,
    Adam,
    Dropout,
    Linear,
    Momentum,
    Network,
    Penalty,
    RandomShiftRotation,
    ReLU,
    SoftmaxCrossEntropy,
    Trainer,
    he_normal,
    uniform,
)
from skmnist.numpy_mlp.augmentation import bilinear
from skmnist.numpy_mlp.batches import shuffled_batches

LOSSES = [SoftmaxCrossEntropy, MSE]


@pytest.fixture
def rng():
    return np.random.default_rng(0)


# -- gradients, by central differences in float64


def numeric_gradient(function, array, step=1e-6):
    """Return the gradient of a function of no arguments, by an array that it reads."""
    gradient = np.empty_like(array)
    for index in np.ndindex(array.shape):
        value = array[index]
        array[index] = value + step
        above = function()
        array[index] = value - step
        below = function()
        array[index] = value
        gradient[index] = (above - below) / (2 * step)
    return gradient


def assert_gradient(actual, function, array):
    numeric = numeric_gradient(function, array)
    assert np.abs(numeric).max() > 1e-3
    assert_allclose(actual, numeric, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("bias", [True, False])
def test__linear__backward__is_the_gradient(rng, bias):
    layer = Linear(rng.normal(size=(4, 3)), rng.normal(size=3) if bias else None)
    inputs, direction = rng.normal(size=(5, 4)), rng.normal(size=(5, 3))

    def objective():
        return (layer.forward(inputs) * direction).sum()

    objective()
    assert_gradient(layer.backward(direction), objective, inputs)
    assert_gradient(layer.weight_gradient, objective, layer.weight)
    if bias:
        assert_gradient(layer.bias_gradient, objective, layer.bias)
    else:
        assert layer.bias_gradient is None


def test__linear__input_gradient_not_wanted__same_weight_gradient(rng):
    weight, inputs, direction = (rng.normal(size=s) for s in [(4, 3), (5, 4), (5, 3)])
    first, other = Linear(weight, input_gradient=False), Linear(weight)
    for layer in (first, other):
        layer.forward(inputs)
    assert first.backward(direction) is None
    assert other.backward(direction).shape == (5, 4)
    assert_array_equal(first.weight_gradient, other.weight_gradient)


def test__relu__backward__is_the_gradient(rng):
    layer, inputs, direction = ReLU(), rng.normal(size=(5, 4)), rng.normal(size=(5, 4))
    assert (np.abs(inputs) > 1e-3).all()

    def objective():
        return (layer.forward(inputs) * direction).sum()

    objective()
    assert_gradient(layer.backward(direction), objective, inputs)


def test__dropout__backward__is_the_gradient_with_the_same_mask(rng):
    inputs, direction = rng.normal(size=(5, 4)), rng.normal(size=(5, 4))
    layer = Dropout(0.4, None)

    def objective():
        layer.rng = np.random.default_rng(3)
        return (layer.forward(inputs) * direction).sum()

    objective()
    assert_gradient(layer.backward(direction), objective, inputs)


@pytest.mark.parametrize("p", [0.2, 0.5, 0.9])
def test__dropout__drops_its_share_and_keeps_the_mean(rng, p):
    layer = Dropout(p, rng)
    outputs = layer.forward(np.ones((500, 400), dtype=np.float32))
    assert outputs.dtype == np.float32
    assert np.mean(outputs == 0) == pytest.approx(p, abs=0.005)
    assert outputs.mean() == pytest.approx(1, abs=0.02)
    assert_array_equal(layer.backward(np.ones_like(outputs)), outputs)
    assert np.any(layer.forward(np.ones((500, 400))) != outputs)


def test__dropout__not_training__does_nothing(rng):
    inputs = rng.normal(size=(5, 4))
    assert_array_equal(Dropout(0.5, rng).forward(inputs, training=False), inputs)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("loss", LOSSES)
def test__loss__backward__is_the_gradient(rng, loss, weighted):
    loss, outputs = loss(), rng.normal(size=(6, 4))
    targets = np.eye(4)[[0, 1, 2, 3, 0, 1]]
    weight = rng.uniform(0.5, 2, 6) if weighted else None

    def objective():
        return loss.forward(outputs, targets, weight)

    objective()
    assert_gradient(loss.backward(), objective, outputs)


def test__losses__same_values_as_torch(rng):
    outputs, y, weight = rng.normal(size=(6, 4)), rng.integers(0, 4, 6), rng.uniform(size=6)
    logits, target = torch.from_numpy(outputs), torch.from_numpy(y)
    expected = (F.cross_entropy(logits, target, reduction="none").numpy() * weight).mean()
    one_hot = np.eye(4)[y]
    assert SoftmaxCrossEntropy().forward(outputs, one_hot, weight) == pytest.approx(expected)
    expected = ((outputs - one_hot) ** 2).sum() / 12
    assert MSE().forward(outputs, one_hot) == pytest.approx(expected)


def test__penalty__add_gradient__is_the_gradient_of_value(rng):
    penalty, weights = Penalty(l1=0.3, l2=0.7), rng.normal(size=(4, 3))
    assert penalty.value(weights) == pytest.approx(
        0.3 * np.abs(weights).sum() + 0.35 * (weights**2).sum()
    )
    gradient = np.full_like(weights, 10)
    penalty.add_gradient(weights, gradient)
    assert_gradient(gradient - 10, lambda: penalty.value(weights), weights)


def make_network(rng, sizes=(6, 5, 4, 3), dropout=0.0):
    layers = []
    for n_inputs, n_outputs in pairwise(sizes):
        if layers:
            layers += [ReLU(), Dropout(dropout, np.random.default_rng(5))]
        layers.append(Linear(rng.normal(size=(n_inputs, n_outputs)), rng.normal(size=n_outputs)))
    return Network(layers)


@pytest.mark.parametrize("loss", LOSSES)
def test__trainer__step__goes_down_the_gradient_of_the_whole_objective(rng, loss):
    network, penalty = make_network(rng, dropout=0.3), Penalty(l1=0.1, l2=0.2)
    inputs, targets = rng.normal(size=(8, 6)), np.eye(3)[rng.integers(0, 3, 8)]

    def objective():
        for layer in network.layers:
            if isinstance(layer, Dropout):
                layer.rng = np.random.default_rng(5)
        value = loss().forward(network.forward(inputs), targets)
        # weights, not biases
        return value + sum(penalty.value(weight) for weight in network.coefs)

    numeric = numeric_gradient(objective, network.parameters)
    objective()  # puts back the generators
    for layer in network.layers:
        if isinstance(layer, Dropout):
            layer.rng = np.random.default_rng(5)
    before = network.parameters.copy()
    Trainer(network, loss(), SGD(learning_rate=1.0), penalty).step(inputs, targets)
    assert np.abs(numeric).max() > 0.1
    assert_allclose(before - network.parameters, numeric, rtol=1e-6, atol=1e-8)


# -- whole steps of training, against torch

OPTIMIZERS = [
    (SGD(0.1), torch.optim.SGD, {"lr": 0.1}),
    (Momentum(0.05, 0.9), torch.optim.SGD, {"lr": 0.05, "momentum": 0.9}),
    (Adam(0.01), torch.optim.Adam, {"lr": 0.01}),
    (
        Adam(0.01, beta_1=0.5, beta_2=0.9, epsilon=1e-2),
        torch.optim.Adam,
        {"lr": 0.01, "betas": (0.5, 0.9), "eps": 1e-2},
    ),
]


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(
    ("optimizer", "torch_optimizer", "params"),
    OPTIMIZERS,
    ids=["sgd", "momentum", "adam", "adam_with_parameters"],
)
def test__trainer__steps__same_parameters_as_torch(rng, loss, optimizer, torch_optimizer, params):
    network = make_network(rng)
    trainer = Trainer(network, loss(), copy.deepcopy(optimizer), Penalty(l1=0.01, l2=0.1))
    weights = [torch.tensor(weight, requires_grad=True) for weight in network.coefs]
    biases = [torch.tensor(bias, requires_grad=True) for bias in network.intercepts]
    torch_optimizer = torch_optimizer([*weights, *biases], **params)
    start = network.parameters.copy()
    for _ in range(20):
        inputs, y = rng.normal(size=(8, 6)), rng.integers(0, 3, 8)
        sample_weight = rng.uniform(0.5, 1.5, 8)
        value, outputs = trainer.step(inputs, np.eye(3)[y], sample_weight)

        hidden = torch.from_numpy(inputs)
        for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
            hidden = torch.relu(hidden @ weight + bias)
        logits = hidden @ weights[-1] + biases[-1]
        if loss is MSE:
            losses = (logits - torch.eye(3, dtype=torch.double)[y]).square().sum(1) / 2
        else:
            losses = F.cross_entropy(logits, torch.from_numpy(y), reduction="none")
        mean_loss = (losses * torch.from_numpy(sample_weight)).mean()
        penalty = sum(0.01 * w.abs().sum() + 0.05 * w.square().sum() for w in weights)
        torch_optimizer.zero_grad()
        (mean_loss + penalty).backward()
        torch_optimizer.step()

        assert value == pytest.approx(mean_loss.item(), abs=1e-10)
        assert_allclose(outputs, logits.detach(), atol=1e-10)
    expected = np.concatenate([p.detach().numpy().ravel() for p in [*weights, *biases]])
    assert_allclose(network.parameters, expected, atol=1e-10)
    assert np.abs(network.parameters - start).max() > 0.1


@pytest.mark.parametrize("optimizer", [SGD(0.1), Momentum(0.1), Adam(0.1)])
def test__optimizer__step__keeps_gradient_and_dtype(optimizer):
    parameters = np.ones((3, 2), dtype=np.float32)
    gradient = np.full((3, 2), 0.5, dtype=np.float32)
    for _ in range(3):
        optimizer.step(parameters, gradient)
    assert (parameters < 0.9).all()
    assert_array_equal(gradient, np.full((3, 2), 0.5, dtype=np.float32))
    state = [value for value in vars(optimizer).values() if isinstance(value, np.ndarray)]
    assert all(array.dtype == np.float32 for array in state)


# -- the other parts


def test__he_normal__deviation_and_shape(rng):
    weight = he_normal(200, 500, rng)
    assert weight.shape == (200, 500)
    assert weight.dtype == np.float32
    assert weight.std() == pytest.approx(0.1, rel=0.01)
    assert weight.mean() == pytest.approx(0, abs=0.001)
    assert np.mean(np.abs(weight) > 0.2) == pytest.approx(0.0455, abs=0.005)


def test__uniform__fills_the_interval(rng):
    weight = uniform(200, 500, rng, dtype="float64")
    assert weight.dtype == np.float64
    counts, _ = np.histogram(weight, bins=5, range=(-0.1, 0.1))
    assert counts.sum() == weight.size
    assert counts.min() > 0.95 * weight.size / 5


def test__network__layers_are_views_of_one_vector(rng):
    network = make_network(rng)
    forward = network.forward(np.ones((2, 6)), training=False)
    network.parameters *= 0
    assert not network.forward(np.ones((2, 6)), training=False).any()
    assert forward.any()
    assert network.n_weights == 6 * 5 + 5 * 4 + 4 * 3
    assert network.parameters.size == network.n_weights + 5 + 4 + 3
    assert_array_equal(network.parameters[network.n_weights :], np.zeros(12))


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda n: pickle.loads(pickle.dumps(n))])
def test__network__copied__trains_on_alone(rng, duplicate):
    network = make_network(rng)
    trainer = Trainer(network, MSE(), SGD(0.01))
    inputs, targets = rng.normal(size=(8, 6)), rng.normal(size=(8, 3))
    trainer.step(inputs, targets)
    other = duplicate(network)
    before = network.parameters.copy()
    outputs = network.forward(inputs, training=False)
    assert_array_equal(other.forward(inputs, training=False), outputs)
    Trainer(other, MSE(), SGD(0.01)).step(inputs, targets)
    assert_array_equal(network.parameters, before)
    assert np.abs(other.coefs[0] - network.coefs[0]).max() > 0
    trainer.step(inputs, targets)
    assert_array_equal(other.parameters, network.parameters)


@pytest.mark.parametrize(
    ("n_rows", "batch_size", "sizes"),
    [
        (10, 4, [4, 4, 2]),
        (9, 4, [4, 5]),
        (3, 4, [3]),
        (3, 100, [3]),
        (3, 1, [1, 1, 1]),
        (1, 8, [1]),
    ],
)
def test__shuffled_batches__every_row_once(rng, n_rows, batch_size, sizes):
    rows = np.arange(n_rows) * 2
    batches = list(shuffled_batches(rows, batch_size, rng))
    assert [len(batch) for batch in batches] == sizes
    assert sorted(np.concatenate(batches)) == list(rows)


def test__shuffled_batches__another_order_each_time(rng):
    first, second = (np.concatenate(list(shuffled_batches(np.arange(99), 8, rng))) for _ in "ab")
    assert np.any(first != second)
    assert np.any(first != np.arange(99))


@pytest.mark.parametrize("scale", [1.0, 1e4])
def test__softmax__probabilities__same_as_scipy(rng, scale):
    outputs = rng.normal(size=(50, 7)) * scale
    proba = SoftmaxCrossEntropy.probabilities(outputs)
    assert_allclose(proba, special.softmax(outputs, axis=1), rtol=1e-12)
    assert np.isfinite(SoftmaxCrossEntropy().forward(outputs, np.eye(7)[[0] * 50]))


def test__mse__probabilities__are_the_nearest(rng):
    for outputs in rng.normal(size=(5, 1, 4)):
        proba = MSE.probabilities(outputs)[0]
        nearest = optimize.minimize(
            lambda p, z=outputs[0]: np.sum((p - z) ** 2),
            np.full(4, 0.25),
            method="SLSQP",
            bounds=[(0, 1)] * 4,
            constraints={"type": "eq", "fun": lambda p: p.sum() - 1},
            options={"ftol": 1e-14},
        )
        assert_allclose(proba, nearest.x, atol=1e-6)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("scale", [1e-30, 1, 1e6, 1e30])
def test__mse__probabilities__any_scale__add_up_in_the_order_of_the_outputs(rng, scale, dtype):
    outputs = (rng.normal(size=(200, 5)) * scale).astype(dtype)
    proba = MSE.probabilities(outputs)
    assert proba.dtype == dtype
    assert proba.min() >= 0
    assert_allclose(proba.sum(axis=1), 1, rtol=1e-6)
    order = outputs.argsort(axis=1)
    assert (np.diff(np.take_along_axis(proba, order, axis=1), axis=1) >= 0).all()


# -- augmentation


def coordinates(height, width):
    """Each pixel's own x and y as two images, (0, 0) in the middle of the image."""
    y, x = np.meshgrid(np.arange(height), np.arange(width), indexing="ij")
    return np.array([x - (width - 1) / 2, y - (height - 1) / 2])


def recover_map(distorted):
    """Return the 2×3 map from output to input pixels (x, y, 1) that distorted coordinates."""
    height, width = distorted.shape[1:]
    positions = np.column_stack(
        [coordinates(height, width).reshape(2, -1).T, np.ones(distorted[0].size)]
    )
    sources = distorted.reshape(2, -1).T
    # what came from outside was cut off at the border
    inside = np.all(np.abs(sources) < [(width - 1) / 2 - 1e-6, (height - 1) / 2 - 1e-6], axis=1)
    solution, residual, *_ = np.linalg.lstsq(positions[inside], sources[inside])
    assert residual.max() < 1e-12
    return solution.T


def distort_alike(augment, images, seed):
    """Distort each of the images by the same random draw."""
    return np.concatenate([augment(image[None], np.random.default_rng(seed)) for image in images])


@pytest.mark.parametrize("shape", [(28, 28), (7, 12), (1, 5), (1, 1)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test__random_shift_rotation__limits_zero__is_the_identity(rng, shape, dtype):
    images = rng.random((3, *shape)).astype(dtype)
    distorted = RandomShiftRotation(shift=0, rotation=0)(images, rng)
    assert distorted.dtype == dtype
    assert_allclose(distorted, images, atol=1e-5)


@pytest.mark.parametrize("shape", [(28, 28), (17, 31), (31, 17)])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test__random_shift_rotation__agrees_with_scipy(rng, shape, seed):
    noise = rng.random(shape)
    images = np.concatenate([coordinates(*shape), noise[None]])
    distorted = distort_alike(RandomShiftRotation(shift=0.15, rotation=40), images, seed)
    map_xy = recover_map(distorted[:2])
    matrix, offset = map_xy[::-1, 1::-1], map_xy[::-1, 2]  # scipy counts rows first
    # a rotation and nothing else
    assert_allclose(matrix @ matrix.T, np.eye(2), atol=1e-9)
    assert 0.01 < abs(matrix[0, 1]) <= np.sin(np.deg2rad(40))
    assert np.all(np.abs(offset) <= 0.15 * np.array(shape))
    centre = (np.array(shape) - 1) / 2
    expected = ndimage.affine_transform(
        noise, matrix, offset + centre - matrix @ centre, order=1, mode="nearest"
    )
    assert_allclose(distorted[2], expected, atol=1e-9)


def test__random_shift_rotation__draws_fill_the_limits(rng):
    augment = RandomShiftRotation(shift=0.1, rotation=20)
    images = coordinates(15, 21)
    maps = np.array([recover_map(distort_alike(augment, images, seed)) for seed in range(300)])
    angles = np.rad2deg(np.arctan2(maps[:, 1, 0], maps[:, 0, 0]))
    for draws, limit in [(angles, 20), (maps[:, 0, 2], 2.1), (maps[:, 1, 2], 1.5)]:
        counts, _ = np.histogram(draws, bins=4, range=(-limit * 1.0001, limit * 1.0001))
        assert counts.sum() == 300
        assert counts.min() > 50


def test__random_shift_rotation__each_image_on_its_own(rng):
    images = np.repeat(rng.random((1, 8, 8)), 5, axis=0)
    before = images.copy()
    distorted = RandomShiftRotation()(images, rng)
    assert len(np.unique(distorted.reshape(5, -1), axis=0)) == 5
    assert_array_equal(images, before)


@pytest.mark.parametrize("limits", [{"shift": -0.1}, {"rotation": -1}, {"shift": np.inf}])
def test__random_shift_rotation__bad_limit__clear_error(limits):
    with pytest.raises(ValueError, match="must be finite and not negative"):
        RandomShiftRotation(**limits)


def test__bilinear__outside__is_the_border():
    image = np.array([[[0.0, 10.0], [20.0, 30.0]]])
    x, y = np.array([[[-5.0, 7.0, 0.5]]]), np.array([[[-5.0, 1.0, 99.0]]])
    assert_array_equal(bilinear(image, x, y), [[[0.0, 30.0, 25.0]]])
