"""The program `dossiers`, also as `python -m cli`."""

import sys


def run() -> int:
    """Run the program and return its exit status: that of `cli.main.main`, and 130 after Ctrl-C while modules load."""
    try:
        from cli.main import main  # noqa: PLC0415 - takes long enough to be interrupted
    except KeyboardInterrupt:
        return 130
    return main()


if __name__ == "__main__":
    sys.exit(run())
