"""The controlled study of L1, L2 and dropout: what systems A and G set out to do.

Network, optimiser, schedule, epochs and seeds are the same for all; only the penalties vary.
How strong each is was chosen among `CANDIDATES`, which never see the test set.
"""

from itertools import product

from skmnist.classifiers import MnistCNNClassifier, MnistMLPClassifier
from skmnist.reproduction.recipes.data import CHOOSING
from skmnist.reproduction.recipes.recipe import Recipe, describe_values


def _compact(max_epochs=18, **penalties):
    return MnistCNNClassifier(
        architecture="compact",
        **{"l1": 0.0, "l2": 0.0, "dropout": 0.0, **penalties},
        label_smoothing=0.0,
        augmentation="mild",
        learning_rate=0.2,
        max_epochs=max_epochs,
        batch_size=128,
    )


def _dense(max_epochs=20, **penalties):
    return MnistMLPClassifier(
        hidden_layer_sizes=(256, 256),
        **{"l1": 0.0, "l2": 0.0, "dropout": 0.0, **penalties},
        label_smoothing=0.0,
        augmentation=None,
        learning_rate=0.002,
        max_epochs=max_epochs,
        batch_size=128,
    )


NETWORKS = {"compact": _compact, "dense": _dense}

#: The strengths that are tried: each alone, and the penalties together in all combinations.
GRID = {
    "compact": {
        "l1": (1e-6, 1e-5, 1e-4),
        "l2": (1e-5, 1e-4, 1e-3),
        "dropout": (0.01, 0.03, 0.1),
        "l1-l2": ((1e-6, 1e-5), (1e-5, 1e-4)),
    },
    "dense": {
        "l1": (1e-6, 3e-6, 1e-5, 3e-5, 1e-4),
        "l2": (1e-5, 1e-4, 3e-4, 1e-3, 3e-3),
        "dropout": (0.1, 0.2, 0.3, 0.5),
        "l1-l2": ((3e-6, 1e-5, 3e-5), (1e-4, 3e-4, 1e-3)),
    },
}

_CANDIDATE_EPOCHS = {"compact": 15, "dense": 20}


def _candidates(network):
    grid = GRID[network]
    settings = [{}]
    settings += [{name: value} for name in ("l1", "l2", "dropout") for value in grid[name]]
    settings += [{"l1": l1, "l2": l2} for l1, l2 in product(*grid["l1-l2"])]
    return [
        Recipe(
            name=f"S-{network}-{describe_values(setting)}",
            title=f"{network} network, candidate",
            # fewer epochs than the study's rank candidates as well
            estimator=NETWORKS[network](**{"max_epochs": _CANDIDATE_EPOCHS[network], **setting}),
            family="candidate",
            study=network,
            varied=setting,
            data=CHOOSING,
            n_seeds=1 if network == "compact" else 2,
        )
        for setting in settings
    ]


CANDIDATES = {network: _candidates(network) for network in NETWORKS}

#: What `runs.choice.choose` makes of the candidates' results.
CHOSEN = {
    "compact": {
        "l1": {"l1": 1e-6},
        "l2": {"l2": 1e-4},
        "l1-l2": {"l1": 1e-5, "l2": 1e-4},
        "dropout": {"dropout": 0.03},
    },
    "dense": {
        "l1": {"l1": 3e-5},
        "l2": {"l2": 1e-3},
        "l1-l2": {"l1": 1e-5, "l2": 3e-4},
        "dropout": {"dropout": 0.3},
    },
}


def _study(network, prefix, family, system=None):
    chosen = CHOSEN[network]
    settings = {"none": {}, **{name: chosen[name] for name in ("l1", "l2", "l1-l2")}}
    settings |= {
        "dropout" if name == "none" else f"{name}-dropout": {**penalties, **chosen["dropout"]}
        for name, penalties in settings.items()
    }
    return [
        Recipe(
            name=f"{prefix}-{name}",
            title=f"{network} network, {name.replace('-', ', ')}, controlled",
            estimator=NETWORKS[network](**penalties),
            family=family,
            system=system,
            study=network,
            varied=penalties,
            aim=0.994 if network == "compact" and "dropout" not in penalties else None,
            n_seeds=5,
        )
        for name, penalties in settings.items()
    ]


STUDY = {
    "compact": _study("compact", "A-improved", "improved", system="A"),
    "dense": _study("dense", "R", "study"),
}
