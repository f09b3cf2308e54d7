"""Where the commands find the API: a local stack, a URL, or the variables of the shell."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from cli.api_client import ApiClient, list_pages
from cli.main import main
from tests.serving import Serving


@pytest.fixture(scope="module")
def token(served: Serving) -> str:
    served.run("grant", "anna", "access")
    return served.token("anna")


@pytest.mark.parametrize("suffix", ["", "/", "/api/v1", "/api/v1/"])
def test_a_url_and_a_token_are_options_or_variables(
    served: Serving, token: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    command = ["list", "--group", "access", "--json"]
    assert main([*command, "--url", served.url + suffix, "--token", token]) == 0
    monkeypatch.setenv("DOSSIERS_URL", served.url + suffix)
    monkeypatch.setenv("DOSSIERS_TOKEN", token)
    assert main(command) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == second
    assert '"rows":[]' in first


def test_options_go_before_variables(
    served: Serving, token: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DOSSIERS_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("DOSSIERS_TOKEN", "invalid")
    assert main(["list", "--url", served.url, "--token", token]) == 0
    assert main(["list", "--data", str(served.directory), "--user", "anna"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "--url or --data is required, or the variable DOSSIERS_URL"),
        (["--url", "http://x"], "--token is required, or the variable DOSSIERS_TOKEN"),
        (["--data", "d"], "--data needs --user"),
        (["--user", "anna"], "--user needs --data"),
        (["--data", "d", "--user", "anna", "--url", "http://x"], "--data and --url exclude each other"),
        (["--data", "d", "--user", "anna", "--token", "t"], "--data and --token exclude each other"),
        (["--url", "example.org", "--token", "t"], "'example.org' is not a URL"),
        (["--url", "ftp://example.org", "--token", "t"], "'ftp://example.org' is not a URL"),
        (["--url", "http://127.0.0.1:99999", "--token", "t"], "is not a URL: its host or port is not valid"),
        (["--url", "http://[::1", "--token", "t"], "is not a URL: its host or port is not valid"),
        (["--url", "http://x", "--token", "a\nb"], "the token has characters that no token has"),
        (["--url", "http://x", "--token", "té"], "the token has characters that no token has"),
    ],
)
def test_wrong_usage(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, options: list[str], message: str
) -> None:
    monkeypatch.delenv("DOSSIERS_URL", raising=False)
    monkeypatch.delenv("DOSSIERS_TOKEN", raising=False)
    assert main(["list", *options]) == 2
    printed, errors = capsys.readouterr()
    assert (printed, errors.count("\n")) == ("", 1)
    assert message in errors


def test_a_url_with_another_path_is_reported_as_such(
    served: Serving, token: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["list", "--url", f"{served.url}/v1", "--token", token]) == 1
    assert capsys.readouterr().err == "dossiers: there is no such path: is the URL that of the API?\n"


def test_a_variable_is_validated_too(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOSSIERS_URL", "example.org")
    assert main(["list", "--token", "t"]) == 2
    assert "'example.org' is not a URL" in capsys.readouterr().err


def test_a_token_that_the_api_refuses_is_reported_in_one_line(
    served: Serving, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["list", "--url", served.url, "--token", "invalid"]) == 1
    assert capsys.readouterr() == ("", "dossiers: the token is missing, invalid or expired\n")


def test_a_folder_without_a_stack_is_reported_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--data", "nowhere", "--user", "anna"]) == 1
    assert capsys.readouterr().err.startswith("dossiers: no stack serves nowhere")


# --- Other servers ----------------------------------------------------------------------------------------------------


@contextmanager
def a_server(status: int, body: bytes, **headers: str) -> Iterator[tuple[str, list[str]]]:
    """The URL of a server with one response to everything, and the request lines that it has received."""
    received: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            received.append(self.requestline)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_PATCH = do_POST = do_GET  # noqa: N815 - names of the standard library

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "body", "line"),
    [
        (200, b"<html>", "the response (200) is not a JSON object: is the URL that of the API?"),
        (200, b"[]", "the response (200) is not a JSON object: is the URL that of the API?"),
        (200, b"{}", "the response has no headers: is the URL that of the API?"),
        (301, b"{}", "the API responded with the status 301"),
        (503, b'{"errors": {"base": ["try_again"]}}', "base: try_again (the API is busy)"),
        (404, b'{"message": "Not Found"}', "there is no such path: is the URL that of the API?"),
        (422, b'{"errors": {"na\\u001bme": ["bl\\nank"]}}', "na?me: bl ank"),
        (422, b'{"errors": {"name": "blank"}}', "name: blank"),
    ],
)
def test_a_response_of_another_kind_is_reported_in_one_line(
    capsys: pytest.CaptureFixture[str], status: int, body: bytes, line: str
) -> None:
    with a_server(status, body) as (url, _):
        assert main(["list", "--url", url, "--token", "t"]) == 1
    assert capsys.readouterr() == ("", f"dossiers: {line}\n")


def test_the_token_stays_with_the_server_whatever_a_link_says() -> None:
    link = '<https://elsewhere.example.org/api/v1/dossiers?cursor=x>; rel="next"'
    with a_server(200, b'{"headers": [], "rows": []}', Link=link) as (url, received):
        pages = list_pages(ApiClient(url, "t"), "/dossiers")
        assert [next(pages).status, next(pages).status] == [200, 200]
    assert received == ["GET /api/v1/dossiers HTTP/1.1", "GET /api/v1/dossiers?cursor=x HTTP/1.1"]
