"""Tables of recipes and their results."""

import dataclasses
from functools import partial

import pytest
import torch
from made_up_results import made_up_results, made_up_run, tiny_recipe

from skmnist import MnistMLPClassifier
from skmnist.augmentation import Chain, RandomAffine
from skmnist.numpy_mlp import RandomShiftRotation
from skmnist.reproduction.documents.corrected import corrected_table
from skmnist.reproduction.documents.published import published_tables, verdict_counts
from skmnist.reproduction.documents.settings import describe, settings_tables
from skmnist.reproduction.documents.tables import (
    aim_verdict,
    candidates_table,
    results_table,
    setting,
    table,
)
from skmnist.reproduction.documents.times import all_fits, one_fit
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


def test__results_table__aims_runs_and_time(tmp_path):
    results = Results(tiny_recipe(aim=0.88, n_seeds=3), tmp_path)
    assert cells(results_table([results])[2])[2:] == ["0 of 3", "–", "≥ 88.0", "not run yet", "–"]
    for seed in range(3):
        results.add(made_up_run(seed, 0.88 + seed / 100))
    lines = results_table([results])
    row = dict(zip(cells(lines[0]), cells(lines[2]), strict=True))
    assert row["recipe"] == "`T-dense`"
    assert row["runs"] == "3"
    assert row["test accuracy, %"] == "89.00 ± 1.00"
    assert row["aim, %"] == "≥ 88.0"
    assert row["fastest fit"] == "30 min"
    assert "aim met" in cells(lines[2])


@pytest.mark.parametrize(
    ("accuracy", "text"), [(0.95, "aim met"), (0.94, "aim met"), (0.9375, "aim missed by 0.25")]
)
def test__aim_verdict(accuracy, text, tmp_path):
    recipe = tiny_recipe(family="improved", aim=0.94, reported={})
    results = made_up_results(recipe, tmp_path, made_up_run(0, accuracy))
    assert aim_verdict(results).startswith(text)


def test__published_tables__every_figure__with_its_verdict(tmp_path):
    recipe = tiny_recipe(
        reported={"test_accuracy": 0.9, "test_loss": 0.9},
        reported_epochs={"train_loss": {2: 0.5}},
        note="a note",
    )
    runs = [made_up_run(seed, 0.9 + seed / 1000) for seed in range(3)]
    results = made_up_results(recipe, tmp_path, *runs)
    rows = [cells(line) for line in published_tables([results]) if line.startswith("| `T")]
    assert [row[1] for row in rows] == [
        *("test accuracy, %", "test loss", "training loss while training, epoch 2"),
    ]
    assert rows[0][2:5] == ["90.00", "90.10 ± 0.10", "3"]
    assert rows[0][5] == "**agrees**"
    assert rows[0][6:] == ["89.59 to 90.61", "± 0.66"]
    assert rows[1][5] == "**differs**: ours is lower"
    # a loss in another unit is never exact: no digits can be compared
    assert rows[2][5] == "**agrees**"
    assert "- `T-dense`: a note." in published_tables([results])
    assert verdict_counts([results]) == {"agrees": 2, "differs": 1}


def test__published_tables__known_seed__its_digits_and_the_other_seeds(tmp_path):
    recipe = tiny_recipe(reported={"test_accuracy": 0.7073}, published_seed=1)
    runs = [made_up_run(0, 0.71), made_up_run(1, 0.70731)]
    results = made_up_results(recipe, tmp_path, *runs)
    row = cells(published_tables([results])[2])
    assert row[2:] == ["0.7073", "0.707310", "**exact**", "0.7100 (1)"]


def test__published_tables__nothing_run__says_so(tmp_path):
    rows = [
        cells(line)
        for line in published_tables([Results(tiny_recipe(), tmp_path)])
        if line.startswith("| `T")
    ]
    assert [row[3:6] for row in rows] == [["–", "0", "not run yet"]] * 2


def test__published_tables__watched_images__are_named(tmp_path):
    recipe = tiny_recipe(reported_epochs={"valid_accuracy": {1: 0.5}}, watch="validation")
    text = "\n".join(published_tables([Results(recipe, tmp_path)]))
    assert "accuracy on the validation images, epoch 1" in text


