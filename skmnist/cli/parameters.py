"""The classifier's parameters as options of commands."""

import argparse

from skmnist.classifiers.presets import PRESETS

# option, type or choices, help; the names are the estimator's parameters
_PARAMETERS = [
    ("architecture", ("fast", "small", "wide", "compact", "lenet5", "vgg"), "network"),
    ("l1", float, "strength of the L1 penalty on the weights"),
    ("l2", float, "strength of the L2 penalty on the weights"),
    ("dropout", float, "probability of dropping an activation"),
    ("label_smoothing", float, "share of a label that is spread over all classes"),
    ("augmentation", ("auto", "mild", "affine", "strong", "none"), "random distortion"),
    ("test_time_augmentation", int, "distorted copies that predictions are averaged over"),
    ("optimizer", ("sgd", "adam", "adamw", "rmsprop"), "optimiser"),
    ("learning_rate", float, "largest learning rate"),
    ("momentum", float, "momentum of sgd"),
    (
        "learning_rate_schedule",
        ("one_cycle", "cosine", "step", "reduce_on_plateau", "constant"),
        "schedule",
    ),
    ("max_epochs", int, "number of epochs"),
    ("batch_size", int, "images per step"),
    ("scaling", ("standard", "max_abs"), "what is done to pixels first"),
    ("n_iter_no_change", int, "epochs without progress before stopping early"),
    ("validation_fraction", float, "share of the training images held out for validation"),
    ("device", str, "cpu, cuda, ..."),
    ("precision", ("auto", "float32", "bfloat16"), "arithmetic while training"),
    ("n_threads", int, "CPU threads"),
    ("random_state", int, "seed; the same seed gives the same model"),
]


def add_arguments(parser, without=()):
    """Add the options, but for some parameters."""
    group = parser.add_argument_group(
        "parameters of MnistCNNClassifier", "What is not given is the preset's."
    )
    group.add_argument(
        "--preset", choices=PRESETS, default="default", help="recipe for what is not given"
    )
    group.add_argument("--early-stopping", action="store_true", default=argparse.SUPPRESS)
    for name, kind, text in _PARAMETERS:
        if name in without:
            continue
        kwargs = {"choices": kind} if isinstance(kind, tuple) else {"type": kind}
        if kind in (int, float, str):
            kwargs["metavar"] = {int: "N", float: "X", str: "NAME"}[kind]
        flag = "--" + name.replace("_", "-")
        group.add_argument(flag, help=text, default=argparse.SUPPRESS, **kwargs)


def given(args):
    """Return the parameters that were given on the command line, as a dict."""
    names = {name for name, _, _ in _PARAMETERS} | {"early_stopping"}
    params = {name: value for name, value in vars(args).items() if name in names}
    if params.get("augmentation") == "none":
        params["augmentation"] = None
    return params
