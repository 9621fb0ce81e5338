"""Judge bodies by the OpenAPI document, with a validator that shares no code with the generated client."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})

# Parts of a schema's place that say how it is written, not what it describes.
_COMPOSITION = re.compile(r"/(?:allOf|anyOf|oneOf)/\d+")


@dataclass(frozen=True)
class Violation:
    """Where a body and the document disagree."""

    path: str
    schema: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message} (by {self.schema})"


@dataclass
class Sightings:
    """The properties seen in bodies: declared ones by their place in the document, undeclared ones by name."""

    declared: Counter[str] = field(default_factory=Counter)
    null: Counter[str] = field(default_factory=Counter)
    undeclared: dict[str, list[Any]] = field(default_factory=dict)


class Spec:
    """An OpenAPI 3.1 document."""

    def __init__(self, path: Path) -> None:
        """Read the document."""
        self.name = path.name
        self.document: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
        resource = DRAFT202012.create_resource(self.document)
        self._registry: Registry[Any] = Registry().with_resource("urn:spec", resource)
        # A long body asks for the same places again and again.
        self._validator = cache(self._make_validator)
        self.at = cache(self._find)
        self.resolve = cache(self._follow)

    def _find(self, pointer: str) -> Any:
        """Return the value at a JSON pointer."""
        value: Any = self.document
        for step in pointer.removeprefix("#").split("/")[1:]:
            key = step.replace("~1", "/").replace("~0", "~")
            value = value[int(key)] if isinstance(value, list) else value[key]
        return value

    def _follow(self, pointer: str) -> str:
        """Return the pointer that a reference at a pointer leads to, or the pointer itself if there is none."""
        while isinstance(target := self.at(pointer), dict) and "$ref" in target:
            pointer = target["$ref"]
        return pointer

    @cached_property
    def responses(self) -> dict[tuple[str, str, str], str]:
        """The schema of each JSON response: method, path template and status give a pointer."""
        found = {}
        for path, item in self.document["paths"].items():
            for method in sorted(METHODS & item.keys()):
                operation = f"#/paths/{_escape(path)}/{method}"
                for status in item[method]["responses"]:
                    content = self.resolve(f"{operation}/responses/{status}") + "/content"
                    for media_type in self.at(content.removesuffix("/content")).get("content", {}):
                        if "json" in media_type:
                            pointer = self.resolve(f"{content}/{_escape(media_type)}/schema")
                            found[method, path, str(status)] = pointer
        return found

    def operations(self, url: str) -> list[tuple[str, str]]:
        """Return the operations whose path a URL ends with, as method and path template; the plainest path first."""
        path = urlsplit(url).path
        found = {key[:2] for key in self.responses if _pattern(key[1]).search(path)}
        return sorted(found, key=lambda operation: (operation[1].count("{"), operation))

    def response_schema(self, method: str, url: str, status: int) -> str | None:
        """Return the pointer to the schema that is declared for a response, or None if there is none."""
        operations = self.operations(url)
        # Any error of a known path is bound by what the document says of errors, for any method.
        asked = [operation for operation in operations if operation[0] == method.lower()]
        for operation in asked or (operations if status >= 400 else []):
            for key in (str(status), f"{status // 100}XX", "default"):
                if (*operation, key) in self.responses:
                    return self.responses[(*operation, key)]
        return None

    def guess_schema(self, body: Any) -> str | None:
        """Return the pointer to the response schema that a body of unknown origin fits best."""
        if not isinstance(body, dict):
            return None
        shared = {root: len(self._properties(root).keys() & body.keys()) for root in self.responses.values()}
        candidates = [root for root, count in shared.items() if count and self._has_required(root, body)]
        candidates = [root for root in candidates if self._may_mean(root, body)] or candidates
        if len(candidates) > 1:
            candidates = [root for root in candidates if self._validator(root).is_valid(body)] or candidates
        return max(candidates, key=shared.__getitem__, default=None)

    def violations(self, body: Any, pointer: str) -> list[Violation]:
        """Return everything in a body that the schema at a pointer does not allow."""
        return [self._violation(pointer, error) for error in self._validator(pointer).iter_errors(body)]

    def sightings(self, body: Any, pointer: str, seen: Sightings) -> None:
        """Note each property of a body, at any depth, as declared or undeclared by the schema at a pointer."""
        self._visit(body, [pointer], self.label(pointer), seen)

    @cached_property
    def declared(self) -> list[str]:
        """The pointers to all the properties that responses may hold, in the document's order."""
        found: dict[str, None] = {}
        waiting = [self.resolve(pointer) for pointer in self.responses.values()]
        visited = set()
        while waiting:
            pointer = waiting.pop(0)
            if pointer in visited:
                continue
            visited.add(pointer)
            schema = self.at(pointer)
            for name in schema.get("properties", {}):
                found[f"{pointer}/properties/{_escape(name)}"] = None
            waiting += [self.resolve(child) for child in _children(pointer, schema)]
        return sorted(found, key=self._order.__getitem__)

    def label(self, pointer: str) -> str:
        """Return a short name for a place in the document: its schema, and the property in it."""
        short = _COMPOSITION.sub("", pointer).removeprefix("#/components/schemas/")
        return short.replace("/properties/", ".").replace("/items", "[]").replace("/additionalProperties", "{}")

    @cached_property
    def _order(self) -> dict[str, int]:
        return {pointer: number for number, pointer in enumerate(_walk("#", self.document))}

    def _make_validator(self, pointer: str) -> Draft202012Validator:
        return Draft202012Validator({"$ref": f"urn:spec{pointer}"}, registry=self._registry)

    def _violation(self, root: str, error: ValidationError) -> Violation:
        """Name the innermost disagreement; a union's own says only that nothing fitted."""
        cause = best_match([error]) or error
        place = root
        for step in cause.absolute_schema_path:
            place = f"{self.resolve(place)}/{_escape(str(step))}"
        return Violation(cause.json_path, f"{self.name}{place}", shortened(cause.message, 200))

    def _branches(self, pointer: str, body: Any) -> Iterator[str]:
        """Yield the schemas that apply to a body: a reference's target, all of `allOf`, what fits of the other two."""
        pointer = self.resolve(pointer)
        yield pointer
        schema = self.at(pointer)
        for number in range(len(schema.get("allOf", ()))):
            yield from self._branches(f"{pointer}/allOf/{number}", body)
        for choice in ("anyOf", "oneOf"):
            options = [f"{pointer}/{choice}/{number}" for number in range(len(schema.get(choice, ())))]
            options = [option for option in options if self._may_mean(option, body)]
            if len(options) > 1:
                options = [option for option in options if self._validator(option).is_valid(body)] or options
            for option in options:
                yield from self._branches(option, body)

    def _has_required(self, pointer: str, body: dict[str, Any]) -> bool:
        """Return whether a body has a property that its schema requires: other things too have, say, `metadata`."""
        required = self.at(pointer).get("required", [])
        return not required or any(name in body for name in required)

    def _may_mean(self, pointer: str, body: Any) -> bool:
        """Return whether a body is meant to be an instance of a schema: it has its type and its constants."""
        types = self.at(self.resolve(pointer)).get("type", [])
        is_type = Draft202012Validator.TYPE_CHECKER.is_type
        if types and not any(is_type(body, name) for name in ([types] if isinstance(types, str) else types)):
            return False
        properties = self._properties(pointer) if isinstance(body, dict) else {}
        return all(body.get(name) == schema["const"] for name, schema in properties.items() if "const" in schema)

    def _properties(self, pointer: str) -> dict[str, Any]:
        """Return the properties that a schema declares itself."""
        properties: dict[str, Any] = self.at(self.resolve(pointer)).get("properties", {})
        return properties

    def _visit(self, body: Any, pointers: list[str], label: str, seen: Sightings) -> None:
        branches = list(dict.fromkeys(branch for pointer in pointers for branch in self._branches(pointer, body)))
        if isinstance(body, list):
            items = [f"{branch}/items" for branch in branches if "items" in self.at(branch)]
            for item in body:
                self._visit(item, items, self._name(items, f"{label}[]"), seen)
        elif isinstance(body, dict):
            free = [branch for branch in branches if isinstance(self.at(branch).get("additionalProperties"), dict)]
            closed = any("properties" in self.at(branch) for branch in branches)
            for name, value in body.items():
                places = [
                    f"{branch}/properties/{_escape(name)}"
                    for branch in branches
                    if name in self.at(branch).get("properties", {})
                ]
                for place in places:
                    seen.declared[place] += 1
                    seen.null[place] += value is None
                inner = places or [f"{branch}/additionalProperties" for branch in free]
                if inner:
                    self._visit(value, inner, self._name(inner, f"{label}.{name}"), seen)
                elif closed:
                    seen.undeclared.setdefault(f"{label}.{name}", []).append(value)

    def _name(self, pointers: list[str], otherwise: str) -> str:
        """Return the name of the component that a place refers to, or else its name in its parent."""
        for pointer in pointers:
            targets = [pointer, *(f"{pointer}/anyOf/{n}" for n in range(len(self.at(pointer).get("anyOf", ()))))]
            for target in targets:
                if (resolved := self.resolve(target)) != target:
                    return self.label(resolved)
        return otherwise


def _escape(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")


def _pattern(template: str) -> re.Pattern[str]:
    """Return the pattern of an address that ends with a path of this template."""
    parts = re.split(r"\{[^}]+\}", template)
    return re.compile("[^/]+".join(map(re.escape, parts)) + "$")


def _children(pointer: str, schema: dict[str, Any]) -> Iterator[str]:
    """Return the pointers to the schemas directly inside a schema."""
    for name in schema.get("properties", {}):
        yield f"{pointer}/properties/{_escape(name)}"
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield f"{pointer}/{key}"
    for key in ("allOf", "anyOf", "oneOf"):
        for number in range(len(schema.get(key, ()))):
            yield f"{pointer}/{key}/{number}"


def _walk(pointer: str, value: Any) -> Iterator[str]:
    yield pointer
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from _walk(f"{pointer}/{_escape(str(key))}", child)


def snake(name: str) -> str:
    """Return a name of the document as the generator writes it in Python."""
    return re.sub(r"\W+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)).lower()


def shortened(text: str, length: int) -> str:
    """Return the text, without its middle if it is long."""
    half = (length - 5) // 2
    return text if len(text) <= length else f"{text[:half]} ... {text[-half:]}"
