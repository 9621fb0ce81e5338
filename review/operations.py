"""Operations as they hold for callers, and what changed between two of them.

What a path item, the root or a `$ref` says is read into each operation. A webhook or a callback is an operation that
the server calls: what callers send and what they read change places there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeAlias

from . import security, servers
from .align import Pairs, Step, candidate, renames
from .changes import Change, canonical, listed, notes, values_text, went
from .findings import Location, Renamed
from .rules import Direction, Rule
from .schema import ANYTHING, SCALARS, Node
from .source import Document, ReviewError, Spot

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_IGNORED_HEADERS: Final = frozenset({"accept", "content-type", "authorization"})
_TEMPLATE: Final = re.compile(r"\{[^}/]+\}")
_STYLE: Final = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
_WORDS: Final = ("summary", "description", "externalDocs")
_EXAMPLES: Final = ("description", "example", "examples")

_Spots: TypeAlias = tuple[Spot, Spot]
_Key: TypeAlias = tuple[str, str]


class Found(NamedTuple):
    """A change with the operations that it touches, its direction, and its place inside of them."""

    operations: tuple[str, ...]
    direction: Direction
    location: Location | None
    change: Change


@dataclass(frozen=True)
class Operation:
    """An operation of a document. `method` is lower case, but for those of `additionalOperations`."""

    path: str
    method: str
    spot: Spot
    shared: Spot

    @property
    def label(self) -> str:
        """The operation as people call it: `GET /books`."""
        return f"{self.method.upper()} {self.path}"


def operations(root: Spot, *, templated: bool = True) -> Iterator[tuple[_Key, Operation]]:
    """Yield the operations under `paths`, `webhooks` or a callback, by path (with its parameters numbered) and method.

    Raises:
        ReviewError: a path item is not a mapping.
    """
    for path, item in root.entries():
        if path.startswith("x-"):
            continue
        shared = item.object("a path item")
        key = path
        for index, name in enumerate(_TEMPLATE.findall(path) if templated else ()):
            key = key.replace(name, f"{{p{index}}}", 1)
        methods = [(method, spot) for method, spot in shared.entries() if method in METHODS]
        if "additionalOperations" in shared.value:
            methods += shared.child("additionalOperations").entries()
        for method, spot in methods:
            if isinstance(spot.value, Mapping):
                yield (key, method), Operation(path, method, spot, shared)


def compare(pairs: Pairs) -> Iterator[Found]:
    """Yield what changed of the operations of two documents, and meet the schemas in them.

    Raises:
        ReviewError: a `$ref` does not resolve, or something is not what OpenAPI wants there.
    """
    roots = [Spot(document, (), document.value) for document in pairs.documents]
    for change in servers.compare(roots[0].child("servers"), roots[1].child("servers")):
        yield Found(_labels(roots), "request", None, change)
    for name, inbound in (("paths", "request"), ("webhooks", "response")):
        direction: Direction = "request" if inbound == "request" else "response"
        here = [dict(operations(root.child(name), templated=name == "paths")) for root in roots]
        yield from _whole_paths(here, direction, roots, name)
        for key in dict.fromkeys([*here[0], *here[1]]):
            old, new = here[0].get(key), here[1].get(key)
            if old is not None and new is not None:
                yield from _Comparison(pairs, (old, new), direction, new.label).run()
    yield from security.schemes(roots, [dict(operations(root.child("paths"))) for root in roots], Found)


def _labels(roots: Sequence[Spot]) -> tuple[str, ...]:
    found = [operation.label for root in reversed(roots) for _, operation in operations(root.child("paths"))]
    return tuple(dict.fromkeys(found))


def _whole_paths(
    here: Sequence[Mapping[_Key, Operation]], direction: Direction, roots: Sequence[Spot], name: str
) -> Iterator[Found]:
    """Yield operations that came or went: those of a path that did so as a whole together."""
    paths = [{path for path, _ in side} for side in here]
    for side, rules in ((0, (Rule.PATH_REMOVED, Rule.OPERATION_REMOVED)), (1, (Rule.PATH_ADDED, Rule.OPERATION_ADDED))):
        verb = ("removed", "added")[side]
        other = roots[1 - side].child(name)
        groups: dict[str, list[Operation]] = {}
        for key, operation in here[side].items():
            if key not in here[1 - side]:
                groups.setdefault(key[0], []).append(operation)
        for path, group in groups.items():
            whole = path not in paths[1 - side]
            for several in [group] if whole and len(group) > 1 else [[item] for item in group]:
                spot = several[0].shared if whole and len(several) > 1 else several[0].spot
                text = f"the {'path' if len(several) > 1 else 'operation'} was {verb}"
                rule = rules[0] if len(several) > 1 else rules[1]
                spots = (spot, other) if side == 0 else (other, spot)
                labels = tuple(item.label for item in several)
                yield Found(labels, direction, None, Change(rule, text, *spots, path))


class _Comparison:
    """Two operations that correspond."""

    inbound: Direction
    outbound: Direction

    def __init__(self, pairs: Pairs, both: tuple[Operation, Operation], inbound: Direction, label: str) -> None:
        self.pairs, self.old, self.new, self.inbound, self.label = pairs, both[0], both[1], inbound, label
        self.outbound = "response" if inbound == "request" else "request"
        self.spots: _Spots = (both[0].spot, both[1].spot)

    def run(self) -> Iterator[Found]:
        for change in (*self._operation(), *self._servers(), *self._security()):
            yield Found((self.label,), self.inbound, None, change)
        yield from self._parameters()
        yield from self._body()
        yield from self._responses()
        yield from self._callbacks()

    def _found(self, direction: Direction, location: Location | None, change: Change) -> Found:
        return Found((self.label,), direction, location, change)

    def _operation(self) -> Iterator[Change]:
        old, new = self.spots
        ids = [spot.value.get("operationId") for spot in self.spots]
        if ids[0] != ids[1]:
            spots = old.child("operationId") if ids[0] else old, new.child("operationId") if ids[1] else new
            renamed = Renamed("operation", str(ids[0]), str(ids[1])) if all(ids) else None
            text = f"operationId {went(*ids)}"
            yield Change(Rule.OPERATION_ID_CHANGED, text, *spots, "operationId", renamed=renamed)
        tags = [[tag.value for tag in spot.listed("tags")] for spot in self.spots]
        if tags[0] != tags[1]:
            text = f"the tags went from {values_text(tags[0])} to {values_text(tags[1])}"
            yield Change(Rule.OPERATION_TAGS_CHANGED, text, old.child("tags"), new.child("tags"), "tags")
        deprecated = [spot.value.get("deprecated") is True for spot in self.spots]
        if deprecated[0] != deprecated[1]:
            rule = Rule.OPERATION_DEPRECATED if deprecated[1] else Rule.OPERATION_NO_LONGER_DEPRECATED
            text = f"the operation is {'' if deprecated[1] else 'no longer '}deprecated"
            yield Change(rule, text, old.child("deprecated"), new.child("deprecated"), "deprecated")
        yield from notes(Rule.OPERATION_DESCRIBED, old, new, _WORDS)
        if self.old.shared.value is not self.new.shared.value:
            yield from notes(Rule.OPERATION_DESCRIBED, self.old.shared, self.new.shared, _WORDS)

    def _servers(self) -> Iterator[Change]:
        own = [
            next((owner.child("servers") for owner in (item.spot, item.shared) if owner.value.get("servers")), None)
            for item in (self.old, self.new)
        ]
        if any(own):
            roots = [Spot(document, (), document.value).child("servers") for document in self.pairs.documents]
            yield from servers.compare(own[0] or roots[0], own[1] or roots[1])

    def _security(self) -> Iterator[Change]:
        owners = [
            item.spot if item.spot.value.get("security") is not None else Spot(document, (), document.value)
            for item, document in zip((self.old, self.new), self.pairs.documents, strict=True)
        ]
        yield from security.compare(owners[0], owners[1])

    # Parameters.

    def _parameters(self) -> Iterator[Found]:
        here = [_parameters_of(operation) for operation in (self.old, self.new)]
        yield from (self._found(self.inbound, None, change) for change in self._path_names(here))
        other_name = _renamed_parameters(here)
        for key, name in other_name.items():
            old, new = here[0][key], here[1][key[0], name]
            text = f"{key[0]} {old.value['name']} is now {new.value['name']}"
            renamed = Renamed("parameter", str(old.value["name"]), str(new.value["name"]))
            spots = old.child("name"), new.child("name")
            yield self._found(
                self.inbound, None, Change(Rule.PARAMETER_RENAMED, text, *spots, f"{key[0]} {key[1]}", renamed=renamed)
            )
            yield from self._parameter((key[0], name), (old, new))
        moved = _moved_parameters(here)
        for key, there in moved.items():
            old, new = here[0][key], here[1][there, key[1]]
            text = f"{old.value['name']} moved from {key[0]} to {there}"
            yield self._found(
                self.inbound, None, Change(Rule.PARAMETER_MOVED, text, old.child("in"), new.child("in"), key[1])
            )
        told = {*other_name, *moved}
        told |= {(key[0], name) for key, name in other_name.items()} | {(at, key[1]) for key, at in moved.items()}
        for key in sorted({*here[0], *here[1]} - told):
            before, after = here[0].get(key), here[1].get(key)
            if before is not None and after is not None:
                yield from self._parameter(key, (before, after))
            elif before is not None:
                text = f"{key[0]} {before.value.get('name')}: the parameter was removed"
                change = Change(Rule.PARAMETER_REMOVED, text, before, self.new.spot, " ".join(key))
                yield self._found(self.inbound, None, change)
            elif after is not None:
                needed = after.value.get("required") is True or key[0] == "path"
                rule = Rule.PARAMETER_ADDED_REQUIRED if needed else Rule.PARAMETER_ADDED
                text = f"{key[0]} {after.value.get('name')}: the {'required ' * needed}parameter was added"
                yield self._found(self.inbound, None, Change(rule, text, self.old.spot, after, " ".join(key)))

    def _path_names(self, here: Sequence[Mapping[_Key, Spot]]) -> Iterator[Change]:
        names = [_TEMPLATE.findall(operation.path) for operation in (self.old, self.new)]
        for index, (old, new) in enumerate(zip(*names, strict=False)):
            spots = [side.get(("path", f"p{index}")) for side in here]
            if old != new and spots[1] is not None:
                text = f"path {old[1:-1]}: the parameter is now called {new[1:-1]}"
                renamed = Renamed("parameter", old[1:-1], new[1:-1])
                yield Change(Rule.PATH_PARAMETER_RENAMED, text, spots[0], spots[1], old[1:-1], renamed=renamed)

    def _parameter(self, key: _Key, spots: _Spots) -> Iterator[Found]:
        old, new = spots
        shown = f"{key[0]} {new.value.get('name')}"
        location = Location("parameter", shown)
        required = [spot.value.get("required") is True or key[0] == "path" for spot in spots]
        nodes = (_schema_of(old), _schema_of(new))
        self.pairs.meet(nodes, self.inbound, Step(None, None, self.label, location, required=all(required)))
        for change in (*_flags(spots, required), *self._serialization(key, spots, nodes)):
            yield self._found(self.inbound, location, change._replace(key=f"{change.key} {shown}"))

    def _serialization(self, key: _Key, spots: _Spots, nodes: tuple[Node, Node]) -> Iterator[Change]:
        """Yield the changes of how a parameter's value is written."""
        medias = [_media_of(spot) for spot in spots]
        if medias[0] != medias[1]:
            shown = [media or "its `schema` and `style`" for media in medias]
            text = f"is no longer written as {shown[0]}, but as {shown[1]}"
            yield Change(Rule.PARAMETER_SERIALIZATION_CHANGED, text, *spots, "content")
            return
        # Exploding is about the parts of a value; a scalar has none.
        meanings = [reader.read(node) for reader, node in zip(self.pairs.readers, nodes, strict=True)]
        scalar = all(view.type in SCALARS for meaning in meanings for view in meaning.alternatives)
        for name in ("style", "explode", "allowReserved") if medias[0] is None else ():
            values = [_written(spot.value, name, key[0]) for spot in spots]
            if values[0] == values[1] or (name == "explode" and scalar):
                continue
            places = [spot.child(name) if name in spot.value else spot for spot in spots]
            text = f"`{name}` {went(*values)}"
            yield Change(Rule.PARAMETER_SERIALIZATION_CHANGED, text, places[0], places[1], name)

    # Bodies.

    def _body(self) -> Iterator[Found]:
        old, new = (
            _child_object(operation.spot, "requestBody", "a request body") for operation in (self.old, self.new)
        )
        location = Location("body", "")
        if old is None or new is None:
            if new is not None:
                needed = new.value.get("required") is True
                rule = Rule.REQUEST_BODY_ADDED_REQUIRED if needed else Rule.REQUEST_BODY_ADDED
                text = f"a {'required' if needed else 'optional'} request body was added"
                yield self._found(self.inbound, None, Change(rule, text, self.old.spot, new))
            elif old is not None:
                change = Change(Rule.REQUEST_BODY_REMOVED, "the request body was removed", old, self.new.spot)
                yield self._found(self.inbound, None, change)
            return
        required = [spot.value.get("required") is True for spot in (old, new)]
        if required[0] != required[1]:
            rule = Rule.REQUEST_BODY_BECAME_REQUIRED if required[1] else Rule.REQUEST_BODY_BECAME_OPTIONAL
            text = f"the request body became {'required' if required[1] else 'optional'}"
            yield self._found(self.inbound, None, Change(rule, text, old.child("required"), new.child("required")))
        for change in notes(Rule.REQUEST_BODY_DESCRIBED, old, new, ("description",)):
            yield self._found(self.inbound, None, change)
        yield from self._content((old, new), location, self.inbound)

    def _content(self, spots: _Spots, location: Location, direction: Direction) -> Iterator[Found]:
        here = [
            {_media_key(name): media.object("a media type") for name, media in _entries(spot, "content")}
            for spot in spots
        ]
        _cover(here, direction)
        sent = direction == self.inbound
        for name in dict.fromkeys([*here[0], *here[1]]):
            old, new = here[0].get(name), here[1].get(name)
            if old is not None and new is not None:
                alone = name == "application/json" or len(here[0]) == len(here[1]) == 1
                where = location if alone else location._replace(name=f"{location.name} {name}".strip())
                yield from self._media((old, new), where, direction)
                continue
            if old is not None:
                rule = Rule.REQUEST_MEDIA_TYPE_REMOVED if sent else Rule.RESPONSE_MEDIA_TYPE_REMOVED
                change = Change(rule, f"the media type {name} was removed", old, spots[1], name)
            else:
                rule = Rule.REQUEST_MEDIA_TYPE_ADDED if sent else Rule.RESPONSE_MEDIA_TYPE_ADDED
                change = Change(rule, f"the media type {name} was added", spots[0], new, name)
            yield self._found(self.inbound, location, change)

    def _media(self, spots: _Spots, location: Location, direction: Direction) -> Iterator[Found]:
        # Of a stream, `itemSchema` describes each item.
        for keyword in ("schema", "itemSchema"):
            if any(keyword in spot.value for spot in spots):
                nodes = [Node((spot.child(keyword),)) if keyword in spot.value else ANYTHING for spot in spots]
                self.pairs.meet((nodes[0], nodes[1]), direction, Step(None, None, self.label, location))
        for change in notes(Rule.EXAMPLE_CHANGED, spots[0], spots[1], ("example", "examples")):
            yield self._found(direction, location, change)
        for keyword in ("encoding", "prefixEncoding", "itemEncoding"):
            yield from self._encodings(
                _encodings(spots[0], keyword), _encodings(spots[1], keyword), location, direction
            )

    def _encodings(
        self, old: Mapping[str, Spot], new: Mapping[str, Spot], location: Location, direction: Direction
    ) -> Iterator[Found]:
        for name in dict.fromkeys([*old, *new]):
            spots = old.get(name), new.get(name)
            sides = [spot.value if spot and isinstance(spot.value, Mapping) else {} for spot in spots]
            for change in _encoding(name, sides, spots):
                yield self._found(direction, location, change)
            headers = [_headers_of(spot) if spot else {} for spot in spots]
            yield from self._part_headers(name, headers, location, direction)

    def _part_headers(
        self, name: str, headers: Sequence[Mapping[str, Spot]], location: Location, direction: Direction
    ) -> Iterator[Found]:
        """Yield the changes of the headers of a part of a form: parameters of whoever sends it."""
        for header in dict.fromkeys([*headers[0], *headers[1]]):
            old, new = (side.get(header) for side in headers)
            where = Location(location.kind, f"{location.name} {name} header {header}".strip())
            required = [spot is not None and spot.value.get("required") is True for spot in (old, new)]
            if old is not None and new is not None:
                self.pairs.meet((_schema_of(old), _schema_of(new)), direction, Step(None, None, self.label, where))
                changes = list(_flags((old, new), required))
            elif new is not None:
                rule = Rule.PARAMETER_ADDED_REQUIRED if required[1] else Rule.PARAMETER_ADDED
                changes = [Change(rule, f"the {'required ' * required[1]}header was added", None, new)]
            else:
                changes = [Change(Rule.PARAMETER_REMOVED, "the header was removed", old, None)]
            for change in changes:
                yield self._found(direction, where, change._replace(key=f"{change.key} {name} {header}"))

    # Responses.

    def _responses(self) -> Iterator[Found]:
        here = [_responses_of(operation.spot) for operation in (self.old, self.new)]
        for code in dict.fromkeys([*here[0], *here[1]]):
            old, new = here[0].get(code), here[1].get(code)
            if old is not None and new is not None:
                yield from self._response((old, new), code)
            elif old is not None:
                yield from self._response_removed(code, old, here)
            elif new is not None:
                cover = _covering(code, here[0])
                change = Change(Rule.RESPONSE_ADDED, f"the response {code} was added", self.old.spot, new, code)
                yield self._found(self.outbound, None, change)
                if cover and code.startswith("2"):
                    yield from self._response((here[0][cover], new), code)

    def _response_removed(self, code: str, old: Spot, here: Sequence[Mapping[str, Spot]]) -> Iterator[Found]:
        left = here[1]
        cover = _covering(code, left)
        rule = Rule.RESPONSE_REMOVED
        if cover:
            rule = Rule.RESPONSE_REMOVED_BUT_COVERED
        elif code[:1] in "45" or (code == "default" and any(item.startswith("2") for item in here[0])):
            rule = Rule.RESPONSE_ERROR_REMOVED
        text = f"the response {code} was removed" + (f"; {cover} describes it" if cover else "")
        at = self.new.spot.child("responses") if self.new.spot.value.get("responses") else self.new.spot
        yield self._found(self.outbound, None, Change(rule, text, old, at, code))
        if cover and code.startswith("2"):
            yield from self._response((old, left[cover]), code)

    def _response(self, spots: _Spots, code: str) -> Iterator[Found]:
        location = Location("response", code)
        for change in notes(Rule.RESPONSE_DESCRIBED, *spots, ("description", "summary")):
            yield self._found(self.outbound, location, change)
        for change in _links(spots):
            yield self._found(self.outbound, location, change)
        yield from self._headers(spots, code)
        yield from self._content(spots, location, self.outbound)

    def _headers(self, spots: _Spots, code: str) -> Iterator[Found]:
        here = [_headers_of(spot) for spot in spots]
        for name in dict.fromkeys([*here[0], *here[1]]):
            location = Location("header", f"{code} header {name}")
            old, new = here[0].get(name), here[1].get(name)
            if old is not None and new is not None:
                nodes = _schema_of(old), _schema_of(new)
                self.pairs.meet(nodes, self.outbound, Step(None, None, self.label, location))
                changes = list(_header((old, new)))
            elif old is not None:
                changes = [Change(Rule.RESPONSE_HEADER_REMOVED, "the header was removed", old, spots[1])]
            else:
                changes = [Change(Rule.RESPONSE_HEADER_ADDED, "the header was added", spots[0], new)]
            for change in changes:
                yield self._found(self.outbound, location, change._replace(key=f"{change.key} {code} {name}"))

    # Callbacks.

    def _callbacks(self) -> Iterator[Found]:
        here: list[dict[tuple[str, str, str], Operation]] = []
        for spot in self.spots:
            found: dict[tuple[str, str, str], Operation] = {}
            for name, callback in _entries(spot, "callbacks"):
                for (path, method), inner in operations(callback.object("a callback"), templated=False):
                    found[name, path, method] = inner
            here.append(found)
        for key in dict.fromkeys([*here[0], *here[1]]):
            old, new = here[0].get(key), here[1].get(key)
            shown = new or old
            assert shown is not None
            label = f"{self.label} callback {shown.label}"
            if old is not None and new is not None:
                yield from _Comparison(self.pairs, (old, new), self.outbound, label).run()
                continue
            rule, verb = (Rule.OPERATION_REMOVED, "removed") if old is not None else (Rule.OPERATION_ADDED, "added")
            spots = old.spot if old else self.spots[0], new.spot if new else self.spots[1]
            yield Found((label,), self.outbound, None, Change(rule, f"the callback was {verb}", *spots, " ".join(key)))


