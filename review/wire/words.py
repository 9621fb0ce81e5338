"""What is said about a schema beside what it allows: descriptions, examples, defaults, deprecation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ..rules import Rule
from ..source import Spot
from .changes import SUNSET, Change, extension, joined, reworded, went
from .meaning import Keyword, canonical

_DESCRIPTIONS: Final = frozenset({"title", "description", "summary", "externalDocs", "$comment"})


def notes_of(
    sides: tuple[Mapping[str, Keyword], Mapping[str, Keyword]], homes: tuple[Spot | None, Spot | None]
) -> Iterator[Change]:
    """Yield the changes of what is said about a schema beside what it allows."""
    for key, old, new in joined(*sides):
        values = old.value if old else None, new.value if new else None
        texts = canonical(values[0]), canonical(values[1])
        if texts[0] == texts[1] and (old is None) == (new is None):
            continue
        spots = old.spot if old else homes[0], new.spot if new else homes[1]
        told = f"{key} {texts[0]} {texts[1]}"
        if key == "default":
            rule = Rule.DEFAULT_ADDED if old is None else Rule.DEFAULT_CHANGED
            yield Change(rule, f"the default {_default_went(old, new)}", *spots, told)
        elif key == "deprecated":
            rule = Rule.DEPRECATED if new else Rule.NO_LONGER_DEPRECATED
            until = sides[1].get(SUNSET)
            text = "is deprecated" + (f", and goes on {until.value}" if until else "")
            yield Change(rule, text if new else "is no longer deprecated", *spots, key)
        elif found := extension(key, *values, *spots):
            yield from found
        elif key in _DESCRIPTIONS:
            yield Change(Rule.DESCRIPTION_CHANGED, f"{key} {reworded(*values)}", *spots, told)
        elif key == "examples":
            yield Change(Rule.EXAMPLE_CHANGED, f"{key} {reworded(*values)}", *spots, told)
        else:
            yield Change(Rule.ANNOTATION_CHANGED, f"`{key}` {reworded(*values)}", *spots, told)


def _default_went(old: Keyword | None, new: Keyword | None) -> str:
    if old is None and new is not None and new.value is None:
        return "was set to null"
    return went(old.value if old else None, new.value if new else None)
