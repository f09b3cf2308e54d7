"""docs/deployment.md and SECURITY.md: what they name is in the template and its settings."""

import re
import tomllib

from local import template
from tests.contract.conftest import ROLES
from tests.docs.markdown import code, commands, read, section, table

PAGE = read("docs/deployment.md")
TEMPLATE = template.load()
SETTINGS = tomllib.loads(read("samconfig.toml"))


def test_the_outputs_that_the_commands_read_are_the_stacks() -> None:
    read_ = set(re.findall(r"\$\(output (\w+)\)", PAGE))
    assert read_
    assert read_ <= TEMPLATE["Outputs"].keys()


def test_the_stacks_are_those_of_samconfig() -> None:
    names = {
        environment["global"]["parameters"]["stack_name"]
        for environment in (SETTINGS["default"], SETTINGS["production"])
    }
    assert set(re.findall(r"dossiers-\w+", PAGE)) == names


def test_the_contract_suites_groups_are_granted() -> None:
    grants = [command for command in commands(section(PAGE, "Run the contract suite")) if "dossiers grant" in command]
    granted = {
        group: re.findall(r"--role (\w+)", grant)[0] for grant in grants for group in grant.split() if group in ROLES
    }
    assert granted == ROLES


def test_what_is_kept_when_the_stack_is_deleted_is_named() -> None:
    kept = {name for name, resource in TEMPLATE["Resources"].items() if resource.get("DeletionPolicy") == "Retain"}
    assert kept == set(re.findall(r"replaces? `(\w+)`, `(\w+)` or `(\w+)`", " ".join(PAGE.split()))[0])


def test_the_security_page_says_what_each_functions_role_can_read() -> None:
    roles = {name for name, resource in TEMPLATE["Resources"].items() if resource["Type"] == "AWS::IAM::Role"}
    rows = table(section(read("SECURITY.md"), "Who can read what"))
    assert {code(role) for role, *_ in rows if role.startswith("`")} == roles
