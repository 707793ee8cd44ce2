"""The form of every example, and lessons without MNIST. The site's build runs all of them."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "examples"
EXAMPLES = sorted(path for path in FOLDER.rglob("*.py") if "benchmarks" not in path.parts)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test__example__has_a_place_in_the_gallery(path):
    title, line = path.read_text(encoding="utf-8").splitlines()[1:3]
    assert line == "=" * len(title)
    assert (path.parent / "GALLERY_HEADER.rst").is_file()


# -- the walk-through

LESSONS = sorted((FOLDER / "walkthrough").glob("plot_*.py"))


@pytest.mark.slow
@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test__lesson__without_mnist__runs_on_the_small_digits(path, tmp_path):
    environment = os.environ | {"SCIKIT_LEARN_DATA": str(tmp_path)}
    environment.pop("SKMNIST_DATA_HOME", None)
    result = subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning", path],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout
    # a lesson leaves nothing behind
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test__lesson__form__is_what_the_gallery_expects(path):
    text = path.read_text(encoding="utf-8")
    title, line, *_ = ast.get_docstring(ast.parse(text)).splitlines()
    assert re.match(rf"{path.stem.split('_')[1]}\. ", title)
    assert line == "=" * len(title)
    cells = text.split("\n# %%\n")[1:]
    assert len(cells) > 3
    # each cell begins with what it is about
    assert all(cell.startswith("# ") for cell in cells)
    for heading, underline in re.findall(r"^# (.+)\n# (-+)$", text, re.MULTILINE):
        assert len(heading) == len(underline)
