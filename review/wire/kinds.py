"""Compare the types of two schemas, and whether null is allowed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from ..findings import Trace
from ..rules import Rule
from ..source import Spot
from .align import Pair, Text
from .changes import Change, values_text
from .inside import Inside
from .keywords import Views
from .limits import takes
from .meaning import SCALARS, Meaning, Node, View, canonical

# Keywords that may refuse a number that is sent as text.
_LIMITS_OF_TEXT: Final = frozenset({"enum", "pattern", "format", "maxLength"})


def change_of_type(inside: Inside, views: Views, text: Text) -> Change | None:
    """Return the change of the type of an alternative; None if it is the same."""
    old, new = views[0].type, views[1].type
    if old == new:
        return None
    is_within = written_alike(inside, views[0], views[1], text)
    is_beyond = written_alike(inside, views[1], views[0], text)
    if (is_within and is_beyond) or (
        text and all(view.is_unlimited and view.type in (None, "string") for view in views)
    ):
        # Where everything is text, a bare string and a schema without type allow the same.
        rule = Rule.ANNOTATION_CHANGED
    elif old is None or (old, new) == ("number", "integer"):
        rule = Rule.TYPE_NARROWED
    elif new is None or (old, new) == ("integer", "number") or is_within:
        rule = Rule.TYPE_WIDENED
    elif is_beyond:
        rule = Rule.TYPE_NARROWED
    else:
        rule = Rule.TYPE_CHANGED
    said = f"the type went from {old or 'anything'} to {new or 'anything'}"
    spots = _spot_of(views[0], "type"), _spot_of(views[1], "type")
    return Change(rule, said, *spots, f"type {old} {new}", trace=Trace("present"))


def written_alike(inside: Inside, narrow: View, wide: View, text: Text) -> bool:
    """Return whether each value of one schema is also a value of the other as text, as the number in `?page=5` is."""
    if text == "text" and narrow.type == "array":  # In a path or a header, a list is one text with commas.
        return wide.type == "string" and wide.is_unlimited
    if not text or narrow.type not in SCALARS:
        return False
    if wide.type == "array":  # `?id=5` is an array of one item.
        items = wide.children.get("items")
        views = inside.reader.read(items).alternatives if isinstance(items, Node) else [View()]
        short = wide.keywords.keys().isdisjoint({"minItems", "enum"}) and not wide.prefix and items is not False
        return (
            text in ("form", "part", "text")
            and short
            and any(inside.view(narrow, view) or written_alike(inside, narrow, view, "text") for view in views)
        )
    if narrow.type == "string" and wide.type in SCALARS:
        return all(takes(wide, value) for value in _read_as_text(narrow.accepts_only() or ("",)))
    if wide.type != "string" or narrow.type == "string":
        return False
    values = narrow.accepts_only() or ((True, False) if narrow.type == "boolean" else None)
    listed = wide.accepts_only()
    if listed is not None:
        return values is not None and {canonical(value) for value in values} <= {str(value) for value in listed}
    return _LIMITS_OF_TEXT.isdisjoint(wide.keywords)


def _read_as_text(values: Iterable[Any]) -> Iterator[Any]:
    """Yield the numbers and booleans that are written like some values, and other values as they are."""
    for value in values:
        try:
            found = json.loads(str(value))
        except ValueError:
            found = value
        yield found if canonical(found) == str(value) and not isinstance(found, list | dict | None) else value


def misnamed(views: Views) -> Iterator[Change]:
    """Yield that an invalid `type` came or went."""
    old, new = views[0].misnamed, views[1].misnamed
    if old == new:
        return
    spots = _spot_of(views[0], "type"), _spot_of(views[1], "type")
    if new:
        text = (
            f"`{new}` is no type of JSON Schema: `type` is one of string, integer, number, boolean, array, object, null"
        )
        yield Change(Rule.TYPE_UNKNOWN, text, *spots, f"type {old} {new}")
    else:
        text = f"the type was {old}, which is no type of JSON Schema, and is {views[1].type or 'anything'}"
        yield Change(Rule.ANNOTATION_CHANGED, text, *spots, f"type {old} {views[1].type}")


def null(pair: Pair) -> Iterator[Change]:
    """Yield that null is allowed now, or no longer; the place is the `$ref` to the schema, if there is one."""
    base, revision = pair.base, pair.revision
    if base.null == revision.null:
        return
    spots = pair.nodes[0].first or base.spot, pair.nodes[1].first or revision.spot
    if {base.null_by, revision.null_by} == {"list", "guess"}:
        text = f"`type` was {'removed' if base.null else 'added'}, and null is allowed with it and without"
        yield Change(Rule.ANNOTATION_CHANGED, text, *spots, "type null")
    elif revision.null:
        yield Change(Rule.BECAME_NULLABLE, "null is now allowed", *spots, "null", trace=Trace("null"))
    else:
        why = ": OpenAPI 3.1 has no `nullable`" if revision.stray else ""
        spots = spots[0], revision.stray or spots[1]
        text = f"null is no longer allowed{why}"
        yield Change(Rule.BECAME_NOT_NULLABLE, text, *spots, "null", trace=Trace("null"))


def listed_first(pair: Pair) -> Change | None:
    """Return that the values or variants of a schema are listed now, where its list was empty; else None."""
    base, revision = pair.base, pair.revision
    old, new = base.alternatives, revision.alternatives
    if not old or not new or not all(view.is_unlisted for view in old) or any(view.is_unlisted for view in new):
        return None
    if not all(view.type in (None, other.type) for view in old for other in new):
        return None
    lists = [view.accepts_only() for view in new]
    if None in lists and not revision.union:
        return None  # The list was dropped.
    values = values_text(value for item in lists for value in item or ())
    text = "the variants are listed now" if None in lists else f"the values are listed now: {values}"
    at = next((view.keywords["enum"].spot for view in new if "enum" in view.keywords), revision.spot)
    return Change(Rule.VALUES_LISTED, text, old[0].home or base.spot, at, f"listed {values}")


def emptied(base: Meaning, revision: Meaning) -> Iterator[Change]:
    """Yield the change of type where one side allows nothing, or only null."""
    names = [
        " or ".join([*(view.type or "anything" for view in meaning.alternatives), *["null"] * meaning.null])
        or "nothing"
        for meaning in (base, revision)
    ]
    if names[0] == names[1]:
        return
    text = f"the type went from {names[0]} to {names[1]}"
    if revision.alternatives:
        rule = Rule.TYPE_WIDENED if revision.null or not base.null else Rule.TYPE_CHANGED
    elif base.alternatives:
        rule = Rule.TYPE_NARROWED if base.null or not revision.null else Rule.TYPE_CHANGED
    else:
        rule = Rule.TYPE_WIDENED if revision.null else Rule.TYPE_NARROWED
    key = f"type {names[0]} {names[1]}"
    yield Change(rule, text, base.spot, revision.spot, key, trace=Trace("present"))


def _spot_of(view: View, keyword: str) -> Spot | None:
    home = view.home or view.spot
    has = home is not None and isinstance(home.value, Mapping) and keyword in home.value
    return home.child(keyword) if home and has else home
