"""The figures that are drawn from results."""

import numpy as np
import pytest
from made_up_results import made_up_results, made_up_run, tiny_recipe
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from skmnist.reproduction.documents import illustrations
from skmnist.reproduction.documents.canvas import new_figure, save_figure
from skmnist.reproduction.documents.curves import compared_curves, fit_and_validation
from skmnist.reproduction.documents.digits import (
    augmented_digits,
    label_distribution,
    random_digits,
)
from skmnist.reproduction.documents.fill import places
from skmnist.reproduction.documents.filters import has_filters, learned_filters
from skmnist.reproduction.documents.mistakes import confusion, error_gallery
from skmnist.reproduction.recipes.catalogue import ALL, RECIPES
from skmnist.reproduction.recipes.data import Images, Split
from skmnist.reproduction.recipes.systems import SYSTEMS
from skmnist.reproduction.runs.results import Results


@pytest.fixture
def images():
    """60 images of random pixels."""
    pixels = np.random.default_rng(0).integers(0, 256, (60, 784), dtype=np.uint8)
    return Images(pixels, np.arange(60) % 10)


def test__compared_curves__mean_range_and_what_was_published(tmp_path):
    recipe = tiny_recipe(reported_epochs={"train_loss": {2: 0.6}})
    results = made_up_results(recipe, tmp_path, made_up_run(0), made_up_run(1))
    results.runs[1]["history"]["train_loss"] = [2.0, 1.0, 0.5, 0.25, 0.125]
    figure = compared_curves(
        [results], {"train_loss": "training loss", "valid_accuracy": "test"}, guide=(0.9, "aim")
    )
    loss, accuracy = figure.axes
    mean, published = loss.get_lines()
    # of the epochs that all runs have
    np.testing.assert_allclose(mean.get_ydata(), [1.5, 0.75, 5 / 12, 0.25])
    assert (published.get_xdata(), published.get_ydata()) == ([2], [0.6])
    (band,) = loss.collections
    assert band.get_paths()[0].get_extents().ymax == 2.0
    assert [line.get_label() for line in accuracy.get_lines()] == ["T-dense", "aim"]
    assert accuracy.get_lines()[1].get_ydata()[0] == 90.0
    for ax in figure.axes:
        assert ax.get_title()
        assert ax.get_xlabel() == "epoch"
        assert ax.get_legend()
    assert accuracy.get_ylabel() == "test, %"


def test__compared_curves__accuracies__axis_shows_the_later_epochs(tmp_path):
    run = made_up_run(0)
    run["history"]["valid_accuracy"] = [0.2, *np.linspace(0.98, 0.99, 19).tolist()]
    results = made_up_results(tiny_recipe(), tmp_path, run)
    (ax,) = compared_curves([results], {"valid_accuracy": "test accuracy"}).axes
    low, high = ax.get_ylim()
    assert 98.1 < low < 98.3
    assert 99 < high < 99.5
    assert "axis from 98.2 %" in ax.get_title()


def test__compared_curves__column_that_a_recipe_lacks__is_left_out(tmp_path):
    run = made_up_run(0)
    del run["history"]["valid_loss"]
    results = made_up_results(tiny_recipe(), tmp_path, run)
    (ax,) = compared_curves([results], {"valid_loss": "loss"}).axes
    assert not ax.get_lines()


def test__fit_and_validation__both_losses_in_one_plot(tmp_path):
    results = made_up_results(tiny_recipe(), tmp_path, made_up_run(0))
    figure = fit_and_validation([results, results, results], "validation")
    panels = [ax for ax in figure.axes if ax.get_lines()]
    assert len(panels) == 3
    for ax in panels:
        assert [line.get_label() for line in ax.get_lines()] == ["training", "validation"]
        assert ax.get_yscale() == "log"
        assert ax.get_title() == "T-dense"


@pytest.mark.parametrize(("n_errors", "n_shown"), [(40, 25), (6, 6)])
def test__error_gallery__images_labels_and_their_number(n_errors, n_shown, images, tmp_path):
    run = made_up_run(0, 1 - n_errors / 1000, n_images=1000)
    results = made_up_results(tiny_recipe(), tmp_path, run)
    figure = error_gallery(results, images)
    drawn = [ax for ax in figure.axes if ax.get_images()]
    assert len(drawn) == n_shown
    image = drawn[5].get_images()[0].get_array()
    np.testing.assert_array_equal(image, images.X[5].reshape(28, 28))
    assert drawn[5].get_title() == "true 5, predicted 3"
    assert figure.get_suptitle() == f"T-dense: the first {n_shown} of {n_errors} errors"


