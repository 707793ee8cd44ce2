"""The page to draw on: in a browser, what it computes and what a reader does with it."""

import base64
import io
from functools import partial
from time import monotonic, sleep

import numpy as np
import pytest
import torch
from demo_pages import untrained
from drawn_digits import DIGITS, draw
from helpers import make_cnn
from numpy.testing import assert_allclose
from PIL import Image
from torch import nn

from skmnist import (
    MnistCNNClassifier,
    MnistMLPClassifier,
    NumpyMLPClassifier,
    SquareDigitTransformer,
    TransformedTargetClassifier,
    write_demo,
)
from skmnist.networks import ARCHITECTURES
from skmnist.pictures import find_digits

pytest.importorskip("selenium", reason='pages are tested with selenium: pip install -e ".[test]"')
from selenium.webdriver import ActionChains, Keys

PREDICT = """
const [data, size] = arguments;
const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
const result = [];
for (let at = 0; at < bytes.length; at += size) {
  result.push(...network.predict(bytes.subarray(at, at + size)).probabilities);
}
return result;
"""


def probabilities(browser, page, X):
    """Return what the network of a page says of images of uint8."""
    browser.open(page)
    X = X.reshape(len(X), -1)
    flat = browser.script(PREDICT, base64.b64encode(X.tobytes()).decode(), X.shape[1])
    assert browser.problems() == []
    return np.reshape(flat, (len(X), -1))


def assert_same(browser, clf, X, folder):
    page = write_demo(clf, folder / "demo.html")
    assert_allclose(probabilities(browser, page, X), clf.predict_proba(X), rtol=0, atol=1e-5)


@pytest.fixture(scope="module")
def clf():
    return untrained()


@pytest.fixture(scope="module")
def page(clf, tmp_path_factory):
    return write_demo(clf, tmp_path_factory.mktemp("demo") / "demo.html")


# -- the network in JavaScript


class ManyLayers(nn.Module):
    """Layers of every kind, called in as many ways."""

    def __init__(self, image_shape, n_outputs, dropout):
        super().__init__()
        self.maps = nn.Sequential(
            nn.Conv2d(1, 6, 3, padding="same", dilation=2),
            nn.BatchNorm2d(6),
            nn.LeakyReLU(0.1, inplace=True),
            nn.Conv2d(6, 10, (2, 3), stride=(1, 2), padding=(1, 0), groups=2, bias=False),
            nn.MaxPool2d(3, stride=2, padding=1, ceil_mode=True),
            nn.BatchNorm2d(10),
            nn.GELU(),
            nn.AvgPool2d(2, stride=1, padding=1),
            nn.BatchNorm2d(10, affine=False),
            nn.Conv2d(10, 5, 1),
            nn.Tanh(),
        )
        self.last = nn.Linear(5 * 3 * 2, n_outputs)

    def forward(self, images):
        maps = self.maps(images)
        maps = torch.nn.functional.adaptive_avg_pool2d(maps, (3, 2)).transpose(1, 3)
        units = torch.selu(maps.reshape(len(maps), -1))
        return torch.log_softmax(self.last(nn.functional.silu(units).sigmoid()), dim=-1)


class Pooled(nn.Module):
    """A network without a dense layer, that ends in a mean."""

    def __init__(self, image_shape, n_outputs, dropout):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 8, 3, stride=2), nn.ReLU6(), nn.ELU(0.5), nn.Conv2d(8, n_outputs, 2)
        )

    def forward(self, images):
        return self.layers(images).mean(dim=(2, 3))


class PixelsNormalized(nn.Module):
    """A network that normalises each value of a map by itself."""

    def __init__(self, image_shape, n_outputs, dropout, n_maps=3):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, n_maps, 3), nn.Flatten(), nn.BatchNorm1d(n_maps * 36)
        )
        self.last = nn.Linear(n_maps * 36, n_outputs)

    def forward(self, images):
        return self.last(self.layers(images))


@pytest.mark.parametrize(
    "network", [ManyLayers, Pooled, PixelsNormalized, partial(PixelsNormalized, n_maps=1)]
)
def test__page__layers_of_every_kind__as_in_python(network, browser, digits, tmp_path):
    X, y = digits
    clf = make_cnn(architecture=network, max_epochs=1).fit(X[:200], y[:200])
    with torch.no_grad():
        for layer in clf.module_.modules():
            if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d) and layer.affine:
                layer.weight[::2] *= -1  # not to be moved across a maximum
    assert_same(browser, clf, X[:100], tmp_path)


@pytest.mark.parametrize(
    "params", [{}, {"loss": "squared_error", "dtype": "float64"}, {"bias": False, "dropout": 0.1}]
)
def test__page__numpy_network__as_in_python(params, browser, digits, tmp_path):
    X, y = digits
    clf = NumpyMLPClassifier(max_epochs=2, random_state=0, **params).fit(X[:300], y[:300])
    assert_same(browser, clf, X[:200], tmp_path)


