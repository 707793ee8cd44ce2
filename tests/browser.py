"""A real browser without a window, for tests of the pages that this package writes.

A test asks for the fixture `browser`. The test is skipped if Chromium, its driver or selenium is
not here.
"""

import json
import shutil
from pathlib import Path

import pytest

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")

_OPTIONS = (
    "--headless=new",
    "--no-sandbox",  # root may not use it without
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    # a page that asks for something outside is to be found out, not to be answered
    "--host-resolver-rules=MAP * ~NOTFOUND",
)

# where nothing is drawn, a page is not told of its size
_TWO_FRAMES = """
const done = arguments[0];
requestAnimationFrame(() => requestAnimationFrame(() => done()));
"""


class Browser:
    """A browser, and what the page in it did.

    Attributes
    ----------
    driver : selenium.webdriver.Chrome
    """

    def __init__(self, driver):
        self.driver = driver
        self._problems, self._requests = [], []

    def open(self, page, *, width=1000, height=800, dark=False, touch=False):
        """Open a page that is a file, and wait until it is loaded.

        Parameters
        ----------
        page : path-like
        width, height : int
            Of what a reader sees, in CSS pixels; a phone has 390 and 844.
        dark : bool, default=False
            Whether the reader prefers a dark page.
        touch : bool, default=False
            Whether the reader has fingers on the screen instead of a mouse.
        """
        self.driver.get("about:blank")
        self._read_logs()
        self._problems, self._requests = [], []
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": touch}
        self._cdp("Emulation.setDeviceMetricsOverride", metrics)
        self._cdp("Emulation.setTouchEmulationEnabled", {"enabled": touch, "maxTouchPoints": 1})
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._cdp("Emulation.setEmulatedMedia", {"features": [scheme]})
        self.url = Path(page).resolve().as_uri()
        self.driver.get(self.url)
        self.driver.execute_async_script(_TWO_FRAMES)

    def script(self, code, *arguments):
        """Return what a piece of JavaScript returns: ``"return 1 + arguments[0]"``."""
        return self.driver.execute_script(code, *arguments)

    def text(self, selector):
        """Return the text that a reader sees in the first element of a CSS selector."""
        return self.element(selector).text

    def element(self, selector):
        """Return the first element of a CSS selector."""
        return self.driver.find_element("css selector", selector)

    def problems(self):
        """Return what the console holds since the page was opened: warnings and errors."""
        self._read_logs()
        return self._problems

    def outside_requests(self):
        """Return the addresses that the page asked for, beside its own file and what is in it."""
        self._read_logs()
        return [url for url in self._requests if not url.startswith(("data:", "blob:", self.url))]

    def scrolls_sideways(self):
        """Tell whether something is wider than the window."""
        return self.script(
            "const root = document.documentElement; return root.scrollWidth > root.clientWidth"
        )

    def screenshot(self, path, *, whole=True):
        """Save a picture of the page as a PNG file, by default of all of it."""
        import base64

        picture = self._cdp("Page.captureScreenshot", {"captureBeyondViewport": whole})
        Path(path).write_bytes(base64.b64decode(picture["data"]))

    def _cdp(self, command, parameters):
        return self.driver.execute_cdp_cmd(command, parameters)

    def _read_logs(self):
        """Keep what the logs hold: to read them is to empty them."""
        for entry in self.driver.get_log("browser"):
            if entry["level"] in ("WARNING", "SEVERE"):
                self._problems.append(entry["message"])
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                self._requests.append(message["params"]["request"]["url"])


def start_browser():
    """Start a browser, or skip the test that needs it.

    Returns
    -------
    browser : Browser
        Its ``driver.quit()`` ends it.
    """
    webdriver = pytest.importorskip(
        "selenium.webdriver", reason='pages are tested with selenium: pip install -e ".[test]"'
    )
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if browser is None or driver is None:
        pytest.skip(
            "pages are tested in Chromium, which is not here: apt-get install chromium "
            "chromium-driver"
        )
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for option in _OPTIONS:
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    # the path of the driver, or selenium looks for one in the network
    return Browser(webdriver.Chrome(options, webdriver.ChromeService(driver)))


@pytest.fixture(scope="session")
def running_browser():
    """A browser for all tests of a process: to start one takes a second."""
    browser = start_browser()
    yield browser
    browser.driver.quit()


@pytest.fixture
def browser(running_browser):
    """A browser whose last page is gone, and whatever it kept."""
    yield running_browser
    running_browser.driver.get("about:blank")
