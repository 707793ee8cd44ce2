"""Classifiers as ONNX files, run by onnxruntime."""

import json
import sys
import warnings

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from torch import nn

import skmnist
from skmnist import (
    MnistCNNClassifier,
    MnistMLPClassifier,
    NumpyMLPClassifier,
    SquareDigitTransformer,
    TransformedTargetClassifier,
    export_onnx,
)
from skmnist.networks import ARCHITECTURES

EXTRA = 'needs pip install "skmnist[onnx]"'
onnx = pytest.importorskip("onnx", reason=EXTRA)
pytest.importorskip("onnxscript", reason=EXTRA)
onnxruntime = pytest.importorskip("onnxruntime", reason=EXTRA)


@pytest.fixture(scope="module")
def data(digits):
    X, y = digits
    return X[:400], y[:400], X


def cnn(**params):
    return MnistCNNClassifier(**{"max_epochs": 2, "random_state": 0, "n_threads": 1, **params})


def mlp(**params):
    return MnistMLPClassifier(**{"max_epochs": 2, "random_state": 0, "n_threads": 1, **params})


def numpy_mlp(**params):
    return NumpyMLPClassifier(**{"max_epochs": 2, "random_state": 0, **params})


def run(path, X):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options)
    assert [node.name for node in session.get_inputs()] == ["X"]
    assert [node.name for node in session.get_outputs()] == ["label", "probabilities"]
    return session.run(None, {"X": X})


def assert_same(clf, path, X, expected=None, atol=1e-5):
    """Check that a file predicts what a classifier does, for many images and for one."""
    label, proba = run(path, X)
    assert_array_equal(label, clf.predict(X))
    assert_allclose(proba, clf.predict_proba(X), rtol=0, atol=atol)
    for one, many in zip(run(path, X[:1]), (label, proba), strict=True):
        assert one.shape == (1, *many.shape[1:])
        if many.dtype != object:
            assert_allclose(one, many[:1], atol=1e-6)


# the only one of the fast tier that needs torch's exporter, which takes seconds to start
@pytest.mark.tool("ONNX", "`export_onnx`, the same labels and probabilities by onnxruntime")
def test__fast_tier__string_labels_and_metadata(data, tmp_path, capfd):
    X, y, X_test = data
    words = np.array(["zero", "one", "two", "three", "four", "five", "six", "seven", "8", "9"])
    clf = cnn().fit(X, words[y])
    before = torch.get_rng_state(), clf.predict_proba(X_test)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        path = export_onnx(clf, tmp_path / "model.onnx")
    assert path == tmp_path / "model.onnx"
    assert [file.name for file in tmp_path.iterdir()] == ["model.onnx"]
    assert "".join(capfd.readouterr()) == ""
    assert_same(clf, path, X_test)
    model = onnx.load(path)
    assert model.graph.output[0].type.tensor_type.elem_type == onnx.TensorProto.STRING
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    assert json.loads(metadata["classes"]) == clf.classes_.tolist()
    assert json.loads(metadata["image_shape"]) == [8, 8]
    assert metadata["estimator"] == "MnistCNNClassifier"
    assert metadata["skmnist_version"] == skmnist.__version__
    # neither the classifier nor torch has noticed
    assert torch.equal(torch.get_rng_state(), before[0])
    assert_array_equal(clf.predict_proba(X_test), before[1])


@pytest.mark.slow
def test__probabilities__made_by_the_function_that_predict_proba_calls(data, tmp_path):
    X, y, X_test = data
    clf = cnn().fit(X, y)
    before = clf.predict_proba(X_test)
    clf._probabilities = lambda logits: torch.softmax(logits * 20, dim=1)
    assert np.abs(clf.predict_proba(X_test) - before).max() > 0.1
    assert_same(clf, export_onnx(clf, tmp_path / "model.onnx"), X_test)


