"""Networks as users write them: what they may hold, and what is said of those that cannot be."""

import numpy as np
import pytest
import torch
from helpers import make_cnn, make_mlp
from sklearn.base import clone
from torch import nn

from skmnist._engine.penalties import decay_groups


class Tutorial(nn.Module):
    """Two convolutions and a dense layer."""

    def __init__(self, image_shape, n_outputs, dropout):
        super().__init__()
        n_pixels = image_shape[0] * image_shape[1]
        self.first, self.second = nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 6, 3, padding=1)
        self.head = nn.Linear(6 * n_pixels, n_outputs)

    def forward(self, images):
        maps = self.second(self.first(images).relu()).relu()
        return self.head(maps.flatten(1))


class WithView(Tutorial):
    def forward(self, images):
        maps = self.second(self.first(images).relu()).relu()
        return self.head(maps.view(len(maps), -1))


class Masked(Tutorial):
    def __init__(self, *args):
        super().__init__(*args)
        self.register_buffer("mask", torch.full((3, 3), -torch.inf).triu(1))


class Recurrent(nn.Module):
    """Reads rows one after the other, twice with the same layer."""

    def __init__(self, image_shape, n_outputs, dropout):
        super().__init__()
        self.rows = nn.GRU(image_shape[1], image_shape[1], batch_first=True)
        self.head = nn.Linear(image_shape[1], n_outputs)

    def forward(self, images):
        rows, _ = self.rows(images[:, 0])
        rows, _ = self.rows(rows)
        return self.head(rows[:, -1])


def test__view_of_maps__error_says_why(small):
    with pytest.raises(ValueError, match="which view may not split"):
        make_cnn(architecture=WithView).fit(*small)


def test__buffer_of_infinities__trains(small):
    clf = make_cnn(architecture=Masked, max_epochs=1).fit(*small)
    assert clf.module_.mask.isinf().any()


def test__recurrent_layer__summary_and_html_count_it_once(small):
    clf = make_cnn(architecture=Recurrent, max_epochs=1).fit(*small)
    assert clf.summary().count("GRU") == 2
    n_parameters = clf.count_parameters()
    assert f"Total parameters: {n_parameters:,}" in clf.summary()
    assert sum(row[2] for row in clf._layers()) == n_parameters
    assert "GRU" in clf._repr_html_()


class Recorder:
    def __init__(self):
        self.n_rows = 0

    def hook(self, layer, inputs, output):
        self.n_rows += len(output)


def test__hook_that_is_a_method__sees_all_images(small):
    X, y = small
    clf = make_cnn(architecture=Tutorial, max_epochs=1, n_threads=2).fit(X, y)
    clf.set_params(test_time_augmentation=0)
    recorder = Recorder()
    clf.module_.head.register_forward_hook(recorder.hook)
    clf.predict(np.tile(X, (20, 1)))
    assert recorder.n_rows == 20 * len(X)


@pytest.mark.parametrize(("batch_parts", "n_drawn"), [("auto", 2), (8, 8)])
def test__subsample__of_a_few_images__trains(batch_parts, n_drawn, small):
    X, y = small
    clf = make_cnn(subsample=n_drawn / len(X), batch_parts=batch_parts, max_epochs=2).fit(X, y)
    assert clf.n_iter_ == 2


def test__decay_groups__any_strengths__order_of_the_network():
    network = nn.Sequential(*(nn.Linear(3, 3) for _ in range(4)))
    parameters = list(network.parameters())

    def order(l2):
        return [id(p) for group in decay_groups(parameters, l2) for p in group["params"]]

    assert order((1, 2, 1, 1)) == order(0) == order((0, 1, 2, 0))


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "muon"])
def test__partial_fit__after_a_change_of_l2__goes_on_with_each_weights_own_state(small, optimizer):
    X, y = small
    clf = make_mlp(hidden_layer_sizes=(16, 12), optimizer=optimizer, l2=0.0, learning_rate=0.01)
    same, changed = (clone(clf).fit(X, y) for _ in range(2))
    same.partial_fit(X, y)
    changed.set_params(l2=(1e-12, 0.0, 1e-12)).partial_fit(X, y)
    np.testing.assert_allclose(changed.predict_proba(X), same.predict_proba(X), atol=1e-4)
