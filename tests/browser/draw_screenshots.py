"""`make screenshots` writes the images of the documentation with this file."""

from selenium.webdriver.remote.webelement import WebElement

from tests.browser.check_example import sign_in
from tests.browser.documentation import Documentation
from tests.browser.page import Page
from tests.conftest import ROOT
from tests.serving import Serving

IMAGES = ROOT / "docs" / "images"


def save(page: Page, top: WebElement, name: str, *, height: int) -> None:
    """Save what the page shows from the element `top` on, `height` pixels high."""
    page.chrome.set_window_size(1000, height)
    page.run("arguments[0].scrollIntoView()", top)
    IMAGES.mkdir(exist_ok=True)
    assert page.chrome.save_screenshot(str(IMAGES / name))


def test_the_documentation_page(page: Page, serving: Serving) -> None:
    page.open(f"{serving.url}/")
    page.click("API documentation, signed in as anna")
    documentation = Documentation(page)
    _, body = documentation.execute("searchDossiers", {"name": "jan jansen"})
    assert body["rows"], "the image would show a search that finds nothing"
    block = documentation.operation("searchDossiers")
    save(page, page.element(".responses-inner", block), "documentation.png", height=1050)


def test_the_example_page(page: Page, example_url: str) -> None:
    sign_in(page, example_url, "anna")
    page.element("#name").send_keys("jan jansen\n")
    page.until(lambda: page.rows() and {row[4] for row in page.rows()} == {"Jansen"})
    save(page, page.element("h1"), "example-page.png", height=350)
