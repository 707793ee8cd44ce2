"""The networks that live with the recipes: what publications had, and Keras' initial weights."""

import pytest
import torch
from torch import nn

from skmnist.networks import LeNet5, count_parameters
from skmnist.reproduction.recipes.keras import GlorotMLPClassifier, start_after_glorot
from skmnist.reproduction.recipes.same_lenet5 import SameLeNet5
from skmnist.reproduction.recipes.vgg import GlorotVGG
from skmnist.reproduction.recipes.wide_kernel import (
    DividingCNN,
    ImageWideConv,
    SoftmaxTwiceCNN,
    WideKernelCNN,
)


@pytest.mark.parametrize(
    ("network", "n_parameters"),
    [
        (SameLeNet5, 107_786),
        (WideKernelCNN, 68_630),
        (DividingCNN, 68_630),
        (SoftmaxTwiceCNN, 68_630),
        (GlorotVGG, 887_530),
    ],
)
def test__published_networks__parameters__as_in_the_code(network, n_parameters):
    network = network((28, 28), 10)
    assert count_parameters(network) == n_parameters
    assert network(torch.rand(2, 1, 28, 28)).shape == (2, 10)


def test__same_lenet5__more_parameters_than_lenet5__are_inputs_of_its_first_dense_layer():
    same, proper = (network((28, 28), 10) for network in (SameLeNet5, LeNet5))
    assert count_parameters(same) - count_parameters(proper) == (7 * 7 - 5 * 5) * 16 * 120


@pytest.mark.parametrize("side", [5, 28])
def test__image_wide_conv__is_torchs_own_convolution(side):
    torch.manual_seed(0)
    ours, torchs = (
        conv.double() for conv in (ImageWideConv(side, 3), nn.Conv2d(1, 3, side, padding="same"))
    )
    torchs.load_state_dict(ours.state_dict())
    images = torch.rand(4, 1, side, side, dtype=torch.float64)
    results = []
    for conv in (ours, torchs):
        maps = conv(images)
        (maps * torch.arange(maps.numel()).view_as(maps) / maps.numel()).sum().backward()
        results.append((maps, conv.weight.grad, conv.bias.grad))
    for mine, theirs in zip(*results, strict=True):
        torch.testing.assert_close(mine, theirs)


def test__softmax_twice__loss__cannot_fall_below_its_limit():
    network = SoftmaxTwiceCNN((28, 28), 10)
    with torch.no_grad():
        network.classifier[-1].weight.zero_()
        network.classifier[-1].bias.zero_()[3] = 100.0  # as sure as can be
    loss = nn.functional.cross_entropy(network(torch.rand(5, 1, 28, 28)), torch.full((5,), 3))
    # -log(e / (e + 9)): published losses below it show that softmax was applied once
    assert loss.item() == pytest.approx(1.46115, abs=1e-5)


def test__dividing_cnn__inputs__are_divided_by_255():
    network, images = DividingCNN((28, 28), 10), torch.rand(2, 1, 28, 28)
    torch.testing.assert_close(network(255 * images), WideKernelCNN.forward(network, images))


def test__start_after_glorot__weights__have_its_limits():
    network = start_after_glorot(nn.Sequential(nn.Conv2d(2, 8, 5), nn.Linear(300, 100)))
    for layer, (n_in, n_out) in zip(network, [(2 * 25, 8 * 25), (300, 100)], strict=True):
        limit = (6 / (n_in + n_out)) ** 0.5
        assert 0.95 * limit < layer.weight.abs().max() <= limit
        assert not layer.bias.any()


def test__glorot_mlp_classifier__initial_weights__as_in_keras():
    X, y = torch.rand(40, 784).numpy(), [0, 1, 2, 3] * 10
    clf = GlorotMLPClassifier(
        hidden_layer_sizes=(64,), learning_rate=1e-30, max_epochs=1, random_state=0
    ).fit(X, y)
    weight = next(clf.module_.parameters())
    limit = (6 / (784 + 64)) ** 0.5
    assert 0.95 * limit < weight.abs().max() <= limit
