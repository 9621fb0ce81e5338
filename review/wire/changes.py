"""A change between two documents, and the words for changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar

from ..findings import Location, Renamed, Segment, Trace
from ..rules import Direction, Rule
from ..source import ReviewError, Spot
from .meaning import Keyword, canonical

_K = TypeVar("_K")
_V = TypeVar("_V")

# A spot in the old and one in the new document; None where there is no such part.
Places: TypeAlias = tuple[Spot | None, Spot | None]

SUNSET: Final = "x-sunset"
STABILITY: Final = "x-stability-level"
_RULES_OF_NOTES: Final = {
    **dict.fromkeys(("title", "description", "summary", "externalDocs", "$comment"), Rule.DESCRIPTION_CHANGED),
    "examples": Rule.EXAMPLE_CHANGED,
}
# How many differing parts of a value a message names.
_MOST: Final = 4
# From the least stable to the most stable.
_LEVELS: Final = ("draft", "alpha", "beta", "stable")


class Change(NamedTuple):
    """A change, before it becomes a finding.

    Attributes:
        base: Its spot in the old document.
        revision: Its spot in the new one.
        key: What distinguishes changes of one rule at one spot.
        segment: The step from the schema to it.
        trace: What a recorded body must have there to show it.
        operations: The operations that it is a change of.
        direction: Whether it is about what callers send or about what they read.
        location: Its location inside the operations.
    """

    rule: Rule
    text: str
    base: Spot | None
    revision: Spot | None
    key: str = ""
    segment: Segment | None = None
    trace: Trace | None = None
    renamed: Renamed | None = None
    operations: tuple[str, ...] = ()
    direction: Direction = "request"
    location: Location | None = None


def joined(old: Mapping[_K, _V], new: Mapping[_K, _V]) -> Iterator[tuple[_K, _V | None, _V | None]]:
    """Yield each key of two mappings with both values, None where a mapping lacks it."""
    for key in dict.fromkeys([*old, *new]):
        yield key, old.get(key), new.get(key)


def came_or_went(rules: tuple[Rule, Rule], what: str, parts: Places, homes: Places, key: str = "") -> Change:
    """Return that a part was added (the first rule) or removed (the second rule).

    Args:
        homes: The spots that contain the part; they are used where the part is missing.
    """
    rule, verb = (rules[0], "added") if parts[0] is None else (rules[1], "removed")
    return Change(rule, f"{what} was {verb}", parts[0] or homes[0], parts[1] or homes[1], key)


def listed(values: Iterable[Any], *, without: Iterable[Any]) -> list[Any]:
    """Return the values that are missing in another list."""
    there = set(map(canonical, without))
    return [value for value in values if canonical(value) not in there]


def value_text(value: Any) -> str:
    """Return a JSON value as text of at most 80 characters."""
    text = canonical(value)  # `1.0` is `1`, as in fingerprints.
    return text if len(text) <= 80 else text[:77] + "..."


def shortened(names: Sequence[str], most: int) -> str:
    """Return a list of names as text: the first ones, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def values_text(values: Iterable[Any]) -> str:
    """Return JSON values as text, separated by commas."""
    return ", ".join(map(value_text, values)) or "none"


def went(old: Any, new: Any) -> str:
    """Return in words how a value changed; None means that there is no value."""
    if old is None:
        return f"was set to {value_text(new)}"
    if new is None:
        return f"was removed (it was {value_text(old)})"
    return f"went from {value_text(old)} to {value_text(new)}"


def differences(old: Any, new: Any) -> str:
    """Return in words what differs between two values, by the paths of what differs; "" if nothing does."""
    return shortened([*_differences(old, new)], _MOST)


def _differences(old: Any, new: Any, path: str = "") -> Iterator[str]:
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        yield f"{path} {went(old, new)}"
        return
    for key, before, after in joined(old, new):
        if canonical(before) != canonical(after):
            yield from _differences(before, after, f"{path}.{key}".lstrip("."))


def reworded(old: Any, new: Any) -> str:
    """Return whether a description was added, removed or reworded."""
    return "was added" if old is None else "was removed" if new is None else "was reworded"


def notes(rule: Rule, old: Spot | None, new: Spot | None, names: Iterable[str]) -> Iterator[Change]:
    """Yield the changes of the descriptions (`names`) and extensions of two mappings."""
    sides = [spot.value if spot and isinstance(spot.value, Mapping) else {} for spot in (old, new)]
    wanted = set(names)
    for key, before, after in joined(*sides):
        if (key in wanted or key.startswith("x-")) and canonical(before) != canonical(after):
            at = old.child(key) if old and key in sides[0] else old, new.child(key) if new and key in sides[1] else new
            told = Change(rule, f"{key} {reworded(before, after)}", *at, values_key(key, before, after))
            yield from extension(key, before, after, *at) or [told]
    if old and new and "examples" in wanted:
        yield from _referenced_examples(rule, old.child("examples"), new.child("examples"))


