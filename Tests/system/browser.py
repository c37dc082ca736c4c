"""A headless browser for the tests of the pages.

A test module has classes without `unittest.TestCase`, which `at_both_widths` makes into two test classes:

    class Start(Pages):
        def test_it_says_what_is_here(self):
            self.open("")
            self.assertIn("505", self.shown("main").text)

    StartWide, StartNarrow = at_both_widths(Start)

Pages are at the address RUTILE_PAGES, where that is set; RUTILE_PAGES_DATA is then the data directory behind it, and
RUTILE_PAGES_LOGIN the `name:password` of an administrator. Otherwise a server over the demo crystals is started for
each module. For pages that are being written, RUTILE_PAGES_BY is a command that serves them at the port that it is
given, and passes all else on to a server at a second port.
"""
import contextlib
import json
import os
import pathlib
import re
import shlex
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.parse

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, TimeoutException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from rutile import Server, command
from test_optimade import crystals, imported

# Selenium asks nobody on the network for a driver, and tells nobody of its use.
os.environ.update({"SE_OFFLINE": "true", "SE_AVOID_STATS": "true"})

# Taken out of the environment: servers that tests start would read them as settings, and refuse them.
PAGES, PAGES_DATA, PAGES_LOGIN, PAGES_BY = (
    os.environ.pop(f"RUTILE_PAGES{end}", None) for end in ("", "_DATA", "_LOGIN", "_BY"))

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
CHROMEDRIVER = os.environ.get("CHROMEDRIVER", "/usr/bin/chromedriver")
WIDE = (1280, 900)
NARROW = (360, 740)
PASSWORD = "words for the tests"

FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars", "--lang=en-GB",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    # WebGL without a graphics card.
    "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist",
]


@contextlib.contextmanager
def browser(size=WIDE, scheme="light", scripts=True):
    """A browser whose pages are `size` large, in the `light` or the `dark` scheme; `downloads` of it is the folder that
    files are saved in. Without `scripts` no script of a page is run.
    """
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rutile-browser-"))
    options = Options()
    options.binary_location = CHROMIUM
    for flag in FLAGS + [f"--user-data-dir={folder}/profile", f"--window-size={size[0]},{size[1]}"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    (folder / "downloads").mkdir()
    options.add_experimental_option("prefs", {
        "download.default_directory": str(folder / "downloads"), "download.prompt_for_download": False,
        **({} if scripts else {"profile.managed_default_content_settings.javascript": 2})})
    driver = None
    try:
        driver = webdriver.Chrome(options, Service(executable_path=CHROMEDRIVER))
        driver.downloads = folder / "downloads"
        driver.set_page_load_timeout(90)
        driver.set_script_timeout(90)
        # A window has a least width of its own; what a page sees does not.
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False})
        set_scheme(driver, scheme)
        yield driver
    finally:
        if driver:
            driver.quit()
        shutil.rmtree(folder, ignore_errors=True)


# Whether the first place of a text in an element reads from left to right there; null where it has none.
FORWARD = """
const walk = document.createTreeWalker(arguments[0], NodeFilter.SHOW_TEXT);
const left = (node, index) => {
  const range = document.createRange();
  range.setStart(node, index);
  range.setEnd(node, index + 1);
  return range.getBoundingClientRect().left;
};
for (let node; (node = walk.nextNode());) {
  const at = node.data.indexOf(arguments[1]);
  if (at >= 0) return left(node, at) < left(node, at + arguments[1].length - 1);
}
return null;
"""


def set_scheme(driver, scheme):
    """What the system wishes from now on: `light` or `dark`."""
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
        "features": [{"name": "prefers-color-scheme", "value": scheme}]})


def wait(driver, condition, seconds=60, what=None):
    """What `condition(driver)` gives as soon as it is something; elements that are replaced meanwhile are no error."""
    waiting = WebDriverWait(driver, seconds, 0.05, ignored_exceptions=[StaleElementReferenceException])
    try:
        return waiting.until(condition)
    except TimeoutException:
        text = driver.execute_script("return document.body.innerText").strip()
        raise AssertionError(f"not within {seconds} s: {what or condition}; the page says:\n{text[:2_000]}") from None


