"""A page on how good a fitted classifier is, and on what may be wrong with that number."""

from skmnist.report.checks import CHECKS
from skmnist.report.write import write_report

__all__ = ["CHECKS", "write_report"]
