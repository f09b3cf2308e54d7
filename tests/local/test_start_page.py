"""The page at `GET /` of the local stack."""

import json
import re
import shlex
from base64 import b64encode
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from local import template
from local.engine.credentials import Credentials
from local.engine.engine import Engine
from local.folder import DataFolder
from local.gateway.request import Request
from local.gateway.response import Response
from local.gateway.tokens import SigningKey
from local.stack import Stack
from local.start_page import StartPage
from tests.conftest import ROOT
from tests.serving import serve
from tests.shell import run_session

OTHER = Response(404, [], b"")
ROUTES = template.routes(template.load())


def a_page(key: SigningKey, *, sample: bool = True, folder: str = "/home/you/.local") -> StartPage:
    engine = Engine("http://127.0.0.1:45123", Credentials("access key", "secret"))
    return StartPage(
        Stack("http://127.0.0.1:8000", engine, "dossiers"), DataFolder(Path(folder)), ROUTES, key, sample=sample
    )


def respond(page: StartPage, method: str = "GET", target: str = "/", host: str | None = "127.0.0.1:8000") -> Response:
    headers = {} if host is None else {"host": host}
    request = Request(method, target, "HTTP/1.1", headers, b"", "127.0.0.1", 8000, "id")
    return page.wrap(lambda _: OTHER)(request)


def text(page: StartPage) -> str:
    return respond(page).body.decode()


def commands(html: str) -> list[str]:
    """What is in the boxes to copy from."""
    return [unescape(found) for found in re.findall(r"<pre>(.*?)</pre>", html, re.DOTALL)]


# --- Who gets it ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "LOCALHOST", "127.0.0.1", "localhost:9000"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("target", ["/", "/?a=b", "http://127.0.0.1:8000/"])
def test_a_browser_on_this_machine_gets_the_page(key: SigningKey, host: str, method: str, target: str) -> None:
    assert respond(a_page(key), method, target, host).status == 200


@pytest.mark.parametrize(
    "host",
    [
        None, "", "example.org", "example.org:8000", "127.0.0.1.example.org", "localhost.example.org:8000",
        "example.org@127.0.0.1", "127.0.0.1:8000,example.org", "127.0.0.1:", "[::1]:8000", "0.0.0.0:8000", "127.0.0.1 ",
    ],
)  # fmt: skip
def test_a_request_to_another_host_name_does_not_get_the_page(key: SigningKey, host: str | None) -> None:
    assert respond(a_page(key), host=host) is OTHER


@pytest.mark.parametrize(("method", "target"), [("POST", "/"), ("OPTIONS", "/"), ("GET", "//"), ("GET", "/x")])
def test_other_methods_and_paths_are_those_of_the_api(key: SigningKey, method: str, target: str) -> None:
    assert respond(a_page(key), method, target) is OTHER


def test_browsers_neither_store_nor_embed_the_page_nor_run_a_script_in_it(key: SigningKey) -> None:
    response = respond(a_page(key))
    headers = dict(response.headers)
    [style] = re.findall(rb"<style>(.*?)</style>", response.body, re.DOTALL)
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"] == (
        f"default-src 'none'; style-src 'sha256-{b64encode(sha256(style).digest()).decode()}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert not {name for name in headers if name.startswith("access-control-")}


class Elements(HTMLParser):
    """Collects the tags of a page, and fails unless each is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.open: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not {name for name, _ in attrs} & {"src", "href", "style"}
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("sample", [True, False])
def test_the_page_is_well_formed_and_loads_nothing(key: SigningKey, sample: bool) -> None:
    elements = Elements(text(a_page(key, sample=sample)))
    assert {"html", "title", "h1", "pre", "table"} <= elements.tags
    assert not elements.tags & {"script", "img", "link", "iframe", "form", "a"}


def test_a_folder_whose_name_is_html_is_shown_as_it_is(key: SigningKey) -> None:
    page = a_page(key, sample=False, folder="/<b>'&/x")
    assert "<b>" not in text(page)
    grant, token = commands(text(page))[0].split("\n")
    assert shlex.split(grant)[-1] == "/<b>'&/x"
    assert token.startswith("TOKEN=$(")


# --- What it says -----------------------------------------------------------------------------------------------------


def test_it_has_a_valid_token_of_a_sample_user(key: SigningKey) -> None:
    token = commands(text(a_page(key)))[0].removeprefix("TOKEN=")
    assert key.verify(f"Bearer {token}")["sub"] == "anna"


def test_without_sample_data_it_has_no_token_and_says_how_to_get_one(key: SigningKey) -> None:
    first = commands(text(a_page(key, sample=False)))[0]
    assert "grant anna noord --role manager --data /home/you/.local" in first
    assert "token anna --data /home/you/.local" in first
    assert "eyJ" not in text(a_page(key, sample=False))


def test_it_says_what_runs_and_keeps_the_key_of_the_database(key: SigningKey) -> None:
    html = text(a_page(key))
    expected = ["http://127.0.0.1:8000", "http://127.0.0.1:45123", "/home/you/.local", "anna is manager of noord"]
    assert [part for part in expected if part not in html] == []
    assert [route for route in ROUTES if f"{route.key}</code>" not in html] == []
    assert "access key" not in html
    assert "secret" not in html


def test_it_lists_the_documents_of_the_repository(key: SigningKey) -> None:
    documents = ["README.md", *(f"docs/{file.name}" for file in (ROOT / "docs").glob("*.md"))]
    html = text(a_page(key))
    assert [file for file in documents if f"<td>{file}</td>" not in html] == []


@pytest.mark.engine("dossiers serve on DynamoDB Local, over HTTP")
def test_a_stack_serves_the_page_and_its_commands_work_in_any_folder(tmp_path: Path) -> None:
    with serve(tmp_path) as served:
        *_, found, deleted = run_session(commands(served.request("GET", "/").data.decode()))
        assert [row[3:] for row in json.loads(found)["rows"]] == [["Jan", "Müller"]]
        assert deleted.startswith("HTTP/1.1 204 ")
        assert "GET / 200" in served.log.read_text()
