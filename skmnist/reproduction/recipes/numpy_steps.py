"""System E: a small NumPy network, improved in five steps, on the first 1,000 images.

The published metrics of steps 1 to 4 are those of a network whose ReLU does not mask the
gradient: with that slip, the published order of images and seed 1, step 1 ends at the reported
0.7073 exactly, and at 0.829 without it.
"""

import dataclasses

from skmnist import NumpyMLPClassifier
from skmnist.reproduction.recipes.data import Data
from skmnist.reproduction.recipes.recipe import Recipe
from skmnist.reproduction.recipes.unmasked_relu import UnmaskedNumpyMLPClassifier

_FIRST_1000 = Data(train=(0, 1000))
_ASSUMED = (
    "images come in a new random order in each epoch, where the original has always the same; a "
    "last batch of at least half the size is trained on, where the original leaves it out",
    "dropout's factor of 2 counts in the gradient too, which the original forgets there",
)


def _published(
    hidden,
    learning_rate,
    batch_size,
    max_epochs=300,
    dropout=0.5,
    classifier=UnmaskedNumpyMLPClassifier,
):
    return classifier(
        hidden_layer_sizes=hidden,
        loss="squared_error",
        initialization="uniform",
        bias=False,
        dropout=dropout,
        optimizer="sgd",
        learning_rate=learning_rate,
        max_epochs=max_epochs,
        batch_size=batch_size,
        scaling="max_abs",
    )


def _step_4(batch_size, learning_rate, accuracy, running_accuracy):
    return Recipe(
        name=f"E4-augmentation-{batch_size}-{learning_rate}",
        title=f'784-100-10, "augmentation", batches of {batch_size}, rate {learning_rate}',
        estimator=_published((100,), learning_rate, batch_size),
        family="faithful",
        system="E",
        reported={"test_accuracy": accuracy, "running_train_accuracy": running_accuracy},
        note="the augmented images were never used",
    )


_RECIPES = [
    Recipe(
        name="E1-plain",
        title="784-40-10, squared error",
        estimator=_published((40,), 0.005, 1, max_epochs=350, dropout=0.0),
        family="faithful",
        system="E",
        reported={"test_accuracy": 0.7073, "running_train_accuracy": 1.0},
        note="0.7073 comes of a gradient that ReLU did not mask, as does this",
    ),
    Recipe(
        name="E2-dropout",
        title="784-100-10, dropout 0.5",
        estimator=_published((100,), 0.005, 1),
        family="faithful",
        system="E",
        reported={"test_accuracy": 0.8065, "running_train_accuracy": 0.883},
    ),
    Recipe(
        name="E3-batches-128-0.001",
        title="784-100-10, dropout, batches of 128, rate 0.001",
        estimator=_published((100,), 0.001, 128),
        family="faithful",
        system="E",
        reported={"test_accuracy": 0.6435, "running_train_accuracy": 0.46},
    ),
    Recipe(
        name="E3-batches-64-0.001",
        title="784-100-10, dropout, batches of 64, rate 0.001",
        estimator=_published((100,), 0.001, 64),
        family="faithful",
        system="E",
        reported={"test_accuracy": 0.7148, "running_train_accuracy": 0.611},
    ),
    Recipe(
        name="E3-batches-64-0.005",
        title="784-100-10, dropout, batches of 64, rate 0.005",
        estimator=_published((100,), 0.005, 64),
        family="faithful",
        system="E",
        reported={"test_accuracy": 0.8012, "running_train_accuracy": 0.747},
    ),
    _step_4(64, 0.001, 0.7148, 0.611),
    _step_4(64, 0.005, 0.8012, 0.747),
    _step_4(100, 0.005, 0.7804, 0.75),
    Recipe(
        name="E5-classes",
        title="784-300-10 with biases, He",
        estimator=NumpyMLPClassifier(
            hidden_layer_sizes=(300,),
            loss="squared_error",
            optimizer="sgd",
            learning_rate=0.01,
            max_epochs=235,
            batch_size=64,
            scaling="max_abs",
        ),
        family="faithful",
        system="E",
        reported={"test_accuracy": 0.958},
        note="0.958 is a mistake of counting: the published confusion matrix gives 0.0906, no "
        "better than chance; these settings do neither",
    ),
]

_MASKED = [
    Recipe(
        name="E1-corrected",
        title="784-40-10, squared error, ReLU's gradient masked",
        estimator=_published(
            (40,), 0.005, 1, max_epochs=350, dropout=0.0, classifier=NumpyMLPClassifier
        ),
        family="corrected",
        system="E",
    ),
    Recipe(
        name="E2-corrected",
        title="784-100-10, dropout 0.5, ReLU's gradient masked",
        estimator=_published((100,), 0.005, 1, classifier=NumpyMLPClassifier),
        family="corrected",
        system="E",
    ),
]

_IMPROVED = [
    Recipe(
        name="E5-improved-1000",
        title="784-300-10, cross-entropy, dropout, augmentation, 1,000 images",
        estimator=NumpyMLPClassifier(
            hidden_layer_sizes=(300,),
            dropout=0.2,
            shift=0.1,
            rotation=15.0,
            max_epochs=1000,
            batch_size=64,
        ),
        family="improved",
        system="E",
        data=_FIRST_1000,
        aim=0.94,
    ),
    Recipe(
        name="E5-improved",
        title="784-300-10, cross-entropy, augmentation, 60,000 images",
        estimator=NumpyMLPClassifier(
            hidden_layer_sizes=(300,),
            shift=0.07,
            rotation=10.0,
            max_epochs=20,
            batch_size=128,
        ),
        family="improved",
        system="E",
        aim=0.98,
    ),
]

RECIPES = [
    *(
        dataclasses.replace(recipe, data=_FIRST_1000, watch="test", assumed=_ASSUMED)
        for recipe in [*_RECIPES, *_MASKED]
    ),
    *_IMPROVED,
]
