"""Compare the content of requests and responses: media types, their schemas, and the parts of forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from ..findings import Location
from ..rules import Direction, Rule
from ..source import Spot
from . import parameters
from .align import Step
from .changes import Change, Places, came_or_went, joined, notes, went
from .meaning import ANYTHING, NOTES, Node, View, says_bytes
from .operations import (
    Both,
    Spots,
    child_object,
    entries,
    flag,
    headers_of,
    is_on,
    media_key,
    schema_of,
    text_in,
)
from .reading import Reader

# The rules of a media type that was added, and of one that was removed, by whether it is one of what is sent.
_OF_MEDIA: Final = {
    True: (Rule.REQUEST_MEDIA_TYPE_ADDED, Rule.REQUEST_MEDIA_TYPE_REMOVED),
    False: (Rule.RESPONSE_MEDIA_TYPE_ADDED, Rule.RESPONSE_MEDIA_TYPE_REMOVED),
}
# What an object without properties may say.
_OF_EMPTY_OBJECTS: Final = frozenset({"type", "properties", "additionalProperties"})


def request(both: Both) -> Iterator[Change]:
    """Yield the changes of the request body of an operation."""
    old, new = (child_object(spot, "requestBody", "a request body") for spot in both.spots)
    if old is None or new is None:
        if new is not None:
            needed = is_on(new, "required")
            rule = Rule.REQUEST_BODY_ADDED_REQUIRED if needed else Rule.REQUEST_BODY_ADDED
            text = f"{'a required' if needed else 'an optional'} request body was added"
            yield both.place(Change(rule, text, both.old.spot, new))
        elif old is not None:
            rule, which = Rule.REQUEST_BODY_REMOVED, ""
            if _has_no_fields(old):
                rule, which = Rule.REQUEST_BODY_DESCRIBED, ", which has no properties,"
            yield both.place(Change(rule, f"the request body{which} was removed", old, both.new.spot))
        return
    required = Rule.REQUEST_BODY_BECAME_REQUIRED, "the request body became required"
    optional = Rule.REQUEST_BODY_BECAME_OPTIONAL, "the request body became optional"
    for change in flag((old, new), "required", required, optional):
        yield both.place(change._replace(key=""))
    yield from map(both.place, notes(Rule.REQUEST_BODY_DESCRIBED, old, new, ("description",)))
    yield from compare(both, (old, new), Location("body", ""), both.inbound)


def _has_no_fields(body: Spot) -> bool:
    """Return whether a body is optional and an object that lists no property, as some generators give to each GET."""
    medias = [media.object("a media type") for _, media in entries(body, "content")]
    schemas = [media.child("schema").resolved().value if "schema" in media.value else None for media in medias]
    return not is_on(body, "required") and all(
        isinstance(schema, Mapping)
        and schema.get("type") == "object"
        and schema.get("properties") == {}
        and schema.get("additionalProperties", False) is False
        and schema.keys() <= _OF_EMPTY_OBJECTS | NOTES
        for schema in schemas
    )


def compare(both: Both, spots: Spots, location: Location, direction: Direction) -> Iterator[Change]:
    """Yield the changes of the media types of a body."""
    here = [
        {media_key(name): media.object("a media type") for name, media in entries(spot, "content")} for spot in spots
    ]
    if direction != both.inbound == "response" and bool(here[0]) != bool(here[1]):
        rule = Rule.REQUEST_BODY_BECAME_REQUIRED if here[1] else Rule.REQUEST_BODY_BECAME_OPTIONAL
        text = f"the answer {'must now' if here[1] else 'need no longer'} have a body"
        yield both.place(Change(rule, text, *spots), direction, location)
        return
    rules = _OF_MEDIA[direction == both.inbound]
    for change in _covered(here, direction, rules[0]):
        yield both.place(change, location=location)
    for name, old, new in joined(*here):
        if old is not None and new is not None:
            alone = name == "application/json" or len(here[0]) == len(here[1]) == 1
            where = location if alone else location._replace(name=f"{location.name} {name}".strip())
            yield from _media(both, (old, new), where, direction, name)
        else:
            change = came_or_went(rules, f"the media type {name}", (old, new), spots, name)
            yield both.place(change, location=location)


def _covered(here: list[dict[str, Spot]], direction: Direction, added: Rule) -> Iterator[Change]:
    """Yield where a wider media type covers another one and no caller breaks, and match the two in `here`."""
    known = [dict(side) for side in here]
    for side, mine in enumerate(known):
        theirs = known[1 - side]
        wider = {name: _wider(name, theirs, direction) for name in mine if name not in theirs}
        for name, found in wider.items():
            # A range that is on both sides says what the media type was before, or is now.
            kept = [cover for cover in found if cover in mine and "*" in cover]
            is_wider = (side == 0) == (direction == "request")
            cover = next((cover for cover in found if is_wider and cover not in mine), None)
            if not kept and cover is None:
                continue
            here[1 - side][name] = theirs[cover or kept[0]]
            spots = here[0][name], here[1][name]
            if cover:
                here[1 - side].pop(cover, None)
                names = (name, cover) if side == 0 else (cover, name)
                rule = added if side == 0 else Rule.MEDIA_TYPE_NARROWED
                yield Change(rule, f"the media type went from {names[0]} to {names[1]}", *spots, " ".join(names))
            elif side == 1:
                yield Change(added, f"the media type {name} was added", *spots, name)


def _wider(name: str, others: Iterable[str], direction: Direction) -> list[str]:
    """Return the media types that include another one: a range, one with other parameters, or JSON for `+json`.

    Who reads JSON can read `+json` too, but a server that takes JSON may refuse it.
    """
    kind, said = _parameters(name)
    known = {kind.split("/")[0] + "/*", "*/*"}
    if direction == "response" and kind.endswith("+json") and "*" not in kind:
        known.add("application/json")
    found = []
    for other in others:
        other_kind, there = _parameters(other)
        # A parameter with another value makes it another type.
        is_alike = other_kind == kind and all(said.get(key, value) == value for key, value in there.items())
        if is_alike or other in known:
            found.append(other)
    return found


def _parameters(name: str) -> tuple[str, dict[str, str]]:
    """Return a media type without its parameters, and the parameters; of text, the character set is known."""
    kind, *said = name.split(";")
    found = {name: value for name, _, value in (item.lower().partition("=") for item in said)}
    return kind, {"charset": "utf-8", **found}


def _media(both: Both, spots: Spots, location: Location, direction: Direction, name: str) -> Iterator[Change]:
    text = text_in(name)
    is_bytes = text in ("", "text") and "json" not in name and "*" not in name
    # `itemSchema` describes each item of a stream.
    for keyword in ("schema", "itemSchema"):
        if any(keyword in spot.value for spot in spots):
            nodes = schema_of(spots[0], keyword), schema_of(spots[1], keyword)
            views = [meaning.alternatives for meaning in both.pairs.read(nodes)]
            if is_bytes and all(len(side) == 1 and says_bytes(side[0], beside={"contentMediaType"}) for side in views):
                continue  # `{}`, no schema and `format: binary` mean the same: the body is bytes.
            both.pairs.meet(nodes, direction, Step(None, None, both.label, location), text)
    for change in notes(Rule.EXAMPLE_CHANGED, *spots, ("example", "examples")):
        yield both.place(change, direction, location)
    is_form = name.startswith("multipart/") or name.partition(";")[0] == "application/x-www-form-urlencoded"
    for keyword in ("encoding", "prefixEncoding", "itemEncoding") if is_form else ():
        parts = [_parts(spot, keyword) for spot in spots]
        if any(parts) and not both.pairs.same.spots(spots[0].child(keyword), spots[1].child(keyword)):
            meanings = both.pairs.read((schema_of(spots[0]), schema_of(spots[1])))
            declared = [
                {name: node for view in meaning.alternatives for name, node in view.properties.items()}
                for meaning in meanings
            ]
            if keyword == "encoding" and all(declared):
                # A part that came or went is reported as a property, and one that is no property has no encoding.
                known = declared[0].keys() & declared[1].keys()
                parts = [{name: at for name, at in side.items() if name in known} for side in parts]
            yield from _encodings(both, parts, declared, location, direction)


def _parts(media: Spot, keyword: str) -> dict[str, Spot]:
    """Return the parts of a form whose encoding a media type describes."""
    at = media.child(keyword)
    if keyword == "itemEncoding":
        return {"[]": at} if isinstance(at.value, Mapping) else {}
    if keyword == "prefixEncoding":
        return {f"[{index}]": item for index, item in enumerate(media.listed(keyword))}
    return dict(at.entries())


def _encodings(
    both: Both,
    here: Sequence[Mapping[str, Spot]],
    declared: Sequence[Mapping[str, Node]],
    location: Location,
    direction: Direction,
) -> Iterator[Change]:
    for name, old, new in joined(*here):
        spots = old, new
        sides = [spot.value if spot and isinstance(spot.value, Mapping) else {} for spot in spots]
        nodes = [properties.get(name) for properties in declared]
        for change in _encoding(both, name, sides, spots, nodes):
            yield both.place(change, direction, location)
        own = [headers_of(spot) if spot else {} for spot in spots]
        at = location._replace(name=f"{location.name} {name}".strip())
        yield from parameters.headers(both, own, (None, None), at, name, direction)


def _encoding(
    both: Both,
    name: str,
    sides: Sequence[Mapping[str, Any]],
    spots: Places,
    nodes: Sequence[Node | None],
) -> Iterator[Change]:
    """Yield the changes of how a part of a form is written."""
    reader = both.pairs.reader
    views = [reader.read(node).alternatives if node else [] for node in nodes]
    types = [_content_types(side.get("contentType"), part, reader) for side, part in zip(sides, views, strict=True)]
    if types[0] != types[1] and any("contentType" in side for side in sides):
        if types[0] < types[1]:
            rule = Rule.ENCODING_LOOSENED
        elif types[1] < types[0]:
            rule = Rule.ENCODING_TIGHTENED
        else:
            rule = Rule.ENCODING_CHANGED
        values = [side.get("contentType") for side in sides]
        key = f"{name} contentType {values}"
        yield Change(rule, f"the content type of part {name} {went(*values)}", *spots, key)
    kinds = [{view.type for view in part} for part in views if part]
    for key, values in parameters.styles(sides, "query", kinds):
        text = f"`{key}` of part {name} {went(*values)}"
        is_allowed = key == "allowReserved" and values[1] is True
        rule = Rule.ENCODING_LOOSENED if is_allowed else Rule.ENCODING_CHANGED
        yield Change(rule, text, *spots, f"{name} {key} {values}")


def _content_types(value: Any, views: Iterable[View], reader: Reader) -> frozenset[str]:
    """Return the content types that a part may have: by its encoding, else by its schema."""
    if value is not None:
        return frozenset(media_key(item) for item in str(value).split(","))
    found: list[View] = []
    for view in views:
        items = view.children.get("items", ANYTHING)
        # Each item of a list is a part.
        found += reader.read(items).alternatives if view.type == "array" and isinstance(items, Node) else [view]
    return frozenset(map(_content_type, found))


def _content_type(view: View) -> str:
    if view.type == "object":
        return "application/json"
    form = view.keywords.get("format")
    encoded = "contentEncoding" in view.keywords or (form is not None and form.value in ("binary", "byte", "base64url"))
    return "application/octet-stream" if view.type is None or encoded else "text/plain"
