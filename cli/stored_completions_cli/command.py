"""The Typer application, and the decorator that registers a command."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import warnings
from collections.abc import Callable
from errno import EACCES, EDQUOT, EMFILE, ENFILE, ENOSPC, EPERM, EROFS
from functools import wraps
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from stored_completions import __version__
from stored_completions.errors import APIError
from stored_completions_cli.errors import CommandError, Status
from stored_completions_cli.options import spread_options
from stored_completions_cli.terminal import inline, say

app = typer.Typer(
    name="stored-completions",
    help="Export stored chat completions, and list, show, update and delete them.",
    epilog="Exit statuses: 0 all done; 1 stopped before the end, and the same command continues; 2 a wrong command;"
    " 3 done, except for what the errors file, the receipts or a message names; 130 and 143 interrupted.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    # Plain help: the other kind cuts names that must be typed in a narrow terminal.
    rich_markup_mode=None,
    context_settings={"help_option_names": ["--help", "-h"]},
)

_ADVICE = {
    (EACCES, EPERM, EROFS): " Choose another place.",
    (ENOSPC, EDQUOT): " Make room on the disk.",
    (EMFILE, ENFILE): " Make fewer requests at a time, with --concurrency.",
}


class _Command(TyperCommand):
    """A command whose usage line shows `ID`, where Typer shows a required argument as `{ID}`."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return the words of the usage line."""
        return [piece.strip("{}") for piece in super().collect_usage_pieces(ctx)]


def _print_version(is_asked: bool) -> None:
    if is_asked:
        print(f"stored-completions {__version__}")
        raise typer.Exit


@app.callback()
def _program(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Export stored chat completions, and list, show, update and delete them."""


def command(*, examples: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function as a command; its errors end the process with a message and an exit status.

    Args:
        examples: Command lines for the end of the help page.
    """

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        @wraps(function)
        def run(**values: Any) -> None:
            try:
                if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
                    signal.signal(signal.SIGINT, signal.default_int_handler)
                with warnings.catch_warnings():
                    warnings.showwarning = _show_warning
                    function(**values)
            except CommandError as error:
                _stop(str(error), error.status)
            except APIError as error:
                _stop(str(error), Status.STOPPED)
            except KeyboardInterrupt:
                _stop("Interrupted.", Status.INTERRUPTED)
            except asyncio.CancelledError:
                _stop("Terminated.", Status.TERMINATED)
            except BrokenPipeError:
                # The reader of standard output, such as `head`, has closed it: Typer ends the process with status 1.
                raise
            except OSError as error:
                where = f"{inline(str(error.filename))}: " if error.filename else ""
                advice = next((text for numbers, text in _ADVICE.items() if error.errno in numbers), "")
                _stop(f"{where}{error.strerror or error}.{advice}", Status.STOPPED)
            except sqlite3.Error as error:
                text = (
                    f"The journal cannot be written: {error}. Is the disk full? Make room: the same command continues."
                )
                _stop(text, Status.STOPPED)
            except MemoryError:
                _stop("There is not enough memory: make fewer requests at a time, with --concurrency.", Status.STOPPED)

        # \b keeps Click from joining the lines.
        epilog = "\b\nExamples:\n" + "\n".join(f"  {line}" for line in examples.strip().splitlines())
        name = function.__name__.rstrip("_").replace("_", "-")
        app.command(name, cls=_Command, epilog=epilog)(spread_options(run))
        return function

    return decorate


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    say(str(message))


def _stop(text: str, status: Status) -> None:
    say(text)
    raise typer.Exit(status)
