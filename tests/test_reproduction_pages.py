"""The pages that are written from results."""

import numpy as np
import pytest
from made_up_results import change_setting, made_up_results, made_up_run
from matplotlib import pyplot as plt

from skmnist.reproduction.documents import report, study_report
from skmnist.reproduction.documents.comparison import difference_interval
from skmnist.reproduction.documents.report import write_report
from skmnist.reproduction.documents.study_report import write_study
from skmnist.reproduction.recipes import study
from skmnist.reproduction.recipes.catalogue import ALL, RECIPES
from skmnist.reproduction.recipes.data import Images, Split
from skmnist.reproduction.recipes.systems import SYSTEMS
from skmnist.reproduction.runs.results import load_results

BY_NAME = {recipe.name: recipe for recipe in ALL}


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


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
    monkeypatch.setattr(study_report, "strip_plot", lambda *_: None)
    monkeypatch.setattr(study_report, "save_figure", lambda figure, path: path)


def write_both(folder, mnist):
    """Write the pages, and return their texts."""
    all_results = load_results(ALL, folder)
    paths = write_report(all_results, mnist, folder), write_study(all_results, folder)
    return [path.read_text(encoding="utf-8") for path in paths]


def row_of(text, label):
    """Return the cells of the first table's line that begins so."""
    line = next(line for line in text.splitlines() if line.startswith(f"| {label} "))
    return [cell.strip() for cell in line[1:-1].split("|")]


def test__write_report__nothing_run__says_so(mnist_of_noise, tmp_path, undrawn):
    text, _ = write_both(tmp_path, mnist_of_noise)
    for recipe in RECIPES:
        assert row_of(text, recipe.name)[1] == recipe.title
    assert text.count("not run yet") == len(RECIPES)


@pytest.mark.slow
def test__write_report__all_run__all_figures(mnist_of_noise, tmp_path):
    for recipe in RECIPES:
        made_up_results(recipe, tmp_path / "results", made_up_run(0, 0.9))
    path = write_report(load_results(ALL, tmp_path), mnist_of_noise, tmp_path)
    text = path.read_text(encoding="utf-8")
    assert "not run yet" not in text
    for system in SYSTEMS:
        assert f"## {system.letter}. {system.title}" in text
    drawn = {figure.name for figure in (tmp_path / "figures").iterdir()}
    assert {
        line.split("(figures/")[1].rstrip(")") for line in text.splitlines() if "](fig" in line
    } == drawn
    assert {"A-curves.png", "A-l1-errors.png", "A-l2-errors.png", "labels.png"} <= drawn
    assert {"digits.png", "E5-classes-confusion.png", "G-curves.png"} <= drawn
    assert "8,286" in text
    assert f"{len(RECIPES)} fits of {len(RECIPES) * 0.5:.1f} hours" in text


def test__write_report__figure_that_was_drawn__is_shown(mnist_of_noise, tmp_path, monkeypatch):
    def draw(system, by_name, mnist):
        assert mnist is mnist_of_noise
        if "C-lenet5" in by_name:
            yield "C-curves", "Loss and accuracy.", plt.figure(figsize=(1, 1))

    monkeypatch.setattr(report, "draw", draw)
    made_up_results(BY_NAME["C-lenet5"], tmp_path / "results", made_up_run(0))
    text, _ = write_both(tmp_path, mnist_of_noise)
    assert text.count("![Loss and accuracy.](figures/C-curves.png)") == 1
    assert [path.name for path in (tmp_path / "figures").iterdir()] == ["C-curves.png"]


def test__write_report__candidates__in_the_chapter_of_their_system(
    mnist_of_noise, tmp_path, undrawn
):
    candidate = next(r for r in ALL if r.system == "B" and r.family == "candidate")
    made_up_results(candidate, tmp_path / "results", made_up_run(0, loss=0.1234))
    text, _ = write_both(tmp_path, mnist_of_noise)
    chapter = text.partition("\n## B. ")[2].partition("\n## C. ")[0]
    assert "0.1234" in chapter
    assert text.count("0.1234") == 1


def test__write_report__other_results__another_page(mnist_of_noise, tmp_path, undrawn):
    results = made_up_results(RECIPES[0], tmp_path / "results", made_up_run(0))
    text = write_both(tmp_path, mnist_of_noise)[0]
    assert write_both(tmp_path, mnist_of_noise)[0] == text
    results.add(made_up_run(1, 0.8))
    assert write_both(tmp_path, mnist_of_noise)[0] != text


def test__pages__other_settings__marked_and_explained(mnist_of_noise, tmp_path, undrawn):
    for name in ("G-base", "R-l1"):
        results = made_up_results(BY_NAME[name], tmp_path / "results", made_up_run(0))
        change_setting(results.path, "max_epochs", "7")
    text, study_text = write_both(tmp_path, mnist_of_noise)
    assert row_of(text, "G-base")[0] == row_of(text.partition("## G. ")[2], "G-base")[0]
    assert row_of(text, "G-base")[0] == "G-base †"
    assert "- G-base: `max_epochs=7 then, 20 now`" in text
    assert row_of(text, "G-l2")[0] == "G-l2"
    (settings,) = [line for line in text.splitlines() if line.startswith("- G-base †")]
    assert settings.endswith(
        ". Made with other settings than today's: `max_epochs=7 then, 20 now`"
    )
    assert row_of(study_text, "l1 †")
    assert (
        "† made with other settings than today's:\n\n- R-l1: `max_epochs=7 then, 20 now`"
        in study_text
    )


def test__pages__smoke_runs__say_so(mnist_of_noise, tmp_path, undrawn):
    all_results = load_results(ALL, tmp_path, max_epochs=2)
    for path in (
        write_report(all_results, mnist_of_noise, tmp_path),
        write_study(all_results, tmp_path),
    ):
        assert "A smoke run of 2 epochs each" in path.read_text(encoding="utf-8")


def test__write_study__differences_beyond_the_spread(tmp_path):
    for network, recipes in study.STUDY.items():
        for recipe in [*recipes, *study.CANDIDATES[network]]:
            better = recipe.name in ("R-dropout", "A-improved-l1")
            runs = [
                made_up_run(seed, 0.9 + seed / 1000 + (0.05 if better else 0)) for seed in range(3)
            ]
            made_up_results(recipe, tmp_path / "results", *runs)
    text = write_study(load_results(ALL, tmp_path), tmp_path).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if "**yes**" in line]
    assert [line.split("|")[1].strip() for line in lines] == ["l1", "dropout"]
    assert all("+5.0000" in line for line in lines)
    words = "- Test accuracy: higher with dropout; no difference beyond the spread with l1, l2"
    assert words in text
    assert (tmp_path / "figures" / "regularization-dense.png").is_file()
    assert "25.0 ± 0.0" in text
    assert row_of(text, "l1=1e-06")[1:3] == ["3", "0.3100 ± 0.0100"]


def test__difference_interval__as_welch_has_it():
    low, high = difference_interval([3.0, 4.0, 5.0], [1.0, 2.0, 3.0])
    # t quantile of 4 degrees of freedom, times the standard error of the difference
    assert (low, high) == pytest.approx(
        (2 - 2.7764 * np.sqrt(2 / 3), 2 + 2.7764 * np.sqrt(2 / 3)), abs=1e-3
    )
    assert difference_interval([2.0, 2.0], [1.0, 1.0]) == (1.0, 1.0)
