"""Two documents laid side by side: the pairs of schemas and operations that correspond, written for the engine.

The engine compares trees by name and index. So both documents are walked in step from their operations; each pair
of schemas that stand at the same place becomes one component of the same name in two aligned documents, one level
deep, with a synthetic operation of its own so that its direction (request or response) is known. Renamed or inlined
schemas, reordered unions and parameters, and inherited security or servers come out equal there. Every written part
keeps the spot of the document it came from.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

from .schema import ANYTHING, SCALARS, Direction, Meaning, Node, Reader, View
from .source import Document, Pointer, Spot

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_IGNORED_HEADERS: Final = frozenset({"accept", "content-type", "authorization"})
_TEMPLATE: Final = re.compile(r"\{[^}/]+\}")
_STYLE: Final = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
_OPERATION_NOTES: Final = ("summary", "description", "operationId", "deprecated", "externalDocs", "tags")


class Step(NamedTuple):
    """How a schema is reached: from another pair, or (`None`) from an operation."""

    parent: str | None
    operation: str
    label: str


@dataclass
class Pair:
    """Two schemas at the same place, or one alternative of each."""

    id: str
    direction: Direction
    base: Meaning
    revision: Meaning
    steps: list[Step] = field(default_factory=list)
    views: tuple[View, View] | None = None
    nodes: tuple[Node, Node] = (ANYTHING, ANYTHING)


@dataclass
class Written:
    """A document for the engine, and where each of its parts came from."""

    document: dict[str, Any]
    origin: dict[Pointer, Spot] = field(default_factory=dict)

    def source(self, pointer: Pointer) -> Spot | None:
        """Return the spot of the nearest written part at or above a pointer."""
        for length in range(len(pointer), -1, -1):
            if spot := self.origin.get(pointer[:length]):
                return spot
        return None


@dataclass
class Aligned:
    """The two written documents and what the pairs in them are."""

    base: Written
    revision: Written
    pairs: dict[str, Pair]
    operations: dict[tuple[str, str], str]
    renamed_parameters: list[tuple[str, str, str, Spot]]

    def places(self, pair_id: str) -> list[tuple[str, str]]:
        """Return each operation that reaches a pair, with the shortest path to it there."""
        found: dict[str, str] = {}
        todo = deque([(pair_id, "")])
        seen = {pair_id}
        while todo:
            current, below = todo.popleft()
            for step in self.pairs[current].steps:
                path = step.label + below
                if step.parent is None:
                    known = found.get(step.operation)
                    if known is None or len(path) < len(known):
                        found[step.operation] = path
                elif step.parent not in seen:
                    seen.add(step.parent)
                    todo.append((step.parent, path))
        return [(operation, path.replace(" .", " ").replace(" []", " []")) for operation, path in found.items()]


def align(base: Document, revision: Document) -> Aligned:
    """Walk two documents in step.

    Raises:
        ReviewError: a `$ref` in one of them does not resolve.
    """
    return _Walk(base, revision).run()


@dataclass
class _Side:
    document: Document
    reader: Reader = field(default_factory=Reader)
    written: Written = field(default_factory=lambda: Written({}))

    def put(self, pointer: Pointer, value: Any, spot: Spot | None) -> None:
        """Write a value at a pointer of the aligned document."""
        target = self.written.document
        for part in pointer[:-1]:
            target = target.setdefault(part, {})
        target[pointer[-1]] = value
        if spot is not None:
            self.written.origin[pointer] = spot


@dataclass
class _Operation:
    path: str
    method: str
    spot: Spot
    shared: Spot

    @property
    def label(self) -> str:
        return f"{self.method.upper()} {self.path}"


class _Walk:
    def __init__(self, base: Document, revision: Document) -> None:
        self.sides = (_Side(base), _Side(revision))
        self.pairs: dict[str, Pair] = {}
        self.ids: dict[tuple[Node, Node, Direction], str] = {}
        self.todo: deque[Pair] = deque()
        self.operations: dict[tuple[str, str], str] = {}
        self.renamed: list[tuple[str, str, str, Spot]] = []

    def run(self) -> Aligned:
        for side in self.sides:
            info = side.document.value.get("info") or {}
            side.written.origin[()] = Spot(side.document, ())
            side.put(("openapi",), "3.1.0", Spot(side.document, ("openapi",)))
            side.put(("info",), {"title": str(info.get("title")), "version": "0"}, Spot(side.document, ("info",)))
            side.put(("paths",), {}, Spot(side.document, ("paths",)))
            side.put(("components",), {"schemas": {}, "securitySchemes": {}}, Spot(side.document, ("components",)))
        self._servers()
        self._items("paths", "request")
        self._items("webhooks", "response")
        self._security_schemes()
        while self.todo:
            self._write_pair(self.todo.popleft())
        for pair in self.pairs.values():
            self._synthetic(pair)
        base, revision = (side.written for side in self.sides)
        return Aligned(base, revision, self.pairs, self.operations, self.renamed)

    # Operations.

    def _items(self, root: Literal["paths", "webhooks"], inbound: Direction) -> None:
        here = [dict(_operations(Spot(side.document, (root,)), root)) for side in self.sides]
        if root == "webhooks" and not any(here):
            return
        for side in self.sides:
            if root == "webhooks":
                side.put((root,), {}, None)
        for key in dict.fromkeys([*here[0], *here[1]]):
            base, revision = here[0].get(key), here[1].get(key)
            self._operation((root, key[0], key[1]), base, revision, inbound)

    def _operation(
        self, at: Pointer, base: _Operation | None, revision: _Operation | None, inbound: Direction, inside: str = ""
    ) -> None:
        shown = revision or base
        assert shown is not None
        label = f"{inside} callback {shown.label}" if inside else shown.label
        if not inside:
            self.operations[at[-2], at[-1]] = label
        both = base is not None and revision is not None
        for side, operation in zip(self.sides, (base, revision), strict=True):
            if operation is None:
                continue
            side.put(at, {}, operation.spot)
            side.written.origin.setdefault(at[:-1], Spot(operation.spot.document, operation.spot.pointer[:-1]))
            for key, spot in operation.spot.entries():
                if key in _OPERATION_NOTES or key.startswith("x-"):
                    side.put((*at, key), _note(key, spot.value), spot)
        if both:
            assert base is not None and revision is not None
            self._operation_servers(at, base, revision)
            self._security(at, base, revision)
            self._parameters(at, label, base, revision, inbound)
            self._bodies(at, label, base, revision, inbound)
            self._responses(at, label, base, revision, _flipped(inbound))
            self._callbacks(at, label, base, revision, inbound)
        else:
            side = self.sides[0] if base else self.sides[1]
            side.put((*at, "responses"), {}, None)

    def _parameters(self, at: Pointer, label: str, base: _Operation, revision: _Operation, inbound: Direction) -> None:
        here = [_parameters_of(operation) for operation in (base, revision)]
        names = [_TEMPLATE.findall(operation.path) for operation in (base, revision)]
        for index, (old, new) in enumerate(zip(*names, strict=False)):
            if old != new and (spot := here[1].get(("path", f"p{index}"))):
                self.renamed.append((label, old[1:-1], new[1:-1], spot))
        for key in sorted(here[0] | here[1]):
            self._parameter(at, label, key, (here[0].get(key), here[1].get(key)), inbound)

    def _parameter(
        self, at: Pointer, label: str, key: tuple[str, str], spots: tuple[Spot | None, Spot | None], inbound: Direction
    ) -> None:
        """Write a parameter on an operation of its own: the engine would pair those of one list by their likeness."""
        where = ("paths" if inbound == "request" else "webhooks", f"/-parameter/{len(self.operations)}", "get")
        self.operations[where[1], where[2]] = label
        # Exploding is about the parts of a value; a scalar has none.
        meanings = [side.reader.read(_schema_of(spot)) for side, spot in zip(self.sides, spots, strict=True)]
        scalar = all(view.type in SCALARS for meaning in meanings for view in meaning.alternatives)
        reference: dict[str, Any] = {}
        if spots[0] and spots[1]:
            step = Step(None, label, f"{key[0]} {spots[1].value.get('name')}")
            reference = self._reference((_schema_of(spots[0]), _schema_of(spots[1])), inbound, step)
        for side, spot in zip(self.sides, spots, strict=True):
            side.put(where, {"responses": {}, "parameters": []}, side.written.origin[at])
            if spot is None:
                continue
            value = spot.value
            written: dict[str, Any] = {"name": key[1], "in": key[0], "schema": reference}
            if value.get("required") is True or key[0] == "path":
                written["required"] = True
            default_style = _STYLE.get(key[0], "form")
            style = value.get("style", default_style)
            if style != default_style:
                written["style"] = style
            if value.get("explode", style == "form") is not (style == "form") and not scalar:
                written["explode"] = value.get("explode")
            for flag in ("allowReserved", "allowEmptyValue", "deprecated"):
                if value.get(flag) is True:
                    written[flag] = True
            for note, item in value.items():
                if note in ("description", "example", "examples") or note.startswith("x-"):
                    written[_note_key(note)] = _note(note, item)
            place: Pointer = (*where, "parameters", "0")
            side.put((*where, "parameters"), [written], None)
            if spots[0] and spots[1]:
                # Two that only share their name would not be paired; two components of one name are.
                place = ("components", "parameters", where[1][1:])
                side.put(
                    (*where, "parameters"),
                    [{"$ref": f"#/components/parameters/{where[1][1:].replace('/', '~1')}"}],
                    None,
                )
                side.put(place, written, spot)
            side.written.origin[place] = spot
            for name in written:
                side.written.origin[(*place, name)] = spot.child(name.removeprefix("x-note-"))

    def _bodies(self, at: Pointer, label: str, base: _Operation, revision: _Operation, inbound: Direction) -> None:
        spots = [_resolved_child(operation.spot, "requestBody") for operation in (base, revision)]
        for side, spot in zip(self.sides, spots, strict=True):
            if spot is None:
                continue
            side.put((*at, "requestBody"), {"content": {}}, spot)
            if spot.value.get("required") is True:
                side.put((*at, "requestBody", "required"), True, spot.child("required"))
            if "description" in spot.value:
                side.put((*at, "requestBody", "description"), spot.value["description"], spot.child("description"))
        self._content((*at, "requestBody"), label, "body", spots, inbound)

    def _responses(self, at: Pointer, label: str, base: _Operation, revision: _Operation, outbound: Direction) -> None:
        here: list[dict[str, Spot]] = []
        for operation in (base, revision):
            found = operation.spot.child("responses").entries() if _has(operation.spot, "responses") else ()
            codes = {code if code == "default" else code.upper(): spot for code, spot in found}
            here.append({code: spot.object("a response") for code, spot in codes.items() if not code.startswith("X-")})
        for side, codes in zip(self.sides, here, strict=True):
            side.put((*at, "responses"), {}, None)
            for code, spot in codes.items():
                side.put(
                    (*at, "responses", code),
                    {"description": str(spot.value.get("description", "")), "headers": {}, "content": {}},
                    spot,
                )
                side.written.origin[(*at, "responses", code, "description")] = spot.child("description")
                for key, note in spot.entries():
                    if key == "links" or key.startswith("x-"):
                        side.put((*at, "responses", code, f"x-note-{key}"), _note(key, note.value), note)
        for code in [code for code in here[0] if code in here[1]]:
            where = (*at, "responses", code)
            spots: list[Spot | None] = [here[0][code], here[1][code]]
            self._headers(where, label, code, spots, outbound)
            self._content(where, label, code, spots, outbound)

    def _headers(self, at: Pointer, label: str, code: str, spots: list[Spot | None], outbound: Direction) -> None:
        here = [
            {
                name.lower(): header.object("a header")
                for name, header in (spot.child("headers").entries() if _has(spot, "headers") and spot else ())
            }
            for spot in spots
        ]
        for name in dict.fromkeys([*here[0], *here[1]]):
            headers = [found.get(name) for found in here]
            reference: dict[str, Any] = {}
            if headers[0] and headers[1]:
                schemas = [_schema_of(header) for header in headers]
                reference = self._reference(
                    (schemas[0], schemas[1]), outbound, Step(None, label, f"{code} header {name}")
                )
            for side, header in zip(self.sides, headers, strict=True):
                if header is None:
                    continue
                where = (*at, "headers", name)
                side.put(where, {"schema": dict(reference)}, header)
                for key, spot in header.entries():
                    if (key == "required" and spot.value is True) or key in ("description", "deprecated"):
                        side.put((*where, key), spot.value, spot)

    def _content(self, at: Pointer, label: str, place: str, spots: list[Spot | None], direction: Direction) -> None:
        here = [
            {
                _media_key(name): media
                for name, media in (spot.child("content").entries() if spot and _has(spot, "content") else ())
            }
            for spot in spots
        ]
        _cover(here, direction)
        for name in dict.fromkeys([*here[0], *here[1]]):
            medias = [found.get(name) for found in here]
            reference: dict[str, Any] = {}
            if medias[0] and medias[1]:
                json_like = name == "application/json" or len(here[0]) == len(here[1]) == 1
                where = place if json_like else f"{place} {name}"
                schemas = [_schema_of(media) for media in medias]
                reference = self._reference((schemas[0], schemas[1]), direction, Step(None, label, f"{where} "))
            for side, media in zip(self.sides, medias, strict=True):
                if media is not None:
                    side.put((*at, "content", name), {"schema": dict(reference)}, media)
                    for key, spot in media.entries():
                        if key == "encoding" or key.startswith("x-"):
                            side.put((*at, "content", name, f"x-note-{key}"), _note(key, spot.value), spot)
                    side.written.origin[(*at, "content", name, "schema")] = media.child("schema")

    def _callbacks(self, at: Pointer, label: str, base: _Operation, revision: _Operation, inbound: Direction) -> None:
        here: list[dict[tuple[str, str, str], _Operation]] = []
        for operation in (base, revision):
            found: dict[tuple[str, str, str], _Operation] = {}
            if _has(operation.spot, "callbacks"):
                for name, callback in operation.spot.child("callbacks").entries():
                    for (path, method), inner in _operations(callback.object("a callback"), "callbacks"):
                        found[name, path, method] = inner
            here.append(found)
        for key in dict.fromkeys([*here[0], *here[1]]):
            self._operation((*at, "callbacks", *key), here[0].get(key), here[1].get(key), _flipped(inbound), label)

    # Security and servers, as they hold for each operation.

    def _security(self, at: Pointer, base: _Operation, revision: _Operation) -> None:
        found = []
        for side, operation in zip(self.sides, (base, revision), strict=True):
            owner = operation.spot if _has(operation.spot, "security") else Spot(side.document, ())
            requirements = [item.object("a security requirement").value for item in owner.listed("security")]
            found.append((requirements, owner.child("security")))
        texts = [{json.dumps(item, sort_keys=True): item for item in items} for items, _ in found]
        order = [text for text in texts[0] if text in texts[1]]
        for side, (_, spot), mine in zip(self.sides, found, texts, strict=True):
            ordered = [mine[text] for text in [*order, *(text for text in mine if text not in order)]]
            names = [{self._scheme_name(side, str(key)): scopes for key, scopes in item.items()} for item in ordered]
            side.put((*at, "security"), names, spot)

    def _scheme_name(self, side: _Side, name: str) -> str:
        """Return the revision's name for a base scheme that was only renamed."""
        if side is self.sides[1]:
            return name
        schemes = [(found.document.value.get("components") or {}).get("securitySchemes") or {} for found in self.sides]
        if name in schemes[1] or name not in schemes[0]:
            return name
        alike = (key for key, value in schemes[1].items() if value == schemes[0][name] and key not in schemes[0])
        return next(alike, name)

    def _security_schemes(self) -> None:
        for side in self.sides:
            used = set(re.findall(r'"([^"]+)": \[', json.dumps(_securities(side.written.document))))
            all_schemes = Spot(side.document, ("components", "securitySchemes"))
            if not _has(Spot(side.document, ("components",)), "securitySchemes"):
                continue
            for name, spot in all_schemes.entries():
                shown = self._scheme_name(side, name)
                if shown in used:
                    resolved = spot.object("a security scheme")
                    at = ("components", "securitySchemes", shown)
                    side.put(at, {}, resolved)
                    for key, item in resolved.entries():
                        side.put((*at, key), item.value, item)

    def _servers(self) -> None:
        lists = [
            _servers_of(side.document.value.get("servers"), Spot(side.document, ("servers",))) for side in self.sides
        ]
        self._write_servers(("servers",), lists)

    def _operation_servers(self, at: Pointer, base: _Operation, revision: _Operation) -> None:
        lists, any_own = [], False
        for side, operation in zip(self.sides, (base, revision), strict=True):
            own = next((spot for spot in (operation.spot, operation.shared) if spot.value.get("servers")), None)
            any_own = any_own or own is not None
            at_root = Spot(side.document, ("servers",))
            value, spot = (own.value["servers"], own.child("servers")) if own else (None, at_root)
            lists.append(_servers_of(value if own else side.document.value.get("servers"), spot))
        if any_own:
            self._write_servers((*at, "servers"), lists)

    def _write_servers(self, at: Pointer, lists: list[dict[str, tuple[Any, Spot]]]) -> None:
        order = [url for url in lists[0] if url in lists[1]]
        for side, found in zip(self.sides, lists, strict=True):
            urls = [*order, *(url for url in found if url not in order)]
            servers = []
            for index, url in enumerate(urls):
                value, spot = found[url]
                side.written.origin[(*at, str(index))] = spot
                servers.append({**{key: item for key, item in value.items() if not key.startswith("x-")}, "url": url})
            side.put(at, servers, None)

    # Schemas.

    def _reference(self, nodes: tuple[Node, Node], direction: Direction, step: Step) -> dict[str, Any]:
        """Return a `$ref` to the component of a pair, making it when it is met first."""
        nodes = (_target(nodes[0]), _target(nodes[1]))
        key = (*nodes, direction)
        if key not in self.ids:
            self.ids[key] = f"S{len(self.ids) + 1}"
            meanings = [side.reader.read(node) for side, node in zip(self.sides, nodes, strict=True)]
            pair = Pair(self.ids[key], direction, meanings[0], meanings[1], nodes=nodes)
            self.pairs[pair.id] = pair
            self.todo.append(pair)
        pair = self.pairs[self.ids[key]]
        if step not in pair.steps:
            pair.steps.append(step)
        return {"$ref": f"#/components/schemas/{pair.id}"}

    def _write_pair(self, pair: Pair) -> None:
        meanings = (pair.base, pair.revision)
        at = ("components", "schemas", pair.id)
        if all(len(meaning.alternatives) <= 1 for meaning in meanings):
            views = tuple(meaning.alternatives[0] if meaning.alternatives else None for meaning in meanings)
            nulls = (pair.base.null, pair.revision.null)
            self._write_views(pair.id, pair.direction, (views[0], views[1]), nulls, top=pair)
        else:
            self._write_union(pair, at)
        for side, meaning in zip(self.sides, meanings, strict=True):
            home = meaning.alternatives[0].home if len(meaning.alternatives) == 1 else None
            if (spot := home or meaning.spot) is not None:
                side.written.origin[at] = spot
            for key, word in meaning.notes.items():
                side.put((*at, _note_key(key)), _note(key, word.value), word.spot)
            if meaning.known:
                side.put((*at, "x-open-enum"), json.dumps(_sorted(list(meaning.known))), meaning.known_spot)

    def _write_union(self, pair: Pair, at: Pointer) -> None:
        matched, gone, new = _match(pair.base.alternatives, pair.revision.alternatives)
        lists: list[list[dict[str, Any]]] = [[], []]
        for index, (old, fresh) in enumerate(matched):
            member = f"{pair.id}m{index}"
            label = _member_label(fresh, matched)
            self._member(member, pair, (old, fresh), label)
            for items in lists:
                items.append({"$ref": f"#/components/schemas/{member}"})
        if pair.base.null and pair.revision.null:
            for items in lists:
                items.append({"type": "null"})
        self._write_members(at, lists, pair)
        gone_only = [*gone, *([View(type="null")] if pair.base.null and not pair.revision.null else [])]
        new_only = [*new, *([View(type="null")] if pair.revision.null and not pair.base.null else [])]
        # The engine compares members by index: what went and what came must not stand at the same one.
        if gone_only:
            self._extra_members(pair, at, lists, (gone_only, []), "" if not new_only else "gone")
        if new_only:
            self._extra_members(pair, at, lists, ([], new_only), "")

    def _extra_members(
        self,
        pair: Pair,
        at: Pointer,
        lists: list[list[dict[str, Any]]],
        views: tuple[list[View], list[View]],
        suffix: str,
    ) -> None:
        if suffix:
            at = ("components", "schemas", pair.id + suffix)
            self.pairs[pair.id + suffix] = Pair(pair.id + suffix, pair.direction, pair.base, pair.revision, pair.steps)
        full = [list(items) for items in lists]
        for side, items, extra in zip(self.sides, full, views, strict=True):
            for view in extra:
                if view.spot is not None:
                    side.written.origin[(*at, "anyOf", str(len(items)))] = view.spot
                items.append({"x-alternative": describe_view(view)})
        self._write_members(at, full, pair)

    def _write_members(self, at: Pointer, lists: list[list[dict[str, Any]]], pair: Pair) -> None:
        for side, items, meaning in zip(self.sides, lists, (pair.base, pair.revision), strict=True):
            # An empty member keeps a union a union, so that the engine compares its members.
            side.put((*at, "anyOf"), items or [{"x-alternative": "none"}], meaning.spot)

    def _member(self, name: str, pair: Pair, views: tuple[View, View], label: str) -> None:
        meanings = [
            Meaning([view], null=False, spot=view.spot or m.spot)
            for view, m in zip(views, (pair.base, pair.revision), strict=True)
        ]
        member = Pair(name, pair.direction, meanings[0], meanings[1], [Step(pair.id, "", label)])
        self.pairs[name] = member
        self._write_views(name, pair.direction, views, (False, False), top=member)
        for side, view, meaning in zip(self.sides, views, meanings, strict=True):
            if (spot := view.home or meaning.spot) is not None:
                side.written.origin["components", "schemas", name] = spot
            for key, word in view.notes.items():
                side.put(("components", "schemas", name, _note_key(key)), _note(key, word.value), word.spot)

    def _write_views(
        self,
        name: str,
        direction: Direction,
        views: tuple[View | None, View | None],
        nulls: tuple[bool, bool],
        top: Pair,
    ) -> None:
        at = ("components", "schemas", name)
        types = {view.type for view in views if view}
        for side, view, null in zip(self.sides, views, nulls, strict=True):
            side.put(at, {}, None)
            if view is None:
                if null:
                    side.put((*at, "type"), "null", None)
                else:  # No value at all: of the other side's type, none.
                    side.put((*at, "enum"), [], None)
                    if kind := next(iter(types), None):
                        side.put((*at, "type"), kind, None)
                continue
            if view.type:
                side.put((*at, "type"), [view.type, "null"] if null else view.type, None)
            for key, word in view.keywords.items():
                if key == "format" and len(types) > 1:
                    continue  # A format belongs to its type; that the type changed says it all.
                side.put((*at, key), _sorted(word.value) if key == "enum" else word.value, word.spot)
        full = (views[0] or View(), views[1] or View())
        if all(views):
            top.views = full
        self._write_named(at, "properties", direction, full, _property_label)
        self._write_named(at, "patternProperties", direction, full, lambda key: f".<{key}>")
        self._write_named(at, "dependentSchemas", direction, full, lambda key: f".<with {key}>")
        self._write_children(at, direction, full)
        for side, view in zip(self.sides, full, strict=True):
            required = sorted(key for key in view.required if not self._hidden(side, view, key, direction))
            if required:
                side.put((*at, "required"), required, view.required[required[0]])

    def _hidden(self, side: _Side, view: View, name: str, direction: Direction) -> bool:
        node = view.properties.get(name)
        return node is not None and side.reader.flag(node, "readOnly" if direction == "request" else "writeOnly")

    def _write_named(
        self,
        at: Pointer,
        keyword: Literal["properties", "patternProperties", "dependentSchemas"],
        direction: Direction,
        views: tuple[View, View],
        label: Any,
    ) -> None:
        maps = []
        for side, view in zip(self.sides, views, strict=True):
            nodes = {"properties": view.properties, "patternProperties": view.patterns}.get(keyword, view.dependents)
            if keyword == "properties":
                nodes = {key: node for key, node in nodes.items() if not self._hidden(side, view, key, direction)}
            maps.append(nodes)
        if any(maps):
            for side in self.sides:
                side.put((*at, keyword), {}, None)
        for key in dict.fromkeys([*maps[0], *maps[1]]):
            old, new = (found.get(key) for found in maps)
            written: dict[str, Any] = {"x-alternative": key}
            if old is not None and new is not None:
                written = self._reference((old, new), direction, Step(at[-1], "", label(key)))
            for side, node in zip(self.sides, (old, new), strict=True):
                if node is not None:
                    side.put((*at, keyword, key), dict(written), node.spots[0])

    def _write_children(self, at: Pointer, direction: Direction, views: tuple[View, View]) -> None:
        labels = {"items": "[]", "additionalProperties": ".*", "contains": "[]"}
        for key in dict.fromkeys([*views[0].children, *views[1].children]):
            nodes = [view.children.get(key) for view in views]
            written: Any = {"x-alternative": key}
            if isinstance(nodes[0], Node) and isinstance(nodes[1], Node):
                step = Step(at[-1], "", labels.get(key, f".<{key}>"))
                written = self._reference(
                    (nodes[0], nodes[1]), _flipped(direction) if key == "not" else direction, step
                )
                if key == "if":
                    self._reference((nodes[0], nodes[1]), _flipped(direction), step)
            for side, node in zip(self.sides, nodes, strict=True):
                if node is False:
                    side.put((*at, key), False, None)
                elif isinstance(node, Node):
                    side.put((*at, key), dict(written), node.spots[0])
        lengths = [len(view.prefix) for view in views]
        if any(lengths):
            refs = [
                self._reference((views[0].prefix[i], views[1].prefix[i]), direction, Step(at[-1], "", f"[{i}]"))
                for i in range(min(lengths))
            ]
            for side, view in zip(self.sides, views, strict=True):
                if view.prefix:
                    items = [dict(ref) for ref in refs] + [{} for _ in view.prefix[len(refs) :]]
                    side.put((*at, "prefixItems"), items, view.prefix[0].spots[0])

    def _synthetic(self, pair: Pair) -> None:
        """Give a pair an operation of its own, so that the engine knows its direction."""
        body = {"application/json": {"schema": {"$ref": f"#/components/schemas/{pair.id}"}}}
        for side in self.sides:
            if pair.direction == "request":
                operation: dict[str, Any] = {"requestBody": {"content": body}, "responses": {}}
                side.put(("paths", f"/-review/{pair.id}", "post"), operation, None)
            else:
                operation = {"responses": {"200": {"description": "", "content": body}}}
                side.put(("paths", f"/-review/{pair.id}", "get"), operation, None)


