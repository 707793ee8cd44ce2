"""The page on L1, L2 and dropout."""

import numpy as np
import pytest
from made_up_results import change_setting, made_up_results, made_up_run
from test_reproduction_pages import row_of

from skmnist.reproduction.documents import study_report
from skmnist.reproduction.documents.comparison import differences, holm
from skmnist.reproduction.documents.means import welch
from skmnist.reproduction.documents.study_report import write_study
from skmnist.reproduction.recipes import study
from skmnist.reproduction.recipes.catalogue import ALL
from skmnist.reproduction.runs.results import load_results


@pytest.fixture
def undrawn(monkeypatch):
    """No figures, which are what takes time."""
    monkeypatch.setattr(study_report, "strip_plot", lambda *_: None)
    monkeypatch.setattr(study_report, "save_figure", lambda figure, path: path)


def write(folder, max_epochs=None):
    path = write_study(load_results(ALL, folder, max_epochs), folder)
    return path.read_text(encoding="utf-8")


def run_all(folder, gains, n_seeds=5):
    """Make up runs of the whole study; some settings gain something, in accuracy or loss."""
    for network, recipes in study.STUDY.items():
        for recipe in [*recipes, *study.CANDIDATES[network]]:
            gain = gains.get(recipe.name, (0.0, 0.0))
            runs = [
                made_up_run(seed, 0.9 + seed / 1000 + gain[0], 0.3 + seed / 1000 + gain[1])
                for seed in range(n_seeds)
            ]
            made_up_results(recipe, folder / "results", *runs)


def test__write_study__not_all_run__no_answer(tmp_path, undrawn):
    assert "so there is no answer" in write(tmp_path)


def test__write_study__differences__answer_first(tmp_path):
    run_all(tmp_path, {"R-dropout": (0.05, -0.1), "A-improved-l1": (0.05, 0.0)})
    text = write(tmp_path)
    answer = text.split("\n\n")[1]
    assert "+5.00 points with L1, compact CNN and by +5.00 points with dropout alone" in answer
    assert "the other 12 of 14 differences" in answer
    assert "The test loss of the dense network falls by 33 % with dropout alone" in answer
    assert "the test loss of the compact CNN does not change measurably" in answer.replace(
        "that of the compact CNN", "the test loss of the compact CNN"
    )
    lines = [line for line in text.splitlines() if "**yes**" in line]
    assert [line.split("|")[1].strip() for line in lines] == ["l1", "dropout", "dropout"]
    assert (tmp_path / "figures" / "regularization-dense.png").is_file()
    assert "25.0 ± 0.0" in text
    assert row_of(text, "l1=1e-06")[1:3] == ["5", "0.3020 ± 0.0016"]


def test__write_study__difference_of_one_in_twenty__is_none_of_28(tmp_path, undrawn):
    # alone its p is about 0.03
    run_all(tmp_path, {"R-l1-dropout": (0.0026, 0.0)})
    text = write(tmp_path)
    assert "**yes**" not in text
    assert "None of 14 settings changes the test accuracy" in text
    assert "(L1 with dropout, dense network)" in text
    assert "The correction for 28 comparisons is included" in text


def test__write_study__other_settings__marked_and_explained(tmp_path, undrawn):
    recipe = next(recipe for recipe in ALL if recipe.name == "R-l1")
    results = made_up_results(recipe, tmp_path / "results", made_up_run(0))
    change_setting(results.path, "max_epochs", "7")
    text = write(tmp_path)
    assert row_of(text, "l1 †")
    assert (
        "† made with other settings than today's:\n\n- R-l1: `max_epochs=7 then, 20 now`" in text
    )


def test__write_study__smoke_runs__say_so(tmp_path, undrawn):
    assert "A smoke run of 2 epochs each" in write(tmp_path, max_epochs=2)


def test__welch__interval_and_probability():
    low, high, p = welch([3.0, 4.0, 5.0], [1.0, 2.0, 3.0])
    # t quantile of 4 degrees of freedom, times the standard error of the difference
    reach = 2.7764 * np.sqrt(2 / 3)
    assert (low, high) == pytest.approx((2 - reach, 2 + reach), abs=1e-3)
    assert p == pytest.approx(0.0705, abs=1e-4)
    assert welch([2.0, 2.0], [1.0, 1.0]) == (1.0, 1.0, 0.0)
    assert welch([2.0, 2.0], [2.0, 2.0]) == (0.0, 0.0, 1.0)


def test__holm__smallest_times_all_and_never_falling():
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    assert holm([0.5, 0.9]) == pytest.approx([1.0, 1.0])
    assert holm([]) == []


def test__differences__settings_with_a_single_run__are_passed_over(tmp_path):
    recipes = study.STUDY["dense"][:3]
    runs = [[made_up_run(seed, 0.9 + seed / 1000) for seed in range(n)] for n in (3, 1, 3)]
    all_results = [
        made_up_results(recipe, tmp_path, *own) for recipe, own in zip(recipes, runs, strict=True)
    ]
    found = differences([all_results])
    assert {one.results.recipe.name for one in found} == {"R-l2"}
    assert [one.difference for one in found] == [0.0, 0.0]
