"""What ProgressBar writes, to a terminal and elsewhere."""

import io
import os
import re

import pytest
from helpers import make_cnn
from sklearn.model_selection import cross_val_score

from skmnist.callbacks import ProgressBar


class Terminal(io.StringIO):
    def isatty(self):
        return True


def written(small, file, **params):
    make_cnn(callbacks=[ProgressBar(file=file, min_interval=0)], **params).fit(*small)
    return file.getvalue()


def test__progress__no_terminal__a_line_an_epoch(small):
    lines = written(small, io.StringIO()).splitlines()
    assert len(lines) == 3
    for number, line in enumerate(lines, start=1):
        form = rf"epoch {number}/3: loss=\d\.\d+, accuracy=\d+\.\d+%, \d+ s"
        assert re.fullmatch(form, line)


def test__progress__no_terminal_with_validation__says_its_accuracy(small):
    text = written(small, io.StringIO(), early_stopping=True)
    assert "validation=" in text


def test__progress__cross_validation__writes_to_the_file_that_was_given(small):
    file = io.TextIOWrapper(io.BytesIO())  # cannot be copied, as standard output
    clf = make_cnn(callbacks=[ProgressBar(file)], max_epochs=1)
    cross_val_score(clf, *small, cv=2, error_score="raise")
    file.seek(0)
    assert file.read().count("epoch 1/1") == 2


def test__progress__file_that_knows_nothing_of_terminals__is_none(small):
    class Lines:
        written = ""

        def write(self, text):
            self.written += text

        def flush(self):
            pass

    file = Lines()
    make_cnn(callbacks=[ProgressBar(file=file)]).fit(*small)
    assert file.written.count("\n") == 3


@pytest.mark.parametrize("width", [30, 60, 200])
def test__progress__terminal_of_some_width__one_line_that_fits(width, small, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    text = written(small, Terminal())
    assert text.count("\n") == 1  # at the end
    shown = text.rstrip("\n").split("\r")
    assert any(line.startswith("epoch 3/3 100%") for line in shown)
    assert max(map(len, shown)) < width


def test__progress__terminal__its_own_width(small, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr(os, "get_terminal_size", lambda handle: os.terminal_size((33, 20)))
    file = Terminal()
    file.fileno = lambda: 2
    assert max(map(len, written(small, file).rstrip("\n").split("\r"))) == 32
