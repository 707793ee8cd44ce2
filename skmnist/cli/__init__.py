"""The command line: ``skmnist fit | evaluate | predict | data``.

Each command is a module with ``add_parser(subparsers, parents)`` and a plain function of
ordinary arguments that does the work and returns its result. What needs torch or
scikit-learn is imported inside these functions, so that ``--help`` answers at once.
"""

from skmnist.cli.main import main

__all__ = ["main"]
