"""Tell whether each value that meets a keyword of one schema also meets the same keyword of another schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from .limits import LOWER, UPPER, is_multiple, is_number
from .meaning import canonical

# The least and the greatest integer of a format.
RANGES: Final[Mapping[str, tuple[int, int]]] = {
    **{f"int{size}": (-(2 ** (size - 1)), 2 ** (size - 1) - 1) for size in (8, 16, 32, 64)},
    **{f"uint{size}": (0, 2**size - 1) for size in (8, 16, 32, 64)},
}
# Up to here, a format holds each integer exactly.
_EXACT_IN: Final = {"float": 2**24, "float32": 2**24, "double": 2**53, "float64": 2**53}
# Each value of the first format is also one of the second.
_FORMATS: Final = frozenset(
    tuple(pair.split())
    for pair in (
        *("float double", "float32 float64", "uri uri-reference", "email idn-email", "hostname idn-hostname"),
        *("uri iri", "url uri", "ipv4 ip", "ipv6 ip", "unixtime int64", "unix-time int64"),
    )
)
# A pattern with its anchors apart, and without `.*` where it matches anything anyway.
_PATTERN: Final = re.compile(r"(?:\^?\.\*)?(\^?)(.*?)(\$?)(?:(?<!\\)\.\*\$?)?", re.DOTALL)
# The mark of a letter, a group or a class that is optional.
_OPTIONAL: Final = re.compile(r"(?<=[\w)\]])\?")


def within(keyword: str, inner: Any, outer: Any) -> bool:
    """Return whether each value that meets `inner` certainly meets `outer`.

    Args:
        keyword: The keyword that both are values of, such as `maxLength`.
        inner: The value of the keyword in one schema; None if that schema does not have it.
        outer: Its value in the other schema, or None.
    """
    if keyword in ("dependentRequired", "dependencies"):
        return _needs(outer) <= _needs(inner)
    if outer is None or canonical(inner) == canonical(outer):
        return True
    if inner is None:
        return False
    if keyword in LOWER:
        return is_number(inner) and is_number(outer) and bool(inner >= outer)
    if keyword in UPPER:
        return is_number(inner) and is_number(outer) and bool(inner <= outer)
    if keyword == "multipleOf":
        return is_multiple(inner, outer)
    if keyword == "format":
        return _format_within(str(inner), str(outer))
    return keyword == "pattern" and _pattern_within(str(inner), str(outer))


def _format_within(inner: str, outer: str) -> bool:
    if inner not in RANGES:
        return (inner, outer) in _FORMATS
    least, most = RANGES[inner]
    lowest, highest = RANGES.get(outer) or (-_EXACT_IN.get(outer, 0), _EXACT_IN.get(outer, 0))
    return lowest <= least and most <= highest


def _pattern_within(inner: str, outer: str) -> bool:
    """Return whether a pattern is another one without some `?`, or with `^` or `$` added."""
    has_other_marks = any(mark in text for text in (inner, outer) for mark in ("(?", "[^"))  # There, `?` differs.
    if not has_other_marks and _OPTIONAL.sub("", outer) == inner:
        return True
    parts = [found.groups() for text in (inner, outer) if (found := _PATTERN.fullmatch(text))]
    cores = [core.replace(r"\/", "/") for _, core, _ in parts]
    ends = [{end for end in (first, last) if end} for first, _, last in parts]
    return cores[0] == cores[1] and "|" not in cores[0] and ends[1] <= ends[0]


def _needs(value: Any) -> set[tuple[str, str]]:
    """Return each property of `dependentRequired` or `dependencies` with each one that it needs."""
    sides = value.items() if isinstance(value, Mapping) else ()
    return {(name, canonical(item)) for name, said in sides for item in (said if isinstance(said, list) else [said])}
