"""Run folders: made before training, for one command, and not left behind empty."""

import errno
import json

import pytest

from skmnist import MnistCNNClassifier
from skmnist.cli import main, runs

resource = pytest.importorskip("resource")  # not on Windows

FIT = ["fit", "--dataset", "digits", "--max-epochs", "1", "--no-figures", "--quiet"]


@pytest.fixture
def full_disk():
    """Let no file become larger than 1 MB, as if the disk were full then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def no_fit(monkeypatch):
    """Let nothing be trained."""

    def fit(*args, **kwargs):
        raise AssertionError("training has begun")

    monkeypatch.setattr(MnistCNNClassifier, "fit", fit)


def test__new_run_folder__same_name_at_the_same_time__two_folders(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with (
        runs.new_run_folder(None, "digits-now") as first,
        runs.new_run_folder(None, "digits-now") as second,
        runs.new_run_folder(None, "digits-now") as third,
    ):
        assert [path.name for path in (first, second, third)] == [
            "digits-now",
            "digits-now-2",
            "digits-now-3",
        ]
        assert first.is_dir()


@pytest.mark.parametrize("kind", ["link", "file"])
def test__new_run_folder__runs_is_no_folder__error(kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if kind == "link":
        (tmp_path / "runs").symlink_to("nothing")
    else:
        (tmp_path / "runs").write_text("")
    with (
        pytest.raises(FileExistsError, match="runs is a file, or a link to nothing"),
        runs.new_run_folder(None, "digits-now"),
    ):
        pass


def test__new_run_folder__output_that_another_command_has__error(tmp_path):
    output = tmp_path / "run"
    with runs.new_run_folder(output, None):
        with (
            pytest.raises(FileExistsError, match="that is running"),
            runs.new_run_folder(output, None),
        ):
            pass
        assert output.is_dir()


def test__new_run_folder__block_fails__removes_what_it_made(tmp_path):
    with pytest.raises(KeyboardInterrupt), runs.new_run_folder(tmp_path / "a" / "b", None):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test__new_run_folder__block_fails_with_a_file__keeps_it(tmp_path):
    def fail():
        with runs.new_run_folder(tmp_path / "a", None) as folder:
            (folder / "model.skops").write_text("precious")
            raise ValueError("late")

    with pytest.raises(ValueError, match="late"):
        fail()
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["model.skops"]


def test__new_run_folder__folder_of_the_user__stays(tmp_path):
    with pytest.raises(ValueError, match="late"), runs.new_run_folder(tmp_path, None):
        raise ValueError("late")
    assert tmp_path.is_dir()


def test__new_run_folder__end__nothing_but_what_was_written(tmp_path):
    with runs.new_run_folder(tmp_path / "run", None) as folder:
        assert sum(path.stat().st_size for path in folder.iterdir()) >= 10**7
        runs.make_room(folder)
        assert sum(path.stat().st_size for path in folder.iterdir()) == 0
        with pytest.raises(FileExistsError), runs.new_run_folder(folder, None):
            pass
    assert list(folder.iterdir()) == []


def test__fit__full_disk__is_found_before_training(tmp_path, full_disk, no_fit, capsys):
    assert main([*FIT, "--output", str(tmp_path / "run")]) == 1
    error = capsys.readouterr().err
    assert f"a model cannot be written to {tmp_path / 'run'}" in error
    assert error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test__fit__folder_that_cannot_be_made__is_found_before_training(tmp_path, no_fit, capsys):
    (tmp_path / "file").touch()
    assert main([*FIT, "--output", str(tmp_path / "file" / "run")]) == 1
    assert f"[Errno {errno.ENOTDIR}]" in capsys.readouterr().err


def test__fit__refused_by_the_classifier__leaves_no_folder(tmp_path, capsys):
    arguments = [*FIT, "--classifier", "mlp", "--hidden-layer-sizes", "0,5"]
    assert main([*arguments, "--output", str(tmp_path / "run")]) == 1
    assert "hidden_layer_sizes" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "{", '{"a": 1', "[]", "3", '{"a": 1}', "\x00"])
def test__read_json__damaged__error_names_the_file(text, tmp_path):
    path = tmp_path / "metrics.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"metrics\.json is damaged"):
        runs.read_metrics(tmp_path, ["n_test"])


def test__read_json__list__each_must_have_the_keys(tmp_path):
    path = tmp_path / "results.json"
    runs.write_json(path, [{"a": 1, "b": 2}, {"a": 1}])
    assert runs.read_json(path, list, ["a"]) == json.loads(path.read_text())
    with pytest.raises(ValueError, match="b is missing"):
        runs.read_json(path, list, ["b"])