@pytest.mark.slow
@pytest.mark.parametrize("architecture", [*ARCHITECTURES, "mlp"])
@pytest.mark.parametrize("two_classes", [False, True])
def test__network__same_predictions(architecture, two_classes, data, tmp_path):
    X, y, X_test = data
    params = {"dropout": 0.1}
    clf = mlp(**params) if architecture == "mlp" else cnn(architecture=architecture, **params)
    clf.fit(X, y % 2 == 0 if two_classes else y)
    path = export_onnx(clf, tmp_path / "model.onnx")
    assert_same(clf, path, X_test)


@pytest.mark.slow
@pytest.mark.parametrize("make", [cnn, mlp, numpy_mlp])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("shape", ["flat", "image"])
def test__input__of_every_kind(make, dtype, shape, data, tmp_path):
    X, y, X_test = data
    if dtype == "float32":
        X, X_test = X / np.float32(16) - 1, X_test / np.float32(16) - 1
    clf = make().fit(X, y)
    path = export_onnx(clf, tmp_path / "model.onnx", input_dtype=dtype, input_shape=shape)
    X_test = X_test.reshape(-1, 8, 8) if shape == "image" else X_test
    assert_same(clf, path, X_test)


@pytest.mark.slow
@pytest.mark.parametrize("params", [{"dtype": "float64"}, {"bias": False}, {"dropout": 0.2}])
@pytest.mark.parametrize("two_classes", [False, True])
def test__numpy_classifier__same_predictions(params, two_classes, data, tmp_path):
    X, y, X_test = data
    clf = numpy_mlp(**params).fit(X, y % 2 if two_classes else y)
    path = export_onnx(clf, tmp_path / "model.onnx")
    assert_same(clf, path, X_test, atol=1e-12 if "dtype" in params else 1e-5)
    assert run(path, X)[1].dtype == clf.predict_proba(X).dtype


@pytest.mark.slow
def test__square_digits__labels_are_transformed_ones(data, tmp_path):
    X, y, X_test = data
    clf = TransformedTargetClassifier(cnn(), SquareDigitTransformer()).fit(X, y)
    assert_same(clf, export_onnx(clf, tmp_path / "model.onnx"), X_test)


@pytest.mark.slow
def test__search__its_best_classifier(data, tmp_path):
    X, y, X_test = data
    search = GridSearchCV(mlp(), {"l2": [0.0, 0.5]}, cv=2).fit(X, y)
    assert_same(search, export_onnx(search, tmp_path / "model.onnx"), X_test)


@pytest.mark.slow
def test__test_time_augmentation__averaged_too(data, tmp_path):
    X, y, X_test = data
    clf = cnn(test_time_augmentation=3).fit(X, y)
    path = export_onnx(clf, tmp_path / "model.onnx")
    assert_same(clf, path, X_test)
    clf.set_params(test_time_augmentation=0)
    assert np.abs(clf.predict_proba(X_test) - run(path, X_test)[1]).max() > 1e-3


@pytest.mark.slow
def test__rows_that_are_no_square__padded_too(data, tmp_path):
    X, y, X_test = data
    clf = cnn().fit(X[:, 3:], y)
    path = export_onnx(clf, tmp_path / "model.onnx")
    assert_same(clf, path, X_test[:, 3:])
    with pytest.raises(ValueError, match=r"61 features .* are no image"):
        export_onnx(clf, path, input_shape="image")


@pytest.mark.slow
@pytest.mark.parametrize("labels", ["float64", "int8", "object"])
def test__labels__of_other_types(labels, data, tmp_path):
    X, y, X_test = data
    clf = numpy_mlp().fit(
        X, y.astype(str).astype(object) if labels == "object" else y.astype(labels)
    )
    assert_same(clf, export_onnx(clf, tmp_path / "model.onnx"), X_test)


