"""Models that are made up to fill the memory, or to run what nobody asked for."""

import copy
import io
import json
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest
from hostile import limited_memory
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import FunctionTransformer

from skmnist import MnistMLPClassifier, NumpyMLPClassifier
from skmnist.persistence import load_model, save_model

MB = 2**20
BOMB = 40 * MB


@pytest.fixture(scope="module")
def members(small, tmp_path_factory):
    """Return what is in the file of a model, by name."""
    clf = NumpyMLPClassifier(hidden_layer_sizes=(8,), max_epochs=1, random_state=0).fit(*small)
    path = save_model(clf, tmp_path_factory.mktemp("model") / "digits.skops")
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "digits.skops"


def zipped(members, compression=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def refusal(path, content, **kwargs):
    """Return why a file is not loaded; loading it must not take much memory."""
    path.write_bytes(content)
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=r"digits\.skops is not a saved model") as raised:
            load_model(path, **kwargs)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 16 * MB, f"{peak / MB:.0f} MB"
    return str(raised.value)


def edited(members, **content):
    """Return the archive of a FunctionTransformer whose kw_args are described like this."""
    schema = json.loads(save_and_read(FunctionTransformer(kw_args={"a": 1}))["schema.json"])
    schema["content"]["content"]["kw_args"]["content"]["a"] = content
    return zipped({**members, "schema.json": json.dumps(schema).encode()})


