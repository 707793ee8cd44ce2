"""Batches that are computed in parts, whoever computes them."""

import copy
import pickle
import threading
import time
from functools import partial

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from skorch.callbacks import Callback, EpochScoring, Freezer, GradientNormClipping
from torch import nn
from torch.utils.checkpoint import checkpoint

from skmnist import MnistCNNClassifier, MnistMLPClassifier
from skmnist._engine.optimizers import OPTIMIZERS
from skmnist._engine.parts import count_parts, part_modules, part_slices
from skmnist.callbacks import StopTraining

pytestmark = pytest.mark.numerical


def make(architecture, **params):
    """A classifier without what would be random in each part."""
    plain = {"precision": "float32", "augmentation": None, "random_state": 0, "max_epochs": 1}
    return MnistCNNClassifier(
        architecture=architecture, **{**plain, "learning_rate": 0.02, **params}
    )


def weights(classifier):
    return {name: p.detach().numpy() for name, p in classifier.module_.named_parameters()}


def assert_same_bits(*classifiers):
    first, *others = map(weights, classifiers)
    for other in others:
        for name in first:
            assert_array_equal(other[name], first[name], name)


class Plain(nn.Module):
    """A network without statistics; others differ from it in one thing."""

    def __init__(self, image_shape, n_outputs, dropout):
        super().__init__()
        self.hidden = nn.Linear(image_shape[0] * image_shape[1], 16)
        self.output = nn.Linear(16, n_outputs)

    def forward(self, x):
        return self.output(torch.tanh(self.hidden(x.view(len(x), -1))))


# -- the same bits


@pytest.mark.parametrize("batch_parts", [1, 2, 4])
@pytest.mark.parametrize(
    "classifier",
    [
        MnistCNNClassifier(architecture="small", dropout=0.1, l1=1e-5, augmentation="affine"),
        MnistMLPClassifier(
            hidden_layer_sizes=(32, 16), dropout=0.1, l1=1e-5, l2=1e-4, augmentation=None
        ),
    ],
    ids=["cnn", "mlp"],
)
def test__n_threads__any__same_bits(classifier, batch_parts, small):
    X, y = small
    weight = np.linspace(0.5, 2, len(y))

    def fitted(n_threads):
        clf = copy.copy(classifier).set_params(batch_parts=batch_parts, n_threads=n_threads)
        return clf.set_params(max_epochs=2, random_state=0).fit(X, y, sample_weight=weight)

    assert_same_bits(*map(fitted, (1, 2, 4)))


def test__n_threads__two__two_threads_compute(small):
    used = set()

    class Spy(Plain):
        def forward(self, x):
            used.add(threading.current_thread())
            return super().forward(x)

    make(Spy, n_threads=1, max_epochs=5).fit(*small)
    assert used == {threading.main_thread()}
    n_before = threading.active_count()
    make(Spy, n_threads=2, max_epochs=5).fit(*small)
    assert len(used) == 2
    assert threading.active_count() == n_before


def test__network_that_draws_globally__any_n_threads__same_bits(small):
    class Noisy(Plain):
        def forward(self, x):
            if threading.current_thread() is threading.main_thread():
                time.sleep(0.01)  # so that another thread would draw first
            return super().forward(x + torch.rand_like(x) if self.training else x)

    def fitted(n_threads):
        torch.manual_seed(5)
        return make(Noisy, n_threads=n_threads).fit(*small)

    assert_same_bits(fitted(1), fitted(2))


def test__partial_fit__changing_numbers_of_rows_and_pickles__same_bits(small):
    X, y = small

    def fitted(n_threads, *, pickled=False):
        clf = MnistMLPClassifier(
            hidden_layer_sizes=16, dropout=0.1, random_state=0, n_threads=n_threads
        )
        for n_rows in (300, 300, 1, 129, 20, 400):
            clf.partial_fit(X[:n_rows], y[:n_rows], classes=range(10))
            if pickled:
                clf = pickle.loads(pickle.dumps(clf))
        return clf

    assert_same_bits(fitted(1), fitted(2), fitted(2, pickled=True))


# -- as a whole batch


class Hooked(Plain):
    def __init__(self, *args):
        super().__init__(*args)
        self.hidden.weight.register_hook(lambda gradient: 0.5 * gradient)


class Frozen(Plain):
    def __init__(self, *args):
        super().__init__(*args)
        self.hidden.requires_grad_(False)


