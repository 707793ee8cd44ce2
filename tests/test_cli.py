import csv
import json
import re
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from skmnist import NumpyMLPClassifier, load_model
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


def test__fit__run_folder__holds_what_it_should(run):
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


def test__fit__metrics__agree_with_the_saved_model(run):
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


def test__fit__preset__its_parameters_but_for_those_given(tmp_path):
    arguments = ["--preset", "quick", "--max-epochs", "1", "--augmentation", "mild"]
    folder = tmp_path / "run"
    shared = ["--dataset", "digits", "--no-figures", "--quiet"]
    assert main(["fit", "--output", str(folder), *shared, *arguments]) == 0
    params = json.loads((folder / "metrics.json").read_text())["params"]
    assert (params["architecture"], params["learning_rate"]) == ("small", 0.4)
    assert (params["augmentation"], params["max_epochs"]) == ("mild", 1)


def test__fit__shows_progress_and_result(tmp_path, capsys):
    arguments = ["--dataset", "digits", "--max-epochs", "2", "--no-figures"]
    assert main(["fit", "--output", str(tmp_path / "run"), *arguments]) == 0
    captured = capsys.readouterr()
    assert "epoch 2/2" in captured.err
    assert "accuracy=" in captured.err
    assert "Test accuracy" in captured.out
    assert str(tmp_path / "run") in captured.out
    assert not list((tmp_path / "run").glob("*.png"))


def test__fit__output_in_use__refuses_and_loses_nothing(run, capsys):
    before = (run / "model.skops").read_bytes()
    assert main(["fit", "--dataset", "digits", "--output", str(run), "--quiet"]) == 1
    error = capsys.readouterr().err
    assert "not empty" in error
    assert error.count("\n") == 1
    assert (run / "model.skops").read_bytes() == before


def test__fit__no_output__new_folder_below_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    arguments = ["fit", "--dataset", "digits", "--max-epochs", "1", "--quiet", "--no-figures"]
    assert main(arguments) == 0
    assert main(arguments) == 0
    assert len(list(tmp_path.glob("runs/digits-fast-*/model.skops"))) == 2


def test__fit__hold_out__gives_validation_curves(tmp_path):
    arguments = "fit --dataset digits --max-epochs 1 --quiet --hold-out 0.2 --no-figures"
    assert main([*arguments.split(), "--output", str(tmp_path / "run")]) == 0
    assert "valid_accuracy" in (tmp_path / "run" / "history.csv").read_text()
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert metrics["n_train"] == pytest.approx(1347 * 0.8, abs=1)


def test__fit__early_stopping__holds_out_its_own_fraction(tmp_path):
    arguments = "fit --dataset digits --max-epochs 1 --quiet --early-stopping --no-figures"
    options = [*arguments.split(), "--validation-fraction", "0.3"]
    assert main([*options, "--output", str(tmp_path / "run")]) == 0
    assert "valid_accuracy" in (tmp_path / "run" / "history.csv").read_text()
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text())
    # the classifier itself has held some of these out
    assert metrics["n_train"] == 1347
    assert metrics["params"]["validation_fraction"] == 0.3


@pytest.mark.parametrize("arguments", ["--early-stopping", "--validation-fraction 0.3"])
def test__fit__validation_fraction__is_the_classifiers_only(arguments, monkeypatch):
    given = {}
    monkeypatch.setattr("skmnist.cli.fit.fit_and_save", lambda **kwargs: given.update(kwargs))
    with pytest.raises(TypeError):  # nothing was fitted
        main(["fit", "--debug", "--no-figures", *arguments.split()])
    assert given["hold_out"] is None


@pytest.mark.parametrize("classifier", ["mlp", "numpy"])
def test__fit__dense_network__is_saved_and_evaluated(classifier, tmp_path, capsys):
    options = "--hidden-layer-sizes 32,16 --max-epochs 3 --dataset digits"
    arguments = [*options.split(), "--classifier", classifier, "--output", str(tmp_path / "run")]
    assert main(["fit", *arguments]) == 0
    captured = capsys.readouterr()
    assert len(re.findall(r"^epoch \d/3", captured.err, re.MULTILINE)) == 3
    assert captured.out.count("\n") == 2
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text())
    n_parameters = sum((a + 1) * b for a, b in ((64, 32), (32, 16), (16, 10)))
    assert metrics["n_parameters"] == n_parameters
    model = load_model(tmp_path / "run" / "model.skops")
    assert type(model).__name__ == metrics["classifier"]
    assert model.verbose == 0
    assert main(["evaluate", str(tmp_path / "run")]) == 0
    assert f"{metrics['n_errors']} errors in 450 images" in capsys.readouterr().out


