"""Compare the keywords that limit values: enums, bounds, lengths, formats, patterns."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Final, TypeAlias

from ..findings import Trace
from ..rules import Rule
from ..source import Spot
from .changes import Change, Places, joined, listed, reworded, values_key, values_text, went
from .limits import ENDS, LOWER, UPPER, implied, is_multiple, is_number, takes
from .meaning import Keyword, Meaning, View, canonical

Views: TypeAlias = tuple[View, View]
# Given the old and the new value of a keyword, it returns the rule of the change.
_Judge: TypeAlias = Callable[[Any, Any], Rule]

# The least and the greatest integer of a format.
_RANGES: Final[Mapping[str, tuple[int, int]]] = {
    **{f"int{size}": (-(2 ** (size - 1)), 2 ** (size - 1) - 1) for size in (8, 16, 32, 64)},
    **{f"uint{size}": (0, 2**size - 1) for size in (8, 16, 32, 64)},
}
# Up to here, a format holds each integer exactly.
_EXACT_IN: Final = {"float": 2**24, "float32": 2**24, "double": 2**53, "float64": 2**53}
# Each value of the first format is also one of the second.
_FORMATS_WITHIN: Final = frozenset(
    tuple(pair.split())
    for pair in (
        *("float double", "float32 float64", "uri uri-reference", "email idn-email", "hostname idn-hostname"),
        *("uri iri", "url uri", "ipv4 ip", "ipv6 ip", "unixtime int64", "unix-time int64"),
    )
)
# The limits of numbers, which `bounds` compares.
_BOUNDS: Final = frozenset(name for inclusive, exclusive, _ in ENDS for name in (inclusive, exclusive))
# A pattern with its anchors apart, and without `.*` where it matches anything anyway.
_PATTERN: Final = re.compile(r"(?:\^?\.\*)?(\^?)(.*?)(\$?)(?:(?<!\\)\.\*\$?)?", re.DOTALL)
# The mark of a letter, a group or a class that is optional.
_OPTIONAL: Final = re.compile(r"(?<=[\w)\]])\?")
# Up to here, a double holds each integer exactly.
_EXACT: Final = 2**53


def enum(views: Views) -> Iterator[Change]:
    """Yield the changes of an enum."""
    old, new = (view.keywords.get("enum") for view in views)
    spots = old.spot if old else views[0].home, new.spot if new else views[1].home
    key = key_of(old.value if old else None, new.value if new else None)
    if old and new:
        rules = Rule.ENUM_VALUE_REMOVED, Rule.ENUM_VALUE_ADDED
        yield from _values((old, new), spots, rules, ("the enum lost", "the enum gained"), views)
        yield from _words_of_values(views)
    elif new:
        text = f"only these values are allowed now: {values_text(new.value)}"
        yield Change(Rule.ENUM_ADDED, text, *spots, key)
    elif old:
        text = f"any value is allowed now, not only {values_text(old.value)}"
        yield Change(Rule.ENUM_REMOVED, text, *spots, key)


def listed_within(views: Views) -> bool:
    """Return whether one side lists its values and the other allows them all: limits need no comparison then."""
    for view, other in (views, views[::-1]):
        values = view.accepts_only()
        if values is not None and other.accepts_only() is None and all(takes(other, value) for value in values):
            return True
    return False


def _words_of_values(views: Views) -> Iterator[Change]:
    """Yield the changes of the notes of each value, where both sides have notes."""
    for value, (spot, old) in views[0].values.items():
        there = views[1].values.get(value)
        if not there or not old or not there[1]:
            continue
        for name, *said in joined(old, there[1]):
            words = [word.value if word else None for word in said]
            if canonical(words[0]) != canonical(words[1]):
                text = f"{name} of {value} {reworded(*words)}"
                yield Change(Rule.DESCRIPTION_CHANGED, text, spot, there[0], f"{name} {value} {words}")


def open_enum(base: Meaning, revision: Meaning) -> Iterator[Change]:
    """Yield the changes of the values of an open enum."""
    closed = any(view.accepts_only() for meaning in (base, revision) for view in meaning.alternatives)
    homes = base.spot, revision.spot
    if not closed:  # Otherwise a closed enum became open, or the reverse, which is another change.
        rules = Rule.OPEN_ENUM_VALUE_REMOVED, Rule.OPEN_ENUM_VALUE_ADDED
        texts = "the open enum no longer lists", "the open enum now lists"
        yield from _values((base.known, revision.known), homes, rules, texts)
    # Without a list, it is unknown what the server understands.
    is_listed = revision.extensible is not None and revision.extensible.value
    gone = Rule.EXTENSIBLE_ENUM_VALUE_REMOVED if is_listed else Rule.OPEN_ENUM_VALUE_REMOVED
    texts = "x-extensible-enum no longer lists", "x-extensible-enum now lists"
    yield from _values((base.extensible, revision.extensible), homes, (gone, Rule.OPEN_ENUM_VALUE_ADDED), texts)


def _values(
    words: tuple[Keyword | None, Keyword | None],
    homes: Places,
    rules: tuple[Rule, Rule],
    texts: tuple[str, str],
    views: Views | None = None,
) -> Iterator[Change]:
    """Yield which values a list gained and lost, with the rules and texts of values of the old and of the new list.

    Args:
        views: The alternatives that know the spots of single values.
    """
    lists = [word.value if word else [] for word in words]
    for side in (1, 0):
        if values := listed(lists[side], without=lists[1 - side]):
            spots = [word.spot if word else home for word, home in zip(words, homes, strict=True)]
            if views and (own := views[side].values.get(canonical(values[0]))):
                spots[side] = own[0]
            text, trace = f"{texts[side]} {values_text(values)}", Trace("values", tuple(values))
            yield Change(rules[side], text, spots[0], spots[1], key_of(*lists), trace=trace)


def bounds(views: Views) -> Iterator[Change]:
    """Yield the changes of a number's limits, inclusive and exclusive."""
    both = [_limits(view) for view in views]
    for end, (inclusive, exclusive, _) in enumerate(ENDS):
        old, new = (side[end] for side in both)
        names = [next((name for name in (inclusive, exclusive) if name in view.keywords), "") for view in views]
        if old == new or not any(names):
            continue
        rule = Rule.LIMIT_TIGHTENED if old is None or (new is not None and new > old) else Rule.LIMIT_LOOSENED
        before, after = (
            f"`{name}` {view.keywords[name].value}" if name else None for name, view in zip(names, views, strict=True)
        )
        text = f"{after} was set" if before is None else f"{before} was removed" if after is None else ""
        spots = _keyword_spot(views[0], names[0]), _keyword_spot(views[1], names[1])
        yield Change(rule, text or f"{before} became {after}", *spots, f"{inclusive} {before} {after}")


