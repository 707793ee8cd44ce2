"""What the published networks did that no parameter of an estimator stands for."""

from functools import partial

import pytest
import torch
from made_up_results import tiny_split
from skorch.callbacks import Callback

from skmnist import MnistMLPClassifier
from skmnist.callbacks import BackupAndRestore
from skmnist.reproduction.recipes.augmentation_from import AugmentationFrom
from skmnist.reproduction.recipes.decay_of_the_rest import DecayOfTheRest
from skmnist.reproduction.recipes.fading_l1 import FadingL1


class Gradients(Callback):
    """Remembers parameters and gradients, as the callbacks before it have left them."""

    def __init__(self):
        self.seen = []

    def on_grad_computed(self, net, named_parameters, **kwargs):
        self.seen.append([(p.detach().clone(), p.grad.clone()) for _, p in named_parameters])


def gradients(*callbacks):
    """Return parameters and gradients in each step of a fit, with callbacks."""
    clf = MnistMLPClassifier(
        hidden_layer_sizes=8,
        max_epochs=2,
        batch_size=64,
        augmentation=None,
        l2=0.0,
        # so that weights, and hence gradients, stay what they are
        optimizer=partial(torch.optim.SGD, momentum=0.0),
        learning_rate=1e-30,
        callbacks=[*callbacks, Gradients()],
        precision="float32",
        random_state=0,
    ).fit(*tiny_split().train)
    return next(c for _, c in clf.net_.callbacks_ if isinstance(c, Gradients)).seen


def test__fading_l1__divided_by_the_number_of_the_batch():
    # 200 images in batches of 64, the last 8 with the one before
    strengths = [0.6, 0.3, 0.2] * 2
    for with_it, without, strength in zip(
        gradients(FadingL1(0.6)), gradients(), strengths, strict=True
    ):
        for (parameter, ours), (_, plain) in zip(with_it, without, strict=True):
            torch.testing.assert_close(ours, plain + strength * parameter.sign())


def test__decay_of_the_rest__biases_and_normalisation_only():
    for with_it, without in zip(gradients(DecayOfTheRest(0.5)), gradients(), strict=True):
        for (parameter, ours), (_, plain) in zip(with_it, without, strict=True):
            decay = 0.5 * parameter if parameter.ndim == 1 else 0.0
            torch.testing.assert_close(ours, plain + decay)


def inverted(images, generator):
    return 255 - images


class Interrupt(Callback):
    """Interrupts a fit after some epochs."""

    def __init__(self, epochs):
        self.epochs = epochs

    def __repr__(self):
        return "Interrupt"

    def on_epoch_end(self, net, **kwargs):
        if len(net.history) == self.epochs:
            raise KeyboardInterrupt


def distorted_from(epoch, *callbacks):
    return MnistMLPClassifier(
        hidden_layer_sizes=8,
        max_epochs=3,
        augmentation=None,
        learning_rate_schedule="constant",
        callbacks=[AugmentationFrom(epoch, inverted), *callbacks],
        random_state=0,
    ).fit(*tiny_split().train)


def losses(clf):
    return [epoch["train_loss"] for epoch in clf.history_]


def test__augmentation_from__epochs_before__are_plain():
    never, from_second, always = (losses(distorted_from(epoch)) for epoch in (4, 2, 1))
    assert from_second[0] == never[0]
    assert from_second[1] != never[1]
    assert always[0] != never[0]


def test__augmentation_from__interrupted_fit__goes_on_as_it_would_have(tmp_path):
    backup = BackupAndRestore(tmp_path / "fit.pt", keep=True)
    with pytest.raises(KeyboardInterrupt):
        distorted_from(2, backup, Interrupt(2))
    resumed = distorted_from(2, backup, Interrupt(4))
    assert losses(resumed) == losses(distorted_from(2))
