"""Values of a parameter, of any type: which are the same, in which order, and as text."""

from numbers import Real


def distinct(values):
    """Return the different values, sorted if they can be."""
    different = list({key(value): value for value in values}.values())
    try:
        return sorted(different)
    except (TypeError, ValueError):
        return different


def key(value):
    """Return what tells a value from others: some are not hashable, and True equals 1."""
    if is_number(value):
        return value
    return type(value), repr(value)


def label(value):
    """Return a value as text."""
    if is_number(value):
        return f"{value:g}"
    # functions and classes
    return getattr(value, "__name__", str(value))


def is_number(value):
    """Tell whether a value is a number, and not a truth value."""
    return isinstance(value, Real) and not isinstance(value, bool)
