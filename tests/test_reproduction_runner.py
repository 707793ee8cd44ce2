"""Running what is missing of results."""

import dataclasses
import json

import numpy as np
import pytest
from made_up_results import made_up_run, tiny_recipe, use_tiny_data
from skorch.callbacks import Callback

from skmnist import NumpyMLPClassifier
from skmnist.reproduction.recipes.data import CHOOSING, Data
from skmnist.reproduction.runs import runner
from skmnist.reproduction.runs.results import ResultsError, load_results
from skmnist.reproduction.runs.run_once import run_once


@pytest.fixture
def recipe():
    return tiny_recipe()


@pytest.fixture
def tiny_data(monkeypatch):
    use_tiny_data(monkeypatch)


@pytest.fixture
def runs(monkeypatch):
    """Fits that take no time; the list of those that were asked for."""
    asked = []

    def run_once(recipe, seed, **kwargs):
        asked.append((recipe.name, seed))
        return made_up_run(seed)

    monkeypatch.setattr(runner, "run_once", run_once)
    return asked


def reproduce(recipes, output, *, max_epochs=None, progress=False, **kwargs):
    """Run recipes, and return all results that there are then."""
    all_results = load_results(recipes, output, max_epochs)
    runner.reproduce(all_results, progress=progress, **kwargs)
    return all_results


def test__reproduce__finished__not_run_again(recipe, runs, tmp_path):
    other = dataclasses.replace(recipe, name="T-other", n_seeds=1)
    reproduce([recipe, other], tmp_path)
    assert runs == [("T-dense", 0), ("T-other", 0), ("T-dense", 1)]
    reproduce([recipe, other], tmp_path)
    assert len(runs) == 3
    (results,) = reproduce([recipe], tmp_path, n_seeds=4)
    assert runs[3:] == [("T-dense", 2), ("T-dense", 3)]
    assert [run["seed"] for run in results.runs] == [0, 1, 2, 3]


def test__reproduce__interrupted_between_runs__keeps_what_is_done(
    recipe, runs, tmp_path, monkeypatch
):
    finish = runner.run_once

    def interrupted(recipe, seed, **kwargs):
        if seed == 1:
            raise KeyboardInterrupt
        return finish(recipe, seed)

    monkeypatch.setattr(runner, "run_once", interrupted)
    with pytest.raises(KeyboardInterrupt):
        reproduce([recipe], tmp_path, n_seeds=3)
    assert load_results([recipe], tmp_path)[0].has(0)
    monkeypatch.setattr(runner, "run_once", finish)
    reproduce([recipe], tmp_path, n_seeds=3)
    assert runs == [("T-dense", 0), ("T-dense", 1), ("T-dense", 2)]


@pytest.mark.parametrize("progress", [(False, False), (True, False), (False, True)])
def test__reproduce__interrupted_within_a_fit__ends_as_if_it_had_not_been(
    recipe, tiny_data, tmp_path, progress
):
    expected = run_once(recipe, 0)

    class Interrupt(Callback):
        armed = True

        def on_epoch_begin(self, net, **kwargs):
            if Interrupt.armed and len(net.history) == 3:
                raise RuntimeError("interrupted")

    recipe.estimator.set_params(callbacks=[Interrupt()])
    with pytest.raises(RuntimeError, match="interrupted"):
        reproduce([recipe], tmp_path, n_seeds=1, progress=progress[0])
    assert (tmp_path / "unfinished" / "T-dense-0.pt").is_file()
    Interrupt.armed = False
    run = reproduce([recipe], tmp_path, n_seeds=1, progress=progress[1])[0].runs[0]
    for name in ("metrics", "history", "weights", "confusion_matrix"):
        assert run[name] == expected[name]
    assert list((tmp_path / "unfinished").iterdir()) == []


