"""The documentation page as a person uses it: opens an operation, fills in its fields and executes it."""

import json
from typing import Any
from urllib.parse import urlsplit

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from tests.browser.page import Page


class Documentation:
    """The page at /docs, in Swagger UI."""

    def __init__(self, page: Page) -> None:
        """`page` shows the documentation, or is about to."""
        self.page = page
        page.element(".opblock")
        assert urlsplit(page.url).path == "/docs"

    def operation(self, operation: str) -> WebElement:
        """Open the operation with that id, and return its block."""
        block = self.page.element(f".opblock[id$='-{operation}']")
        if "is-open" not in str(block.get_attribute("class")):
            block.find_element(By.CSS_SELECTOR, ".opblock-summary-control").click()
        self.page.element(".execute", block)
        return block

    def execute(self, operation: str, body: dict[str, Any] | None = None, **values: str) -> tuple[int, Any]:
        """Send the request of an operation with these parameters, and return the status and the document shown.

        The name of a header has underscores instead of hyphens.
        """
        block = self.operation(operation)
        for row in block.find_elements(By.CSS_SELECTOR, "tr[data-param-name]"):
            name = str(row.get_attribute("data-param-name")).replace("-", "_")
            replace(row.find_element(By.TAG_NAME, "input"), values.pop(name, ""))
        assert values == {}, "the operation has no such parameter"
        if body is not None:
            replace(self.page.element("textarea.body-param__text", block), json.dumps(body, indent=2))
        self.page.element(".execute", block).click()
        live = self.page.element(".live-responses-table .response", block)
        status = live.find_element(By.CSS_SELECTOR, ".response-col_status").text.split()[0]
        text = live.find_element(By.CSS_SELECTOR, ".response-col_description .highlight-code code").text
        return int(status), json.loads(text)


def replace(field: WebElement, text: str) -> None:
    """Replace the text of a field as a person does. `clear` of the driver does not reach the page's state."""
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys(Keys.DELETE)
    if text:
        field.send_keys(text)
