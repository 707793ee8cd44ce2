"""The pages that are written from results."""

import re

import numpy as np
import pytest
from made_up_results import change_setting, made_up_results, made_up_run
from matplotlib import pyplot as plt

from skmnist.reproduction.documents import report
from skmnist.reproduction.documents.claims import CLAIMS
from skmnist.reproduction.documents.fill import NOT_RUN, fill, places
from skmnist.reproduction.documents.report import write_report
from skmnist.reproduction.recipes.catalogue import ALL, RECIPES
from skmnist.reproduction.recipes.data import Images, Split
from skmnist.reproduction.recipes.systems import SYSTEMS
from skmnist.reproduction.runs.results import load_results

BY_NAME = {recipe.name: recipe for recipe in ALL}
LETTERS = [system.letter for system in SYSTEMS]


@pytest.fixture
def mnist_of_noise():
    """A tiny MNIST of random pixels, in place of the real one."""
    rng = np.random.default_rng(0)

    def images(n):
        return Images(rng.integers(0, 256, (n, 784), dtype=np.uint8), np.arange(n) % 10)

    return Split(images(40), None, images(60))


@pytest.fixture
def undrawn(monkeypatch):
    """No figures, which are what takes time."""
    monkeypatch.setattr(report, "draw", lambda *_: [])


def write(folder, mnist=None):
    """Write the pages, and return their texts: that of the first page by ""."""
    path = write_report(load_results(ALL, folder), mnist, folder)
    texts = {"": path.read_text(encoding="utf-8")}
    for page in (path.parent / "reproduction").iterdir():
        texts[page.stem] = page.read_text(encoding="utf-8")
    return texts


def row_of(text, label):
    """Return the cells of the first table's line that begins so."""
    line = next(line for line in text.splitlines() if line.startswith(f"| {label} "))
    return [cell.strip() for cell in line[1:-1].split("|")]


def test__write_report__nothing_run__pages_say_so(tmp_path, undrawn):
    texts = write(tmp_path)
    assert sorted(texts) == sorted(["", *LETTERS])
    for letter in LETTERS:
        own = [recipe for recipe in RECIPES if recipe.system == letter]
        assert all(f"`{recipe.name}`" in texts[letter] for recipe in own)
        assert "not run yet" in texts[letter]
        assert f"    skmnist reproduce {letter}\n" in texts[letter]
    assert texts[""].count("**not run yet**") == len(CLAIMS) - 1


def test__first_page__opens_with_the_claims(tmp_path, undrawn):
    lines = write(tmp_path)[""].splitlines()
    (header,) = [row for row, line in enumerate(lines) if line.startswith("| claim ")]
    assert header < 9
    rows = lines[header + 2 : header + 2 + len(CLAIMS)]
    for claim, row in zip(CLAIMS, rows, strict=True):
        assert claim.text in row
        assert f"](reproduction/{claim.system}.md)" in row
    assert lines[header - 2].startswith(f"**{len(CLAIMS)} claims. Do they hold? ")


def test__pages__no_place_is_left_and_no_estimator_is_prose(tmp_path, undrawn):
    for text in write(tmp_path).values():
        assert "{{" not in text
        # a representation such as MnistMLPClassifier(l2=0.0)
        assert not re.search(r"Classifier\(", text)


def test__pages__links__lead_somewhere(tmp_path, undrawn):
    texts = write(tmp_path)
    for name, text in texts.items():
        folder = tmp_path / ("reproduction" if name else ".")
        for target in re.findall(r"\]\(([^)#]+)", text):
            other = (folder / target).resolve()
            if other.name not in ("results", "regularization.md", "robustness.md"):
                assert other.is_file(), (name, target)
    anchor = "how-a-verdict-is-made"
    assert f"../reproduction.md#{anchor}" in texts["A"]
    assert "## How a verdict is made" in texts[""]


