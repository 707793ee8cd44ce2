"""Parameters of estimators as options of ``skmnist fit`` and ``search``."""

import re
import shlex
from numbers import Integral
from pathlib import Path

import pytest
from sklearn.base import BaseEstimator

from skmnist._sklearn import Interval, StrOptions, written_values
from skmnist.cli import main
from skmnist.cli.docstrings import first_sentences
from skmnist.cli.models import CLASSIFIERS, classifier_class, make_classifier
from skmnist.cli.parameters import add_arguments, given
from skmnist.cli.parser import CommandParser, build_parser
from skmnist.cli.values import as_text


def parsed(*arguments):
    return given(build_parser().parse_args(["fit", *arguments]))


def help_of(capsys, *arguments):
    with pytest.raises(SystemExit):
        main([*arguments, "--help"])
    return " ".join(capsys.readouterr().out.split())


class Toy(BaseEstimator):
    """A toy.

    Parameters
    ----------
    colour : {"red", "green"} or None, default="red"
        What it looks like, e.g. ``"red"``; 50 % of children like that. The rest does not.
    wheels : int, default=4
        How many it rolls on.

        More is possible.

    Attributes
    ----------
    broken_ : bool
        No parameter.
    """

    _parameter_constraints = {
        "colour": [StrOptions({"red", "green", "blue"}), None],
        "wheels": [Interval(Integral, 0, 8, closed="both")],
    }

    def __init__(self, colour="red", wheels=4):
        self.colour = colour
        self.wheels = wheels


# -- any estimator


def test__options__of_any_estimator__come_from_signature_checks_and_docstring(capsys):
    parser = CommandParser(prog="play")
    add_arguments(parser, Toy(wheels=3))
    # the docstring does not know of blue yet
    assert given(parser.parse_args(["--colour", "blue", "--wheels", "2"])) == {
        "colour": "blue",
        "wheels": 2,
    }
    assert given(parser.parse_args([])) == {}
    text = " ".join(parser.format_help().split())
    assert '--colour blue|green|red|none What it looks like, e.g. "red"; 50 % of' in text
    assert "like that. (default: red)" in text
    assert "How many it rolls on. (default: 3)" in text
    with pytest.raises(SystemExit):
        parser.parse_args(["--wheels", "9"])
    assert "argument --wheels: The 'wheels' parameter of Toy" in capsys.readouterr().err


def test__first_sentences__docstring__one_for_each_parameter():
    assert first_sentences(Toy) == {
        "colour": 'What it looks like, e.g. "red"; 50 % of children like that.',
        "wheels": "How many it rolls on.",
    }


@pytest.mark.parametrize(
    ("parameter", "forms"),
    [
        ("max_epochs", ["N", "auto", "long", "short", "shortest"]),
        ("l1", ["X", "X,X,..."]),
        ("device", ["NAME"]),
        ("random_state", ["N", "none"]),
        ("n_threads", ["N", "none"]),
        ("early_stopping", []),
    ],
)
def test__written_values__parameter__its_words_and_kinds(parameter, forms):
    assert written_values(classifier_class("mlp"), parameter) == forms


# -- the classifiers


@pytest.mark.parametrize("name", CLASSIFIERS)
def test__help__of_a_classifier__has_every_parameter_with_its_default(name, capsys):
    text = help_of(capsys, "fit", "--classifier", name)
    params = make_classifier(name).get_params()
    for parameter in {"callbacks", "warm_start", "verbose"} & params.keys():
        assert f"--{parameter.replace('_', '-')}" not in text
        del params[parameter]
    assert len(params) > 15
    for parameter, default in params.items():
        default = {True: "yes", False: "no"}[default] if type(default) is bool else default
        flag = "--" + parameter.replace("_", "-")
        shown = re.search(rf"{flag}[ ,].*?\(default: (.*?)\)", text)[1]
        assert shown == as_text(default), parameter


def test__help__preset__its_values_are_the_defaults(capsys):
    shown = r"--architecture .*?\(default: (\w+)\)"
    assert re.search(shown, help_of(capsys, "fit"))[1] == "fast"
    assert re.search(shown, help_of(capsys, "fit", "--preset", "best"))[1] == "wide"
    assert re.search(shown, help_of(capsys, "search"))[1] == "small"