# What two mappings say, side by side.


def _flags(spots: _Spots, required: Sequence[bool]) -> Iterator[Change]:
    """Yield the changes of what a parameter says beside its schema."""
    old, new = spots
    if required[0] != required[1]:
        rule = Rule.PARAMETER_BECAME_REQUIRED if required[1] else Rule.PARAMETER_BECAME_OPTIONAL
        text = f"became {'required' if required[1] else 'optional'}"
        yield Change(rule, text, old.child("required"), new.child("required"), "required")
    flags = {name: [spot.value.get(name) is True for spot in spots] for name in ("deprecated", "allowEmptyValue")}
    before, after = flags["deprecated"]
    if before != after:
        rule = Rule.PARAMETER_DEPRECATED if after else Rule.PARAMETER_NO_LONGER_DEPRECATED
        text = f"is {'' if after else 'no longer '}deprecated"
        yield Change(rule, text, old.child("deprecated"), new.child("deprecated"), "deprecated")
    before, after = flags["allowEmptyValue"]
    if before != after:
        rule = Rule.PARAMETER_EMPTY_VALUE_ALLOWED if after else Rule.PARAMETER_EMPTY_VALUE_REFUSED
        text = f"may {'now' if after else 'no longer'} be empty"
        yield Change(rule, text, old.child("allowEmptyValue"), new.child("allowEmptyValue"), "allowEmptyValue")
    yield from notes(Rule.PARAMETER_DESCRIBED, old, new, _EXAMPLES)


