"""Finding, verifying and reading the files of MNIST."""

import gzip
import os
import pickle

import pytest
from fake_mnist import (
    CONTENT,
    NAMES,
    OTHER_CONTENT,
    TEST_IMAGES,
    TEST_LABELS,
    TRAIN_IMAGES,
    TRAIN_LABELS,
    Mirror,
    expect_arrays,
    names_in,
    raising,
)

from skmnist.datasets import DatasetError, fetch_mnist, verify_mnist
from skmnist.datasets import files as mnist_files

# -- finding


@pytest.mark.parametrize("suffix", ["", ".gz"], ids=["raw", "gz"])
@pytest.mark.parametrize("dotted", [False, True], ids=["dash", "dot"])
def test__fetch_mnist__any_usual_name__found(fake, folder, dotted, suffix):
    for name, content in CONTENT.items():
        spelling = name.replace("-idx", ".idx") if dotted else name
        packed = gzip.compress(content) if suffix else content
        (folder / f"{spelling}{suffix}").write_bytes(packed)
    expect_arrays(*fetch_mnist(data_home=folder, return_X_y=True), "train", "t10k")


def test__fetch_mnist__unpacked_but_not_renamed__accepted(fake, full_folder):
    # as browsers do
    (full_folder / TEST_IMAGES).rename(full_folder / f"{TEST_IMAGES}.gz")
    X, y = fetch_mnist(subset="test", data_home=full_folder, return_X_y=True)
    expect_arrays(X, y, "t10k")


def test__fetch_mnist__files_in_all_folders_of_the_path__each_found(monkeypatch, fake, tmp_path):
    homes = [tmp_path / "a", tmp_path / "b", tmp_path / "c" / "mnist"]
    for home, name in zip(homes, NAMES[:2] + NAMES[3:], strict=True):
        home.mkdir(parents=True)
        (home / name).write_bytes(CONTENT[name])
    (homes[1] / TEST_IMAGES).write_bytes(CONTENT[TEST_IMAGES])
    monkeypatch.setenv("SKMNIST_DATA_HOME", str(homes[1]))
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path / "c"))
    X, y = fetch_mnist(data_home=str(homes[0]), return_X_y=True)
    expect_arrays(X, y, "train", "t10k")
    assert list(verify_mnist(homes[0]).values()) == [
        homes[0] / TRAIN_IMAGES,
        homes[1] / TRAIN_LABELS,
        homes[1] / TEST_IMAGES,
        homes[2] / TEST_LABELS,
    ]


def test__verify_mnist__same_file_in_two_folders__first_used(monkeypatch, fake, full_folder):
    monkeypatch.setenv("SKMNIST_DATA_HOME", str(full_folder))
    home = full_folder / "first"
    home.mkdir()
    (home / f"{TEST_LABELS}.gz").write_bytes(gzip.compress(CONTENT[TEST_LABELS]))
    assert verify_mnist(home)[TEST_LABELS] == home / f"{TEST_LABELS}.gz"


def test__fetch_mnist__subset__other_files_not_needed(fake, full_folder):
    (full_folder / TRAIN_IMAGES).unlink()
    (full_folder / TRAIN_LABELS).write_bytes(b"bad")
    expect_arrays(*fetch_mnist(subset="test", data_home=full_folder, return_X_y=True), "t10k")
    assert TRAIN_LABELS in names_in(full_folder)


def test__verify_mnist__good_files__their_paths(fake, full_folder):
    assert verify_mnist(full_folder) == {name: full_folder / name for name in NAMES}


def test__verify_mnist__missing_file__error_and_no_download(fake, use_mirrors, full_folder):
    use_mirrors("good")
    (full_folder / TEST_LABELS).unlink()
    with pytest.raises(DatasetError, match=f"file {TEST_LABELS} was not found"):
        verify_mnist(full_folder)
    assert Mirror.requests == []


def test__verify_mnist__bad_file__error_and_set_aside(fake, full_folder):
    (full_folder / TEST_LABELS).write_bytes(b"bad")
    with pytest.raises(DatasetError, match=f"{TEST_LABELS} is not good"):
        verify_mnist(full_folder)
    assert f"{TEST_LABELS}.bad" in names_in(full_folder)


def test__fetch_mnist__unreadable_folder__said(monkeypatch, fake, folder):
    monkeypatch.setattr(os, "access", lambda path, mode: path != folder)
    with pytest.raises(DatasetError) as raised:
        fetch_mnist(data_home=folder, download_if_missing=False)
    assert f"  {folder} (no permission to read it)\n" in str(raised.value)


# -- bad files

GOOD = CONTENT[TRAIN_IMAGES]
PACKED = gzip.compress(GOOD)


def flipped(content, position):
    return content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :]