def _referenced_examples(rule: Rule, old: Spot, new: Spot) -> Iterator[Change]:
    """Yield the changes of examples that both documents refer to by the same `$ref`."""
    for name, before, after in joined(dict(old.entries()), dict(new.entries())):
        if not (before and after and _refers(before) and canonical(before.value) == canonical(after.value)):
            continue
        try:
            spots = before.resolved(), after.resolved()
        except ReviewError:
            continue  # A broken example does not stop the review.
        values = [spot.value for spot in spots]
        if canonical(values[0]) != canonical(values[1]):
            yield Change(rule, f"the example {name} was reworded", *spots, values_key("example", *values))


def _refers(spot: Spot) -> bool:
    return isinstance(spot.value, Mapping) and isinstance(spot.value.get("$ref"), str)


def notes_of(
    sides: tuple[Mapping[str, Keyword], Mapping[str, Keyword]],
    homes: Places,
    *,
    is_xml: bool = False,
) -> Iterator[Change]:
    """Yield the changes of the notes of a schema, such as its description and default; `xml` counts only in XML."""
    for key, old, new in joined(*sides):
        values = old.value if old else None, new.value if new else None
        texts = canonical(values[0]), canonical(values[1])
        if texts[0] == texts[1] and (old is None) == (new is None):
            continue
        spots = old.spot if old else homes[0], new.spot if new else homes[1]
        told = f"{key} {texts[0]} {texts[1]}"
        if key == "default":
            rule = Rule.DEFAULT_ADDED if old is None else Rule.DEFAULT_CHANGED
            was_set_to_null = old is None and new is not None and new.value is None
            yield Change(rule, f"the default {'was set to null' if was_set_to_null else went(*values)}", *spots, told)
        elif key == "deprecated":
            until = sides[1].get(SUNSET)
            text = "is deprecated" + (f", and ends on {until.value}" if until else "")
            rule = Rule.DEPRECATED if new else Rule.NO_LONGER_DEPRECATED
            yield Change(rule, text if new else "is no longer deprecated", *spots, key)
        elif found := extension(key, *values, *spots):
            yield from found
        elif key == "xml" and is_xml:
            yield Change(Rule.CONSTRAINT_CHANGED, f"`xml` {went(*values)}", *spots, told)
        else:
            rule = _RULES_OF_NOTES.get(key, Rule.ANNOTATION_CHANGED)
            shown = key if key in _RULES_OF_NOTES else f"`{key}`"
            yield Change(rule, f"{shown} {reworded(*values)}", *spots, told)


def values_key(name: str, before: Any, after: Any) -> str:
    """Return a key with the old and the new value, so that an accepted finding covers no other change."""
    return f"{name} {canonical(before)} {canonical(after)}"


def extension(key: str, before: Any, after: Any, old: Spot | None, new: Spot | None) -> list[Change]:
    """Return the change of a sunset or stability extension; an empty list for other extensions."""
    if key == SUNSET:
        return [_sunset(before, after, old, new)]
    if key == STABILITY:
        # No level, or an unknown one, counts as stable.
        levels = [_LEVELS.index(value) if value in _LEVELS else len(_LEVELS) - 1 for value in (before, after)]
        rule = Rule.STABILITY_LOWERED if levels[1] < levels[0] else Rule.STABILITY_RAISED
        text = f"the stability {went(before, after)}"
        if after is not None and after not in _LEVELS:
            rule, text = Rule.STABILITY_IS_UNKNOWN, f"{text}, which is none of {', '.join(_LEVELS)}"
        return [Change(rule, text, old, new, values_key(key, before, after))]
    return []


def _sunset(before: Any, after: Any, old: Spot | None, new: Spot | None) -> Change:
    key, days = values_key(SUNSET, before, after), (day_of(before), day_of(after))
    text = f"the sunset {went(before, after)}"
    if after is None:
        return Change(Rule.SUNSET_REMOVED, text, old, new, key)
    if days[1] is None:
        return Change(Rule.SUNSET_IS_NO_DATE, f"{text}, which is no date", old, new, key)
    earlier = days[0] is not None and days[1] < days[0]
    return Change(Rule.SUNSET_MOVED_EARLIER if earlier else Rule.SUNSET_SET, text, old, new, key)


def day_of(value: Any) -> date | None:
    """Return the day of a date or date-time such as `2026-01-31`; None if the value is neither."""
    try:
        return datetime.fromisoformat(str(value).strip()).date()
    except ValueError:
        return None
