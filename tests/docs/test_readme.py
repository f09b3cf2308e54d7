"""README.md is short, and its commands have the output that it shows."""

import json
from typing import Any

import pytest

from local.sample import people
from tests.docs.conftest import Stack
from tests.docs.markdown import blocks, commands, read, section

README = read("README.md")
TRY = section(README, "Try it")
SESSION = [command for command in commands(TRY) if command != "make run"]


@pytest.fixture(scope="module")
def printed(served: Stack) -> dict[str, str]:
    """What each command prints, when all are run one after the other in one shell."""
    return dict(zip(SESSION, served.run_session(SESSION), strict=True))


def output_of(printed: dict[str, str], part: str) -> Any:
    """What the one curl command with this part prints, as JSON."""
    [output] = [output for command, output in printed.items() if part in command and command.startswith("curl ")]
    return json.loads(output)


def test_it_has_at_most_150_lines() -> None:
    assert len(README.splitlines()) <= 150


def test_serve_prints_what_it_shows(served: Stack, output: list[str]) -> None:
    assert list(served.serving.printed) == served.real("\n".join(output)).split("\n")


def test_the_list_and_the_searches_find_dossiers(printed: dict[str, str]) -> None:
    assert len(output_of(printed, '$TOKEN" $API/dossiers')["rows"]) > 100
    assert len(output_of(printed, "?name=odegard+bjorn")["rows"]) == 1
    assert len(output_of(printed, "?external_identifier=")["rows"]) == 1


def test_the_created_dossier_is_shown_corrected_found_by_its_new_name_and_deleted(printed: dict[str, str]) -> None:
    shown, corrected = output_of(printed, '$TOKEN" $DOSSIER'), output_of(printed, "-X PATCH")
    assert (shown["person"]["firstname"], shown["person"]["lastname"]) == ("Zoë", "van Duren")
    assert corrected["person"] == shown["person"] | {"lastname": "van Düren"}
    assert output_of(printed, "?name=dueren+zoe")["rows"] == [[shown["id"], 1980, None, "Zoë", "van Düren"]]
    assert SESSION[-1].endswith("-X DELETE $DOSSIER")
    assert printed[SESSION[-1]] == ""


def test_the_session_can_be_repeated(served: Stack, printed: dict[str, str]) -> None:
    *_, found, _ = served.run_session(SESSION)
    assert len(json.loads(found)["rows"]) == 1


def test_the_same_key_returns_the_same_id(served: Stack) -> None:
    create = next(number for number, command in enumerate(SESSION) if command.startswith("ID="))
    *_, first, _, second = served.run_session([*SESSION[: create + 1], "echo $ID", SESSION[create], "echo $ID"])
    assert first == second


def test_the_response_that_it_shows_is_the_response(printed: dict[str, str]) -> None:
    (shown,) = blocks(TRY, "json")
    assert output_of(printed, "?name=odegard+bjorn") == json.loads(shown)


def test_the_sample_data_are_as_many_as_it_says() -> None:
    assert len(people.GROUPS) == 3
    assert f"{len(list(people.samples()))} made-up dossiers in three groups" in " ".join(TRY.split())
