"""Removes the parts of the dependencies layer that the functions do not use, and makes the rest faster to import.

    python3 trim.py LAYER

docs/decisions/0008-what-ships.md has the measurements and what is lost. If a package has changed so that a step no
longer applies, the program prints one line and exits with 1.
"""

import ast
import gzip
import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

OPERATIONS = ("GetItem", "Query", "TransactWriteItems")
"""The operations of DynamoDB that the functions call. The command line calls others, with its own copy of botocore."""

UNUSED = (  # glob patterns, relative to the layer
    # Looks up the mail server of an e-mail address. The functions check the syntax only.
    "dns",
    "dnspython-*.dist-info",
    # The API of pydantic 1.
    "pydantic/v1",
    # A web page for trying out an API.
    "aws_lambda_powertools/event_handler/openapi/swagger_ui",
    # Command-line programs.
    "bin",
)

EAGER_PACKAGES = (
    # Imports a resolver for every kind of event. The one for AppSync imports asyncio.
    "aws_lambda_powertools/event_handler",
    # Imports the merging of OpenAPI documents.
    "aws_lambda_powertools/event_handler/openapi",
    # Imports the classes of some 40 kinds of events, and with them shutil, tempfile, zipfile and lzma.
    "aws_lambda_powertools/utilities/data_classes",
)
"""Packages whose __init__ imports all of their modules. make_lazy replaces the __init__."""

AMAZON_ROOTS = (
    "Amazon Root CA 1",
    "Amazon Root CA 2",
    "Amazon Root CA 3",
    "Amazon Root CA 4",
    "Starfield Services Root Certificate Authority - G2",
)
"""The root certificates of all AWS endpoints: https://www.amazontrust.com/repository, "custom trust stores"."""


def main(layer: Path) -> None:
    for pattern in UNUSED:
        remove(layer, pattern)
    trim_data(layer / "botocore/data", layer / "botocore-data")
    write_amazon_roots(layer / "botocore/cacert.pem", layer / "amazon-roots.pem")
    for package in EAGER_PACKAGES:
        make_lazy(layer / package / "__init__.py")
    # METADATA stays: pydantic reads the version of email-validator from it, and vulnerability scanners read packages'
    # names and versions.
    for file in layer.glob("*.dist-info/**/*"):
        if file.is_file() and file.name != "METADATA":
            file.unlink()


def remove(layer: Path, pattern: str) -> None:
    """Delete the files and folders that match the pattern. Exits if there are none."""
    paths = list(layer.glob(pattern))
    if not paths:
        sys.exit(f"{layer} no longer contains {pattern}: remove it from UNUSED in packaging/trim.py")
    for path in paths:
        shutil.rmtree(path) if path.is_dir() else path.unlink()


# --- Certificates -----------------------------------------------------------------------------------------------------


