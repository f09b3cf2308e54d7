"""Takes out of the dependencies layer what the functions never use, and makes the rest quick to load.

    python3 trim.py LAYER

What each step saves of a cold start, what did not pay and what is lost is in docs/decisions/0008-what-ships.md.
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
"""All that the functions call. Grants are written by the command line, which has a botocore of its own."""

UNUSED = (
    # Looks up whether an e-mail address has a mail server; the functions look at the syntax alone.
    "dns",
    "dnspython-*.dist-info",
    # pydantic as it was, for those who have not moved on.
    "pydantic/v1",
    # A web page to try an API with.
    "aws_lambda_powertools/event_handler/openapi/swagger_ui",
    # Programs.
    "bin",
)

EAGER_PACKAGES = (
    # A resolver for every kind of event there is; that of AppSync loads asyncio.
    "aws_lambda_powertools/event_handler",
    # To merge OpenAPI documents of several functions.
    "aws_lambda_powertools/event_handler/openapi",
    # The classes of some 40 kinds of events, which load shutil, tempfile, zipfile and lzma.
    "aws_lambda_powertools/utilities/data_classes",
)
"""Packages whose __init__ imports all of their modules. It is written anew to import what is asked for."""

AMAZON_ROOTS = (
    "Amazon Root CA 1",
    "Amazon Root CA 2",
    "Amazon Root CA 3",
    "Amazon Root CA 4",
    "Starfield Services Root Certificate Authority - G2",
)
"""All that the endpoints of AWS chain to: https://www.amazontrust.com/repository, "custom trust stores"."""


def main(layer: Path) -> None:
    for pattern in UNUSED:
        remove(layer, pattern)
    cut_services(layer / "botocore/data", layer / "botocore-data")
    write_roots(layer / "botocore/cacert.pem", layer / "amazon-roots.pem")
    for package in EAGER_PACKAGES:
        make_lazy(layer / package / "__init__.py")
    # METADATA stays: packages ask it for one another's versions (pydantic for email-validator's), and scanners of
    # Lambda functions know packages by it.
    for file in layer.glob("*.dist-info/**/*"):
        if file.is_file() and file.name != "METADATA":
            file.unlink()


def remove(layer: Path, pattern: str) -> None:
    found = list(layer.glob(pattern))
    if not found:
        sys.exit(f"{pattern} is not in {layer} any more: take it out of UNUSED in packaging/trim.py")
    for path in found:
        shutil.rmtree(path) if path.is_dir() else path.unlink()


# --- Certificates -----------------------------------------------------------------------------------------------------


