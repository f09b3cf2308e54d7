"""examples/browser: a user signs in by the code flow, lists and searches."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.page import Page
from tests.serving import Serving


def sign_in(page: Page, url: str, user: str) -> None:
    page.open(url)
    page.click("Sign in")
    page.click(user)
    page.until(lambda: page.texts("main") and page.rows())


def list_rows(serving: Serving, user: str) -> list[list[str]]:
    """All rows that the user may see, as a page shows them."""
    rows = serving.request("GET", "/api/v1/dossiers", user).json()["rows"]
    return [["" if value is None else str(value) for value in row] for row in rows]


def test_a_user_signs_in_and_sees_all_dossiers_page_by_page(page: Page, example_url: str, serving: Serving) -> None:
    sign_in(page, example_url, "anna")
    assert page.url == example_url
    expected = list_rows(serving, "anna")
    assert len(expected) > 100
    assert page.rows() == expected[:50]
    while page.texts("#next"):
        count = len(page.rows())
        page.click("More")
        page.until(lambda count=count: len(page.rows()) > count)  # type: ignore[misc]
    assert page.rows() == expected
    assert page.texts("#message") == [f"{len(expected)} dossiers"]


def test_another_user_sees_other_dossiers(page: Page, example_url: str, serving: Serving) -> None:
    sign_in(page, example_url, "bram")
    assert page.rows() == list_rows(serving, "bram")[:50]


def test_a_search_sends_the_name_in_the_body(page: Page, example_url: str, serving: Serving) -> None:
    sign_in(page, example_url, "anna")
    page.element("#name").send_keys("Jan Jansen\n")
    page.until(lambda: page.rows() and {tuple(row[3:]) for row in page.rows()} == {("Jan", "Jansen")})
    requested = page.run("return performance.getEntriesByType('resource').map(entry => entry.name)")
    assert f"{serving.url}/api/v1/dossiers/search?limit=50" in requested
    assert "jansen" not in " ".join(requested).lower()


def test_the_token_is_in_memory_only(page: Page, example_url: str) -> None:
    sign_in(page, example_url, "anna")
    stored = page.run("return [Object.keys(sessionStorage), Object.keys(localStorage), document.cookie]")
    assert stored == [[], [], ""]
    page.chrome.refresh()
    assert page.texts("main") == []
    page.click("Sign in")
    page.element("ul a")


def test_the_request_names_a_challenge_and_never_the_verifier(page: Page, example_url: str) -> None:
    page.open(example_url)
    page.click("Sign in")
    page.element("ul a")
    query = parse_qs(urlsplit(page.url).query)
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["code_challenge"][0]) == 43
    assert len(query["state"][0]) == 43
    assert "code_verifier" not in query


@pytest.mark.parametrize("query", ["code=x&state=y", "code=x", "error=access_denied&state=y"])
def test_a_response_that_the_page_did_not_request_is_refused(page: Page, example_url: str, query: str) -> None:
    page.open(f"{example_url}?{query}")
    page.until(lambda: page.texts("#message") == ["This page did not request that sign-in."])
    assert page.url == example_url
    assert page.texts("main") == []


def test_signing_out_forgets_the_token_and_the_rows(page: Page, example_url: str) -> None:
    sign_in(page, example_url, "anna")
    page.click("Sign out")
    page.until(lambda: page.texts("#sign-in"))
    assert (page.rows(), page.texts("main")) == ([], [])


def test_the_page_runs_no_script_and_sends_nothing_elsewhere(page: Page, example_url: str) -> None:
    page.open(example_url)
    blocked = page.run(
        """
        const script = document.createElement("script");
        let refused = null;
        try { script.text = "globalThis.ran = true"; } catch (error) { refused = error.name; }
        document.head.append(script);
        document.body.append(Object.assign(document.createElement("img"), { src: "https://example.invalid/" }));
        return [refused, globalThis.ran ?? null];
        """
    )
    assert blocked == ["TypeError", None]
    messages = page.until(page.messages)
    assert any("img-src" in message or "default-src" in message for message in messages)
