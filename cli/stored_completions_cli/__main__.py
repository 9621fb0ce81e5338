"""Where the command starts: it says what to install when its packages are missing."""

from __future__ import annotations

import os
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
    try:
        try:
            app(prog_name="stored-completions")
        finally:
            sys.stdout.flush()
    except OSError as error:
        # A full disk, perhaps. Python would complain when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(f"Standard output cannot be written: {error.strerror}.")


if __name__ == "__main__":
    main()