def _header(spots: _Spots) -> Iterator[Change]:
    required = [spot.value.get("required") is True for spot in spots]
    if required[0] != required[1]:
        rule = Rule.RESPONSE_HEADER_BECAME_REQUIRED if required[1] else Rule.RESPONSE_HEADER_BECAME_OPTIONAL
        text = f"is {'now always' if required[1] else 'no longer always'} sent"
        yield Change(rule, text, spots[0].child("required"), spots[1].child("required"), "required")
    for flag in ("deprecated",):
        if spots[0].value.get(flag, False) != spots[1].value.get(flag, False):
            rule = Rule.PARAMETER_DEPRECATED if spots[1].value.get(flag) else Rule.PARAMETER_NO_LONGER_DEPRECATED
            text = f"is {'' if spots[1].value.get(flag) else 'no longer '}deprecated"
            yield Change(rule, text, spots[0].child(flag), spots[1].child(flag), flag)
    yield from notes(Rule.RESPONSE_HEADER_DESCRIBED, spots[0], spots[1], _EXAMPLES)


def _encoding(
    name: str, sides: Sequence[Mapping[str, Any]], spots: tuple[Spot | None, Spot | None]
) -> Iterator[Change]:
    """Yield the changes of how a part of a form is written."""
    types = [_content_types(side.get("contentType")) for side in sides]
    if types[0] != types[1]:
        if types[0] and types[1] and types[0] < types[1]:
            rule = Rule.ENCODING_LOOSENED
        elif types[0] and types[1] and types[1] < types[0]:
            rule = Rule.ENCODING_TIGHTENED
        else:
            rule = Rule.ENCODING_CHANGED
        values = [side.get("contentType") for side in sides]
        yield Change(rule, f"the content type of part {name} {went(*values)}", *spots, f"{name} contentType")
    for key in ("style", "explode", "allowReserved"):
        values = [_written(side, key, "query") for side in sides]
        if values[0] != values[1]:
            text = f"`{key}` of part {name} {went(*values)}"
            yield Change(Rule.ENCODING_CHANGED, text, *spots, f"{name} {key}")


