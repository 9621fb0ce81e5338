"""What a command shows: text for people, on standard error, and JSON for scripts, on standard output."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Iterable
from functools import partial

from rich.console import Console
from rich.highlighter import JSONHighlighter

from stored_completions_cli import jsontext


def say(text: str) -> None:
    """Print a message for the person to standard error."""
    text = printable(text)
    if sys.stderr.isatty():
        # Broken between words: what is to be typed stays in one piece.
        width = max(20, shutil.get_terminal_size().columns - 1)
        wrapped = partial(textwrap.fill, width=width, break_long_words=False, break_on_hyphens=False)
        # From the start of the line, where a terminal may have shown ^C.
        text = "\r" + "\n".join(map(wrapped, text.split("\n")))
    print(text, file=sys.stderr, flush=True)


def printable(text: str) -> str:
    """Return a server's text without control characters."""
    return "".join(
        character if character.isprintable() or character in "\n\u200d" else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )


def inline(text: str) -> str:
    """Return a name, such as an id or a path, as it may stand within a line."""
    return printable(text).replace("\n", "\N{REPLACEMENT CHARACTER}")


def counted(number: int, what: str = "completion") -> str:
    """Return a number of things in words."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def print_json(texts: Iterable[str], as_json: bool) -> None:
    """Print JSON values as they are, one a line, or for a person, with colors on a terminal."""
    for text in texts:
        if as_json:
            print_lines([text])
            continue
        try:
            shown = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
        except RecursionError:
            shown = text
        Console().print(JSONHighlighter()(printable(shown)), soft_wrap=True)


def print_lines(texts: Iterable[str]) -> None:
    """Print JSON values as they are, one a line; control characters are escaped, since a terminal would obey them."""
    for text in texts:
        sys.stdout.buffer.write(jsontext.encode(jsontext.escaped(text)) + b"\n")
    sys.stdout.buffer.flush()
