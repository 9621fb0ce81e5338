"""Where the command starts: it says what to install when its packages are missing."""

from __future__ import annotations

import sys
from io import TextIOWrapper

from stored_completions_cli.extras import missing_extra


def main() -> None:
    """Run the command with the arguments of the process."""
    if missing := missing_extra("cli"):
        sys.exit(missing)
    from stored_completions_cli.app import app  # noqa: PLC0415 - what it imports may be missing

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that has no UTF-8 gets escapes rather than an error.
            stream.reconfigure(errors="backslashreplace")
    app(prog_name="stored-completions")


if __name__ == "__main__":
    main()
