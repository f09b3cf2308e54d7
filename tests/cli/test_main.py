"""What all commands have in common: their usage, and their errors."""

import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from cli.main import main
from local.folder import DataFolder
from local.gateway.tokens import SigningKey
from tests.conftest import ROOT

ON_A_STACK = [
    ("token", "anna"),
    ("grant", "anna", "g"),
    ("revoke", "anna", "g"),
    ("access", "anna"),
    ("access", "--group", "g"),
    ("reindex",),
    ("sam-env",),
    ("credentials",),
]


@pytest.mark.parametrize("command", ON_A_STACK, ids=" ".join)
@pytest.mark.parametrize("folder", ["empty", "missing", "file", "file/below"])
def test_a_command_on_a_folder_that_no_stack_has_served_fails_with_one_line_and_creates_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...], folder: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    data = tmp_path / folder
    assert main([*command, "--data", str(data)]) == 1
    assert capsys.readouterr() == (
        "",
        f"dossiers: no stack serves {data}: start one with `dossiers serve --data {data}`\n",
    )
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["empty", "file"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["grant", "anna", "two words", "--table", "t"], "'GROUP...': 'two words' is not a dossier group"),
        (["grant", "anna", "x" * 65, "--table", "t"], "is not a dossier group"),
        (["grant", "", "g", "--table", "t"], "'' is not a user"),
        (["grant", "anna", "g", "--table", ""], "'' is not the name of a table"),
        (["token", "a\x00b", "--data", "d"], "'a\\x00b' is not a user"),
        (["token", "x" * 256, "--data", "d"], "is not a user"),
        (["serve", "--data", "d", "--port", "65536"], "'--port'"),
        (["serve", "--data", "d", "--port", "http"], "'--port'"),
        (["serve"], "Missing option '--data'"),
        (["serve", "--data", "d", "--allow-origin", "https://a.org/"], "'https://a.org/' is not an origin"),
        (["grant", "anna", "--table", "t"], "Missing argument 'GROUP...'"),
        (["sam-env"], "Missing option '--data'"),
        (["credentials"], "Missing option '--data'"),
        (["reindex"], "one of --data, --table is required"),
        (["access", "anna"], "one of --data, --table is required"),
        (["access", "anna", "--data", "d", "--table", "t"], "--data and --table exclude each other"),
        (["access", "--table", "t"], "one of USER, --group is required"),
        (["access", "anna", "--group", "g", "--table", "t"], "USER and --group exclude each other"),
        (["access", "--group", "g", "anna", "--table", "t"], "USER and --group exclude each other"),
        (["access", "--group", "two words", "--table", "t"], "'two words' is not a dossier group"),
        (
            ["grant", "anna", "g", "--role", "owner", "--table", "t"],
            "'owner' is not one of 'reader', 'editor', 'manager'",
        ),
        (["revoke", "anna", "g", "--role", "editor", "--table", "t"], "No such option: --role"),
        (["grnat", "anna"], "No such command 'grnat'. Did you mean 'grant'?"),
        ([], "Missing command"),
    ],
)
def test_wrong_usage_exits_with_2_and_one_line_that_names_what_is_wrong(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert main(arguments) == 2
    printed, errors = capsys.readouterr()
    assert printed == ""
    assert errors.startswith("dossiers: ")
    assert errors.count("\n") == 1
    assert message in errors
    assert "Value error" not in errors


def test_an_error_names_the_help_that_explains_more(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grant", "anna"]) == 2
    assert capsys.readouterr().err == "dossiers: Missing argument 'GROUP...' (see dossiers grant --help)\n"
    assert main(["access", "--data", "d"]) == 2
    assert capsys.readouterr().err == "dossiers: one of USER, --group is required (see dossiers access --help)\n"


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"{metadata.version('dossiers')}\n"


def test_python_m_cli_is_the_same_program() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "cli", "grant"], capture_output=True, text=True, check=False, cwd=ROOT, timeout=60
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == "dossiers: Missing argument 'USER' (see dossiers grant --help)\n"


def test_a_command_loads_only_what_it_needs(tmp_path: Path) -> None:
    SigningKey.load_or_create(folder := DataFolder(tmp_path))
    script = "import sys; from cli.main import main; print(main(sys.argv[1:]), *sys.modules)"
    command = [sys.executable, "-c", script, "token", "anna", "--data", str(folder)]
    _, last = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.splitlines()
    status, *modules = last.split()
    assert status == "0"
    assert not {"boto3", "botocore", "local.engine", "local.serve", "moto", "rich", "urllib3", "yaml"} & set(modules)


def test_a_closed_standard_output_is_one_line(tmp_path: Path) -> None:
    command = ["/bin/sh", "-c", 'exec "$@" >&-', "sh", sys.executable, "-m", "cli", "list", "--data", str(tmp_path)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stderr) == (1, "dossiers: standard output is closed\n")


def test_ctrl_c_while_the_modules_load_ends_the_program_without_a_traceback() -> None:
    interrupt = "import builtins, cli.__main__ as program; load = builtins.__import__\n" + (
        "def interrupted(name, *rest):\n"
        "    if name == 'typer': raise KeyboardInterrupt\n"
        "    return load(name, *rest)\n"
        "builtins.__import__ = interrupted; raise SystemExit(program.run())"
    )
    ran = subprocess.run([sys.executable, "-c", interrupt], cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, b"", b"")
