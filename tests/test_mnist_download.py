"""Downloading MNIST."""

import gzip
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import pooch
import pytest
from fake_mnist import (
    ARRAYS,
    CONTENT,
    NAMES,
    TEST_IMAGES,
    TEST_LABELS,
    TRAIN_IMAGES,
    TRAIN_LABELS,
    Mirror,
    expect_arrays,
    names_in,
    raising,
)

from skmnist import datasets
from skmnist.datasets import DatasetError, fetch_mnist
from skmnist.datasets import download as mnist_download
from skmnist.datasets import files as mnist_files


def fetch_failing(**params):
    """Return the message of a fetch that is retried in vain."""
    with (
        pytest.warns(UserWarning, match="Retry downloading"),
        pytest.raises(DatasetError) as raised,
    ):
        fetch_mnist(**{"n_retries": 1, "delay": 0.001, **params})
    return str(raised.value)


def test__fetch_mnist__nothing_there__downloaded_once_to_first_folder(fake, use_mirrors, tmp_path):
    use_mirrors("good", "absent")
    home = tmp_path / "new" / "folder"
    for _ in range(2):
        expect_arrays(*fetch_mnist(data_home=home, return_X_y=True), "train", "t10k")
    assert names_in(home) == sorted(f"{name}.gz" for name in NAMES)
    assert Mirror.requests == [("good", f"{name}.gz") for name in NAMES]
    assert not (tmp_path / "sklearn").exists()


def test__fetch_mnist__subset__only_its_files_downloaded(fake, use_mirrors, tmp_path):
    use_mirrors("good")
    fetch_mnist(subset="test")
    home = tmp_path / "sklearn" / "mnist"
    assert names_in(home) == sorted([f"{TEST_IMAGES}.gz", f"{TEST_LABELS}.gz"])


def test__fetch_mnist__download__only_a_progress_bar_is_shown(fake, use_mirrors, folder, capfd):
    use_mirrors("good")
    fetch_mnist(data_home=folder)
    shown = capfd.readouterr()
    lines = [line.split("\r")[-1] for line in shown.err.rstrip().split("\n")]
    assert shown.out == ""
    assert len(lines) == 4
    assert all(line.startswith("100%|") for line in lines)


def test__fetch_mnist__download__file_as_readable_as_any_other(fake, use_mirrors, full_folder):
    use_mirrors("good")
    (full_folder / TEST_IMAGES).unlink()
    fetch_mnist(data_home=full_folder)
    mode = (full_folder / TEST_LABELS).stat().st_mode
    assert (full_folder / f"{TEST_IMAGES}.gz").stat().st_mode == mode


@pytest.mark.parametrize(
    "way", ["absent", "page", "other", "cut", "breaking_off", "length_huge", "length_text"]
)
def test__fetch_mnist__bad_mirror__next_one_asked(fake, use_mirrors, folder, way):
    use_mirrors(way, "good")
    with warnings.catch_warnings():
        # not a matter for a retry
        warnings.simplefilter("error")
        expect_arrays(*fetch_mnist(subset="train", data_home=folder, return_X_y=True), "train")
    assert Mirror.requests[:2] == [(way, f"{TRAIN_IMAGES}.gz"), ("good", f"{TRAIN_IMAGES}.gz")]
    assert names_in(folder) == sorted([f"{TRAIN_IMAGES}.gz", f"{TRAIN_LABELS}.gz"])


def test__fetch_mnist__mirror_without_end__is_left_soon_and_no_file_stays(
    fake, use_mirrors, folder
):
    use_mirrors("without_end")
    with pytest.raises(DatasetError) as raised:
        fetch_mnist(data_home=folder, n_retries=0)
    assert "it served a bad file: longer than " in str(raised.value)
    # had it all been taken, the mirror would not notice
    assert Mirror.given_up.wait(timeout=20)
    assert names_in(folder) == []


def test__fetch_mnist__mirror_unpacking_without_end__is_left_soon(fake, use_mirrors, folder):
    use_mirrors("bomb")
    with pytest.raises(DatasetError) as raised:
        fetch_mnist(data_home=folder, n_retries=0)
    assert "it served a bad file: longer than " in str(raised.value)
    assert names_in(folder) == []


def test__largest_size__good_file_however_badly_compressed__fits(fake):
    for name, content in CONTENT.items():
        packed = gzip.compress(content, compresslevel=0)
        assert len(content) < len(packed) <= mnist_files.largest_size(name)


def test__fetch_mnist__closed_port_first__next_one_asked(fake, use_mirrors, folder, closed_port):
    use_mirrors(closed_port, "good")
    X, y = fetch_mnist(subset="test", data_home=folder, return_X_y=True)
    expect_arrays(X, y, "t10k")


def test__fetch_mnist__download_unpacked_on_the_way__saved_as_such(fake, use_mirrors, folder):
    use_mirrors("encoded")
    expect_arrays(*fetch_mnist(subset="test", data_home=folder, return_X_y=True), "t10k")
    assert (folder / TEST_IMAGES).read_bytes() == CONTENT[TEST_IMAGES]