def _flipped(direction: Direction) -> Direction:
    return "response" if direction == "request" else "request"


def _target(node: Node) -> Node:
    """Return a node with references that say nothing more replaced by what they mean."""
    spots = [spot.resolved() if _only_reference(spot.value) else spot for spot in node.spots]
    return Node(tuple(dict.fromkeys(spots)))


def _only_reference(value: Any) -> bool:
    return isinstance(value, Mapping) and len(value) == 1 and "$ref" in value


def _has(spot: Spot | None, key: str | None = None) -> bool:
    if spot is None:
        return False
    try:
        value = spot.value
    except KeyError:
        return False
    return isinstance(value, Mapping) and (key is None or value.get(key) is not None)


def _resolved_child(spot: Spot, key: str) -> Spot | None:
    return spot.child(key).object(f"`{key}`") if _has(spot, key) else None


def _operations(root: Spot, kind: str) -> Iterator[tuple[tuple[str, str], _Operation]]:
    if not _has(root):
        return
    for path, item in root.entries():
        if path.startswith("x-"):
            continue
        shared = item.object("a path item")
        key = path
        if kind == "paths":
            for index, name in enumerate(_TEMPLATE.findall(path)):
                key = key.replace(name, f"{{p{index}}}", 1)
        for method, spot in shared.entries():
            if method in METHODS and isinstance(spot.value, Mapping):
                yield (key, method), _Operation(path, method, spot, shared)