def _links(spots: _Spots) -> Iterator[Change]:
    here = [{name: link.object("a link") for name, link in _entries(spot, "links")} for spot in spots]
    for name in dict.fromkeys([*here[0], *here[1]]):
        old, new = here[0].get(name), here[1].get(name)
        if old is None:
            yield Change(Rule.LINK_ADDED, f"the link {name} was added", spots[0], new, name)
        elif new is None:
            yield Change(Rule.LINK_REMOVED, f"the link {name} was removed", old, spots[1], name)
        else:
            changed = [
                key
                for key in ("operationId", "operationRef", "parameters", "requestBody", "server")
                if canonical(old.value.get(key)) != canonical(new.value.get(key))
            ]
            if changed:
                text = f"the link {name} changed: {', '.join(changed)}"
                yield Change(Rule.LINK_CHANGED, text, old, new, name)
            for change in notes(Rule.LINK_DESCRIBED, old, new, ("description",)):
                yield change._replace(key=f"{name} {change.key}")


# Reading.


def _entries(spot: Spot, key: str) -> Iterator[tuple[str, Spot]]:
    """Yield the entries of a mapping inside a mapping."""
    yield from spot.child(key).entries()


def _child_object(spot: Spot, key: str, what: str) -> Spot | None:
    return spot.child(key).object(what) if spot.value.get(key) is not None else None


