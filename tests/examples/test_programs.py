"""The example programs do what they show, although the first attempt at each request fails."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.examples.conftest import EXAMPLES
from tests.examples.unreliable import Seen, unreliable
from tests.serving import Serving

FILES = ["python.py", "typescript.ts"]
ATTEMPTS = [503, 200]


@pytest.fixture(scope="module", params=FILES)
def ran(request: pytest.FixtureRequest, serving: Serving, node_programs: Path) -> tuple[str, list[Seen]]:
    """What a program prints, and its requests."""
    file = EXAMPLES / request.param
    program = [sys.executable] if file.suffix == ".py" else [str(node_programs / "tsx")]
    seen: list[Seen] = []
    with unreliable(serving.url, seen) as url:
        done = subprocess.run(
            [*program, str(file)],
            env=os.environ | {"API_URL": url, "TOKEN": serving.token("anna"), "GROUP": "noord"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout, seen


@pytest.mark.parametrize("file", FILES)
def test_a_program_is_short(file: str) -> None:
    assert len((EXAMPLES / file).read_text(encoding="utf-8").splitlines()) < 60


def test_a_program_shows_each_step(ran: tuple[str, list[Seen]], serving: Serving) -> None:
    printed, seen = ran
    refused, listed, updated, deleted = printed.splitlines()
    assert [
        part for part in ("Refused", "422", "gender", "inclusion", "birthdate", "invalid_date") if part not in refused
    ] == []
    assert listed.endswith("and the new one is among them")
    assert updated == "Visser is now de Visser"
    assert deleted == "Deleted"
    dossier = seen[-1].path
    assert serving.request("GET", dossier).status == 404


def test_every_attempt_at_a_create_has_the_same_key(ran: tuple[str, list[Seen]]) -> None:
    creates = [each for each in ran[1] if each.method == "POST" and "Idempotency-Key" in titles(each)]
    assert [each.status for each in creates] == ATTEMPTS
    assert len({titles(each)["Idempotency-Key"] for each in creates}) == 1


def test_the_list_is_read_page_by_page(ran: tuple[str, list[Seen]]) -> None:
    pages = {each.path for each in ran[1] if "limit=100" in each.path and each.status == 200}
    assert len(pages) > 1


def test_updates_and_deletes_are_for_the_version_that_was_shown(ran: tuple[str, list[Seen]]) -> None:
    conditions = [(each.method, titles(each)["If-Match"], each.status) for each in ran[1] if "If-Match" in titles(each)]
    assert conditions == [
        ("PATCH", '"1"', 503),
        ("PATCH", '"1"', 200),
        ("DELETE", '"2"', 503),
        ("DELETE", '"2"', 204),
    ]


def titles(request: Seen) -> dict[str, str]:
    """The headers of a request with each word of their names in title case."""
    return {name.title(): value for name, value in request.headers.items()}


@pytest.mark.slow
def test_the_typescript_program_is_typed(node_programs: Path) -> None:
    checked = subprocess.run(
        [str(node_programs / "tsc"), "--project", str(EXAMPLES)], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout) == (0, "")
