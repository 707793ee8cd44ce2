"""Words of findings."""

import math

# from here on, the second digit of a percentage matters
_FINE = 0.99


def count(n, thing):
    """Return "1 image" or "2 images"."""
    return f"{n:,} {thing}" if n == 1 else f"{n:,} {thing}s"


def are(n):
    """Return the verb for so many."""
    return "is" if n == 1 else "are"


def occur(n):
    """Return the verb for so many."""
    return "occurs" if n == 1 else "occur"


def listed(values):
    """Return "1, 2 and 3". A pair becomes "first (second)"."""
    values = [f"{v[0]} ({v[1]})" if isinstance(v, tuple) else str(v) for v in values]
    if len(values) > 10:
        values = [*values[:10], f"{len(values) - 10} more"]
    if len(values) < 2:
        return "".join(values)
    return f"{', '.join(values[:-1])} and {values[-1]}"


def percent(share, digits=None):
    """Return a share as text: with two digits from 99 % on, where they matter."""
    if share is None or not math.isfinite(share):
        return "–"
    digits = (2 if _FINE <= share < 1 else 1) if digits is None else digits
    return f"{100 * share:.{digits}f} %"
