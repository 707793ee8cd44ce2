"""The docstrings of all public names: numpydoc's rules, and an example that runs."""

import doctest
import inspect
import sys
from pathlib import Path

import pytest
from numpydoc.validate import validate

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "docs" / "_site"))

from public_names import public_names  # noqa: E402

#: Rules of numpydoc that are not ours.
IGNORED = {
    "ES01",  # a second paragraph: some names need only one
    "SA01",  # "See Also": some names have no others beside them
    "EX01",  # examples of every method: those of the class show how to use it
    "PR07",  # a description of every parameter: the name and the type of some say all
    "RT02",  # no names for what is returned: ours have one, because it says what it is
}

NAMES = {
    f"{room}.{name}": value
    for room, objects in public_names().items()
    for name, value in objects.items()
    if callable(value)
}


def own_methods(cls):
    """Yield the public methods that a class of this package has from this package.

    A method without a docstring that overrides one of another library is documented there.
    """
    for name in dir(cls):
        value = inspect.getattr_static(cls, name)
        function = getattr(value, "__func__", value)
        if name.startswith("_") or not inspect.isfunction(function):
            continue
        if not function.__module__.startswith("skmnist"):
            continue
        foreign = [base for base in cls.__mro__ if not base.__module__.startswith("skmnist")]
        if function.__doc__ is None and any(hasattr(base, name) for base in foreign):
            continue
        yield name


DOCUMENTED = [
    *NAMES,
    *(
        f"{path}.{method}"
        for path, value in NAMES.items()
        if inspect.isclass(value)
        for method in own_methods(value)
    ),
]


@pytest.mark.parametrize("path", DOCUMENTED)
def test__docstring__is_as_numpydoc_wants_it(path):
    errors = [error for error in validate(path)["errors"] if error[0] not in IGNORED]
    assert not errors


def examples_of(path):
    """Return the examples of a docstring, without imports."""
    examples = doctest.DocTestParser().get_examples(inspect.getdoc(NAMES[path]))
    return [e for e in examples if not e.source.startswith(("from ", "import "))]


#: What cannot be shown without MNIST. Elsewhere the doctests skip it.
NEED_MNIST = [
    path
    for path, value in NAMES.items()
    if value.__module__ == "skmnist.datasets.mnist"
    and any(doctest.SKIP in e.options for e in examples_of(path))
]


@pytest.mark.parametrize("path", sorted({*NAMES} - {*NEED_MNIST}))
def test__public_name__has_an_example_that_runs(path):
    assert [e for e in examples_of(path) if doctest.SKIP not in e.options]


@pytest.mark.parametrize("path", NEED_MNIST)
def test__public_name__of_mnist__its_example_runs(path, mnist):
    text = inspect.getdoc(NAMES[path]).replace("# doctest: +SKIP", "")
    example = doctest.DocTestParser().get_doctest(text, {}, path, None, 0)
    assert doctest.DocTestRunner().run(example).failed == 0


def test__public_names__are_found_in_every_room():
    rooms = public_names()
    assert "MnistCNNClassifier" in rooms["skmnist"]
    assert "MnistCNNClassifier" not in rooms["skmnist.classifiers"]  # documented once
    assert {"skmnist.networks", "skmnist.plots", "skmnist.schedules"} <= {*rooms}
    assert not [room for room in rooms if "._" in room]
