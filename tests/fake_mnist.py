"""Small files in place of those of MNIST, and a server of them; conftest.py has the fixtures."""

import gzip
import hashlib
import http.server
import socket
import struct
import threading

import numpy as np
import pytest

# conftest.py imports this module before scipy may be imported, so only fixtures import skmnist

TRAIN_IMAGES = "train-images-idx3-ubyte"
TRAIN_LABELS = "train-labels-idx1-ubyte"
TEST_IMAGES = "t10k-images-idx3-ubyte"
TEST_LABELS = "t10k-labels-idx1-ubyte"
NAMES = [TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS]

N_TRAIN, N_TEST = 7, 3


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
    given_up = threading.Event()

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

    def bomb(self):
        self.reply(gzip.compress(bytes(2**26)), Content_Encoding="gzip")

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

    def reply_with_length(self, length):
        self.send_response(200)
        self.send_header("Content-Length", length)
        self.end_headers()
        self.wfile.write(self.packed)
        self.close_connection = True

    def length_huge(self):
        self.reply_with_length("9" * 400)

    def length_text(self):
        self.reply_with_length("as long as it takes")

    def without_end(self):
        # not quite, lest a client that takes it all fills the disk
        self.send_response(200)
        self.end_headers()
        self.given_up.clear()
        try:
            for _ in range(2**26 // len(self.packed)):
                self.wfile.write(self.packed)
        except OSError:
            self.given_up.set()
        self.close_connection = True

    def silent(self):
        self.stop.wait(timeout=20)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def server():
    # set by the module before
    Mirror.stop.clear()
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
    from skmnist.datasets import download as mnist_download

    monkeypatch.setattr(mnist_download, "MIRRORS", (closed_port,))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path / "sklearn"))
    monkeypatch.delenv("SKMNIST_DATA_HOME", raising=False)


@pytest.fixture
def fake(monkeypatch, nowhere):
    """Have CONTENT for MNIST."""
    from skmnist.datasets import files as mnist_files

    expected = {
        name: mnist_files.File(array.shape, hashlib.sha256(CONTENT[name]).hexdigest())
        for name, array in ARRAYS.items()
    }
    for name, file in expected.items():
        monkeypatch.setitem(mnist_files.FILES, name, file)


@pytest.fixture
def use_mirrors(monkeypatch, server):
    """Return a function to choose the mirrors: URLs, or ways of our server to serve files."""
    from skmnist.datasets import download as mnist_download

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


def raising(error):
    def function(*args, **kwargs):
        raise error

    return function
