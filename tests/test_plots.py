import copy
import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from matplotlib import pyplot as plt
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.tree import DecisionTreeClassifier

from skmnist import MnistCNNClassifier, MnistMLPClassifier, NumpyMLPClassifier
from skmnist.plots import (
    AugmentedImagesDisplay,
    FirstLayerFiltersDisplay,
    FirstLayerMapsDisplay,
    GridSearchDisplay,
    ImagesByClassDisplay,
    LabelDistributionDisplay,
    MisclassifiedImagesDisplay,
    ParallelCoordinatesDisplay,
    RegularizationPathDisplay,
    SaliencyDisplay,
    TrainingCurvesDisplay,
)


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
    display = TrainingCurvesDisplay.from_history(history, ax=list(axes))
    assert display.figure_ is figure
    assert [ax.get_ylabel() for ax in axes] == ["loss", "accuracy"]
    assert plt.get_fignums() == [figure.number]


def test__training_curves__from_estimator__plots_its_history(history):
    display = TrainingCurvesDisplay.from_estimator(SimpleNamespace(history_=history))
    assert display.histories == {"": history}
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


# -- what all displays have in common


@pytest.fixture(scope="module")
def dense(small):
    return NumpyMLPClassifier(max_epochs=2, random_state=0, shift=0.1).fit(*small)


@pytest.fixture(scope="module")
def cnn(small):
    return MnistCNNClassifier(max_epochs=1, random_state=0, n_threads=1).fit(*small)


@pytest.fixture(scope="module")
def search(small):
    grid = {"l1": [0, 1e-3], "dropout": [0.5, 0]}
    return GridSearchCV(NumpyMLPClassifier(max_epochs=1, random_state=0), grid, cv=2).fit(*small)


DISPLAYS = {
    "augmented": lambda cnn, dense, search, X, y, **ax: AugmentedImagesDisplay.from_estimator(
        cnn, X, n_images=2, n_copies=3, **ax
    ),
    "by_class": lambda cnn, dense, search, X, y, **ax: ImagesByClassDisplay.from_data(X, y, **ax),
    "curves": lambda cnn, dense, search, X, y, **ax: TrainingCurvesDisplay.from_estimators(
        {"cnn": cnn, "dense": dense}, metrics=("loss", "learning_rate"), smoothing=0.5, **ax
    ),
    "filters": lambda cnn, dense, search, X, y, **ax: FirstLayerFiltersDisplay.from_estimator(
        dense, **ax
    ),
    "labels": lambda cnn, dense, search, X, y, **ax: LabelDistributionDisplay.from_data(
        {"training": y, "test": y[:50]}, normalize=True, **ax
    ),
    "maps": lambda cnn, dense, search, X, y, **ax: FirstLayerMapsDisplay.from_estimator(
        cnn, X, **ax
    ),
    "misclassified": lambda cnn, dense, search, X, y, **ax: (
        MisclassifiedImagesDisplay.from_estimator(dense, X, y, sort_by="loss", **ax)
    ),
    "saliency": lambda cnn, dense, search, X, y, **ax: SaliencyDisplay.from_estimator(
        cnn, X, method=("gradient", "occlusion"), n_images=2, **ax
    ),
    "heat_maps": lambda cnn, dense, search, X, y, **ax: GridSearchDisplay.from_estimator(
        search, x="l1", y="dropout", **ax
    ),
    "parallel": lambda cnn, dense, search, X, y, **ax: ParallelCoordinatesDisplay.from_estimator(
        search, **ax
    ),
    "path": lambda cnn, dense, search, X, y, **ax: RegularizationPathDisplay.from_estimators(
        [dense, dense], X, y, param_name="l2", **ax
    ),
}


@pytest.mark.parametrize("name", DISPLAYS)
def test__display__by_default__makes_a_figure_with_a_title(name, cnn, dense, search, small):
    display = DISPLAYS[name](cnn, dense, search, *small)
    axes = np.ravel(display.ax_ if hasattr(display, "ax_") else display.axes_)
    assert {ax.get_figure() for ax in axes} == {display.figure_}
    assert display.figure_.get_suptitle() or all(ax.get_title() for ax in axes)
    display.figure_.canvas.draw()


