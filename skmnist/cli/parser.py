"""The parser of all commands."""

import argparse
import re

import skmnist
from skmnist.cli import data, demo, evaluate, export, fit, predict, reproduce, search


class CommandParser(argparse.ArgumentParser):
    """A parser that may add its options when it is used.

    The options of some commands come from an estimator, so that they need torch. Other commands,
    and ``skmnist --help``, do not wait for it.
    """

    def __init__(self, *args, **kwargs):
        # an abbreviation that is clear today may not be if there are more options
        super().__init__(*args, allow_abbrev=False, **kwargs)
        self._add_options = None

    def add_options_later(self, add_options):
        """Have options added before the first use.

        Parameters
        ----------
        add_options : callable
            Given this parser and the arguments that are to be parsed.
        """
        self._add_options = add_options
        # a usage with dozens of options says nothing to anyone
        self.usage = f"{self.prog} [options]"

    def parse_known_args(self, args=None, namespace=None):
        if self._add_options is not None:
            add_options, self._add_options = self._add_options, None
            add_options(self, args)
            args = _with_negative_numbers(args)
        return super().parse_known_args(args, namespace)

    @staticmethod
    def values_of(arguments, options):
        """Return the values of some options, before all others are known.

        Parameters
        ----------
        arguments : list of str
        options : collection of str
            With their hyphens.

        Returns
        -------
        values : dict of str to str
            None for an option that is not there.
        """
        parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
        for option in options:
            parser.add_argument(option, dest=option, nargs="?")
        return vars(parser.parse_known_args(arguments)[0])


def build_parser():
    """Return the parser of the whole command line."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--debug",
        action="store_true",
        default=argparse.SUPPRESS,
        help="show a full traceback when something fails",
    )
    parser = CommandParser(
        prog="skmnist",
        description="Train, evaluate and use small-image CNNs.",
        parents=[common],
    )
    parser.add_argument("--version", action="version", version=f"skmnist {skmnist.__version__}")
    subparsers = parser.add_subparsers(title="commands", dest="command", required=True)
    for command in (fit, search, evaluate, predict, demo, export, reproduce, data):
        command.add_parser(subparsers, [common])
    return parser


def _with_negative_numbers(arguments):
    """Join options and values such as -1,0, which argparse would take for an option."""
    joined = []
    for argument in arguments:
        if re.match(r"-\.?\d", argument) and joined and re.fullmatch(r"--[\w-]+", joined[-1]):
            joined[-1] += f"={argument}"
        else:
            joined.append(argument)
    return joined
