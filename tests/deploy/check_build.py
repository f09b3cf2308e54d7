"""The last `make build` has built what Lambda needs.

`make test` does not collect this file, because it needs a build: run `make build`, then `make check-build`.
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
from tests.deploy.built import (
    BUILT,
    CACHE_TAG,
    DEPENDENCIES,
    DOCUMENTATION,
    DOSSIERS,
    FUNCTIONS,
    PYTHON,
    ROOT,
    architecture,
)

ELF_MACHINES = {"arm64": 183, "x86_64": 62}


def files(folder: Path) -> set[str]:
    """The files under a folder, as paths from it."""
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert found, f"nothing was built in {folder}"
    return found


def with_bytecode(sources: set[str]) -> set[str]:
    """Python sources and, if this machine has the runtime's Python, their bytecode."""
    compiled = {f"{(path := Path(source)).parent}/__pycache__/{path.stem}.{CACHE_TAG}.pyc" for source in sources}
    return sources | {str(Path(path)) for path in compiled} if PYTHON else sources


def test_the_shared_package_is_built_as_it_is_in_the_source() -> None:
    source = ROOT / "layers" / "dossiers" / "python"
    modules = [path.relative_to(source) for path in source.rglob("*.py")]
    assert files(BUILT / "DossiersLayer") == with_bytecode({f"python/{module}" for module in modules})
    for module in modules:
        assert (DOSSIERS / module).read_bytes() == (source / module).read_bytes(), f"{module}: build again"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_contains_its_handler_only(function: str) -> None:
    assert files(BUILT / function) == with_bytecode({"app.py"})


def test_the_documentation_contains_its_page_the_document_and_those_files_of_swagger_ui_that_it_serves() -> None:
    page = {"page/index.html", "page/page.css", "page/page.js"}
    served = {"swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"}
    swagger_ui = {f"swagger-ui/{name}" for name in ("LICENSE", "NOTICE", *served)}
    assert files(BUILT / DOCUMENTATION) == with_bytecode({"app.py"}) | {"openapi.json"} | page | swagger_ui


def test_every_locked_package_is_in_the_layer_at_its_version() -> None:
    locked = re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "layers/dependencies/requirements.txt").read_text(), re.MULTILINE)
    assert locked
    built = {path.parent.name for path in DEPENDENCIES.glob("*.dist-info/METADATA")}
    assert built == {f"{name.replace('-', '_')}-{version}.dist-info" for name, version in locked if name != "dnspython"}


def test_compiled_packages_are_for_the_architecture_and_the_python_of_the_functions() -> None:
    libraries = list(DEPENDENCIES.rglob("*.so"))
    assert libraries, "pydantic_core is compiled"
    for library in libraries:
        machine = int.from_bytes(library.read_bytes()[18:20], "little")  # e_machine of the ELF header
        assert machine == ELF_MACHINES[architecture()]
        assert f".{CACHE_TAG}-" in library.name


def test_unused_files_are_removed() -> None:
    assert {path.name for path in (DEPENDENCIES / "botocore-data").iterdir() if path.is_dir()} == {"dynamodb"}
    for unused in ("bin", "boto3", "dns", "pydantic/v1", "botocore/data"):
        assert not (DEPENDENCIES / unused).exists()


@pytest.mark.parametrize("package", ["botocore", "urllib3"])
def test_the_code_of_the_sdk_is_unchanged(package: str) -> None:
    released = Path(importlib.import_module(package).__file__ or "").parent
    for path in released.rglob("*.py"):
        assert (DEPENDENCIES / package / path.relative_to(released)).read_bytes() == path.read_bytes()


def test_the_trusted_certificates_are_the_amazon_roots_of_botocores_bundle() -> None:
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


# Runs with a Python of the runtime's version, because other versions cannot read its bytecode. PEP 552 defines the
# header: the magic number, then flags. 0b01 means a hash of the source; 0b10 would mean that Python compares the hash.
HEADERS = """
import importlib.util, marshal, pathlib, sys
for layer, lambdas in zip(sys.argv[1::2], sys.argv[2::2]):
    for path in pathlib.Path(layer).rglob("*.pyc"):
        compiled = path.read_bytes()
        assert compiled[:8] == importlib.util.MAGIC_NUMBER + bytes([0b01, 0, 0, 0]), f"{path} is not unchecked"
        source = pathlib.Path(importlib.util.source_from_cache(str(path)))
        assert compiled[8:16] == importlib.util.source_hash(source.read_bytes()), f"{path} belongs to another source"
        runs_as = pathlib.Path(lambdas, source.relative_to(layer))
        assert marshal.loads(compiled[16:]).co_filename == str(runs_as), f"{path} names another file"
"""


@pytest.mark.skipif(not PYTHON, reason="built without bytecode: this machine has no Python of the runtime's version")
def test_bytecode_belongs_to_its_source_names_its_path_on_lambda_and_is_unchecked() -> None:
    folders = [(BUILT / layer, "/opt") for layer in ("DossiersLayer", "DependenciesLayer")]
    folders += [(BUILT / function, "/var/task") for function in FUNCTIONS]
    command = [PYTHON, "-I", "-S", "-c", HEADERS, *(str(each) for pair in folders for each in pair)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_the_build_is_an_eighth_of_what_lambda_takes() -> None:
    size = sum(path.stat().st_size for path in BUILT.rglob("*") if path.is_file())
    assert 0 < size <= 30_000_000, f"{size:,} bytes unzipped"


def imported(module: Path) -> Iterator[str]:
    """The top-level packages that a module imports at run time, without those for the type checker."""
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


def test_every_imported_package_is_in_a_layer_or_in_the_standard_library() -> None:
    modules = [*DOSSIERS.rglob("*.py"), *(BUILT / function / "app.py" for function in FUNCTIONS)]
    available = {path.stem for layer in (DOSSIERS, DEPENDENCIES) for path in layer.iterdir()} | sys.stdlib_module_names
    available |= {"snapshot_restore_py"}  # part of Lambda's runtime
    missing = {f"{module.name}: {name}" for module in modules for name in imported(module) if name not in available}
    assert not missing
