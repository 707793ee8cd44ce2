"""The shorter way through a network gives the same logits, and notices every change."""

import copy
import gc
import pickle
import weakref

import numpy as np
import pytest
import torch
from helpers import make_cnn
from torch import nn

from skmnist._engine.predicting import FEW_ROWS
from skmnist._engine.shortcut import Shortcut, shortcut
from skmnist.networks import ARCHITECTURES, MLP, FastCNN


def trained(module):
    """Give a network's normalisations statistics of their own, some of them negative scales."""
    generator = torch.Generator().manual_seed(0)
    for layer in module.modules():
        if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
            layer.weight.data.uniform_(0.5, 2, generator=generator)
            layer.bias.data.normal_(generator=generator)
            layer.running_mean.normal_(generator=generator)
            layer.running_var.uniform_(0.5, 2, generator=generator)
    return module.to(memory_format=torch.channels_last).eval()


def images(side=28):
    return torch.randn(3, 1, side, side, generator=torch.Generator().manual_seed(1))


def assert_same_logits(module, x, *, is_shorter):
    with torch.no_grad():
        function = shortcut(module)
        assert isinstance(function, Shortcut) == is_shorter
        torch.testing.assert_close(function(x), module(x), rtol=1e-4, atol=1e-5)


def n_folded(module):
    steps = shortcut(module)._steps
    return sum(getattr(step, "__name__", None) == "convolve" for step in steps)


@pytest.mark.parametrize("side", [28, 8])
@pytest.mark.parametrize("network", [*ARCHITECTURES.values(), MLP])
def test__shortcut__own_networks__same_logits(network, side):
    assert_same_logits(trained(network((side, side), 10)), images(side), is_shorter=True)


@pytest.mark.parametrize(("name", "number"), [("fast", 3), ("small", 3), ("compact", 0)])
def test__shortcut__convolution_before_normalisation__is_folded(name, number):
    assert n_folded(trained(ARCHITECTURES[name]((28, 28), 10))) == number


@pytest.mark.parametrize("pooled", [True, False])
def test__shortcut__convolution_with_bias_in_a_sequential__is_folded(pooled):
    layers = [nn.Conv2d(1, 4, 3, stride=2, padding=1), nn.BatchNorm2d(4), nn.Flatten()]
    if pooled:
        layers.insert(1, nn.MaxPool2d(3, stride=1, padding=1))
    module = trained(nn.Sequential(nn.Sequential(*layers), nn.Linear(4 * 14 * 14, 2)))
    assert n_folded(module) == 1
    assert_same_logits(module, images(), is_shorter=True)


def test__shortcut__negative_scale__is_not_folded():
    module = trained(FastCNN((28, 28), 10))
    module.features[2].weight.data[3] = -1
    assert n_folded(module) == 2
    assert_same_logits(module, images(), is_shorter=True)


@pytest.mark.parametrize(
    "between", [nn.ReLU(), nn.AvgPool2d(2), nn.MaxPool2d(2, return_indices=False, dilation=2)]
)
def test__shortcut__any_layer_between__same_logits(between):
    layers = nn.Conv2d(1, 4, 3), between, nn.BatchNorm2d(4), nn.Flatten()
    assert_same_logits(trained(nn.Sequential(*layers)), images(), is_shorter=True)


