"""System C: LeNet-5, as a text describes it, as it is, and what the code had in its place."""

from skmnist.classifiers import MnistCNNClassifier
from skmnist.reproduction.recipes.first_filters import first_filters
from skmnist.reproduction.recipes.keras import ADAM
from skmnist.reproduction.recipes.plain import PLAIN
from skmnist.reproduction.recipes.published_log import PublishedLog
from skmnist.reproduction.recipes.recipe import Recipe
from skmnist.reproduction.recipes.same_lenet5 import SameLeNet5
from skmnist.reproduction.recipes.wide_kernel import DividingCNN, SoftmaxTwiceCNN, WideKernelCNN

#: The log that was published with the test accuracy.
LOG = PublishedLog(
    losses=(0.1332, 0.0889, 0.0678, 0.0538, 0.0461, 0.0385),
    accuracies=(0.9600, 0.9729, 0.9791, 0.9835, 0.9859, 0.9881),
)


def _published(architecture, max_epochs=10, **params):
    return MnistCNNClassifier(
        **PLAIN | params,
        architecture=architecture,
        optimizer=ADAM,
        learning_rate=0.001,
        max_epochs=max_epochs,
        batch_size=1000,
    )


def _of_the_code(architecture, max_epochs=10):
    # a kernel of 28×28 costs much
    return _published(architecture, max_epochs, precision="auto")


_ASSUMED = ("arithmetic is mixed with bfloat16 where the processor has it; that halves the time",)


def _improved(architecture):
    return MnistCNNClassifier(
        architecture=architecture,
        l2=5e-4,
        label_smoothing=0.1,
        augmentation="affine",
        max_epochs=10,
        batch_size=128,
    )


RECIPES = [
    Recipe(
        name="C-text",
        title="LeNet-5 with 'same' convolutions only, as the text says",
        estimator=_published(SameLeNet5),
        family="faithful",
        system="C",
        reported={"test_accuracy": 0.9827},
        measure=first_filters,
        watch="test",
        n_seeds=10,
    ),
    Recipe(
        name="C-code",
        title="kernels of 28×28, as the code is",
        estimator=_of_the_code(WideKernelCNN),
        family="faithful",
        system="C",
        reported={"test_accuracy": 0.9827},
        # three earlier epochs come nearest
        reported_epochs=LOG.from_epoch(4),
        measure=LOG,
        watch="test",
        assumed=_ASSUMED,
    ),
    Recipe(
        name="C-softmax-twice",
        title="the same, its loss taking probabilities for logits",
        estimator=_of_the_code(SoftmaxTwiceCNN),
        family="faithful",
        system="C",
        note="its loss cannot fall below ln(e + 9) - 1 = 1.4612, so the published log is not its",
        watch="test",
        assumed=_ASSUMED,
    ),
    Recipe(
        name="C-divided-twice",
        title="kernels of 28×28, pixels divided by 255 twice, 20 epochs",
        estimator=_of_the_code(DividingCNN, max_epochs=20),
        family="faithful",
        system="C",
        # to rule it out, one is enough
        n_seeds=1,
        note="what fits the log of system D does not fit this one: its loss falls more slowly",
        measure=LOG,
        watch="test",
        assumed=(
            *_ASSUMED,
            "pixels / 255 were divided by 255 again, as happens if a notebook's cell is run "
            "again. That is not documented",
        ),
    ),
    Recipe(
        name="C-lenet5",
        title="LeNet-5 proper",
        estimator=_published("lenet5"),
        family="corrected",
        system="C",
        corrects="C-text",
        watch="test",
    ),
    Recipe(
        name="C-improved",
        title="LeNet-5 of the text, one-cycle SGD, augmentation",
        estimator=_improved(SameLeNet5),
        family="improved",
        system="C",
        aim=0.99,
    ),
    Recipe(
        name="C-improved-lenet5",
        title="LeNet-5 proper, one-cycle SGD, augmentation",
        estimator=_improved("lenet5"),
        family="improved",
        system="C",
        aim=0.99,
    ),
]
