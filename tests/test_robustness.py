"""The robustness benchmark: its corruptions, its command, and its document."""

import json

import check_published
import numpy as np
import pytest
import shared.command
from benchmarks import command_of
from robustness import contestants, measure, report
from robustness.__main__ import BENCHMARK
from robustness.corruptions import CORRUPTIONS, corrupt

import skmnist
from skmnist._files import RecordStore
from skmnist.classifiers import PRESETS


@pytest.mark.parametrize("name", CORRUPTIONS)
def test__corruption__images__changed_always_in_the_same_way(bars, name):
    X, _ = bars
    state, original = np.random.get_state()[1].copy(), X.copy()
    corrupted = corrupt(name, X)
    assert corrupted.shape == X.shape
    assert corrupted.dtype == np.uint8
    assert (corrupted != X).any(axis=1).all()
    assert np.array_equal(corrupted, corrupt(name, X))
    assert np.array_equal(X, original)
    assert np.array_equal(np.random.get_state()[1], state)


def made_up(task, accuracy=0.9):
    return {
        **task,
        "clean": accuracy,
        "corrupted": dict.fromkeys(CORRUPTIONS, accuracy) | {"fog": accuracy - 0.2},
        "n_test": 40,
        "settings": contestants.settings(task["contestant"]),
        "corruptions": measure.descriptions(),
        "machine": {"processor": "made up"},
        "versions": {"python": "3.11"},
    }


def task_of(contestant, seed=0):
    return {"contestant": contestant, "seed": seed, "validation": False, "images": None}


def test__contestants__every_preset_is_one():
    published = {"G-base", "G-l2", "G-dropout", "G-l2-dropout"}
    assert set(contestants.CONTESTANTS) == {*PRESETS, "dense", "keras", *published}


def test__published__trained_on__its_own_share_of_the_images(monkeypatch):
    fitted = []
    recipe = contestants._RECIPES["G-l2"]
    monkeypatch.setattr(
        type(recipe.estimator), "fit", lambda self, X, y: fitted.append(len(X)) or self
    )
    monkeypatch.setattr(type(recipe.estimator), "count_parameters", lambda self: 1)
    X, y = np.zeros((60_000, 1)), np.zeros(60_000)
    contestants.CONTESTANTS["G-l2"].prepare(X, y, 0, "cpu")(lambda predict: None)
    assert fitted == [42_000]


def test__run__dense_network__measures_all(mnist_of_bars):
    result = measure.run(task_of("dense") | {"images": 30})
    assert set(result["corrupted"]) == set(CORRUPTIONS)
    assert result["n_test"] == 30
    assert result["clean"] == 1
    assert measure.changed(result) == []


def test__images__validation__last_training_images(monkeypatch):
    X = np.arange(60_000)
    monkeypatch.setattr(skmnist, "fetch_mnist", lambda subset, return_X_y: (X, X))
    X_train, _, X_test, _ = measure._images(validation=True, n_images=None)
    assert (len(X_train), X_train[-1], len(X_test), X_test[0]) == (50_000, 49_999, 10_000, 50_000)


@pytest.fixture
def no_figure(monkeypatch):
    monkeypatch.setattr(report, "_plot", lambda path: None)


@pytest.fixture
def command(tmp_path, monkeypatch, mnist_of_bars):
    def what(task):
        return task["contestant"], task["seed"]

    return command_of(BENCHMARK.main, shared.command, made_up, tmp_path, monkeypatch, what)


@pytest.mark.usefixtures("no_figure")
def test__command__interrupted__runs_what_is_missing(command, capsys):
    arguments = ["--contestants", "quick", "dense", "--seeds", "2"]
    assert command(*arguments, fails="dense") == [
        ("quick", 0),
        ("dense", 0),
        ("quick", 1),
        ("dense", 1),
    ]
    assert "out of luck" in capsys.readouterr().err
    assert command(*arguments) == [("dense", 0), ("dense", 1)]
    assert command(*arguments) == []


@pytest.mark.usefixtures("no_figure")
def test__command__other_settings_or_corruptions__measured_anew(command, tmp_path, monkeypatch):
    arguments = ["--contestants", "quick", "dense", "--seeds", "1"]
    command(*arguments)
    monkeypatch.setitem(PRESETS["quick"], "batch_size", 7)
    assert command(*arguments) == [("quick", 0)]
    monkeypatch.setitem(CORRUPTIONS, "fog", ("thicker fog", CORRUPTIONS["fog"][1]))
    records = json.loads((tmp_path / "results" / "robustness.json").read_text())["records"]
    assert measure.changed(records[0]) == ["other corruptions: fog"]
    assert command(*arguments) == [("quick", 0), ("dense", 0)]


def test__command__document__has_all_accuracies_and_a_figure(command, tmp_path):
    command("--contestants", "quick", "--seeds", "2")
    text = " ".join((tmp_path / "robustness.md").read_text().split())
    mean = 90 - 20 / len(CORRUPTIONS)
    assert f"| skmnist, quick | 2 | 90.00 ± 0.00 | {mean:.2f} ± 0.00 | 70.0 (fog) |" in text
    assert "Not measured: skmnist, instant; skmnist, default;" in text
    for name in CORRUPTIONS:
        assert f"| {name.replace('_', ' ')} |" in text
    assert (tmp_path / "figures" / "robustness.png").is_file()


def test__command__validation__leaves_the_document_alone(command, tmp_path, capsys):
    assert command("--contestants", "dense", "--seeds", "1", "--validation") == [("dense", 0)]
    assert not (tmp_path / "robustness.md").exists()
    assert "MnistMLPClassifier" in capsys.readouterr().out
    assert (tmp_path / "results" / "robustness-validation.json").is_file()


@pytest.mark.slow
def test__command__real_process__measures_and_stores(tmp_path, mnist):
    arguments = ["--contestants", "dense", "--seeds", "1", "--images", "100"]
    assert BENCHMARK.main([*arguments, "--output", str(tmp_path)]) == 0
    assert (tmp_path / "robustness.md").is_file()


def test__check_published__other_settings_then__named(tmp_path, monkeypatch, capsys):
    result = made_up(task_of("quick"))
    result["settings"]["batch_size"] = "7"

    RecordStore(tmp_path / "docs" / "results" / "robustness.json").write([result])
    monkeypatch.setattr(check_published, "ROOT", tmp_path)
    check_published.main([check_published.robustness])
    assert capsys.readouterr().out.startswith("robustness, skmnist, quick: batch_size=7 then, ")
