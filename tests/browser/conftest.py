"""Headless Chromium, a web server for the example page, and a stack that both pages use."""

import os
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from selenium.webdriver import Chrome, ChromeOptions, ChromeService

from tests.browser.page import Page
from tests.conftest import ROOT
from tests.serving import Serving, serve

EXAMPLE = ROOT / "examples" / "browser"
STACK_IN_EXAMPLE = "http://127.0.0.1:8000"


def program(name: str, *others: str) -> str:
    """The path of a program that one of these names has. Fails when there is none."""
    found = next(filter(None, map(shutil.which, (name, *others))), None)
    if found is None:
        pytest.fail(f"{name} is not on the PATH: on Debian, run `apt-get install chromium chromium-driver`")
    return found


@pytest.fixture(scope="session")
def chrome() -> Iterator[Chrome]:
    options = ChromeOptions()
    options.binary_location = program("chromium", "chromium-browser", "google-chrome")
    for argument in (
        "--headless=new",
        "--window-size=1200,900",
        "--disable-dev-shm-usage",
        "--force-color-profile=srgb",
    ):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")  # Chromium's sandbox does not work for root
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options, ChromeService(program("chromedriver")))
    yield driver
    driver.quit()


@pytest.fixture
def page(chrome: Chrome) -> Iterator[Page]:
    """An empty tab without stored data. The test fails when the console has a message at its end."""
    chrome.get("about:blank")
    page = Page(chrome)
    page.messages()
    yield page
    assert page.messages() == []
    chrome.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "all"})


class _Files(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture(scope="session")
def example_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder from which the web server of the example page serves."""
    return tmp_path_factory.mktemp("example")


@pytest.fixture(scope="session")
def example_origin(example_folder: Path) -> Iterator[str]:
    """A web server for the example page."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Files, directory=str(example_folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def serving(tmp_path_factory: pytest.TempPathFactory, example_origin: str) -> Iterator[Serving]:
    """A stack with the sample data that allows the origin of the example page."""
    with serve(tmp_path_factory.mktemp("stack"), "--sample", "--allow-origin", example_origin) as serving:
        yield serving


@pytest.fixture(scope="session")
def example_url(example_folder: Path, example_origin: str, serving: Serving) -> str:
    """The URL of the example page, whose settings name the stack."""
    for file in EXAMPLE.iterdir():
        text = file.read_text(encoding="utf-8").replace(STACK_IN_EXAMPLE, serving.url)
        (example_folder / file.name).write_text(text, encoding="utf-8")
    return f"{example_origin}/"
