"""Imports and exports from the command line: they show progress, print a summary, and stop at Ctrl-C."""

from __future__ import annotations

import io
import sys
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from cli import progress
from cli.transfer import exporting, private_file, rejections
from cli.transfer.exporting import Dossier
from cli.transfer.importing import Options, Outcome, Result, import_records
from cli.transfer.records import CSV, Source, open_source
from cli.transfer.rejections import Rejections
from cli.transfer.targets import Target
from cli.transfer.text_file import STANDARD_INPUT
from dossiers.domain.errors import TryAgain
from local.errors import UserError

_FINISHED = "Finished"
_KEY_WARNING = (
    "Some rows have no external identifier. For 24 hours the same file can be imported again; later, these rows would "
    "become second dossiers.\n"
)


@dataclass(frozen=True)
class ImportFile:
    """A file to import. `path`: `-` is standard input. `names` and `encoding`: see `open_source`.

    `rejected`: where to write the rejected rows, by default beside the file.
    """

    path: str
    names: Mapping[str, str]
    encoding: str | None = None
    rejected: Path | None = None


def run_import(target: Target | None, file: ImportFile, *, update: bool) -> None:
    """Import the file into the target; without one, it is a dry run.

    Prints progress to standard error, and the summary to standard output. Raises UserError when rows were rejected or
    the run stopped, and KeyboardInterrupt after Ctrl-C.
    """
    with progress.interrupts() as interrupts, open_source(file.path, file.names, file.encoding) as source:
        path = file.rejected or rejections.default_path(file.path, source)
        if file.path != STANDARD_INPUT and path.exists() and path.samefile(file.path):
            raise UserError(f"--rejected is the imported file {path}")
        name = Path(file.path).name
        options = Options(name, update=update, should_stop=lambda: bool(interrupts))
        with Rejections(path, source) as rejected, _summary(target, interrupts) as counts:
            sys.stderr.write(f"Reading {source.description}\n")
            for outcome in _outcomes(target, source, options):
                counts[outcome.result] += 1
                if outcome.result is Result.REJECTED:
                    rejected.add(outcome.record, outcome.problems)
    if interrupts:
        raise KeyboardInterrupt
    if count := counts[Result.REJECTED]:
        raise UserError(f"{count:,} of the rows were rejected: {path} has them, with the reasons")


def _outcomes(target: Target | None, source: Source, options: Options) -> Iterator[Outcome]:
    """What becomes of each record. Shows progress meanwhile."""
    file = source.file
    title = "Importing" if target is not None else "Validating"
    work = progress.Work(title, "rows read", position=lambda _: file.position, size=file.size, in_bytes=True)
    is_warned = False
    with closing(progress.show(import_records(target, source.records, options), work)) as outcomes:
        for outcome in outcomes:
            if outcome.has_key and not is_warned:
                is_warned = True
                sys.stderr.write(_KEY_WARNING)
            yield outcome


@contextmanager
def _summary(target: Target | None, interrupts: list[int]) -> Iterator[Counter[Result]]:
    """Counts of results, which are printed at the end of the block, however it ends."""
    counts: Counter[Result] = Counter()
    end = "Stopped"
    try:
        yield counts
        end = "Interrupted" if interrupts else _FINISHED
    except TryAgain as exc:
        raise UserError("the service does not respond: run the same command again to continue") from exc
    finally:
        shown = (Result.VALID,) if target is None else (Result.CREATED, Result.UPDATED, Result.EXISTED)
        parts = [f"{counts.total():,} rows read", *(f"{counts[result]:,} {result}" for result in shown)]
        print(f"{end}: {', '.join(parts)}, {counts[Result.REJECTED]:,} rejected", flush=True)
        if end != _FINISHED and target is not None:
            sys.stderr.write("Each row is imported or not at all. Run the same command again to continue.\n")


def run_export(source: Target, output: Path | None, file_format: str, *, neutralize: bool) -> None:
    """Export the group to a file, or to standard output. `neutralize`: see `csv_writer`.

    A file gets its name when it is complete. Prints progress and the summary to standard error. Raises UserError when
    the run stops, and KeyboardInterrupt after Ctrl-C.
    """
    count, end = 0, "Stopped"
    opened = _standard_output() if output is None else private_file.replace(output)
    with progress.interrupts() as interrupts, opened as file:
        try:
            write = _writer(file, file_format, neutralize=neutralize)
            with closing(_dossiers(source, interrupts, output)) as dossiers:
                for dossier in dossiers:
                    write(dossier)
                    count += 1
            end = "Interrupted" if interrupts else _FINISHED
        except TryAgain as exc:
            raise UserError("the service does not respond: run the same command again") from exc
        finally:
            sys.stderr.write(f"{end}: {count:,} dossiers exported\n")
        if interrupts:
            raise KeyboardInterrupt


def _dossiers(source: Target, interrupts: list[int], output: Path | None) -> Generator[Dossier]:
    """Each dossier of the group. Shows progress meanwhile, unless the terminal shows the dossiers themselves."""
    dossiers = exporting.dossiers(source, lambda: bool(interrupts))
    if output is None and sys.stdout.isatty():
        yield from dossiers
    else:
        yield from progress.show(dossiers, progress.Work("Exporting", "dossiers exported"))


@contextmanager
def _standard_output() -> Iterator[TextIO]:
    """Standard output in UTF-8, also on a terminal with another encoding. Line ends are not changed."""
    file = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    try:
        yield file
        file.flush()
    finally:
        file.detach()


def _writer(file: TextIO, file_format: str, *, neutralize: bool) -> exporting.Write:
    return exporting.csv_writer(file, neutralize=neutralize) if file_format == CSV else exporting.ndjson_writer(file)
