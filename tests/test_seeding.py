"""Initial weights from a seed, beside which the global generator is left alone."""

import sys
import threading

import pytest
import torch

from skmnist._engine.seeding import seeded_initialization


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test__seeded_initialization__block__draws_what_the_seed_says():
    expected = torch.rand(5, generator=generator(3))
    before = torch.get_rng_state()
    with seeded_initialization(3):
        assert torch.equal(torch.rand(5), expected)
    assert torch.equal(torch.get_rng_state(), before)


def test__seeded_initialization__exception__puts_the_state_back():
    before = torch.get_rng_state()
    with pytest.raises(TypeError), seeded_initialization(3):
        torch.rand("five")
    assert torch.equal(torch.get_rng_state(), before)
    with seeded_initialization(3):
        pass  # and nobody waits for the lock


def test__seeded_initialization__threads__do_not_disturb_each_other():
    n_draws, drawn, barrier = 2000, {}, threading.Barrier(6)

    def draw(seed):
        barrier.wait()
        with seeded_initialization(seed):
            drawn[seed] = torch.cat([torch.rand(1) for _ in range(n_draws)])

    before = torch.get_rng_state()
    threads = [threading.Thread(target=draw, args=(seed,)) for seed in range(6)]
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # so that they take turns amid their draws
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(usual)
    assert torch.equal(torch.get_rng_state(), before)
    for seed in range(6):
        alone = generator(seed)
        expected = torch.cat([torch.rand(1, generator=alone) for _ in range(n_draws)])
        assert torch.equal(drawn[seed], expected)
