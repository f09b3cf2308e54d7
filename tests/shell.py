"""A shell session, as a user has it who pastes commands into a terminal."""

import subprocess
from collections.abc import Sequence

# An HTTP status of 400 or more fails the command, and a pipeline fails with any of its commands.
_SET_UP = 'set -e -o pipefail\ncurl() { command curl --silent --show-error --fail-with-body "$@"; }'


def run_session(commands: Sequence[str]) -> list[str]:
    """What each of the commands prints, run one after the other in one shell, in a folder that has nothing to do with
    them. None may fail.
    """
    script = "\n".join([_SET_UP, *(f"{command}\nprintf '\\0'" for command in commands)])
    ran = subprocess.run(
        ["bash", "-c", script],  # noqa: S607 - in every system's own place
        capture_output=True,
        text=True,
        timeout=60,
        cwd="/",
        check=False,
    )
    *printed, last = ran.stdout.split("\0")
    assert ran.returncode == 0, last + ran.stderr
    return printed
