"""The kinds of pictures that people have: each digit is found, and labelled right."""

import numpy as np
import pytest
from made_up_pictures import KINDS, blank, glyph, grey, noise, row_of
from PIL import Image

from skmnist import MnistCNNClassifier, save_model
from skmnist.cli.predict import UNSURE_BELOW, predict
from skmnist.pictures import find_digits

N_PICTURES = 20

# strokes that are thinner or thicker than those of MNIST, and pictures of very few pixels
LIKENESS = {"thin strokes": 0.5, "thick strokes": 0.7, "tiny": 0.7, "eight pixels": 0.6}

FONTS = ["DejaVu Sans", "DejaVu Serif", "DejaVu Sans Mono"]


@pytest.fixture(scope="module")
def held_out(mnist):
    """The last 10,000 training images of MNIST, and their labels."""
    return mnist.data[50_000:60_000].reshape(-1, 28, 28), mnist.target[50_000:60_000].astype(int)


@pytest.fixture(scope="module")
def clf(mnist):
    # without smoothed labels its probabilities mean what they say
    clf = MnistCNNClassifier.from_preset(
        "quick", label_smoothing=0.0, max_epochs=2, random_state=0
    )
    return clf.fit(mnist.data[:50_000], mnist.target[:50_000].astype(int))


@pytest.fixture(scope="module")
def known(clf, held_out):
    """Digits that the classifier knows as they are, so that a mistake is the picture's."""
    X, y = held_out
    proba = clf.predict_proba(X)
    known = (proba.argmax(axis=1) == y) & (proba.max(axis=1) > 0.95)
    return X[known], y[known]


def rng_of(name):
    return np.random.default_rng(sum(map(ord, name)))


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] * (name == "large")) for name in KINDS]
)
def test__find_digits__kind__like_the_digit_that_it_was_made_of(name, held_out):
    rng = rng_of(name)
    digit = held_out[0][rng.integers(10_000)]
    [found] = find_digits(KINDS[name](digit, rng))
    assert found.image.dtype == np.uint8
    likeness = np.corrcoef(found.image.ravel(), digit.ravel())[0, 1]
    assert likeness > LIKENESS.get(name, 0.8)


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test__predict__kind__nearly_all_right(name, known, clf, tmp_path):
    X, y = known
    rng = rng_of(name)
    chosen = rng.permutation(len(X))[:N_PICTURES]
    model = save_model(clf, tmp_path / "model.skops")
    paths = [save(KINDS[name](X[i], rng), tmp_path / f"{i}") for i in chosen]
    found, errors = predict(model, paths)
    assert not errors
    labels = {digit.name: digit.label for digit in found}
    n_right = sum(labels.get(path) == y[i] for path, i in zip(paths, chosen, strict=True))
    assert n_right >= 0.95 * N_PICTURES


def save(picture, path):
    """Write a picture in the format that it came in, or one that takes it as it is."""
    suffix = (picture.format or ("tiff" if picture.mode.startswith("I") else "png")).lower()
    path = f"{path}.{suffix}"
    if suffix == "jpeg":
        picture.fp.seek(0)
        with open(path, "wb") as file:
            file.write(picture.fp.read())
    else:
        picture.save(path)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("gap", [(12, 40), (4, 12)], ids=["far", "near"])
def test__find_digits__several__all_from_left_to_right(gap, known, clf):
    X, y = known
    rng = np.random.default_rng(gap)
    n_right = 0
    for _ in range(N_PICTURES):
        chosen = rng.integers(0, len(X), rng.integers(2, 6))
        digits = find_digits(grey(row_of(X[chosen], rng, gap=gap), 240, 30))
        lefts = [digit.box[0] for digit in digits]
        assert lefts == sorted(lefts)
        labels = clf.predict(np.stack([digit.image for digit in digits])).tolist()
        n_right += labels == y[chosen].tolist()
    assert n_right >= 0.95 * N_PICTURES


def test__find_digits__broken_one_in_a_row__is_one_digit():
    paper = np.full((160, 200), 255, np.uint8)
    paper[30:130, 40:55] = paper[30:75, 110:125] = paper[82:130, 110:125] = 0
    assert len(find_digits(paper)) == 2


