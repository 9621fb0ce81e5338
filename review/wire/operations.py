"""Read the operations of a document, each with what its path item, the root or a `$ref` says of it.

A webhook or a callback is an operation that the server calls: its callers read the request and send the response.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final, TypeAlias

from generator.spec import openapi

from ..findings import Location
from ..rules import Direction, Rule
from ..source import Document, Spot
from .align import Pairs, Text
from .changes import STABILITY, Change
from .meaning import ANYTHING, Node

METHODS: Final = (*openapi.METHODS, "query")  # which OpenAPI 3.2 adds
TEMPLATE: Final = re.compile(r"\{[^}/]+\}")
# Levels at which an operation may change at any time.
UNSTABLE: Final = ("draft", "alpha")

Spots: TypeAlias = tuple[Spot, Spot]
# A path, its parameters numbered, and a method.
Key: TypeAlias = tuple[str, str]


@dataclass(frozen=True)
class Operation:
    """An operation of a document. `method` is lower case, except in `additionalOperations`."""

    path: str
    method: str
    spot: Spot
    shared: Spot

    @property
    def label(self) -> str:
        """The name of the operation in reports: `GET /books`."""
        return f"{self.method.upper()} {self.path}"

    @property
    def tags(self) -> list[str]:
        """The tags of the operation."""
        tags = self.spot.value.get("tags")
        return [str(tag) for tag in tags] if isinstance(tags, list) else []

    @property
    def is_unstable(self) -> bool:
        """Whether the operation may change at any time: `x-stability-level` is `draft` or `alpha`."""
        return self.spot.value.get(STABILITY, self.shared.value.get(STABILITY)) in UNSTABLE


@dataclass(frozen=True)
class Both:
    """Two corresponding operations, and what their comparison needs."""

    pairs: Pairs
    old: Operation
    new: Operation
    inbound: Direction
    label: str

    @property
    def outbound(self) -> Direction:
        """The direction of the response."""
        return "response" if self.inbound == "request" else "request"

    @property
    def spots(self) -> Spots:
        """The spots of both operations."""
        return self.old.spot, self.new.spot

    def place(self, change: Change, direction: Direction | None = None, location: Location | None = None) -> Change:
        """Return a change as one of this operation, by default of what is sent."""
        return change._replace(operations=(self.label,), direction=direction or self.inbound, location=location)


def operations(root: Spot, *, templated: bool = True) -> Iterator[tuple[Key, Operation]]:
    """Yield the operations under `paths`, `webhooks` or a callback, by method and path with numbered parameters."""
    for path, item in root.entries():
        if path.startswith("x-"):
            continue
        shared = item.object("a path item")
        key = numbered(path) if templated else path
        methods = [(method, spot) for method, spot in shared.entries() if method in METHODS]
        if "additionalOperations" in shared.value:
            methods += shared.child("additionalOperations").entries()
        for method, spot in methods:
            if isinstance(spot.value, Mapping):
                # No version of OpenAPI allows a `$ref` here, but documents of many files have one.
                yield (key, method), Operation(path, method, spot.object("an operation"), shared)


def numbered(path: str) -> str:
    """Return a path with numbers for the names of its parameters, since their position identifies them."""
    for index, name in enumerate(TEMPLATE.findall(path)):
        path = path.replace(name, f"{{p{index}}}", 1)
    return path


@dataclass(frozen=True)
class Scope:
    """The operations that the settings select: all, by default.

    Attributes:
        strip: What is taken from the beginning of paths before they are compared, on both sides.
        paths: Patterns of the paths to look at, such as `/chat/*`.
        tags: The tags of the operations to look at.
    """

    strip: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def operations(self, root: Spot) -> dict[Key, Operation]:
        """Return the selected operations of `paths`."""
        found: dict[Key, list[Operation]] = {}
        prefixes = [item.rstrip("/") for item in self.strip]
        for (_, method), operation in operations(root):
            path = operation.path
            is_there = not self.paths or any(fnmatchcase(path, pattern) for pattern in self.paths)
            if is_there and (not self.tags or not set(self.tags).isdisjoint(operation.tags)):
                prefix = next((item for item in prefixes if path.startswith(f"{item}/")), "")
                found.setdefault((numbered(path.removeprefix(prefix)), method), []).append(operation)
        # Some documents have the same address several times, with other names of its parameters.
        return {
            key if index == 0 else (operation.path, key[1]): operation
            for key, several in found.items()
            for index, operation in enumerate(several)
        }


def operation_of(document: Document, method: str, path: str) -> Operation | None:
    """Return the operation of a request by its method and path; of several, the one with the longest literal path."""
    found: list[tuple[int, Operation]] = []
    for (_, known), operation in operations(document.root.child("paths")):
        pattern = re.sub(r"\\\{[^/]+?\\\}", "[^/]+", re.escape(operation.path))
        if known.lower() == method.lower() and re.search(rf"{pattern}/?$", path):
            found.append((-len(TEMPLATE.sub("", operation.path)), operation))
    return min(found, key=lambda item: item[0])[1] if found else None


# Helpers to read operations.


def entries(spot: Spot, key: str) -> Iterator[tuple[str, Spot]]:
    """Yield the entries of a mapping inside a mapping."""
    yield from spot.child(key).entries()


def child_object(spot: Spot, key: str, what: str) -> Spot | None:
    """Return a mapping inside a mapping, with its `$ref` followed; None if there is none."""
    return spot.child(key).object(what) if spot.value.get(key) is not None else None


def schema_of(spot: Spot, keyword: str = "schema") -> Node:
    """Return the schema of a media type, or of a parameter or header, from `schema` or `content`."""
    if keyword in spot.value:
        return Node((spot.child(keyword),))
    for _, media in entries(spot, "content"):
        return schema_of(media.object("a media type"))
    return ANYTHING


def media_key(name: str) -> str:
    """Return a media type in lower case, with sorted parameters, without spaces and `charset=utf-8`."""
    kind, *parameters = [part.strip() for part in name.split(";")]
    kept = [part for part in parameters if part.replace(" ", "").lower().replace('"', "") != "charset=utf-8"]
    return ";".join([kind.lower(), *sorted(kept)])


def text_in(media: str) -> Text:
    """Return how values are written in a media type: as text in forms, XML and plain text."""
    kind = media.split(";")[0]
    if kind in ("text/event-stream", "text/json"):
        return ""  # The data of an event is JSON.
    if kind in ("application/xml", "text/xml") or kind.endswith("+xml"):
        return "xml"
    if kind == "application/x-www-form-urlencoded":
        return "fields"
    return "parts" if kind == "multipart/form-data" else "text" if kind.startswith("text/") else ""


def headers_of(spot: Spot) -> dict[str, Spot]:
    """Return the headers of a response or of a part of a form, by their names in lower case."""
    return {
        name.lower(): header.object("a header")
        for name, header in entries(spot, "headers")
        if name.lower() != "content-type"
    }


def is_on(spot: Spot, flag: str) -> bool:
    """Return whether a flag is set."""
    return spot.value.get(flag) is True


def flag(spots: Spots, name: str, now: tuple[Rule, str], no_longer: tuple[Rule, str]) -> Iterator[Change]:
    """Yield, with a rule and a text, that a flag is set now, or that it no longer is."""
    if is_on(spots[0], name) != is_on(spots[1], name):
        rule, text = now if is_on(spots[1], name) else no_longer
        yield Change(rule, text, spots[0].child(name), spots[1].child(name), name)


def written(value: Mapping[str, Any], name: str, place: str) -> Any:
    """Return `style`, `explode` or `allowReserved` of a parameter or part of a form, or the default."""
    style = value.get("style", "form" if place in ("query", "cookie") else "simple")
    defaults = {"style": style, "explode": style in ("form", "cookie"), "allowReserved": False}
    return value.get(name, defaults[name])