def _limits(view: View) -> list[tuple[float, bool] | None]:
    """Return the lower and the upper limit of a number, by its keywords or its format."""
    found: list[tuple[float, bool] | None] = []
    for inclusive, exclusive, sign in ENDS:
        said = filter(None, (_bound(view, inclusive, exclusive, sign), _bound_of_format(view, sign)))
        limit = max(said, default=None)
        # Most JSON parsers round greater numbers.
        found.append((float(limit[0]), limit[1]) if limit and abs(limit[0]) > _EXACT else limit)
    return found


def _is_implied(views: Views) -> bool:
    """Return whether the format of one side implies the limits that the other side states."""
    named = next(view for view in views if "format" in view.keywords)
    limits = _limits(views[0])
    return _bound_of_format(named, 1) is not None and None not in limits and limits == _limits(views[1])


def _bound(view: View, inclusive: str, exclusive: str, sign: int) -> tuple[float, bool] | None:
    """Return a limit, negated for upper ones so that greater is tighter; None if there is none."""
    words = [(view.keywords[name], name == exclusive) for name in (inclusive, exclusive) if name in view.keywords]
    return max(((sign * word.value, strict) for word, strict in words if is_number(word.value)), default=None)


def _bound_of_format(view: View, sign: int) -> tuple[float, bool] | None:
    """Return the limit that the format of an integer implies, negated for upper ones; None if there is none."""
    word = view.keywords.get("format")
    limits = _RANGES.get(str(word.value)) if word and view.type == "integer" else None
    return (limits[0] if sign == 1 else -limits[1], False) if limits else None


def _keyword_spot(view: View, name: str) -> Spot | None:
    return view.keywords[name].spot if name in view.keywords else view.home


def keywords(views: Views, *, typed: bool) -> Iterator[Change]:
    """Yield the changes of the other keywords that hold no schemas."""
    for name, old, new in joined(views[0].keywords, views[1].keywords):
        if name == "enum" or name in _BOUNDS or (old and new and canonical(old.value) == canonical(new.value)):
            continue
        if name == "format" and not typed:
            continue  # The format changed with the type, which is reported.
        if name in LOWER | UPPER and not _is_felt(views, name):
            continue  # The rest of the schema says the same.
        judge = _JUDGES.get(name)
        if name == "format" and all("enum" in view.keywords for view in views):
            judge = None  # The enums decide.
        elif name == "format" and (old is None or new is None) and _is_implied(views):
            judge = None  # The limits decide.
        values = old.value if old else None, new.value if new else None
        rule = judge(*values) if judge else Rule.ANNOTATION_CHANGED
        text = f"`{name}` {went(*values)}" if rule is not Rule.ANNOTATION_CHANGED else f"`{name}` {reworded(*values)}"
        key = values_key(name, *values)
        yield Change(rule, text, _keyword_spot(views[0], name), _keyword_spot(views[1], name), key)


def _is_felt(views: Views, name: str) -> bool:
    """Return whether a changed limit allows or refuses a value that the rest of the schemas does not."""
    sign, words = 1 if name in LOWER else -1, [view.keywords.get(name) for view in views]
    if not all(word is None or is_number(word.value) for word in words):
        return True
    said = [sign * word.value if word else -math.inf for word in words]
    whole = [max(limit, sign * implied(view, name)) for limit, view in zip(said, views, strict=True)]
    return bool(said[1] > whole[0] or said[0] > whole[1])


