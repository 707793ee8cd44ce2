"""``TrainingCurvesDisplay``."""

import math
from types import SimpleNamespace

import pytest
from helpers import curves
from matplotlib import pyplot as plt

from skmnist.plots import (
    TrainingCurvesDisplay,
)


@pytest.fixture
def history():
    return [
        {
            "epoch": epoch,
            "train_loss": 1 / epoch,
            "train_accuracy": 1 - 0.2 / epoch,
            "valid_loss": 1.1 / epoch,
            "valid_accuracy": 0.9 - 0.2 / epoch,
            "learning_rate": 0.1,
        }
        for epoch in range(1, 5)
    ]


def without_validation(history):
    return [{k: v for k, v in epoch.items() if "valid" not in k} for epoch in history]


def test__training_curves__history_with_validation__draws_four_curves(history):
    display = TrainingCurvesDisplay.from_history(history)
    for ax, figure in zip(display.axes_, ("loss", "accuracy"), strict=True):
        assert ax.get_figure() is display.figure_
        assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", figure)
        assert curves(ax) == {
            "training": [[epoch["epoch"], epoch[f"train_{figure}"]] for epoch in history],
            "validation": [[epoch["epoch"], epoch[f"valid_{figure}"]] for epoch in history],
        }
    labels = [text.get_text() for text in display.axes_[0].get_legend().get_texts()]
    assert labels == ["training", "validation"]
    display.figure_.canvas.draw()


def test__training_curves__history_without_validation__draws_training_alone(history):
    display = TrainingCurvesDisplay.from_history(without_validation(history))
    for ax in display.axes_:
        assert list(curves(ax)) == ["training"]


def test__training_curves__validation_in_some_epochs_only__leaves_a_gap(history):
    mixed = without_validation(history[:2]) + history[2:]
    values = curves(TrainingCurvesDisplay.from_history(mixed).axes_[0])["validation"]
    assert [math.isnan(y) for _, y in values] == [True, True, False, False]


def test__training_curves__axes_given__draws_there(history):
    figure, axes = plt.subplots(2, 1)
    display = TrainingCurvesDisplay.from_history(history, ax=list(axes))
    assert display.figure_ is figure
    assert [ax.get_ylabel() for ax in axes] == ["loss", "accuracy"]
    assert plt.get_fignums() == [figure.number]


def test__training_curves__from_estimator__plots_its_history(history):
    display = TrainingCurvesDisplay.from_estimator(SimpleNamespace(history_=history))
    assert display.histories == {"": history}
    assert set(curves(display.axes_[1])) == {"training", "validation"}


def test__several_panels__wrong_number_of_axes__raises(history):
    _, axes = plt.subplots(1, 3)
    with pytest.raises(ValueError, match="must hold 2 axes, got 3"):
        TrainingCurvesDisplay.from_history(history, ax=axes)


def test__training_curves__several_fits__a_colour_each_and_a_line_for_each_part(history):
    display = TrainingCurvesDisplay({"a": history, "b": history}).plot(metrics="loss")
    looks = {
        line.get_label(): (line.get_color(), line.get_linestyle())
        for line in display.axes_[0].get_lines()
    }
    assert [*looks] == ["a, training", "a, validation", "b, training", "b, validation"]
    assert looks["a, training"][0] == looks["a, validation"][0] != looks["b, training"][0]
    assert {looks[f"{name}, training"][1] for name in "ab"} == {"-"}
    assert {looks[f"{name}, validation"][1] for name in "ab"} == {"--"}


def test__training_curves__smoothing__is_a_moving_average_that_starts_at_the_first_value(history):
    display = TrainingCurvesDisplay.from_history(history, smoothing=0.5)
    drawn = [line for line in display.axes_[0].get_lines() if line.get_label() == "training"]
    assert drawn[0].get_ydata()[:2] == pytest.approx([1, (0.25 * 1 + 0.5 * 0.5) / 0.75])
    raw = [line.get_ydata()[1] for line in display.axes_[0].get_lines()]
    assert 0.5 in raw  # as it is, pale


@pytest.mark.parametrize("smoothing", [-0.1, 1])
def test__training_curves__smoothing_out_of_range__raises(history, smoothing):
    with pytest.raises(ValueError, match="smoothing must be from 0"):
        TrainingCurvesDisplay.from_history(history, smoothing=smoothing)


def test__training_curves__metric_that_is_not_there__raises_and_names_those_that_are(history):
    with pytest.raises(ValueError, match=r"'f1'.*learning_rate"):
        TrainingCurvesDisplay.from_history(history, metrics=["f1"])
