"""The filters and files of ids that select completions; filters are sent to the server and checked again here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from stored_completions_cli.completion import Completion, is_id
from stored_completions_cli.errors import UsageError, unreadable_file
from stored_completions_cli.times import moment


class Verdict(Enum):
    """The result of checking a completion against a filter, the most certain first; the value says it in words."""

    OTHER_TIME = "it was created at another time"
    OTHER = "its model or its metadata differs"
    UNKNOWN = "it lacks a property that the filters need"
    VERSION = "its model may be a version of the named one, or another model"
    SELECTED = "it is selected"


# Completions with these verdicts certainly do not match: only they are left out of lists and exports.
MISMATCHES = (Verdict.OTHER_TIME, Verdict.OTHER)


@dataclass(frozen=True)
class Filter:
    """The completions with a model and metadata, created from `since` on and before `until`, in Unix seconds."""

    model: str | None = None
    metadata: dict[str, str] | None = None
    since: int | None = None
    until: int | None = None

    def judge(self, completion: Completion) -> Verdict:
        """Check a completion against the filter, trusting nothing but the completion's own properties."""
        verdicts = {self._by_time(completion), self._by_model(completion), self._by_metadata(completion)}
        if completion.problem and self != Filter():
            verdicts.add(Verdict.UNKNOWN)
        return next(verdict for verdict in Verdict if verdict in verdicts)

    def _by_time(self, completion: Completion) -> Verdict:
        if self.since is None and self.until is None:
            return Verdict.SELECTED
        created = completion.created
        if created is None:
            return Verdict.UNKNOWN
        is_in = (self.since is None or created >= self.since) and (self.until is None or created < self.until)
        return Verdict.SELECTED if is_in else Verdict.OTHER_TIME

    def _by_model(self, completion: Completion) -> Verdict:
        if self.model is None or completion.model == self.model:
            return Verdict.SELECTED
        if completion.model is None:
            return Verdict.UNKNOWN
        # A server may list `gpt-4o-2024-08-06` for `gpt-4o`. By its name, `gpt-4o-mini` could be a version as well.
        return Verdict.VERSION if completion.model.startswith(f"{self.model}-") else Verdict.OTHER

    def _by_metadata(self, completion: Completion) -> Verdict:
        if not self.metadata:
            return Verdict.SELECTED
        if completion.metadata is None:
            return Verdict.UNKNOWN
        found = {name: completion.metadata.get(name) for name in self.metadata}
        if found == self.metadata:
            return Verdict.SELECTED
        is_text = all(value is None or isinstance(value, str) for value in found.values())
        return Verdict.OTHER if is_text else Verdict.UNKNOWN


@dataclass(frozen=True)
class Selection:
    """The options that select completions, as the user typed them."""

    model: Annotated[str | None, typer.Option(metavar="NAME", help="Only completions of this model.")] = None
    metadata: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE", help="Only those with this metadata; repeatable.")
    ] = None
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only those created since: 7d, 12h, or 2026-01-31.")
    ] = None
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only those created before: 7d, 12h, or 2026-01-31.")
    ] = None

    def resolved(self, now: float) -> Filter:
        """Parse the options.

        Args:
            now: The time that ages are counted from, in Unix seconds.

        Raises:
            UsageError: a time or a pair is malformed.
        """
        return Filter(
            self.model,
            pairs("--metadata", self.metadata or []) or None,
            None if self.since is None else moment("--since", self.since, now),
            None if self.until is None else moment("--until", self.until, now),
        )


def pairs(option: str, texts: list[str]) -> dict[str, str]:
    """Parse `key=value` pairs.

    Args:
        option: The option's name, for the error message.

    Raises:
        UsageError: a text is not a pair, or a key has two values.
    """
    found: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not key or not equals:
            raise UsageError(f"{option} {text!r} is not a pair: write {option} key=value.")
        if found.get(key, value) != value:
            raise UsageError(f"{option} gives {key!r} two values: give one of them.")
        found[key] = value
    return found


def read_ids(path: Path) -> Iterator[str]:
    """Yield the ids in a file, where each line is an id or a JSON object with an `id`, as in `OUT.errors.jsonl`.

    Raises:
        UsageError: the file cannot be read, or a line has no valid id.
    """
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, 1):
                text = line.strip()
                if not text:
                    continue
                found = _id_of(text) if text.startswith("{") else text
                if not is_id(found):
                    raise UsageError(f"{path}:{number} has no id.")
                yield found
    except (OSError, UnicodeDecodeError) as error:
        raise unreadable_file(str(path), error) from None


def _id_of(line: str) -> object:
    with suppress(ValueError, KeyError, RecursionError):
        return json.loads(line)["id"]
    return None