def _limit(sign: int, old: Any, new: Any) -> Rule:
    """Return the rule of a changed limit: a greater one is tighter, with a sign of -1 a lesser one."""
    if not isinstance(old, int | float | None) or not isinstance(new, int | float | None):
        return Rule.CONSTRAINT_CHANGED
    return Rule.LIMIT_TIGHTENED if old is None or (new is not None and new * sign > old * sign) else Rule.LIMIT_LOOSENED


def _came(added: Rule, removed: Rule, changed: _Judge, old: Any, new: Any) -> Rule:
    """Return the rule of a keyword that came, went or changed."""
    return added if old is None else removed if new is None else changed(old, new)


def _pattern(old: Any, new: Any) -> Rule:
    """Return the rule of a changed pattern: one that only gained `^` or `$` matches less, one that gained `?` more."""
    texts = str(old), str(new)
    if not any(mark in text for text in texts for mark in ("(?", "[^")):  # In those, `?` has another effect.
        fixed = [_OPTIONAL.sub("", text) for text in texts]
        if fixed[1] == texts[0]:
            return Rule.CONSTRAINT_LOOSENED
        if fixed[0] == texts[1]:
            return Rule.CONSTRAINT_TIGHTENED
    before, after = _PATTERN.fullmatch(texts[0]), _PATTERN.fullmatch(texts[1])
    cores = [found[2].replace(r"\/", "/") for found in (before, after) if found]
    if before is None or after is None or "|" in cores[0] or cores[0] != cores[1]:
        return Rule.PATTERN_CHANGED
    ends = [{part for part in (found[1], found[3]) if part} for found in (before, after)]
    if ends[0] == ends[1]:
        return Rule.ANNOTATION_CHANGED
    if ends[0] < ends[1]:
        return Rule.CONSTRAINT_TIGHTENED
    return Rule.CONSTRAINT_LOOSENED if ends[1] < ends[0] else Rule.PATTERN_CHANGED


def _format(old: Any, new: Any) -> Rule:
    if format_within(str(old), str(new)):
        return Rule.FORMAT_LOOSENED
    return Rule.FORMAT_TIGHTENED if format_within(str(new), str(old)) else Rule.FORMAT_CHANGED


def format_within(inner: str, outer: str) -> bool:
    """Return whether each value of a format is one of another."""
    if inner not in _RANGES:
        return (inner, outer) in _FORMATS_WITHIN
    least, most = _RANGES[inner]
    lowest, highest = _RANGES.get(outer) or (-_EXACT_IN.get(outer, 0), _EXACT_IN.get(outer, 0))
    return lowest <= least and most <= highest


def _multiple(old: Any, new: Any) -> Rule:
    if is_multiple(old, new):
        return Rule.LIMIT_LOOSENED
    return Rule.LIMIT_TIGHTENED if is_multiple(new, old) else Rule.CONSTRAINT_CHANGED


def _dependents(old: Any, new: Any) -> Rule:
    """Return the rule of changed `dependentRequired`: more of them is tighter."""
    sides = [side if isinstance(side, Mapping) else {} for side in (old, new)]
    needs = [
        {
            (name, canonical(other))
            for name, said in side.items()
            for other in (said if isinstance(said, list) else [said])
        }
        for side in sides
    ]
    if needs[0] < needs[1]:
        return Rule.CONSTRAINT_ADDED if old is None else Rule.CONSTRAINT_TIGHTENED
    if needs[1] < needs[0]:
        return Rule.CONSTRAINT_REMOVED if new is None else Rule.CONSTRAINT_LOOSENED
    return Rule.ANNOTATION_CHANGED if needs[0] == needs[1] else Rule.CONSTRAINT_CHANGED


_JUDGES: Final[Mapping[str, _Judge]] = {
    **dict.fromkeys(LOWER, partial(_limit, 1)),
    **dict.fromkeys(UPPER, partial(_limit, -1)),
    "pattern": partial(_came, Rule.PATTERN_ADDED, Rule.PATTERN_REMOVED, _pattern),
    **dict.fromkeys(
        ("contentEncoding", "contentMediaType", "uniqueItems"),
        partial(_came, Rule.CONSTRAINT_ADDED, Rule.CONSTRAINT_REMOVED, lambda *_: Rule.CONSTRAINT_CHANGED),
    ),
    "format": partial(_came, Rule.FORMAT_ADDED, Rule.FORMAT_REMOVED, _format),
    "multipleOf": partial(_came, Rule.LIMIT_TIGHTENED, Rule.LIMIT_LOOSENED, _multiple),
    **dict.fromkeys(("dependentRequired", "dependencies"), _dependents),
}


def key_of(*lists: Iterable[Any] | None) -> str:
    """Return a key that holds the values of some lists, independent of their order."""
    return " ".join(canonical(None if values is None else sorted(map(canonical, values))) for values in lists)