SHORT = np.random.default_rng(0).random((6, 5, 5))
NAMES = np.array(["T-shirt/top", "Ankle boot", "Pullover"])
SMALL = {
    "filters": lambda: FirstLayerFiltersDisplay(SHORT).plot(),
    "one filter": lambda: FirstLayerFiltersDisplay(SHORT).plot(n_filters=1),
    "augmented": lambda: AugmentedImagesDisplay(SHORT[:1], SHORT[None, 1:3], "strong").plot(),
    "by_class": lambda: ImagesByClassDisplay.from_data(SHORT, NAMES[[0, 0, 0, 1, 1, 1]]),
    "misclassified": lambda: MisclassifiedImagesDisplay.from_predictions(
        SHORT, NAMES[[0, 0, 0, 1, 1, 1]], NAMES[[1, 1, 1, 0, 0, 2]]
    ),
    "labels": lambda: LabelDistributionDisplay.from_data(NAMES),
    "heat_map": lambda: GridSearchDisplay(
        np.full((1, 2, 1), 0.9),
        np.zeros((1, 2, 1)),
        [0],
        [0, 1],
        [None],
        x="l1",
        y="l2",
        panels=None,
    ).plot(),
}


@pytest.mark.parametrize("name", SMALL)
def test__display__small__its_texts_are_not_cut_off_and_do_not_overlap(name):
    figure = SMALL[name]().figure_
    figure.canvas.draw()
    titles = [ax.title for ax in figure.axes] + [figure._suptitle]
    ticks = [label for ax in figure.axes if ax.axison for label in ax.get_xticklabels()]
    shown = [text for text in (*titles, *ticks) if text is not None and text.get_text()]
    boxes = [text.get_window_extent() for text in shown]
    for number, box in enumerate(boxes):
        assert figure.bbox.x0 <= box.x0, shown[number]
        assert box.x1 <= figure.bbox.x1, shown[number]
        assert not any(box.overlaps(other) for other in boxes[:number]), shown[number]


@pytest.mark.parametrize("name", DISPLAYS)
def test__display__axes_given__draws_within_its_bounds(name, cnn, dense, search, small):
    figure, (left, right) = plt.subplots(1, 2, layout="constrained")
    display = DISPLAYS[name](cnn, dense, search, *small, ax=right)
    assert display.figure_ is figure
    assert plt.get_fignums() == [figure.number]
    figure.canvas.draw()
    axes = np.ravel(display.ax_ if hasattr(display, "ax_") else display.axes_)
    assert min(ax.get_position().x0 for ax in axes) > left.get_position().x1
    assert not left.has_data()


def test__several_panels__wrong_number_of_axes__raises(history):
    _, axes = plt.subplots(1, 3)
    with pytest.raises(ValueError, match="must hold 2 axes, got 3"):
        TrainingCurvesDisplay.from_history(history, ax=axes)


def test__display__estimator_in_a_pipeline_and_a_search__is_found(small):
    X, y = small
    pipeline = make_pipeline(MinMaxScaler(), NumpyMLPClassifier(max_epochs=1, random_state=0))
    search = GridSearchCV(pipeline, {"numpymlpclassifier__l1": [0.0]}, cv=2).fit(X, y)
    display = SaliencyDisplay.from_estimator(search, X, n_images=2)
    assert display.images.max() == 1  # as the classifier gets them
    assert FirstLayerFiltersDisplay.from_estimator(search).filters.shape == (100, 8, 8)


# -- TrainingCurvesDisplay of many


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


# -- MisclassifiedImagesDisplay by loss


def test__misclassified_images__sorted_by_loss__the_most_certain_errors_first():
    X = np.arange(4)[:, None].repeat(4, axis=1)
    proba = [[0.9, 0.1], [0.4, 0.6], [0.1, 0.9], [0.3, 0.7]]
    display = MisclassifiedImagesDisplay.from_predictions(
        X, [0, 0, 0, 0], [0, 1, 1, 1], y_proba=proba, classes=[0, 1], sort_by="loss"
    )
    assert [image[0][0] for image, _ in shown(display)] == [2, 3, 1]
    assert display.losses == pytest.approx(-np.log([0.1, 0.3, 0.4]))


def test__misclassified_images__by_loss_without_probabilities__raises():
    with pytest.raises(ValueError, match="needs y_proba"):
        MisclassifiedImagesDisplay.from_predictions(*errors(1), sort_by="loss")


def test__misclassified_images__label_that_no_column_is_of__has_infinite_loss():
    display = MisclassifiedImagesDisplay.from_predictions(
        np.zeros((2, 4)), ["c", "a"], ["a", "b"], y_proba=[[1, 0], [0.5, 0.5]], classes=["a", "b"]
    )
    assert display.losses.tolist() == [math.inf, pytest.approx(math.log(2))]


# -- data


