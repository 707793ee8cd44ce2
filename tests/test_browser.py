"""The browser of the other tests: that it sees what they ask it for."""

import pytest

PAGE = """<!doctype html><meta name="viewport" content="width=device-width">
<p id="text">hello</p><div style="width: {width}px">.</div>{more}"""


@pytest.fixture
def write(tmp_path):
    def write_page(width=100, more=""):
        path = tmp_path / "page.html"
        path.write_text(PAGE.format(width=width, more=more), encoding="utf-8")
        return path

    return write_page


def test__browser__good_page__nothing_to_say(browser, write):
    browser.open(write(), width=390, height=844, touch=True)
    assert browser.text("#text") == "hello"
    assert browser.problems() == browser.outside_requests() == []
    assert not browser.scrolls_sideways()


def test__browser__bad_page__says_what_is_wrong(browser, write):
    more = '<img src="https://example.com/a.png"><script>nobody.knows()</script>'
    browser.open(write(600, more), width=390, height=844, touch=True)
    assert browser.outside_requests() == ["https://example.com/a.png"]
    assert "nobody is not defined" in "".join(browser.problems())
    assert browser.scrolls_sideways()


@pytest.mark.parametrize("dark", [False, True])
def test__browser__dark__is_what_the_page_is_told(dark, browser, write):
    browser.open(write(), dark=dark)
    assert browser.script("return matchMedia('(prefers-color-scheme: dark)').matches") == dark
