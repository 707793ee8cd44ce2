"""Finding, verifying, downloading and loading MNIST."""

import gzip
import hashlib
import http.server
import json
import math
import os
import pickle
import socket
import struct
import subprocess
import sys
import threading
import tracemalloc
import warnings
from pathlib import Path

import numpy as np
import pooch
import pytest
from sklearn.datasets import get_data_home
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import cross_validate

from skmnist import datasets, mnist_download, mnist_files
from skmnist.datasets import (
    DatasetError,
    fetch_mnist,
    mnist_search_path,
    mnist_split,
    verify_mnist,
)

TRAIN_IMAGES = "train-images-idx3-ubyte"
TRAIN_LABELS = "train-labels-idx1-ubyte"
TEST_IMAGES = "t10k-images-idx3-ubyte"
TEST_LABELS = "t10k-labels-idx1-ubyte"
NAMES = [TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS]

N_TRAIN, N_TEST = 7, 3

# before any fixture hides it
REAL_FOLDER = os.environ.get("SKMNIST_DATA_HOME")
needs_real_files = pytest.mark.skipif(not REAL_FOLDER, reason="SKMNIST_DATA_HOME is not set")


def as_idx(array):
    header = struct.pack(f">{1 + array.ndim}I", 0x0800 + array.ndim, *array.shape)
    return header + array.tobytes()


def fake_arrays(seed=0):
    rng = np.random.default_rng(seed)
    return {
        TRAIN_IMAGES: rng.integers(256, size=(N_TRAIN, 28, 28), dtype=np.uint8),
        TRAIN_LABELS: rng.integers(10, size=N_TRAIN, dtype=np.uint8),
        TEST_IMAGES: rng.integers(256, size=(N_TEST, 28, 28), dtype=np.uint8),
        TEST_LABELS: rng.integers(10, size=N_TEST, dtype=np.uint8),
    }


ARRAYS = fake_arrays()
CONTENT = {name: as_idx(array) for name, array in ARRAYS.items()}
OTHER_CONTENT = {name: as_idx(array) for name, array in fake_arrays(seed=1).items()}


class Mirror(http.server.BaseHTTPRequestHandler):
    """Serves CONTENT in as many ways as its URL's first part names."""

    requests = []
    together = threading.Barrier(2)
    stop = threading.Event()

    def do_GET(self):
        way, file_name = self.path.strip("/").split("/")
        self.requests.append((way, file_name))
        self.packed = gzip.compress(CONTENT[file_name.removesuffix(".gz")])
        getattr(self, way)()

    def reply(self, body, length=None, **headers):
        self.send_response(200)
        self.send_header("Content-Length", str(length or len(body)))
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def good(self):
        self.reply(self.packed)

    def absent(self):
        self.send_error(404)

    def page(self):
        self.reply(b"<!DOCTYPE html><title>Please log in</title>")

    def other(self):
        self.reply(gzip.compress(OTHER_CONTENT[TRAIN_IMAGES]))

    def cut(self):
        self.reply(self.packed[:-20])

    def breaking_off(self):
        self.reply(self.packed[:-20], length=len(self.packed))

    def encoded(self):
        self.reply(self.packed, Content_Encoding="gzip")

    def encoded_if_accepted(self):
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            self.encoded()
        else:
            self.good()

    def second_time(self):
        if self.requests.count(self.requests[-1]) == 1:
            self.absent()
        else:
            self.good()

    def for_two(self):
        self.together.wait(timeout=20)
        self.good()

    def silent(self):
        self.stop.wait(timeout=20)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def server():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    Mirror.stop.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def closed_port():
    """Return the URL of a mirror that refuses connections."""
    with socket.socket() as unused:
        # bound, so that nobody else gets it; not listening, so that it is closed
        unused.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{unused.getsockname()[1]}/"


@pytest.fixture
def nowhere(monkeypatch, tmp_path, closed_port):
    """Hide what data this machine has, and the network."""
    monkeypatch.setattr(mnist_download, "MIRRORS", (closed_port,))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path / "sklearn"))
    monkeypatch.delenv("SKMNIST_DATA_HOME", raising=False)


