"""``skmnist search``."""

import csv
import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV

from skmnist import MnistCNNClassifier, load_model
from skmnist.cli import main
from skmnist.cli.search import search_and_save
from skmnist.cli.tasks import load_task

GRID = {"l1": (0.0, 1e-4), "l2": (5e-4,), "dropout": (0.0, 0.2)}
SMALL = {"max_epochs": 2, "n_threads": 1}
ARGUMENTS = ["search", "--dataset", "digits", "--l1", "0,1e-4", "--l2", "5e-4", "--dropout"]
ARGUMENTS += ["0,0.2", "--max-epochs", "2", "--n-threads", "1", "--no-figures"]


def search(output, **settings):
    shared = {"dataset": "digits", "grid": GRID, "figures": False, "progress": False}
    return search_and_save(output=output, **{**shared, "params": SMALL, **settings})


def scores(results):
    return [result["split_test_scores"] for result in results]


def weights(folder):
    return [p.detach().numpy() for p in load_model(folder / "model.skops").module_.parameters()]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("search") / "run"
    return search(folder, figures=True)


def test__search__results__those_of_grid_search_cv(finished):
    _, results, metrics = finished
    task = load_task("digits")
    expected = GridSearchCV(
        MnistCNNClassifier.from_preset("quick", random_state=0, **SMALL),
        {name: list(values) for name, values in GRID.items()},
        cv=3,
        refit=False,
    ).fit(task.X_train, task.y_train)
    by_params = {
        tuple(params[name] for name in GRID): mean
        for params, mean in zip(
            expected.cv_results_["params"], expected.cv_results_["mean_test_score"], strict=True
        )
    }
    found = {tuple(r[name] for name in GRID): r["mean_test_score"] for r in results}
    assert found == by_params
    means = list(found.values())
    assert means == sorted(means, reverse=True)
    for name in GRID:
        assert metrics["params"][name] == expected.best_params_[name]


def test__search__folder__table_figure_and_model(finished):
    folder, results, metrics = finished
    assert {path.name for path in folder.iterdir()} == {
        *("search.json", "results.json", "results.csv", "heat_map.png"),
        *("model.skops", "metrics.json", "history.csv"),
        *("confusion_matrix.png", "misclassified.png", "training_curves.png"),
    }
    with (folder / "results.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [float(row["mean_test_score"]) for row in rows] == [
        result["mean_test_score"] for result in results
    ]
    assert all(float(row["split2_test_score"]) > 0.5 for row in rows)
    task = load_task("digits")
    model = load_model(folder / "model.skops")
    assert model.callbacks is None
    assert model.score(task.X_test, task.y_test) == pytest.approx(metrics["test_accuracy"])


def test__search__finished_folder__told_again_at_once(finished, monkeypatch):
    folder, results, metrics = finished
    monkeypatch.setattr(GridSearchCV, "fit", None)
    assert search(folder) == (folder, results, metrics)


def test__search__folder_of_other_settings__clear_error(finished):
    with pytest.raises(FileExistsError, match="a search with other settings"):
        search(finished[0], strategy="halving")


def test__search__folder_of_something_else__clear_error(tmp_path):
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(FileExistsError, match="not empty"):
        search(tmp_path)


def test__search__mnists_split_of_other_data__clear_error(tmp_path):
    with pytest.raises(ValueError, match="a split of MNIST, not of digits"):
        search(tmp_path / "run", cv="mnist")
    assert not (tmp_path / "run").exists()


def test__search__halving__the_longest_trained_first(tmp_path):
    params = {**SMALL, "max_epochs": 3}
    grid = {"l1": (0.0, 1e-4, 1e-1), "l2": (5e-4,), "dropout": (0.0,)}
    _, results, metrics = search(tmp_path / "run", strategy="halving", grid=grid, params=params)
    assert [result["max_epochs"] for result in results] == [3, 1, 1, 1]
    assert metrics["n_epochs"] == 3
    assert results[0]["l1"] == metrics["params"]["l1"] < 1e-1


def test__search__dense_network__its_own_parameters(tmp_path):
    params = {**SMALL, "hidden_layer_sizes": (16,), "max_epochs": 1}
    grid = {"l1": (0.0,), "l2": (0.0,), "dropout": (0.0, 0.1)}
    settings = {"classifier": "mlp", "preset": "default", "grid": grid, "cv": 2}
    _, results, metrics = search(tmp_path / "run", params=params, **settings)
    assert metrics["n_parameters"] == 65 * 16 + 17 * 10
    assert [result["l2"] for result in results] == [0.0, 0.0]
    stored = json.loads((tmp_path / "run" / "search.json").read_text())
    assert stored["classifier"] == "mlp"
    # tuples are lists in the file, but the settings are the same
    assert search(tmp_path / "run", params=params, **settings)[1] == results


