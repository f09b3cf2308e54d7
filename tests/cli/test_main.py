"""What all commands have in common: their usage, and their errors."""

from pathlib import Path

import pytest

from cli.main import main

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
        (["grant", "anna", "two words", "--table", "t"], "'two words' is not a dossier group"),
        (["grant", "anna", "x" * 65, "--table", "t"], "is not a dossier group"),
        (["grant", "", "g", "--table", "t"], "'' is not a user"),
        (["token", "a\x00b", "--data", "d"], "'a\\x00b' is not a user"),
        (["token", "x" * 256, "--data", "d"], "is not a user"),
        (["serve", "--data", "d", "--port", "65536"], "'65536' is not a port"),
        (["serve"], "--data"),
        (["serve", "--data", "d", "--allow-origin", "https://a.org/"], "'https://a.org/' is not an origin"),
        (["grant", "anna", "--table", "t"], "GROUP"),
        (["sam-env"], "--data"),
        (["credentials"], "--data"),
        (["reindex"], "one of the arguments --data --table is required"),
        (["access", "anna"], "one of the arguments --data --table is required"),
        (["access", "anna", "--data", "d", "--table", "t"], "not allowed with argument"),
        (["access", "--table", "t"], "one of the arguments USER --group is required"),
        (["access", "anna", "--group", "g", "--table", "t"], "argument --group: not allowed with argument USER"),
        (["access", "--group", "g", "anna", "--table", "t"], "argument USER: not allowed with argument --group"),
        (["access", "--group", "two words", "--table", "t"], "'two words' is not a dossier group"),
        (["grant", "anna", "g", "--role", "owner", "--table", "t"], "invalid choice: 'owner'"),
        (["revoke", "anna", "g", "--role", "editor", "--table", "t"], "unrecognized arguments: --role editor"),
        ([], "COMMAND"),
    ],
)
def test_wrong_usage_exits_with_2_and_names_what_is_wrong(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    with pytest.raises(SystemExit) as exited:
        main(arguments)
    assert exited.value.code == 2
    assert message in capsys.readouterr().err