BAD_FILES = {
    "empty": ("", b"", "empty"),
    "empty_gz": (".gz", b"", "empty"),
    "truncated": ("", GOOD[:-1], f"truncated: {len(GOOD) - 1:,} of {len(GOOD):,} bytes"),
    "truncated_in_header": ("", GOOD[:10], f"truncated: 10 of {len(GOOD):,} bytes"),
    "truncated_then_packed": (
        ".gz",
        gzip.compress(GOOD[:100]),
        f"truncated: 100 of {len(GOOD):,} bytes",
    ),
    "truncated_gz": (".gz", PACKED[: len(PACKED) // 2], "truncated gzip archive"),
    "truncated_in_the_last_bytes": (".gz", PACKED[:-1], "truncated gzip archive"),
    "damaged_gz": (".gz", flipped(PACKED, -5), "damaged gzip archive: CRC check failed"),
    "damaged_gz_method": (".gz", b"\x1f\x8b\x07" + PACKED[3:], "damaged gzip archive"),
    "damaged_gz_block": (".gz", PACKED[:10] + b"\xff" * 50, "damaged gzip archive"),
    "not_gzip": (".gz", b"PK\x03\x04" * 9, "not a gzip archive, and it begins with b'PK"),
    "page": (
        "",
        b"<!DOCTYPE html><p>404",
        "not with the IDX magic number 2051: a web page, as it seems",
    ),
    "page_as_gz": (".gz", b"\n<HTML>404", "number 2051: a web page, as it seems"),
    "labels_for_images": ("", CONTENT[TRAIN_LABELS], "images and labels mixed up"),
    "test_for_train": ("", CONTENT[TEST_IMAGES], "of shape (3, 28, 28), not (7, 28, 28)"),
    "too_long": ("", GOOD + b"\0", f"longer than the {len(GOOD):,} bytes"),
    "one_bit_off": ("", flipped(GOOD, 1000), "other content in the right format"),
    "fashion": (".gz", gzip.compress(OTHER_CONTENT[TRAIN_IMAGES]), "Fashion-MNIST"),
}


@pytest.mark.parametrize(("suffix", "content", "reason"), BAD_FILES.values(), ids=BAD_FILES)
def test__fetch_mnist__bad_file__said_set_aside_and_replaced(
    fake, use_mirrors, full_folder, suffix, content, reason
):
    use_mirrors("good")
    path = full_folder / f"{TRAIN_IMAGES}{suffix}"
    (full_folder / TRAIN_IMAGES).unlink()
    path.write_bytes(content)

    with pytest.raises(DatasetError) as raised:
        fetch_mnist(data_home=full_folder)

    message = str(raised.value)
    assert message.startswith(f"{path} is not good: ")
    assert reason in message
    bad = path.with_name(f"{path.name}.bad")
    assert f"It was set aside as {bad}: call fetch_mnist() again" in message
    assert f"or put a good copy into {full_folder}." in message
    assert not path.exists()
    assert bad.read_bytes() == content

    expect_arrays(*fetch_mnist(data_home=full_folder, return_X_y=True), "train", "t10k")
    assert Mirror.requests == [("good", f"{TRAIN_IMAGES}.gz")]
    assert names_in(full_folder) == sorted([*NAMES[1:], f"{TRAIN_IMAGES}.gz", bad.name])


def test__fetch_mnist__bad_file_in_last_folder__set_aside_there(fake, tmp_path, folder):
    home = tmp_path / "sklearn" / "mnist"
    home.mkdir(parents=True)
    (home / TEST_IMAGES).write_bytes(b"bad")
    (folder / TEST_LABELS).write_bytes(CONTENT[TEST_LABELS])
    with pytest.raises(DatasetError, match=f"{home / TEST_IMAGES} is not good"):
        fetch_mnist(subset="test", data_home=folder)
    assert names_in(home) == [f"{TEST_IMAGES}.bad"]


def test__fetch_mnist__bad_again__earlier_one_kept(fake, full_folder):
    for content in [b"bad", b"worse", b"worst"]:
        (full_folder / TEST_IMAGES).write_bytes(content)
        with pytest.raises(DatasetError, match="set aside"):
            fetch_mnist(data_home=full_folder)
    kept = [(full_folder / f"{TEST_IMAGES}.{end}").read_bytes() for end in ["bad", "bad2", "bad3"]]
    assert kept == [b"bad", b"worse", b"worst"]


def test__fetch_mnist__bad_file_in_folder_not_writable__left_and_said(
    monkeypatch, fake, full_folder
):
    path = full_folder / TEST_IMAGES
    path.write_bytes(b"bad")
    monkeypatch.setattr(os, "rename", raising(PermissionError(13, "Permission denied")))
    with pytest.raises(DatasetError) as raised:
        fetch_mnist(data_home=full_folder)
    message = str(raised.value)
    assert message.startswith(f"{path} is not good: it begins with b'bad'")
    assert f"{full_folder} is not writable (Permission denied): delete it" in message
    assert path.read_bytes() == b"bad"


def test__fetch_mnist__bad_file_set_aside_meanwhile__said(monkeypatch, fake, full_folder):
    (full_folder / TEST_IMAGES).write_bytes(b"bad")
    monkeypatch.setattr(os, "rename", raising(FileNotFoundError(2, "No such file")))
    with pytest.raises(DatasetError, match="set aside already: call fetch_mnist"):
        fetch_mnist(data_home=full_folder)


def test__fetch_mnist__unreadable_file__said_and_not_set_aside(monkeypatch, fake, full_folder):
    error = PermissionError(13, "Permission denied")
    monkeypatch.setattr(mnist_files, "open", raising(error), raising=False)
    with pytest.raises(DatasetError) as raised:
        fetch_mnist(subset="test", data_home=full_folder)
    message = str(raised.value)
    assert message.startswith(f"{full_folder / TEST_IMAGES} cannot be read: Permission denied.")
    assert names_in(full_folder) == sorted(NAMES)


def test__dataset_error__pickled__an_oserror_with_its_message():
    error = pickle.loads(pickle.dumps(DatasetError("what and why")))
    assert isinstance(error, OSError)
    assert str(error) == "what and why"
