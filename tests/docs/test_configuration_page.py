"""docs/configuration.md: every parameter, output and environment variable of the template, and no other."""

from local import template
from tests.docs.markdown import code, read, section, table

PAGE = read("docs/configuration.md")
TEMPLATE = template.load()


def test_every_parameter_is_documented_with_its_default() -> None:
    rows = table(section(PAGE, "Parameters"))
    shown = {code(name): code(default) if default else "" for name, default, _ in rows}
    assert shown == {name: str(parameter["Default"]) for name, parameter in TEMPLATE["Parameters"].items()}


def test_every_output_is_documented() -> None:
    assert [code(name) for name, _ in table(section(PAGE, "Outputs"))] == list(TEMPLATE["Outputs"])


def test_every_environment_variable_of_the_functions_is_documented() -> None:
    functions = {route.function for route in template.routes(TEMPLATE)}
    values = {template.table_id(TEMPLATE): "table"}
    declared = {name for function in functions for name in template.environment(TEMPLATE, function, values)}
    assert {code(name) for name, _ in table(section(PAGE, "Environment variables"))} == declared