def requests(driver):
    """The requests since the last time that somebody asked: their addresses, in order."""
    return [address for address, _ in _events(driver)]


def _events(driver):
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            yield message["params"]["request"]["url"], message["params"].get("documentURL", "")
        elif message["method"] == "Network.webSocketCreated":
            yield message["params"]["url"], ""


def check_clean(driver, refused=()):
    """Fails where the browser has complained since the last time: errors of scripts, things that the content security
    policy forbids, answers with an error, requests to another origin than that of the page. `refused`: parts of
    addresses whose answers are meant to be errors."""
    origin = driver.execute_script("return location.origin")
    complaints = []
    for entry in driver.get_log("browser"):
        message = entry["message"]
        is_answer = "Failed to load resource" in message
        if is_answer and any(part in message for part in refused):
            continue
        if entry["level"] == "SEVERE" or re.search("Content Security Policy|Content-Security-Policy", message):
            complaints.append(f"{entry['level']}: {message}")
    for address, document in _events(driver):
        parts = urllib.parse.urlsplit(address)
        if parts.scheme in ("about", "chrome", "data") and not document.startswith(origin):
            continue
        if not address.removeprefix("blob:").startswith(origin + "/"):
            complaints.append(f"request to {address}")
    assert not complaints, "the browser complains:\n" + "\n".join(complaints)


class Pages:
    """What test classes of pages share: a browser for the class, and ways to look and act. `size` and `scheme` may be
    set by the class."""

    size = WIDE
    scheme = "light"
    # Where the pages are, for classes that have a server of their own.
    base = None

    @classmethod
    def setUpClass(cls):
        # A class that is tried once more has another server then.
        cls.addClassCleanup(setattr, cls, "base", None)
        cls.base = cls.base or base_address()
        context = browser(cls.size, cls.scheme)
        cls.driver = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)

    def setUp(self):
        self.refused = ()
        self.driver.get("about:blank")
        self.driver.get_log("browser"), self.driver.get_log("performance")

    def tearDown(self):
        """No test leaves complaints of the browser, nor a page that is wider than the window."""
        if self.driver.current_url.startswith("http"):
            check_clean(self.driver, self.refused)
            wide = self.driver.execute_script("return document.documentElement.scrollWidth - innerWidth")
            self.assertLessEqual(wide, 0, "the page scrolls sideways")

    @property
    def is_narrow(self):
        return self.size[0] < 600

    def open(self, path, **query):
        """Opens a page: `open("explore", filter="nsites>1")`."""
        self.driver.get(self.base + path + ("?" + urllib.parse.urlencode(query) if query else ""))
        self.shown("main > *")

    def all(self, css):
        """All elements that match, seen or not."""
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def shown(self, css, text=None, seconds=60):
        """The first element that matches, can be seen and has the text in it; waits for it."""
        def condition(driver):
            return next((element for element in driver.find_elements(By.CSS_SELECTOR, css)
                         if element.is_displayed() and (text is None or text in element.text)), None)
        return wait(self.driver, condition, seconds, f"{css} {text or ''}")

    def gone(self, css, seconds=60):
        """Waits until nothing that matches can be seen."""
        def condition(driver):
            return not any(element.is_displayed() for element in driver.find_elements(By.CSS_SELECTOR, css))
        wait(self.driver, condition, seconds, f"{css} is gone")

    def until(self, condition, seconds=60, what=None):
        """Waits for `condition()`, and gives it."""
        return wait(self.driver, lambda _: condition(), seconds, what)

    def button(self, name, within="body"):
        """The button, or link, of that name; waits for it."""
        def condition(driver):
            return next((element for element in driver.find_elements(
                By.CSS_SELECTOR, f"{within} button, {within} a, {within} summary, {within} [role=tab]")
                if element.is_displayed() and name in (element.text.strip(), element.accessible_name)), None)
        return wait(self.driver, condition, 60, f"button {name}")

    def field(self, label, within="body"):
        """The field of that label; waits for it."""
        def condition(driver):
            return next((element for element in driver.find_elements(
                By.CSS_SELECTOR, f"{within} input, {within} select, {within} textarea")
                if element.is_displayed() and element.accessible_name.strip() == label), None)
        return wait(self.driver, condition, 60, f"field {label}")

    def click(self, element):
        """Clicks, after the element has come into the middle of the window."""
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def write(self, field, text):
        """Puts text in the place of what a field has."""
        field.send_keys(Keys.CONTROL, "a")
        field.send_keys(text or Keys.DELETE)

    def script(self, text, *arguments):
        """What a script of the test gives; promises are waited for."""
        return self.driver.execute_script(text, *arguments)

    def reads_forward(self, element, text):
        """Whether the text, in one line of the element, is seen from left to right."""
        return self.script(FORWARD, element, text)

    def query(self):
        """The state that the address has: each parameter's value."""
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.driver.current_url).query))

    def log_in(self, name=None, password=None):
        """Logs in by the header's dialog, as an administrator where nobody else is named."""
        if name is None:
            name, password = administrator()
        self.click(self.button("Log in", "header"))
        self.write(self.shown("dialog input[name=username]"), name)
        self.write(self.shown("dialog input[name=password]"), password)
        self.click(self.shown("dialog .primary"))
        self.button("Log out", "header")

    def downloaded(self, ending, seconds=60):
        """The file with that ending which the browser has saved; waits until it is whole."""
        def condition():
            files = [file for file in self.driver.downloads.iterdir() if file.name.endswith(ending)]
            return files[0] if files and not list(self.driver.downloads.glob("*.crdownload")) else None
        return self.until(condition, seconds, f"a file *{ending}")


