"""The documentation page at /docs: a user who follows the link of the start page tries the operations out."""

import pytest

from tests.browser.documentation import Documentation
from tests.browser.page import Page
from tests.serving import Serving

A_PERSON = {"firstname": "Wilhelmina", "lastname": "Overweg", "birthdate": "1980-02-23"}


@pytest.fixture
def documentation(page: Page, serving: Serving) -> Documentation:
    """The page after a click on the link of the start page, which signs the user anna in."""
    page.open(f"{serving.url}/")
    page.click("API documentation, signed in as anna")
    return Documentation(page)


def test_the_page_shows_every_operation_and_removes_the_token_from_the_address(
    documentation: Documentation, serving: Serving
) -> None:
    document = serving.request("GET", "/api/v1/openapi.json").json()
    operations = {method["operationId"] for path in document["paths"].values() for method in path.values()}
    blocks = documentation.page.run("return [...document.querySelectorAll('.opblock')].map((block) => block.id)")
    assert {block.rpartition("-")[2] for block in blocks} == operations
    assert documentation.page.url == f"{serving.url}/docs"


def test_without_a_token_the_page_loads_and_a_request_is_unauthorized(page: Page, serving: Serving) -> None:
    page.open(f"{serving.url}/docs")
    assert Documentation(page).execute("listDossierGroups") == (401, {"message": "Unauthorized"})
    assert any("401" in message for message in page.messages())


def test_a_user_creates_searches_and_updates_a_dossier(documentation: Documentation, serving: Serving) -> None:
    status, created = documentation.execute(
        "createDossier", {"person": A_PERSON}, dossier_group_id="noord", Idempotency_Key="documentation"
    )
    assert status == 200
    status, found = documentation.execute("searchGroupDossiers", {"name": "overweg"}, dossier_group_id="noord")
    assert (status, found["rows"]) == (200, [[created["id"], 1980, None, "Wilhelmina", "Overweg"]])
    status, updated = documentation.execute(
        "updateDossier",
        {"person": {"lastname": "Onderweg"}},
        dossier_group_id="noord",
        dossier_id=created["id"],
        If_Match='"1"',
    )
    assert (status, updated["person"]["lastname"]) == (200, "Onderweg")
    stored = serving.request("GET", f"/api/v1/dossier_groups/noord/dossiers/{created['id']}").json()
    assert stored["person"]["lastname"] == "Onderweg"


def test_an_error_is_shown_with_its_keywords(documentation: Documentation) -> None:
    status, shown = documentation.execute("createDossier", {"person": {"gender": "x"}}, dossier_group_id="noord")
    assert (status, shown) == (422, {"errors": {"gender": ["inclusion"]}})
    assert any("422" in message for message in documentation.page.messages())


def test_what_the_page_fills_in_gives_no_error_of_its_own(documentation: Documentation) -> None:
    """A user who executes a list without changing anything sees rows."""
    for operation in ("listDossiers", "listDossierGroups"):
        block = documentation.operation(operation)
        documentation.page.element(".execute", block).click()
        live = documentation.page.element(".live-responses-table .response .response-col_status", block)
        assert live.text.split()[0] == "200"
