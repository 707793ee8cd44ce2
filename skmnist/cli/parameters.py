"""An estimator's parameters as options of commands.

Names and defaults come from the estimator's signature, values from what it checks, help from its
docstring. So a new parameter, network or augmentation is an option without a change here.
"""

import argparse

from skmnist.cli.docstrings import first_sentences
from skmnist.cli.values import as_text, parameter_type

#: Parameters that make no sense here: objects, a second fit, and output that the commands have
#: themselves.
_NO_OPTIONS = {"callbacks", "warm_start", "verbose"}

# a parameter may have the name of an option that the command has itself
_PREFIX = "parameter "


def add_arguments(parser, estimator, without=()):
    """Add an option for each parameter.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    estimator : estimator
        Its parameters are the defaults that the help tells.
    without : collection of str
        Parameters to leave out.
    """
    from skmnist._sklearn import written_values

    cls = type(estimator)
    group = parser.add_argument_group(
        f"parameters of {cls.__name__}",
        "Those of another classifier are shown with --classifier NAME --help.",
    )
    sentences = first_sentences(cls)
    for name, default in estimator.get_params(deep=False).items():
        if name in without or name in _NO_OPTIONS:
            continue
        text = f"{sentences[name]} (default: {_default_text(default)})"
        kwargs = {"dest": _PREFIX + name, "default": argparse.SUPPRESS}
        kwargs["help"] = text.replace("%", "%%")
        if isinstance(default, bool):
            kwargs["action"] = argparse.BooleanOptionalAction
        else:
            kwargs["type"] = parameter_type(cls, name)
            kwargs["metavar"] = "|".join(written_values(cls, name))
        group.add_argument("--" + name.replace("_", "-"), **kwargs)


def given(args):
    """Return the parameters that were given on the command line, as a dict."""
    return {
        name.removeprefix(_PREFIX): value
        for name, value in vars(args).items()
        if name.startswith(_PREFIX)
    }


def _default_text(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    return as_text(value)
