import math
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib import pyplot as plt

from skmnist.plots import GridSearchDisplay, MisclassifiedImagesDisplay, TrainingCurvesDisplay


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


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


def curves(ax):
    return {line.get_label(): line.get_xydata().tolist() for line in ax.get_lines()}


def without_validation(history):
    return [{k: v for k, v in epoch.items() if "valid" not in k} for epoch in history]


# -- TrainingCurvesDisplay


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
    display = TrainingCurvesDisplay.from_history(history, axes=list(axes))
    assert display.figure_ is figure
    assert [ax.get_ylabel() for ax in axes] == ["loss", "accuracy"]
    assert plt.get_fignums() == [figure.number]


def test__training_curves__from_estimator__plots_its_history(history):
    display = TrainingCurvesDisplay.from_estimator(SimpleNamespace(history_=history))
    assert display.history is history
    assert set(curves(display.axes_[1])) == {"training", "validation"}


# -- MisclassifiedImagesDisplay


def errors(n_errors, n_total=30, shape=(3, 3)):
    """Images that hold their number, the last ``n_errors`` of them classified wrong."""
    X = np.arange(n_total)[:, None].repeat(math.prod(shape), axis=1)
    y_pred = np.zeros(n_total, int)
    y_pred[n_total - n_errors :] = np.arange(1, n_errors + 1)
    return X, np.zeros(n_total, int), y_pred


def shown(display):
    """Return pixels and title of every image that is drawn."""
    return [
        (ax.get_images()[0].get_array().tolist(), ax.get_title())
        for ax in display.axes_.flat
        if ax.get_images()
    ]


@pytest.mark.parametrize(("n_errors", "n_shown"), [(1, 1), (3, 3), (5, 5), (6, 5), (20, 5)])
def test__misclassified_images__errors__shows_the_first_of_them(n_errors, n_shown):
    display = MisclassifiedImagesDisplay.from_predictions(*errors(n_errors), n_images=5)
    expected = [
        ([[30 - n_errors + i] * 3] * 3, f"true 0, predicted {i + 1}") for i in range(n_shown)
    ]
    assert shown(display) == expected
    assert display.images.shape == (n_errors, 3, 3)
    assert display.figure_.get_suptitle().startswith(f"{n_errors} error")
    assert display.figure_.get_suptitle().endswith("30 images")
    display.figure_.canvas.draw()


def test__misclassified_images__no_errors__shows_none():
    display = MisclassifiedImagesDisplay.from_predictions(*errors(0))
    assert shown(display) == []
    assert display.figure_.get_suptitle() == "0 errors in 30 images"
    display.figure_.canvas.draw()


def test__misclassified_images__image_shape__is_used():
    X, y_true, y_pred = errors(1, shape=(2, 8))
    X = X + np.arange(16)
    display = MisclassifiedImagesDisplay.from_predictions(X, y_true, y_pred, image_shape=(2, 8))
    assert shown(display)[0][0] == X[-1].reshape(2, 8).tolist()


@pytest.mark.parametrize("shape", [(30, 4, 4), (30, 1, 4, 4)])
def test__misclassified_images__images_of_more_dimensions__are_drawn(shape):
    X, y_true, y_pred = errors(2, shape=(4, 4))
    display = MisclassifiedImagesDisplay.from_predictions(X.reshape(shape), y_true, y_pred)
    assert [image for image, _ in shown(display)] == [[[28] * 4] * 4, [[29] * 4] * 4]


def test__misclassified_images__labels_of_text__are_shown():
    display = MisclassifiedImagesDisplay.from_predictions(
        [[1.0], [2.0]], ["one", "two"], ["one", "seven"]
    )
    assert shown(display) == [([[2.0]], "true two, predicted seven")]


def test__misclassified_images__from_estimator__takes_predictions_and_shape_from_it():
    X, y_true, y_pred = errors(3, shape=(2, 6))
    estimator = SimpleNamespace(predict=lambda X: y_pred, image_shape_=(2, 6))
    display = MisclassifiedImagesDisplay.from_estimator(estimator, X, y_true, n_images=2)
    assert shown(display) == [
        ([[27] * 6] * 2, "true 0, predicted 1"),
        ([[28] * 6] * 2, "true 0, predicted 2"),
    ]


def test__misclassified_images__fewer_pixels_than_the_image__is_padded_as_the_model_does():
    X, y_true, y_pred = errors(1, shape=(7,))
    estimator = SimpleNamespace(predict=lambda X: y_pred, image_shape_=(3, 3))
    display = MisclassifiedImagesDisplay.from_estimator(estimator, X, y_true)
    ((image, _),) = shown(display)
    assert np.ravel(image)[:7].tolist() == [29] * 7


