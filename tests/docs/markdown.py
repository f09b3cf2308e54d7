"""Reads the project's pages: sections, tables, code blocks, links and anchors."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
_NOT_OURS = {"node_modules"}
_FENCED = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`]*`")
_HEADING = re.compile(r"^(#{1,6}) (.+)$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^()\s]+)\)")


def pages() -> list[Path]:
    """Every Markdown file of the project."""
    return sorted(
        page
        for page in ROOT.rglob("*.md")
        if not any(part.startswith(".") or part in _NOT_OURS for part in page.relative_to(ROOT).parts)
    )


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """The text under a heading, up to the next heading of the same or a higher level."""
    hidden = _FENCED.sub(lambda match: re.sub("^#", "\0", match[0], flags=re.MULTILINE), text)
    found = [match for match in _HEADING.finditer(hidden) if match[2] == heading]
    assert len(found) == 1, f"{len(found)} headings are called {heading}"
    level = len(found[0][1])
    rest = hidden[found[0].end() :]
    end = re.search(rf"^#{{1,{level}}} ", rest, re.MULTILINE)
    return (rest if end is None else rest[: end.start()]).replace("\0", "#")


def table(text: str) -> list[list[str]]:
    """The rows of the first table in the text, without its heading."""
    lines = re.search(r"^\|.+\|\n\|[-|]+\|\n((?:\|.*\|\n)+)", text + "\n", re.MULTILINE)
    assert lines is not None, "there is no table"
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[1].splitlines()]


def code(cell: str) -> str:
    """The code in a cell that consists of one piece of code."""
    match = re.fullmatch(r"`([^`]+)`", cell)
    assert match is not None, f"{cell} is not code"
    return match[1]


def blocks(text: str, language: str) -> list[str]:
    """The fenced code blocks of that language."""
    return [match[2] for match in _FENCED.finditer(text) if match[1] == language]


def commands(text: str) -> list[str]:
    """The commands in the text's shell blocks, one for each line that is not continued, without comments."""
    lines = "".join(blocks(text, "sh")).replace("\\\n", " ").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]


def links(text: str) -> list[str]:
    """The targets of the links in a text, except links in code."""
    return _LINK.findall(_CODE.sub("", _FENCED.sub("", text)))


def anchors(text: str) -> set[str]:
    """The anchors that GitHub gives the headings."""
    found: set[str] = set()
    for _, heading in _HEADING.findall(_FENCED.sub("", text)):
        plain = _LINK.sub("]", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        number = 0
        while (slug if not number else f"{slug}-{number}") in found:
            number += 1
        found.add(slug if not number else f"{slug}-{number}")
    return found
