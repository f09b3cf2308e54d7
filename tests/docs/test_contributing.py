"""CONTRIBUTING.md: every folder, make target and folder of tests, and no other."""

import re

import pytest

from tests.docs.markdown import ROOT, code, commands, pages, read, section, table

PAGE = read("CONTRIBUTING.md")


def test_every_folder_is_on_the_map() -> None:
    folders = {path.name for path in ROOT.iterdir() if not path.name.startswith(".") and any(path.glob("*"))}
    shown = {link.split("/")[0] for link in re.findall(r"\]\(([^)]+)\)", section(PAGE, "Map"))}
    assert {folder for folder in folders if not folder.endswith(".egg-info")} <= shown


def test_the_map_of_the_package_has_every_use_case_and_every_operation_of_the_api() -> None:
    """Every module that a request passes through. What is below them has its own docstrings."""
    package = "layers/dossiers/python/dossiers"
    rows = dict(table(section(PAGE, "Map of the package")))
    for layer in ("usecases", "domain"):
        modules = {file.stem for file in (ROOT / package / layer).glob("*.py")} - {"__init__"}
        assert modules - {"deadline", "text"} == set(re.findall(r"\[(\w+)\]", rows[f"`{layer}`"]))
    operations = {file.stem for file in (ROOT / package / "api").glob("*.py") if re.match("dossier_|group_", file.stem)}
    assert operations <= set(re.findall(r"\[(\w+)\]", rows["`api`"]))


def test_every_folder_of_tests_is_described_and_no_other() -> None:
    folders = {path.parent.name for path in (ROOT / "tests").glob("*/test_*.py")}
    assert set(re.findall(r"^\| \[\w+\]\(tests/(\w+)\) \|", section(PAGE, "Tests"), re.MULTILINE)) == folders


def test_every_make_target_is_described_as_the_makefile_orders_them() -> None:
    targets = re.findall(r"^([a-z-]+):.*## ", read("Makefile"), re.MULTILINE)
    assert [code(target) for target, _ in table(section(PAGE, "Make targets"))] == [f"make {name}" for name in targets]


def test_every_make_command_on_any_page_is_a_target() -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    for page in pages():
        text = page.read_text(encoding="utf-8")
        used = {command.split()[1] for command in commands(text) if command.startswith("make ")}
        assert used | set(re.findall(r"`make ([a-z-]+)", text)) <= targets, page


@pytest.mark.parametrize("command", [command for command in commands(PAGE) if "pytest" in command])
def test_the_paths_of_a_pytest_command_exist(command: str) -> None:
    paths = re.findall(r"tests/\S+", command)
    assert paths
    assert all((ROOT / path).exists() for path in paths)


def test_the_sources_that_the_recipes_name_exist() -> None:
    """Links are followed in test_links.py; these are the names in the code of a recipe."""
    for name, file in (
        ("PERSON_FIELDS", "content"),
        ("Text", "person"),
        ("_check_gender", "person"),
        ("COLUMNS", "rows"),
        ("Keyword", "errors"),
    ):
        assert name in section(PAGE, "Recipes")
        assert name in read(f"layers/dossiers/python/dossiers/domain/{file}.py")
