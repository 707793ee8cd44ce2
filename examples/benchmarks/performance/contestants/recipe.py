"""The network and the recipe of a preset, for loops of other libraries."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial


@dataclass(frozen=True)
class Recipe:
    """What a loop of one's own needs to know of a preset."""

    network: Callable
    augment: Callable | None
    n_epochs: int
    batch_size: int
    learning_rate: float
    momentum: float
    l2: float
    label_smoothing: float


def recipe_of(preset, n_images):
    """Return the recipe of a preset for so many images."""
    from skmnist import MnistCNNClassifier
    from skmnist._data.epochs import n_epochs
    from skmnist.augmentation import AUGMENTATIONS
    from skmnist.classifiers._auto import batch_size_for
    from skmnist.networks import ARCHITECTURES

    classifier = MnistCNNClassifier.from_preset(preset)
    # what the loops take for granted
    assert (classifier.optimizer, classifier.l1, classifier.scaling) == ("sgd", 0, "standard")
    assert classifier.learning_rate_schedule == "one_cycle"
    augmentation = classifier.augmentation
    if augmentation == "auto":
        augmentation = "affine_photometric"  # as the estimator does for these images and epochs
    return Recipe(
        network=partial(ARCHITECTURES[classifier.architecture], (28, 28), 10, classifier.dropout),
        augment=AUGMENTATIONS.get(augmentation),
        n_epochs=n_epochs(classifier.max_epochs, classifier._budgets, n_images),
        batch_size=batch_size_for(classifier.batch_size, n_images),
        learning_rate=classifier.learning_rate,
        momentum=classifier.momentum,
        l2=classifier.l2,
        label_smoothing=classifier.label_smoothing,
    )