@pytest.fixture
def fake(monkeypatch, nowhere):
    """Have CONTENT for MNIST."""
    expected = {
        name: mnist_files.File(array.shape, hashlib.sha256(CONTENT[name]).hexdigest())
        for name, array in ARRAYS.items()
    }
    for name, file in expected.items():
        monkeypatch.setitem(mnist_files.FILES, name, file)


@pytest.fixture
def use_mirrors(monkeypatch, server):
    """Return a function to choose the mirrors: URLs, or ways of our server to serve files."""

    def use(*ways):
        Mirror.requests.clear()
        urls = tuple(way if ":" in way else f"{server}/{way}/" for way in ways)
        monkeypatch.setattr(mnist_download, "MIRRORS", urls)

    return use


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def full_folder(folder):
    for name, content in CONTENT.items():
        (folder / name).write_bytes(content)
    return folder


def expect_arrays(data, target, *parts):
    images = np.concatenate([ARRAYS[f"{part}-images-idx3-ubyte"] for part in parts])
    labels = np.concatenate([ARRAYS[f"{part}-labels-idx1-ubyte"] for part in parts])
    np.testing.assert_array_equal(data, images.reshape(-1, 784))
    np.testing.assert_array_equal(target, labels)


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def fetch_failing(**params):
    """Return the message of a fetch that is retried in vain."""
    with (
        pytest.warns(UserWarning, match="Retry downloading"),
        pytest.raises(DatasetError) as raised,
    ):
        fetch_mnist(**{"n_retries": 1, "delay": 0.001, **params})
    return str(raised.value)


# -- what is returned


@pytest.mark.parametrize(
    ("subset", "parts"), [("train", ["train"]), ("test", ["t10k"]), ("all", ["train", "t10k"])]
)
def test__fetch_mnist__subset__its_images_in_order(fake, full_folder, subset, parts):
    mnist = fetch_mnist(subset=subset, data_home=full_folder)
    expect_arrays(mnist.data, mnist.target, *parts)


def test__fetch_mnist__default__all(fake, full_folder):
    assert len(fetch_mnist(data_home=full_folder).data) == N_TRAIN + N_TEST


@pytest.mark.parametrize("subset", ["train", "all"])
def test__fetch_mnist__arrays__own_writable_contiguous(fake, full_folder, subset):
    mnist = fetch_mnist(subset=subset, data_home=full_folder)
    assert (mnist.data.dtype, mnist.target.dtype) == (np.uint8, np.int64)
    for array in [mnist.data, mnist.target, mnist.images]:
        assert array.flags.writeable
        assert array.flags.c_contiguous
    mnist.images[-1, 27, 26] += 1
    # the same memory, row by row
    assert mnist.data[-1, 27 * 28 + 26] == mnist.images[-1, 27, 26]
    assert mnist.images.shape == (len(mnist.data), 28, 28)


def test__fetch_mnist__names__as_in_load_digits(fake, full_folder):
    mnist = fetch_mnist(data_home=full_folder)
    assert len(mnist.feature_names) == 784
    assert mnist.feature_names[:2] == ["pixel_0_0", "pixel_0_1"]
    assert mnist.feature_names[28] == "pixel_1_0"
    assert mnist.feature_names[-1] == "pixel_27_27"
    assert mnist.target_names == ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]
    assert mnist.frame is None


def test__fetch_mnist__description__names_source_licence_and_figures(fake, full_folder):
    description = fetch_mnist(data_home=full_folder).DESCR
    for part in ["LeCun", "Cortes", "Burges", "CC BY-SA 3.0", "60,000", "0.1307", "0.3081"]:
        assert part in description


def test__fetch_mnist__return_X_y__two_arrays(fake, full_folder):
    X, y = fetch_mnist(subset="test", data_home=full_folder, return_X_y=True)
    expect_arrays(X, y, "t10k")