@pytest.mark.parametrize("command", ["fit", "search", "evaluate"])
def test__help__options_of_the_command__tell_their_defaults(command, capsys):
    text = help_of(capsys, command).partition("parameters of Mnist")[0]
    options = re.findall(r" --([a-z][\w-]*) (?=[A-Z{])", text)
    assert len(options) >= 2
    for option in options:
        assert re.search(rf"--{option} (?:(?! --).)*\(default: ", text), option


@pytest.mark.parametrize(
    ("arguments", "params"),
    [
        ("--max-epochs short", {"max_epochs": "short"}),
        ("--max-epochs 3", {"max_epochs": 3}),
        ("--augmentation none", {"augmentation": None}),
        ("--augmentation=mild --scaling none", {"augmentation": "mild", "scaling": None}),
        ("--l2 1e-5", {"l2": 1e-5}),
        ("--early-stopping", {"early_stopping": True}),
        ("--no-early-stopping", {"early_stopping": False}),
        ("--class-weight balanced", {"class_weight": "balanced"}),
        ("--image-shape 8,8", {"image_shape": (8, 8)}),
        ("--random-state none", {"random_state": None}),
        ("--device cuda:1", {"device": "cuda:1"}),
        ("--classifier mlp --hidden-layer-sizes 256,128", {"hidden_layer_sizes": (256, 128)}),
        ("--classifier mlp --hidden-layer-sizes 64,", {"hidden_layer_sizes": (64,)}),
        ("--hidden-layer-sizes 64 --classifier=mlp", {"hidden_layer_sizes": 64}),
        ("--classifier mlp --l1 0,1e-5,0", {"l1": (0, 1e-5, 0)}),
        ("--classifier numpy --no-bias --shift 0.07", {"bias": False, "shift": 0.07}),
    ],
)
def test__value__as_the_estimator_takes_it__is_read(arguments, params):
    assert parsed(*arguments.split()) == params


def test__value__empty__is_a_sequence_of_nothing():
    options = ("--classifier", "mlp", "--hidden-layer-sizes", "")
    assert parsed(*options) == {"hidden_layer_sizes": ()}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("fit --l2 -1", "argument --l2: The 'l2' parameter"),
        ("fit --classifier mlp --l1 0,x", "argument --l1: The 'l1' parameter"),
        ("search --l1 -1,0", "argument --l1: The 'l1' parameter"),
        ("search --l1 -.5,0", "argument --l1: The 'l1' parameter"),
        ("search --dropout 0,1", "argument --dropout: The 'dropout' parameter"),
        ("search --n-jobs 0", "argument --n-jobs: '0' is no whole number of at least 1"),
        ("search --cv 1", "argument --cv: '1' is no whole number of at least 2"),
        ("search --classifier numpy", "argument --classifier: invalid choice"),
        ("fit --hold-out 1", "argument --hold-out: '1' is no number between 0 and 1"),
        ("fit --augmentation-x mild", "unrecognized arguments: --augmentation-x"),
        # only whole names: the beginning of one may become that of two
        ("fit --augment mild", "unrecognized arguments: --augment"),
        ("fit --hidden-layer-sizes 3", "unrecognized arguments: --hidden-layer-sizes"),
    ],
)
def test__value__not_allowed__error_names_the_option(arguments, message, capsys):
    with pytest.raises(SystemExit) as error:
        main(arguments.split())
    assert error.value.code == 2
    assert message in capsys.readouterr().err.splitlines()[-1]


def test__preset__of_another_classifier__error(capsys):
    arguments = "fit --dataset digits --classifier mlp --preset quick"
    assert main(arguments.split()) == 2
    assert "--preset quick is for --classifier cnn" in capsys.readouterr().err


# -- the documentation

ROOT = Path(__file__).resolve().parents[1]
PAGES = ["README.md", "docs/user_guide.md", "docs/model_selection.md"]
COMMANDS = [
    command
    for page in PAGES
    for command in re.findall(
        r"^    skmnist (.*)$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE
    )
]


@pytest.mark.parametrize("command", COMMANDS)
def test__documentation__commands__are_understood(command):
    args = build_parser().parse_args(shlex.split(command, comments=True))
    assert args.command == command.split()[0]


def test__documentation__has_commands():
    assert len(COMMANDS) > 10
