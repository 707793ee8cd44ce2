"""CSV files of images on the command line."""

import json

import numpy as np
import pytest
from sklearn.datasets import load_digits

from skmnist import load_model
from skmnist.cli import main
from skmnist.cli.tasks import load_task

OPTIONS = ["--classifier", "numpy", "--max-epochs", "20", "--quiet", "--no-figures"]


@pytest.fixture(scope="module")
def digits():
    """scikit-learn's digits, a row for each: label and pixels."""
    X, y = load_digits(return_X_y=True)
    return np.column_stack([y, np.rint(X * (255 / 16))]).astype(np.uint8)


@pytest.fixture(scope="module")
def folder(digits, tmp_path_factory):
    """A folder with train.csv, test.csv without labels, new.csv, and a run on the first."""
    folder = tmp_path_factory.mktemp("csv")
    write(folder / "train.csv", digits[:1400])
    write(folder / "new.csv", digits[1400:])
    write(folder / "test.csv", digits[1400:, 1:])
    arguments = ["fit", "--dataset", str(folder / "train.csv"), *OPTIONS]
    assert main([*arguments, "--output", str(folder / "run")]) == 0
    return folder


def write(path, rows):
    names = [f"pixel{k}" for k in range(64)]
    header = ",".join(["label", *names][-rows.shape[1] :])
    np.savetxt(path, rows, "%d", delimiter=",", header=header, comments="")


def test__fit__csv_file__a_seventh_of_each_label_is_for_tests(folder, digits):
    metrics = json.loads((folder / "run" / "metrics.json").read_text())
    assert (metrics["n_train"], metrics["n_test"]) == (1200, 200)
    assert metrics["dataset"] == str(folder / "train.csv")
    assert metrics["test_accuracy"] > 0.9
    task = load_task(folder / "train.csv")
    _, counts = np.unique(task.y_test, return_counts=True)
    assert counts.min() >= 19
    both = np.concatenate([task.X_train, task.X_test])
    assert sorted(map(bytes, both)) == sorted(map(bytes, digits[:1400, 1:]))


def test__evaluate__csv_file_of_the_run__the_same_test_images(folder, capsys):
    n_errors = json.loads((folder / "run" / "metrics.json").read_text())["n_errors"]
    for arguments in (["run"], ["run/model.skops"], ["run", "--dataset", "train.csv"]):
        arguments[0] = str(folder / arguments[0])
        arguments[2:] = [str(folder / name) for name in arguments[2:]]
        assert main(["evaluate", *arguments]) == 0
        expected = f"on train.csv: {n_errors} errors in 200 images"
        assert expected in capsys.readouterr().out


def test__evaluate__other_csv_file__all_its_images(folder, capsys):
    assert main(["evaluate", str(folder / "run"), "--dataset", str(folder / "new.csv")]) == 0
    assert "errors in 397 images" in capsys.readouterr().out


def test__evaluate__csv_file_of_few_drawings__all_of_them(folder, digits, tmp_path, capsys):
    path = tmp_path / "drawings.csv"
    for n_drawings in (1, 5):
        write(path, digits[1400 : 1400 + n_drawings])
        assert main(["evaluate", str(folder / "run"), "--dataset", str(path)]) == 0
        assert f"in {n_drawings} image" in capsys.readouterr().out


def test__evaluate__csv_file_that_changed_or_went__clear_error(folder, digits, tmp_path, capsys):
    data = tmp_path / "data.csv"
    write(data, digits[:400])
    run = str(tmp_path / "run")
    assert main(["fit", "--dataset", str(data), *OPTIONS, "--output", run]) == 0
    write(data, digits[:500])
    capsys.readouterr()
    assert main(["evaluate", run]) == 1
    assert f"{data} has changed since" in capsys.readouterr().err
    data.unlink()
    assert main(["evaluate", run]) == 1
    assert f"{data}, which the run was trained on, is not there" in capsys.readouterr().err
    assert main(["evaluate", run, "--dataset", str(folder / "new.csv")]) == 0


def test__predict__csv_file__a_line_for_each_row(folder, digits, capsys):
    assert main(["predict", str(folder / "run"), str(folder / "test.csv")]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [row[0] for row in rows] == [f"{folder / 'test.csv'}[{k}]" for k in range(1, 398)]
    model = load_model(folder / "run" / "model.skops")
    assert [int(row[1]) for row in rows] == model.predict(digits[1400:, 1:]).tolist()
    assert main(["predict", str(folder / "run"), str(folder / "new.csv")]) == 0
    again = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [row[1:] for row in again] == [row[1:] for row in rows]


def test__predict__csv_file_of_another_size__clear_error(folder, tmp_path, capsys):
    path = tmp_path / "small.csv"
    path.write_text("0,1,2,3\n")
    assert main(["predict", str(folder / "run"), str(path)]) == 1
    error = capsys.readouterr().err
    assert f"{path} has images of 2×2, but the model takes those of 8×8" in error


def test__search__csv_file__goes_on_with_the_same_only(folder, digits, tmp_path, capsys):
    data, run = tmp_path / "data.csv", str(tmp_path / "run")
    write(data, digits[:300])
    options = (
        "--l1 0 --l2 0 --dropout 0 --max-epochs 1 --cv 2 --classifier mlp --quiet --no-figures"
    )
    arguments = ["search", "--dataset", str(data), *options.split(), "--output", run]
    assert main(arguments) == 0
    assert main(arguments) == 0
    assert main([*arguments, "--cv", "mnist"]) == 1
    assert "a split of MNIST, not of data.csv" in capsys.readouterr().err
    write(data, digits[:301])
    assert main(arguments) == 1
    assert "other settings (dataset_sha256)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["0,1,2,3"] * 20, "has pixels only"),
        (["1,0,1,2,3", "2,0,1,2,3"], "too few to train and to test on"),
        (["1,0,1,2,x"], "line 1, column 5: 'x' is no pixel"),
    ],
)
def test__fit__csv_file_that_will_not_do__clear_error(rows, message, tmp_path, capsys):
    path = tmp_path / "a.csv"
    path.write_text("\n".join(rows))
    assert main(["fit", "--dataset", str(path), "--quiet", "--output", str(tmp_path / "run")]) == 1
    error = capsys.readouterr().err
    assert str(path) in error
    assert message in error
    assert not (tmp_path / "run").exists()


def test__fit__csv_file_that_is_not_there__misuse(tmp_path, capsys):
    with pytest.raises(SystemExit) as status:
        main(["fit", "--dataset", str(tmp_path / "train.csv")])
    assert status.value.code == 2
    assert "no CSV file that is there" in capsys.readouterr().err