def write_amazon_roots(bundle: Path, roots: Path) -> None:
    """Write the AMAZON_ROOTS of botocore's bundle of certificates to the file `roots`, each after its label."""
    certificates = re.findall(
        r'^# Label: "([^"]+)"$.+?^(-----BEGIN CERTIFICATE-----$.+?^-----END CERTIFICATE-----\n)',
        bundle.read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    found = {label: certificate for label, certificate in certificates if label in AMAZON_ROOTS}
    if missing := set(AMAZON_ROOTS) - found.keys():
        sys.exit(f"{bundle} has no {', '.join(sorted(missing))}: update AMAZON_ROOTS in packaging/trim.py")
    roots.write_text("".join(f"# {label}\n{certificate}" for label, certificate in found.items()))


# --- botocore's data --------------------------------------------------------------------------------------------------


def trim_data(data: Path, trimmed: Path) -> None:
    """Move botocore's data to the folder `trimmed`, without the services other than DynamoDB.

    The functions' client makes botocore read that folder, so that botocore's code remains as released.
    """
    api = max((data / "dynamodb").iterdir())
    model = json.loads(gzip.decompress((api / "service-2.json.gz").read_bytes()))
    rules = json.loads(gzip.decompress((api / "endpoint-rule-set-1.json.gz").read_bytes()))
    write_json(trimmed / "dynamodb" / api.name / "service-2.json", trim_model(model))
    write_json(trimmed / "dynamodb" / api.name / "endpoint-rule-set-1.json", rules)
    endpoints = json.loads((data / "endpoints.json").read_bytes())
    for partition in endpoints["partitions"]:
        partition["services"] = {name: each for name, each in partition["services"].items() if name == "dynamodb"}
    write_json(trimmed / "endpoints.json", endpoints)
    for name in ("_retry.json", "partitions.json", "sdk-default-configuration.json"):
        write_json(trimmed / name, json.loads((data / name).read_bytes()))
    shutil.rmtree(data)


def trim_model(model: dict[str, Any]) -> dict[str, Any]:
    """Returns the model with the OPERATIONS, the shapes that they use and all errors, without documentation.

    All errors stay, because DynamoDB may return an error that the model does not list for the operation.
    """
    del model["documentation"]
    model["operations"] = {name: model["operations"][name] for name in OPERATIONS}
    # botocore searches each transaction for its tables, to choose the endpoint of an account. client.py disables these
    # endpoints, and the search takes a fifteenth of the CPU time of a create.
    del model["operations"]["TransactWriteItems"]["operationContextParams"]
    shapes: dict[str, Any] = {}
    unvisited = find_shapes(model["operations"])
    unvisited |= {name for name, shape in model["shapes"].items() if "exception" in shape}
    while unvisited:
        name = unvisited.pop()
        if name not in shapes:
            shapes[name] = model["shapes"][name]
            unvisited |= find_shapes(shapes[name])
    model["shapes"] = dict(sorted(shapes.items()))
    trimmed: dict[str, Any] = remove_documentation(model)
    return trimmed


def find_shapes(part: Any) -> set[str]:
    """Returns the names of the shapes that a part of a model refers to."""
    if isinstance(part, list):
        return set().union(*map(find_shapes, part))
    if not isinstance(part, dict):
        return set()
    if isinstance(part.get("shape"), str):
        return {part["shape"]}
    return set().union(*map(find_shapes, part.values()))


def remove_documentation(part: Any) -> Any:
    if isinstance(part, list):
        return [remove_documentation(each) for each in part]
    if not isinstance(part, dict):
        return part
    # A shape can have a member named "documentation", which is a dict.
    return {
        name: remove_documentation(value)
        for name, value in part.items()
        if not (name == "documentation" and isinstance(value, str))
    }


def write_json(file: Path, content: Any) -> None:
    """Write JSON without compression, because decompression would lengthen cold starts."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, separators=(",", ":")))


# --- Packages that import all of their modules ------------------------------------------------------------------------

LAZY = '''\
"""Imports a name when it is first used. packaging/trim.py wrote this module, to shorten cold starts."""

from importlib import import_module

_MODULES = {modules}

__all__ = {names}


def __getattr__(name):
    if name not in _MODULES:
        raise AttributeError(f"module {{__name__!r}} has no attribute {{name!r}}")
    return getattr(import_module(_MODULES[name], __name__), name)
'''


def make_lazy(init: Path) -> None:
    """Replace an __init__ that consists of imports by one that imports each name at its first use."""
    modules: dict[str, str] = {}
    for statement in ast.parse(init.read_text(encoding="utf-8")).body:
        match statement:
            case ast.Expr(value=ast.Constant()) | ast.Assign(targets=[ast.Name(id="__all__")]):
                pass
            case ast.ImportFrom(module=str(module), names=names, level=level):
                modules |= {name.asname or name.name: "." * level + module for name in names}
            case _:
                sys.exit(f"{init}:{statement.lineno}: not an import: update EAGER_PACKAGES in packaging/trim.py")
    init.write_text(LAZY.format(modules=json.dumps(modules, indent=4), names=json.dumps(sorted(modules), indent=4)))


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except (OSError, KeyError) as exc:
        sys.exit(f"a package has changed ({exc!r}): update packaging/trim.py")
