"""The command line: ``skmnist fit | search | evaluate | predict | demo | export | ...``.

Each command is a module with ``add_parser(subparsers, parents)`` and a plain function of
ordinary arguments that does the work and returns its result. What needs torch or
scikit-learn is imported inside functions, so that ``skmnist --help`` answers at once. The options
of ``fit`` and ``search`` come from the estimators; they are added when one of these is chosen.
"""

from skmnist.cli.main import main

__all__ = ["main"]
