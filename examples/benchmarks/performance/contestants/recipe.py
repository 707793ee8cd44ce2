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
    optimizer: str
    momentum: float
    l2: float
    label_smoothing: float

    def optimizer_for(self, network):
        """Return the class of its optimiser, as a callable with what it needs of the network."""
        import torch

        from skmnist._engine.muon import Muon, with_output_apart

        def muon(groups, **kwargs):
            output = [p for p in network.parameters() if p.ndim > 1][-1]
            return Muon(with_output_apart(groups, output), momentum=self.momentum, **kwargs)

        if self.optimizer == "muon":
            return muon
        return partial(torch.optim.SGD, momentum=self.momentum, nesterov=True, fused=True)


def recipe_of(preset, n_images):
    """Return the recipe of a preset for so many images."""
    from skmnist import MnistCNNClassifier
    from skmnist._data.epochs import n_epochs
    from skmnist.augmentation import AUGMENTATIONS
    from skmnist.classifiers._auto import batch_size_for
    from skmnist.networks import ARCHITECTURES

    classifier = MnistCNNClassifier.from_preset(preset)
    # what the loops take for granted
    assert classifier.optimizer in ("sgd", "muon")
    assert (classifier.l1, classifier.scaling) == (0, "standard")
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
        optimizer=classifier.optimizer,
        momentum=classifier.momentum,
        l2=classifier.l2,
        label_smoothing=classifier.label_smoothing,
    )
