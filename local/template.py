"""What the local stack and the tests read out of template.yaml.

The routes, the table's schema and the functions' environment have one home, the template that is deployed; nothing on
this machine repeats them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from local.errors import UserError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TEMPLATE = Path(__file__).resolve().parent.parent / "template.yaml"

# The properties of AWS::DynamoDB::Table that CreateTable takes under the same name, and those of an index.
_TABLE_ARGUMENTS = (
    "AttributeDefinitions",
    "KeySchema",
    "LocalSecondaryIndexes",
    "BillingMode",
    "ProvisionedThroughput",
)
# Lambda's own, in seconds.
_DEFAULT_TIMEOUT = 3
_INDEX_ARGUMENTS = ("IndexName", "KeySchema", "Projection", "ProvisionedThroughput")


class TemplateError(UserError):
    """The template lacks something that the local stack is made from; the text is one line that says what."""


@dataclass(frozen=True)
class Route:
    """One route of the HTTP API and the function behind it."""

    method: str
    """Upper case, or `ANY`."""
    path: str
    """As the template writes it: `/api/v1/dossier_groups/{dossier_group_id}/dossiers`."""
    function: str
    """The function's logical id."""
    code: Path
    """The folder of the function's code, absolute."""
    handler: str
    """`app.handler`: module and callable."""
    authorizer: str | None
    """The name of the authorizer, or None for a route that anybody may call."""
    timeout: int
    """Seconds after which Lambda ends the function."""

    @property
    def key(self) -> str:
        """API Gateway's route key: `GET /api/v1/dossiers`."""
        return f"{self.method} {self.path}"


class _Loader(yaml.SafeLoader):
    """YAML as CloudFormation reads it: `!Ref X` is short for `{"Ref": "X"}`, and a date is text."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own class attribute, replaced and not changed
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _intrinsic(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
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


_Loader.add_multi_constructor("!", _intrinsic)


def load(path: Path = TEMPLATE) -> dict[str, Any]:
    """The CloudFormation template at `path` as plain dicts, with every `!Short` function in its long form.

    Raises TemplateError when there is no such file or it is not YAML.
    """
    try:
        # _Loader is a SafeLoader.
        template = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
    except OSError as exc:
        raise TemplateError(f"cannot read {path}: {exc.strerror}") from exc
    except yaml.YAMLError as exc:
        raise TemplateError(f"{path} is not YAML: {' '.join(str(exc).split())}") from exc
    if not isinstance(template, dict) or "Resources" not in template:
        raise TemplateError(f"{path} is not a CloudFormation template: it has no Resources")
    return template


def _resources(template: Mapping[str, Any], kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] == kind:
            yield logical_id, resource.get("Properties", {})


def _globals(template: Mapping[str, Any], section: str) -> dict[str, Any]:
    found: dict[str, Any] = template.get("Globals", {}).get(section, {})
    return found


def routes(template: Mapping[str, Any], root: Path = TEMPLATE.parent) -> list[Route]:
    """Every `HttpApi` event of every function, in the template's order; `root` is the folder CodeUri starts from."""
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


def _authorizer(template: Mapping[str, Any], http: Mapping[str, Any]) -> str | None:
    """The authorizer of one HttpApi event: its own, else the default of the API that it belongs to."""
    own = http.get("Auth", {}).get("Authorizer")
    if own is None:
        api = template["Resources"].get(http.get("ApiId", {}).get("Ref"), {}).get("Properties", {})
        own = (_globals(template, "HttpApi") | api).get("Auth", {}).get("DefaultAuthorizer")
    return None if own in (None, "NONE") else str(own)


def environment(template: Mapping[str, Any], function: str, values: Mapping[str, str]) -> dict[str, str]:
    """The environment variables of the function with that logical id, Globals included.

    `values` says what a `Ref` to a resource stands for on this machine; a `Ref` to a parameter is its default. A
    variable that neither explains is left out.
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
    """The logical id of the one table."""
    return _table(template)[0]


def _table(template: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    tables = list(_resources(template, "AWS::DynamoDB::Table"))
    if len(tables) != 1:
        raise TemplateError(f"the template declares {len(tables)} DynamoDB tables instead of one")
    return tables[0]


def table_arguments(template: Mapping[str, Any], name: str) -> dict[str, Any]:
    """What to call DynamoDB's CreateTable with for a table called `name` with the template's keys and indexes."""
    _, properties = _table(template)
    arguments = {argument: properties[argument] for argument in _TABLE_ARGUMENTS if argument in properties}
    if indexes := properties.get("GlobalSecondaryIndexes"):
        arguments["GlobalSecondaryIndexes"] = [
            {argument: index[argument] for argument in _INDEX_ARGUMENTS if argument in index} for index in indexes
        ]
    return {"TableName": name, **arguments}


def create_table(client: DynamoDBClient, name: str, *, template: Mapping[str, Any] | None = None) -> None:
    """Create the template's table, time to live included, under `name` and wait until it can be used.

    Works on DynamoDB Local and on moto. Raises botocore's ResourceInUseException when there is a table of that name.
    """
    template = load() if template is None else template
    status = client.create_table(**table_arguments(template, name))["TableDescription"].get("TableStatus")
    if status != "ACTIVE":
        client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    enable_time_to_live(client, name, template=template)


def enable_time_to_live(client: DynamoDBClient, name: str, *, template: Mapping[str, Any]) -> None:
    """Let the table delete what has expired, as the template says, unless it does so already."""
    wanted = _table(template)[1].get("TimeToLiveSpecification")
    there = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    if wanted and wanted["Enabled"] and there.get("TimeToLiveStatus") not in ("ENABLED", "ENABLING"):
        specification = {"Enabled": True, "AttributeName": wanted["AttributeName"]}
        client.update_time_to_live(TableName=name, TimeToLiveSpecification=specification)  # type: ignore[arg-type]
