"""The decisions are numbered without gaps, listed in the index, and have all their parts."""

import re

import pytest

from tests.docs.markdown import ROOT, read, table

FOLDER = "docs/decisions"
DECISIONS = sorted(file.name for file in (ROOT / FOLDER).glob("*.md") if file.name != "README.md")


def _number_and_title(name: str) -> tuple[str, str]:
    match = re.match(r"# (\d+)\. (.+)\n", read(f"{FOLDER}/{name}"))
    assert match is not None, f"{name} does not begin with `# NUMBER. TITLE`"
    return match[1], match[2]


def test_the_index_links_each_by_its_number_and_title() -> None:
    expected = [[number, f"[{title}]({name})"] for name in DECISIONS for number, title in [_number_and_title(name)]]
    assert table(read(f"{FOLDER}/README.md")) == expected


def test_they_are_numbered_without_gaps_in_their_names_too() -> None:
    numbers = list(range(1, len(DECISIONS) + 1))
    assert [int(name[:4]) for name in DECISIONS] == numbers
    assert [int(_number_and_title(name)[0]) for name in DECISIONS] == numbers


@pytest.mark.parametrize("name", DECISIONS)
def test_each_has_context_findings_decision_and_costs(name: str) -> None:
    text = read(f"{FOLDER}/{name}")
    parts = re.findall(r"^\*\*(Context|What was known|What was measured|Decision|What was lost)", text, re.MULTILINE)
    assert parts[0] == "Context"
    assert parts[1].startswith("What was")
    assert parts[-2:] == ["Decision", "What was lost"]