def test__search__progress__on_standard_error_a_line_a_fit(tmp_path, capsys):
    grid = {"l1": (0.0,), "l2": (0.0, 1e-4), "dropout": (0.0,)}
    params = {**SMALL, "max_epochs": 1}
    search(tmp_path / "run", grid=grid, cv=2, params=params, progress=True)
    captured = capsys.readouterr()
    assert captured.out == ""
    first, *fits, fitting, epoch = captured.err.splitlines()
    assert first.startswith("Searching on scikit-learn's digits")
    assert fits[-1] == "fit 4/4"
    assert set(fits) <= {f"fit {n}/4" for n in range(1, 5)}
    assert fitting.startswith("Fitting MnistCNNClassifier")
    assert epoch.startswith("epoch 1/1: ")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"grid": {"l1": (-1.0, 0.0)}}, "'l1' parameter"),
        ({"grid": {"dropout": ("much",)}}, "'dropout' parameter"),
        ({"params": {"batch_size": 0}}, "'batch_size' parameter"),
        # no fit comes to its end
        ({"cv": 1000}, "n_splits=1000"),
        (
            {"classifier": "mlp", "preset": "default", "params": {"hidden_layer_sizes": (0,)}},
            "must be",
        ),
    ],
)
def test__search__refused__leaves_no_folder(settings, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        search(tmp_path / "run", **settings)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["search.json", "results.json", "metrics.json"])
@pytest.mark.parametrize("text", ["{", "3", "[{}]"])
def test__search__damaged_file__error_names_it(name, text, finished, tmp_path):
    for path in finished[0].glob("*.json"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / name).write_text(text)
    with pytest.raises(ValueError, match=f"{name} is damaged"):
        search(tmp_path)


def test__search__other_settings__error_names_them(finished):
    with pytest.raises(FileExistsError, match=r"other settings \(cv, strategy\)"):
        search(finished[0], strategy="halving", cv=4)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="no signal masks here")
def test__start_workers__processes__leave_ctrl_c_to_the_first():
    code = """if True:
        import signal
        from joblib import Parallel, delayed
        from skmnist.cli.search import _start_workers
        _start_workers(2)
        masks = Parallel(2)(delayed(signal.pthread_sigmask)(signal.SIG_BLOCK, []) for _ in "abcd")
        assert all(signal.SIGINT in mask for mask in masks), masks
        assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])
    """
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def start(folder, *arguments):
    command = [sys.executable, "-m", "skmnist", *ARGUMENTS, "--output", str(folder), *arguments]
    # a group of its own, as of a command in a terminal
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def wait_for_fits(folder, n_fits, process):
    deadline = time.monotonic() + 120
    while len(list((folder / "fits").glob("*.pt"))) < n_fits:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.slow
def test__search__killed__goes_on_to_the_same_bits(finished, tmp_path):
    folder = tmp_path / "run"
    process = start(folder)
    wait_for_fits(folder, 5, process)
    process.kill()
    process.communicate()
    assert 5 <= len(list((folder / "fits").glob("*.pt"))) < 13
    resumed = start(folder)
    out, err = resumed.communicate()
    assert resumed.returncode == 0, err
    assert "The best, trained on all 1,347 training images" in out
    expected, results, _ = finished
    assert scores(json.loads((folder / "results.json").read_text())) == scores(results)
    for ours, theirs in zip(weights(folder), weights(expected), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("n_jobs", ["1", pytest.param("2", marks=pytest.mark.slow)])
def test__search__interrupt__stops_at_once_and_scores_nothing(n_jobs, tmp_path):
    folder = tmp_path / "run"
    process = start(folder, "--n-jobs", n_jobs)
    wait_for_fits(folder, 2, process)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "skmnist: interrupted"
    assert all(line.startswith(("Searching", "fit ", "skmnist:")) for line in err.splitlines())
    assert sorted(path.name for path in folder.iterdir()) == ["fits", "search.json"]


def test__search__command__table_and_where_it_is(finished, capsys):
    folder, results, _ = finished
    assert main([*ARGUMENTS, "--output", str(folder), "--quiet"]) == 0
    out = capsys.readouterr().out
    assert f"{results[0]['mean_test_score']:.2%} ± {results[0]['std_test_score']:.2%}" in out
    assert str(folder) in out