def test__page__two_classes_and_distorted_copies__as_in_python(browser, digits, tmp_path):
    X, y = digits
    inner = make_cnn(max_epochs=1, test_time_augmentation=2, label_smoothing=0.1)
    clf = TransformedTargetClassifier(inner, SquareDigitTransformer()).fit(X[:200], y[:200])
    assert_same(browser, clf, X[:100], tmp_path)
    assert len(browser.driver.find_elements("css selector", "#names button")) == 2


@pytest.mark.slow
@pytest.mark.parametrize("architecture", [*ARCHITECTURES, "dense", "copies"])
def test__page__mnist__as_in_python(architecture, browser, mnist, tmp_path):
    params = {"max_epochs": 1, "random_state": 0}
    if architecture == "dense":
        clf = MnistMLPClassifier(label_smoothing=0.1, **params)
    elif architecture == "copies":
        clf = MnistCNNClassifier.from_preset("quick", test_time_augmentation=4, **params)
    else:
        clf = MnistCNNClassifier(architecture=architecture, label_smoothing=0.1, **params)
    clf.fit(mnist.data[:1000], mnist.target[:1000])
    # the page takes thirty times as long with this one
    n_images = 30 if architecture == "vgg" else 300
    assert_same(browser, clf, mnist.data[60_000:][:n_images], tmp_path)


# -- what the network is given


def shown_paper(browser):
    """Return the paper as a reader sees it: dark ink on white."""
    url = browser.script("return document.getElementById('paper').toDataURL()")
    picture = Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))
    white = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(white, picture.convert("RGBA")).convert("RGB")


@pytest.mark.parametrize("digit", [1, 2, 4, 8])
def test__drawing__image_of_the_network__as_pictures_make_it(digit, browser, page):
    browser.open(page)
    draw(browser, DIGITS[digit])
    ours = np.array(browser.script("return Array.from(reading.pixels)")).reshape(28, 28)
    (expected,) = find_digits(shown_paper(browser))
    difference = np.abs(ours - expected.image).sum() / expected.image.sum()
    assert difference < 0.3  # a digit that is a pixel aside makes more than 0.6


def test__drawing__small__pen_as_wide_as_in_mnist(browser, page):
    browser.open(page)
    small = [[(0.5 + 0.2 * (x - 0.5), 0.5 + 0.2 * (y - 0.5)) for x, y in s] for s in DIGITS[0]]
    draw(browser, small)
    image = np.array(browser.script("return Array.from(reading.pixels)")).reshape(28, 28)
    rows, columns = image.any(axis=1), image.any(axis=0)
    assert rows.sum() == 20
    assert columns.sum() < 20
    assert image[12:16, 12:16].max() == 0  # a ring, no blot


def test__labels_and_title__that_look_like_markup__shown_as_they_are(browser, small, tmp_path):
    X, y = small
    labels = np.array(["</script><b>", 'it\'s, "quoted"', "three"])[y % 3]
    clf = NumpyMLPClassifier(max_epochs=1, random_state=0).fit(X, labels)
    page = write_demo(clf, tmp_path / "demo.html", title="<i>Mine</i>", pixel_max=16)
    browser.open(page)
    assert browser.text("h1") == browser.driver.title == "<i>Mine</i>"
    buttons = browser.driver.find_elements("css selector", "#names button")
    assert [button.text for button in buttons] == [*clf.classes_]
    assert browser.problems() == []


# -- what a reader does


def press(browser, *keys):
    ActionChains(browser.driver).send_keys(*keys).perform()
    browser.wait_for_frames()


def undo(browser):
    chain = ActionChains(browser.driver).key_down(Keys.CONTROL).send_keys("z")
    chain.key_up(Keys.CONTROL).perform()
    browser.wait_for_frames()


def state(browser):
    return browser.script("return [paper.strokes.length, kept.map((drawing) => drawing.label)]")


@pytest.mark.parametrize("dark", [False, True])
def test__page__desktop__nothing_wrong(dark, browser, page):
    browser.open(page, dark=dark)
    draw(browser, DIGITS[3])
    assert browser.text("#label") in [str(digit) for digit in range(10)]
    assert browser.problems() == browser.outside_requests() == []
    assert not browser.scrolls_sideways()


def test__page__phone__fits(browser, page):
    browser.open(page, width=390, height=844, touch=True)
    for digit in range(8):
        draw(browser, DIGITS[digit], touch=True)
        press(browser, str(digit))
    draw(browser, DIGITS[3], touch=True)
    assert state(browser) == [1, [str(digit) for digit in range(8)]]
    assert not browser.scrolls_sideways()
    sides = browser.script(
        "return [...document.querySelectorAll('button:enabled')].map((b) => b.offsetHeight)"
    )
    assert min(sides) >= 40  # a finger's width
    assert browser.problems() == browser.outside_requests() == []


