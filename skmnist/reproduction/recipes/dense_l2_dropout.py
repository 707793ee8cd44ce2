"""System G: a dense network with L2, dropout, both or neither."""

import dataclasses

from skmnist.classifiers import MnistMLPClassifier
from skmnist.reproduction.recipes.data import Data
from skmnist.reproduction.recipes.keras import ADAM, GlorotMLPClassifier
from skmnist.reproduction.recipes.plain import PLAIN
from skmnist.reproduction.recipes.recipe import Recipe

# Keras' l2(0.001) adds 0.001·Σw², which is l2 / 2 here
_L2 = 2 * 0.001


def _published(l2=(0.0, 0.0, 0.0), dropout=0.0):
    return GlorotMLPClassifier(
        **PLAIN | {"l2": l2},
        hidden_layer_sizes=(256, 256),
        dropout=dropout,
        optimizer=ADAM,
        learning_rate=0.001,
        max_epochs=20,
        batch_size=128,
    )


def _reported(test_accuracy, test_loss, validation_accuracy, validation_loss, penalized=""):
    return {
        "test_accuracy": test_accuracy,
        f"{penalized}test_loss": test_loss,
        "validation_accuracy": validation_accuracy,
        f"{penalized}validation_loss": validation_loss,
    }


_FAITHFUL = [
    Recipe(
        name="G-base",
        title="784-256-256-10",
        estimator=_published(),
        family="faithful",
        system="G",
        reported=_reported(0.9802, 0.1009, 0.9776, 0.1259),
    ),
    Recipe(
        name="G-l2",
        title="the same, L2 on the first layer",
        estimator=_published(l2=(_L2, 0.0, 0.0)),
        family="faithful",
        system="G",
        reported=_reported(0.9767, 0.1253, 0.9722, 0.1457, "penalized_"),
    ),
    Recipe(
        name="G-dropout",
        title="the same, dropout 0.45",
        estimator=_published(dropout=0.45),
        family="faithful",
        system="G",
        reported=_reported(0.9788, 0.0776, 0.9766, 0.0910),
    ),
    Recipe(
        name="G-l2-dropout",
        title="the same, L2 on both hidden layers, dropout 0.45",
        estimator=_published(l2=(_L2, _L2, 0.0), dropout=0.45),
        family="faithful",
        system="G",
        reported=_reported(0.9724, 0.2111, 0.9703, 0.2251, "penalized_"),
        note="the reported losses of both L2 variants include the penalty",
    ),
]

FAITHFUL = [
    dataclasses.replace(
        recipe,
        data=Data(train=(0, 42_000), validation=(42_000, 60_000)),
        watch="validation",
        n_seeds=10,
        assumed=(
            "the last 16 of 42,000 images join the batch before them; Keras makes a batch of them",
        ),
    )
    for recipe in _FAITHFUL
]


def _improved(l2=0.0, dropout=0.0):
    return MnistMLPClassifier(
        hidden_layer_sizes=(256, 256),
        l2=l2,
        dropout=dropout,
        label_smoothing=0.0,
        augmentation="mild",
        learning_rate=0.002,
        max_epochs=20,
        batch_size=128,
    )


IMPROVED = [
    Recipe(
        name="G-improved-base",
        title="784-256-256-10, one-cycle, augmentation",
        estimator=_improved(),
        family="improved",
        system="G",
        aim=0.984,
    ),
    Recipe(
        name="G-improved-l2",
        title="the same, L2",
        estimator=_improved(l2=1e-5),
        family="improved",
        system="G",
    ),
    Recipe(
        name="G-improved-dropout",
        title="the same, dropout 0.1",
        estimator=_improved(dropout=0.1),
        family="improved",
        system="G",
    ),
    Recipe(
        name="G-improved-l2-dropout",
        title="the same, L2 and dropout 0.1",
        estimator=_improved(l2=1e-5, dropout=0.1),
        family="improved",
        system="G",
    ),
]