def test__images_by_class__fewer_than_asked_for__leaves_places_empty():
    X = np.arange(5)[:, None].repeat(4, axis=1)
    display = ImagesByClassDisplay.from_data(X, ["a", "b", "a", "a", "a"], n_images=3)
    assert [images[:, 0, 0].tolist() for images in display.images] == [[0, 2, 3], [1]]
    labels = [tick.get_text() for tick in display.ax_.get_yticklabels()]
    assert labels == ["a (4)", "b (1)"]


def test__label_distribution__label_that_a_set_lacks__counts_none():
    display = LabelDistributionDisplay.from_data({"x": [1, 1, 3], "y": [2]})
    assert {name: counts.tolist() for name, counts in display.counts.items()} == {
        "x": [2, 0, 1],
        "y": [0, 1, 0],
    }
    heights = [bar.get_height() for bars in display.ax_.containers[:2] for bar in bars]
    assert sorted(heights) == [0, 0, 0, 1, 1, 2]


def test__augmented_images__same_seed__same_images_and_the_original_stays(small):
    X, _ = small
    first, second = (
        AugmentedImagesDisplay.from_augmentation("affine", X, n_images=2, n_copies=3)
        for _ in range(2)
    )
    np.testing.assert_array_equal(first.distorted, second.distorted)
    np.testing.assert_array_equal(first.images, X[:2].reshape(-1, 8, 8))
    assert (first.distorted != first.images[:, None]).any(axis=(2, 3)).all()


def test__augmented_images__of_the_numpy_network__its_own_shift(dense, small):
    display = AugmentedImagesDisplay.from_estimator(dense, small[0], n_images=1, n_copies=2)
    assert display.distorted.shape == (1, 2, 8, 8)


def test__augmented_images__trained_without__raises(small):
    clf = NumpyMLPClassifier(max_epochs=1).fit(*small)
    with pytest.raises(ValueError, match="no augmentation to show"):
        AugmentedImagesDisplay.from_estimator(clf, small[0])


def test__augmented_images__no_such_name__raises():
    with pytest.raises(ValueError, match=r"must be one of .*affine.*'none'"):
        AugmentedImagesDisplay.from_augmentation("none", np.zeros((1, 64)))


# -- inside the network


def test__filters__of_each_kind_of_network__are_its_first_weights(cnn, dense):
    convolution = cnn.module_.features[0].weight.detach().numpy()
    display = FirstLayerFiltersDisplay.from_estimator(cnn)
    np.testing.assert_array_equal(display.filters, convolution[:, 0])
    display = FirstLayerFiltersDisplay.from_estimator(dense, n_filters=5)
    np.testing.assert_array_equal(display.filters[3], dense.coefs_[0][:, 3].reshape(8, 8))
    assert len(display.ax_.get_images()) == 5
    assert "5 of 100 filters" in display.ax_.get_title()


def test__filters__other_classifier__raises(small):
    with pytest.raises(TypeError, match="DecisionTreeClassifier has no network"):
        FirstLayerFiltersDisplay.from_estimator(DecisionTreeClassifier().fit(*small))


def test__maps__are_what_the_first_convolution_returns(cnn, small):
    X, _ = small
    display = FirstLayerMapsDisplay.from_estimator(cnn, X, n_images=2, n_maps=4)
    pixels = (X[1].reshape(8, 8) - cnn.mean_) / cnn.scale_
    padded = np.pad(pixels, 2)
    expected = (padded[2:7, 1:6] * display.filters[3]).sum()
    assert display.maps[1, 3, 2, 1] == pytest.approx(expected, abs=1e-4)
    assert "4 of 16 maps" in display.ax_.get_title()


def test__maps__dense_network__raises(dense, small):
    with pytest.raises(ValueError, match="no convolution"):
        FirstLayerMapsDisplay.from_estimator(dense, small[0])


# -- SaliencyDisplay


def score_of(classifier, X, label):
    """Return the network's own score for a label, in double precision."""
    outputs = (X - classifier.mean_) / classifier.scale_
    if hasattr(classifier, "coefs_"):
        for number, (weight, bias) in enumerate(
            zip(classifier.coefs_, classifier.intercepts_, strict=True)
        ):
            outputs = (np.maximum(outputs, 0) if number else outputs) @ weight + bias
        return outputs[:, label]
    network = copy.deepcopy(classifier.module_).double().eval()
    images = torch.from_numpy(outputs.reshape(-1, 1, *classifier.image_shape_))
    return network(images)[:, label].detach().numpy()


