"""Compare parameters, and headers, which are written in the same way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any, Final, TypeAlias

from ..findings import Location, Renamed
from ..rules import Direction, Rule
from ..source import Spot
from . import fields
from .align import Step, Text
from .changes import Change, Places, came_or_went, joined, notes, went
from .meaning import SCALARS, Node
from .operations import TEMPLATE, Both, Operation, Spots, entries, flag, is_on, media_key, schema_of, written
from .renames import candidate, renames

_IGNORED_HEADERS: Final = frozenset({"accept", "content-type", "authorization"})
_WORDS: Final = ("description", "example", "examples")

# Styles that write a single text or number in the same way: `?q=5`.
_STYLES_OF_QUERIES: Final = ("form", "spaceDelimited", "pipeDelimited", "deepObject")
# The parts of a request where parameters have names; those of the path have positions.
_NAMED_PLACES: Final = ("query", "header", "cookie")
# The `in` of a parameter, and its name.
_Key: TypeAlias = tuple[str, str]
_Here: TypeAlias = Sequence[Mapping[_Key, Spot]]


def compare(both: Both) -> Iterator[Change]:
    """Yield the changes of parameters, and add their schemas to those to compare."""
    here = [_parameters_of(operation) for operation in (both.old, both.new)]
    yield from (both.place(change) for change in (*_path_names(both, here), *fields.write_out(both, here)))
    renamed, moved = _renamed(here), _moved(here)
    for key, there in renamed.items():
        old, new = here[0][key], here[1][there]
        text = f"{key[0]} {old.value.get('name')} is now {new.value.get('name')}"
        names = Renamed("parameter", str(old.value.get("name")), str(new.value.get("name")))
        spots = old.child("name"), new.child("name")
        yield both.place(Change(Rule.PARAMETER_RENAMED, text, *spots, " ".join((*key, there[1])), renamed=names))
        yield from _parameter(both, there, (old, new))
    for key, there in moved.items():
        old, new = here[0][key], here[1][there]
        text = f"{old.value.get('name')} moved from {key[0]} to {there[0]}"
        spots = old.child("in"), new.child("in")
        yield both.place(Change(Rule.PARAMETER_MOVED, text, *spots, f"{key[1]} {key[0]} {there[0]}"))
    told = {key for keys in (renamed, moved) for pair in keys.items() for key in pair}
    for key in sorted({*here[0], *here[1]} - told):
        before, after = here[0].get(key), here[1].get(key)
        at = after or before
        assert at is not None
        if before is not None and after is not None:
            if not both.pairs.same.spots(before, after):
                yield from _parameter(both, key, (before, after))
        elif key[0] == "path":  # The path contains it on both sides.
            verb = "no longer" if before else "now"
            text = f"path {at.value.get('name')}: the parameter is {verb} declared"
            spots = before or both.old.spot, after or both.new.spot
            yield both.place(Change(Rule.PARAMETER_DESCRIBED, text, *spots, " ".join(key)))
        else:
            change = _came_or_went("parameter", (before, after), both.spots, " ".join(key))
            yield both.place(change._replace(text=f"{key[0]} {at.value.get('name')}: {change.text}"))


def _came_or_went(what: str, parts: Places, homes: Places, key: str = "") -> Change:
    needed = parts[0] is None and parts[1] is not None and is_on(parts[1], "required")
    rules = Rule.PARAMETER_ADDED_REQUIRED if needed else Rule.PARAMETER_ADDED, Rule.PARAMETER_REMOVED
    return came_or_went(rules, f"the {'required ' * needed}{what}", parts, homes, key)


def _parameters_of(operation: Operation) -> dict[_Key, Spot]:
    """Return the parameters of an operation, those of the path by their position."""
    positions = {name[1:-1]: f"p{index}" for index, name in enumerate(TEMPLATE.findall(operation.path))}
    found: dict[_Key, Spot] = {}
    for owner in (operation.shared, operation.spot):
        for item in owner.listed("parameters"):
            spot = item.object("a parameter")
            place, name = str(spot.value.get("in")), str(spot.value.get("name"))
            if place == "header":
                if name.lower() in _IGNORED_HEADERS:
                    continue
                name = name.lower()
            if place == "path":
                name = positions.get(name, name)
            found[place, name] = spot
    return found


def _path_names(both: Both, here: _Here) -> Iterator[Change]:
    names = [[name[1:-1] for name in TEMPLATE.findall(operation.path)] for operation in (both.old, both.new)]
    for index, (old, new) in enumerate(zip(*names, strict=False)):
        spots = [side.get(("path", f"p{index}")) for side in here]
        if old == new or spots[1] is None:
            continue
        if new in names[0] or old in names[1]:
            text = f"path {new} stands where {old} stood: the same address means another thing"
            yield Change(Rule.PATH_PARAMETER_SWAPPED, text, spots[0], spots[1], f"{old} {new}")
        else:
            text = f"path {old}: the parameter is now called {new}"
            renamed = Renamed("parameter", old, new)
            yield Change(Rule.PATH_PARAMETER_RENAMED, text, spots[0], spots[1], f"{old} {new}", renamed=renamed)


def _renamed(here: _Here) -> dict[_Key, _Key]:
    """Return the renamed parameters by their old key; those of the path are identified by position."""
    found: dict[_Key, _Key] = {}
    for place in _NAMED_PLACES:
        sides = [
            [
                candidate(name, {key: spot.value[key] for key in spot.value.keys() - {"name", "in", "required"}})
                for (at, name), spot in mine.items()
                # A name that is, or was, in another part of the request has moved.
                if at == place and not any(other == name for _, other in theirs)
            ]
            for mine, theirs in ((here[0], here[1]), (here[1], here[0]))
        ]
        if sides[0] and sides[1]:
            found |= {(place, old): (place, new) for old, new in renames(sides[0], sides[1]).items()}
    return found


def _moved(here: _Here) -> dict[_Key, _Key]:
    """Return by their old key the parameters that moved to another part of the request."""
    gone, new = (
        [key for key in mine if key not in other and key[0] in _NAMED_PLACES] for mine, other in (here, here[::-1])
    )
    return {key: there for key in gone for there in new if key[1] == there[1]}


def _parameter(both: Both, key: _Key, spots: Spots) -> Iterator[Change]:
    old, new = spots
    shown = f"{key[0]} {new.value.get('name')}"
    location = Location("parameter", shown)
    required = is_on(old, "required") or key[0] == "path", is_on(new, "required") or key[0] == "path"
    nodes = schema_of(old), schema_of(new)
    step = Step(None, None, both.label, location, required)
    both.pairs.meet(nodes, both.inbound, step, _text_of(both, spots, key[0], nodes))
    for change in (*_flags(spots), *_serialization(both, key[0], spots, nodes)):
        yield both.place(change._replace(key=f"{change.key} {shown}"), location=location)


def _text_of(both: Both, spots: Spots, place: str, nodes: tuple[Node, Node]) -> Text:
    """Return how the value of a parameter or header is written on both sides: as text, unless it has a media type."""
    if any(_media_of(spot) for spot in spots):
        return ""
    form = place in ("query", "cookie") and all(written(spot.value, "style", place) == "form" for spot in spots)
    # Without `explode`, a list is one text with commas. For scalars, `explode` changes nothing.
    listed = [not kinds <= SCALARS for kinds in _types_of(both, nodes)]
    joined_by_commas = any(listed) and not any(
        is_list and written(spot.value, "explode", place) for is_list, spot in zip(listed, spots, strict=True)
    )
    return "form" if form and not joined_by_commas else "text"


def _types_of(both: Both, nodes: tuple[Node, Node]) -> list[set[str | None]]:
    """Return the types that the value of a parameter or header may have on each side."""
    return [{view.type for view in meaning.alternatives} for meaning in both.pairs.read(nodes)]


def _media_of(spot: Spot) -> str | None:
    """Return the media type of a parameter's value; None if it has a `style`."""
    names = [media_key(name) for name, _ in entries(spot, "content")]
    return names[0] if names and "schema" not in spot.value else None


