"""Normalize the limits of values: remove what another keyword of the schema implies."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final

from .meaning import SCALARS, TYPE_OF_KEYWORD, Keyword, View, canonical, fits, type_of

# The inclusive and exclusive limit of each end, and the sign that makes a greater one tighter.
ENDS: Final = (("minimum", "exclusiveMinimum", 1), ("maximum", "exclusiveMaximum", -1))
LOWER: Final = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains"})
UPPER: Final = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains"})
# Whether a value meets a limit, for the keywords for which it can be decided.
_MEETS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "minimum": operator.ge,
    "exclusiveMinimum": operator.gt,
    "maximum": operator.le,
    "exclusiveMaximum": operator.lt,
    "multipleOf": lambda value, step: is_multiple(value, step),
    "minLength": lambda value, limit: len(value) >= limit,
    "maxLength": lambda value, limit: len(value) <= limit,
    "pattern": lambda value, pattern: re.search(pattern, value) is not None,
}
# A character that each value of a format has.
_MARKS: Final = {
    **dict.fromkeys(("date", "uuid"), "-"),
    **dict.fromkeys(("date-time", "time", "uri", "ipv6"), ":"),
    **{"email": "@", "ipv4": "."},
}


def implied(view: View, name: str) -> float:
    """Return the number of properties or items that the rest of a schema requires or allows, as a limit of a name."""
    if name == "minProperties":
        return len(view.required)
    if name == "maxProperties":
        is_closed = view.children.get("additionalProperties") is False and not view.patterns
        return len(view.properties) if is_closed else math.inf
    if name == "minItems" and "contains" in view.children:
        count = view.keywords.get("minContains")
        return count.value if count and is_number(count.value) else 1
    return -math.inf if name in LOWER else math.inf


def settled(view: View) -> View:
    """Return an alternative in its normal form, such as `integer` for a `number` with `multipleOf: 1`."""
    keywords = view.keywords
    if view.type in SCALARS and keywords:
        keywords = _without_limits_of_enum(keywords)
        kind = "integer" if view.type == "number" and _is_whole(keywords) else view.type
        if kind in ("integer", "number"):
            keywords = _numeric(keywords, whole=kind == "integer")
        if keywords is not view.keywords or kind != view.type:
            view = replace(view, type=kind, keywords=keywords)
    if view.type in ("object", "array"):
        view = _with_names(view)
    return _bounded(view) if view.type == "array" else view


def _without_limits_of_enum(keywords: dict[str, Keyword]) -> dict[str, Keyword]:
    """Return keywords with the enum reduced to the values that meet the limits, and without those limits."""
    enum = keywords.get("enum")
    limits = {name: word for name, word in keywords.items() if name in _MEETS and _decides(name, word.value)}
    if enum is None or not limits:
        return keywords
    values = [item for item in enum.value if all(meets(name, word.value, item) for name, word in limits.items())]
    kept = {name: word for name, word in keywords.items() if name not in limits}
    return kept | {"enum": Keyword(values, enum.spot)}


def _is_whole(keywords: Mapping[str, Keyword]) -> bool:
    """Return whether every number that meets some keywords is an integer."""
    step, enum = keywords.get("multipleOf"), keywords.get("enum")
    if enum is not None:
        return all(type_of(item) == "integer" for item in enum.value)
    return step is not None and is_number(step.value) and _fraction(step.value).denominator == 1


def _numeric(keywords: dict[str, Keyword], *, whole: bool) -> dict[str, Keyword]:
    """Return the keywords of a number with at most one lower and one upper bound, inclusive for integers."""
    found = dict(keywords)
    for inclusive, exclusive, sign in ENDS:
        bounds = []
        for name in (inclusive, exclusive):
            word = found.get(name)
            if word is None or not is_number(word.value) or not math.isfinite(word.value):
                continue
            least = sign * word.value
            if whole:
                least = math.ceil(least) if name == inclusive else math.floor(least) + 1
            bounds.append((least, not whole and name == exclusive, word.spot))
            del found[name]
        if bounds:
            least, strict, spot = max(bounds, key=lambda bound: bound[:2])
            found[exclusive if strict else inclusive] = Keyword(sign * least, spot)
    step = found.get("multipleOf")
    if whole and step is not None and is_number(step.value) and step.value:
        # A whole multiple of 3/2 is a multiple of 3.
        of = _fraction(step.value).numerator
        found["multipleOf"] = Keyword(of, step.spot)
        if of == 1:
            del found["multipleOf"]
    return found


def _with_names(view: View) -> View:
    """Return a view with `patternProperties` added to its properties, and `unevaluated...` keywords replaced."""
    for rest, said in (("unevaluatedProperties", "additionalProperties"), ("unevaluatedItems", "items")):
        if rest in view.children:  # In one alternative, unevaluated means the same as additional.
            others = {name: child for name, child in view.children.items() if name != rest}
            view = replace(view, children={said: view.children[rest]} | others)
    if "dependentRequired" in view.keywords and view.required:
        view = _with_dependents(view)
    if not (view.patterns and view.properties):
        return view
    return replace(
        view,
        properties={
            name: node & pattern if (pattern := view.named(name)) else node for name, node in view.properties.items()
        },
    )


def _with_dependents(view: View) -> View:
    """Return an object that requires what `dependentRequired` adds to its required properties."""
    word, required = view.keywords["dependentRequired"], dict(view.required)
    left = dict(word.value) if isinstance(word.value, Mapping) else {}
    while due := [name for name in left if name in required]:
        required |= {other: required.get(other, word.spot) for name in due for other in left.pop(name)}
    left = {name: due for name, said in left.items() if (due := [other for other in said if other not in required])}
    keywords = {name: item for name, item in view.keywords.items() if name != "dependentRequired"}
    if left:
        keywords["dependentRequired"] = Keyword(left, word.spot)
    return replace(view, required=required, keywords=keywords)


def _bounded(view: View) -> View:
    """Return an array with `items: false` replaced by `maxItems`."""
    if view.children.get("items") is not False or view.home is None:
        return view
    limit, length = view.keywords.get("maxItems"), len(view.prefix)
    children = {name: child for name, child in view.children.items() if name != "items"}
    if limit is None or not is_number(limit.value) or limit.value > length:
        limit = Keyword(length, view.home.child("items"))
    return replace(view, children=children, keywords=view.keywords | {"maxItems": limit})


def longest(view: View) -> float:
    """Return the greatest number of items of an array."""
    limit = view.keywords.get("maxItems")
    return limit.value if limit and is_number(limit.value) else math.inf


def is_number(value: Any) -> bool:
    """Return whether a value is a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_multiple(value: Any, step: Any) -> bool:
    """Return whether a number is a multiple of another one, computed with their decimals."""
    return is_number(value) and is_number(step) and bool(step) and (_fraction(value) / _fraction(step)).denominator == 1


