"""The parser of all commands, and what becomes of errors."""

import argparse
import sys

import skmnist
from skmnist.cli import data, evaluate, export, fit, predict, reproduce, search


def build_parser():
    """Return the parser of the whole command line."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--debug",
        action="store_true",
        default=argparse.SUPPRESS,
        help="show a full traceback when something fails",
    )
    parser = argparse.ArgumentParser(
        prog="skmnist",
        description="Train, evaluate and use small-image CNNs.",
        parents=[common],
    )
    parser.add_argument("--version", action="version", version=f"skmnist {skmnist.__version__}")
    subparsers = parser.add_subparsers(title="commands", dest="command", required=True)
    for command in (fit, search, evaluate, predict, export, reproduce, data):
        command.add_parser(subparsers, [common])
    return parser


def main(argv=None):
    """Run a command line.

    Parameters
    ----------
    argv : list of str, default=None
        The arguments; those of the process by default.

    Returns
    -------
    status : int
        0 if all went well, 1 if the command failed, 2 if it was not understood, 130 if it
        was interrupted.
    """
    args = build_parser().parse_args(argv)
    try:
        args.run(args)
    except KeyboardInterrupt:
        if "debug" in args:
            raise
        return _complain("interrupted", 130)
    except Exception as error:
        if "debug" in args:
            raise
        return _complain(f"error: {_one_line(error)}", 2 if _is_usage_error(error) else 1)
    return 0


def _complain(message, status):
    print(f"skmnist: {message}", file=sys.stderr)
    return status


def _one_line(error):
    return " ".join(str(error).split()) or type(error).__name__


def _is_usage_error(error):
    # scikit-learn says so where a parameter's value is not allowed; a failure to import it
    # here is impossible, since it has raised this error
    return type(error).__name__ == "InvalidParameterError"
