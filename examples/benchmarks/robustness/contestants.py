"""What is compared: every preset, Keras' small CNN, and dense networks.

Four of the dense networks are a published system's: without penalty, with L2, with dropout, and
with both. Its claim is that they "enhance robustness".
"""

from performance.contestants import CONTESTANTS as TIMED
from performance.contestants.contestant import Contestant, Trained
from performance.contestants.package import package
from performance.settings import settings_of

from skmnist import MnistCNNClassifier, MnistMLPClassifier
from skmnist.classifiers.presets import PRESETS
from skmnist.reproduction.recipes.dense_l2_dropout import FAITHFUL

_RECIPES = {recipe.name: recipe for recipe in FAITHFUL}


def dense(X, y, seed, device):
    """The package's dense network with its defaults; it has no preset."""

    def train(on_epoch_end):
        classifier = MnistMLPClassifier(random_state=seed, device=device).fit(X, y)
        return Trained(classifier.count_parameters(), classifier.predict)

    return train


def _published(recipe):
    """Return how a published network is prepared: trained on its own share of the images."""

    def prepare(X, y, seed, device):
        rows = slice(*recipe.data.train)

        def train(on_epoch_end):
            classifier = recipe.make_estimator(seed).fit(X[rows], y[rows])
            return Trained(classifier.count_parameters(), classifier.predict)

        return train

    return prepare


#: By name; each is prepared and trained as `performance.contestants.contestant` says.
CONTESTANTS = {
    contestant.name: contestant
    for contestant in [
        *(Contestant(name, f"skmnist, {name}", package, (name, {})) for name in PRESETS),
        Contestant("dense", "skmnist, MnistMLPClassifier", dense),
        *(
            Contestant(name, f"published, {name}", _published(recipe))
            for name, recipe in _RECIPES.items()
        ),
        *(contestant for contestant in TIMED if contestant.name == "keras"),
    ]
}


def estimator(name):
    """Return the unfitted estimator of a contestant, None if it is not one of this package."""
    if name == "dense":
        return MnistMLPClassifier()
    if name in _RECIPES:
        return _RECIPES[name].estimator
    return MnistCNNClassifier.from_preset(name) if name in PRESETS else None


def settings(name):
    """Return the parameters of a contestant today, as a dict of str; None as for `estimator`."""
    ours = estimator(name)
    return ours and settings_of(ours)
