import re
from functools import partial

import pytest
import torch
from torch import nn

from skmnist.networks import (
    ARCHITECTURES,
    MLP,
    CoarseCNN,
    CompactCNN,
    FastCNN,
    LeNet5,
    SmallCNN,
    VGGStyleCNN,
    WideCNN,
    count_parameters,
    summarize,
)

NETWORKS = pytest.mark.parametrize("network_class", ARCHITECTURES.values())


@NETWORKS
@pytest.mark.parametrize(
    "image_shape", [(1, 1), (1, 7), (2, 3), (5, 5), (8, 8), (28, 28), (64, 48)]
)
def test__network__any_image_shape__trains_and_returns_logits(network_class, image_shape):
    network = network_class(image_shape, 3, 0.1)
    logits = network(torch.randn(2, 1, *image_shape))
    logits.square().sum().backward()
    assert logits.shape == (2, 3)
    assert all(torch.isfinite(p.grad).all() for p in network.parameters())


@NETWORKS
def test__network__evaluation__treats_each_image_alone(network_class):
    network = network_class((9, 12), 4).eval()
    images = torch.randn(20, 1, 9, 12)
    with torch.no_grad():
        together = network(images)
        reversed_order = network(images.flip(0)).flip(0)
    assert together.std(dim=0).min() > 0
    torch.testing.assert_close(together, reversed_order)


@NETWORKS
def test__network__convolution_before_normalization__has_no_bias(network_class):
    layers = list(network_class((28, 28), 10).features)
    for conv, *following in zip(layers, layers[1:], layers[2:], strict=False):
        if isinstance(conv, nn.Conv2d) and any(isinstance(f, nn.BatchNorm2d) for f in following):
            assert conv.bias is None


@pytest.mark.parametrize("image_shape", [(1, 1), (28, 28), (64, 48)])
def test__compact_cnn__any_image_shape__has_the_published_number_of_parameters(image_shape):
    assert count_parameters(CompactCNN(image_shape, 10)) == 8286


@pytest.mark.parametrize("network_class", [CoarseCNN, FastCNN, SmallCNN, WideCNN])
def test__network__mnist__has_as_many_parameters_as_documented(network_class):
    number = r"([\d,]+) parameters on 28×28 images and 10 outputs"
    documented = int(re.search(number, network_class.__doc__)[1].replace(",", ""))
    assert count_parameters(network_class((28, 28), 10)) == documented


def test__compact_cnn__dropout__follows_each_3x3_convolution_but_the_third():
    dropped = []
    for layer in CompactCNN((28, 28), 10, 0.3).features:
        if isinstance(layer, nn.Conv2d) and layer.kernel_size == (3, 3):
            dropped.append([])
        elif isinstance(layer, nn.Dropout):
            dropped[-1].append(layer.p)
    assert dropped == [[0.3], [0.3], [], [0.3], [0.3], [0.3]]


def test__fast_cnn__dropout_of_everything__leaves_the_bias():
    network = FastCNN((28, 28), 10, dropout=1.0)
    logits = network(torch.randn(4, 1, 28, 28))
    *_, last = (m for m in network.modules() if isinstance(m, nn.Linear))
    torch.testing.assert_close(logits, last.bias.expand(4, 10))


@NETWORKS
def test__summarize__network__rows_add_up_to_the_totals(network_class):
    network = network_class((28, 28), 10)
    table, totals = summarize(network, (28, 28)).split("\n\n")
    rows = table.splitlines()[2:]
    parameters = [int(row.split()[-1].replace(",", "")) for row in rows]
    n_layers = sum(1 for m in network.modules() if not list(m.children()))
    assert len(rows) == n_layers
    assert "[-1, 10]" in rows[-1]
    assert f"Total parameters: {sum(parameters):,}" in totals
    assert sum(parameters) == sum(p.numel() for p in network.parameters())


def test__summarize__frozen_layer__is_not_trainable():
    network = nn.Sequential(nn.Flatten(), nn.Linear(6, 5), nn.Linear(5, 2))
    network[1].requires_grad_(False)
    assert count_parameters(network) == 12
    assert summarize(network, (2, 3)).endswith(
        "Total parameters: 47\nTrainable parameters: 12\nNon-trainable parameters: 35"
    )


@pytest.mark.parametrize("training", [True, False])
def test__summarize__network__is_left_as_it_was(training):
    network = FastCNN((8, 8), 2).train(training)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    summarize(network, (8, 8))
    assert network.training is training
    assert not any(module._forward_hooks for module in network.modules())
    for name, value in network.state_dict().items():
        assert torch.equal(value, before[name])


@pytest.mark.parametrize(
    ("network", "n_outputs", "n_parameters"),
    [
        (CompactCNN, 10, 8286),
        (VGGStyleCNN, 10, 887_530),
        # 156 + 2,416 of the convolutions; 48,120 + 10,164 + 850 of the dense layers
        (LeNet5, 10, 61_706),
        (partial(MLP, hidden_layer_sizes=(128, 256, 512)), 10, 270_218),
        (partial(MLP, hidden_layer_sizes=(128, 256, 512)), 1, 265_601),
        (partial(MLP, hidden_layer_sizes=(256, 256)), 10, 269_322),
        (partial(MLP, hidden_layer_sizes=(300,)), 10, 238_510),
    ],
)
def test__count_parameters__published_networks__as_published(network, n_outputs, n_parameters):
    assert count_parameters(network((28, 28), n_outputs)) == n_parameters


def test__mlp__dropout_for_each_layer__is_where_it_belongs():
    network = MLP((4, 4), 3, hidden_layer_sizes=(5, 6), dropout=(0.1, 0.4))
    kinds = [type(layer).__name__ for layer in network.layers]
    assert kinds == ["Flatten", *["Linear", "ReLU", "Dropout"] * 2, "Linear"]
    assert [layer.p for layer in network.layers if isinstance(layer, nn.Dropout)] == [0.1, 0.4]


def test__mlp__initial_weights__after_he():
    torch.manual_seed(0)
    network = MLP((28, 28), 10, hidden_layer_sizes=(500,))
    weight = network.layers[1].weight
    assert weight.std().item() == pytest.approx((2 / 784) ** 0.5, rel=0.02)
    assert not network.layers[1].bias.any()


def test__vgg_style_cnn__dropout__half_as_much_after_convolutions():
    network = VGGStyleCNN((28, 28), 10, dropout=0.5)
    drops = [layer.p for layer in network.modules() if isinstance(layer, nn.Dropout)]
    assert drops == [0.25, 0.25, 0.5]