def _parameters_of(operation: _Operation) -> dict[tuple[str, str], Spot]:
    """Return the parameters that hold for an operation, path parameters by their position."""
    positions = {name[1:-1]: f"p{index}" for index, name in enumerate(_TEMPLATE.findall(operation.path))}
    found: dict[tuple[str, str], Spot] = {}
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


def _schema_of(spot: Spot | None) -> Node:
    if spot is None:
        return ANYTHING
    value = spot.value
    if isinstance(value, Mapping) and "schema" in value:
        return Node((spot.child("schema"),))
    if isinstance(value, Mapping) and isinstance(value.get("content"), Mapping) and value["content"]:
        return _schema_of(spot.child("content", next(iter(value["content"]))))
    return ANYTHING


def _media_key(name: str) -> str:
    """Return a media type without what does not change how JSON is read: case, spaces, `charset=utf-8`."""
    kind, *parameters = [part.strip() for part in name.split(";")]
    kept = [part for part in parameters if part.replace(" ", "").lower().replace('"', "") != "charset=utf-8"]
    return ";".join([kind.lower(), *kept])


def _cover(here: list[dict[str, Spot]], direction: Direction) -> None:
    """Let a range (`*/*`) stand for a media type that it covers, where that breaks nobody."""
    exact, wide = (here[0], here[1]) if direction == "request" else (here[1], here[0])
    for name in [name for name in exact if name not in wide]:
        for pattern in (name.split("/")[0] + "/*", "*/*"):
            if pattern in wide and pattern not in exact:
                wide[name] = wide.pop(pattern)
                break


