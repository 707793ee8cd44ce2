"""The figures that are drawn from results."""

import numpy as np
import pytest
from made_up_results import made_up_results, made_up_run, tiny_recipe
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from skmnist.reproduction.documents import illustrations
from skmnist.reproduction.documents.canvas import new_figure, save_figure
from skmnist.reproduction.documents.curves import compared_curves
from skmnist.reproduction.documents.digits import label_distribution, random_digits
from skmnist.reproduction.documents.mistakes import confusion, error_gallery
from skmnist.reproduction.recipes.catalogue import RECIPES
from skmnist.reproduction.recipes.data import Images, Split
from skmnist.reproduction.recipes.systems import SYSTEMS


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@pytest.fixture
def images():
    """60 images of random pixels."""
    pixels = np.random.default_rng(0).integers(0, 256, (60, 784), dtype=np.uint8)
    return Images(pixels, np.arange(60) % 10)


def test__compared_curves__a_line_each(tmp_path):
    results = made_up_results(tiny_recipe(), tmp_path, made_up_run(0))
    figure = compared_curves(
        [results, results], {"train_loss": "training loss", "valid_accuracy": "test"}, guide=0.9
    )
    loss, accuracy = figure.axes
    assert [line.get_ydata().tolist() for line in loss.get_lines()] == [
        results.runs[0]["history"]["train_loss"]
    ] * 2
    assert [line.get_ydata()[0] for line in accuracy.get_lines()] == [0.5, 0.5, 0.9]


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


def test__confusion__counts_of_the_first_seed(tmp_path):
    run = made_up_run(0, 0.9)
    results = made_up_results(tiny_recipe(), tmp_path, run, made_up_run(1, 0.5))
    (ax,) = confusion(results).axes
    drawn = ax.get_images()[0].get_array()
    np.testing.assert_array_equal(drawn, run["confusion_matrix"])


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
    results = {
        recipe.name: made_up_results(recipe, tmp_path, made_up_run(0))
        for recipe in RECIPES
        if recipe.system == "F" and recipe.name != "F-improved"
    }
    (system,) = [system for system in SYSTEMS if system.letter == "F"]
    drawn = list(illustrations.draw(system, results, Split(images, None, images)))
    assert [name for name, _, _ in drawn] == ["F-vgg-confusion"]
    assert all(isinstance(figure, Figure) for _, _, figure in drawn)


def test__illustrations__name_recipes_that_exist():
    known = {recipe.name for recipe in RECIPES}
    named = {name for comparison in illustrations.COMPARISONS for name in comparison.recipes}
    named |= {*illustrations.GALLERIES, *illustrations.CONFUSIONS}
    assert named <= known
