"""What docs/extending.md shows is done to a copy of the package, and works there."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")


def section(title):
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def blocks(text):
    """Return the Python blocks by their first line, without its ``#``."""
    found = re.findall(r"^```python\n# (.*?)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert found
    return dict(found)


def command(text):
    """Return the command of a section, an indented line, for this Python."""
    (line,) = re.findall(r"^    (python -m .*)$", text, re.MULTILINE)
    return [sys.executable, *shlex.split(line)[1:]]


def apply(where, code, folder):
    """Change the copy of the package as a block says; other blocks are scripts."""
    file, _, place = where.partition(", ")
    path = folder / file
    kind, _, name = place.partition(" ")
    if not place:
        assert not path.exists()
        path.write_text(code, encoding="utf-8")
        return
    text = path.read_text(encoding="utf-8")
    list_ = re.search(
        rf"(?:^#.*\n)*^{name} (?:= )?[{{(\[]\n.*?^[}})\]]\n", text, re.DOTALL | re.MULTILINE
    )
    at = {"above": list_.start(), "in": list_.end() - len("}\n")}[kind]
    path.write_text(text[:at] + code + text[at:], encoding="utf-8")


def run(command, folder):
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture
def extended(tmp_path):
    """Return a function that copies the package and changes it as a section shows."""

    def extend(title):
        shutil.copytree(
            ROOT / "skmnist", tmp_path / "skmnist", ignore=shutil.ignore_patterns("__pycache__")
        )
        for where, code in blocks(section(title)).items():
            apply(where, code, tmp_path)
        return tmp_path

    return extend


def pytest_in(folder, *args):
    options = ["-p", "no:cacheprovider", "-q", "--doctest-modules"]
    return run([sys.executable, "-m", "pytest", *options, *args], folder)


@pytest.mark.slow
def test__network__added_as_the_page_shows__can_be_used_saved_and_chosen(extended):
    folder = extended("Add a network")
    accuracy, n_parameters = run([sys.executable, "try_network.py"], folder).split()
    assert float(accuracy) > 0.9
    assert n_parameters == "28410"
    output = run([*command(section("Add a network")), "--output", "run"], folder)
    assert "Test accuracy" in output
    assert '"architecture": "resnet"' in (folder / "run" / "metrics.json").read_text()


@pytest.mark.slow
def test__network__added_as_the_page_shows__is_tested_like_the_others(extended):
    folder = extended("Add a network")
    (folder / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "test_networks.py", folder / "tests")
    output = pytest_in(folder, "tests/test_networks.py", "-k", "ResNet")
    assert int(re.search(r"(\d+) passed", output)[1]) >= 9
    assert "1 passed" in pytest_in(folder, "skmnist/networks/resnet.py")


@pytest.mark.slow
def test__augmentation__added_as_the_page_shows__can_be_used_saved_and_chosen(extended):
    folder = extended("Add an augmentation")
    by_name, chain = run([sys.executable, "try_augmentation.py"], folder).splitlines()
    assert by_name.startswith("'vignette' ")
    assert chain.startswith("Chain(steps=(RandomVignette(strength=0.2), RandomAffine(rotation=5")
    assert min(float(line.rpartition(" ")[2]) for line in (by_name, chain)) > 0.9
    run([*command(section("Add an augmentation")), "--output", "run"], folder)
    assert '"augmentation": "vignette"' in (folder / "run" / "metrics.json").read_text()
    pytest_in(folder, "skmnist/augmentation/vignette.py")


@pytest.mark.slow
def test__recipe__added_as_the_page_shows__is_run_and_reported(extended, mnist):
    folder = extended("Add a recipe")
    output = run(command(section("Add a recipe")), folder)
    assert "H-linear: test accuracy" in output
    accuracy = float(re.search(r"test accuracy ([\d.]+)%", output)[1])
    assert accuracy > 70
    (page,) = folder.glob("smoke/**/reproduction/H.md")
    page = re.sub(" +", " ", page.read_text(encoding="utf-8"))
    assert "\n| `H-linear` | test accuracy, % | 88.00 |" in page
    assert "Each class has a weighted sum of the pixels." in page
    assert list(folder.glob("smoke/**/results/H-linear.json"))
