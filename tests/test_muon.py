import pickle

import numpy as np
import pytest
import torch
from helpers import make_cnn, make_mlp
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

from skmnist._engine.muon import Muon, orthogonalized, with_output_apart

pytestmark = pytest.mark.numerical


def matrix(shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def moved(optimizer_class, shapes, *, output=None, n_steps=4, **kwargs):
    """Return parameters after some steps on fixed gradients."""
    parameters = [torch.nn.Parameter(matrix(shape, i)) for i, shape in enumerate(shapes)]
    groups = [{"params": parameters}]
    if output is not None:
        groups = with_output_apart(groups, parameters[output])
    optimizer = optimizer_class(groups, lr=0.1, **kwargs)
    for step in range(n_steps):
        for i, parameter in enumerate(parameters):
            parameter.grad = matrix(parameter.shape, 100 * i + step + 10)
        optimizer.step()
    return [parameter.detach().numpy() for parameter in parameters]


@pytest.mark.parametrize("shape", [(6, 30), (30, 6), (12, 12), (1, 5)])
def test__orthogonalized__any_shape__same_singular_vectors_and_values_near_one(shape):
    U, S, Vh = torch.linalg.svd(matrix(shape), full_matrices=False)
    values = U.T @ orthogonalized(matrix(shape)) @ Vh.T
    assert_allclose(values - torch.diag(values.diag()), 0, atol=1e-5)
    large = values.diag()[S.max() / 5 < S] / max(1, shape[0] / shape[1]) ** 0.5
    assert large.min() > 0.6
    assert large.max() < 1.25


def test__orthogonalized__no_gradient__stays_zero():
    assert_array_equal(orthogonalized(torch.zeros(3, 5)), np.zeros((3, 5)))


@pytest.mark.parametrize("shape", [(8, 20), (20, 8)])
@pytest.mark.parametrize("weight_decay", [0.0, 0.3])
def test__muon__matrix__steps_of_torch(shape, weight_decay):
    kwargs = {"momentum": 0.8, "weight_decay": weight_decay}
    [own] = moved(Muon, [shape], **kwargs)
    [theirs] = moved(torch.optim.Muon, [shape], **kwargs, ns_steps=3)
    assert_allclose(own, theirs, atol=0.02)  # theirs are computed in bfloat16
    assert abs(own - matrix(shape).numpy()).max() > 0.1


def test__muon__filters__move_as_the_rows_of_a_matrix():
    [filters] = moved(Muon, [(4, 2, 3, 3)])
    parameter = torch.nn.Parameter(matrix((4, 2, 3, 3)).flatten(1))
    optimizer = Muon([parameter], lr=0.1)
    for step in range(4):
        parameter.grad = matrix((4, 2, 3, 3), step + 10).flatten(1)
        optimizer.step()
    assert_allclose(filters.reshape(4, -1), parameter.detach(), atol=1e-6)


def test__muon__biases_and_output__have_nesterov_momentum():
    shapes = [(5,), (3, 4)]
    own = moved(Muon, shapes, momentum=0.7, output=1)
    theirs = moved(torch.optim.SGD, shapes, momentum=0.7, nesterov=True)
    for a, b in zip(own, theirs, strict=True):
        assert_allclose(a, b, atol=1e-6)


def test__muon__closure__is_called_with_gradients():
    weight = torch.nn.Parameter(matrix((3, 4)))

    def closure():
        weight.grad = None
        loss = weight.square().sum()
        loss.backward()
        return loss

    optimizer = Muon([weight], lr=0.1)
    losses = [optimizer.step(closure).item() for _ in range(3)]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("l2", [1e-3, (1e-2, 1e-3, 1e-2)], ids=["l2", "of-each-layer"])
def test__fit__muon__output_is_the_last_layer(small, l2):
    clf = make_mlp(optimizer="muon", hidden_layer_sizes=(10, 10), l2=l2, learning_rate=0.05)
    clf.fit(*small)
    weights = [p for p in clf.module_.parameters() if p.ndim > 1]
    assert [weight.shape for weight in weights] == [(10, 64), (10, 10), (10, 10)]
    assert _plain(clf) == [id(weights[-1])]


def test__fit__muon_on_a_network_that_names_its_head_first__output_is_found(small):
    clf = make_cnn(optimizer="muon", architecture=HeadFirst).fit(*small)
    assert _plain(clf) == [id(clf.module_.head.weight)]


class HeadFirst(torch.nn.Module):
    def __init__(self, image_shape, n_outputs, dropout):
        super().__init__()
        self.head = torch.nn.Linear(12, n_outputs)
        self.hidden = torch.nn.Linear(image_shape[0] * image_shape[1], 12)

    def forward(self, images):
        return self.head(self.hidden(images.flatten(1)).relu())


def _plain(clf):
    """Return the weights whose steps are not orthogonalised, by their identity."""
    groups = clf.net_.optimizer_.param_groups
    return [id(p) for group in groups for p in group["params"] if not group["orthogonal"]]


def test__fit__muon_on_a_network_of_one_layer__is_sgd(small):
    params = {"hidden_layer_sizes": (), "learning_rate": 0.05, "l2": 0, "momentum": 0.8}
    muon, sgd = (make_mlp(optimizer=name, **params).fit(*small) for name in ("muon", "sgd"))
    X = small[0]
    assert_allclose(muon.predict_proba(X), sgd.predict_proba(X), atol=1e-5)


def test__fit__muon__any_number_of_threads__same_bits(small):
    X, y = small
    clf = make_cnn(optimizer="muon", batch_parts=2, batch_size=32)
    one, two = (clone(clf).set_params(n_threads=n).fit(X, y) for n in (1, 2))
    assert_array_equal(one.predict_proba(X), two.predict_proba(X))


def test__partial_fit__muon_after_a_pickle__goes_on_to_the_bit(small):
    X, y = small
    clf = make_cnn(optimizer="muon").fit(X, y)
    loaded = pickle.loads(pickle.dumps(clf))
    for one in (clf, loaded):
        one.partial_fit(X, y).partial_fit(X, y)
    assert_array_equal(loaded.predict_proba(X), clf.predict_proba(X))
