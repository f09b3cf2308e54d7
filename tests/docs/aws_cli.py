"""Parses commands of the AWS CLI as the AWS CLI does: services, operations and parameters of botocore's models."""

import re
import shlex
from functools import cache
from itertools import pairwise
from typing import Any

import botocore.session
import jmespath
from botocore import xform_name

GLOBAL_OPTIONS = {"--query", "--output", "--region", "--profile"}
# Commands that only the AWS CLI has: https://docs.aws.amazon.com/cli/latest/reference/configure/
OWN_COMMANDS = {("configure", "sso"), ("configure", "set")}


@cache
def _model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


def commands_in(text: str) -> list[str]:
    """The commands of the AWS CLI in a shell script, also those in `$(…)`."""
    joined = text.replace("\\\n", " ")
    found = re.findall(r"(?:^|\$\(| \| )\s*(aws [^\n]*)", joined, re.MULTILINE)
    return [re.sub(r"\)\s*$", "", command) if command.count(")") > command.count("(") else command for command in found]


def problems(command: str) -> list[str]:
    """What is wrong with a command: an unknown name, a missing required parameter, an invalid --query."""
    _, service, operation, *rest = shlex.split(command.partition(">")[0])
    if (service, operation) in OWN_COMMANDS:
        return []
    model = _model(service)
    names = {xform_name(name, "-"): name for name in model.operation_names}
    if operation not in names:
        return [f"{service} has no operation {operation}"]
    shape = model.operation_model(names[operation]).input_shape
    members = {} if shape is None else shape.members
    parameters = {f"--{xform_name(name, '-')}": name for name in members}
    flags = {option for option, name in parameters.items() if members[name].type_name == "boolean"}
    flags |= {option.replace("--", "--no-", 1) for option in flags}
    given = [word for word in rest if word.startswith("--")]
    found = [
        f"{operation} has no parameter {word}" for word in given if word not in {*parameters, *flags, *GLOBAL_OPTIONS}
    ]
    required = [] if shape is None else shape.required_members
    found += [f"{operation} requires {name}" for name in required if f"--{xform_name(name, '-')}" not in given]
    for option, value in pairwise(rest):
        allowed = getattr(members.get(parameters.get(option, "")), "enum", None)
        if allowed and value not in allowed:
            found.append(f"{option} is not {value}")
        if option == "--query":
            jmespath.compile(value)
    return found
