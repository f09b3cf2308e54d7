"""Unzipped sizes of what is uploaded."""

from pathlib import Path

from benchmarks import implementations
from benchmarks.implementations import BENCH
from benchmarks.result import Log, Result, Target

_MB = 1_000_000


def measure(log: Log) -> Result:
    """Each function with its layers, and the usual implementations."""
    log("sizes")
    ours = {name: implementations.ours(name).folders for name in ("IndexFunction", "SearchFunction", "CreateFunction")}
    usual = {
        "usual: Powertools with Tracer, and boto3": (BENCH / "usual",),
        "usual create: the same and pydantic": (BENCH / "usual_create",),
        "usual: FastAPI, Mangum and boto3": (BENCH / "fastapi",),
        "usual create: the same and pydantic's e-mail check": (BENCH / "fastapi_create",),
    }
    sizes = {name: _megabytes(folders) for name, folders in (ours | usual).items()}
    lines = [[name, f"{size:.1f}"] for name, size in sizes.items()]
    largest = max(sizes[name] for name in ours)
    targets = [Target("largest function with its layers, MB", largest, 30)]
    return Result("Unzipped size", _describe(), ["function with its layers", "MB"], lines, targets)


def _describe() -> str:
    return (
        "The sum of the sizes of the files. Ours: a function with both layers, bytecode included. Usual: the folder of "
        "the function as `sam build` builds it, without bytecode."
    )


def _megabytes(folders: tuple[Path, ...]) -> float:
    return sum(file.stat().st_size for folder in folders for file in folder.rglob("*") if file.is_file()) / _MB
