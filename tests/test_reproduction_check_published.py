"""``examples/benchmarks/check_published.py``, of the reproduction's results."""

import check_published
import pytest
from made_up_results import change_setting, made_up_results, made_up_run

from skmnist.reproduction.recipes.catalogue import CANDIDATES
from skmnist.reproduction.recipes.study import CHOSEN


@pytest.fixture
def results(tmp_path, monkeypatch):
    """Candidates that speak for the chosen strengths; where the script looks for results."""
    monkeypatch.setattr(check_published, "ROOT", tmp_path)
    folder = tmp_path / "docs" / "results"
    for recipe in CANDIDATES:
        chosen = recipe.varied in CHOSEN.get(recipe.study, {}).values()
        made_up_results(recipe, folder, made_up_run(0, loss=0.1 if chosen else 0.2))
    return folder


def shown(capsys):
    check_published.main([check_published.reproduction])
    return capsys.readouterr().out.splitlines()


def test__check_published__nothing_changed__all_belong(results, capsys):
    assert shown(capsys) == ["all belong to today's settings"]


def test__check_published__changed_setting__result_and_change_are_named(results, capsys):
    change_setting(results / "S-dense-l1=1e-06.json", "learning_rate", "0.5")
    assert shown(capsys) == ["S-dense-l1=1e-06: learning_rate=0.5 then, 0.002 now"]


def test__check_published__other_strength_has_the_smallest_loss__is_named(results, capsys):
    recipe = next(r for r in CANDIDATES if r.study == "dense" and r.varied == {"dropout": 0.5})
    made_up_results(recipe, results, made_up_run(0, loss=0.01))
    (line,) = shown(capsys)
    assert line.startswith("strengths of the dense network: dropout=0.5 by the candidates, ")


def test__check_published__candidate_without_runs__is_said(results, capsys):
    (results / "S-compact-none.json").unlink()
    assert shown(capsys) == ["strengths of the compact network: not all candidates have been run"]