def _fraction(value: float) -> Fraction:
    return Fraction(str(value)) if math.isfinite(value) else Fraction(0)


def _decides(name: str, limit: Any) -> bool:
    if name != "pattern":
        return is_number(limit)
    try:
        return bool(re.compile(limit))
    except (re.error, TypeError):
        return False


def takes(view: View, value: Any) -> bool:
    """Return whether an alternative certainly allows a value."""
    if view.type is not None and not fits(value, view.type):
        return False
    if not all(meets(name, word.value, value) for name, word in view.keywords.items()):
        return False
    # Objects and arrays are not validated: only an unconstrained alternative certainly allows one.
    return view.type in SCALARS or view.is_flat


def refuses(view: View, value: Any) -> bool:
    """Return whether an alternative certainly refuses a value of its type, by a limit or a format."""
    words = ((name, word.value) for name, word in view.keywords.items() if name != "enum")
    return any(meets(name, limit, value) is False for name, limit in words)


def meets(name: str, limit: Any, value: Any) -> bool | None:
    """Return whether a value meets a keyword; None if that cannot be decided."""
    if name == "enum":
        return canonical(value) in set(map(canonical, limit))
    if name == "format":
        if is_number(value) or limit in ("string", "text"):
            return True
        return False if isinstance(value, str) and _MARKS.get(str(limit), "") not in value else None
    if name not in _MEETS:
        return name.startswith("x-") or None
    if not _decides(name, limit):
        return None
    is_limited = isinstance(value, str) if TYPE_OF_KEYWORD[name] == "string" else is_number(value)
    return not is_limited or _MEETS[name](value, limit)


def tighter(key: str, left: Keyword, right: Keyword) -> Keyword:
    """Return what two values of the same keyword limit together."""
    if left.value == right.value:
        return left
    if key == "enum":
        there = {canonical(item) for item in right.value}
        return Keyword([item for item in left.value if canonical(item) in there], left.spot)
    numbers = isinstance(left.value, int | float) and isinstance(right.value, int | float)
    if numbers and key in LOWER:
        return max(left, right, key=lambda word: word.value)
    if numbers and key in UPPER:
        return min(left, right, key=lambda word: word.value)
    if key == "multipleOf" and numbers and left.value and right.value:
        steps = _fraction(left.value), _fraction(right.value)
        least = Fraction(math.lcm(*(step.numerator for step in steps)), math.gcd(*(step.denominator for step in steps)))
        return Keyword(int(least) if least.denominator == 1 else float(least), left.spot)
    if key == "pattern":
        first, second = sorted((str(left.value), str(right.value)))
        return Keyword(f"(?={first}){second}", left.spot)
    if key == "dependentRequired" and isinstance(left.value, Mapping) and isinstance(right.value, Mapping):
        needs = {
            name: {*left.value.get(name, ()), *right.value.get(name, ())} for name in {**left.value, **right.value}
        }
        return Keyword({name: sorted(said) for name, said in needs.items()}, left.spot)
    return left