@pytest.mark.slow
def test__write_report__all_run__all_figures(mnist_of_noise, tmp_path):
    for recipe in RECIPES:
        made_up_results(recipe, tmp_path / "results", made_up_run(0, 0.9), made_up_run(1, 0.91))
    texts = write(tmp_path, mnist_of_noise)
    drawn = {path.name for path in (tmp_path / "figures").iterdir()}
    shown = {
        line.split("(../figures/")[1].rstrip(")")
        for text in texts.values()
        for line in text.splitlines()
        if "](../fig" in line
    }
    assert shown == drawn
    assert {"A-curves.png", "A-l1-errors.png", "A-l2-errors.png", "labels.png"} <= drawn
    assert {"digits.png", "C-filters.png", "E-augmented.png", "G-fit.png"} <= drawn
    assert f"{2 * len(RECIPES)} fits of {len(RECIPES) * 1.0:.1f} hours" in texts[""]


def test__write_report__figure_that_was_drawn__is_shown_once(tmp_path, monkeypatch):
    def draw(system, by_name, mnist):
        assert mnist == "images"
        if system.letter == "C":
            yield "C-curves", "Loss and accuracy.", plt.figure(figsize=(1, 1))
            yield "C-other", "Not placed in the text.", plt.figure(figsize=(1, 1))

    monkeypatch.setattr(report, "draw", draw)
    texts = write(tmp_path, "images")
    for name, caption in (("curves", "Loss and accuracy."), ("other", "Not placed in the text.")):
        assert texts["C"].count(f"![{caption}](../figures/C-{name}.png)") == 1
        assert (tmp_path / "figures" / f"C-{name}.png").is_file()
    assert texts["C"].index("C-curves.png") < texts["C"].index("## More figures")


def test__write_report__candidates__on_the_page_of_their_system(tmp_path, undrawn):
    candidate = next(r for r in ALL if r.system == "B" and r.family == "candidate")
    made_up_results(candidate, tmp_path / "results", made_up_run(0, loss=0.1234))
    texts = write(tmp_path)
    assert {name for name, text in texts.items() if "0.1234" in text} == {"B"}


def test__write_report__other_results__another_page(tmp_path, undrawn):
    results = made_up_results(BY_NAME["G-base"], tmp_path / "results", made_up_run(0))
    texts = write(tmp_path)
    assert write(tmp_path) == texts
    results.add(made_up_run(1, 0.8))
    assert write(tmp_path)["G"] != texts["G"]


def test__page__time__is_of_the_results(tmp_path, undrawn):
    made_up_results(BY_NAME["G-base"], tmp_path / "results", made_up_run(0))
    text = write(tmp_path)["G"]
    assert "more than" in text
    assert "shortest fit takes 30 min:\n\n    skmnist reproduce G-base --seeds 1" in text


def test__pages__other_settings__marked_and_explained(tmp_path, undrawn):
    results = made_up_results(BY_NAME["G-base"], tmp_path / "results", made_up_run(0))
    change_setting(results.path, "max_epochs", "7")
    text = write(tmp_path)["G"]
    assert row_of(text, "`G-base` †")
    assert "- G-base: `max_epochs=7 then, 20 now`" in text
    assert row_of(text, "`G-l2`")


def test__pages__smoke_runs__say_so(tmp_path, undrawn):
    path = write_report(load_results(ALL, tmp_path, max_epochs=2), None, tmp_path)
    for page in (path, *(path.parent / "reproduction").iterdir()):
        assert "A smoke run of 2 epochs each" in page.read_text(encoding="utf-8")


def test__fill__numbers_in_lines_and_blocks_alone():
    text = "a {{one two}} b\n\n{{block x}}\nc"
    lines = fill(text, lambda place: f"<{place}>", lambda place: [place, "more"])
    assert lines == ["a <one two> b", "", "", "block x", "more", "", "c"]
    assert places(text) == ["one two", "block x"]


def test__text__number__of_the_results_or_not_run_yet(tmp_path, undrawn):
    assert f"has {NOT_RUN} % there" in " ".join(write(tmp_path)["C"].split())
    run = made_up_run(0)
    run["history"]["train_accuracy"][0] = 0.7777
    made_up_results(BY_NAME["C-code"], tmp_path / "results", run)
    assert "has 77.77 % there" in " ".join(write(tmp_path)["C"].split())


@pytest.mark.parametrize("system", SYSTEMS, ids=LETTERS)
def test__text__tables_and_numbers__are_of_recipes_that_exist(system):
    for place in places(system.text):
        kind, *names = place.split()
        if kind == "table":
            assert set(names) <= set(BY_NAME), place
        elif names and kind != "figure":
            assert kind in BY_NAME, place
    assert {"published", "improved"} <= set(places(system.text))
