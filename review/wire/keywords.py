"""Compare the keywords that limit values: enums, bounds, lengths, formats, patterns."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

from ..findings import Trace
from ..rules import Rule
from ..source import Spot
from .changes import Change, Places, joined, listed, reworded, values_key, values_text, went
from .limits import ENDS, LOWER, UPPER, implied, is_number, takes
from .meaning import Keyword, Meaning, View, canonical
from .within import RANGES, within

# The old and the new alternative of a schema.
Views: TypeAlias = tuple[View, View]
# The limits of numbers, which `bounds` compares.
_BOUNDS: Final = frozenset(name for inclusive, exclusive, _ in ENDS for name in (inclusive, exclusive))
# Up to here, a double holds each integer exactly.
_EXACT: Final = 2**53


class _Rules(NamedTuple):
    """The rules of a keyword that came, went, allows fewer values, allows more values, or changed in another way."""

    added: Rule
    removed: Rule
    tightened: Rule
    loosened: Rule
    changed: Rule


_OF_LIMITS: Final = _Rules(
    Rule.LIMIT_TIGHTENED, Rule.LIMIT_LOOSENED, Rule.LIMIT_TIGHTENED, Rule.LIMIT_LOOSENED, Rule.CONSTRAINT_CHANGED
)
_OF_CONSTRAINTS: Final = _Rules(
    *(Rule.CONSTRAINT_ADDED, Rule.CONSTRAINT_REMOVED, Rule.CONSTRAINT_TIGHTENED),
    *(Rule.CONSTRAINT_LOOSENED, Rule.CONSTRAINT_CHANGED),
)
_RULES: Final[Mapping[str, _Rules]] = {
    **dict.fromkeys((*LOWER, *UPPER, "multipleOf"), _OF_LIMITS),
    **dict.fromkeys(("contentEncoding", "contentMediaType", "uniqueItems"), _OF_CONSTRAINTS),
    **dict.fromkeys(("dependentRequired", "dependencies"), _OF_CONSTRAINTS),
    "pattern": _OF_CONSTRAINTS._replace(
        added=Rule.PATTERN_ADDED, removed=Rule.PATTERN_REMOVED, changed=Rule.PATTERN_CHANGED
    ),
    "format": _Rules(
        *(Rule.FORMAT_ADDED, Rule.FORMAT_REMOVED, Rule.FORMAT_TIGHTENED, Rule.FORMAT_LOOSENED, Rule.FORMAT_CHANGED)
    ),
}


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
    limits = RANGES.get(str(word.value)) if word and view.type == "integer" else None
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
        # The enums or the limits decide, not the format beside them.
        is_idle = name == "format" and (
            all("enum" in view.keywords for view in views) or ((old is None or new is None) and _is_implied(views))
        )
        values = old.value if old else None, new.value if new else None
        rule = _rule(name, *values) if name in _RULES and not is_idle else Rule.ANNOTATION_CHANGED
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


def _rule(name: str, old: Any, new: Any) -> Rule:
    """Return the rule of a changed keyword, given its values; None where a schema does not have it."""
    rules = _RULES[name]
    is_narrower, is_wider = within(name, new, old), within(name, old, new)
    if is_narrower == is_wider:
        return Rule.ANNOTATION_CHANGED if is_narrower else rules.changed
    if is_narrower:
        return rules.added if old is None else rules.tightened
    return rules.removed if new is None else rules.loosened


def key_of(*lists: Iterable[Any] | None) -> str:
    """Return a key that holds the values of some lists, independent of their order."""
    return " ".join(canonical(None if values is None else sorted(map(canonical, values))) for values in lists)
