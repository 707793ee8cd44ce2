"""Dropout from a generator of its own."""

import pytest
import torch
from torch import nn

from skmnist._engine.dropout import SeededDropout, use_seeded_dropout


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def assert_binomial(count, n, p, deviations=4.0):
    assert abs(count - n * p) <= deviations * (n * p * (1 - p)) ** 0.5


@pytest.mark.parametrize("n_dropped", [1, 2, 13107, 32768, 65534, 65535])
def test__seeded_dropout__training__drops_the_rounded_share_and_keeps_the_mean(n_dropped):
    n, p = 2**22, n_dropped / 65536
    output = SeededDropout(p + 0.4 / 65536, generator())(torch.ones(n // 64, 64))
    kept = output[output != 0]
    assert_binomial(n - len(kept), n, p)
    torch.testing.assert_close(kept, torch.full_like(kept, 1 / (1 - p)))


@pytest.mark.parametrize("lag", [1, 2, 3, 4, 8])
def test__seeded_dropout__neighbours__are_dropped_independently(lag):
    zero = SeededDropout(0.3, generator())(torch.ones(200_001)) == 0
    assert_binomial((zero[lag:] & zero[:-lag]).sum().item(), 200_001 - lag, 0.09)


@pytest.mark.parametrize("p", [0.0, 1e-6])
def test__seeded_dropout__probability_of_nothing__is_the_identity(p):
    activations = torch.randn(3, 4)
    assert SeededDropout(p, generator())(activations) is activations


@pytest.mark.parametrize("p", [1.0, 1 - 1e-6])
def test__seeded_dropout__probability_of_everything__is_zero_with_zero_gradient(p):
    activations = torch.randn(30, 40, requires_grad=True)
    output = SeededDropout(p, generator())(activations)
    output.sum().backward()
    assert not output.any()
    assert not activations.grad.any()


def test__seeded_dropout__evaluation__is_the_identity():
    activations = torch.randn(3, 4)
    assert SeededDropout(0.5, generator()).eval()(activations) is activations


def test__seeded_dropout__backward__passes_the_gradient_of_what_was_kept():
    activations = torch.randn(50, 7, requires_grad=True)
    output = SeededDropout(0.25, generator())(activations)
    output.sum().backward()
    torch.testing.assert_close(activations.grad * activations, output)
    assert activations.grad.unique().tolist() == pytest.approx([0, 4 / 3])


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16, torch.float64])
@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
def test__seeded_dropout__layout_and_dtype__are_kept(dtype, memory_format):
    activations = torch.ones(16, 5, 9, 7, dtype=dtype).to(memory_format=memory_format)
    output = SeededDropout(0.5, generator())(activations)
    assert output.dtype == dtype
    assert output.stride() == activations.stride()
    assert set(output.unique().tolist()) == {0.0, 2.0}
    for axis in range(4):  # no slice repeats another
        assert output.unique(dim=axis).shape[axis] == output.shape[axis]
        share = (output == 0).double().mean(dim=[a for a in range(4) if a != axis])
        assert 0.35 < share.min() <= share.max() < 0.65


@pytest.mark.parametrize("shape", [(1,), (3, 7), (5, 1, 1, 1), (0, 3), ()])
def test__seeded_dropout__size_not_of_whole_words__keeps_the_shape(shape):
    output = SeededDropout(0.5, generator())(torch.ones(shape))
    assert output.shape == shape
    assert torch.isin(output, torch.tensor([0.0, 2.0])).all()


def test__seeded_dropout__strided_input__drops_elements_of_it():
    activations = torch.arange(1.0, 61.0).reshape(6, 10)[:, ::2]
    output = SeededDropout(0.5, generator())(activations)
    assert 5 < (output == 0).sum() < 25
    assert torch.all((output == 0) | (output == 2 * activations))


def test__seeded_dropout__generator__alone_decides():
    activations, global_state = torch.ones(100, 3), torch.get_rng_state()
    dropout = SeededDropout(0.5, generator())
    first, second = dropout(activations), dropout(activations)
    assert torch.equal(torch.get_rng_state(), global_state)
    assert not torch.equal(first, second)
    assert torch.equal(first, SeededDropout(0.5, generator())(activations))


# -- use_seeded_dropout


def test__use_seeded_dropout__nested_layers__replaces_every_dropout_and_nothing_else():
    linear, source = nn.Linear(2, 2), generator()
    network = nn.Sequential(nn.Dropout(0.1), nn.Sequential(linear, nn.Dropout(0.2)), nn.ReLU())
    use_seeded_dropout(network, source)
    replaced = [m for m in network.modules() if isinstance(m, SeededDropout)]
    assert [m.p for m in replaced] == [0.1, 0.2]
    assert all(m.generator is source for m in replaced)
    assert network[1][0] is linear
    assert type(network[2]) is nn.ReLU


def test__use_seeded_dropout__same_layer_twice__replaces_both():
    dropout = nn.Dropout(0.5)
    network = nn.Sequential(dropout, nn.ReLU(), dropout)
    use_seeded_dropout(network, generator())
    assert type(network[0]) is SeededDropout
    assert type(network[2]) is SeededDropout