def at_both_widths(case):
    """The test classes that run `case` at 1280 px and at 360 px."""
    return tuple(
        type(f"{case.__name__}{name}", (case, unittest.TestCase), {"size": size, "__module__": case.__module__})
        for name, size in (("Wide", WIDE), ("Narrow", NARROW)))


_demo = {}


def demo_server():
    """The server over the demo crystals, for as long as the tests of the module run."""
    if not _demo:
        _demo["data"] = imported(crystals(), "Avogadro crystals")
        done = command("user", "add", "keeper", "--admin", "--data", _demo["data"], input=PASSWORD + "\n")
        assert done.returncode == 0, done.stderr
        _demo["server"] = Server(_demo["data"]).__enter__()
        unittest.addModuleCleanup(end_demo)
    return _demo["server"]


def end_demo():
    """Ends the server over the demo crystals."""
    if _demo:
        _demo.pop("address", None)
        _demo.pop("server").__exit__()
        shutil.rmtree(_demo.pop("data"))


def base_address():
    """The address that the pages are below, with a slash at its end."""
    if PAGES:
        return PAGES.rstrip("/") + "/"
    if "address" not in _demo:
        context = pages_over(demo_server())
        _demo["address"] = context.__enter__()
        unittest.addModuleCleanup(context.__exit__, None, None, None)
    return _demo["address"]


@contextlib.contextmanager
def pages_over(server):
    """The address of the pages of `server`, with a slash at its end."""
    if not PAGES_BY:
        yield server.address.removesuffix("api/v1")
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    backend = urllib.parse.urlsplit(server.origin).port
    process = subprocess.Popen([*shlex.split(PAGES_BY), str(port), str(backend)], stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.kill()
        process.wait()


def data_folder():
    """The data directory behind the pages."""
    if PAGES:
        return pathlib.Path(PAGES_DATA)
    demo_server()
    return pathlib.Path(_demo["data"])


def administrator():
    """Name and password of somebody who may do everything."""
    if PAGES:
        return tuple(PAGES_LOGIN.split(":", 1))
    return "keeper", PASSWORD