class Tied(Plain):
    def __init__(self, *args):
        super().__init__(*args)
        self.again = nn.Linear(16, 16)
        self.again_too = nn.Linear(16, 16)
        self.again_too.weight = self.again.weight

    def forward(self, x):
        x = self.again(torch.tanh(self.hidden(x.view(len(x), -1))))
        return self.output(self.again_too(torch.tanh(x)))


class Recurrent(Plain):
    def __init__(self, image_shape, n_outputs, dropout):
        super().__init__(image_shape, n_outputs, dropout)
        self.hidden = nn.RNN(image_shape[1], 16, batch_first=True)

    def forward(self, x):
        return self.output(self.hidden(x[:, 0])[0][:, -1])


class Attentive(Plain):
    def __init__(self, image_shape, n_outputs, dropout):
        super().__init__(image_shape, n_outputs, dropout)
        self.hidden = nn.Linear(image_shape[1], 16)
        self.attention = nn.MultiheadAttention(16, 2, batch_first=True)

    def forward(self, x):
        rows = self.hidden(x[:, 0])
        return self.output(self.attention(rows, rows, rows)[0].mean(1))


class WeightNormed(Plain):
    def __init__(self, *args):
        super().__init__(*args)
        torch.nn.utils.parametrizations.weight_norm(self.hidden)


class Remembering(Plain):
    """Leaves behind what was computed last, as those do that are to be looked into."""

    def __init__(self, *args):
        super().__init__(*args)
        self.register_buffer("images", None)

    def forward(self, x):
        self.images = x
        self.activations = self.hidden(x.view(len(x), -1))
        return self.output(torch.tanh(self.activations))


class Replacing(Callback):
    """Puts another tensor into a parameter, in the middle of an epoch."""

    def on_batch_end(self, net, **kwargs):
        for parameter in net.module_.parameters():
            parameter.data = parameter.data * 0.9


class Accumulating(Callback):
    """Lets the gradients of all batches add up."""

    def on_train_begin(self, net, **kwargs):
        net.optimizer_.zero_grad = lambda *args, **kwargs: None


class Repeating(OPTIMIZERS["sgd"]):
    """Asks for the gradients twice in a step."""

    def step(self, closure=None):
        with torch.enable_grad():
            closure()
        return super().step(closure)


class LBFGS(torch.optim.LBFGS):
    """Torch's own, for parameters in groups."""

    def __init__(self, groups, lr):
        parameters = [parameter for group in groups for parameter in group["params"]]
        super().__init__(parameters, lr=lr, max_iter=3)


@pytest.mark.parametrize(
    ("architecture", "params"),
    [
        (Plain, {}),
        (Plain, {"l1": 1e-3, "l2": 1e-2}),
        (Hooked, {}),
        (Frozen, {}),
        (Tied, {}),
        (Recurrent, {}),
        (Attentive, {}),
        (WeightNormed, {}),
        (Remembering, {"max_epochs": 2}),
        (Plain, {"callbacks": [Freezer("hidden*")]}),
        (Plain, {"callbacks": [Replacing()]}),
        (Plain, {"callbacks": [Accumulating()]}),
        (Plain, {"callbacks": [GradientNormClipping(0.1)]}),
        (Plain, {"optimizer": Repeating}),
    ],
)
def test__any_network__parts__train_like_whole_batches(architecture, params, small):
    X, y = small
    fit_params = {"sample_weight": np.linspace(0.5, 2, len(y)), "X_val": X[:65], "y_val": y[:65]}
    params = {"batch_size": 64, "n_threads": 2, **params}

    def fitted(batch_parts):
        clf = make(architecture, batch_parts=batch_parts, **params)
        return clf.fit(X, y, **fit_params)

    whole, parts = fitted(1), fitted(3)
    for name, weight in weights(whole).items():
        np.testing.assert_allclose(weights(parts)[name], weight, atol=2e-4, err_msg=name)
    for ours, theirs in zip(parts.history_, whole.history_, strict=True):
        del ours["seconds"], theirs["seconds"]
        assert ours == pytest.approx(theirs, rel=1e-3)


def test__lbfgs__any_n_threads__trains_to_the_same_bits(small):
    one, two = (
        make(Plain, optimizer=LBFGS, n_threads=n, max_epochs=3).fit(*small) for n in (1, 2)
    )
    assert_same_bits(one, two)
    assert one.history_[-1]["train_accuracy"] > 0.3


