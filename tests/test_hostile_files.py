"""Damaged files of all kinds: only the documented errors, and little memory."""

import gzip
import io
import json
import sys
import zipfile

import numpy as np
import pytest
import skops.io
from fake_mnist import CONTENT, TEST_IMAGES, TEST_LABELS
from hostile import damaged, tiers, try_files
from hypothesis import strategies as st
from PIL import Image

from skmnist import MnistMLPClassifier, NumpyMLPClassifier
from skmnist.callbacks import BackupAndRestore
from skmnist.datasets import DatasetError, load_csv
from skmnist.datasets import files as mnist_files
from skmnist.persistence import load_model
from skmnist.pictures import load_image

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for the peak of memory"),
    # of Pillow and NumPy, about what is damaged
    pytest.mark.filterwarnings("ignore"),
]


def expect_name(path, error):
    assert str(path) in str(error)


@tiers
def test__damaged_idx_file__dataset_error_or_the_same_array(fake, tmp_path, n_files):
    path = tmp_path / "file"
    good = [CONTENT[TEST_IMAGES], CONTENT[TEST_LABELS]]

    def check(content):
        for name in (TEST_IMAGES, TEST_LABELS):
            path.write_bytes(content)
            out = np.empty(mnist_files.FILES[name].shape, np.uint8)
            try:
                mnist_files.load(path, name, out)
            except DatasetError as error:
                expect_name(path, error)
                path.with_name("file.bad").unlink()
            else:
                assert CONTENT[name].endswith(out.tobytes())

    raw = damaged(good)
    packed = damaged([gzip.compress(content) for content in good])
    try_files(check, st.one_of(raw, packed, raw.map(gzip.compress)), n_files)


@tiers
def test__damaged_picture__value_error_or_an_image(tmp_path, n_files):
    path = tmp_path / "digit"
    pixels = np.random.default_rng(0).integers(0, 256, (28, 28, 3), np.uint8)
    colours = Image.fromarray(pixels)
    good = []
    for suffix in ("png", "jpeg", "bmp", "gif", "tiff", "webp", "ppm"):
        for picture in (colours, colours.convert("L")):
            picture.save(tmp_path / f"a.{suffix}")
            good.append((tmp_path / f"a.{suffix}").read_bytes())
    colours.save(tmp_path / "a.tiff", compression="tiff_lzw")
    good.append((tmp_path / "a.tiff").read_bytes())

    def check(content):
        path.write_bytes(content)
        try:
            image = load_image(path)
        except ValueError as error:
            expect_name(path, error)
        else:
            assert (image.shape, image.dtype) == ((28, 28), np.uint8)

    try_files(check, damaged(good), n_files)


@st.composite
def damaged_models(draw, models):
    """Draw the file of a model, damaged as it is, or in one of its members."""
    if draw(st.booleans()):
        return draw(damaged(models))
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(draw(st.sampled_from(models)))) as source,
        zipfile.ZipFile(buffer, "w") as target,
    ):
        members = {name: source.read(name) for name in source.namelist()}
        name = draw(st.sampled_from([*members, "schema.json"]))
        if name == "schema.json" and draw(st.integers(0, 3)):
            members[name] = draw(changed_schemas(members[name]))
        else:
            members[name] = draw(damaged([members[name]]))
        for name, content in members.items():
            target.writestr(name, content)
    return buffer.getvalue()


@st.composite
def changed_schemas(draw, schema):
    """Draw a schema in which parts have other values, or change places."""
    schema = json.loads(schema)
    places = []

    def visit(part):
        items = part.items() if isinstance(part, dict) else enumerate(part)
        for key, value in items:
            places.append((part, key))
            if isinstance(value, dict | list):
                visit(value)

    visit(schema)
    others = ["", "0", "-1", "1e9", "999999999", '"x"', "null", None, 0, [], {}, "numpy.void"]
    for _ in range(draw(st.integers(1, 3))):
        part, key = draw(st.sampled_from(places))
        if draw(st.booleans()):
            part[key] = draw(st.sampled_from(others))
        else:
            source, source_key = draw(st.sampled_from(places))
            part[key] = json.loads(json.dumps(source[source_key]))
    return json.dumps(schema).encode()


@tiers
def test__damaged_model__value_error_or_an_object(small, tmp_path, n_files):
    path = tmp_path / "digits.skops"
    X, y = small[0][:20], small[1][:20]
    params = {"hidden_layer_sizes": (4,), "max_epochs": 1, "random_state": 0}
    classifiers = [NumpyMLPClassifier(**params), MnistMLPClassifier(**params, n_threads=1)]
    models = [skops.io.dumps(clf.fit(X, y)) for clf in classifiers]

    def check(content):
        path.write_bytes(content)
        try:
            load_model(path)
        except ValueError as error:
            expect_name(path, error)

    try_files(check, damaged_models(models), n_files)


@tiers
def test__damaged_backup__value_error_or_the_same_model(small, tmp_path, n_files):
    path = tmp_path / "fit.pt"
    X, y = small[0][:20], small[1][:20]

    def fit():
        clf = MnistMLPClassifier(
            hidden_layer_sizes=(4,),
            max_epochs=1,
            random_state=0,
            n_threads=1,
            callbacks=[BackupAndRestore(path, keep=True)],
        )
        return clf.fit(X, y).predict_proba(X)

    expected = fit()
    good = path.read_bytes()

    def check(content):
        path.write_bytes(content)
        try:
            probabilities = fit()
        except ValueError as error:
            expect_name(path, error)
            assert path.read_bytes() == content
        else:
            assert content == good
            np.testing.assert_array_equal(probabilities, expected)

    try_files(check, damaged([good]), n_files)


@tiers
def test__damaged_csv_file__dataset_error_or_images(tmp_path, n_files):
    path = tmp_path / "a.csv"
    rows = "\n".join(f"{k},0,{k * 25},128,{255 - k}" for k in range(10))
    files = [
        rows,
        f"label,pixel0,pixel1,pixel2,pixel3\n{rows}\n",
        f'"label","a","b","c","d"\r\n{rows}'.replace("\n", "\r\n"),
        "0,0.5,1,1e2\n" * 3,
    ]
    good = [file.encode() for file in files]

    def check(content):
        path.write_bytes(content)
        try:
            dataset = load_csv(path)
        except DatasetError as error:
            expect_name(path, error)
        else:
            n_images, height, width = dataset.images.shape
            assert dataset.data.shape == (n_images, len(dataset.feature_names))
            assert n_images > 0
            assert height == width > 0
            assert dataset.data.dtype in (np.uint8, np.float32)
            assert 0 <= dataset.data.min() <= dataset.data.max() <= 255
            assert dataset.target is None or dataset.target.shape == (n_images,)

    raw = damaged(good)
    packed = damaged([gzip.compress(content) for content in good])
    try_files(check, st.one_of(raw, packed, raw.map(gzip.compress)), n_files)