def test__fetch_mnist__server_willing_to_encode__archive_saved(fake, use_mirrors, folder):
    use_mirrors("encoded_if_accepted")
    fetch_mnist(subset="test", data_home=folder)
    assert names_in(folder) == sorted([f"{TEST_IMAGES}.gz", f"{TEST_LABELS}.gz"])


def test__fetch_mnist__all_mirrors_fail__each_reason_said(fake, use_mirrors, folder, closed_port):
    use_mirrors("absent", "page", "other", "cut", "breaking_off", closed_port)
    message = fetch_failing(data_home=folder)
    lines = message.splitlines()
    tried = lines[lines.index("Tried to download:") + 1 : -1]
    reasons = [
        "HTTP 404 Not Found",
        "it served a bad file: it begins with b'<!DOCTYPE html><'",
        "it served a bad file: other content in the right format",
        "it served a bad file: truncated gzip archive",
        "IncompleteRead(",
        "Connection refused",
    ]
    assert len(tried) == len(reasons)
    for line, mirror, reason in zip(tried, mnist_download.MIRRORS, reasons, strict=True):
        assert line.startswith(f"  {mirror}{TRAIN_IMAGES}.gz: {reason}")
    assert names_in(folder) == []


def test__fetch_mnist__no_network__one_clear_error(monkeypatch, fake, tmp_path, closed_port):
    monkeypatch.setenv("SKMNIST_DATA_HOME", str(tmp_path / "mine"))
    message = fetch_failing()
    assert message.splitlines() == [
        f"The MNIST file {TRAIN_IMAGES} was not found. Looked in:",
        f"  {tmp_path / 'mine'}",
        f"  {tmp_path / 'sklearn' / 'mnist'} (no such folder)",
        "Tried to download:",
        f"  {closed_port}{TRAIN_IMAGES}.gz: Connection refused",
        f"Put the four files {TRAIN_IMAGES}, {TRAIN_LABELS}, {TEST_IMAGES} and {TEST_LABELS} "
        f"(as they are or as .gz) into {tmp_path / 'mine'}, or set the environment variable "
        "SKMNIST_DATA_HOME to a folder that holds them.",
    ]
    assert names_in(tmp_path / "mine") == []


def test__fetch_mnist__download_if_missing_false__one_clear_error(fake, use_mirrors, folder):
    use_mirrors("good")
    with pytest.raises(DatasetError) as raised:
        fetch_mnist(data_home=folder, download_if_missing=False)
    message = str(raised.value)
    assert f"{TRAIN_IMAGES} was not found. Looked in:\n  {folder}\n" in message
    assert "It was not downloaded: download_if_missing=False." in message
    assert all(name in message for name in NAMES)
    assert f"into {folder}, or set the environment variable SKMNIST_DATA_HOME" in message
    assert Mirror.requests == []


def test__fetch_mnist__no_retries__mirrors_asked_once_without_warning(fake, use_mirrors, folder):
    use_mirrors("absent", "page")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(DatasetError, match="Tried to download"):
            fetch_mnist(data_home=folder, n_retries=0)
    assert [way for way, _ in Mirror.requests] == ["absent", "page"]


def test__fetch_mnist__mirrors_fail__whole_list_retried_with_delay(
    monkeypatch, fake, use_mirrors, folder
):
    slept = []
    monkeypatch.setattr(mnist_download.time, "sleep", slept.append)
    use_mirrors("absent", "page")
    with pytest.warns(UserWarning, match="Retry") as warned, pytest.raises(DatasetError):
        fetch_mnist(data_home=folder, n_retries=2, delay=0.5)
    assert [way for way, _ in Mirror.requests] == ["absent", "page"] * 3
    assert slept == [0.5, 0.5]
    retries = [warning for warning in warned if "Retry downloading" in str(warning.message)]
    assert len(retries) == 2
    # where the user can see what it is about
    assert retries[0].filename == __file__


def test__fetch_mnist__mirror_recovers__downloaded_after_a_retry(fake, use_mirrors, folder):
    use_mirrors("second_time")
    with pytest.warns(UserWarning, match="Retry downloading"):
        X, y = fetch_mnist(subset="test", data_home=folder, delay=0.001, return_X_y=True)
    expect_arrays(X, y, "t10k")


def test__fetch_mnist__silent_mirror__waited_for_only_once(monkeypatch, fake, use_mirrors, folder):
    use_mirrors("silent", "good")
    monkeypatch.setattr(mnist_download, "_CONNECT_TIMEOUT", 0.2)
    monkeypatch.setattr(mnist_download, "_READ_TIMEOUT", 0.3)
    expect_arrays(*fetch_mnist(data_home=folder, return_X_y=True), "train", "t10k")
    assert [way for way, _ in Mirror.requests] == ["silent", "good", "good", "good", "good"]