def test__reproduce__interrupted_after_the_fit__nothing_is_trained_again(
    recipe, tiny_data, tmp_path, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr("skmnist.reproduction.runs.run_once.weight_statistics", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            reproduce([recipe], tmp_path, n_seeds=1)
    monkeypatch.setattr("skmnist._engine.net.TrainingNet.run_single_epoch", lambda *_, **__: 1 / 0)
    (results,) = reproduce([recipe], tmp_path, n_seeds=1)
    assert results.runs[0]["n_epochs"] == 3
    assert list((tmp_path / "unfinished").iterdir()) == []


def test__reproduce__smoke_run__kept_apart(recipe, tiny_data, tmp_path):
    (smoke,) = reproduce([recipe], tmp_path, max_epochs=1)
    assert smoke.path == tmp_path / "smoke-1-epochs" / "results" / "T-dense.json"
    assert [run["n_epochs"] for run in smoke.runs] == [1]
    assert json.loads(smoke.path.read_text())["smoke_run_of_epochs"] == 1
    (real,) = reproduce([recipe], tmp_path, n_seeds=1)
    assert [run["n_epochs"] for run in real.runs] == [3]
    # moved to where results are, a smoke run is refused
    smoke.path.replace(real.path)
    with pytest.raises(ResultsError, match="smoke_run_of_epochs"):
        reproduce([recipe], tmp_path)


def test__reproduce__missing_where_results_have_other_settings__nothing_is_run(
    recipe, runs, tmp_path
):
    reproduce([recipe], tmp_path, n_seeds=1)
    changed = dataclasses.replace(recipe, data=CHOOSING)
    other = dataclasses.replace(recipe, name="T-other")
    with pytest.raises(ResultsError, match="T-dense with other settings"):
        reproduce([other, changed], tmp_path)
    assert runs == [("T-dense", 0)]
    assert not (tmp_path / "results" / "T-other.json").exists()


def test__reproduce__finished_with_other_settings__asks_for_no_fit(recipe, runs, tmp_path):
    reproduce([recipe], tmp_path)
    changed = dataclasses.replace(recipe, data=CHOOSING)
    (results,) = reproduce([changed], tmp_path)
    assert len(runs) == len(results.runs) == 2
    assert results.changes


def test__reproduce__two_jobs__same_results(recipe, mnist, tmp_path):
    recipe = dataclasses.replace(recipe, data=Data(train=(0, 200)))
    one, two = (
        reproduce([recipe], tmp_path / str(n_jobs), max_epochs=1, n_seeds=2, n_jobs=n_jobs)[0]
        for n_jobs in (1, 2)
    )
    assert len(one.runs) == 2
    assert [run["metrics"] for run in one.runs] == [run["metrics"] for run in two.runs]


def test__reproduce__progress__before_of_each_epoch_and_of_each_fit(
    recipe, tiny_data, tmp_path, capsys
):
    reproduce([recipe], tmp_path, progress=True)
    captured = capsys.readouterr()
    lines = captured.err.splitlines()
    assert lines[0] == "2 fits of 1 recipe: 0 done, 2 to run."
    assert "not known" in lines[1]
    assert lines[2] == "T-dense, seed 0: for tests"
    assert [line.partition(": loss=")[0] for line in lines[3:6]] == [
        f"T-dense, seed 0: epoch {k}/3" for k in (1, 2, 3)
    ]
    assert lines[6].startswith("T-dense, seed 0: test accuracy ")
    assert "(1/2, about 1 s left)" in lines[6]
    assert lines[-1].endswith("(2/2)")
    assert captured.out == ""
    reproduce([recipe], tmp_path, n_seeds=3)
    assert capsys.readouterr().err == ""
    reproduce([recipe], tmp_path, progress=True)
    assert capsys.readouterr().err == "2 fits of 1 recipe: all done.\n"


def test__reproduce__progress_of_the_numpy_network__a_line_each_epoch_too(
    tiny_data, tmp_path, capsys
):
    recipe = tiny_recipe(estimator=NumpyMLPClassifier(max_epochs=3), n_seeds=1)
    reproduce([recipe], tmp_path, progress=True)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("T-dense, seed 0: epoch ") == 3


@pytest.mark.parametrize(
    ("published_seed", "n_seeds", "kept"), [(None, None, 0), (1, None, 1), (1, 1, 0)]
)
def test__reproduce__keep_model__of_one_seed(published_seed, n_seeds, kept, tiny_data, tmp_path):
    recipe = tiny_recipe(published_seed=published_seed)
    calls = []

    def keep_model(found, estimator, run):
        calls.append((found.recipe.name, run["seed"], estimator.callbacks))
        assert estimator.predict(np.zeros((1, 784))).shape == (1,)

    reproduce([recipe], tmp_path, n_seeds=n_seeds, keep_model=keep_model)
    assert calls == [("T-dense", kept, None)]
