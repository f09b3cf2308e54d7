"""Links between the pages, and from the pages to files, lead somewhere."""

import re
from pathlib import Path

import pytest

from tests.docs.markdown import ROOT, anchors, links, pages

PAGES = [pytest.param(page, id=str(page.relative_to(ROOT))) for page in pages()]


@pytest.mark.parametrize("page", PAGES)
def test_relative_links_lead_to_files_and_headings_that_are_there(page: Path) -> None:
    for link in links(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.is_relative_to(ROOT), link
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), link


def test_the_pages_are_found() -> None:
    assert {"README.md", "docs/api.md", "docs/names.md", "docs/decisions/README.md"} <= {
        str(page.relative_to(ROOT)) for page in pages()
    }
