"""System E, steps 1 to 4: a small NumPy network on the first 1,000 images.

The published code is known to the last random number: with seed 1 the faithful recipes end at the
published figures, digit for digit. Each corrected recipe repairs one slip of a faithful one, and
changes nothing else; those named "both" repair two.
"""

from skmnist.reproduction.recipes.data import Data
from skmnist.reproduction.recipes.numpy_slips import (
    MaskedDropoutNumpyMLPClassifier,
    MaskedReLUNumpyMLPClassifier,
    PublishedNumpyMLPClassifier,
    SoundNumpyMLPClassifier,
)
from skmnist.reproduction.recipes.recipe import Recipe

FIRST_1000 = Data(train=(0, 1000))

_PUBLISHED_SEED = 1

#: Both slips can be had without the other; by what is repaired.
_REPAIRED = {
    "relu": (MaskedReLUNumpyMLPClassifier, "ReLU's gradient masked"),
    "dropout": (MaskedDropoutNumpyMLPClassifier, "dropout's gradient masked"),
    "both": (SoundNumpyMLPClassifier, "both gradients masked"),
}


def _network(
    hidden,
    learning_rate,
    batch_size,
    max_epochs=300,
    dropout=0.5,
    classifier=PublishedNumpyMLPClassifier,
    **params,
):
    return classifier(
        hidden_layer_sizes=(hidden,),
        loss="squared_error",
        initialization="uniform",
        bias=False,
        dropout=dropout,
        optimizer="sgd",
        learning_rate=learning_rate,
        max_epochs=max_epochs,
        batch_size=batch_size,
        shuffle=False,
        scaling="max_abs",
        dtype="float64",
        **params,
    )


#: Settings of the published rows, by the names of their recipes.
_SETTINGS = {
    "E1-plain": {
        "hidden": 40,
        "learning_rate": 0.005,
        "batch_size": 1,
        "max_epochs": 350,
        "dropout": 0.0,
    },
    "E2-dropout": {"hidden": 100, "learning_rate": 0.005, "batch_size": 1},
    "E3-batches-128-0.001": {"hidden": 100, "learning_rate": 0.001, "batch_size": 128},
    "E3-batches-64-0.001": {"hidden": 100, "learning_rate": 0.001, "batch_size": 64},
    "E3-batches-64-0.005": {"hidden": 100, "learning_rate": 0.005, "batch_size": 64},
    "E4-augmentation-100-0.005": {"hidden": 100, "learning_rate": 0.005, "batch_size": 100},
}


def _n_seeds(name):
    """Fits of single images take half a minute or more, the others seconds."""
    return 3 if name[:2] in ("E1", "E2") else 10


def _published(name, title, train_error, train_accuracy, test_error, test_accuracy, note=""):
    return Recipe(
        name=name,
        title=title,
        estimator=_network(**_SETTINGS[name]),
        family="faithful",
        system="E",
        data=FIRST_1000,
        reported={
            "test_accuracy": test_accuracy,
            "test_error": test_error,
            "printed_train_accuracy": train_accuracy,
            "printed_train_error": train_error,
        },
        published_seed=_PUBLISHED_SEED,
        watch="test",
        watched_seeds=(_PUBLISHED_SEED,),
        n_seeds=_n_seeds(name),
        note=note,
    )


_ALSO_STEP_4 = "the text states these figures again, as those of step 4"
_LEFT_OUT = "{} of the 1,000 images are left out, but the training figures are divided by 1,000"

FAITHFUL = [
    _published("E1-plain", "784-40-10, squared error", 0.108, 1.0, 0.653, 0.7073),
    _published("E2-dropout", "784-100-10, dropout 0.5", 0.342, 0.883, 0.413, 0.8065),
    _published(
        "E3-batches-128-0.001",
        "784-100-10, dropout, batches of 128, rate 0.001",
        *(0.712, 0.46, 0.652, 0.6435),
        note=_LEFT_OUT.format(104),
    ),
    _published(
        "E3-batches-64-0.001",
        "784-100-10, dropout, batches of 64, rate 0.001",
        *(0.625, 0.611, 0.575, 0.7148),
        note=f"{_LEFT_OUT.format(40)}; {_ALSO_STEP_4}",
    ),
    _published(
        "E3-batches-64-0.005",
        "784-100-10, dropout, batches of 64, rate 0.005",
        *(0.453, 0.747, 0.441, 0.8012),
        note=f"{_LEFT_OUT.format(40)}; {_ALSO_STEP_4}",
    ),
    _published(
        "E4-augmentation-100-0.005",
        '784-100-10, dropout, "augmentation", batches of 100, rate 0.005',
        *(0.512, 0.75, 0.472, 0.7804),
        note="the augmented images were drawn on the screen, and never trained on",
    ),
]

_TITLES = {recipe.name: recipe.title for recipe in FAITHFUL}


def _corrected(name, corrects, title, **params):
    return Recipe(
        name=name,
        title=f"{_TITLES[corrects]}; {title}",
        estimator=_network(**_SETTINGS[corrects], **params),
        family="corrected",
        system="E",
        corrects=corrects,
        data=FIRST_1000,
        watch="test",
        watched_seeds=(_PUBLISHED_SEED,),
        n_seeds=_n_seeds(corrects),
    )


def _masked(step, corrects, repaired):
    classifier, title = _REPAIRED[repaired]
    return _corrected(f"{step}-corrected-{repaired}", corrects, title, classifier=classifier)


def _augmented(corrects, rotation):
    batch_size, rate = corrects.split("-")[-2:]
    return _corrected(
        f"E4-corrected-{rotation:g}-degrees-{batch_size}-{rate}",
        corrects,
        f"trained on images rotated by up to {rotation:g}°",
        rotation=rotation,
    )


CORRECTED = [
    _masked("E1", "E1-plain", "relu"),
    *(_masked("E2", "E2-dropout", repaired) for repaired in _REPAIRED),
    *(_masked("E3", "E3-batches-64-0.005", repaired) for repaired in _REPAIRED),
    # the published code rotates by up to 90 degrees
    _augmented("E3-batches-64-0.001", 90.0),
    _augmented("E3-batches-64-0.005", 90.0),
    _augmented("E4-augmentation-100-0.005", 90.0),
    _augmented("E3-batches-64-0.005", 10.0),
]

RECIPES = [*FAITHFUL, *CORRECTED]