def test__confusion__only_errors_are_coloured(tmp_path):
    run = made_up_run(0, 0.9)
    results = made_up_results(tiny_recipe(), tmp_path, run, made_up_run(1, 0.5))
    ax, bar = confusion(results).axes
    drawn = ax.get_images()[0].get_array()
    assert drawn.mask.tolist() == np.eye(10, dtype=bool).tolist()
    np.testing.assert_array_equal(drawn.data, run["confusion_matrix"])
    assert ax.get_images()[0].norm.vmax == 100
    assert ax.get_title() == "T-dense: 100 errors in 1,000 images"
    assert bar.get_ylabel()


def test__learned_filters__at_the_start_and_learned(tmp_path):
    results = made_up_results(tiny_recipe(), tmp_path, made_up_run(0))
    assert has_filters(results)
    shown = [ax.get_images()[0] for ax in learned_filters([results]).axes if ax.get_images()]
    arrays = [image.get_array().tolist() for image in shown]
    assert arrays.count([[0.1, -0.2], [0.3, 0.0]]) == 3
    assert arrays.count([[0.3, -0.1], [0.2, 0.1]]) == 3


def test__augmented_digits__originals_first(images):
    figure = augmented_digits(images, {"turned": {"rotation": 90.0, "shift": 0.0}}, n_images=2)
    drawn = [ax.get_images()[0].get_array() for ax in figure.axes]
    assert len(drawn) == 2 * 5
    np.testing.assert_allclose(drawn[0], images.X[0].reshape(28, 28) / 255, rtol=1e-6)
    assert not np.allclose(drawn[2], drawn[0])


def test__label_distribution__counts(images):
    figure = label_distribution(Images(images.X[:40], images.y[:40]), images)
    heights = [[bar.get_height() for bar in ax.patches] for ax in figure.axes]
    assert heights == [[4] * 10, [6] * 10]


def test__random_digits__with_their_labels(images):
    figure = random_digits(images)
    assert len(figure.axes) == 25
    for ax in figure.axes:
        shown = ax.get_images()[0].get_array().reshape(-1)
        row = int(np.flatnonzero((shown == images.X).all(axis=1))[0])
        assert ax.get_title() == str(images.y[row])


def test__save_figure__same_figure__same_bytes(tmp_path):
    first, second = (
        save_figure(new_figure(1, 1), tmp_path / "figures" / f"{name}.png").read_bytes()
        for name in "ab"
    )
    assert first == second
    assert not plt.get_fignums()


def test__draw__what_has_been_run__figures_of_it(images, tmp_path):
    by_name = {recipe.name: Results(recipe, tmp_path) for recipe in ALL}
    by_name["F-vgg"].add(made_up_run(0))
    (system,) = [system for system in SYSTEMS if system.letter == "F"]
    drawn = list(illustrations.draw(system, by_name, Split(images, None, images)))
    assert [name for name, _, _ in drawn] == ["F-vgg-confusion", "F-filters"]
    assert all(isinstance(figure, Figure) for _, _, figure in drawn)


def test__illustrations__name_recipes_that_exist():
    known = {recipe.name for recipe in RECIPES}
    named = {name for plot in illustrations.PLOTS for name in plot.recipes}
    for names in [*illustrations.GALLERIES.values(), *illustrations.CONFUSIONS.values()]:
        named |= set(names)
    assert named <= known


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.letter)
def test__texts__figures_that_they_place__are_drawn(system, images, tmp_path, monkeypatch):
    # what a figure shows is of no matter here
    for name in ("compared_curves", "fit_and_validation", "error_gallery", "confusion"):
        monkeypatch.setattr(illustrations, name, lambda *args, **kwargs: None)
    monkeypatch.setattr(illustrations, "learned_filters", lambda *args: None)
    by_name = {}
    for recipe in RECIPES:
        if recipe.system != system.letter:
            continue
        by_name[recipe.name] = made_up_results(recipe, tmp_path, made_up_run(0))
    drawn = {
        name for name, _, _ in illustrations.draw(system, by_name, Split(images, None, images))
    }
    placed = {place.split()[1] for place in places(system.text) if place.startswith("figure ")}
    assert placed <= drawn
