"""Pictures that cannot be read, among others that can."""

from pathlib import Path

import numpy as np
import pytest
from hostile import limited_memory
from PIL import Image

from skmnist import NumpyMLPClassifier, save_model
from skmnist.cli import main
from skmnist.pictures import find_digits


def test__predict__bad_pictures_among_good_ones__labels_of_the_good_ones(small, tmp_path, capsys):
    X, y = small
    clf = NumpyMLPClassifier(max_epochs=5, random_state=0).fit(X * 15, y)
    model = str(save_model(clf, tmp_path / "digits.skops"))
    good = [str(tmp_path / f"{i}.png") for i in range(3)]
    for path, row in zip(good, X, strict=False):
        Image.fromarray((row * 15).reshape(8, 8)).save(path)
    text, large, absent = (str(tmp_path / f"{name}.png") for name in ("text", "large", "absent"))
    (tmp_path / "text.png").write_text("5 is a digit")
    Image.new("1", (64_000, 1_001)).save(large)

    assert main(["predict", model, text, good[0], large, good[1], absent, good[2]]) == 1

    shown = capsys.readouterr()
    assert [line.split("\t")[0] for line in shown.out.splitlines()] == good
    expected = clf.predict(np.asarray(X[:3] * 15))
    assert [line.split("\t")[1] for line in shown.out.splitlines()] == [*map(str, expected)]
    complaints = shown.err.splitlines()
    assert all(line.startswith("skmnist: error: ") for line in complaints)
    for line, path in zip(complaints, [text, large, absent], strict=True):
        assert path in line


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's /proc")
@pytest.mark.parametrize("mode", ["RGB", "I;16", "P"])
@pytest.mark.slow
def test__find_digits__largest_picture__memory_is_bounded(mode, tmp_path):
    Image.new(mode, (10_000, 5_000)).save(tmp_path / "a.png")
    # four bytes a pixel, and a hundred more megabytes
    with limited_memory(4 * 50 + 100):
        assert find_digits(tmp_path / "a.png") == []
