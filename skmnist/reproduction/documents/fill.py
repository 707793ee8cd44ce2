"""Texts with places for numbers, tables and figures."""

import re

_PLACE = re.compile(r"\{\{(.+?)\}\}")

#: What stands in the place of a number that there is no result for.
NOT_RUN = "*(not run yet)*"


def fill(text, value, block):
    """Return the lines of a text, with its places filled.

    Parameters
    ----------
    text : str
        Markdown. ``{{...}}`` within a line is the place of a number. Alone on a line it is the
        place of a block of lines.
    value : callable
        It gets what stands in the place of a number, and returns text.
    block : callable
        It gets what stands in the place of a block, and returns lines.

    Returns
    -------
    lines : list of str
    """
    lines = []
    for line in text.strip().splitlines():
        alone = _PLACE.fullmatch(line.strip())
        if alone:
            lines += ["", *block(alone[1]), ""]
        else:
            lines.append(_PLACE.sub(lambda place: value(place[1]), line))
    return lines


def places(text):
    """Return what stands in all places of a text, as a list of str."""
    return _PLACE.findall(text)
