"""Values of estimators' parameters, read from and written as text."""

import contextlib
from argparse import ArgumentTypeError


def parameter_type(estimator_class, name):
    """Return what reads a parameter's value from text, as ``type`` of an option of argparse.

    The estimator itself says which values it takes, so there is no second list of them.

    Parameters
    ----------
    estimator_class : type
    name : str
        Of a parameter. All others have their defaults, so this checks a value on its own.
    """
    from skmnist._sklearn import check_parameters

    def read(text):
        errors = []
        for value in _readings(text):
            try:
                check_parameters(estimator_class(**{name: value}))
                return value
            except ValueError as error:
                errors.append(error)
        # the first reading is the one that the user most likely means
        raise ArgumentTypeError(str(errors[0]))

    return read


def as_text(value):
    """Return a parameter's value as it is written on the command line."""
    if value is None:
        return "none"
    if isinstance(value, tuple | list):
        return ",".join(map(as_text, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _readings(text):
    """Yield what a text may mean, the most special first."""
    if text == "none":
        yield None
    for read in (int, float, _numbers):
        with contextlib.suppress(ValueError):
            yield read(text)
    yield text


def _numbers(text):
    """Read numbers with commas between them; a single one has a comma after it."""
    if text and "," not in text:
        raise ValueError(text)
    return tuple(_number(part) for part in text.removesuffix(",").split(",")) if text else ()


def _number(text):
    try:
        return int(text)
    except ValueError:
        return float(text)


def at_least(lowest):
    """Return what reads a whole number that is not smaller."""

    def read(text):
        if not text.isdecimal() or int(text) < lowest:
            raise ArgumentTypeError(f"{text!r} is no whole number of at least {lowest}")
        return int(text)

    return read
