"""The tables of docs/architecture.md, compared with the code."""

import ast
import importlib
import re
import subprocess
import sys
from functools import cache
from inspect import getclosurevars
from pathlib import Path

import numpy as np
import pytest

from skmnist import MnistCNNClassifier, NumpyMLPClassifier
from skmnist._sklearn import STORABLE_TYPES

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "skmnist"
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
LAZY = "skmnist._lazy"


def table_below(heading):
    """Return the rows of the first table below a heading, each a list of cells."""
    lines = PAGE.partition(f"{heading}\n")[2].splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("| ---"))
    rows = []
    for line in lines[start + 1 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return rows


def codes(cell):
    return re.findall(r"`([^`]+)`", cell)


ROOMS = {
    codes(room)[0]: codes(imports)
    for room, _, imports in table_below("## The rooms, and what each may import")
}


# -- the import graph


def module_name(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def modules():
    return {module_name(path): path for path in PACKAGE.rglob("*.py")}


def room_of(module):
    return module.split(".")[1] if "." in module else module


def imported_names(tree):
    """Return pairs of module and name (None for a whole module) of all import statements."""
    pairs = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            pairs += [(alias.name, None) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports are not used here"
            pairs += [(node.module, alias.name) for alias in node.names]
    return pairs


def target_of(module, name):
    """Return the module of this package that an import statement reads."""
    return f"{module}.{name}" if f"{module}.{name}" in modules() else module


@cache
def graph():
    """Return for each module of the package which others it imports, lazily or not."""
    edges = {}
    for module, path in modules().items():
        pairs = imported_names(ast.parse(path.read_text(encoding="utf-8")))
        edges[module] = {target_of(*pair) for pair in pairs if room_of(pair[0]) in ROOMS}
        if LAZY in edges[module]:
            getattr_ = importlib.import_module(module).__getattr__
            lazy = getclosurevars(getattr_).nonlocals["modules"].values()
            edges[module] |= {f"{module}.{name}" for name in lazy}
        edges[module] = {edge for edge in edges[module] if edge.split(".")[0] == "skmnist"}
        missing = edges[module] - {*modules()}
        assert not missing, f"{module} imports what is not there: {missing}"
    return edges


def test__table_of_rooms__names_every_room():
    assert set(ROOMS) == {room_of(module) for module in modules()}


def test__table_of_rooms__imports_run_down_only():
    order = list(ROOMS)
    up = [
        f"{room} → {other}"
        for room, others in ROOMS.items()
        for other in others
        if order.index(other) <= order.index(room)
    ]
    assert not up


@pytest.mark.parametrize("room", ROOMS)
def test__room__imports__are_those_of_the_table(room):
    not_allowed = sorted(
        f"{module} → {other}"
        for module, others in graph().items()
        for other in others
        if room_of(module) == room and room_of(other) not in (room, *ROOMS[room])
    )
    assert not not_allowed


def test__modules__imports__make_no_circle():
    done, path = set(), []

    def visit(module):
        assert module not in path, " → ".join([*path[path.index(module) :], module])
        if module in done:
            return
        path.append(module)
        for other in sorted(graph()[module]):
            visit(other)
        done.add(path.pop())

    for module in graph():
        visit(module)


# -- what is imported late


def modules_after(code):
    """Return the names of the modules that are loaded after some code in a new process."""
    code = f"{code}\nimport sys\nprint(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return set(result.stdout.split())


def test__import__package__loads_neither_torch_nor_scikit_learn():
    loaded = modules_after("import skmnist")
    assert "skmnist" in loaded
    assert not {"torch", "skorch", "sklearn", "numpy"} & loaded


def test__import__numpy_classifier__loads_no_torch():
    loaded = modules_after("from skmnist import NumpyMLPClassifier")
    assert "sklearn" in loaded
    assert not {"torch", "skorch"} & loaded


def test__import__rooms_said_to_be_without_torch__load_no_torch():
    rooms = codes(
        re.search(r"These rooms load no torch when they are imported:(.*?)\n\n", PAGE, re.DOTALL)[
            1
        ]
    )
    names = [module for module in modules() if room_of(module) in rooms]
    assert {room_of(name) for name in names} == set(rooms)
    assert not {"torch", "skorch"} & modules_after(f"import {', '.join(names)}")


# -- the walks


def calls_during(function):
    """Return the functions of the package that are called, in order."""
    calls = []

    def note(frame, event, arg):
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(str(PACKAGE)):
            file = Path(code.co_filename).relative_to(PACKAGE).as_posix()
            calls.append((file, code.co_qualname))

    sys.setprofile(note)
    try:
        function()
    finally:
        sys.setprofile(None)
    return calls


def assert_walk(heading, calls):
    """Check that the functions of a table are called in its order, others in between."""
    walk = [(codes(file)[0], codes(name)[0]) for file, name, _ in table_below(heading)]
    assert len(walk) > 5
    rest = iter(calls)
    for step in walk:
        assert step in rest, f"{step} is not called, or not after the row above it"


def test__walk_from_fit_to_the_loss__is_what_happens():
    X, y = _images()
    clf = MnistCNNClassifier(max_epochs=1, random_state=0)
    assert_walk("## From `fit` to the loss", calls_during(lambda: clf.fit(X, y)))


def test__walk_of_the_numpy_network__is_what_happens():
    X, y = _images()
    clf = NumpyMLPClassifier(max_epochs=1, l1=1e-5, random_state=0)
    heading = "Its own `_train` goes on like this:"
    assert_walk(heading, calls_during(lambda: clf.fit(X, y)))


def test__walk_of_l1__is_what_happens():
    X, y = _images()
    calls = calls_during(lambda: MnistCNNClassifier(l1=1e-5, max_epochs=1).fit(X, y))
    assert_walk("## From `l1=` to the gradient", calls)


def _images():
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (40, 28, 28), dtype=np.uint8), np.arange(40) % 10


# -- what is private elsewhere

PRIVATE = ROOT / "skmnist" / "_sklearn.py"
PRIVATE_IMPORTS = [
    pair
    for pair in imported_names(ast.parse(PRIVATE.read_text(encoding="utf-8")))
    if pair[0].startswith(("sklearn", "skorch"))
]


def is_private(module, name):
    return any(part.startswith("_") for part in [*module.split("."), name or ""])


@pytest.mark.parametrize(("module", "name"), PRIVATE_IMPORTS, ids=lambda pair: str(pair))
def test__name_of_scikit_learn__that_is_private__is_there(module, name):
    assert hasattr(importlib.import_module(module), name)


@pytest.mark.parametrize("name", sorted(STORABLE_TYPES))
def test__storable_type__can_be_imported(name):
    module, _, attribute = name.rpartition(".")
    assert callable(getattr(importlib.import_module(module), attribute))


def test__private_names__of_other_packages__are_in_one_file():
    private = [
        f"{module}: {source} {name or ''}"
        for module, path in modules().items()
        if path != PRIVATE
        for source, name in imported_names(ast.parse(path.read_text(encoding="utf-8")))
        if source.split(".")[0] in ("sklearn", "skorch") and is_private(source, name)
    ]
    assert not private


def test__table_of_private_names__is_that_of_the_file():
    documented = {
        name for row in table_below("## What is private in scikit-learn") for name in codes(row[0])
    }
    assert {name for _, name in PRIVATE_IMPORTS} <= documented
    text = PRIVATE.read_text(encoding="utf-8")
    assert not [name for name in documented if not re.search(rf"\b{name}\b", text)]


def code_for_users():
    """Yield the name and the code of every example, and of every page for users."""
    for folder in (".", "model_selection", "walkthrough"):
        for path in (ROOT / "examples" / folder).glob("*.py"):
            yield path.name, path.read_text(encoding="utf-8")
    for path in [ROOT / "README.md", *ROOT.glob("docs/*.md")]:
        yield path.name, "\n".join(code_blocks(path.read_text(encoding="utf-8")))


def code_blocks(page):
    """Return the Python code of a page, but for what it adds to the package itself."""
    blocks = re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    return [block for block in blocks if not block.startswith("# skmnist/")]


def test__examples_and_pages__import_nothing_private_of_the_package():
    imports = [
        (name, line.strip())
        for name, code in code_for_users()
        for line in code.splitlines()
        if re.search(r"(from|import) +skmnist\b", line)
    ]
    assert len(imports) > 20
    assert not [(name, line) for name, line in imports if re.search(r"skmnist(\.\w+)*\._", line)]
    assert not [(name, line) for name, line in imports if re.search(r"import .*\b_", line)]
