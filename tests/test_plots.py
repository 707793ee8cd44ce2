"""What all displays have in common."""

import numpy as np
import pytest
from helpers import make_cnn, make_numpy_mlp
from matplotlib import pyplot as plt
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler

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


@pytest.fixture(scope="module")
def dense(small):
    return make_numpy_mlp(max_epochs=1).fit(*small)


@pytest.fixture(scope="module")
def cnn(small):
    return make_cnn(max_epochs=1).fit(*small)


@pytest.fixture(scope="module")
def search(small):
    grid = {"l1": [0, 1e-3], "dropout": [0.5, 0]}
    return GridSearchCV(make_numpy_mlp(max_epochs=1), grid, cv=2).fit(*small)


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


def test__display__estimator_in_a_pipeline_and_a_search__is_found(small):
    X, y = small
    pipeline = make_pipeline(MinMaxScaler(), make_numpy_mlp(max_epochs=1))
    search = GridSearchCV(pipeline, {"numpymlpclassifier__l1": [0.0]}, cv=2).fit(X, y)
    display = SaliencyDisplay.from_estimator(search, X, n_images=2)
    assert display.images.max() == 1  # as the classifier gets them
    assert FirstLayerFiltersDisplay.from_estimator(search).filters.shape == (100, 8, 8)


# -- TrainingCurvesDisplay of many


# -- MisclassifiedImagesDisplay by loss


# -- data


# -- inside the network


# -- SaliencyDisplay


# -- searches and penalties
