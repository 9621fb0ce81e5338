"""A change between two documents before it has a place in a report, and the words that changes are told in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from .findings import Renamed, Segment, Trace
from .rules import Rule
from .source import Spot

_MOST_VALUES: Final = 12


class Change(NamedTuple):
    """What changed, told without its place.

    `base` and `revision` are where it stands in the documents, `segment` is the step from the schema to it, `key` tells
    changes of one rule at one place apart.
    """

    rule: Rule
    text: str
    base: Spot | None
    revision: Spot | None
    key: str = ""
    segment: Segment | None = None
    trace: Trace | None = None
    renamed: Renamed | None = None


def canonical(value: Any) -> str:
    """Return the text that equal JSON values share."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def listed(values: Iterable[Any], *, without: Iterable[Any]) -> list[Any]:
    """Return the values that another list does not have."""
    there = set(map(canonical, without))
    return [value for value in values if canonical(value) not in there]


def value_text(value: Any) -> str:
    """Return a JSON value as a few words."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:77] + "..."


def values_text(values: Iterable[Any]) -> str:
    """Return JSON values as a list in words."""
    items = list(values)
    more = len(items) - _MOST_VALUES
    text = ", ".join(value_text(item) for item in items[:_MOST_VALUES]) + (f" and {more} more" if more > 0 else "")
    return text or "none"


def went(old: Any, new: Any) -> str:
    """Return how a value went to another one; None is no value."""
    if old is None:
        return f"was set to {value_text(new)}"
    if new is None:
        return f"was removed (it was {value_text(old)})"
    return f"went from {value_text(old)} to {value_text(new)}"


def reworded(old: Any, new: Any) -> str:
    """Return what happened to words."""
    return "was added" if old is None else "was removed" if new is None else "was reworded"


def notes(rule: Rule, old: Spot | None, new: Spot | None, names: Iterable[str]) -> Iterable[Change]:
    """Yield the changes of words (`names`, and extensions) that two mappings carry."""
    sides = [spot.value if spot and isinstance(spot.value, Mapping) else {} for spot in (old, new)]
    wanted = set(names)
    for key in dict.fromkeys([*sides[0], *sides[1]]):
        if key in wanted or key.startswith("x-"):
            before, after = sides[0].get(key), sides[1].get(key)
            if canonical(before) != canonical(after):
                spots = [spot.child(key) if spot and key in side else spot for spot, side in zip((old, new), sides)]  # noqa: B905
                yield Change(rule, f"{key} {reworded(before, after)}", spots[0], spots[1], key)
