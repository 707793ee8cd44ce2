from types import SimpleNamespace

import numpy as np
import pytest
import torch

from skmnist.schedules import SCHEDULES, Constant, Cosine, OneCycle, ReduceOnPlateau, Step


def simulate(schedule, epochs, steps_per_epoch, learning_rate=0.2, epoch_records=None):
    """Return the learning rate of every step, for both parameter groups."""
    groups = [{"params": [torch.nn.Parameter(torch.zeros(1))]} for _ in range(2)]
    optimizer = torch.optim.SGD(groups, lr=learning_rate, momentum=0.9)
    # the history takes no records of batches
    net = SimpleNamespace(optimizer_=optimizer, history=[])
    callbacks = [c.initialize() for c in schedule(learning_rate, epochs, steps_per_epoch)]
    for callback in callbacks:
        callback.on_train_begin(net)
    rates = []
    for epoch in range(epochs):
        for _ in range(steps_per_epoch):
            assert [group["momentum"] for group in optimizer.param_groups] == [0.9, 0.9]
            rates.append([group["lr"] for group in optimizer.param_groups])
            optimizer.step()
            for callback in callbacks:
                callback.on_batch_end(net, training=True)
        net.history.append(epoch_records[epoch] if epoch_records else {"train_loss": -epoch})
        for callback in callbacks:
            callback.on_epoch_end(net)
    first, second = np.transpose(rates)
    np.testing.assert_array_equal(first, second)
    return first


@pytest.mark.parametrize(("epochs", "steps_per_epoch"), [(4, 50), (1, 200), (200, 1)])
def test__one_cycle__many_steps__peaks_at_a_quarter_and_ends_at_nothing(epochs, steps_per_epoch):
    rates = simulate(OneCycle(), epochs, steps_per_epoch)
    peak = rates.argmax()
    assert rates[0] == pytest.approx(0.2 / 25)
    assert peak == pytest.approx(50, abs=1)
    assert rates[peak] == pytest.approx(0.2)
    assert 0 < rates[-1] < 0.2 * 1e-4
    assert np.all(np.diff(rates[: peak + 1]) > 0)
    assert np.all(np.diff(rates[peak:]) < 0)
    # along cosines: halfway between both ends halfway through
    assert rates[peak // 2 : peak // 2 + 2].mean() == pytest.approx((0.2 + 0.008) / 2, rel=0.03)
    assert rates[(peak + 199) // 2] == pytest.approx(0.1, rel=0.03)


@pytest.mark.parametrize(("epochs", "steps_per_epoch"), [(3, 10), (1, 30)])
def test__cosine__steps__fall_along_half_a_cosine(epochs, steps_per_epoch):
    expected = 0.2 * (1 + np.cos(np.pi * np.arange(30) / 30)) / 2
    np.testing.assert_allclose(simulate(Cosine(), epochs, steps_per_epoch), expected, atol=1e-9)


def test__constant__steps__keep_the_learning_rate():
    np.testing.assert_array_equal(simulate(Constant(), 3, 4), 0.2)


def test__step__epochs__divide_the_learning_rate():
    rates = simulate(Step(every=3, factor=0.1), 7, 2)
    np.testing.assert_allclose(rates, np.repeat([0.2, 0.02, 0.002], [6, 6, 2]), rtol=1e-9)
    rates = simulate(Step(), 6, 1)
    np.testing.assert_allclose(rates, np.repeat([0.2, 0.02, 0.002], 2), rtol=1e-9)


@pytest.mark.parametrize(
    ("name", "values"),
    [("valid_accuracy", [0.5, 0.6, 0.6, 0.5, 0.7]), ("train_loss", [2, 1, 1, 1.5, 0.5])],
)
def test__reduce_on_plateau__no_progress__reduces_after_patience(name, values):
    records = [{"train_loss": 0.0, name: value} for value in values]
    rates = simulate(ReduceOnPlateau(patience=1, factor=0.5), 5, 1, epoch_records=records)
    np.testing.assert_allclose(rates, [0.2, 0.2, 0.2, 0.2, 0.1])
    rates = simulate(ReduceOnPlateau(0, 0.5, minimum=0.15), 5, 1, epoch_records=records)
    np.testing.assert_allclose(rates, [0.2, 0.2, 0.2, 0.15, 0.15])


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("n_steps", [1, 2, 3, 4, 5, 6])
def test__schedule__few_steps__stays_between_nothing_and_the_learning_rate(name, n_steps):
    for epochs, steps_per_epoch in ((n_steps, 1), (1, n_steps)):
        rates = simulate(SCHEDULES[name], epochs, steps_per_epoch)
        assert np.all((rates > 0) & (rates <= 0.2 * 1.000001))


@pytest.mark.parametrize("warmup", [0, 0.1, 0.2, 0.5, 1, 1.0])
@pytest.mark.parametrize("n_steps", [1, 5, 10, 20])
def test__one_cycle__any_warmup_and_number_of_steps__stays_below_the_rate(warmup, n_steps):
    rates = simulate(OneCycle(warmup=warmup), 1, n_steps)
    assert len(rates) == n_steps
    assert 0 < max(rates) <= 0.2 * (1 + 1e-6)
