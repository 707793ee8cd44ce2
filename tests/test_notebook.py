"""What a notebook shows: a fitted classifier, and progress."""

import re
import sys
from types import SimpleNamespace

import pytest
from helpers import make_cnn
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler

from skmnist import NumpyMLPClassifier, SquareDigitTransformer, TransformedTargetClassifier
from skmnist._notebook import bar_class, is_notebook
from skmnist.callbacks import ProgressBar


def shown(estimator):
    """Return what a reader sees of the HTML representation."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", estimator._repr_html_()))


# -- the representation


def test__representation__fitted__shows_parameters_attributes_and_layers(small):
    clf = make_cnn(max_epochs=1).fit(*small)
    text = shown(clf)
    assert "label_smoothing 0.05" in text
    assert "n_iter_ int 1" in text
    assert f"Network: 18 layers, {clf.count_parameters():,} parameters" in text
    assert "Conv2d-1 16 × 8 × 8 400" in text


def test__representation__numpy_network__shows_its_layers(small):
    clf = NumpyMLPClassifier(hidden_layer_sizes=(7,), dropout=0.1, max_epochs=1).fit(*small)
    text = shown(clf)
    assert f"Network: 4 layers, {clf.count_parameters():,} parameters" in text
    assert f"Linear-1 7 {64 * 7 + 7} ReLU-2 7 0 Dropout-3 7 0 Linear-4 10 {7 * 10 + 10}" in text


def test__representation__not_fitted__shows_no_network():
    assert "Network:" not in shown(make_cnn())


@pytest.mark.parametrize(
    "wrap",
    [
        lambda clf: make_pipeline(MinMaxScaler(), clf),
        lambda clf: TransformedTargetClassifier(clf, SquareDigitTransformer()),
    ],
)
def test__representation__inside_another_estimator__shows_the_network(wrap, small):
    assert "Network: 3 layers" in shown(wrap(NumpyMLPClassifier(max_epochs=1)).fit(*small))


def test__representation__part_that_is_not_fitted__is_shown(small):
    target = TransformedTargetClassifier(
        NumpyMLPClassifier(max_epochs=1), SquareDigitTransformer()
    )
    search = GridSearchCV(make_pipeline(MinMaxScaler(), target), {}, cv=2, refit=False)
    assert "SquareDigitTransformer" in shown(search.fit(*small))


# -- progress


@pytest.fixture
def notebook(monkeypatch):
    """A kernel: what IPython says in a notebook."""
    shell = SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setitem(sys.modules, "ipywidgets", None)  # not installed
    return shell


def test__notebook__only_where_there_is_a_kernel(notebook):
    assert is_notebook()
    notebook.kernel = None  # IPython in a terminal
    assert not is_notebook()


def test__progress__in_a_notebook__is_a_bar_and_no_line_an_epoch(notebook, small, capsys):
    make_cnn(callbacks=[ProgressBar(min_interval=0)]).fit(*small)
    text = capsys.readouterr().err
    assert text.count("\r") > 3
    assert text.count("\n") == 1
    assert "epoch 3/3: 100%" in text


def test__progress__file_given_in_a_notebook__goes_there(notebook, small, tmp_path):
    with (tmp_path / "log").open("w+") as file:
        make_cnn(callbacks=[ProgressBar(file)]).fit(*small)
        file.seek(0)
        assert len(file.readlines()) == 3


def test__progress__of_the_numpy_network__uses_the_same_bar(notebook, small, capsys):
    NumpyMLPClassifier(max_epochs=2, verbose=2).fit(*small)
    assert "2/2" in capsys.readouterr().err


def test__bar__with_ipywidgets__is_the_one_with_colours(notebook, monkeypatch):
    bar = object()
    monkeypatch.setitem(sys.modules, "ipywidgets", SimpleNamespace())
    monkeypatch.setitem(sys.modules, "tqdm.notebook", SimpleNamespace(tqdm=bar))
    assert bar_class() is bar
