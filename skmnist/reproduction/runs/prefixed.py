"""Lines of several fits in one stream, each with the name of its fit."""

import sys


class PrefixedLines:
    """A stream that puts a text before each line, and hands whole lines on.

    Lines of several processes therefore stay whole. It is no terminal, so that a fit prints a
    line after each epoch, and no bar.

    Parameters
    ----------
    prefix : str
    file : file-like, default=None
        Where the lines go; standard error by default.
    """

    def __init__(self, prefix, file=None):
        self.prefix = prefix
        self.file = file
        self._begun = ""

    def write(self, text):
        """Take some text, and hand on the lines that it ends."""
        *lines, self._begun = (self._begun + text).split("\n")
        file = self.file or sys.stderr
        for line in lines:
            file.write(f"{self.prefix}{line}\n")
        file.flush()
        return len(text)

    def flush(self):
        """Do nothing: lines are handed on as they end."""
