"""README.md is short, and its commands have the output that it shows."""

import json
import re

import pytest

from local.sample import people
from tests.docs.conftest import Stack
from tests.docs.markdown import blocks, commands, read, section

README = read("README.md")
TRY = section(README, "Try it")
(PRINTED,) = blocks(TRY, "text")
CURLS = [command for command in [*commands(f"```sh\n{PRINTED}```"), *commands(TRY)] if command.startswith("curl ")]


def test_it_has_at_most_150_lines() -> None:
    assert len(README.splitlines()) <= 150


def test_serve_prints_what_it_shows(served: Stack, output: list[str]) -> None:
    assert list(served.serving.printed) == served.real("\n".join(output)).split("\n")


@pytest.mark.parametrize("curl", CURLS)
def test_a_curl_command_returns_200(served: Stack, curl: str) -> None:
    status, body = served.curl(curl)
    assert status == 200, body
    returned = json.loads(body)
    assert returned["id"] if " -d " in curl else returned["rows"]


def test_there_is_a_curl_command_for_a_list_both_searches_and_a_create() -> None:
    urls = " ".join(CURLS)
    assert all(part in urls for part in ("/api/v1/dossiers ", "?name=", "?external_identifier=", "Idempotency-Key: "))


def test_the_create_can_be_repeated(served: Stack) -> None:
    (create,) = [curl for curl in CURLS if "Idempotency-Key" in curl]
    assert served.curl(create) == served.curl(create)


def test_the_response_that_it_shows_is_the_response(served: Stack) -> None:
    (shown,) = blocks(TRY, "json")
    (search,) = [curl for curl in CURLS if "bjorn" in curl]
    assert _without_ids(served.curl(search)[1]) == _without_ids(shown)


def test_the_sample_data_are_as_many_as_it_says() -> None:
    assert len(people.GROUPS) == 3
    assert f"{len(list(people.samples()))} made-up dossiers in three groups" in " ".join(TRY.split())


def _without_ids(body: str) -> str:
    """The body as one text. When two differ, the failed test shows both in full."""
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<id>", body.strip())
