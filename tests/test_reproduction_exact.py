"""Published figures that are had to the last digit: steps 1 to 4 of the NumPy network."""

import dataclasses

import pytest

from skmnist.reproduction.recipes import numpy_classes, numpy_steps
from skmnist.reproduction.runs.run_once import run_once

# training error and accuracy, test error and accuracy, as they were printed
PRINTED = {
    "E1-plain": (0.108, 1.0, 0.653, 0.7073),
    "E2-dropout": (0.342, 0.883, 0.413, 0.8065),
    "E3-batches-128-0.001": (0.712, 0.46, 0.652, 0.6435),
    "E3-batches-64-0.001": (0.625, 0.611, 0.575, 0.7148),
    "E3-batches-64-0.005": (0.453, 0.747, 0.441, 0.8012),
    "E4-augmentation-100-0.005": (0.512, 0.75, 0.472, 0.7804),
}
NAMES = ("printed_train_error", "printed_train_accuracy", "test_error", "test_accuracy")
BY_NAME = {recipe.name: recipe for recipe in numpy_steps.FAITHFUL}
#: The others take seconds. Those whose batches are single images take minutes.
MARKS = {
    "E1-plain": [pytest.mark.full],
    "E2-dropout": [pytest.mark.full],
    "E3-batches-128-0.001": [],
}


def test__faithful_steps__figures__are_the_24_that_were_printed():
    figures = {
        name: tuple(recipe.reported[metric] for metric in NAMES)
        for name, recipe in BY_NAME.items()
    }
    assert figures == PRINTED
    assert all(set(recipe.reported) == set(NAMES) for recipe in BY_NAME.values())


@pytest.mark.numerical
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=MARKS.get(name, [pytest.mark.slow])) for name in BY_NAME],
)
def test__faithful_step__published_seed__every_figure_to_the_last_digit(name, mnist):
    # to record the test set after each epoch would take most of the time
    recipe = dataclasses.replace(BY_NAME[name], watch=None)
    run = run_once(recipe, recipe.published_seed)
    figures = recipe.figures()
    assert len(figures) == 4
    ours = {figure.name: figure.of(run) for figure in figures}
    assert all(figure.is_matched_by(ours[figure.name]) for figure in figures), ours


@pytest.mark.slow
def test__step_5__constant_output__958_of_10_000_and_ten_times_as_many(mnist):
    split = numpy_steps.FIRST_1000.load()
    stale = numpy_classes.stale_output(split)
    assert stale.argmax() == split.test.y[-1] == 6
    assert numpy_classes.counted(stale, split.test.y) == 0.0958
    assert numpy_classes.counted(stale, split.test.y, n_passes=10) == 0.958
