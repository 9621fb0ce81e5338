"""The entry point of the command."""

from __future__ import annotations

import os
import signal
import sys
from io import TextIOWrapper


def main() -> None:
    """Run the command, or say what to install if its dependencies are missing."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # Until a command begins, and catches it, Ctrl-C ends the process without a traceback.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from stored_completions_cli.extras import missing_extra  # noqa: PLC0415 - Ctrl-C

    if missing := missing_extra("cli"):
        sys.exit(missing)
    from stored_completions_cli.app import app  # noqa: PLC0415 - its dependencies may be missing

    _open_closed_streams()
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


def _open_closed_streams() -> None:
    """Open the standard streams that the shell closed, so that no file of the command takes their numbers.

    Reading finds nothing, writing to standard output fails, and messages are dropped.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            os.dup2(os.open(os.devnull, os.O_WRONLY if name == "stderr" else os.O_RDONLY), number)
            setattr(sys, name, os.fdopen(number, "r" if name == "stdin" else "w", closefd=False))


if __name__ == "__main__":
    main()