def test__misclassified_images__different_lengths__raises():
    with pytest.raises(ValueError, match="got 2, 3 and 2"):
        MisclassifiedImagesDisplay.from_predictions(np.zeros((2, 4)), [0, 1, 2], [0, 1])


def test__misclassified_images__three_dimensions__shape_of_x(digits):
    X = np.arange(2 * 20 * 28).reshape(2, 20, 28)
    display = MisclassifiedImagesDisplay.from_predictions(X, [0, 1], [1, 1])
    np.testing.assert_array_equal(display.images, X[:1])
    assert "1 error in 2 images" in display.figure_.get_suptitle()


# -- GridSearchDisplay


@pytest.fixture
def cv_results():
    grid = [{"a": a, "b": b, "c": c} for c in (0.5, 0.1) for a in (1, 0) for b in (3, 2, 4)]
    return {
        "params": grid,
        "mean_test_score": np.array([p["a"] / 10 + p["b"] / 100 + p["c"] for p in grid]),
        "std_test_score": np.linspace(0, 0.1, len(grid)),
    }


def test__grid_search__three_parameters__a_panel_for_each_value_of_the_third(cv_results):
    display = GridSearchDisplay.from_cv_results(cv_results, x="b", y="a", panels="c")
    assert [ax.get_title() for ax in display.axes_] == ["c = 0.1", "c = 0.5"]
    for ax, c in zip(display.axes_, (0.1, 0.5), strict=True):
        np.testing.assert_allclose(
            ax.get_images()[0].get_array(),
            [[a / 10 + b / 100 + c for b in (2, 3, 4)] for a in (0, 1)],
        )
        assert ax.get_xlabel() == "b"
    assert [t.get_text() for t in display.axes_[0].get_xticklabels()] == ["2", "3", "4"]
    # of a = 1, b = 3, c = 0.5, the first in the results
    assert "63.00\n±0.00" in [text.get_text() for text in display.axes_[1].texts]
    display.figure_.canvas.draw()


def test__grid_search__two_parameters_tried_again__the_last_counts_in_one_panel(cv_results):
    # as a halving search, which has all of c = 0.5 first
    display = GridSearchDisplay.from_estimator(
        SimpleNamespace(cv_results_=cv_results), x="b", y="a"
    )
    assert len(display.axes_) == 1
    assert display.mean[0, 0, 0] == pytest.approx(0.02 + 0.1)


def test__grid_search__combinations_left_out__empty_cells():
    results = {
        "params": [{"a": 0, "b": 1}, {"a": 1, "b": 2}],
        "mean_test_score": np.array([0.5, 0.6]),
        "std_test_score": np.zeros(2),
    }
    display = GridSearchDisplay.from_cv_results(results, x="a", y="b")
    assert np.isnan(display.mean[0]).tolist() == [[False, True], [True, False]]
    assert [text.get_text() for text in display.axes_[0].texts if "nan" in text.get_text()] == []


def _no_activation(x):
    return x


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["strong", "affine", "mild"], ["affine", "mild", "strong"]),
        ([True, False], ["False", "True"]),
        ([(64, 64), (32,)], ["(32,)", "(64, 64)"]),
        # these cannot be sorted
        (["strong", None, "mild"], ["strong", "None", "mild"]),
        ([10, "auto", 1], ["10", "auto", "1"]),
        ([[1, 2], None], ["[1, 2]", "None"]),
        ([_no_activation, None], ["_no_activation", "None"]),
        # equal, but not the same
        ([1, True, None], ["1", "True", "None"]),
    ],
)
@pytest.mark.parametrize("along", ["x", "y", "panels"])
def test__grid_search__values_that_are_no_numbers__each_has_its_place(values, order, along):
    names = {"x": "b", "y": "c", "panels": "d"} | {along: "a"}
    results = {
        "params": [{"a": value, "b": 0, "c": 0, "d": 0} for value in values],
        "mean_test_score": np.arange(len(values)) / 10,
        "std_test_score": np.zeros(len(values)),
    }
    display = GridSearchDisplay.from_cv_results(results, **names)
    labels = {
        "x": [tick.get_text() for tick in display.axes_[0].get_xticklabels()],
        "y": [tick.get_text() for tick in display.axes_[0].get_yticklabels()],
        "panels": [ax.get_title().removeprefix("a = ") for ax in display.axes_],
    }[along]
    assert labels == order
    texts = [getattr(value, "__name__", str(value)) for value in values]
    assert display.mean.ravel().tolist() == [texts.index(label) / 10 for label in order]
    display.figure_.canvas.draw()
