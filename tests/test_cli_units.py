"""Models of pixels on other scales than 0 to 255, on the command line."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.ensemble import AdaBoostClassifier, BaggingClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import FixedThresholdClassifier, GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from skmnist import (
    DigitNormalizer,
    NumpyMLPClassifier,
    SquareDigitTransformer,
    TransformedTargetClassifier,
    save_model,
    write_demo,
)
from skmnist.cli import main
from skmnist.cli.fit import draw_figures
from skmnist.cli.predict import predict


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return X, y


def fitted(X, y, **params):
    return NumpyMLPClassifier(max_epochs=20, random_state=0, **params).fit(X[:1200], y[:1200])


@pytest.fixture(scope="module")
def pictures(digits, tmp_path_factory):
    """Paths of pictures."""
    folder = tmp_path_factory.mktemp("pictures")
    paths = [folder / f"{k}.png" for k in range(1200, 1240)]
    for path, row in zip(paths, digits[0][1200:1240], strict=True):
        pixels = np.rint(row.reshape(8, 8) * (255 / 16)).astype(np.uint8)
        Image.fromarray(np.kron(pixels, np.ones((5, 5), np.uint8))).save(path)
    return list(map(str, paths))


@pytest.mark.parametrize("factor", [1 / 16, 1, 255 / 16, 65535 / 16])
def test__predict__model_of_pixels_on_any_scale__reads_pictures(
    factor, digits, pictures, tmp_path
):
    X, y = digits
    clf = fitted(X * factor, y)
    assert clf.pixel_max_ == 16 * factor
    found, errors = predict(save_model(clf, tmp_path / "model.skops"), pictures)
    assert not errors
    images = np.array([digit.image.ravel() for digit in found])
    expected = fitted(X * (255 / 16), y).predict(images)
    # not all, since rounding makes other models of other scales
    assert np.mean([digit.label for digit in found] == expected) > 0.7
    assert len(set(expected.tolist())) > 5


def test__evaluate__data_on_another_scale__scaled_and_said(digits, tmp_path, capsys):
    X, y = digits
    path = save_model(fitted(X / 16, y), tmp_path / "model.skops")
    assert main(["evaluate", str(path), "--dataset", "digits"]) == 0
    said = capsys.readouterr()
    assert "The pixels of digits are brought to the scale" in said.err
    accuracy = float(said.out.split("Test accuracy ")[1].split("%")[0])
    assert accuracy > 90


def test__predict__csv_file_on_the_scale_of_the_training__as_it_is(digits, tmp_path):
    X, y = digits
    clf = fitted(X / 16, y)
    path = tmp_path / "rows.csv"
    np.savetxt(path, X[1200:1220] / 16, "%.6f", delimiter=",")
    found, _ = predict(save_model(clf, tmp_path / "model.skops"), [str(path)])
    assert [digit.label for digit in found] == clf.predict(X[1200:1220] / 16).tolist()


def test__demo__pixels_on_another_scale__page_draws_with_them(digits, tmp_path):
    X, y = digits
    page = write_demo(fitted(X / 16, y), tmp_path / "demo.html").read_text(encoding="utf-8")
    assert json.dumps(1.0) == page.split('"pixelMax":')[1].split(",")[0].strip()


@pytest.mark.parametrize("kind", ["search", "normalized search", "calibrated", "threshold"])
def test__predict__classifier_inside_another_estimator__reads_pictures(
    kind, digits, pictures, tmp_path
):
    X, y = digits
    X = np.rint(X * (255 / 16))
    clf = fitted(X, y)
    if kind == "search":
        model = GridSearchCV(clf, {"l2": [0.0]}, cv=2).fit(X[:1200], y[:1200])
    elif kind == "normalized search":
        steps = make_pipeline(DigitNormalizer(image_shape=(8, 8), box_shape=(8, 8)), clf)
        grid = {"numpymlpclassifier__l2": [0.0]}
        model = GridSearchCV(steps, grid, cv=2).fit(X[:400], y[:400])
    elif kind == "calibrated":
        model = CalibratedClassifierCV(FrozenEstimator(clf)).fit(X[1200:], y[1200:])
    else:
        two = NumpyMLPClassifier(max_epochs=5, random_state=0)
        model = FixedThresholdClassifier(two).fit(X[:1200], y[:1200] == 3)
    found, errors = predict(save_model(model, tmp_path / "model.skops"), pictures)
    assert not errors
    assert found[0].image.shape == (8, 8)
    images = np.array([digit.image.ravel() for digit in found])
    proba = getattr(model, "best_estimator_", model).predict_proba(images)
    expected = model.classes_[proba.argmax(axis=1)]
    assert [digit.label for digit in found] == expected.tolist()


def test__evaluate__csv_file_on_another_scale__scaled_and_said(digits, tmp_path, capsys):
    X, y = digits
    path = str(save_model(fitted(np.rint(X * (255 / 16)), y), tmp_path / "model.skops"))
    table = tmp_path / "mine.csv"
    np.savetxt(table, np.column_stack([y, X / 16])[1200:1400], "%.4f", delimiter=",")
    assert main(["evaluate", path, "--dataset", str(table)]) == 0
    said = capsys.readouterr()
    assert "are brought to the scale" in said.err
    assert float(said.out.split("Test accuracy ")[1].split("%")[0]) > 90


@pytest.mark.parametrize("limits", [(-1, 1), (-0.42, 2.82)])
def test__predict__model_of_pixels_below_0__reads_pictures(limits, digits, pictures, tmp_path):
    X, y = digits
    lowest, highest = limits
    clf = fitted(lowest + X / 16 * (highest - lowest), y)
    assert (clf.pixel_min_, clf.pixel_max_) == pytest.approx(limits)
    found, _ = predict(save_model(clf, tmp_path / "model.skops"), pictures)
    images = np.array([digit.image.ravel() for digit in found])
    expected = clf.predict(lowest + images / 255 * (highest - lowest))
    assert [digit.label for digit in found] == expected.tolist()
    page = write_demo(clf, tmp_path / "demo.html").read_text(encoding="utf-8")
    for name, value in (("pixelMin", clf.pixel_min_), ("pixelMax", clf.pixel_max_)):
        assert float(page.split(f'"{name}":')[1].split(",")[0]) == value


def test__predict__pipeline_of_rows__reads_pictures(digits, pictures, tmp_path):
    X, y = digits
    X = np.rint(X * (255 / 16))
    clf = NumpyMLPClassifier(max_epochs=20, random_state=0)
    model = make_pipeline(StandardScaler(), clf).fit(X[:1200], y[:1200])
    found, errors = predict(save_model(model, tmp_path / "model.skops"), pictures)
    assert not errors
    images = np.array([digit.image.ravel() for digit in found])
    assert [digit.label for digit in found] == model.predict(images).tolist()


@pytest.mark.parametrize("scaler", [MinMaxScaler, StandardScaler])
def test__evaluate__pipeline_inside_of_a_target__pixels_as_they_are(
    scaler, digits, tmp_path, capsys
):
    X, y = digits
    clf = make_pipeline(scaler(), NumpyMLPClassifier(max_epochs=20, random_state=0))
    model = TransformedTargetClassifier(clf, SquareDigitTransformer()).fit(X[:1200], y[:1200])
    path = save_model(model, tmp_path / "model.skops")
    assert main(["evaluate", str(path), "--dataset", "digits"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert float(said.out.split("Test accuracy ")[1].split("%")[0]) > 80


@pytest.mark.parametrize("ensemble", [BaggingClassifier, AdaBoostClassifier])
def test__predict__ensemble__reads_pictures(ensemble, digits, pictures, tmp_path):
    X, y = digits
    X = np.rint(X * (255 / 16))
    clf = NumpyMLPClassifier(max_epochs=5, random_state=0)
    model = ensemble(clf, n_estimators=2, random_state=0).fit(X[:1200], y[:1200])
    found, errors = predict(save_model(model, tmp_path / "model.skops"), pictures)
    assert not errors
    images = np.array([digit.image.ravel() for digit in found])
    assert [digit.label for digit in found] == model.predict(images).tolist()


def test__show__rows_on_any_scale_and_odd_names__are_drawn(digits, tmp_path):
    X, y = digits
    path = save_model(fitted(X, y), tmp_path / "model.skops")
    table = tmp_path / "$_$ ^.csv"
    np.savetxt(table, X[:3], "%d", delimiter=",")
    found, _ = predict(path, [str(table)])
    assert found[0].image.dtype == np.uint8
    assert [digit.image.max() for digit in found] == [np.rint(x.max() * 255 / 16) for x in X[:3]]
    assert main(["predict", str(path), str(table), "--show", str(tmp_path / "saw.png")]) == 0


def test__predict__show_into_a_file_that_is_something_else__refused(
    digits, pictures, tmp_path, capsys
):
    path = str(save_model(fitted(*digits), tmp_path / "model.skops"))
    picture = tmp_path / "picture.png"
    picture.write_bytes(Path(pictures[0]).read_bytes())
    for other in (picture, tmp_path / "model.skops"):
        before = other.read_bytes()
        assert main(["predict", path, pictures[1], "--show", str(other)]) == 1
        assert "is no figure of `skmnist predict --show`" in capsys.readouterr().err
        assert other.read_bytes() == before
    for _ in range(2):  # its own figure may be replaced
        assert main(["predict", path, str(picture), "--show", str(tmp_path / "saw.png")]) == 0


def test__evaluate__report_beside_a_page_that_is_something_else__refused(digits, tmp_path, capsys):
    X, y = digits
    path = str(save_model(fitted(np.rint(X * (255 / 16)), y), tmp_path / "model.skops"))
    page = tmp_path / "report.html"
    page.write_text("mine")
    assert main(["evaluate", path, "--dataset", "digits", "--report"]) == 1
    assert "is no report of skmnist" in capsys.readouterr().err
    assert page.read_text() == "mine"
    page.unlink()
    for _ in range(2):
        assert main(["evaluate", path, "--dataset", "digits", "--report"]) == 0


@pytest.mark.parametrize("last", [NumpyMLPClassifier, LogisticRegression])
def test__predict__step_that_makes_other_features__reads_pictures(
    last, digits, pictures, tmp_path
):
    X, y = digits
    model = make_pipeline(PCA(30), last(random_state=0)).fit(X[:1200] * (255 / 16), y[:1200])
    found, errors = predict(save_model(model, tmp_path / "model.skops"), pictures)
    assert not errors
    images = np.array([digit.image.ravel() for digit in found])
    assert [digit.label for digit in found] == model.predict(images).tolist()


def test__predict__show_into_no_folder__said_before_anything_is_read(digits, tmp_path, capsys):
    path = str(save_model(fitted(*digits), tmp_path / "model.skops"))
    assert main(["predict", path, "none.png", "--show", str(tmp_path / "a" / "saw.png")]) == 1
    said = capsys.readouterr().err
    assert "is no folder" in said
    assert "none.png" not in said


def test__predict__wildcard_that_the_console_has_left__is_written_out(
    digits, pictures, tmp_path, capsys
):
    path = str(save_model(fitted(*digits), tmp_path / "model.skops"))
    assert main(["predict", path, str(Path(pictures[0]).parent / "120?.png")]) == 0
    names = [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()]
    assert names == pictures[:10]


def test__evaluate__model_of_text__labels_are_told_apart(digits, tmp_path, capsys):
    X, y = digits
    path = save_model(fitted(X, y.astype(str)), tmp_path / "model.skops")
    assert main(["evaluate", str(path), "--dataset", "digits"]) == 1
    assert "the labels '0', '1'" in capsys.readouterr().err


def test__fit__labels_that_look_like_broken_formulas__figures_are_drawn(digits, tmp_path):
    X, y = digits
    y = np.where(y == 3, "$_$", y.astype(str))
    model = fitted(X, y)
    draw_figures(model, SimpleNamespace(X_test=X, y_test=y), model.predict(X), tmp_path)
    assert (tmp_path / "confusion_matrix.png").stat().st_size > 1000