def save_and_read(estimator):
    import skops.io

    with zipfile.ZipFile(io.BytesIO(skops.io.dumps(estimator))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def node(loader, cls, content=None, identity=None, **more):
    module, _, name = cls.rpartition(".")
    described = {"__loader__": loader, "__module__": module, "__class__": name, **more}
    if content is not None:
        described["content"] = content
    return described if identity is None else {**described, "__id__": identity}


def npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


@pytest.mark.parametrize("name", ["schema.json", "1.npy", "unused"])
def test__load_model__bomb__is_not_unpacked(members, path, name):
    content = b"[" + b" " * BOMB + b"]"
    packed = zipped({**members, name: content}, zipfile.ZIP_DEFLATED)
    assert "unfolds to more than 40 times its size" in refusal(path, packed)


def test__load_model__bomb_that_states_a_small_size__is_not_unpacked(members, path):
    name = next(name for name in members if name.endswith(".npy"))
    bomb = bytes(BOMB)
    packed = zipped({**members, name: bomb}, zipfile.ZIP_DEFLATED)
    # in the member's own header, and in the table at the end
    assert packed.count(struct.pack("<I", len(bomb))) == 2
    refusal(path, packed.replace(struct.pack("<I", len(bomb)), struct.pack("<I", 1000)))


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test__load_model__other_compression__is_not_unpacked(members, path, compression):
    name = next(name for name in members if name.endswith(".npy"))
    packed = zipped({**members, name: bytes(BOMB)}, compression)
    # as if nothing were in it that is large
    packed = packed.replace(struct.pack("<I", BOMB), struct.pack("<I", 1000))
    assert "compressed in an unusual way" in refusal(path, packed)


def test__load_model__bomb_in_a_sparse_matrix__is_not_unpacked(members, path):
    nested = zipped({"data.npy": bytes(BOMB)}, zipfile.ZIP_DEFLATED)
    content = node("SparseMatrixNode", "scipy.sparse._csr.csr_array", type="scipy", file="1.npz")
    message = refusal(path, edited({"1.npz": nested}, **content))
    assert "unfolds to more than 40 times its size" in message


@pytest.mark.parametrize("dtype", ["|u1", "<U2500000", "|V10000000"])
def test__load_model__array_that_states_a_large_shape__takes_no_memory(members, path, dtype):
    buffer = io.BytesIO()
    count = 10_000_000 // np.dtype(dtype).itemsize * 4
    header = {"descr": dtype, "fortran_order": False, "shape": (count,)}
    np.lib.format.write_array_header_1_0(buffer, header)
    name = next(name for name in members if name.endswith(".npy"))
    message = refusal(path, zipped({**members, name: buffer.getvalue() + b"abc"}))
    assert "has not the size of an array of" in message


def test__load_model__array_of_objects__is_refused_before_it_is_read(members, path):
    name = next(name for name in members if name.endswith(".npy"))
    objects = np.array([{}, None], dtype=object)
    assert "is an array of objects" in refusal(path, zipped({**members, name: npy(objects)}))


def test__load_model__large_array_named_by_many_objects__is_read_once_at_most(members, path):
    array = node("NdArrayNode", "numpy.ndarray", type="numpy", file="1.npy")
    content = node("ListNode", "builtins.list", [copy.copy(array) for _ in range(100)])
    message = refusal(path, edited({"1.npy": npy(np.zeros(MB, np.uint8))}, **content))
    assert "1.npy belongs to two objects" in message


def test__load_model__objects_nested_in_each_other__end(path):
    described = node("ListNode", "builtins.list", [], 1)
    for level in range(2, 14):
        again = {**described, "content": []}
        described = node("ListNode", "builtins.list", [described, again, again], level)
    assert "describes a builtins.list in two ways" in refusal(path, edited({}, **described))


def test__load_model__object_in_itself__value_error(path):
    described = node("ListNode", "builtins.list", [{"__id__": 1}], 1)
    assert "an object in it has no description" in refusal(path, edited({}, **described))


def test__load_model__random_generator_with_a_large_pool__value_error(members, path):
    schema = json.loads(members["schema.json"])
    generator = schema["content"]["content"]["_rng"]
    generator["content"]["seed_seq"]["content"]["pool_size"]["content"] = "30000"
    del generator["content"]["seed_seq"]["content"]["pool_size"]["__id__"]
    changed = {**members, "schema.json": json.dumps(schema).encode()}
    assert "a random generator in it is too large" in refusal(path, zipped(changed))


def test__load_model__random_generator_in_disguise__value_error(members, path):
    schema = json.loads(members["schema.json"])
    state = '{"entropy": 1, "pool_siz\\u0065": 30000}'
    generator = schema["content"]["content"]["_rng"]
    generator["content"]["seed_seq"] = node("JsonNode", "builtins.str", state, is_json=True)
    changed = {**members, "schema.json": json.dumps(schema).encode()}
    assert "a random generator in it has no state" in refusal(path, zipped(changed))


@pytest.mark.parametrize("cls", ["numpy.void", "numpy.bytes_"])
def test__load_model__bytes_made_of_a_number__value_error(path, cls):
    content = node("NdArrayNode", cls, type="numpy", file="1.npy")
    packed = edited({"1.npy": npy(np.array(BOMB))}, **content)
    assert f"it has a {cls} by itself" in refusal(path, packed)


def test__load_model__network_to_be_built_by_the_file__is_not(path):
    numbers = [node("JsonNode", "builtins.str", "3000", is_json=True) for _ in range(2)]
    shape = node("TupleNode", "builtins.tuple", numbers)
    n_outputs = node("JsonNode", "builtins.str", "10", is_json=True)
    dropout = node("JsonNode", "builtins.str", "0.0", is_json=True)
    arguments = node("TupleNode", "builtins.tuple", [shape, n_outputs, dropout])
    name = "skmnist.networks.compact.CompactCNN"
    packed = edited({}, **node("ConstructorFromReduceNode", name, arguments))
    assert f"it would call {name}" in refusal(path, packed)


@pytest.mark.parametrize("loader", ["PartialNode", "ConstructorFromReduceNode", "ReduceNode"])
def test__load_model__partial_in_disguise__is_refused(loader, path):
    name = (
        "functools.partial" if loader != "PartialNode" else "skmnist.networks.compact.CompactCNN"
    )
    packed = edited({}, **node(loader, name, node("TupleNode", "builtins.tuple", [])))
    assert f"it would call {name}" in refusal(path, packed)


def test__load_model__compressed_by_somebody__is_loaded(members, path, small):
    path.write_bytes(zipped(members, zipfile.ZIP_DEFLATED))
    loaded = load_model(path)
    path.write_bytes(zipped(members))
    np.testing.assert_array_equal(loaded.predict(small[0]), load_model(path).predict(small[0]))


def test__load_model__sparse_matrix__is_kept(path):
    matrix = csr_array(np.eye(30))
    save_model(FunctionTransformer(kw_args={"matrix": matrix}), path)
    loaded = load_model(path, trusted=["scipy.sparse._csr.csr_array"])
    np.testing.assert_array_equal(loaded.kw_args["matrix"].toarray(), np.eye(30))


def test__load_model__object_used_twice__is_one_object(path):
    inner = LogisticRegression().fit([[0.0], [1.0]], [0, 1])
    saved = save_model(FunctionTransformer(kw_args={"a": [inner, {"b": inner}]}), path)
    first, second = load_model(saved).kw_args["a"]
    assert first is second["b"]


def test__load_model__folder__says_so(tmp_path):
    with pytest.raises(IsADirectoryError, match=tmp_path.name):
        load_model(tmp_path)


def test__load_model__network_larger_than_its_weights__is_not_built(small, path):
    clf = MnistMLPClassifier(hidden_layer_sizes=(8,), max_epochs=1, random_state=0).fit(*small)
    clf._fitted_network = {**clf._fitted_network, "hidden_layer_sizes": (20_000, 20_000)}
    save_model(clf, path)
    with limited_memory(100):  # torch's own memory, which is not traced
        assert "far more parameters than are stored" in refusal(path, path.read_bytes())
