"""``python -m performance``: what it runs, and what it keeps."""

import json

import performance.__main__ as main
import pytest
from benchmarks import command_of, made_up_speed, other_default
from performance.settings import settings


@pytest.fixture
def command(tmp_path, monkeypatch):
    def made_up(task):
        result = made_up_speed(task["contestant"], task["seed"], 1.0, [0.9]) | main._environment()
        return result | {"settings": settings(task)} if settings(task) else result

    return command_of(
        main.main, main, made_up, tmp_path, monkeypatch, lambda task: task["contestant"]
    )


def stored(tmp_path):
    return json.loads((tmp_path / "results" / "performance.json").read_text())["records"]


def measure(*contestants, rounds=1):
    return ["--parts", "speed", "--rounds", str(rounds), "--contestants", *contestants]


def test__command__interrupted__runs_what_is_missing(command, tmp_path, capsys):
    assert command(*measure("quick", "mlp"), fails="mlp") == ["quick", "mlp"]
    assert "out of luck" in capsys.readouterr().err
    assert command(*measure("quick", "mlp")) == ["mlp"]
    assert command(*measure("quick", "mlp")) == []
    assert len(stored(tmp_path)) == 2


def test__command__other_versions__measures_the_part_anew(command, tmp_path, monkeypatch):
    command(*measure("quick", "mlp"))
    path = tmp_path / "results" / "performance.json"
    startup = {"part": "startup", "device": "cpu", "seconds": {}} | main._environment()
    main.RecordStore(path).add(startup)
    monkeypatch.setattr(main.environment, "versions", lambda: {"python": "4"})
    assert command(*measure("quick", "mlp")) == ["quick", "mlp"]
    # but not what was not asked for
    assert [r.get("contestant") for r in stored(tmp_path)] == [None, "quick", "mlp"]


def test__command__other_machine__measures_trainings_and_keeps_both(
    command, tmp_path, monkeypatch
):
    command(*measure("quick"))
    path = tmp_path / "results" / "performance.json"
    startup = {"part": "startup", "device": "cpu", "seconds": {}} | main._environment()
    main.RecordStore(path).add(startup)
    here = main._environment()["machine"]
    monkeypatch.setattr(main.environment, "machine", lambda: {"processor": "another", "cores": 2})
    assert command(*measure("quick")) == ["quick"]
    machines = [r["machine"] for r in stored(tmp_path) if r["part"] == "speed"]
    assert machines == [here, {"processor": "another", "cores": 2}]
    assert command(*measure("quick")) == []


def test__command__other_settings__measures_all_rounds_of_these_anew(
    command, tmp_path, monkeypatch
):
    command(*measure("quick", "quick-float32", "mlp", rounds=2))
    n_stored = len(stored(tmp_path))
    other_default(monkeypatch, "l2", 0.25)
    assert command(*measure("quick", "mlp")) == ["quick"]
    results = stored(tmp_path)
    # the other round of quick would not go with this one
    assert [r["settings"]["l2"] for r in results if r["contestant"] == "quick"] == ["0.25"]
    # what was not asked for is kept
    assert len(results) == n_stored - 1
    assert command(*measure("quick", "mlp", rounds=2)) == ["quick"]
    assert command(*measure("quick", "mlp", rounds=2)) == []


def test__command__damaged_results__says_so_and_keeps_them(command, tmp_path, capsys):
    path = tmp_path / "results" / "performance.json"
    path.parent.mkdir()
    path.write_text("[1, 2")
    with pytest.raises(SystemExit):
        command(*measure("mlp"))
    assert "is damaged" in capsys.readouterr().err
    assert path.read_text() == "[1, 2"