def _parameters_of(operation: Operation) -> dict[_Key, Spot]:
    """Return the parameters that hold for an operation, path parameters by their position."""
    positions = {name[1:-1]: f"p{index}" for index, name in enumerate(_TEMPLATE.findall(operation.path))}
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


def _renamed_parameters(here: Sequence[Mapping[_Key, Spot]]) -> dict[_Key, str]:
    """Return the parameters that have another name now, by their old key; those of paths are known by position."""
    found: dict[_Key, str] = {}
    for place in ("query", "header", "cookie"):
        sides = []
        for mine, theirs in ((here[0], here[1]), (here[1], here[0])):
            sides.append(
                [
                    candidate(
                        key[1],
                        index,
                        required=spot.value.get("required") is True,
                        value={
                            name: item for name, item in spot.value.items() if name not in ("name", "in", "required")
                        },
                    )
                    for index, (key, spot) in enumerate(mine.items())
                    # A name that is still there, or was there, at another place of the request has moved.
                    if key[0] == place and not any(name == key[1] for _, name in theirs)
                ]
            )
        found |= {(place, old): new for old, new in renames(sides[0], sides[1]).items()}
    return found


def _moved_parameters(here: Sequence[Mapping[_Key, Spot]]) -> dict[_Key, str]:
    """Return the parameters that stand at another place of the request now, by their old key."""
    places = ("query", "header", "cookie")
    gone, new = (listed(map(list, here[i]), without=map(list, here[1 - i])) for i in (0, 1))
    return {
        (old[0], old[1]): fresh[0]
        for old in gone
        for fresh in new
        if old[0] in places and fresh[0] in places and old[1] == fresh[1]
    }


