"""Errors that the command line tells apart."""


class UsageError(ValueError):
    """A command that cannot be meant so: exit status 2, as of an option that is not known."""
