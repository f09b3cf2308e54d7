"""Unzipped sizes of what is uploaded."""

from pathlib import Path

from benchmarks import sides
from benchmarks.row import Reach, Row, Say
from benchmarks.sides import BENCH

_MB = 1_000_000


def measured(say: Say) -> Row:
    """Each function with its layers, and the usual ones."""
    say("sizes")
    ours = {name: sides.ours(name).folders for name in ("IndexFunction", "SearchFunction", "CreateFunction")}
    usual = {
        "usual: Powertools with Tracer, and boto3": (BENCH / "usual",),
        "usual create: the same and pydantic": (BENCH / "usual_create",),
        "usual: FastAPI, Mangum and boto3": (BENCH / "fastapi",),
        "usual create: the same and pydantic's e-mail check": (BENCH / "fastapi_create",),
    }
    sizes = {name: _megabytes(folders) for name, folders in (ours | usual).items()}
    lines = [[name, f"{size:.1f}"] for name, size in sizes.items()]
    largest = max(sizes[name] for name in ours)
    how = (
        "The sum of the files' sizes: of ours a function with both layers, bytecode included; of the usual ones the "
        "function's folder as `sam build` leaves it, without bytecode."
    )
    reaches = [Reach("largest function with its layers, MB", largest, 30)]
    return Row("Unzipped size", how, ["function and layers", "MB"], lines, reaches)


def _megabytes(folders: tuple[Path, ...]) -> float:
    return sum(file.stat().st_size for folder in folders for file in folder.rglob("*") if file.is_file()) / _MB