def write_roots(everything: Path, roots: Path) -> None:
    """Write the AMAZON_ROOTS out of botocore's certificates, each behind a comment with its label, to a file."""
    certificates = re.findall(
        r'^# Label: "([^"]+)"$.+?^(-----BEGIN CERTIFICATE-----$.+?^-----END CERTIFICATE-----\n)',
        everything.read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    found = {label: certificate for label, certificate in certificates if label in AMAZON_ROOTS}
    if missing := set(AMAZON_ROOTS) - found.keys():
        sys.exit(f"{everything} has no {', '.join(sorted(missing))}: look at AMAZON_ROOTS in packaging/trim.py")
    roots.write_text("".join(f"# {label}\n{certificate}" for label, certificate in found.items()))


# --- botocore's data --------------------------------------------------------------------------------------------------


def cut_services(data: Path, cut: Path) -> None:
    """Move botocore's data to the folder `cut`, with DynamoDB alone of its more than 400 services, and of that what
    describes the OPERATIONS. client.py has botocore look there: its own code stays as it was released.
    """
    api = max((data / "dynamodb").iterdir())
    model = json.loads(gzip.decompress((api / "service-2.json.gz").read_bytes()))
    rules = json.loads(gzip.decompress((api / "endpoint-rule-set-1.json.gz").read_bytes()))
    write(cut / "dynamodb" / api.name / "service-2.json", cut_model(model))
    write(cut / "dynamodb" / api.name / "endpoint-rule-set-1.json", rules)
    endpoints = json.loads((data / "endpoints.json").read_bytes())
    for partition in endpoints["partitions"]:
        partition["services"] = {name: each for name, each in partition["services"].items() if name == "dynamodb"}
    write(cut / "endpoints.json", endpoints)
    for name in ("_retry.json", "partitions.json", "sdk-default-configuration.json"):
        write(cut / name, json.loads((data / name).read_bytes()))
    shutil.rmtree(data)


def cut_model(model: dict[str, Any]) -> dict[str, Any]:
    """The model of a service with the OPERATIONS alone, the shapes that these reach, every error, and no documentation.

    An error that an operation is not known to answer is understood all the same.
    """
    del model["documentation"]
    model["operations"] = {name: model["operations"][name] for name in OPERATIONS}
    # botocore looks for the tables of each transaction, to choose the endpoint of an account. client.py disables those
    # endpoints, and the search takes a fifteenth of a create.
    del model["operations"]["TransactWriteItems"]["operationContextParams"]
    shapes: dict[str, Any] = {}
    unvisited = reached(model["operations"]) | {name for name, shape in model["shapes"].items() if "exception" in shape}
    while unvisited:
        name = unvisited.pop()
        if name not in shapes:
            shapes[name] = model["shapes"][name]
            unvisited |= reached(shapes[name])
    model["shapes"] = dict(sorted(shapes.items()))
    undocumented: dict[str, Any] = without_documentation(model)
    return undocumented


def reached(part: Any) -> set[str]:
    """The names of the shapes that a part of a model refers to."""
    if isinstance(part, list):
        return set().union(*map(reached, part))
    if not isinstance(part, dict):
        return set()
    if isinstance(part.get("shape"), str):
        return {part["shape"]}
    return set().union(*map(reached, part.values()))


def without_documentation(part: Any) -> Any:
    if isinstance(part, list):
        return [without_documentation(each) for each in part]
    if not isinstance(part, dict):
        return part
    # A member may be called so too, and is a dict then.
    return {
        name: without_documentation(value)
        for name, value in part.items()
        if not (name == "documentation" and isinstance(value, str))
    }


def write(file: Path, content: Any) -> None:
    """Not compressed, which takes longer to undo than it saves in reading; Lambda's own archive is."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, separators=(",", ":")))


# --- Packages that import all of themselves ---------------------------------------------------------------------------

LAZY = '''\
"""Imports each of its names when it is asked for it. packaging/trim.py wrote this, to shorten cold starts."""

from importlib import import_module

_MODULES = {modules}

__all__ = {names}


def __getattr__(name):
    if name not in _MODULES:
        raise AttributeError(f"module {{__name__!r}} has no attribute {{name!r}}")
    return getattr(import_module(_MODULES[name], __name__), name)
'''


def make_lazy(init: Path) -> None:
    """Write an __init__ that is nothing but imports and their list anew, so that it imports what is asked for."""
    modules: dict[str, str] = {}
    for statement in ast.parse(init.read_text(encoding="utf-8")).body:
        match statement:
            case ast.Expr(value=ast.Constant()) | ast.Assign(targets=[ast.Name(id="__all__")]):
                pass
            case ast.ImportFrom(module=str(module), names=names, level=level):
                modules |= {name.asname or name.name: "." * level + module for name in names}
            case _:
                sys.exit(f"{init}:{statement.lineno}: more than imports; leave it out of EAGER_PACKAGES, or look at it")
    init.write_text(LAZY.format(modules=json.dumps(modules, indent=4), names=json.dumps(sorted(modules), indent=4)))


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except (OSError, KeyError) as exc:
        sys.exit(f"a package is not as it was, {exc!r}: look at packaging/trim.py")
