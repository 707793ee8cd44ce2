"""``skmnist export``."""

import numpy as np
import pytest

from skmnist import NumpyMLPClassifier, load_model, save_model
from skmnist.cli import main


@pytest.fixture
def run(digits, tmp_path):
    """A run folder that holds a model."""
    X, y = digits
    clf = NumpyMLPClassifier(max_epochs=3, random_state=0).fit(X[:300], y[:300])
    save_model(clf, tmp_path / "model.skops")
    return tmp_path


def export(*arguments):
    return main(["export", *map(str, arguments)])


@pytest.mark.slow
@pytest.mark.parametrize("output", [None, "other.onnx"])
def test__export__file_that_predicts_the_same(output, run, digits, capsys):
    onnxruntime = pytest.importorskip("onnxruntime", reason='needs pip install "skmnist[onnx]"')
    path = run / (output or "model.onnx")
    options = ["--input-dtype", "float32", "--input-shape", "image"]
    assert export(run, *(["--output", path] if output else []), *options) == 0
    assert capsys.readouterr().out == f"{path}\n"
    X = digits[0].reshape(-1, 8, 8)
    labels, _ = onnxruntime.InferenceSession(path).run(None, {"X": X.astype(np.float32)})
    assert (labels == load_model(run / "model.skops").predict(X)).all()


def test__file_that_is_there__not_overwritten(run, capsys):
    (run / "model.onnx").write_text("mine")
    assert export(run) == 1
    assert "is there already; give another file with --output" in capsys.readouterr().err
    assert (run / "model.onnx").read_text() == "mine"


def test__folder_that_is_not_there__said(run, capsys):
    assert export(run, "--output", run / "none" / "model.onnx") == 1
    assert "none is no folder" in capsys.readouterr().err


def test__no_model__said(tmp_path, capsys):
    assert export(tmp_path) == 1
    assert "does not exist" in capsys.readouterr().err


def test__bad_choice__is_misuse(run):
    with pytest.raises(SystemExit) as error:
        export(run, "--input-dtype", "int8")
    assert error.value.code == 2


def test__package_missing__says_what_to_install(run, capsys, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "onnx", None)
    assert export(run) == 1
    assert 'pip install "skmnist[onnx]"' in capsys.readouterr().err