def test__find_digits__close_lines_beside_something_wide__stay_apart():
    paper = np.full((300, 300), 255, np.uint8)
    paper[20:100, 40:55] = paper[112:192, 40:55] = 0  # a 1 below another
    paper[220:260, 40:240] = 0
    tops = [digit.box[1] for digit in find_digits(paper)]
    assert np.allclose(tops[:2], [20 / 300, 112 / 300], atol=0.01)


@pytest.mark.slow
def test__find_digits__touching__most_are_separated(known):
    rng = np.random.default_rng(0)
    n_right = 0
    for _ in range(N_PICTURES):
        chosen = rng.integers(0, len(known[0]), 3)
        picture = grey(row_of(known[0][chosen], rng, gap=(-6, 2)), 240, 30)
        n_right += len(find_digits(picture)) == 3
    assert n_right >= 0.7 * N_PICTURES


@pytest.mark.slow
@pytest.mark.parametrize("font", FONTS)
def test__find_digits__printed__nearly_all_right(font, clf):
    rng = np.random.default_rng(0)
    expected = list("0123456789") * 2
    images = []
    for character, size in zip(expected, [60] * 10 + [120] * 10, strict=True):
        [digit] = find_digits(glyph(character, rng, size, font))
        images.append(digit.image)
    labels = clf.predict(np.stack(images))
    # a printed 1 has a foot, which nobody draws in MNIST
    assert np.mean(labels == np.array(expected, int)) >= 0.9


# -- what is no digit


@pytest.mark.parametrize("made", [blank, noise], ids=["blank pages", "noise"])
def test__find_digits__blank_or_noise__nothing(made):
    rng = np.random.default_rng(0)
    n_blank = sum(find_digits(made(rng)) == [] for _ in range(N_PICTURES))
    assert n_blank >= 0.95 * N_PICTURES


@pytest.mark.slow
def test__predict__digits_of_mnist__hardly_any_unsure(held_out, clf):
    assert np.mean(clf.predict_proba(held_out[0]).max(axis=1) < UNSURE_BELOW) < 0.01


@pytest.mark.slow
def test__predict__letters__many_unsure(clf, tmp_path):
    rng = np.random.default_rng(0)
    # no one can tell O, I, l, S, Z and B from digits
    letters = "ACDEFGHJKLMNPQRTUVWXYabcdefghkmnpqrtuvwxy"
    model = save_model(clf, tmp_path / "model.skops")
    paths = []
    for font in FONTS:
        for letter in letters:
            paths.append(tmp_path / f"{font}-{ord(letter)}.png")
            glyph(letter, rng, font=font).save(paths[-1])
    found, _ = predict(model, paths)
    share = np.mean([digit.is_unsure for digit in found])
    assert share > 0.1, share


# -- limits


def test__find_digits__ruled_line_alone__is_no_digit():
    values = np.full((200, 300), 250, np.uint8)
    values[100:102] = 90
    assert find_digits(values) == []


@pytest.mark.parametrize(
    "line",
    [np.s_[100, 50:150], np.s_[50:150, 100], np.s_[100, 50:52], np.s_[100:108, 50:150]],
    ids=str,
)
def test__find_digits__line__is_not_cut(line):
    values = np.full((200, 200), 255, np.uint8)
    values[line] = 0
    assert len(find_digits(values)) <= 1
    values[20:80, 20:30] = 0
    assert len(find_digits(values)) in (1, 2)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test__find_digits__array_with_channels__is_a_picture(channels):
    values = np.full((100, 80, channels), 255, np.uint8)
    values[20:80, 35:45, : max(1, channels - (channels in (2, 4)))] = 0
    assert len(find_digits(values)) == 1


@pytest.mark.parametrize(
    ("picture", "error"),
    [
        (np.zeros((5, 5, 5)), ValueError),
        (np.zeros(5), ValueError),
        (np.full((5, 5), np.nan), ValueError),
        (np.full((5, 5), "1"), ValueError),
        (5, TypeError),
    ],
    ids=str,
)
def test__find_digits__no_picture__says_so(picture, error):
    with pytest.raises(error, match="picture must"):
        find_digits(picture)


def test__find_digits__image_of_too_many_pixels__is_refused():
    with pytest.raises(ValueError, match="10000×6401 pixels"):
        find_digits(Image.new("1", (10_000, 6_401)))
