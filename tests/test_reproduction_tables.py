"""Tables of recipes and their results."""

import dataclasses

import pytest
from made_up_results import made_up_results, made_up_run, tiny_recipe

from skmnist.reproduction.documents.tables import (
    candidates_table,
    details,
    overview,
    setting,
    table,
)
from skmnist.reproduction.runs.results import Results


def cells(line):
    """Return what stands in a table's line, without padding."""
    return [cell.strip() for cell in line[1:-1].split("|")]


@pytest.fixture
def other_settings(tmp_path):
    """Two runs with other settings than their recipe's."""
    recipe = tiny_recipe(varied={"l1": 1e-5})
    made_up_results(recipe, tmp_path, made_up_run(0), made_up_run(1))
    estimator = recipe.make_estimator(seed=None).set_params(l2=0.25)
    return Results(dataclasses.replace(recipe, estimator=estimator), tmp_path)


def test__table__columns_and_alignment():
    assert table([("a", "right"), ("b", "left")], [["1.50", "x"], ["–", ""]]) == [
        "|    a | b   |",
        "|-----:|:----|",
        "| 1.50 | x   |",
        "|    – |     |",
    ]


def test__overview__row_of_a_recipe(tmp_path):
    results = Results(tiny_recipe(note="a note", n_seeds=3), tmp_path)
    assert cells(overview([results])[-1])[5] == "0 of 3"
    for seed in range(3):
        results.add(made_up_run(seed, 0.88 + seed / 100))
    assert cells(overview([results])[-1]) == [
        *("T-dense", "for tests", "test accuracy", "90.00", "89.00 ± 1.00"),
        *("3", "", "agrees", "a note"),
    ]


def test__details__every_reported_metric(tmp_path):
    results = made_up_results(tiny_recipe(), tmp_path, made_up_run(0))
    assert [cells(line) for line in details([results])[2:]] == [
        ["T-dense", "test accuracy", "90.00", "90.00"],
        ["T-dense", "test loss", "0.3100", "0.3000"],
    ]


def test__candidates_table__named_by_what_they_vary(tmp_path):
    recipe = tiny_recipe(varied={"l1": 1e-6, "l2": 0.001})
    results = made_up_results(recipe, tmp_path, made_up_run(0), made_up_run(1))
    assert cells(candidates_table([results])[2]) == [
        *("l1=1e-06-l2=0.001", "2", "0.3050 ± 0.0071", "90.00"),
    ]


def test__tables__results_of_other_settings__are_marked_and_explained(other_settings):
    for lines in (overview([other_settings]), candidates_table([other_settings])):
        assert cells(lines[2])[0].endswith("†")
        assert lines[3:] == [
            *("", "† made with other settings than today's:", ""),
            "- T-dense: `l2=0.0 then, 0.25 now`",
        ]
    assert cells(details([other_settings])[2])[0] == "T-dense †"
    assert setting(other_settings) == "l1 †"


def test__tables__no_runs_or_those_of_today__no_mark(tmp_path):
    results = Results(tiny_recipe(), tmp_path)
    assert "†" not in "".join(overview([results]))
    results.add(made_up_run(0))
    assert "†" not in "".join(overview([results]))
