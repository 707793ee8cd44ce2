"""Displays of searches and of penalties."""

from types import SimpleNamespace

import numpy as np
import pytest
from helpers import curves, make_numpy_mlp
from sklearn.model_selection import GridSearchCV

from skmnist.plots import (
    GridSearchDisplay,
    ParallelCoordinatesDisplay,
    RegularizationPathDisplay,
)


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


def test__regularization_path__from_estimators__scores_and_sparsity_of_each(small):
    X, y = small
    dense = make_numpy_mlp(max_epochs=1).fit(X, y)
    sparse = make_numpy_mlp(max_epochs=1, l2=0.5).fit(X, y)
    sparse.coefs_[0][:, 20:] = 0
    sparse.coefs_[1][...] = 1
    display = RegularizationPathDisplay.from_estimators([dense, sparse], X, y, param_name="l2")
    assert display.param_range == [dense.l2, 0.5]
    assert display.sparsities[1, 0] == pytest.approx(64 * 80 / (64 * 100 + 100 * 10), abs=0.02)
    assert display.test_scores.ravel().tolist() == [dense.score(X, y), sparse.score(X, y)]
    assert curves(display.axes_[0])["validation"][0] == [0, 100 * dense.score(X, y)]


def test__parallel_coordinates__the_best__is_marked_and_goes_through_its_values(small):
    grid = {"l1": [0, 1e-3], "dropout": [0.5, 0]}
    search = GridSearchCV(make_numpy_mlp(max_epochs=1), grid, cv=2).fit(*small)
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