def _schema_of(spot: Spot) -> Node:
    """Return the schema of a parameter or header, also where its `content` has it."""
    value = spot.value
    if "schema" in value:
        return Node((spot.child("schema"),))
    for _, media in _entries(spot, "content"):
        inner = media.object("a media type")
        return Node((inner.child("schema"),)) if "schema" in inner.value else ANYTHING
    return ANYTHING


def _media_of(spot: Spot) -> str | None:
    """Return the media type that a parameter's value is written in; None if it has a `style`."""
    names = [_media_key(name) for name, _ in _entries(spot, "content")]
    return names[0] if names and "schema" not in spot.value else None


def _written(value: Mapping[str, Any], name: str, place: str) -> Any:
    """Return how a parameter or part of a form is written, its default where it does not say."""
    style = value.get("style", _STYLE.get(place, "form"))
    defaults = {"style": style, "explode": style in ("form", "cookie"), "allowReserved": False}
    return value.get(name, defaults[name])


def _media_key(name: str) -> str:
    """Return a media type without what does not change how JSON is read: case, spaces, `charset=utf-8`."""
    kind, *parameters = [part.strip() for part in name.split(";")]
    kept = [part for part in parameters if part.replace(" ", "").lower().replace('"', "") != "charset=utf-8"]
    return ";".join([kind.lower(), *kept])


