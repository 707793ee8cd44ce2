"""The documents and figures that are made from results."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from matplotlib import pyplot as plt

from skmnist import MnistMLPClassifier
from skmnist.reproduction import figures, illustrations, report, study_report
from skmnist.reproduction.data import Data, Images, Split
from skmnist.reproduction.recipe import Recipe
from skmnist.reproduction.recipes import CANDIDATES, RECIPES, study
from skmnist.reproduction.results import Results
from skmnist.reproduction.systems import SYSTEMS
from skmnist.reproduction.tables import (
    details,
    format_figure,
    markdown_table,
    overview,
    plausible_difference,
    verdict,
)

DOCS = Path(__file__).resolve().parents[1] / "docs"


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@pytest.fixture
def mnist_of_noise(monkeypatch):
    """A tiny MNIST of random pixels, in place of the real one."""
    rng = np.random.default_rng(0)

    def images(n):
        return Images(rng.integers(0, 256, (n, 784), dtype=np.uint8), np.arange(n) % 10)

    split = Split(images(40), None, images(60))
    monkeypatch.setattr(report, "OFFICIAL", type("Noise", (), {"load": lambda *_: split}))
    return split


def made_up_run(seed, accuracy=0.9, n_epochs=4):
    falling = [1 / (epoch + 1) for epoch in range(n_epochs)]
    rising = [1 - value / 2 for value in falling]
    return {
        "seed": seed,
        "figures": {
            f"{part}_{figure}": accuracy if figure == "accuracy" else 0.3 + seed / 100
            for part in ("train", "validation", "test", "best_test")
            for figure in ("accuracy", "loss")
        },
        "weights": {"l1_norm": 10.0, "l2_norm": 2.0 + seed, "sparsity": 0.25},
        "n_parameters": 10,
        "n_epochs": n_epochs,
        "confusion_matrix": np.eye(10, dtype=int).tolist(),
        "first_errors": [[row, 3] for row in range(25)],
        "history": {
            "train_loss": falling,
            "train_accuracy": rising,
            "valid_loss": falling,
            "valid_accuracy": rising,
        },
        "fit_seconds": 1800.0,
        "started": "2026-01-01T00:00:00+00:00",
        "versions": {"python": "3.11"},
        "machine": {"processor": "made up", "cores": 2, "threads": 1},
    }


@pytest.fixture
def undrawn(monkeypatch):
    """Figures are made but not written, which is what takes time."""
    for module in (report, study_report):
        monkeypatch.setattr(module, "save_figure", lambda figure, path: path)


@pytest.fixture
def results(tmp_path):
    recipe = Recipe(
        name="A-test",
        title="for tests",
        estimator=MnistMLPClassifier(),
        reported={"test_accuracy": 0.9, "test_loss": 0.31},
        assumed=("something",),
        note="a note",
    )
    return Results(recipe, tmp_path)


# -- tables


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("test_accuracy", 0.99314), "99.31"),
        (("test_accuracy", 0.99314, 0.00046), "99.31 ± 0.05"),
        (("test_loss", 0.10094, 0.002), "0.1009 ± 0.0020"),
        (("test_loss", None, None), "–"),
    ],
)
def test_format_figure(arguments, text):
    assert format_figure(*arguments) == text


def test_markdown_table__columns_and_alignment():
    assert markdown_table(["a", "b"], [[1, "x"]], align="rl") == [
        "| a | b |",
        "| ---: | --- |",
        "| 1 | x |",
    ]


def test_plausible_difference__three_runs__prediction_interval(results):
    for seed, accuracy in enumerate([0.89, 0.90, 0.91]):
        results.add(made_up_run(seed, accuracy))
    # the t quantile of two degrees of freedom
    assert plausible_difference(results, "test_accuracy") == pytest.approx(
        4.3027 * 0.01 * np.sqrt(4 / 3), rel=1e-4
    )


@pytest.mark.parametrize(
    ("figure", "n_images"),
    [("test_accuracy", 10_000), ("validation_accuracy", 4200), ("train_accuracy", 37_800)],
)
def test_plausible_difference__single_run__sampling_error(results, figure, n_images):
    results.add(made_up_run(0, 0.9))
    data = Data(train=(0, 37_800), validation=(37_800, 42_000))
    results.recipe = dataclasses.replace(results.recipe, data=data)
    assert plausible_difference(results, figure) == pytest.approx(
        2 * np.sqrt(2 * 0.9 * 0.1 / n_images)
    )
    assert plausible_difference(results, "test_loss") is None


@pytest.mark.parametrize(
    ("accuracy", "word"), [(0.9, "agrees"), (0.906, "agrees"), (0.95, "better"), (0.85, "worse")]
)
def test_verdict__faithful(results, accuracy, word):
    assert verdict(results) == "not run yet"
    results.add(made_up_run(0, accuracy))
    assert verdict(results) == word


@pytest.mark.parametrize(
    ("accuracy", "text"), [(0.95, "aim met"), (0.94, "aim met"), (0.9375, "aim missed by 0.25")]
)
def test_verdict__improved(results, accuracy, text):
    results.recipe = dataclasses.replace(results.recipe, aim=0.94, improved=True, reported={})
    results.add(made_up_run(0, accuracy))
    assert verdict(results).startswith(text)


def test_overview__row_of_a_recipe(results):
    assert "| 0 of 3 |" in overview([results])[-1]
    for seed in range(3):
        results.add(made_up_run(seed, 0.88 + seed / 100))
    assert overview([results])[-1] == (
        "| A-test | for tests | test accuracy | 90.00 | 89.00 ± 1.00 | 3 |  | agrees | a note |"
    )


def test_details__every_reported_figure(results):
    results.add(made_up_run(0))
    assert details([results])[2:] == [
        "| A-test | test accuracy | 90.00 | 90.00 |",
        "| A-test | test loss | 0.3100 | 0.3000 |",
    ]


# -- figures


def test_compared_curves__a_line_each(results):
    results.add(made_up_run(0))
    figure = figures.compared_curves(
        [results, results], {"train_loss": "training loss", "valid_accuracy": "test"}, guide=0.9
    )
    loss, accuracy = figure.axes
    assert [line.get_ydata().tolist() for line in loss.get_lines()] == [
        made_up_run(0)["history"]["train_loss"]
    ] * 2
    assert [line.get_ydata()[0] for line in accuracy.get_lines()] == [0.5, 0.5, 0.9]


def test_error_gallery__images_and_labels(results, mnist_of_noise):
    results.add(made_up_run(0))
    figure = figures.error_gallery(results, mnist_of_noise.test)
    assert len(figure.axes) == 25
    image = figure.axes[7].get_images()[0].get_array()
    np.testing.assert_array_equal(image, mnist_of_noise.test.X[7].reshape(28, 28))
    assert figure.axes[7].get_title() == "true 7, predicted 3"
    assert figure.get_suptitle() == "A-test: the first 25 of 6 errors"


def test_label_distribution__counts(mnist_of_noise):
    figure = figures.label_distribution(mnist_of_noise.train, mnist_of_noise.test)
    heights = [[bar.get_height() for bar in ax.patches] for ax in figure.axes]
    assert heights == [[4] * 10, [6] * 10]


def test_random_digits__with_their_labels(mnist_of_noise):
    figure = figures.random_digits(mnist_of_noise.train)
    assert len(figure.axes) == 25
    X, y = mnist_of_noise.train
    for ax in figure.axes:
        shown = ax.get_images()[0].get_array().reshape(-1)
        row = int(np.flatnonzero((shown == X).all(axis=1))[0])
        assert ax.get_title() == str(y[row])


def test_illustrations__name_recipes_that_exist():
    known = {recipe.name for recipe in RECIPES}
    named = {name for comparison in illustrations.COMPARISONS for name in comparison.recipes}
    named |= {*illustrations.GALLERIES, *illustrations.CONFUSIONS}
    assert named <= known


# -- reports


def test_write_report__nothing_run__says_so(mnist_of_noise, tmp_path):
    text = report.write_report(tmp_path).read_text()
    for recipe in RECIPES:
        assert f"| {recipe.name} | {recipe.title} |" in text
    assert text.count("not run yet") == len(RECIPES)


def test_write_report__all_run__all_figures(mnist_of_noise, tmp_path):
    for recipe in RECIPES:
        Results(recipe, tmp_path / "results").add(made_up_run(0, 0.9))
    path = report.write_report(tmp_path)
    text = path.read_text()
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


def test_write_report__other_results__another_document(mnist_of_noise, tmp_path, undrawn):
    results = Results(RECIPES[0], tmp_path / "results")
    results.add(made_up_run(0))
    text = report.write_report(tmp_path).read_text()
    assert report.write_report(tmp_path).read_text() == text
    results.add(made_up_run(1, 0.8))
    assert report.write_report(tmp_path).read_text() != text


def test_write_study__differences_beyond_the_spread(tmp_path):
    for network, recipes in study.STUDY.items():
        for recipe in [*recipes, *study.CANDIDATES[network]]:
            better = recipe.name in ("R-dropout", "A-improved-l1")
            for seed in range(3):
                accuracy = 0.9 + seed / 1000 + (0.05 if better else 0)
                Results(recipe, tmp_path / "results").add(made_up_run(seed, accuracy))
    text = study_report.write_study(tmp_path).read_text()
    lines = [line for line in text.splitlines() if "**yes**" in line]
    assert [line.split(" | ")[0] for line in lines] == ["| l1", "| dropout"]
    assert all("+5.0000" in line for line in lines)
    words = "- Test accuracy: higher with dropout; no difference beyond the spread with l1, l2"
    assert words in text
    assert (tmp_path / "figures" / "regularization-dense.png").is_file()
    assert "25.0 ± 0.0" in text
    assert "| l1=1e-06 | 3 | 0.3100 ± 0.0100 |" in text


def test_difference_interval__as_welch_has_it():
    low, high = study_report.difference_interval([3.0, 4.0, 5.0], [1.0, 2.0, 3.0])
    # t quantile of 4 degrees of freedom, times the standard error of the difference
    assert (low, high) == pytest.approx(
        (2 - 2.7764 * np.sqrt(2 / 3), 2 + 2.7764 * np.sqrt(2 / 3)), abs=1e-3
    )
    assert study_report.difference_interval([2.0, 2.0], [1.0, 1.0]) == (1.0, 1.0)


# -- what is published


@pytest.mark.parametrize("recipe", [*RECIPES, *CANDIDATES], ids=lambda recipe: recipe.name)
def test_published_results__fit_the_recipes(recipe):
    # raises if the settings have changed since
    results = Results(recipe, DOCS / "results")
    for run in results.runs:
        assert set(recipe.reported) <= set(run["figures"])
        assert run["n_parameters"] > 0


@pytest.mark.parametrize("network", list(study.NETWORKS))
def test_published_candidates__strengths_follow_from_them(network):
    results = [Results(recipe, DOCS / "results") for recipe in study.CANDIDATES[network]]
    if not all(found.runs for found in results):
        pytest.skip("not all candidates have been run")
    losses = {found.recipe.name: found.mean("test_loss") for found in results}
    assert study.choose(losses) == study.CHOSEN[network]


def test_published_documents__are_those_of_the_results(mnist, tmp_path, undrawn):
    (tmp_path / "results").symlink_to(DOCS / "results")
    for write, name in (
        (report.write_report, "reproduction.md"),
        (study_report.write_study, "regularization.md"),
    ):
        assert write(tmp_path).read_text(encoding="utf-8") == (DOCS / name).read_text(
            encoding="utf-8"
        )
