"""`write_demo` and ``skmnist demo``: which file they write, and which estimators they refuse."""

import json

import numpy as np
import pytest
from demo_pages import untrained
from helpers import make_cnn
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from torch import nn

from skmnist import DigitNormalizer, NumpyMLPClassifier, load_model, save_model, write_demo
from skmnist.cli import demo as command
from skmnist.cli import main


@pytest.fixture(scope="module")
def clf():
    return untrained()


def test__pipeline__with_a_normalizer__its_box(clf, tmp_path):
    pipeline = make_pipeline(DigitNormalizer(box_shape=(24, 22)), clf)
    assert described(write_demo(pipeline, tmp_path / "demo.html"))["box"] == [24, 22]


def test__pipeline__with_a_normalizer_for_small_images__box_in_proportion(small, tmp_path):
    pipeline = make_pipeline(DigitNormalizer(image_shape=(8, 8)), make_cnn(max_epochs=1))
    pipeline.fit(small[0].reshape(-1, 8, 8), small[1])
    assert described(write_demo(pipeline, tmp_path / "demo.html"))["box"] == [6, 6]


def test__search__its_best_estimator(small, tmp_path):
    grid = {"hidden_layer_sizes": [(8,), (16,)]}
    search = GridSearchCV(NumpyMLPClassifier(max_epochs=1, random_state=0), grid, cv=2)
    model = described(write_demo(search.fit(*small), tmp_path / "demo.html"))
    assert model["parameters"] == search.best_estimator_.count_parameters()
    assert model["box"] == [8, 8]


def described(page):
    text = page.read_text(encoding="utf-8")
    return json.loads(text.partition('id="model">')[2].partition("</script>")[0])


# -- what cannot be written


class Residual(nn.Module):
    def __init__(self, image_shape, n_outputs, dropout):
        super().__init__()
        self.first = nn.Linear(64, 64)
        self.last = nn.Linear(64, n_outputs)

    def forward(self, images):
        pixels = images.flatten(1)
        return self.last(pixels + self.first(pixels))


class Asking(nn.Module):
    def __init__(self, image_shape, n_outputs, dropout):
        super().__init__()
        self.last = nn.Linear(64, n_outputs)

    def forward(self, images):
        if images.sum() > 1e9:
            images = images + 1
        return self.last(images.flatten(1))


def unknown_layer(image_shape, n_outputs, dropout):
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 8), nn.Softshrink(), nn.Linear(8, n_outputs))


@pytest.mark.parametrize(
    ("architecture", "message"),
    [
        (unknown_layer, r"no layer like '2' \(Softshrink, operation 'softshrink'\)"),
        (Residual, "one layer after the other, but the operation 'add'"),
        (Asking, "Asking cannot be written as a list of layers"),
    ],
)
def test__network__that_the_page_cannot_compute__says_which_layer(
    architecture, message, small, tmp_path
):
    clf = make_cnn(architecture=architecture, max_epochs=1).fit(*small)
    with pytest.raises(ValueError, match=message):
        write_demo(clf, tmp_path / "demo.html")
    assert [*tmp_path.iterdir()] == []


def test__estimator__that_is_none_of_ours__said(small, tmp_path):
    with pytest.raises(TypeError, match="write_demo takes a classifier of skmnist"):
        write_demo(GaussianNB().fit(*small), tmp_path / "demo.html")


def test__features_that_are_no_image__said(small, tmp_path):
    X, y = small
    clf = NumpyMLPClassifier(max_epochs=1).fit(X[:, :60], y)
    with pytest.raises(ValueError, match=r"60 features .* are no image"):
        write_demo(clf, tmp_path / "demo.html")


@pytest.mark.parametrize("pixel_max", [0, -1, np.inf, "255"])
def test__pixel_max__that_is_no_positive_number__said(pixel_max, clf, tmp_path):
    with pytest.raises(ValueError, match="pixel_max must be a positive number"):
        write_demo(clf, tmp_path / "demo.html", pixel_max=pixel_max)


# -- the command


@pytest.fixture
def opened(monkeypatch):
    """The pages that the command opens, instead of a browser's window."""
    pages = []
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr("webbrowser.open", lambda url: pages.append(url) or True)
    return pages


@pytest.fixture
def run(clf, tmp_path):
    """A run folder that holds a model."""
    save_model(clf, tmp_path / "model.skops")
    return tmp_path


def test__command__run__written_and_opened(run, opened, capsys):
    assert main(["demo", str(run)]) == 0
    path = run / "demo.html"
    assert capsys.readouterr().out == f"{path}\n"
    assert opened == [path.as_uri()]
    assert described(path)["parameters"] == load_model(run / "model.skops").count_parameters()


def test__command__again__page_replaced(run, opened):
    (run / "demo.html").write_text('<meta name="generator" content="skmnist demo">an older one')
    assert main(["demo", str(run), "--no-browser"]) == 0
    assert "an older one" not in (run / "demo.html").read_text(encoding="utf-8")
    assert opened == []


def test__command__file_of_somebody_else__not_overwritten(run, capsys):
    (run / "mine.html").write_text("mine")
    assert main(["demo", str(run), "--output", str(run / "mine.html")]) == 1
    assert "is no page of `skmnist demo`; give another file" in capsys.readouterr().err
    assert (run / "mine.html").read_text() == "mine"


def test__command__no_screen__says_what_to_do(run, monkeypatch, capsys):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("webbrowser.open", lambda url: pytest.fail("it opens one"))
    assert main(["demo", str(run)]) == 0
    assert "Open this file in a browser" in capsys.readouterr().err


def test__command__no_model__said(tmp_path, capsys):
    assert main(["demo", str(tmp_path / "none")]) == 1
    assert "does not exist" in capsys.readouterr().err


def test__command__preset__trained_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = command.demo("instant", dataset="digits", progress=False)
    assert path.parent.parent.name == "runs"
    assert (path.parent / "metrics.json").is_file()
    assert described(path)["image"] == [8, 8]