def test__undo__takes_back_strokes_clearing_and_labels(browser, page):
    browser.open(page)
    draw(browser, DIGITS[4])
    assert state(browser) == [2, []]
    browser.element("#clear").click()
    assert state(browser) == [0, []]
    browser.element("#undo").click()
    assert state(browser) == [2, []]
    press(browser, "4")
    assert state(browser) == [0, ["4"]]
    undo(browser)
    assert state(browser) == [2, []]
    undo(browser)
    undo(browser)
    assert state(browser) == [0, []]
    assert not browser.element("#undo").is_enabled()


def test__label__of_an_empty_paper__does_nothing(browser, page):
    browser.open(page)
    press(browser, "4", Keys.DELETE)
    assert state(browser) == [0, []]
    assert not browser.element("#names button").is_enabled()


def test__keys__draw(browser, page):
    browser.open(page)
    press(browser, *[Keys.TAB])
    assert browser.script("return document.activeElement.id") == "paper"
    press(browser, *[Keys.ARROW_UP] * 7, " ", *[Keys.ARROW_DOWN] * 14, " ", Keys.ARROW_LEFT)
    (stroke,) = browser.script("return paper.strokes")
    assert_allclose(stroke[0], [0.5, 0.22])
    assert_allclose(stroke[-1], [0.5, 0.78])
    assert len(stroke) == 15
    press(browser, Keys.BACKSPACE)
    assert state(browser) == [0, []]


def test__keys__reach_every_control_that_is_named(browser, page):
    browser.open(page)
    draw(browser, DIGITS[4])
    press(browser, "4")
    draw(browser, DIGITS[4])
    n_controls = len(browser.driver.find_elements("css selector", "button:enabled")) + 1
    browser.script("document.activeElement.blur(); document.body.focus()")
    reached = set()
    for _ in range(n_controls + 2):
        press(browser, Keys.TAB)
        focused = browser.driver.switch_to.active_element
        if focused.tag_name in ("button", "canvas"):
            reached.add(focused.accessible_name)
    assert len(reached) == n_controls
    assert "" not in reached


def test__answer__told_to_a_screen_reader(browser, page):
    browser.open(page)
    draw(browser, DIGITS[7])
    expected = f"{browser.text('#label')}, {browser.text('#sure')}"
    told = "return document.querySelector('[aria-live]#spoken').textContent"
    wait_until(lambda: browser.script(told) == expected)


def wait_until(condition):
    end = monotonic() + 60
    while not condition():
        assert monotonic() < end, "it does not happen"
        sleep(0.05)


def test__csv__holds_what_was_drawn(browser, clf, page, tmp_path):
    behaviour = {"behavior": "allow", "downloadPath": str(tmp_path)}
    browser.driver.execute_cdp_cmd("Browser.setDownloadBehavior", behaviour)
    browser.open(page)
    for digit in (3, 5):
        draw(browser, DIGITS[digit])
        press(browser, str(digit))
    shown = browser.script("return kept.map((drawing) => drawing.read)")
    browser.element("#save").click()
    path = tmp_path / "drawings.csv"
    # a browser makes the file first, and fills it later
    wait_until(lambda: path.exists() and path.read_text().count(",") == 3 * 784)
    data = np.loadtxt(path, delimiter=",", skiprows=1)
    assert data.shape == (2, 785)
    assert data[:, 0].tolist() == [3, 5]
    assert clf.predict(data[:, 1:]).astype(str).tolist() == shown
    score = int((clf.predict(data[:, 1:]) == data[:, 0]).sum())
    assert browser.text("#score").startswith(f"{score} of 2")
    browser.element("#kept button").click()
    assert state(browser) == [0, ["5"]]


@pytest.fixture(scope="module")
def trained_page(mnist, tmp_path_factory):
    clf = MnistCNNClassifier.from_preset("quick", max_epochs=3, random_state=0)
    clf.fit(mnist.data[:6000], mnist.target[:6000])
    return write_demo(clf, tmp_path_factory.mktemp("trained") / "demo.html")


@pytest.mark.slow
@pytest.mark.parametrize("touch", [False, True])
def test__digits__drawn__read(touch, browser, trained_page):
    size = {"width": 390, "height": 844} if touch else {}
    browser.open(trained_page, touch=touch, **size)
    read = {}
    for digit, strokes in DIGITS.items():
        draw(browser, strokes, touch=touch)
        read[digit] = browser.text("#label")
        browser.element("#clear").click()
    assert read == {digit: str(digit) for digit in DIGITS}


@pytest.mark.slow
def test__digit__drawn_with_keys__read(browser, trained_page):
    browser.open(trained_page)
    browser.element("#paper").send_keys(Keys.ARROW_UP * 6, Keys.ARROW_LEFT * 4, " ")
    browser.element("#paper").send_keys(Keys.ARROW_RIGHT * 8, Keys.ARROW_DOWN * 14)
    browser.wait_for_frames()
    assert browser.text("#label") == "7"
