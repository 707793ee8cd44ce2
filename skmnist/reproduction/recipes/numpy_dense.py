"""System B: a deep dense network "from scratch", here in pure NumPy."""

from skmnist import NumpyMLPClassifier
from skmnist.reproduction.recipes.data import CHOOSING
from skmnist.reproduction.recipes.recipe import Recipe, describe_values
from skmnist.reproduction.recipes.wrong_axis import (
    SigmoidCostNumpyMLPClassifier,
    he_of_outputs,
)

#: The printed costs are sums over 60 batches of 1,000 images, divided by 1,000.
_BATCH_SIZE = 1000
_N_BATCHES = 60

_ASSUMED = (
    "the initial weights are another generator's, so only figures that hardly depend on them, "
    "such as 100 % of the training images, can be had exactly",
)

#: Printed after these epochs, counted from 1.
_PRINTED = (1, 11, 21, 31, 41)


def _published(classifier=NumpyMLPClassifier, learning_rate=0.001, max_epochs=50, **params):
    return classifier(
        hidden_layer_sizes=(128, 256, 512),
        initialization=he_of_outputs,
        learning_rate=learning_rate,
        max_epochs=max_epochs,
        batch_size=_BATCH_SIZE,
        shuffle=False,
        scaling="max_abs",
        **params,
    )


def _mean_losses(*costs):
    """Return the mean cross-entropy of each printed epoch, from the printed costs."""
    return {
        epoch: cost * _BATCH_SIZE / _N_BATCHES
        for epoch, cost in zip(_PRINTED, costs, strict=False)
    }


def _row(name, title, costs, train_accuracy, note="", accuracies=None, **params):
    reported_epochs = {"train_loss": _mean_losses(*costs)} if costs else {}
    if accuracies is not None:
        reported_epochs["valid_accuracy"] = accuracies
    return Recipe(
        name=name,
        title=title,
        estimator=_published(**params),
        family="faithful",
        system="B",
        n_seeds=10,
        reported={} if train_accuracy is None else {"train_accuracy": train_accuracy},
        reported_epochs=reported_epochs,
        watch=None if accuracies is None else "train",
        assumed=_ASSUMED,
        note=note,
    )


PUBLISHED = Recipe(
    name="B-adam",
    title="784-128-256-512-10 in NumPy, Adam, 30 epochs",
    estimator=_published(max_epochs=30),
    family="faithful",
    system="B",
    n_seeds=10,
    reported={"test_accuracy": 0.9771, "train_accuracy": 1.0},
    watch="test",
    assumed=_ASSUMED,
    note="tuned on training accuracy, which is 100 % with any good optimiser",
)

RATES = [
    _row(
        "B-rate-0.0001",
        "the same, rate 0.0001, 50 epochs",
        (0.112025, 0.010157, 0.005243, 0.003006, 0.001750),
        0.99701667,
        learning_rate=0.0001,
    ),
    _row(
        "B-rate-0.0003",
        "the same, rate 0.0003, 50 epochs",
        (0.063996, 0.003876, 0.001291, 0.000443, 0.000181),
        0.9999833,
        learning_rate=0.0003,
    ),
    _row(
        "B-rate-0.001",
        "the same, rate 0.001, 50 epochs",
        (0.044167, 0.001175, 0.000189, 0.000016, 0.000008),
        1.0,
        note="also gives the table of epochs: the accuracy on all training images after each",
        # the published table of epochs
        accuracies={
            10: 0.99046665,
            15: 0.9946,
            20: 0.9993167,
            25: 0.99946666,
            30: 1.0,
            35: 1.0,
        },
    ),
    _row(
        "B-rate-0.003",
        "the same, rate 0.003, 50 epochs",
        (0.048777, 0.001254, 0.000487, 0.000875, 0.000790),
        0.9982,
        learning_rate=0.003,
    ),
    _row(
        "B-rate-0.1",
        "the same, rate 0.1, 50 epochs",
        (7.544393, 0.138110, 0.138129, 0.138140, 0.138147),
        0.10441667,
        note="nothing is learned: the cost is that of ten equally probable classes",
        learning_rate=0.1,
    ),
    _row(
        "B-rate-0.3",
        "the same, rate 0.3, 50 epochs",
        (),
        None,
        note="its figures were not published",
        learning_rate=0.3,
    ),
]

OPTIMIZERS = [
    _row(
        "B-sgd",
        "the same, plain gradient descent, rate 0.001, 50 epochs",
        (0.169701, 0.037237, 0.028494, 0.024442, 0.021909),
        0.8976167,
        optimizer="sgd",
    ),
    _row(
        "B-momentum",
        "the same, momentum 0.99, rate 0.001, 50 epochs",
        (0.090978, 0.006570, 0.003508, 0.002170, 0.001410),
        0.9978833,
        optimizer="momentum",
        momentum=0.99,
    ),
]

COSTS = [
    _row(
        "B-sigmoid",
        "the same, Adam, 30 epochs, sigmoid cross-entropy of softmax outputs",
        (),
        None,
        note="compared with the softmax cross-entropy, its figures were not published",
        classifier=SigmoidCostNumpyMLPClassifier,
        max_epochs=30,
    ),
]


def _improved(**params):
    return NumpyMLPClassifier(
        hidden_layer_sizes=(128, 256, 512), shift=0.07, rotation=10.0, max_epochs=30, **params
    )


IMPROVED = [
    Recipe(
        name="B-improved",
        title="784-128-256-512-10 in NumPy, augmentation",
        estimator=_improved(batch_size=512, learning_rate=0.001),
        family="improved",
        system="B",
        aim=0.983,
    ),
]

RECIPES = [PUBLISHED, *RATES, *OPTIMIZERS, *COSTS, *IMPROVED]

#: What the improved recipe was chosen among.
CANDIDATES = [
    Recipe(
        name=f"S-B-{describe_values(varied)}",
        title="784-128-256-512-10 in NumPy, candidate",
        estimator=_improved(**varied),
        family="candidate",
        system="B",
        varied=varied,
        data=CHOOSING,
        n_seeds=1,
    )
    for varied in (
        {"batch_size": batch_size, "learning_rate": learning_rate}
        for batch_size in (128, 512)
        for learning_rate in (0.0003, 0.001, 0.003)
    )
]