def test__fetch_mnist__as_frame__pandas_objects(fake, full_folder):
    pandas = pytest.importorskip("pandas")
    mnist = fetch_mnist(data_home=full_folder, as_frame=True)
    expect_arrays(mnist.data.to_numpy(), mnist.target.to_numpy(), "train", "t10k")
    assert isinstance(mnist.data, pandas.DataFrame)
    assert isinstance(mnist.target, pandas.Series)
    assert mnist.target.name == "target"
    assert list(mnist.data.columns) == mnist.feature_names
    assert set(mnist.data.dtypes) == {np.dtype(np.uint8)}
    assert list(mnist.frame.columns) == [*mnist.feature_names, "target"]
    pandas.testing.assert_frame_equal(mnist.frame[mnist.feature_names], mnist.data)
    pandas.testing.assert_series_equal(mnist.frame["target"], mnist.target)
    assert mnist.images.shape == (N_TRAIN + N_TEST, 28, 28)


def test__fetch_mnist__as_frame_and_return_X_y__frame_and_series(fake, full_folder):
    pandas = pytest.importorskip("pandas")
    X, y = fetch_mnist(data_home=full_folder, as_frame=True, return_X_y=True)
    assert isinstance(X, pandas.DataFrame)
    assert isinstance(y, pandas.Series)


def test__fetch_mnist__as_frame_without_pandas__import_error_first(monkeypatch, fake):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="as_frame=True requires pandas"):
        fetch_mnist(as_frame=True, download_if_missing=False)


@pytest.mark.parametrize(
    "params",
    [
        {"subset": "validation"},
        {"data_home": 1},
        {"return_X_y": "yes"},
        {"as_frame": None},
        {"download_if_missing": 1.5},
        {"n_retries": -1},
        {"delay": 0.0},
    ],
    ids=lambda params: next(iter(params)),
)
def test__fetch_mnist__bad_parameter__value_error(fake, full_folder, params):
    with pytest.raises(ValueError, match=f"'{next(iter(params))}' parameter of fetch_mnist"):
        fetch_mnist(**{"data_home": full_folder, **params})


# -- where files are found


def test__mnist_search_path__all_given__in_order(monkeypatch, tmp_path):
    monkeypatch.setenv("SKMNIST_DATA_HOME", str(tmp_path / "b"))
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path / "c"))
    expected = [tmp_path / "a", tmp_path / "b", tmp_path / "c" / "mnist"]
    assert mnist_search_path(tmp_path / "a") == expected
    assert mnist_search_path(str(tmp_path / "a")) == expected
    assert mnist_search_path() == expected[1:]


@pytest.mark.parametrize("value", [None, ""])
def test__mnist_search_path__variable_unset__scikit_learn_data_home(monkeypatch, tmp_path, value):
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path / "home"))
    monkeypatch.delenv("SKMNIST_DATA_HOME", raising=False)
    if value is not None:
        monkeypatch.setenv("SKMNIST_DATA_HOME", value)
    found = mnist_search_path()
    assert not (tmp_path / "home").exists()
    assert found == [Path(get_data_home()) / "mnist"]


def test__mnist_search_path__no_variable_at_all__below_the_users_home(monkeypatch, tmp_path):
    for variable in ["HOME", "USERPROFILE"]:
        monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.delenv("SCIKIT_LEARN_DATA", raising=False)
    monkeypatch.setenv("SKMNIST_DATA_HOME", "~/mine")
    assert mnist_search_path("~") == [
        tmp_path,
        tmp_path / "mine",
        tmp_path / "scikit_learn_data" / "mnist",
    ]
    assert names_in(tmp_path) == []


def test__mnist_search_path__same_folder_twice__listed_once(monkeypatch, tmp_path):
    monkeypatch.setenv("SKMNIST_DATA_HOME", str(tmp_path))
    assert mnist_search_path(tmp_path).count(tmp_path) == 1


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


def raising(error):
    def function(*args, **kwargs):
        raise error

    return function


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


# -- downloading


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


@pytest.mark.parametrize("way", ["absent", "page", "other", "cut", "breaking_off"])
def test__fetch_mnist__bad_mirror__next_one_asked(fake, use_mirrors, folder, way):
    use_mirrors(way, "good")
    with warnings.catch_warnings():
        # not a matter for a retry
        warnings.simplefilter("error")
        expect_arrays(*fetch_mnist(subset="train", data_home=folder, return_X_y=True), "train")
    assert Mirror.requests[:2] == [(way, f"{TRAIN_IMAGES}.gz"), ("good", f"{TRAIN_IMAGES}.gz")]
    assert names_in(folder) == sorted([f"{TRAIN_IMAGES}.gz", f"{TRAIN_LABELS}.gz"])


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


