"""A page in the browser, as a person uses it: by the texts that it shows."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

SECONDS = 30
T = TypeVar("T")


class Page:
    """The tab of a browser."""

    def __init__(self, chrome: Chrome) -> None:
        self.chrome = chrome

    @property
    def url(self) -> str:
        return self.chrome.current_url

    @property
    def origin(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    def open(self, url: str) -> None:
        self.chrome.get(url)

    def until(self, condition: Callable[[], T]) -> T:
        """Wait until the condition is true, and return its value."""
        ignored = [NoSuchElementException, StaleElementReferenceException]
        return WebDriverWait(self.chrome, SECONDS, 0.05, ignored).until(lambda _: condition())

    def element(self, selector: str, within: WebElement | None = None) -> WebElement:
        """The first visible element of a CSS selector, once there is one."""
        place = within or self.chrome

        def first() -> WebElement | None:
            return next((each for each in place.find_elements(By.CSS_SELECTOR, selector) if each.is_displayed()), None)

        found = self.until(first)
        assert found is not None
        return found

    def texts(self, selector: str) -> list[str]:
        """What the visible elements of a CSS selector show now."""
        found = self.chrome.find_elements(By.CSS_SELECTOR, selector)
        return [element.text for element in found if element.is_displayed()]

    def rows(self) -> list[list[str]]:
        """The cells of the bodies of all tables."""
        rows: list[list[str]] = self.run(
            "return [...document.querySelectorAll('tbody tr')].map(r => [...r.cells].map(c => c.textContent))"
        )
        return rows

    def click(self, text: str) -> None:
        """Click the button or link with that text, once there is one."""
        path = f"//*[self::button or self::a][normalize-space()='{text}']"
        self.until(lambda: [e for e in self.chrome.find_elements(By.XPATH, path) if e.is_displayed()])[0].click()

    def run(self, script: str, *arguments: Any) -> Any:
        """Run JavaScript in the page, and return what it returns."""
        return self.chrome.execute_script(script, *arguments)

    def messages(self) -> list[str]:
        """What the console shows since the last call, without messages for developers of the level debug."""
        entries = self.chrome.get_log("browser")  # type: ignore[no-untyped-call]
        return [f"{entry['level']}: {entry['message']}" for entry in entries if entry["level"] != "DEBUG"]