def test__hook__of_a_parameter__scales_its_gradient(small):
    def gradients(architecture):
        found = {}

        class Spy(Callback):
            def on_grad_computed(self, net, named_parameters, **kwargs):
                found.update({name: p.grad.clone() for name, p in named_parameters})
                raise StopTraining

            def on_batch_end(self, net, **kwargs):
                raise AssertionError("the first batch has not ended")

        with pytest.raises(ValueError, match="before the first epoch"):
            make(architecture, batch_parts=2, callbacks=[Spy()]).fit(*small)
        return found

    plain, hooked = gradients(Plain), gradients(Hooked)
    torch.testing.assert_close(hooked["hidden.weight"], 0.5 * plain["hidden.weight"])
    torch.testing.assert_close(hooked["output.weight"], plain["output.weight"])


class Checkpointed(Plain):
    """Computes its hidden layer twice, by a way of torch that needs a plain ``backward()``."""

    def forward(self, x):
        hidden = partial(checkpoint, self.hidden, use_reentrant=True)
        return self.output(torch.tanh(hidden(x.view(len(x), -1).requires_grad_())))


def test__one_part__network_that_needs_backward__trains(small):
    steps = []

    class Counted(Checkpointed):
        def __init__(self, *args):
            super().__init__(*args)
            self.hidden.weight.register_post_accumulate_grad_hook(steps.append)

    clf = make(Counted, batch_parts=1, max_epochs=2).fit(*small)
    assert len(steps) == 6
    assert clf.history_[1]["train_loss"] < clf.history_[0]["train_loss"]


# -- statistics


class Normalised(Plain):
    def __init__(self, *args):
        super().__init__(*args)
        self.norm = nn.BatchNorm1d(16)

    def forward(self, x):
        return self.output(torch.relu(self.norm(self.hidden(x.view(len(x), -1)))))


@pytest.mark.parametrize("stopped", [False, True])
def test__running_statistics__end_of_training__mean_of_the_parts(stopped, small):
    last = []

    class Spy(Callback):
        def on_batch_end(self, net, training, **kwargs):
            last[:] = [copy.deepcopy(module.norm.state_dict()) for module in net._part_modules]
            if stopped and len(net.history) == 2:
                raise StopTraining

    clf = make(Normalised, batch_parts=2, max_epochs=2, callbacks=[Spy()]).fit(*small)
    assert not torch.equal(last[0]["running_mean"], last[1]["running_mean"])
    for name in ("running_mean", "running_var"):
        mean = (last[0][name] + last[1][name]) / 2
        torch.testing.assert_close(getattr(clf.module_.norm, name), mean)
    assert clf.module_.norm.num_batches_tracked == (4 if stopped else 6)


# -- how many parts


@pytest.mark.parametrize(
    ("batch_parts", "batch_size", "n_rows", "expected"),
    [
        ("auto", 128, 1000, 2),
        ("auto", 1000, 128, 2),
        ("auto", 127, 1000, 1),
        ("auto", 128, 127, 1),
        (1, 128, 1000, 1),
        (4, 128, 1000, 4),
        (4, 12, 1000, 3),
        (2, 7, 1000, 1),
        (3, 128, 1, 1),
    ],
)
def test__count_parts__setting_and_sizes__number(batch_parts, batch_size, n_rows, expected):
    assert count_parts(batch_parts, batch_size, n_rows) == expected


@pytest.mark.parametrize("n_parts", [1, 2, 3, 7])
def test__part_slices__any_number_of_rows__all_rows_in_parts_of_fair_size(n_parts):
    for n_rows in (*range(n_parts, 20), 127, 128, 129, 191):
        slices = part_slices(n_rows, n_parts)
        assert [row for part in slices for row in range(n_rows)[part]] == list(range(n_rows))
        sizes = [part.stop - part.start for part in slices]
        assert max(sizes) - min(sizes) <= 1


@pytest.mark.parametrize("n_rows", [1, 2, 3, 127, 128, 129, 191, 193])
@pytest.mark.parametrize("batch_parts", ["auto", 3])
def test__any_number_of_rows__normalised_network__trains(n_rows, batch_parts, digits):
    X, y = digits
    clf = make(Normalised, batch_parts=batch_parts, n_threads=2)
    clf.partial_fit(X[:n_rows], y[:n_rows], classes=range(10))
    assert np.isfinite(clf.predict_proba(X[:5])).all()


# -- what is recorded