def _cover(here: list[dict[str, Spot]], direction: Direction) -> None:
    """Let a range (`*/*`) cover a media type, where that breaks nobody."""
    exact, wide = (here[0], here[1]) if direction == "request" else (here[1], here[0])
    for name in [name for name in exact if name not in wide]:
        for pattern in (name.split("/")[0] + "/*", "*/*"):
            if pattern in wide and pattern not in exact:
                wide[name] = wide.pop(pattern)
                break


def _content_types(value: Any) -> frozenset[str]:
    return frozenset(_media_key(item) for item in str(value).split(",")) if value is not None else frozenset()


def _encodings(media: Spot, keyword: str) -> dict[str, Spot]:
    at = media.child(keyword)
    if keyword == "itemEncoding":
        return {"[]": at} if isinstance(at.value, Mapping) else {}
    if keyword == "prefixEncoding":
        return {f"[{index}]": item for index, item in enumerate(media.listed(keyword))}
    return dict(at.entries())


def _headers_of(spot: Spot) -> dict[str, Spot]:
    return {
        name.lower(): header.object("a header")
        for name, header in _entries(spot, "headers")
        if name.lower() != "content-type"
    }


def _responses_of(operation: Spot) -> dict[str, Spot]:
    return {
        code if code == "default" else code.upper(): spot.object("a response")
        for code, spot in _entries(operation, "responses")
        if not code.startswith("x-")
    }


def _covering(code: str, others: Mapping[str, Spot]) -> str | None:
    """Return the range that covers a status, a status that is left of a range, or `default`, which covers errors."""
    wanted = [f"{code[:1]}XX"] + ([] if code.startswith("2") or code == "default" else ["default"])
    if code.endswith("XX"):
        wanted += [name for name in others if name.startswith(code[0])]
    return next((name for name in wanted if name in others and name != code), None)


def operation_of(document: Document, method: str, path: str) -> Operation | None:
    """Return the operation that a request was for, by its method and path: the one with the fewest parameters."""
    found: list[tuple[int, Operation]] = []
    for (_, known), operation in operations(Spot(document, (), document.value).child("paths")):
        pattern = re.sub(r"\\\{[^/]+?\\\}", "[^/]+", re.escape(operation.path))
        if known.lower() == method.lower() and re.search(rf"{pattern}/?$", path):
            found.append((-len(_TEMPLATE.sub("", operation.path)), operation))
    return min(found, key=lambda item: item[0])[1] if found else None


__all__ = ["METHODS", "Found", "Operation", "ReviewError", "compare", "operation_of", "operations"]
