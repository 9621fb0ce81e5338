"""Print messages for people to standard error, and JSON to standard output."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Annotated

import typer
from rich.console import Console
from rich.highlighter import JSONHighlighter

from stored_completions_cli import jsontext
from stored_completions_cli.options import Quiet


def say(text: str) -> None:
    """Print a message to standard error."""
    text = printable(text)
    if sys.stderr.isatty():
        # Break lines only between words, so that commands in the message can be copied.
        width = max(20, shutil.get_terminal_size().columns - 1)
        wrap = partial(textwrap.fill, width=width, break_long_words=False, break_on_hyphens=False)
        # Start at the beginning of the line, over a ^C that the terminal may have shown there.
        text = "\r" + "\n".join(map(wrap, text.split("\n")))
    print(text, file=sys.stderr, flush=True)


def printable(text: str) -> str:
    """Replace the control characters in a server's text, which a terminal would obey."""
    return "".join(
        character if character.isprintable() or character in "\n\u200d" else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )


def inline(text: str) -> str:
    """Replace the control characters and line breaks in a name, such as an id or a path."""
    return printable(text).replace("\n", "\N{REPLACEMENT CHARACTER}")


def counted(number: int, noun: str = "completion") -> str:
    """Return a number and its noun, such as `1 completion` and `1,200 completions`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


@dataclass(frozen=True)
class Printing:
    """The options that say what to print."""

    quiet: Quiet = False
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")] = False

    def json(self, texts: Iterable[str]) -> None:
        """Print JSON texts: one per line with `--json`, else indented, with colors on a terminal.

        Control characters, which a terminal would obey, are escaped or replaced.
        """
        for text in texts if not self.quiet else ():
            if self.as_json:
                sys.stdout.buffer.write(jsontext.escaped(jsontext.encode(text)) + b"\n")
                continue
            try:
                indented = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
            except RecursionError:
                indented = text
            Console().print(JSONHighlighter()(printable(indented)), soft_wrap=True)
        sys.stdout.flush()
