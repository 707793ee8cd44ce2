"""Tables of the settings of recipes: what differs from the defaults of their estimators."""

import dataclasses
from functools import partial
from inspect import isclass, signature

from skmnist import NumpyMLPClassifier
from skmnist.reproduction.documents.tables import table

#: They are set by whoever runs a recipe, and change nothing of it.
_PASSED_OVER = ("random_state", "verbose", "n_threads")


def settings_tables(recipes):
    """Return the tables of some recipes' settings: what all share, and what each has of its own.

    Parameters
    ----------
    recipes : list of Recipe

    Returns
    -------
    lines : list of str
    """
    all_settings = [_settings(recipe) for recipe in recipes]
    names = list(dict.fromkeys(name for settings in all_settings for name in settings))
    shared, varied = {}, []
    for name in names:
        values = [settings.get(name, ("–", "–")) for settings in all_settings]
        if all(value == values[0] for value in values):
            shared[name] = values[0]
        else:
            varied.append(name)
    rows = [
        [f"`{name}`", value, default]
        for name, (value, default) in shared.items()
        if value != default
    ]
    columns = [("setting", "left"), ("value", "left"), ("default", "left")]
    lines = table(columns, rows) if rows else []
    if varied:
        rows = [
            [f"`{recipe.name}`", *(settings.get(name, ("–", "–"))[0] for name in varied)]
            for recipe, settings in zip(recipes, all_settings, strict=True)
        ]
        columns = [("recipe", "left"), *((f"`{name}`", "left") for name in varied)]
        lines += ["", "What differs between them:", "", *table(columns, rows)]
    return lines


def describe(value):
    """Return the value of a parameter as a reader wants it.

    Parameters
    ----------
    value : object
        A number, a string, a function with arguments, an augmentation, a list of callbacks, ...
    """
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, tuple | list):
        return ", ".join(map(describe, value)) or "none"
    if isinstance(value, partial):
        arguments = ", ".join(f"{name}={describe(own)}" for name, own in value.keywords.items())
        return f"{value.func.__name__}({arguments})"
    if dataclasses.is_dataclass(value) and not isclass(value):
        fields = dataclasses.fields(value)
        if [field.name for field in fields] == ["steps"]:
            return ", then ".join(map(describe, value.steps))
        arguments = ", ".join(
            f"{field.name}={describe(getattr(value, field.name))}" for field in fields
        )
        return f"{type(value).__name__}({arguments})"
    return getattr(value, "__name__", None) or repr(value)


def _settings(recipe):
    """Return a recipe's settings as a dict: the name, the value and the default of each."""
    settings = {
        "images": (str(recipe.data), ""),
        "estimator": (type(_innermost(recipe.estimator)).__name__, ""),
    }
    estimator = _innermost(recipe.estimator)
    for name, parameter in signature(type(estimator)).parameters.items():
        if name not in _PASSED_OVER and _is_used(name, estimator):
            settings[name] = describe(getattr(estimator, name)), describe(parameter.default)
    return settings


def _is_used(name, estimator):
    """Tell whether an estimator looks at a parameter at all."""
    if name != "momentum":
        return True
    user = "momentum" if isinstance(estimator, NumpyMLPClassifier) else "sgd"
    return estimator.optimizer == user


def _innermost(estimator):
    """Return the classifier within a meta-estimator, or the estimator itself."""
    return getattr(estimator, "classifier", estimator)