def test__candidates_table__named_by_what_they_vary(tmp_path):
    recipe = tiny_recipe(varied={"l1": 1e-6, "l2": 0.001})
    results = made_up_results(recipe, tmp_path, made_up_run(0), made_up_run(1))
    assert cells(candidates_table([results])[2]) == [
        *("l1=1e-06-l2=0.001", "2", "0.3050 ± 0.0071", "90.00"),
    ]


def test__tables__results_of_other_settings__are_marked_and_explained(other_settings):
    for lines in (results_table([other_settings]), candidates_table([other_settings])):
        assert cells(lines[2])[0].endswith("†")
        assert lines[3:] == [
            *("", "† made with other settings than today's:", ""),
            "- T-dense: `l2=0.0 then, 0.25 now`",
        ]
    assert cells(published_tables([other_settings])[3])[0] == "`T-dense` †"
    assert setting(other_settings) == "l1 †"


def test__tables__no_runs_or_those_of_today__no_mark(tmp_path):
    results = Results(tiny_recipe(), tmp_path)
    assert "†" not in "".join(results_table([results]))
    results.add(made_up_run(0))
    assert "†" not in "".join(results_table([results]))


def test__times__from_the_results(tmp_path):
    done = made_up_results(tiny_recipe(n_seeds=4), tmp_path, made_up_run(0))
    missing = Results(tiny_recipe(name="T-missing"), tmp_path)
    assert (one_fit(done), one_fit(missing)) == ("30 min", "–")
    assert all_fits([done]) == "about 2.0 h"
    assert all_fits([done, missing]) == "more than 2.0 h"
    assert all_fits([missing]) == "an unknown time"


def test__settings_tables__only_what_differs_from_the_defaults():
    recipes = [
        tiny_recipe(name=f"T-{l2}", estimator=MnistMLPClassifier(l2=l2, max_epochs=7))
        for l2 in (0.25, 0.5)
    ]
    rows = [cells(line) for line in settings_tables(recipes) if line.startswith("| `")]
    assert ["`max_epochs`", "7", "auto"] in rows
    assert ["`T-0.25`", "0.25"] in rows
    assert ["`T-0.5`", "0.5"] in rows
    assert not [row for row in rows if row[0] in ("`batch_size`", "`random_state`")]
    assert "What differs between them:" not in settings_tables(recipes[:1])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (partial(torch.optim.SGD, momentum=0.5), "SGD(momentum=0.5)"),
        (RandomShiftRotation(0.1, 5.0), "RandomShiftRotation(shift=0.1, rotation=5)"),
        (None, "none"),
        (True, "yes"),
        ((256, 256), "256, 256"),
        (1e-05, "1e-05"),
        (torch.optim.Adam, "Adam"),
    ],
)
def test__describe__as_a_reader_wants_it(value, text):
    assert describe(value) == text


def test__describe__chain__its_steps_in_order():
    steps = (RandomShiftRotation(0.1, 5.0), RandomAffine(rotation=5.0))
    text = describe(Chain(steps))
    assert text.startswith("RandomShiftRotation(shift=0.1, rotation=5), then RandomAffine(rot")


def test__corrected_table__each_below_what_it_repairs(tmp_path):
    base = made_up_results(
        tiny_recipe(), tmp_path, *(made_up_run(seed, 0.8 + seed / 1000) for seed in range(3))
    )
    repaired = made_up_results(
        tiny_recipe(name="T-repaired", family="corrected", corrects="T-dense"),
        tmp_path,
        *(made_up_run(seed, 0.9 + seed / 1000) for seed in range(3)),
    )
    alone = Results(tiny_recipe(name="T-alone", family="corrected"), tmp_path)
    lines = corrected_table([repaired, alone], {"T-dense": base, "T-repaired": repaired})
    rows = [cells(line) for line in lines[2:]]
    assert [row[0] for row in rows] == ["`T-dense`", "`T-repaired`", "`T-alone`"]
    assert [row[4] for row in rows] == ["–", "+10.00 points (+9.77 to +10.23)", "–"]