class OwnNetwork(nn.Module):
    def __init__(self, image_shape, n_outputs, dropout):
        super().__init__()
        n_inputs = image_shape[0] * image_shape[1]
        self.layers = nn.Sequential(nn.Flatten(), nn.Linear(n_inputs, n_outputs), nn.Tanh())

    def forward(self, images):
        return self.layers(images)


@pytest.mark.slow
def test__own_network__same_predictions(data, tmp_path):
    X, y, X_test = data
    clf = cnn(architecture=OwnNetwork).fit(X, y)
    assert_same(clf, export_onnx(clf, tmp_path / "model.onnx"), X_test)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["digits", "words", "squares"])
def test__mnist__every_label_of_the_test_images(kind, mnist, tmp_path):
    X, y, X_test = mnist.data[:3000], mnist.target[:3000], mnist.data[60_000:]
    assert len(X_test) == 10_000
    clf = MnistCNNClassifier.from_preset("quick", random_state=0)
    if kind == "words":
        y = np.char.add("digit ", y.astype(str))
    elif kind == "squares":
        clf = TransformedTargetClassifier(clf, SquareDigitTransformer())
    clf.fit(X, y)
    assert_same(clf, export_onnx(clf, tmp_path / "model.onnx"), X_test)


# -- what cannot be


@pytest.fixture(scope="module")
def fitted(data):
    return mlp(max_epochs=1).fit(*data[:2])


@pytest.mark.parametrize("name", ["input_dtype", "input_shape"])
def test__bad_parameter__said(name, fitted, tmp_path):
    with pytest.raises(ValueError, match=f"{name} must be one of .*, got 'odd'"):
        export_onnx(fitted, tmp_path / "model.onnx", **{name: "odd"})


@pytest.mark.parametrize("missing", ["onnx", "onnxscript"])
def test__package_missing__says_what_to_install(missing, fitted, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(ImportError, match=rf'{missing} is not .*pip install "skmnist\[onnx\]"'):
        export_onnx(fitted, tmp_path / "model.onnx")


def test__other_estimator__refused(data, tmp_path):
    clf = LogisticRegression().fit(*data[:2])
    with pytest.raises(TypeError, match="LogisticRegression"):
        export_onnx(clf, tmp_path / "model.onnx")
    squares = TransformedTargetClassifier(LogisticRegression(), SquareDigitTransformer())
    with pytest.raises(TypeError, match="LogisticRegression"):
        export_onnx(squares.fit(*data[:2]), tmp_path / "model.onnx")


def test__not_fitted__said(tmp_path):
    with pytest.raises(ValueError, match="not fitted"):
        export_onnx(cnn(), tmp_path / "model.onnx")


def test__numpy_classifier_of_squared_error__refused(data, tmp_path):
    clf = numpy_mlp(loss="squared_error").fit(*data[:2])
    with pytest.raises(ValueError, match="loss='squared_error' cannot be exported"):
        export_onnx(clf, tmp_path / "model.onnx")


def test__failed_export__leaves_the_older_file(fitted, tmp_path, monkeypatch):
    path = tmp_path / "model.onnx"
    path.write_text("older")

    def fail(*args, **kwargs):
        raise RuntimeError("in the middle")

    monkeypatch.setattr(onnx.checker, "check_model", fail)
    monkeypatch.setattr(torch.onnx, "export", lambda *args, **kwargs: _Program())
    with pytest.raises(RuntimeError, match="in the middle"):
        export_onnx(fitted, path)
    assert path.read_text() == "older"
    assert [file.name for file in tmp_path.iterdir()] == ["model.onnx"]


class _Program:
    """Stands for what torch's exporter returns, which takes seconds."""

    model_proto = onnx.helper.make_model(
        onnx.helper.make_graph(
            [],
            "graph",
            [],
            [
                onnx.helper.make_tensor_value_info("index", onnx.TensorProto.INT64, ["n"]),
                onnx.helper.make_tensor_value_info(
                    "probabilities", onnx.TensorProto.FLOAT, ["n", 10]
                ),
            ],
        )
    )
