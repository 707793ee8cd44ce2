import csv
import json
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from skmnist import load_model
from skmnist.cli import main
from skmnist.cli.tasks import load_task

PNG = b"\x89PNG"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run folder on the digits."""
    folder = tmp_path_factory.mktemp("runs") / "digits"
    options = "--dataset digits --max-epochs 15 --dropout 0.1 --n-threads 1"
    assert main(["fit", "--output", str(folder), *options.split()]) == 0
    return folder


def command(*arguments, **kwargs):
    return subprocess.run(
        [sys.executable, "-m", "skmnist", *arguments], capture_output=True, text=True, **kwargs
    )


# -- fit


def test_fit__run_folder__holds_what_it_should(run):
    names = sorted(path.name for path in run.iterdir())
    assert names == [
        "confusion_matrix.png",
        "history.csv",
        "metrics.json",
        "misclassified.png",
        "model.skops",
        "training_curves.png",
    ]
    for path in run.glob("*.png"):
        assert path.read_bytes().startswith(PNG)
    with (run / "history.csv").open() as file:
        history = list(csv.DictReader(file))
    assert [row["epoch"] for row in history] == [str(k) for k in range(1, 16)]
    assert float(history[-1]["train_loss"]) < float(history[0]["train_loss"])


def test_fit__metrics__agree_with_the_saved_model(run):
    metrics = json.loads((run / "metrics.json").read_text())
    classifier = load_model(run / "model.skops")
    task = load_task("digits")
    n_errors = int((classifier.predict(task.X_test) != task.y_test).sum())
    assert metrics["n_errors"] == n_errors
    assert metrics["test_accuracy"] == pytest.approx(1 - n_errors / 450)
    assert metrics["test_accuracy"] > 0.95
    assert metrics["params"]["dropout"] == classifier.dropout == 0.1
    assert metrics["params"]["random_state"] == 0
    assert metrics["n_train"] == 1347
    assert metrics["n_epochs"] == 15
    assert classifier.callbacks is None


def test_fit__preset__its_parameters_but_for_those_given(tmp_path):
    arguments = ["--preset", "quick", "--max-epochs", "1", "--augmentation", "mild"]
    folder = tmp_path / "run"
    shared = ["--dataset", "digits", "--no-figures", "--quiet"]
    assert main(["fit", "--output", str(folder), *shared, *arguments]) == 0
    params = json.loads((folder / "metrics.json").read_text())["params"]
    assert (params["architecture"], params["learning_rate"]) == ("small", 0.15)
    assert (params["augmentation"], params["max_epochs"]) == ("mild", 1)


def test_fit__shows_progress_and_result(tmp_path, capsys):
    arguments = ["--dataset", "digits", "--max-epochs", "2", "--no-figures"]
    assert main(["fit", "--output", str(tmp_path / "run"), *arguments]) == 0
    captured = capsys.readouterr()
    assert "epoch 2/2" in captured.err
    assert "accuracy=" in captured.err
    assert "Test accuracy" in captured.out
    assert str(tmp_path / "run") in captured.out
    assert not list((tmp_path / "run").glob("*.png"))


def test_fit__output_in_use__refuses_and_loses_nothing(run, capsys):
    before = (run / "model.skops").read_bytes()
    assert main(["fit", "--dataset", "digits", "--output", str(run), "--quiet"]) == 1
    error = capsys.readouterr().err
    assert "not empty" in error
    assert error.count("\n") == 1
    assert (run / "model.skops").read_bytes() == before


def test_fit__no_output__new_folder_below_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    arguments = ["fit", "--dataset", "digits", "--max-epochs", "1", "--quiet", "--no-figures"]
    assert main(arguments) == 0
    assert main(arguments) == 0
    assert len(list(tmp_path.glob("runs/digits-fast-*/model.skops"))) == 2


def test_fit__hold_out__gives_validation_curves(tmp_path):
    arguments = "fit --dataset digits --max-epochs 1 --quiet --hold-out 0.2 --no-figures"
    assert main([*arguments.split(), "--output", str(tmp_path / "run")]) == 0
    assert "valid_accuracy" in (tmp_path / "run" / "history.csv").read_text()
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert metrics["n_train"] == pytest.approx(1347 * 0.8, abs=1)


def test_fit__no_mnist_and_no_network__digits_and_says_why(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("skmnist.datasets.download.MIRRORS", ("http://127.0.0.1:9/",))
    monkeypatch.delenv("SKMNIST_DATA_HOME", raising=False)
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    arguments = ["--max-epochs", "1", "--no-figures", "--output", str(tmp_path / "run")]
    assert main(["fit", *arguments]) == 0
    captured = capsys.readouterr()
    assert "MNIST cannot be had" in captured.err
    assert "train-images-idx3-ubyte" in captured.err
    assert "on digits" in captured.out
    # whoever asks for MNIST gets no substitute
    monkeypatch.setattr("skmnist.datasets.download.time.sleep", lambda seconds: None)
    with pytest.warns(UserWarning, match="Retry downloading"):
        assert main(["fit", "--dataset", "mnist", "--output", str(tmp_path / "other")]) == 1
    assert not (tmp_path / "other").exists()


def test_fit__mnist_is_here__is_used(mnist, tmp_path, capsys):
    options = "--max-epochs 1 --batch-size 512 --augmentation none --quiet --no-figures"
    assert main(["fit", *options.split(), "--output", str(tmp_path / "run")]) == 0
    assert "on mnist" in capsys.readouterr().out
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert (metrics["n_train"], metrics["n_test"]) == (60_000, 10_000)
    assert metrics["test_accuracy"] > 0.97


# -- evaluate and predict


def test_evaluate__run_folder_or_model_file__same_result(run, capsys):
    errors = json.loads((run / "metrics.json").read_text())["n_errors"]
    assert main(["evaluate", str(run)]) == 0
    from_folder = capsys.readouterr().out
    assert f"{errors} errors in 450 images" in from_folder
    assert main(["evaluate", str(run / "model.skops"), "--dataset", "digits"]) == 0
    assert capsys.readouterr().out == from_folder


def test_predict__pictures__label_and_probability(run, tmp_path, capsys):
    images, labels = load_digits(return_X_y=True)
    for index in range(12):
        image = np.rint(images[index].reshape(8, 8) * (255 / 16)).astype(np.uint8)
        # every second one is dark ink on bright paper
        Image.fromarray(255 - image if index % 2 else image).save(tmp_path / f"{index:02}.png")
    paths = sorted(str(path) for path in tmp_path.glob("*.png"))
    assert main(["predict", str(run), *paths]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [row[0] for row in rows] == paths
    assert np.mean([int(row[1]) == label for row, label in zip(rows, labels, strict=False)]) > 0.9
    assert all(0.1 <= float(row[2]) <= 1 for row in rows)


def test_predict__picture_of_another_size__one_line(run, tmp_path, capsys):
    Image.new("L", (28, 20)).save(tmp_path / "a.png")
    assert main(["predict", str(run), str(tmp_path / "a.png")]) == 1
    error = capsys.readouterr().err
    assert "28×20" in error
    assert error.count("\n") == 1


# -- data


def test_data__where__lists_folders_in_order(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SKMNIST_DATA_HOME", str(tmp_path / "b"))
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path / "c"))
    assert main(["data", "where", "--data-home", str(tmp_path / "a")]) == 0
    expected = [str(tmp_path / "a"), str(tmp_path / "b"), str(tmp_path / "c" / "mnist")]
    assert capsys.readouterr().out.splitlines() == expected


def test_data__verify__lists_four_good_files(mnist, capsys):
    assert main(["data", "verify"]) == 0
    assert capsys.readouterr().out.count(": good") == 4
    assert main(["data", "fetch"]) == 0
    assert capsys.readouterr().out.count(": good") == 4


# -- errors and help


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        ([], 2, "required: command"),
        (["fit", "--dataset", "cifar"], 2, "invalid choice"),
        (["fit", "--max-epochs", "many"], 2, "argument --max-epochs"),
        (["fit", "--dropout", "1.5"], 2, "argument --dropout"),
        (["fit", "--l2", "-1"], 2, "argument --l2"),
        (["predict", "no-such-run", "a.png"], 1, "no-such-run does not exist"),
        (["evaluate", "no-such-run"], 1, "no-such-run does not exist"),
        (["fit", "--dataset", "digits", "--device", "cuda:99", "--quiet"], 1, "device"),
    ],
)
def test_errors__short_and_with_status(arguments, status, message, tmp_path):
    result = command(*arguments, cwd=tmp_path)
    assert result.returncode == status
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_errors__debug__shows_the_traceback(tmp_path):
    for arguments in (["evaluate", "--debug", "nothing"], ["--debug", "evaluate", "nothing"]):
        result = command(*arguments, cwd=tmp_path)
        assert result.returncode == 1
        assert "Traceback" in result.stderr


def test_interrupt__one_line(monkeypatch, capsys):
    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("skmnist.cli.fit.fit_and_save", interrupt)
    assert main(["fit", "--no-figures"]) == 130
    assert capsys.readouterr().err == "skmnist: interrupted\n"


@pytest.mark.parametrize("arguments", [[], ["fit"], ["data", "fetch"]])
def test_help__answers_at_once(arguments):
    seconds = []
    for _ in range(4):
        start = time.perf_counter()
        result = command(*arguments, "--help")
        seconds.append(time.perf_counter() - start)
        assert result.returncode == 0
        assert "usage: skmnist" in result.stdout
    assert min(seconds) < 0.5


def test_import__no_torch_until_touched():
    code = (
        "import sys, skmnist, skmnist.cli; assert 'torch' not in sys.modules;"
        "from skmnist import fetch_mnist; assert 'torch' not in sys.modules;"
        "from skmnist import MnistCNNClassifier; assert 'torch' in sys.modules;"
        "assert set(skmnist.__all__) <= set(dir(skmnist))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
