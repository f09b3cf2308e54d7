"""The help of the program: examples, colours on a terminal only, and completion."""

import os
import pty
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from cli.main import app, main
from tests.serving import DOSSIERS, dossiers

COMMANDS = list(get_command(app).commands)  # type: ignore[attr-defined]
COLOUR = "\x1b[3"


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_explains_every_option_and_shows_examples(
    capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert main([command, "--help"]) == 0
    text = capsys.readouterr().out
    assert re.search(rf"Examples:\s+(.*\n)*? *(\w+=\$\(|eval \"\$\()?dossiers {command}\b", text), text
    for parameter in get_command(app).commands[command].params:  # type: ignore[attr-defined]
        assert parameter.help, parameter.name


def test_the_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(re.search(rf"^│ {command} ", text, re.MULTILINE) for command in COMMANDS)


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment that says nothing of colours."""
    for name in ("NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")


def on_a_terminal(*arguments: str, **environment: str) -> str:
    """What the program prints on a terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen([DOSSIERS, *arguments], stdout=theirs, stderr=theirs, env=os.environ | environment):
        os.close(theirs)
        printed = b""
        try:
            while chunk := os.read(ours, 65536):
                printed += chunk
        except OSError:  # the end, on Linux
            pass
    os.close(ours)
    return printed.decode()


@pytest.mark.slow
def test_colours_appear_on_a_terminal_only_and_not_with_no_color(plain: None) -> None:
    assert COLOUR in on_a_terminal("token", "--help")
    assert COLOUR not in on_a_terminal("token", "--help", NO_COLOR="1")
    assert "\x1b" not in dossiers("token", "--help").stdout


# --- Completion -------------------------------------------------------------------------------------------------------

WORDS = {
    "bash": {"COMP_WORDS": "dossiers cre", "COMP_CWORD": "1"},
    "zsh": {"_TYPER_COMPLETE_ARGS": "dossiers cre"},
    "fish": {"_TYPER_COMPLETE_ARGS": "dossiers cre", "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
}


@pytest.mark.slow
@pytest.mark.parametrize("shell", WORDS)
def test_a_script_for_each_shell_asks_the_program_for_completions(shell: str) -> None:
    script = dossiers(_DOSSIERS_COMPLETE=f"source_{shell}")
    assert (script.returncode, script.stderr) == (0, "")
    assert f"_DOSSIERS_COMPLETE=complete_{shell}" in script.stdout
    completed = dossiers(_DOSSIERS_COMPLETE=f"complete_{shell}", **WORDS[shell])
    assert completed.returncode == 0, completed.stderr
    assert "credentials" in completed.stdout
    assert "grant" not in completed.stdout


@pytest.mark.slow
def test_the_installed_completion_completes_commands_options_and_roles_in_bash(tmp_path: Path) -> None:
    bash = shutil.which("bash")
    assert bash is not None, "bash is needed"
    shell = os.environ | {"HOME": str(tmp_path), "PATH": f"{Path(DOSSIERS).parent}:{os.environ['PATH']}"}

    def run(script: str) -> str:
        # The last command keeps bash from replacing itself with the program, which looks for the shell that started it.
        command = [bash, "--norc", "-c", f"{script}\ntrue"]
        return subprocess.run(command, env=shell, capture_output=True, text=True, check=True, timeout=60).stdout

    assert "bash completion installed" in run("dossiers --install-completion")
    for words, expected in (
        ("dossiers acc", "access"),
        ("dossiers reindex --dr", "--dry-run"),
        ("dossiers grant anna noord --role man", "manager"),
    ):
        script = f"source ~/.bashrc; COMP_WORDS=({words}); COMP_CWORD={len(words.split()) - 1}; "
        assert run(f'{script} _dossiers_completion dossiers; echo "${{COMPREPLY[@]}}"').split() == [expected]


@pytest.mark.slow
def test_the_reader_of_a_pipe_may_end_first() -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    with subprocess.Popen([DOSSIERS, "--version"], stdout=theirs, stderr=subprocess.PIPE, text=True) as process:
        os.close(theirs)
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (1, "")