def _servers_of(value: Any, spot: Spot) -> dict[str, tuple[Any, Spot]]:
    found = {}
    for index, item in enumerate(value if isinstance(value, list) else []):
        if isinstance(item, Mapping):
            url = str(item.get("url", "/"))
            found[url.rstrip("/") or "/"] = (item, spot.child(str(index)))
    return found or {"/": ({"url": "/"}, spot)}


def _securities(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        found = [item for key, item in value.items() if key == "security"]
        return found + [inner for item in value.values() for inner in _securities(item)]
    if isinstance(value, list):
        return [inner for item in value for inner in _securities(item)]
    return []


def _note_key(key: str) -> str:
    # The engine reads these two as directions, and would follow a `$ref` inside an example.
    return f"x-note-{key}" if key in ("readOnly", "writeOnly", "example", "examples", "xml", "externalDocs") else key


def _note(key: str, value: Any) -> Any:
    return json.dumps(value, sort_keys=True) if isinstance(value, Mapping | list) and key != "tags" else value


def _sorted(values: list[Any]) -> list[Any]:
    return sorted(values, key=lambda item: json.dumps(item, sort_keys=True))


def _property_label(name: str) -> str:
    return f".{name}"


def constants(view: View) -> dict[str, Any]:
    """Return the properties of a view that can have one value only, with it: what tells variants apart."""
    found = {}
    for name, node in view.properties.items():
        for spot in node.spots:
            value = spot.resolved().value
            if isinstance(value, Mapping):
                enum = [value["const"]] if "const" in value else value.get("enum")
                if isinstance(enum, list) and len(enum) == 1:
                    found[name] = enum[0]
    return found


def describe_view(view: View) -> str:
    """Return a few words that name an alternative: its schema, its tag, its values or its type."""
    if view.name:
        return view.name
    tags = constants(view)
    if tags:
        return ", ".join(f"{name} {value!r}" for name, value in tags.items())
    if values := view.accepts_only():
        return ", ".join(json.dumps(value) for value in values)
    title = view.notes.get("title")
    return str(title.value) if title else (view.type or "anything")


def _member_label(view: View, matched: list[tuple[View, View]]) -> str:
    objects = [fresh for _, fresh in matched if fresh.type == view.type]
    if len(objects) < 2:
        return ""
    tags = [str(value) for value in constants(view).values()]
    return f"({tags[0] if tags else describe_view(view)})"


def _match(base: list[View], revision: list[View]) -> tuple[list[tuple[View, View]], list[View], list[View]]:
    """Find which alternatives correspond, the likeliest first."""
    scores = sorted(
        (
            (-score, i, j)
            for i, old in enumerate(base)
            for j, new in enumerate(revision)
            if (score := _likeness(old, new)) > 0
        ),
    )
    left, right = dict(enumerate(base)), dict(enumerate(revision))
    matched = []
    for _, i, j in scores:
        if i in left and j in right:
            matched.append((i, left.pop(i), right.pop(j)))
    for kind in {view.type for view in left.values()}:
        alone = [[key for key, view in side.items() if view.type == kind] for side in (left, right)]
        if len(alone[0]) == len(alone[1]) == 1 and not _told_apart(left[alone[0][0]], right[alone[1][0]]):
            matched.append((alone[0][0], left.pop(alone[0][0]), right.pop(alone[1][0])))
    matched.sort(key=lambda item: item[0])
    return [(old, new) for _, old, new in matched], list(left.values()), list(right.values())


def _told_apart(old: View, new: View) -> bool:
    tags = constants(old), constants(new)
    return any(tags[0][name] != tags[1][name] for name in tags[0] if name in tags[1])


def _likeness(old: View, new: View) -> float:
    if old.type != new.type and {old.type, new.type} != {"integer", "number"}:
        return 0
    tags = constants(old), constants(new)
    shared = [name for name in tags[0] if name in tags[1]]
    if shared:
        agree = all(tags[0][name] == tags[1][name] for name in shared)
        return 50 + len(old.properties.keys() & new.properties.keys()) if agree else 0
    score = 0.5 if old.type == new.type else 0.1
    if old.name and old.name == new.name:
        score += 40
    if old.type == "object" and (old.properties or new.properties):
        union, both = old.properties.keys() | new.properties.keys(), old.properties.keys() & new.properties.keys()
        score = score + 10 * len(both) / len(union) if both or score > 1 else 0
    values = old.accepts_only(), new.accepts_only()
    if values[0] and values[1]:
        score += len({json.dumps(v) for v in values[0]} & {json.dumps(v) for v in values[1]})
    words = [{k: w.value for k, w in view.keywords.items()} for view in (old, new)]
    return score + (5 if words[0] == words[1] else 0)