def test__fetch_mnist__unreadable_folder__said(monkeypatch, fake, folder):
    monkeypatch.setattr(os, "access", lambda path, mode: path != folder)
    with pytest.raises(DatasetError) as raised:
        fetch_mnist(data_home=folder, download_if_missing=False)
    assert f"  {folder} (no permission to read it)\n" in str(raised.value)


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
        Path(output_file).write_bytes(b"part")
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
from skmnist import datasets, mnist_download, mnist_files
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


# -- the real data


@pytest.fixture(scope="module")
def real():
    return fetch_mnist(data_home=REAL_FOLDER, download_if_missing=False)


@needs_real_files
def test__fetch_mnist__real_training_images__published_mean_and_deviation(real):
    counts = sum(np.bincount(rows.ravel(), minlength=256) for rows in real.data[:60_000])
    values = np.arange(256) / 255
    mean = np.average(values, weights=counts)
    assert round(mean, 4) == 0.1307
    assert round(math.sqrt(np.average((values - mean) ** 2, weights=counts)), 4) == 0.3081


@needs_real_files
def test__fetch_mnist__real_labels__published_counts(real):
    train, test = real.target[:60_000], real.target[60_000:]
    published = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(train).tolist() == published
    assert np.bincount(test).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert train[:5].tolist() == [5, 0, 4, 1, 9]
    assert test[:5].tolist() == [7, 2, 1, 0, 4]


@needs_real_files
def test__verify_mnist__real_files__found():
    assert list(verify_mnist(REAL_FOLDER)) == NAMES


@needs_real_files
def test__fetch_mnist__real_fashion_or_other_content__not_accepted(monkeypatch, tmp_path):
    # the true table, without a fake in between
    monkeypatch.delenv("SKMNIST_DATA_HOME", raising=False)
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    labels = np.zeros(10_000, dtype=np.uint8)
    (tmp_path / TEST_LABELS).write_bytes(as_idx(labels))
    for name in NAMES[:3]:
        (tmp_path / f"{name}.gz").symlink_to(Path(REAL_FOLDER, f"{name}.gz"))
    with pytest.raises(DatasetError, match=f"{TEST_LABELS} is not good: other content"):
        verify_mnist(tmp_path)


@needs_real_files
@pytest.mark.parametrize(("subset", "n_samples"), [("train", 60_000), ("all", 70_000)])
def test__fetch_mnist__real_files__one_copy_in_memory(subset, n_samples):
    tracemalloc.start()
    try:
        fetch_mnist(subset=subset, data_home=REAL_FOLDER, return_X_y=True)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    needed = n_samples * (784 + 8)
    assert needed < peak < needed + 4e6


def test__mnist_split__split__first_60000_and_last_10000():
    [(train, test)] = mnist_split().split()
    np.testing.assert_array_equal(train, np.arange(60_000))
    np.testing.assert_array_equal(test, np.arange(60_000, 70_000))


def test__mnist_split__as_cv__test_part_scored(fake, full_folder):
    X, y = fetch_mnist(data_home=full_folder, return_X_y=True)
    labels = ARRAYS[TRAIN_LABELS]
    most_frequent = np.bincount(labels).argmax()
    results = cross_validate(DummyClassifier(), X, y, cv=mnist_split(), return_train_score=True)
    assert results["train_score"] == [np.mean(labels == most_frequent)]
    assert results["test_score"] == [np.mean(ARRAYS[TEST_LABELS] == most_frequent)]


@needs_real_files
def test__mnist_split__real_data__parts_are_the_subsets(real):
    [(train, test)] = mnist_split().split(real.data, real.target)
    X, y = fetch_mnist(subset="test", data_home=REAL_FOLDER, return_X_y=True)
    np.testing.assert_array_equal(real.data[test], X)
    np.testing.assert_array_equal(real.target[test], y)
    assert len(train) == 60_000