@pytest.mark.parametrize("n_validation", [1, 2, 513])
def test__history__parts__loss_and_hits_of_all_rows(n_validation, digits):
    X, y = digits
    scores = [
        EpochScoring("accuracy", name="mine", on_train=True, lower_is_better=False),
        EpochScoring("accuracy", name="mine_valid", lower_is_better=False),
    ]
    # weights do not move
    clf = make(Plain, learning_rate=1e-12, batch_parts=4, n_threads=2, callbacks=scores)
    X_val, y_val = X[-n_validation:], y[-n_validation:]
    record = clf.fit(X[:401], y[:401], X_val=X_val, y_val=y_val).history_[0]
    assert record["train_accuracy"] == pytest.approx(clf.score(X[:401], y[:401]))
    assert record["valid_accuracy"] == pytest.approx(clf.score(X_val, y_val))
    assert record["mine"] == pytest.approx(record["train_accuracy"])
    assert record["mine_valid"] == pytest.approx(record["valid_accuracy"])


# -- what goes wrong


class Failing:
    """Raises an error when it is called for the fifth time."""

    def __init__(self, error):
        self.calls, self.error = [], error

    def __call__(self, images, *args):
        self.calls.append(len(images))
        if len(self.calls) == 5:
            raise self.error("of a test")
        return images


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("where", ["augmentation", "network"])
def test__error__in_a_part__reaches_the_caller_and_leaves_nothing_behind(
    error, where, small, monkeypatch
):
    failing = Failing(error)

    class Network(Plain):
        def forward(self, x):
            return super().forward(failing(x) if self.training and where == "network" else x)

    before = torch.get_num_threads(), threading.active_count()
    monkeypatch.setattr("skmnist._engine.batches.MADE_TOGETHER", 1)
    augmentation = failing if where == "augmentation" else None
    clf = make(Network, augmentation=augmentation, batch_parts=2, n_threads=2)
    with pytest.raises(error, match="of a test"):
        clf.fit(*small)
    assert (torch.get_num_threads(), threading.active_count()) == before
    assert not hasattr(clf, "net_")


def test__augmentation_to_nan__normalised_network__training_diverged(small):
    clf = make(Normalised, augmentation=lambda images, generator: images * torch.nan)
    with pytest.raises(ValueError, match="Training diverged"):
        clf.fit(*small)


def test__augmentation_to_another_shape__clear_error(small):
    clf = make(Plain, augmentation=lambda images, generator: images[:, :, 1:])
    with pytest.raises(ValueError, match="augmentation must return images of the shape"):
        clf.fit(*small)


class WithLock(Plain):
    def __init__(self, *args):
        super().__init__(*args)
        self.held = threading.Lock()


class WithIterator(Plain):
    def __init__(self, *args):
        super().__init__(*args)
        self.held = (number for number in range(3))


class WithList(Plain):
    """Holds what cannot be copied only after the first batch."""

    def forward(self, x):
        self.held = [self.hidden(x.view(len(x), -1))]
        return self.output(torch.tanh(self.held[0]))


class CopiesItself(Plain):
    def __deepcopy__(self, memo):
        copied = type(self)((8, 8), 10, 0.0)
        copied.load_state_dict(self.state_dict())
        return copied


class WithLambda(Normalised):
    """A copy still normalises by the layer of the original."""

    def __init__(self, *args):
        super().__init__(*args)
        self.function = lambda x: self.norm(x)

    def forward(self, x):
        return self.output(torch.relu(self.function(self.hidden(x.view(len(x), -1)))))


@pytest.mark.parametrize(
    "architecture", [WithLock, WithIterator, WithList, CopiesItself, WithLambda]
)
def test__network_that_cannot_be_copied__parts__clear_error(architecture, small):
    with pytest.raises(ValueError, match=r"architecture.*cannot be copied.*batch_parts=1"):
        make(architecture, max_epochs=2).fit(*small)
    make(architecture, max_epochs=2, batch_parts=1).fit(*small)


def test__part_modules__copies__share_parameters_but_not_statistics():
    module = nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3))
    generators = [torch.Generator(), torch.Generator()]
    first, second = part_modules(module, generators, training=True)
    assert first is module
    assert all(a is b for a, b in zip(first.parameters(), second.parameters(), strict=True))
    assert second[1].running_mean is not module[1].running_mean
    first, second = part_modules(module, generators, training=False)
    assert second[1].running_mean is module[1].running_mean
