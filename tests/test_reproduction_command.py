"""``skmnist reproduce``."""

import shutil

import pytest
from made_up_results import change_setting, made_up_results, made_up_run, use_tiny_data

from skmnist.cli import main
from skmnist.cli.reproduce import select
from skmnist.reproduction.recipes.catalogue import ALL, RECIPES


@pytest.fixture
def tiny_data(monkeypatch):
    use_tiny_data(monkeypatch)


@pytest.fixture
def undrawn(monkeypatch, tmp_path):
    """No figures, which are what takes time; and models in the test's own folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("skmnist.reproduction.documents.report.draw", lambda *_: [])


def names(*groups):
    return [recipe.name for recipe in select(list(groups))]


def test__select__name__this_recipe_only():
    assert names("A-l1") == ["A-l1"]
    assert names("E5-improved") == ["E5-improved"]
    assert names("C", "C-lenet5") == names("C")
    assert names("C")[0] == "C-text"


@pytest.mark.parametrize("beginning", ["A-improved", "E", "E3-batches", "B", "R", "S", "S-B"])
def test__select__beginning__all_recipes_with_it(beginning):
    expected = [recipe.name for recipe in ALL if recipe.name.startswith(beginning)]
    assert names(beginning) == expected
    assert len(expected) > 1


def test__select__everything__all_there_are():
    assert select([], everything=True) == ALL


def test__select__unknown_or_none__clear_error():
    with pytest.raises(ValueError, match=r"There is no recipe 'A-l3'; see .* --list"):
        select(["A-l3"])
    with pytest.raises(ValueError, match="--all"):
        select([])


def test__command__list__names_what_aim_and_what_is_done(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["reproduce", "--list"]) == 0
    shown = capsys.readouterr().out
    for recipe in RECIPES:
        assert recipe.name in shown
    assert "99.4%" in shown
    assert "0 of 3" in shown
    assert "recipes: 0 done" in shown
    assert main(["reproduce", "--list", "S-dense"]) == 0
    assert "S-dense-l1=1e-06" in capsys.readouterr().out


def test__command__unknown_name__complains(capsys):
    assert main(["reproduce", "Z"]) == 2
    assert "no recipe 'Z'" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["reproduce", "A", "--epochs", "0"])
    assert "'0' is no whole number of at least 1" in capsys.readouterr().err
    for misused in (["A", "--all"], [], ["--report", "A"]):
        assert main(["reproduce", *misused]) == 2


def test__command__damaged_file__nothing_is_run(tiny_data, tmp_path, capsys):
    folder = tmp_path / "smoke-1-epochs" / "results"
    folder.mkdir(parents=True)
    (folder / "C-lenet5.json").write_text("{}")
    command = ["reproduce", "G-base", "--epochs", "1", "--quiet", "--output", str(tmp_path)]
    assert main(command) == 1
    assert "C-lenet5.json is damaged" in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["C-lenet5.json"]
    assert main([*command[:-1], str(folder / "C-lenet5.json")]) == 1


def test__command__smoke_run__results_and_documents(tiny_data, undrawn, tmp_path, capsys):
    command = ["reproduce", "G-base", "E5-classes", "R-none", "--epochs", "1", "--quiet"]
    assert main([*command, "--output", str(tmp_path)]) == 0
    captured = capsys.readouterr()
    assert "G-base: test accuracy" in captured.out
    assert captured.err == ""
    models = tmp_path / "runs" / "smoke-1-epochs"
    assert sorted(path.name for path in models.iterdir()) == ["E5-classes", "G-base", "R-none"]
    assert "skmnist predict runs/smoke-1-epochs/G-base PICTURE" in captured.out
    folder = tmp_path / "smoke-1-epochs"
    names = sorted(path.name for path in (folder / "results").iterdir())
    assert names == ["E5-classes.json", "G-base.json", "R-none.json"]
    for document in ("reproduction.md", "regularization.md"):
        assert "smoke run" in (folder / document).read_text(encoding="utf-8")
    assert sorted(tmp_path.iterdir()) == [tmp_path / "runs", folder]
    # a model that is gone does not come back: its results are there
    shutil.rmtree(models / "G-base")
    assert main([*command, "--output", str(tmp_path)]) == 0
    assert "No model was kept of G-base" in capsys.readouterr().out


def test__command__report__pages_of_what_there_is(tiny_data, undrawn, tmp_path, capsys):
    recipe = next(recipe for recipe in RECIPES if recipe.name == "G-base")
    path = made_up_results(recipe, tmp_path / "results", made_up_run(0)).path
    stored = path.read_bytes()
    assert main(["reproduce", "--report", "--output", str(tmp_path)]) == 0
    assert sorted(path.name for path in (tmp_path / "results").iterdir()) == ["G-base.json"]
    assert path.read_bytes() == stored
    assert "| `G-base` " in (tmp_path / "reproduction" / "G.md").read_text(encoding="utf-8")
    assert (tmp_path / "regularization.md").is_file()
    assert "reproduction.md" in capsys.readouterr().out
    assert main(["reproduce", "G", "--report"]) == 2
    assert "without names" in capsys.readouterr().err


def test__command__results_of_other_settings__documents_say_so_and_nothing_is_added(
    tiny_data, undrawn, tmp_path, capsys
):
    command = ["reproduce", "R-none", "--epochs", "1", "--quiet", "--output", str(tmp_path)]
    assert main(command) == 0
    folder = tmp_path / "smoke-1-epochs"
    path = folder / "results" / "R-none.json"
    change_setting(path, "batch_size", "64")
    stored = path.read_text()

    assert main(command) == 0
    text = (folder / "regularization.md").read_text(encoding="utf-8")
    assert "- R-none: `batch_size=64 then, 128 now`" in text
    assert main([*command, "--seeds", "2"]) == 1
    assert "with other settings (batch_size=64 then, 128 now)" in capsys.readouterr().err
    assert path.read_text() == stored