class Residual(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        return x + self.layers(x)


class Reversed(nn.Sequential):
    def forward(self, x):
        for layer in reversed(self):
            x = layer(x)
        return x


def test__shortcut__user_modules__are_called_as_they_are():
    block = [nn.Conv2d(1, 1, 3, padding=1), nn.BatchNorm2d(1)]
    assert_same_logits(trained(Residual(*block)), images(), is_shorter=False)
    assert_same_logits(trained(Reversed(*block)), images(), is_shorter=False)
    module = trained(nn.Sequential(*copy.deepcopy(block), Residual(*block), Reversed(*block)))
    assert n_folded(module) == 1
    assert_same_logits(module, images(), is_shorter=True)


# -- changes


def in_place(module):
    module.features[0].weight.mul_(0.5)


def by_data(module):
    module.features[0].weight.data.mul_(0.5)


def by_numpy(module):
    module.features[2].running_mean.numpy()[0] += 3


def last_layer(module):
    module.classifier[-1].weight.mul_(2)


def other_storage(module):
    module.features[0].weight.data = module.features[0].weight * 2


def other_parameter(module):
    module.features[0].weight = nn.Parameter(module.features[0].weight * 2)


def other_state(module):
    other = trained(FastCNN((28, 28), 10))
    module.load_state_dict(other.state_dict())


def other_layer(module):
    module.features[0] = nn.Conv2d(1, 16, 5).eval()


def another_layer(module):
    module.classifier.append(nn.Softmax(dim=1))


def other_padding(module):
    module.features[1].padding = 1


def other_eps(module):
    module.features[2].eps = 3.0


def shared(module):
    module.share_memory()
    module.features[0].weight.mul_(0.5)


CHANGES = [
    in_place,
    by_data,
    by_numpy,
    last_layer,
    other_storage,
    other_parameter,
    other_state,
    other_layer,
    another_layer,
    other_padding,
    other_eps,
    shared,
]


@pytest.mark.parametrize("change", CHANGES)
def test__shortcut__changed_network__is_made_anew(change):
    module = trained(FastCNN((28, 28), 10))
    with torch.no_grad():
        before = shortcut(module)(images())
        change(module)
        assert not torch.allclose(module(images()), before)
    assert_same_logits(module, images(), is_shorter=True)


def own_forward(module):
    module.forward = lambda x: x


def a_hook(module):
    module.features[3].register_forward_hook(lambda layer, args, output: output + 1)


def an_early_hook(module):
    module.classifier.register_forward_pre_hook(lambda layer, args: (args[0] + 1,))


def dropout_on(module):
    module.classifier[4].p = 1.0
    module.classifier[4].train()


@pytest.mark.parametrize("change", [own_forward, a_hook, an_early_hook, dropout_on])
def test__shortcut__network_that_does_more__is_called_itself(change):
    module = trained(FastCNN((28, 28), 10))
    assert_same_logits(module, images(), is_shorter=True)
    change(module)
    assert_same_logits(module, images(), is_shorter=False)


def test__shortcut__hook_for_all_modules__sees_the_network():
    module, seen = trained(FastCNN((28, 28), 10)), []
    assert_same_logits(module, images(), is_shorter=True)
    hook = nn.modules.module.register_module_forward_hook(lambda layer, *_: seen.append(layer))
    try:
        shortcut(module)(images())
    finally:
        hook.remove()
    assert module in seen
    assert_same_logits(module, images(), is_shorter=True)


def test__shortcut__unchanged__is_kept_until_the_network_goes():
    module = trained(FastCNN((28, 28), 10))
    kept = shortcut(module)
    assert shortcut(module.train().eval()) is kept
    gone = weakref.ref(kept)
    del module, kept
    gc.collect()
    assert gone() is None


# -- the classifier


@pytest.fixture
def fitted(small):
    X, y = small
    return make_cnn(max_epochs=2, random_state=0).fit(X, y)


def few_and_many(clf, X):
    few = np.concatenate([clf.predict_proba(X[k : k + 1]) for k in range(20)])
    return few, clf.predict_proba(X)[:20]


@pytest.mark.parametrize("architecture", ["fast", "small", "compact"])
def test__predictions__few_rows__as_of_many(small, architecture):
    X, y = small
    clf = make_cnn(architecture=architecture, max_epochs=2, random_state=0).fit(X, y)
    few, many = few_and_many(clf, X)
    np.testing.assert_allclose(few, many, rtol=0, atol=1e-6)


def test__predictions__few_rows_after_every_kind_of_change__as_of_many(small, fitted):
    X, y = small
    before = fitted.predict_proba(X[:FEW_ROWS])
    with torch.no_grad():
        fitted.module_.features[0].weight.mul_(0.7)
    np.testing.assert_allclose(*few_and_many(fitted, X), rtol=0, atol=1e-6)
    assert np.abs(fitted.predict_proba(X[:FEW_ROWS]) - before).max() > 1e-4
    fitted.module_.train()
    np.testing.assert_allclose(*few_and_many(fitted, X), rtol=0, atol=1e-6)
    fitted.partial_fit(X, y)
    np.testing.assert_allclose(*few_and_many(fitted, X), rtol=0, atol=1e-6)


def test__predictions__few_rows_with_a_hook__the_hook_is_called(small, fitted):
    fitted.predict(small[0][:1])
    seen = []
    fitted.module_.features[0].register_forward_hook(lambda *_: seen.append(1))
    fitted.predict(small[0][:1])
    assert seen


def test__predictions__few_rows__nothing_more_is_stored(small, fitted):
    before = len(pickle.dumps(fitted)), len(pickle.dumps(fitted.net_))
    names = set(vars(fitted)), set(vars(fitted.net_)), set(vars(fitted.module_))
    fitted.predict(small[0][:1])
    assert (len(pickle.dumps(fitted)), len(pickle.dumps(fitted.net_))) == before
    assert (set(vars(fitted)), set(vars(fitted.net_)), set(vars(fitted.module_))) == names
    copied = copy.deepcopy(fitted)
    np.testing.assert_array_equal(copied.predict(small[0]), fitted.predict(small[0]))
