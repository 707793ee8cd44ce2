"""``--report`` of the commands."""

import json
import re
import sys

import pytest

from skmnist.cli import main

FIT = "fit --dataset digits --classifier numpy --max-epochs 3 --no-figures --quiet --report"


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two runs that differ in their seeds."""
    folders = [tmp_path_factory.mktemp("runs") / name for name in ("first", "second")]
    for seed, folder in enumerate(folders):
        arguments = [*FIT.split(), "--random-state", str(seed), "--output", str(folder)]
        assert main(arguments) == 0
    return folders


def read(folder):
    return (folder / "report.html").read_text(encoding="utf-8")


def test__fit__report__is_of_the_run_and_says_how_to_repeat_it(runs):
    text = read(runs[0])
    metrics = json.loads((runs[0] / "metrics.json").read_text())
    assert f"{100 * metrics['test_accuracy']:.2f}\xa0%" in text
    assert "skmnist fit --dataset digits --classifier numpy --max-epochs 3" in text
    # the training images are known
    assert "On training images" in text


def test__fit__report_with_held_out_images__they_are_separate(tmp_path):
    folder = tmp_path / "run"
    assert main([*FIT.split(), "--hold-out", "0.2", "--output", str(folder)]) == 0
    text = read(folder)
    assert "1,077 images" in text
    assert 'id="SKM007"' not in text


def test__fit__without_report__writes_none(tmp_path):
    folder = tmp_path / "run"
    assert main([*FIT.split()[:-1], "--output", str(folder)]) == 0
    assert not (folder / "report.html").exists()


def test__fit__report_cannot_be_written__says_so_before_training(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    folder = tmp_path / "run"
    assert main([*FIT.split(), "--output", str(folder)]) == 1
    assert "skmnist[report]" in capsys.readouterr().err
    assert not folder.exists()


def test__evaluate__report_and_repeat__compares_seeds(runs, capsys):
    first, second = runs
    (first / "report.html").unlink()
    assert main(["evaluate", str(first), "--report", "--repeat", str(second)]) == 0
    assert f"The report is {first / 'report.html'}" in capsys.readouterr().out
    text = read(first)
    assert "With 2 seeds the accuracy is" in text
    assert "On training images" in text


def test__evaluate__repeat_without_report__is_misuse(runs, capsys):
    assert main(["evaluate", str(runs[0]), "--repeat", str(runs[1])]) == 2
    assert "--report" in capsys.readouterr().err


def test__search__report__has_the_candidates_and_the_best_model(tmp_path, capsys):
    folder = tmp_path / "search"
    arguments = ["search", "--dataset", "digits", "--classifier", "mlp", "--l1", "0,1e-4"]
    arguments += ["--l2", "0", "--dropout", "0,0.2", "--max-epochs", "2", "--n-threads", "1"]
    arguments += ["--no-figures", "--quiet", "--report", "--output", str(folder)]
    assert main(arguments) == 0
    text = read(folder)
    assert "4 candidates, 3 splits each" in text
    assert "Accuracy" in text
    assert "--l1 0,1e-4" in text
    # a search that is done writes it again
    (folder / "report.html").unlink()
    assert main(arguments) == 0

    def without_time(page):
        return re.sub(r"on \d{4}-.*? UTC|aria-label=\S+", "", page)

    assert without_time(read(folder)) == without_time(text)
