"""System A: a CNN of 8,286 parameters with L1, L2, both or neither."""

import dataclasses
from functools import partial

import torch

from skmnist.augmentation import Chain, RandomAffine, RandomBrightnessContrast
from skmnist.classifiers import MnistCNNClassifier
from skmnist.reproduction.recipes.decay_of_the_rest import DecayOfTheRest
from skmnist.reproduction.recipes.fading_l1 import FadingL1
from skmnist.reproduction.recipes.recipe import Recipe
from skmnist.schedules import Step

_ASSUMED = (
    "brightness changes before contrast and nothing is clipped; rotated pixels are interpolated, "
    "and what comes in from outside repeats the border, which is black in MNIST",
    "arithmetic is mixed with bfloat16 where the processor has it; that halves the hours",
)


def _published(momentum, l2=0.0, l1=None, schedule=None):
    callbacks = [] if l1 is None else [FadingL1(l1)]
    if l2:
        callbacks.append(DecayOfTheRest(l2))
    return MnistCNNClassifier(
        architecture="compact",
        l2=l2,
        dropout=0.001,
        label_smoothing=0.0,
        augmentation=Chain(
            (
                RandomBrightnessContrast(0.1, 0.1),
                RandomAffine(rotation=10.0, scale=0.0, shift=0.0, shear=0.0),
            )
        ),
        # momentum is not Nesterov's here
        optimizer=partial(torch.optim.SGD, momentum=momentum),
        learning_rate=0.04,
        learning_rate_schedule=schedule or Step(every=3, factor=0.1),
        max_epochs=40,
        batch_size=32,
        callbacks=callbacks,
    )


_VARIANTS = [
    Recipe(
        name="A-none",
        title="compact CNN, no penalty",
        estimator=_published(momentum=0.9),
        family="faithful",
        system="A",
        reported={
            "test_accuracy": 0.9930,
            "best_test_accuracy": 0.9931,
            # "the best value of loss obtained"
            "lowest_train_loss": 0.07,
        },
        note="the published aim of 99.4 was not reached by any variant",
    ),
    Recipe(
        name="A-l2",
        title="compact CNN, L2",
        estimator=_published(momentum=0.0, l2=3e-4),
        family="faithful",
        system="A",
        reported={"test_accuracy": 0.9921, "best_test_accuracy": 0.9924},
        note="also without momentum, so no comparison with A-none; the spikes of the published "
        "curve are the last batch's losses",
    ),
    Recipe(
        name="A-l1",
        title="compact CNN, L1",
        estimator=_published(momentum=0.9, l1=5e-5, schedule="constant"),
        family="faithful",
        system="A",
        reported={"test_accuracy": 0.9929, "best_test_accuracy": 0.9936},
        note="called the best, but its penalty is next to nothing and its learning rate constant",
    ),
    Recipe(
        name="A-l1-l2",
        title="compact CNN, L1 and L2",
        estimator=_published(momentum=0.0, l2=3e-5, l1=5e-5),
        family="faithful",
        system="A",
        reported={"test_accuracy": 0.9911, "best_test_accuracy": 0.9916},
        note="also without momentum",
    ),
]


def _with_l2(strength, family, note):
    return Recipe(
        name=f"A-l2-{strength}",
        title=f"compact CNN, L2 of {strength}",
        estimator=_published(momentum=0.0, l2=float(strength)),
        family=family,
        system="A",
        corrects="A-l2" if family == "corrected" else None,
        n_seeds=1,
        note=note,
    )


_STRENGTHS = [
    *(
        _with_l2(strength, "faithful", "tried before 0.0003, and not reported")
        for strength in ("5", "0.5", "0.05", "0.005")
    ),
    # "the values might have to be lesser"
    _with_l2("0.00003", "corrected", "a tenth of what was taken"),
    _with_l2("0.000003", "corrected", "a hundredth of what was taken"),
    _with_l2("0", "corrected", "what all strengths compare with: A-none has momentum"),
]

FAITHFUL = [
    dataclasses.replace(recipe, watch="test", assumed=_ASSUMED)
    for recipe in [*_VARIANTS, *_STRENGTHS]
]
