"""template.yaml as the tests of this folder look at it."""

from typing import Any

from local import template

ROOT = template.TEMPLATE.parent
TEMPLATE = template.load()
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]
SETTINGS: dict[str, Any] = TEMPLATE["Globals"]["Function"]
"""What every function has."""


def resources(kind: str) -> dict[str, Any]:
    """Logical id -> resource, of one type."""
    return {name: resource for name, resource in RESOURCES.items() if resource["Type"] == kind}


FUNCTIONS = resources("AWS::Serverless::Function")
