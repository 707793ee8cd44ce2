"""The controlled study of L1, L2 and dropout: what systems A and G set out to do.

Network, optimiser, schedule, epochs and seeds are the same for all; only the penalties vary.
How strong each is was chosen among `CANDIDATES`, which never see the test set.
"""

from itertools import product

from skmnist.classifiers import MnistCNNClassifier, MnistMLPClassifier
from skmnist.reproduction.data import CHOOSING
from skmnist.reproduction.recipe import Recipe


def _compact(**penalties):
    return MnistCNNClassifier(
        architecture="compact",
        **{"l1": 0.0, "l2": 0.0, "dropout": 0.0, **penalties},
        label_smoothing=0.0,
        augmentation="mild",
        learning_rate=0.2,
        max_epochs=15,
        batch_size=128,
    )


def _dense(**penalties):
    return MnistMLPClassifier(
        hidden_layer_sizes=(256, 256),
        **{"l1": 0.0, "l2": 0.0, "dropout": 0.0, **penalties},
        label_smoothing=0.0,
        augmentation=None,
        learning_rate=0.002,
        max_epochs=20,
        batch_size=128,
    )


NETWORKS = {"compact": _compact, "dense": _dense}

#: The strengths that are tried, alone; the penalties together in all combinations.
GRID = {
    "compact": {
        "l1": (1e-6, 1e-5, 1e-4),
        "l2": (1e-5, 1e-4, 1e-3),
        "dropout": (0.01, 0.03, 0.1),
        "l1-l2": ((1e-6, 1e-5), (1e-5, 1e-4)),
    },
    "dense": {
        "l1": (1e-6, 3e-6, 1e-5, 3e-5),
        "l2": (1e-5, 1e-4, 3e-4, 1e-3),
        "dropout": (0.1, 0.2, 0.3, 0.5),
        "l1-l2": ((1e-6, 3e-6, 1e-5), (1e-5, 1e-4, 3e-4)),
    },
}


def _describe(setting):
    return "-".join(f"{name}={value:g}" for name, value in setting.items()) or "none"


def _candidates(network):
    grid = GRID[network]
    settings = [{}]
    settings += [{name: value} for name in ("l1", "l2", "dropout") for value in grid[name]]
    settings += [{"l1": l1, "l2": l2} for l1, l2 in product(*grid["l1-l2"])]
    return [
        Recipe(
            name=f"S-{network}-{_describe(setting)}",
            title=f"{network} network, candidate",
            estimator=NETWORKS[network](**setting),
            data=CHOOSING,
            n_seeds=1 if network == "compact" else 2,
        )
        for setting in settings
    ]


CANDIDATES = [*_candidates("compact"), *_candidates("dense")]
