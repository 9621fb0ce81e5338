"""The formats of an export, and the line that each format writes for a completion."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from pathlib import PurePosixPath
from typing import NamedTuple

from stored_completions_cli import jsontext
from stored_completions_cli.completion import Completion
from stored_completions_cli.conversation import evals_item, finetune_example
from stored_completions_cli.errors import UnusableError, UsageError


class Format(StrEnum):
    """A format of an export."""

    JSONL = "jsonl"
    FINETUNE = "finetune"
    EVALS = "evals"
    PARQUET = "parquet"


# The formats that keep each completion as it was received.
WHOLE = (Format.JSONL, Format.PARQUET)
_BY_NAME = {"": Format.JSONL, ".jsonl": Format.JSONL, ".ndjson": Format.JSONL, ".parquet": Format.PARQUET}


def format_of(name: str) -> Format:
    """Return the format that a file's extension stands for: JSON Lines if there is none.

    Raises:
        UsageError: no format has this extension.
    """
    extension = PurePosixPath(name.rstrip("/")).suffix
    found = _BY_NAME.get(extension.lower())
    if found is None:
        raise UsageError(
            f"{name}: there is no format for {extension}. Name the file .jsonl or .parquet, or give --format"
            f" {', '.join(Format)}."
        )
    return found


class Line(NamedTuple):
    """The line of a completion.

    Attributes:
        content: The line with its line break.
        left_out: How often each property was left out because the format has no place for it.
    """

    content: bytes
    left_out: Counter[str]


def line_of(completion: Completion, kind: Format, choice: int = 0) -> Line:
    """Return the line of a completion in a format.

    Raises:
        UnusableError: the format cannot hold this completion.
    """
    left_out: Counter[str] = Counter()
    try:
        if kind is Format.FINETUNE:
            text = finetune_example(completion, choice, left_out)
        elif kind is Format.EVALS:
            text = evals_item(completion, choice, left_out)
        else:
            text = whole(completion)
            if kind is Format.PARQUET:
                # The lines are a column of the file, and written again when the export is added to.
                text = jsontext.utf8(text)
    except UnusableError as reason:
        raise UnusableError(f"The format {kind} cannot hold it: {reason}.") from None
    return Line(jsontext.encode(text + "\n"), left_out)


def whole(completion: Completion) -> str:
    """Return the JSON object as it was received, with its messages added if they were fetched."""
    if completion.messages is None:
        return completion.text
    return jsontext.with_member(completion.text, "messages", completion.messages)
