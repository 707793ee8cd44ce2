"""What is compared: every preset, Keras' small CNN, and the package's dense network."""

from performance.peers import CONTESTANTS as PEERS
from performance.peers import Contestant, package

from skmnist import MnistCNNClassifier, MnistMLPClassifier
from skmnist.classifiers.presets import PRESETS


def dense(X, y, seed, device):
    """The package's dense network with its defaults; it has no preset."""

    def train(on_epoch_end):
        classifier = MnistMLPClassifier(random_state=seed, device=device).fit(X, y)
        return classifier.count_parameters(), classifier.predict

    return train


#: By name; each is prepared and trained as `performance.peers` says.
CONTESTANTS = {
    contestant.name: contestant
    for contestant in [
        *(Contestant(name, f"skmnist, {name}", package, (name, {})) for name in PRESETS),
        Contestant("dense", "skmnist, MnistMLPClassifier", dense),
        *(peer for peer in PEERS if peer.name == "keras"),
    ]
}


def estimator(name):
    """Return the unfitted estimator of a contestant, None if it is not one of this package."""
    if name == "dense":
        return MnistMLPClassifier()
    return MnistCNNClassifier.from_preset(name) if name in PRESETS else None


def settings(name):
    """Return the parameters of a contestant today, as a dict of str; None as for `estimator`."""
    ours = estimator(name)
    return ours and {key: repr(value) for key, value in ours.get_params().items()}
