"""Reads template.yaml: the routes, the environment of the functions, and the table.

The template is the only place that defines these. The local stack and the tests read them from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from local.errors import UserError

TEMPLATE = Path(__file__).resolve().parents[1] / "template.yaml"

# Lambda's default, in seconds: https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html
_DEFAULT_TIMEOUT = 3


class TemplateError(UserError):
    """The template lacks something that the local stack needs."""


@dataclass(frozen=True)
class Route:
    """A route of the HTTP API and the function that it invokes."""

    method: str
    """Upper case, or `ANY`."""
    path: str
    """As the template writes it: `/api/v1/dossier_groups/{dossier_group_id}/dossiers`."""
    function: str
    """The logical id of the function."""
    code: Path
    """The folder of the function's code, absolute."""
    handler: str
    """Module and callable: `app.handler`."""
    authorizer: str | None
    """The name of the authorizer, or None for a route without one."""
    timeout: int
    """Seconds after which Lambda ends the function."""

    @property
    def key(self) -> str:
        """API Gateway's route key: `GET /api/v1/dossiers`."""
        return f"{self.method} {self.path}"


def load(path: Path = TEMPLATE) -> dict[str, Any]:
    """Returns the CloudFormation template at `path` as plain dicts, with `!Ref X` and other short forms expanded.

    Raises TemplateError when the file does not exist or is not a template.
    """
    try:
        # _Loader is a SafeLoader, parsing in C: ten times as fast.
        template = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
    except OSError as exc:
        raise TemplateError(f"cannot read {path}: {exc.strerror}") from exc
    except yaml.YAMLError as exc:
        raise TemplateError(f"{path} is not YAML: {' '.join(str(exc).split())}") from exc
    if not isinstance(template, dict) or "Resources" not in template:
        raise TemplateError(f"{path} is not a CloudFormation template: it has no Resources")
    return template


def routes(template: Mapping[str, Any], root: Path = TEMPLATE.parent) -> list[Route]:
    """Returns the `HttpApi` events of all functions, in the order of the template.

    Each CodeUri is relative to the folder `root`. Raises TemplateError when there is no route.
    """
    found = []
    for function, properties in _resources(template, "AWS::Serverless::Function"):
        settings = _globals(template, "Function") | properties
        for event in properties.get("Events", {}).values():
            if event["Type"] != "HttpApi":
                continue
            http = event["Properties"]
            found.append(
                Route(
                    method=http["Method"].upper(),
                    path=http["Path"],
                    function=function,
                    code=(root / settings["CodeUri"]).resolve(),
                    handler=settings["Handler"],
                    authorizer=_authorizer(template, http),
                    timeout=int(settings.get("Timeout", _DEFAULT_TIMEOUT)),
                )
            )
    if not found:
        raise TemplateError("the template declares no HttpApi route")
    return found


def environment(template: Mapping[str, Any], function: str, values: Mapping[str, str]) -> dict[str, str]:
    """Returns the environment variables of the function with that logical id, including those in Globals.

    `values` maps logical ids of resources to the value that a `Ref` to them has on this machine. A `Ref` to a parameter
    has the default of the parameter. A variable with any other intrinsic function is omitted.
    """
    properties = template["Resources"][function].get("Properties", {})
    declared = {
        **_globals(template, "Function").get("Environment", {}).get("Variables", {}),
        **properties.get("Environment", {}).get("Variables", {}),
    }
    parameters = {name: spec["Default"] for name, spec in template.get("Parameters", {}).items() if "Default" in spec}
    known = {**parameters, **values}
    resolved = {}
    for name, value in declared.items():
        if isinstance(value, dict):
            if value.get("Ref") in known:
                resolved[name] = str(known[value["Ref"]])
        else:
            resolved[name] = str(value)
    return resolved


def table_id(template: Mapping[str, Any]) -> str:
    """Returns the logical id of the table. Raises TemplateError unless there is exactly one."""
    return _table(template)[0]


def table_properties(template: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the properties of the table. Raises TemplateError unless there is exactly one."""
    return _table(template)[1]


def _table(template: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    tables = list(_resources(template, "AWS::DynamoDB::Table"))
    if len(tables) != 1:
        raise TemplateError(f"the template declares {len(tables)} DynamoDB tables instead of one")
    return tables[0]


def _resources(template: Mapping[str, Any], kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields the logical id and the properties of every resource of that type."""
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] == kind:
            yield logical_id, resource.get("Properties", {})


def _globals(template: Mapping[str, Any], section: str) -> dict[str, Any]:
    found: dict[str, Any] = template.get("Globals", {}).get(section, {})
    return found


def _authorizer(template: Mapping[str, Any], http: Mapping[str, Any]) -> str | None:
    """Returns the authorizer of an HttpApi event, by default that of its API."""
    own = http.get("Auth", {}).get("Authorizer")
    if own is None:
        api = template["Resources"].get(http.get("ApiId", {}).get("Ref"), {}).get("Properties", {})
        own = (_globals(template, "HttpApi") | api).get("Auth", {}).get("DefaultAuthorizer")
    return None if own in (None, "NONE") else str(own)


class _Loader(yaml.CSafeLoader):
    """Loads YAML as CloudFormation does: `!Ref X` is short for `{"Ref": "X"}`, and a date is a string."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own class attribute, replaced and not changed
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


def _construct_intrinsic(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)  # noqa: S101 - YAML has three kinds of node
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _construct_intrinsic)