def test__fetch_mnist__all_mirrors_silent__no_retry(monkeypatch, fake, use_mirrors, folder):
    use_mirrors("silent")
    monkeypatch.setattr(mnist_download, "_CONNECT_TIMEOUT", 0.2)
    monkeypatch.setattr(mnist_download, "_READ_TIMEOUT", 0.3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(DatasetError, match=r"idx3-ubyte\.gz: timed out"):
            fetch_mnist(data_home=folder)
    assert len(Mirror.requests) == 1


def test__fetch_mnist__time_limits__about_ten_seconds_to_connect(
    monkeypatch, fake, use_mirrors, folder
):
    given = []

    class Recording(pooch.HTTPDownloader):
        def __init__(self, **params):
            given.append(params)
            super().__init__(**params)

    monkeypatch.setattr(pooch, "HTTPDownloader", Recording)
    use_mirrors("good")
    fetch_mnist(data_home=folder)
    connect, read = given[0]["timeout"]
    assert connect <= 10
    assert read <= 60


def test__fetch_mnist__interrupted__no_file_left(monkeypatch, fake, use_mirrors, folder):
    seen = []

    def interrupted(self, url, output_file, pooch):
        output_file.write(b"part")
        seen.extend(names_in(folder))
        raise KeyboardInterrupt

    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fetch_mnist(data_home=folder)
    assert len(seen) == 1
    # what is not yet verified never has the name of what is
    assert mnist_files.find(TRAIN_IMAGES, [folder]) is None
    assert names_in(folder) == []


def test__fetch_mnist__folder_cannot_be_made__said_without_asking_mirrors(
    fake, use_mirrors, tmp_path
):
    use_mirrors("good")
    (tmp_path / "file").write_bytes(b"")
    home = tmp_path / "file" / "folder"
    with pytest.raises(DatasetError) as raised:
        fetch_mnist(data_home=home)
    message = str(raised.value)
    assert f"{TRAIN_IMAGES} is needed, but a download cannot be saved in {home}: " in message
    assert "SKMNIST_DATA_HOME" in message
    assert Mirror.requests == []


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere"
)
def test__fetch_mnist__folder_not_writable__said(fake, use_mirrors, folder):
    use_mirrors("good")
    folder.chmod(0o500)
    with pytest.raises(DatasetError, match=r"cannot be saved in .*Permission denied"):
        fetch_mnist(data_home=folder)


def test__fetch_mnist__disk_full__said_and_no_file_left(monkeypatch, fake, use_mirrors, folder):
    use_mirrors("good")
    full = raising(OSError(28, "No space left on device"))
    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", full)
    with pytest.raises(DatasetError, match=r"cannot be saved in .*: No space left on device"):
        fetch_mnist(data_home=folder)
    assert names_in(folder) == []


def test__fetch_mnist__good_file_being_read_on_windows__used(
    monkeypatch, fake, use_mirrors, folder
):
    def replace(source, target):
        Path(target).write_bytes(Path(source).read_bytes())
        raise PermissionError(13, "Access is denied")

    use_mirrors("good")
    monkeypatch.setattr(os, "replace", replace)
    expect_arrays(*fetch_mnist(subset="test", data_home=folder, return_X_y=True), "t10k")
    assert names_in(folder) == sorted([f"{TEST_IMAGES}.gz", f"{TEST_LABELS}.gz"])


def test__fetch_mnist__cannot_be_renamed__said(monkeypatch, fake, use_mirrors, folder):
    use_mirrors("good")
    monkeypatch.setattr(os, "replace", raising(PermissionError(13, "Access is denied")))
    with pytest.raises(DatasetError, match=r"cannot be saved in .*: Access is denied"):
        fetch_mnist(data_home=folder)
    assert names_in(folder) == []


FETCH_IN_PROCESS = """
import json, sys
from skmnist import datasets
from skmnist.datasets import download as mnist_download
from skmnist.datasets import files as mnist_files
files, mirror, folder = json.loads(sys.argv[1])
mnist_files.FILES.update(
    {name: mnist_files.File(tuple(shape), sha) for name, (shape, sha) in files.items()}
)
mnist_download.MIRRORS = (mirror,)
data, target = datasets.fetch_mnist(data_home=folder, return_X_y=True)
print(data.sum(), target.sum())
"""


def test__fetch_mnist__two_processes_at_once__both_succeed(fake, server, folder):
    Mirror.requests.clear()
    # each file is sent only when both have asked for it
    argument = json.dumps([mnist_files.FILES, f"{server}/for_two/", str(folder)])
    command = [sys.executable, "-W", "error", "-c", FETCH_IN_PROCESS, argument]
    environment = {**os.environ, "PYTHONPATH": str(Path(datasets.__file__).parents[1])}
    processes = [
        subprocess.Popen(command, env=environment, stdout=-1, stderr=-1, text=True)
        for _ in range(2)
    ]
    pixels = sum(int(ARRAYS[name].sum()) for name in [TRAIN_IMAGES, TEST_IMAGES])
    labels = sum(int(ARRAYS[name].sum()) for name in [TRAIN_LABELS, TEST_LABELS])
    for process in processes:
        output, errors = process.communicate(timeout=60)
        assert output == f"{pixels} {labels}\n", errors
    assert len(Mirror.requests) == 2 * len(NAMES)
    assert names_in(folder) == sorted(f"{name}.gz" for name in NAMES)
