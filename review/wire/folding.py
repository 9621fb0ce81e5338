"""Folding schemas: intersect two of them, and remove alternatives that another one covers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, Literal

from ..source import Spot
from .limits import settled, tighter
from .meaning import SCALARS, Keyword, Meaning, Node, View, canonical, fits, share_type, speaks_of, unique

_MOST_ALTERNATIVES: Final = 512
_ALL: Final = {"string", "number", "boolean", "object", "array"}


def both(left: Meaning, right: Meaning, at: Spot) -> Meaning:
    """Return what both meanings allow, with the notes of the left one before those of the right one.

    With too many alternatives, those of the right one are dropped, and `beyond` is set.
    """
    beyond = left.beyond or right.beyond
    # Beside a list of types with null, a type that was only guessed forbids no null.
    is_guessed = {left.null_by, right.null_by} == {"list", "guess"}
    if len(left.alternatives) * len(right.alternatives) > _MOST_ALTERNATIVES:
        beyond = beyond or at
        right = replace(right, alternatives=[View()])
    merged = [_merge(one, other) for one in left.alternatives for other in right.alternatives]
    return Meaning(
        [view for view in merged if view is not None],
        null=is_guessed or (left.null and right.null),
        notes=right.notes | left.notes,
        spot=left.spot or right.spot,
        union=right.union or left.union,
        exclusive=right.exclusive or left.exclusive,
        discriminator=left.discriminator or right.discriminator,
        beyond=beyond,
        stray=left.stray or right.stray,
        null_by="list" if is_guessed else left.null_by or right.null_by,
    )


def _merge(left: View, right: View) -> View | None:
    if not share_type(left.type, right.type):
        return None
    kind = "integer" if {left.type, right.type} == {"integer", "number"} else left.type or right.type
    keywords = dict(right.keywords)
    for key, word in left.keywords.items():
        other = keywords.get(key)
        keywords[key] = tighter(key, word, other) if other else word
    if "enum" in keywords and not keywords["enum"].value:
        return None
    children: dict[str, Node | Literal[False]] = dict(right.children)
    for key, child in left.children.items():
        there = children.get(key)
        if child is False or there is False:
            children[key] = False
        elif there and key == "contains" and child != there:  # Each holds on its own.
            first, second = sorted((child, there), key=_written)
            children |= {key: first, f"{key} {_written(second)}": second}
        elif there:
            children[key] = child | there if key == "not" else child & there  # Each `not` refuses on its own.
        else:
            children[key] = child
    wide, narrow = (left, right) if len(left.prefix) >= len(right.prefix) else (right, left)
    merged = View(
        type=kind,
        component=left.component or right.component,
        keywords=keywords,
        notes=right.notes | left.notes if left.notes or right.notes else {},
        properties=_joined(left.properties, right.properties),
        patterns=_joined(left.patterns, right.patterns),
        children=children,
        words=_joined(left.words, right.words),
        prefix=tuple(
            node & narrow.prefix[index] if index < len(narrow.prefix) else node
            for index, node in enumerate(wide.prefix)
        ),
        required=right.required | left.required,
        spot=left.spot or right.spot,
        home=(right if len(right.properties) > len(left.properties) or left.is_unlimited else left).home or left.home,
        values=left.values or right.values,
        misnamed=left.misnamed or right.misnamed,
        around=left.around | right.around,
        is_unlisted=left.is_unlisted or right.is_unlisted,
    )
    # A member without a type limits only values of the type of the other one.
    return of_type(merged, kind, alone=True) if kind and (left.type is None or right.type is None) else merged


def _written(node: Node) -> str:
    return canonical([spot.value for spot in node.spots])


def of_type(view: View, kind: str, *, alone: bool) -> View | None:
    """Return the part of a schema that limits values of one type; None if its enum has no value of that type."""
    keywords = {key: word for key, word in view.keywords.items() if speaks_of(key, word.value, kind)}
    if "enum" in keywords:
        enum = keywords["enum"]
        values = [item for item in enum.value if fits(item, kind)]
        if not values and not alone:
            return None
        keywords["enum"] = Keyword(values or enum.value, enum.spot)
    found = replace(view, type=kind, keywords=keywords)
    if kind != "object":
        found.properties, found.patterns, found.required = {}, {}, {}
    if kind != "array":
        found.prefix = ()
    found.children = {
        key: child for key, child in view.children.items() if speaks_of(key.partition(" ")[0], None, kind)
    }
    found.words = {key: node for key, node in view.words.items() if speaks_of(key, None, kind)}
    return found


def _joined(left: dict[str, Node], right: dict[str, Node]) -> dict[str, Node]:
    if not left or not right:
        return left or right
    return {
        key: left[key] & right[key] if key in left and key in right else node for key, node in (left | right).items()
    }


def simplified(meaning: Meaning) -> Meaning:
    """Remove alternatives that another one covers, and keep the values that an open enum lists as known values."""
    # An enum with no value within the limits beside it allows nothing.
    kept = _distinct([view for item in meaning.alternatives if (view := settled(item)).accepts_only() != ()])
    known: list[Any] = []
    open_views, spot = [], None
    for view in kept:
        # Two unlimited alternatives of the same type would otherwise remove each other.
        wider = {None, "number" if view.type == "integer" else None, None if view.is_unlimited else view.type}
        if view.type in SCALARS and any(
            other.is_unlimited and other.type in wider for other in kept if other is not view
        ):
            if listed := view.keywords.get("enum"):
                known.extend(listed.value)
                spot = listed.spot
            continue
        open_views.append(view)
    lists = (notes.get("x-extensible-enum") for notes in (meaning.notes, *(view.notes for view in open_views)))
    extensible = next((word for word in lists if word and isinstance(word.value, list)), None)
    notes: Mapping[str, Any] = meaning.notes
    if len(open_views) == 1:
        notes = open_views[0].notes | meaning.notes
        open_views = [replace(open_views[0], notes={})]
    return replace(
        meaning,
        alternatives=open_views,
        notes={key: word for key, word in notes.items() if key != "x-extensible-enum"},
        known=Keyword(unique(known), spot) if spot else None,
        extensible=extensible._replace(value=unique(extensible.value)) if extensible else None,
    )


def _distinct(views: list[View]) -> list[View]:
    """Return alternatives without duplicates, and with the enums of one type and format as one enum."""
    if len(views) < 2:
        return views
    if {view.type for view in views if view.is_unlimited} >= _ALL:
        return [replace(views[0], type=None)]
    kept: list[View] = []
    essences: list[object] = []
    for view in views:
        if (essence := _essence(view)) in essences:
            continue
        essences.append(essence)
        mate = next((other for other in kept if _listed_alike(view, other)), None)
        if mate is None:
            kept.append(view)
            continue
        enum = mate.keywords["enum"]
        values = unique((*enum.value, *view.keywords["enum"].value))
        merged = replace(
            mate,
            type=mate.type if mate.type == view.type else "number",
            # An enum of both booleans allows every boolean.
            keywords={} if view.type == "boolean" else mate.keywords | {"enum": Keyword(values, enum.spot)},
            values=_said_of(mate) | _said_of(view),
            notes={},
        )
        kept[kept.index(mate)] = merged
    return kept


def _listed_alike(left: View, right: View) -> bool:
    """Return whether only enums of the same type and format limit the values."""
    is_alike = left.type == right.type or {left.type, right.type} == {"integer", "number"}
    if not is_alike or not all(view.is_flat and "enum" in view.keywords for view in (left, right)):
        return False
    formats = [{key: word.value for key, word in view.keywords.items() if key != "enum"} for view in (left, right)]
    return formats[0] == formats[1] and formats[0].keys() <= {"format"}


def _said_of(view: View) -> dict[str, tuple[Spot, dict[str, Keyword]]]:
    """Return the spot and the notes of each value of an enum."""
    if view.values:
        return view.values
    enum = view.keywords["enum"]
    alone = len(enum.value) == 1
    return {canonical(value): (enum.spot, view.notes if alone else {}) for value in enum.value}


def _essence(view: View) -> object:
    """Return what decides which values an alternative allows, to compare it."""
    words = {key: word.value for key, word in view.keywords.items()}
    return (
        view.type,
        words,
        view.properties,
        view.patterns,
        view.children,
        view.prefix,
        view.required.keys(),
    )
