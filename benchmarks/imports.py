"""`python -m benchmarks.imports` measures `dossiers import`: its rate, its peak memory, and a run that is repeated.

It starts a local stack in a temporary folder. The rate is that of DynamoDB Local, whose transactions are the slowest
part. The peak memory is that of the importing process.
"""

import csv
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import Process
from pathlib import Path
from time import monotonic

from benchmarks.people import People

ROWS = 10_000
DRY_RUN_ROWS = 1_000_000
_DOSSIERS = [sys.executable, "-m", "cli"]
_HEADER = ("external_identifier", "firstname", "lastname", "birthdate", "gender", "city")


@dataclass(frozen=True)
class Run:
    """A finished run of the program. `status`: negative, the signal that killed it. `memory`: the peak, in bytes."""

    status: int
    seconds: float
    memory: int
    summary: str


def main() -> int:
    """Print the measurements. Returns 1 when an import did not import exactly the rows of its file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        million = _write_people(folder / "million.csv", DRY_RUN_ROWS)
        _print("dry run", DRY_RUN_ROWS, _run("import", million, "--group", "g", "--dry-run"))
        people = _write_people(folder / "people.csv", ROWS)
        with _stack(folder / "data") as place:
            whole = _run("import", people, "--group", "whole", *place)
            _print("to the end", ROWS, whole)
            killed = _run("import", people, "--group", "killed", *place, kill_after=whole.seconds / 2)
            sys.stdout.write(f"killed after {killed.seconds:.0f} s with status {killed.status}\n")
            _print("repeated", ROWS, _run("import", people, "--group", "killed", *place))
            groups = [_export(folder, group, place) for group in ("whole", "killed")]
    is_exact = all(group == _rows(ROWS) for group in groups)
    sys.stdout.write(f"The groups have exactly the {ROWS:,} rows of the file: {'yes' if is_exact else 'NO'}\n")
    return 0 if is_exact else 1


def _print(title: str, rows: int, run: Run) -> None:
    sys.stdout.write(
        f"{title}: {rows:,} rows in {run.seconds:.0f} s, {rows / run.seconds:,.0f} per second, "
        f"{run.memory / 1e6:.0f} MB at the peak. {run.summary}\n"
    )
    sys.stdout.flush()


def _person(number: int, firstname: str, lastname: str) -> tuple[str, ...]:
    """A row. Every second person has no identifier."""
    identifier = f"EPD-{number}" if number % 2 else ""
    return (identifier, firstname, lastname, str(1920 + number % 100), "FM"[number % 2], "Utrecht")


def _people(count: int) -> Iterator[tuple[str, ...]]:
    return (_person(number, one.firstname, one.lastname) for number, one in enumerate(People(count)))


def _rows(count: int) -> list[tuple[str, ...]]:
    return sorted(_people(count))


def _write_people(file: Path, count: int) -> Path:
    # In a process of its own: the peak memory of a process includes that of the process which starts it.
    process = Process(target=_write, args=(file, count))
    process.start()
    process.join()
    return file


def _write(file: Path, count: int) -> None:
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened)
        writer.writerow(_HEADER)
        writer.writerows(_people(count))


def _run(*arguments: object, kill_after: float | None = None) -> Run:
    started = monotonic()
    with subprocess.Popen([*_DOSSIERS, *map(str, arguments)], stdout=subprocess.PIPE, text=True) as process:
        if kill_after is not None:
            try:
                process.wait(kill_after)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
        assert process.stdout is not None
        summary = process.stdout.read().strip()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss
    return Run(process.returncode, monotonic() - started, usage.ru_maxrss * unit, summary)


def _export(folder: Path, group: str, place: list[str]) -> list[tuple[str, ...]]:
    """Export a group. Returns its rows, sorted."""
    file = folder / f"{group}.ndjson"
    subprocess.run([*_DOSSIERS, "export", "--group", group, "--output", str(file), *place], check=True)
    with file.open(encoding="utf-8") as opened:
        dossiers = [json.loads(line) for line in opened]
    flat = [{**dossier["dossier"], **dossier["person"]} for dossier in dossiers]
    return sorted(tuple(one.get(name, "") for name in _HEADER) for one in flat)


@contextmanager
def _stack(data: Path) -> Iterator[list[str]]:
    """A local stack until the end of the block. Yields the options that select it."""
    command = [*_DOSSIERS, "serve", "--port", "0", "--data", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        if not process.stdout.readline().startswith("Listening on "):
            raise SystemExit("benchmarks: the local stack does not start")
        try:
            yield ["--data", str(data)]
        finally:
            process.terminate()


if __name__ == "__main__":
    sys.exit(main())