def _serialization(both: Both, place: str, spots: Spots, nodes: tuple[Node, Node]) -> Iterator[Change]:
    """Yield the changes of how the value of a parameter or header is written."""
    medias = [_media_of(spot) for spot in spots]
    if medias[0] != medias[1]:
        shown = [media or "its `schema` and `style`" for media in medias]
        text = f"is no longer written as {shown[0]}, but as {shown[1]}"
        yield Change(Rule.PARAMETER_SERIALIZATION_CHANGED, text, *spots, f"content {medias}")
        return
    types = _types_of(both, nodes)
    # Before OpenAPI 3.2, `allowReserved` is for queries only.
    is_older = any(spot.document.version.startswith(("3.0", "3.1")) for spot in spots)
    for name, values in styles([spot.value for spot in spots], place, types) if medias[0] is None else ():
        if name == "allowReserved" and place != "query" and is_older:
            continue
        places = [spot.child(name) if name in spot.value else spot for spot in spots]
        text = f"`{name}` {went(*values)}"
        is_allowed = name == "allowReserved" and values[1] is True
        rule = Rule.PARAMETER_RESERVED_ALLOWED if is_allowed else Rule.PARAMETER_SERIALIZATION_CHANGED
        yield Change(rule, text, places[0], places[1], f"{name} {values}")


