"""What `make build` has put together is what Lambda needs.

Named so that `make test` does not collect it, since it looks at what was built last: `make build`, then
`make check-build`.
"""

import ast
import importlib
import re
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dossiers.storage import certificates
from tests.deploy.built import BUILT, DEPENDENCIES, DOSSIERS, FUNCTIONS, PYTHON, ROOT, architecture

ELF_MACHINES = {"arm64": 183, "x86_64": 62}


def files(folder: Path) -> set[str]:
    """The files under a folder, as paths from it."""
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert found, f"nothing was built in {folder}"
    return found


def with_bytecode(sources: set[str]) -> set[str]:
    """Python sources, and what they are compiled to where that could be done."""
    compiled = {f"{(path := Path(source)).parent}/__pycache__/{path.stem}.cpython-313.pyc" for source in sources}
    return sources | {str(Path(path)) for path in compiled} if PYTHON else sources


def test_the_shared_package_is_built_as_it_is_in_the_source() -> None:
    source = ROOT / "layers" / "dossiers" / "python"
    modules = [path.relative_to(source) for path in source.rglob("*.py")]
    assert files(BUILT / "DossiersLayer") == with_bytecode({f"python/{module}" for module in modules})
    for module in modules:
        assert (DOSSIERS / module).read_bytes() == (source / module).read_bytes(), f"{module}: build again"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_its_handler_alone(function: str) -> None:
    assert files(BUILT / function) == with_bytecode({"app.py"})


def test_every_locked_package_is_in_the_layer_at_its_version() -> None:
    locked = re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "layers/dependencies/requirements.txt").read_text(), re.MULTILINE)
    assert locked
    built = {path.parent.name for path in DEPENDENCIES.glob("*.dist-info/METADATA")}
    assert built == {f"{name.replace('-', '_')}-{version}.dist-info" for name, version in locked if name != "dnspython"}


def test_compiled_packages_are_for_the_architecture_and_pythons_version_of_the_functions() -> None:
    libraries = list(DEPENDENCIES.rglob("*.so"))
    assert libraries, "pydantic_core is compiled"
    for library in libraries:
        machine = int.from_bytes(library.read_bytes()[18:20], "little")  # e_machine of the ELF header
        assert machine == ELF_MACHINES[architecture()]
        assert ".cpython-313-" in library.name


def test_what_lambda_never_reads_is_left_out() -> None:
    assert {path.name for path in (DEPENDENCIES / "botocore-data").iterdir() if path.is_dir()} == {"dynamodb"}
    for unused in ("bin", "boto3", "dns", "pydantic/v1", "botocore/data"):
        assert not (DEPENDENCIES / unused).exists()


@pytest.mark.parametrize("package", ["botocore", "urllib3"])
def test_the_sdk_is_as_it_was_released(package: str) -> None:
    released = Path(importlib.import_module(package).__file__ or "").parent
    for path in released.rglob("*.py"):
        assert (DEPENDENCIES / package / path.relative_to(released)).read_bytes() == path.read_bytes()


def test_the_certificates_that_the_functions_trust_are_amazons_roots_as_botocore_has_them() -> None:
    built = certificates.AMAZON_ROOTS.relative_to("/opt/python")
    roots, everything = (
        ssl.create_default_context(cafile=str(DEPENDENCIES / file)).get_ca_certs()
        for file in (built, "botocore/cacert.pem")
    )
    assert [root for root in roots if root not in everything] == []
    named = {
        name for root in roots for name in re.findall(r"Amazon Root CA \d|Starfield \w+ Root", str(root["subject"]))
    }
    assert named == {*(f"Amazon Root CA {number}" for number in range(1, 5)), "Starfield Services Root"}
    assert len(roots) == len(named)


def test_every_module_is_compiled_if_this_machine_has_the_runtimes_python() -> None:
    modules = {name for name in files(DEPENDENCIES) if name.endswith(".py")}
    assert {name for name in files(DEPENDENCIES) if name.endswith((".py", ".pyc"))} == with_bytecode(modules)


# Runs with a Python of the runtime's version: bytecode of another cannot be read. PEP 552 has the header: the magic
# number, and flags of which 0b01 is "by hash", and without 0b10 the source is not looked at.
HEADERS = """
import importlib.util, marshal, pathlib, sys
for layer, lambdas in zip(sys.argv[1::2], sys.argv[2::2]):
    for path in pathlib.Path(layer).rglob("*.pyc"):
        compiled = path.read_bytes()
        assert compiled[:8] == importlib.util.MAGIC_NUMBER + bytes([0b01, 0, 0, 0]), f"{path} is looked at again"
        source = pathlib.Path(importlib.util.source_from_cache(str(path)))
        assert compiled[8:16] == importlib.util.source_hash(source.read_bytes()), f"{path} is of another source"
        runs_as = pathlib.Path(lambdas, source.relative_to(layer))
        assert marshal.loads(compiled[16:]).co_filename == str(runs_as), f"{path} says that it is somewhere else"
"""


@pytest.mark.skipif(not PYTHON, reason="built without bytecode: this machine has no Python of the runtime's version")
def test_bytecode_is_of_its_source_at_its_place_on_lambda_and_taken_without_a_look_at_it() -> None:
    folders = [(BUILT / layer, "/opt") for layer in ("DossiersLayer", "DependenciesLayer")]
    folders += [(BUILT / function, "/var/task") for function in FUNCTIONS]
    command = [PYTHON, "-I", "-S", "-c", HEADERS, *(str(each) for pair in folders for each in pair)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_the_build_is_an_eighth_of_what_lambda_takes() -> None:
    size = sum(path.stat().st_size for path in BUILT.rglob("*") if path.is_file())
    assert 0 < size <= 30_000_000, f"{size:,} bytes unzipped"


def imported(module: Path) -> Iterator[str]:
    """The top-level packages that a module imports when it runs, which leaves out those for the type checker."""
    unvisited: list[ast.AST] = [ast.parse(module.read_text())]
    while unvisited:
        match unvisited.pop():
            case ast.If(test=ast.Name(id="TYPE_CHECKING"), orelse=orelse):
                unvisited.extend(orelse)
            case ast.Import(names=names):
                yield from (name.name.partition(".")[0] for name in names)
            case ast.ImportFrom(module=str(name)):
                yield name.partition(".")[0]
            case node:
                unvisited.extend(ast.iter_child_nodes(node))


def test_whatever_is_imported_is_in_a_layer_or_in_python() -> None:
    modules = [*DOSSIERS.rglob("*.py"), *(BUILT / function / "app.py" for function in FUNCTIONS)]
    there = {path.stem for layer in (DOSSIERS, DEPENDENCIES) for path in layer.iterdir()} | sys.stdlib_module_names
    there |= {"snapshot_restore_py"}  # of Lambda's runtime
    missing = {f"{module.name}: {name}" for module in modules for name in imported(module) if name not in there}
    assert not missing