@pytest.mark.parametrize("kind", ["torch", "numpy"])
def test__gradient__is_how_much_the_score_changes_with_each_pixel(kind, dense, small):
    X, y = small
    classifier = dense
    if kind == "torch":
        classifier = MnistMLPClassifier(max_epochs=1, n_threads=1, random_state=0).fit(X, y)
    own = classifier.decision_function(X)[:, 3] * getattr(classifier, "temperature_", 1)
    np.testing.assert_allclose(score_of(classifier, X, 3), own, rtol=1e-3, atol=1e-4)
    display = SaliencyDisplay.from_estimator(classifier, X[:2], [3, 3])
    # so small a step crosses no kink of a ReLU
    step = 1e-6 * np.eye(64)
    for image, found in zip(X, display.maps["gradient"], strict=False):
        change = score_of(classifier, image + step, 3) - score_of(classifier, image - step, 3)
        np.testing.assert_allclose(found.ravel(), np.abs(change) / 2e-6, rtol=1e-3, atol=1e-5)


def test__gradient__two_classes__is_of_the_one_logit(small):
    X, y = small
    clf = MnistMLPClassifier(max_epochs=1, n_threads=1, random_state=0).fit(X, y > 4)
    found = SaliencyDisplay.from_estimator(clf, X, n_images=2).maps["gradient"]
    assert (found > 0).mean() > 0.5


def test__occlusion__only_one_pixel_matters__only_windows_that_cover_it():
    class OnePixel:
        classes_ = np.array(["no", "yes"])
        image_shape_ = (6, 6)

        def predict(self, X):
            return self.classes_[(X[:, 14] > 0).astype(int)]

        def predict_proba(self, X):
            yes = np.where(X[:, 14] > 0, 0.9, 0.1)
            return np.stack([1 - yes, yes], axis=1)

    image = np.zeros((1, 36))
    image[0, 14] = 1  # row 2, column 2
    display = SaliencyDisplay.from_estimator(OnePixel(), image, method="occlusion", window=3)
    expected = np.zeros((6, 6))
    expected[1:4, 1:4] = np.log(9)
    np.testing.assert_allclose(display.maps["occlusion"][0], expected)
    assert display.labels.tolist() == ["yes"]


def test__saliency__what_cannot_be__raises(dense, small):
    X, y = small
    with pytest.raises(ValueError, match="gradient, occlusion, got 'lime'"):
        SaliencyDisplay.from_estimator(dense, X, method="lime")
    with pytest.raises(ValueError, match="does not know the label 12"):
        SaliencyDisplay.from_estimator(dense, X, np.full(len(X), 12))
    with pytest.raises(TypeError, match="method='occlusion' explains"):
        SaliencyDisplay.from_estimator(DecisionTreeClassifier().fit(X, y), X)


# -- searches and penalties


def test__regularization_path__from_estimators__scores_and_sparsity_of_each(dense, small):
    X, y = small
    sparse = NumpyMLPClassifier(max_epochs=2, random_state=0, l2=0.5).fit(X, y)
    sparse.coefs_[0][:, 20:] = 0
    sparse.coefs_[1][...] = 1
    display = RegularizationPathDisplay.from_estimators([dense, sparse], X, y, param_name="l2")
    assert display.param_range == [dense.l2, 0.5]
    assert display.sparsities[1, 0] == pytest.approx(64 * 80 / (64 * 100 + 100 * 10), abs=0.02)
    assert display.test_scores.ravel().tolist() == [dense.score(X, y), sparse.score(X, y)]
    assert curves(display.axes_[0])["validation"][0] == [0, 100 * dense.score(X, y)]


def test__parallel_coordinates__the_best__is_marked_and_goes_through_its_values(search):
    display = ParallelCoordinatesDisplay.from_estimator(search)
    marked = [line for line in display.ax_.get_lines() if line.get_label() == "the best"]
    assert len(marked) == 1
    values = [sorted(display.columns[name]) for name in display.columns]
    places = [
        column.index(search.best_params_[name])
        for name, column in zip(display.columns, map(sorted, map(set, values)), strict=True)
    ]
    assert marked[0].get_ydata().round().tolist() == [*places, 1]


def test__parallel_coordinates__nothing_to_compare__raises():
    results = {"params": [{"a": 1}], "mean_test_score": [0.5]}
    with pytest.raises(ValueError, match="nothing to compare"):
        ParallelCoordinatesDisplay.from_cv_results(results)
    with pytest.raises(ValueError, match="several metrics"):
        ParallelCoordinatesDisplay.from_cv_results({"params": [{"a": 1}, {"a": 2}]})