def styles(
    sides: Sequence[Mapping[str, Any]], place: str, types: Iterable[Set[str | None]]
) -> Iterator[tuple[str, list[Any]]]:
    """Yield each keyword by which a value of some types is written in another way, with its old and its new value."""
    kinds = [written(side, "style", place) for side in sides]
    # `explode` changes nothing for scalars and for some styles; in a query, neither does `style`.
    alike: Set[str | None] = SCALARS | {"array"} if all(kind == "simple" for kind in kinds) else SCALARS
    explodes = any(kind != "deepObject" for kind in kinds) and not any(side <= alike for side in types)
    is_styled = not any(side <= SCALARS for side in types) or any(kind not in _STYLES_OF_QUERIES for kind in kinds)
    for name in (*["style"] * is_styled, *["explode"] * explodes, "allowReserved"):
        values = [written(side, name, place) for side in sides]
        if values[0] != values[1]:
            yield name, values


def _flags(spots: Spots) -> Iterator[Change]:
    """Yield the changes of a parameter, without those of its schema."""
    places = [spot.value.get("in") for spot in spots]
    if "path" not in places:  # A parameter of the path is always required.
        optional = Rule.PARAMETER_BECAME_OPTIONAL, "became optional"
        yield from flag(spots, "required", (Rule.PARAMETER_BECAME_REQUIRED, "became required"), optional)
    yield from _deprecation(spots)
    if places[0] == "query":
        refused = Rule.PARAMETER_EMPTY_VALUE_REFUSED, "may no longer be empty"
        yield from flag(spots, "allowEmptyValue", (Rule.PARAMETER_EMPTY_VALUE_ALLOWED, "may now be empty"), refused)
    yield from notes(Rule.PARAMETER_DESCRIBED, *spots, _WORDS)


def _deprecation(spots: Spots) -> Iterator[Change]:
    no_longer = Rule.PARAMETER_NO_LONGER_DEPRECATED, "is no longer deprecated"
    yield from flag(spots, "deprecated", (Rule.PARAMETER_DEPRECATED, "is deprecated"), no_longer)


def headers(
    both: Both, here: Sequence[Mapping[str, Spot]], homes: Places, at: Location, key: str, direction: Direction
) -> Iterator[Change]:
    """Yield the changes of the headers of a response or of a part of a form, and add their schemas to those to compare.

    The sender of a form sets the headers of its parts like parameters.

    Args:
        here: The headers by their names in the old and in the new document.
        at: The location, without the names of the headers; its kind is `header` for those of a response.
        key: What distinguishes these headers from others.
    """
    for name, old, new in joined(*here):
        location = at._replace(name=f"{at.name} header {name}".strip())
        if old is not None and new is not None:
            spots, nodes = (old, new), (schema_of(old), schema_of(new))
            text = _text_of(both, spots, "header", nodes)
            both.pairs.meet(nodes, direction, Step(None, None, both.label, location), text)
            changes = [*(_flags_of_header if at.kind == "header" else _flags)(spots)]
            changes += _serialization(both, "header", spots, nodes)
        elif at.kind == "header" and not (new and direction == "request" and is_on(new, "required")):
            rules = Rule.RESPONSE_HEADER_ADDED, Rule.RESPONSE_HEADER_REMOVED
            changes = [came_or_went(rules, "the header", (old, new), homes)]
        else:  # A header that the answer to a webhook needs is like a parameter.
            changes = [_came_or_went("header", (old, new), homes)]
        for change in changes:
            yield both.place(change._replace(key=f"{change.key} {key} {name}"), direction, location)


def _flags_of_header(spots: Spots) -> Iterator[Change]:
    """Yield the changes of a header of a response, without those of its schema."""
    optional = Rule.RESPONSE_HEADER_BECAME_OPTIONAL, "is no longer always sent"
    yield from flag(spots, "required", (Rule.RESPONSE_HEADER_BECAME_REQUIRED, "is now always sent"), optional)
    yield from _deprecation(spots)
    yield from notes(Rule.RESPONSE_HEADER_DESCRIBED, *spots, _WORDS)
