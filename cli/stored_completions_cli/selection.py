"""Which completions a command selects: sent to the server, and judged again from each completion."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Annotated

import typer

from stored_completions_cli.completion import Completion
from stored_completions_cli.errors import CommandError, Status
from stored_completions_cli.times import moment


class Verdict(Enum):
    """Whether a completion belongs to a selection, as far as the completion itself shows it."""

    SELECTED = "it is selected"
    OTHER_TIME = "it was created at another time"
    OTHER = "its model or its metadata are others"
    UNKNOWN = "it does not show what the filters ask for"
    VERSION = "its model is a version of the one that was named, or another one"


@dataclass(frozen=True)
class Filter:
    """A selection with its times in Unix seconds, from `since` on and before `until`."""

    model: str | None = None
    metadata: dict[str, str] | None = None
    since: int | None = None
    until: int | None = None

    def judge(self, completion: Completion) -> Verdict:
        """Return whether a completion is selected, judged from the completion alone."""
        verdicts = (self._by_time(completion), self._by_model(completion), self._by_metadata(completion))
        for verdict in (Verdict.OTHER_TIME, Verdict.OTHER, Verdict.UNKNOWN, Verdict.VERSION):
            if verdict in verdicts:
                return verdict
        return Verdict.UNKNOWN if completion.problem and self != Filter() else Verdict.SELECTED

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
        # A server may list `gpt-4o-2024-08-06` for `gpt-4o`; `gpt-4o-mini` looks no different.
        if completion.model is None:
            return Verdict.UNKNOWN
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
    """Which of the stored completions a command selects, as it was typed."""

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
        """Return the selection as a filter, with ages counted from a time in Unix seconds.

        Raises:
            CommandError: a time or a pair cannot be understood.
        """
        return Filter(
            self.model,
            pairs("--metadata", self.metadata or []) or None,
            None if self.since is None else moment("--since", self.since, now),
            None if self.until is None else moment("--until", self.until, now),
        )


def pairs(option: str, texts: list[str]) -> dict[str, str]:
    """Return `key=value` pairs as a mapping.

    Raises:
        CommandError: one of them is not a pair, or a key has two values.
    """
    found: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not key or not equals:
            raise CommandError(f"{option} {text!r} is not a pair: write {option} key=value.", Status.USAGE)
        if found.get(key, value) != value:
            raise CommandError(f"{option} gives {key!r} two values: give one of them.", Status.USAGE)
        found[key] = value
    return found
