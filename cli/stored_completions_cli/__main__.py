"""The entry point of the command."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper

from stored_completions_cli.extras import missing_extra


def main() -> None:
    """Run the command, or say what to install if its dependencies are missing."""
    if missing := missing_extra("cli"):
        sys.exit(missing)
    from stored_completions_cli.app import app  # noqa: PLC0415 - its dependencies may be missing

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Print escapes, instead of failing, on a terminal without UTF-8.
            stream.reconfigure(errors="backslashreplace")
    try:
        try:
            app(prog_name="stored-completions")
        finally:
            sys.stdout.flush()
    except OSError as error:
        # The disk may be full. Python flushes again at exit, and would print a traceback then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(f"Standard output cannot be written: {error.strerror}.")


if __name__ == "__main__":
    main()
