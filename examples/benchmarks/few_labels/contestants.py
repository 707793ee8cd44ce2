"""What is compared: the classifier with its defaults, and scikit-learn's."""

from collections.abc import Callable
from dataclasses import dataclass

from sklearn.neural_network import MLPClassifier
from sklearn.semi_supervised import SelfTrainingClassifier
from sklearn.svm import SVC

from skmnist import MnistCNNClassifier
from skmnist.classifiers._auto import (
    BATCH_SIZES,
    COPIES,
    DISTORTIONS,
    MANY_EPOCHS,
    augmentation_for,
)


@dataclass(frozen=True)
class Contestant:
    """One that is trained on few labelled images.

    Attributes
    ----------
    title : str
    make : callable
        Returns the estimator for a seed.
    divisor : int
        What pixels are divided by. The package's classifiers scale pixels themselves.
    n_per_class : tuple of int
        With how many labelled images per class it is measured.
    unlabelled : bool
        Whether it is also given the images that are not labelled, with the label -1.
    """

    title: str
    make: Callable
    divisor: int = 255
    n_per_class: tuple = (1, 10, 100, 1000)
    unlabelled: bool = False

    def settings(self):
        """Return the parameters, those of estimators inside too, as a dict of str."""
        estimator = self.make(0)
        found = {name: repr(value) for name, value in estimator.get_params().items()}
        ours = getattr(estimator, "estimator", estimator)
        if isinstance(ours, MnistCNNClassifier):
            found["auto"] = f"{MANY_EPOCHS}, {augmentations()}, {COPIES}, {BATCH_SIZES['auto']}"
        return found


def augmentations():
    """Return what "auto" stands for, by the number of epochs, as a dict."""
    return {
        n_epochs: augmentation_for((28, 28), n_epochs, photometric=True)
        for n_epochs in DISTORTIONS
    }


def default(seed):
    return MnistCNNClassifier(random_state=seed)


def self_training(seed):
    return SelfTrainingClassifier(default(seed), threshold=0.97, max_iter=1)


def svc(seed):
    return SVC(C=5)


def mlp(seed):
    return MLPClassifier(random_state=seed)


CONTESTANTS = {
    "default": Contestant("MnistCNNClassifier", default, divisor=1),
    "svc": Contestant("SVC(C=5)", svc),
    "mlp": Contestant("MLPClassifier", mlp),
    "self_training": Contestant(
        "MnistCNNClassifier in SelfTrainingClassifier",
        self_training,
        divisor=1,
        n_per_class=(10,),
        unlabelled=True,
    ),
}