def test__fit__square_digits__are_told_by_all_commands(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    options = "--target square --classifier numpy --max-epochs 30 --dataset digits --hold-out 0.1"
    assert main(["fit", *options.split()]) == 0
    (run,) = tmp_path.glob("runs/digits-square-numpy-*")
    assert len(list(run.glob("*.png"))) == 3
    metrics = json.loads((run / "metrics.json").read_text())
    assert metrics["test_accuracy"] > 0.9
    assert metrics["target"] == "square"
    assert "valid_accuracy" in (run / "history.csv").read_text()
    model = load_model(run / "model.skops")
    task = load_task("digits")
    assert model.score(task.X_test, task.y_test) == metrics["test_accuracy"]
    assert model.classifier.verbose == model.classifier_.verbose == 0
    capsys.readouterr()
    assert main(["evaluate", str(run)]) == 0
    assert f"{metrics['n_errors']} errors in 450 images" in capsys.readouterr().out
    paths = []
    for index in range(10):
        image = np.rint(load_digits().images[index] * (255 / 16)).astype(np.uint8)
        paths.append(f"{index}.png")
        Image.fromarray(image).save(paths[-1])
    assert main(["predict", str(run), *paths]) == 0
    labels = [line.split("\t")[1] for line in capsys.readouterr().out.splitlines()]
    assert (
        np.mean(np.array(labels) == ["square" if k == "1" else "no square" for k in "1100100001"])
        >= 0.9
    )


def test__fit__interrupted__leaves_no_folder(tmp_path, monkeypatch, capsys):
    def fit(self, *args, **kwargs):
        assert (tmp_path / "runs").is_dir()
        raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(NumpyMLPClassifier, "fit", fit)
    options = "--classifier numpy --dataset digits --no-figures --quiet"
    assert main(["fit", *options.split()]) == 130
    assert capsys.readouterr().err == "skmnist: interrupted\n"
    assert list(tmp_path.iterdir()) == []


def test__fit__no_mnist_and_no_network__digits_and_says_why(tmp_path, monkeypatch, capsys):
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


@pytest.mark.slow
def test__fit__mnist_is_here__is_used(mnist, tmp_path, capsys):
    options = "--max-epochs 1 --architecture coarse --augmentation none --quiet --no-figures"
    assert main(["fit", *options.split(), "--output", str(tmp_path / "run")]) == 0
    assert "on mnist" in capsys.readouterr().out
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert (metrics["n_train"], metrics["n_test"]) == (60_000, 10_000)
    assert metrics["test_accuracy"] > 0.97


# -- evaluate and predict


def test__evaluate__run_folder_or_model_file__same_result(run, capsys):
    errors = json.loads((run / "metrics.json").read_text())["n_errors"]
    assert main(["evaluate", str(run)]) == 0
    from_folder = capsys.readouterr().out
    assert f"{errors} errors in 450 images" in from_folder
    assert main(["evaluate", str(run / "model.skops"), "--dataset", "digits"]) == 0
    assert capsys.readouterr().out == from_folder


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda X, y: (X[:, :49], y),
            "trained on images of 64 pixels, but those of other have 49",
        ),
        (
            lambda X, y: (X, y + 5),
            "the labels 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 apart, but other has 5,",
        ),
        (lambda X, y: (X, y.astype(str)), "but other has '0', '1'"),
    ],
)
def test__evaluate__data_that_does_not_fit__clear_error(change, message, run, monkeypatch, capsys):
    digits = load_task("digits")
    X, y = change(digits.X_test, digits.y_test)
    task = digits._replace(name="other", X_test=X, y_test=y)
    monkeypatch.setattr("skmnist.cli.tasks.load_task", lambda *args, **options: task)
    assert main(["evaluate", str(run)]) == 1
    error = capsys.readouterr().err
    assert message in error
    assert str(run / "model.skops") in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("text", ["{", "[]", '{"dataset": "cifar"}', '{"dataset": 3}'])
def test__evaluate__damaged_metrics__error_names_the_file(text, run, tmp_path, capsys):
    (tmp_path / "model.skops").write_bytes((run / "model.skops").read_bytes())
    (tmp_path / "metrics.json").write_text(text)
    assert main(["evaluate", str(tmp_path)]) == 1
    assert f"{tmp_path / 'metrics.json'} is damaged" in capsys.readouterr().err
    assert main(["evaluate", str(tmp_path), "--dataset", "digits"]) == 0


def test__predict__pictures__label_and_probability(run, tmp_path, capsys):
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


def test__predict__blank_picture__says_so(run, tmp_path, capsys):
    Image.new("L", (28, 20)).save(tmp_path / "a.png")
    assert main(["predict", str(run), str(tmp_path / "a.png")]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'a.png'}\tblank\t0.0000\n"


# -- data


def test__data__where__lists_folders_in_order(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SKMNIST_DATA_HOME", str(tmp_path / "b"))
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path / "c"))
    assert main(["data", "where", "--data-home", str(tmp_path / "a")]) == 0
    expected = [str(tmp_path / "a"), str(tmp_path / "b"), str(tmp_path / "c" / "mnist")]
    assert capsys.readouterr().out.splitlines() == expected


def test__data__verify__lists_four_good_files(mnist, capsys):
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
def test__errors__short_and_with_status(arguments, status, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    try:
        found = main(arguments)
    except SystemExit as error:  # from argparse
        found = error.code
    assert found == status
    *usage, error = capsys.readouterr().err.splitlines()
    assert message in error
    assert len(usage) < 4
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["evaluate --debug nothing", "--debug evaluate nothing"])
def test__errors__debug__are_raised(command):
    with pytest.raises(FileNotFoundError, match="nothing"):
        main(command.split())


def test__interrupt__one_line(monkeypatch, capsys):
    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("skmnist.cli.fit.fit_and_save", interrupt)
    assert main(["fit", "--no-figures"]) == 130
    assert capsys.readouterr().err == "skmnist: interrupted\n"


def test__import__no_torch_until_touched():
    code = (
        "import sys, skmnist, skmnist.cli; assert 'torch' not in sys.modules;"
        "from skmnist import fetch_mnist; assert 'torch' not in sys.modules;"
        "from skmnist import MnistCNNClassifier; assert 'torch' in sys.modules;"
        "assert set(skmnist.__all__) <= set(dir(skmnist))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
