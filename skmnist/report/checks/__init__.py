"""What may be wrong with a fitted classifier, with its data, or with what is said of it.

Each check is a small function of the evidence. It returns what it found in plain words, or None.
It has a code that never changes its meaning.
"""

# each of these registers its checks
from skmnist.report.checks import data, search, sets, training  # noqa: F401
from skmnist.report.checks.check import CHECKS, Check, Finding, run_checks

__all__ = ["CHECKS", "Check", "Finding", "run_checks"]
