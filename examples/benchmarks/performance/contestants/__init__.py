"""What is compared: the package with its presets, and what one would use otherwise."""

from functools import partial

from performance.contestants import scikit_learn
from performance.contestants.contestant import Contestant
from performance.contestants.hand_written import hand_written
from performance.contestants.keras_example import keras_example
from performance.contestants.package import package
from performance.contestants.plain_skorch import plain_skorch
from performance.contestants.torch_example import torch_example

# those that are compared with each other stand together, so that they run one after the other
CONTESTANTS = [
    Contestant("quick", "skmnist, quick", package, ("quick", {}), rounds=10),
    Contestant(
        "loop-quick", "hand-written torch loop, quick", hand_written, ("quick", {}), rounds=10
    ),
    Contestant(
        "quick-float32",
        "skmnist, quick in float32",
        package,
        ("quick", {"precision": "float32"}),
        precision="float32",
    ),
    Contestant(
        "skorch-quick",
        "plain skorch, quick's network",
        plain_skorch,
        ("quick", {}),
        precision="float32",
    ),
    Contestant("default", "skmnist, default", package, ("default", {}), rounds=5),
    Contestant("loop-default", "hand-written torch loop, default", hand_written, ("default", {})),
    *(
        Contestant(name, f"skmnist, {name}", package, (name, {}), rounds=rounds)
        for name, rounds in (("instant", 10), ("best", 5))
    ),
    Contestant(
        "keras",
        "Keras' small CNN",
        keras_example,
        precision="float32",
        needs="tensorflow",
        devices=("cpu",),
        rounds=5,
    ),
    Contestant(
        "torch-example",
        "PyTorch examples' CNN",
        torch_example,
        precision="float32",
        rounds=1,
    ),
    Contestant(
        "mlp",
        "MLPClassifier((256, 256))",
        scikit_learn.dense,
        precision="float32",
        needs="sklearn",
        devices=("cpu",),
    ),
    Contestant(
        "boosting",
        "HistGradientBoostingClassifier()",
        partial(scikit_learn.whole, make=scikit_learn.boosting),
        precision="float32",
        needs="sklearn",
        devices=("cpu",),
        rounds=1,
    ),
    Contestant(
        "svc",
        "SVC(C=5, gamma=0.05)",
        partial(scikit_learn.whole, make=scikit_learn.svc),
        precision="float64",
        needs="sklearn",
        devices=("cpu",),
        rounds=1,
    ),
]
