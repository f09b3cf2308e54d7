"""docs/import-export.md: its facts are those of the code, and its examples run."""

import re
from pathlib import Path

from cli.transfer import backoff, exporting, parallel, text_file
from cli.transfer.csv_rows import REJECTION_COLUMNS
from cli.transfer.fields import DOSSIER_ID
from cli.transfer.ndjson_rows import REJECTION_MEMBERS
from cli.transfer.rejections import _SEPARATOR
from dossiers.usecases.creating import KEY_LIFETIME
from tests.docs.conftest import Stack
from tests.docs.markdown import blocks, read, section

PAGE = read("docs/import-export.md")


def test_the_examples_run_and_end_as_shown(served: Stack, tmp_path: Path) -> None:
    (script,), (shown,) = blocks(section(PAGE, "Examples"), "sh"), blocks(section(PAGE, "Examples"), "text")
    dry, first, second, last = served.run_shell(script, tmp_path).splitlines()
    assert dry == "Finished: 2 rows read, 2 valid, 0 rejected"
    assert first == shown.strip()
    assert second == "Finished: 2 rows read, 0 created, 0 updated, 2 existed, 0 rejected"
    assert re.fullmatch(r"Finished: \d+ rows read, 0 created, 0 updated, \d+ existed, 0 rejected", last)
    assert not list(tmp_path.glob("*rejected*"))


def test_the_numbers_are_those_of_the_code() -> None:
    assert parallel.WORKERS == 8
    assert "Eight requests are made in parallel" in PAGE
    assert f"{text_file.MAX_LINE:,}\ncharacters" in PAGE
    assert f"{text_file._HEAD:,} bytes" in PAGE
    assert f"for {KEY_LIFETIME.total_seconds() / 3600:.0f} hours" in PAGE
    assert 2 <= sum(backoff._WAITS) / 2 / 60 <= sum(backoff._WAITS) / 60 <= 5
    assert text_file.FALLBACK == "cp1252"


def test_the_names_are_those_of_the_code() -> None:
    rejected = section(PAGE, "Rejected rows")
    assert all(f"`{name}`" in rejected for name in (*REJECTION_COLUMNS, *REJECTION_MEMBERS))
    assert f"`{_SEPARATOR}`" in rejected
    assert f"`{DOSSIER_ID}`" in PAGE
    assert all(f"`{start}`" in section(PAGE, "Export") for start in exporting._FORMULA_STARTS if start.isprintable())
