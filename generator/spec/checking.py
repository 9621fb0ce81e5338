"""Find what is wrong with a document: each problem in a line that begins with its place, and all of them.

A problem that `accept` in generator-config.yml names is no longer one: the value there is replaced, and not read again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from .extensions import EXTENSIONS as CHECKED, mistakes
from .openapi import FIELDS, METHODS, REQUIRED, TYPES, Entries, Items, Kind, Object, Scalar, Word
from .reading import Document, DocumentError, Pointer, format_pointer, read

EXTENSIONS: Final = (*CHECKED, "x-differs", "x-upstream")
_STATUS = re.compile(r"default|[1-5](XX|\d\d)")
_TEMPLATE = re.compile(r"\{([^{}]*)\}")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")
_WITH_SCHEMA: Final = ("Parameter", "Header", "Response", "MediaType")
_NEAR: Final = 0.8  # how alike two names are (difflib) for one to be a slip of the other


class _Absent:
    """What replaces a value that is left out."""


ABSENT: Final = _Absent()
KEPT: Final = _Absent()


@dataclass(frozen=True)
class Problem:
    """Something wrong at a place. `certain` is false where the document is valid, but hardly what was meant.

    `target` is replaced by `replacement` where the problem is accepted.
    """

    document: Document
    pointer: Pointer
    message: str
    target: Pointer
    replacement: Any = ABSENT
    certain: bool = True

    def __str__(self) -> str:
        pointer = printable(format_pointer(self.pointer)) or "/"
        pointer = pointer if len(pointer) <= 300 else f"{pointer[:150]}...{pointer[-150:]}"
        return f"{self.document.place(self.pointer)}: {pointer}: {self.message}"


@dataclass(frozen=True)
class Spot:
    """A place in one of the files of a document."""

    document: Document
    pointer: Pointer

    @property
    def value(self) -> Any:
        """The value at this place.

        Raises:
            KeyError: there is none.
        """
        value = self.document.value
        for part in self.pointer:
            if isinstance(value, dict) and part in value:
                value = value[part]
            elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
                value = value[int(part)]
            else:
                raise KeyError(part)
        return value


class BrokenReferenceError(Exception):
    """A `$ref` that cannot be followed; the message says why."""


class Files:
    """The document's files: the one that was named, and those beside or below it that its `$ref`s name."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._folder = document.path.resolve().parent
        self._read: dict[Path, Document] = {document.path.resolve(): document}

    def resolve(self, reference: str, document: Document) -> Spot:
        """Return the spot that a `$ref` in a file means.

        Raises:
            BrokenReferenceError: it is a URL, leads out of the folder, or points to nothing.
        """
        file, _, fragment = reference.partition("#")
        shown = f"`$ref: {printable(reference if len(reference) <= 120 else reference[:120] + '...')}`"
        if _SCHEME.match(file):
            raise BrokenReferenceError(f"{shown} is a URL, and none is followed: keep a copy beside the document")
        target = document
        if file:
            target = self._neighbour(shown, document.path.parent / unquote(file))
        if fragment and not fragment.startswith("/"):
            raise BrokenReferenceError(f"{shown} names an anchor: write the path to it, as in #/components/schemas/A")
        parts = tuple(part.replace("~1", "/").replace("~0", "~") for part in unquote(fragment).split("/")[1:])
        spot = Spot(target, parts)
        try:
            _ = spot.value
        except KeyError as error:
            raise BrokenReferenceError(f"{shown} points to nothing{self._instead(spot, error)}") from None
        return spot

    def _neighbour(self, shown: str, path: Path) -> Document:
        """Return the file that a `$ref` names, read once."""
        try:
            path = path.resolve()
            if not path.is_relative_to(self._folder):
                raise BrokenReferenceError(f"{shown} leads out of the document's folder, and is not followed")
            if path not in self._read:
                if not path.is_file():
                    raise BrokenReferenceError(f"{shown} cannot be read: there is no such file")
                self._read[path] = read(path)
        except (DocumentError, OSError, ValueError) as error:
            said = error.strerror if isinstance(error, OSError) else error
            raise BrokenReferenceError(f"{shown} cannot be read: {said}") from error
        return self._read[path]

    @staticmethod
    def _instead(spot: Spot, error: KeyError) -> str:
        """Return the neighbour that was probably meant: its name is nearly the last part of the path."""
        part = str(error.args[0])
        above = Spot(spot.document, spot.pointer[: spot.pointer.index(part)]).value
        near = get_close_matches(part, [str(key) for key in above], 1, _NEAR - 0.2) if isinstance(above, dict) else []
        return f": did you mean `{near[0]}`?" if near else f": there is no `{part}`"


def problems(files: Files) -> list[Problem]:
    """Return what is wrong with a document and the files that it refers to, in the order of the document."""
    document = files.document
    value = document.value
    if not isinstance(value, dict):
        message = "not an OpenAPI document, which is a mapping with `openapi`, `info` and `paths`"
        raise DocumentError(f"{document.name}: {message}")
    version = value.get("openapi")
    if version is None and "swagger" in value:
        raise DocumentError(f"{document.name}: is Swagger {value['swagger']}: convert it to OpenAPI 3 first")
    if version is None:
        raise DocumentError(f"{document.name}: not an OpenAPI document: it has no `openapi`, such as 3.1.0")
    if not re.fullmatch(r"3\.\d+(\.\d+)?(-.*)?", str(version)):
        raise DocumentError(f"{document.place(('openapi',))}: not OpenAPI 3: `openapi` is {_shown(version)}")
    checker = _Checker(files)
    checker.visit(Object("OpenAPI"), value, ())
    checker.repeated_operations()
    found = [
        Problem(each, pointer, f"the key `{pointer[-1]}` appears twice; the last one counts", pointer, KEPT)
        for each in checker.documents
        for pointer in each.repeated
    ]
    return found + checker.found


class _Checker:
    """One pass over a document's files, which notes what is wrong."""

    def __init__(self, files: Files) -> None:
        self.found: list[Problem] = []
        self.documents = [files.document]
        self._files = files
        self._document = files.document
        self._seen = set[tuple[int, Pointer]]()
        self._operations: dict[str, list[Spot]] = {}

    def visit(self, kind: Kind, value: Any, pointer: Pointer) -> None:
        match kind:
            case Object(name="Schema"):
                self._schema(value, pointer)
            case Object(name=name):
                self._object(name, value, pointer)
            case Items(of=of):
                if not isinstance(value, list):
                    self._wrong(value, pointer, "a list")
                    return
                for index, item in enumerate(value):
                    self.visit(of, item, (*pointer, str(index)))
            case Entries(of=of):
                if not isinstance(value, dict):
                    self._wrong(value, pointer, "a mapping")
                    return
                for key, item in value.items():
                    if not key.startswith("x-") or of == Object("Schema"):
                        self.visit(of, item, (*pointer, key))
            case Scalar(name=name, types=types):
                if not isinstance(value, types) or (isinstance(value, bool) and bool not in types and int not in types):
                    self._wrong(value, pointer, name)
            case Word(choices=choices):
                if value not in choices:
                    self._note(pointer, f"{_shown(value)} is not one of {', '.join(choices)}{_instead(value, choices)}")
            case _:
                pass

    def repeated_operations(self) -> None:
        """Note each operationId that more than one operation has."""
        for name, spots in self._operations.items():
            for spot in spots[1:]:
                first = spots[0].document.place(spots[0].pointer)
                self._note((*spot.pointer, "operationId"), f"operationId {_shown(name)} is also that of {first}")

    def _object(self, name: str, value: Any, pointer: Pointer) -> None:
        if not isinstance(value, dict):
            self._wrong(value, pointer, "a mapping")
            return
        if "$ref" in value:
            self._reference(name, value["$ref"], pointer)
            if name != "PathItem":
                return
        self._fields(name, value, pointer)
        match name:
            case "OpenAPI":
                self._security(value, pointer)
                if "paths" not in value and "components" not in value and "webhooks" not in value:
                    self._note(pointer, "it has no `paths`: nothing can be called", target=(*pointer, "paths"), by={})
                for path in value["paths"] if isinstance(value.get("paths"), dict) else ():
                    if not path.startswith(("/", "x-")):
                        self._note((*pointer, "paths", path), "a path begins with `/`")
            case "PathItem":
                self._path_parameters(value, pointer)
            case "Operation":
                self._operation(value, pointer)
            case "Parameter":
                if "schema" in value and "content" in value:
                    self._note((*pointer, "content"), "a parameter has a `schema` or a `content`, not both")
            case "Server":
                self._server(value, pointer)
            case _:
                pass

    def _fields(self, name: str, value: dict[str, Any], pointer: Pointer) -> None:
        fields = FIELDS[name]
        for key, item in value.items():
            kind = fields.get(key)
            if kind is not None:
                self.visit(kind, item, (*pointer, key))
            elif key.startswith("x-"):
                for at, message in dict.fromkeys(mistakes(key, item) if key in CHECKED and item is not None else ()):
                    self._note((*pointer, key, *at), message)
                near = get_close_matches(key, EXTENSIONS, 1, 0.85) if key not in EXTENSIONS else []
                if near:
                    self._note((*pointer, key), f"unknown extension `{key}`: did you mean `{near[0]}`?")
            elif near := get_close_matches(key.lower(), [each for each in fields if each not in value], 1, _NEAR - 0.1):
                self._note((*pointer, key), f"unknown key `{key}`: did you mean `{near[0]}`?")
            elif name == "PathItem" and isinstance(item, dict) and "responses" in item:
                self._note((*pointer, key), f"unknown method `{key}`: one of {', '.join(METHODS)}")
            elif name in _WITH_SCHEMA and (key in FIELDS["Schema"] or key == "schema"):
                where = "in a `schema`" if key != "schema" else "below `content` and a media type"
                self._note((*pointer, key), f"nothing reads `{key}` here: it belongs {where}", certain=False)
        for key, default in REQUIRED.get(name, {}).items():
            if key not in value:
                self._note(pointer, f"`{key}` is missing", target=(*pointer, key), by=default)

    def _server(self, value: dict[str, Any], pointer: Pointer) -> None:
        """Note what is not a URL with the defaults of its variables: clients would refuse it at each call."""
        url, variables = value.get("url"), value.get("variables")
        if not isinstance(url, str):
            return
        for name, variable in variables.items() if isinstance(variables, dict) else ():
            if isinstance(variable, dict):
                url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
        try:
            _ = urlsplit(_TEMPLATE.sub("1", url)).port
        except ValueError as error:
            self._note((*pointer, "url"), f"{_shown(url)} is not a URL: {error}", by="/")

    def _operation(self, value: dict[str, Any], pointer: Pointer) -> None:
        name = value.get("operationId")
        if isinstance(name, str) and name:
            self._operations.setdefault(name, []).append(Spot(self._document, pointer))
        self._security(value, pointer)
        responses = value.get("responses")
        for status in responses if isinstance(responses, dict) else ():
            if not status.startswith("x-") and not _STATUS.fullmatch(status):
                message = f"{_shown(status)} is not a status: write one such as 200, 4XX or default"
                self._note((*pointer, "responses", status), message)

    def _security(self, value: dict[str, Any], pointer: Pointer) -> None:
        """Note security schemes that the document does not declare, and those that a client does not send."""
        components = self._files.document.value.get("components")
        declared = components.get("securitySchemes") if isinstance(components, dict) else None
        asked = value.get("security")
        for index, each in enumerate(asked if isinstance(asked, list) else ()):
            for name in each if isinstance(each, dict) else ():
                if not isinstance(declared, dict) or name not in declared:
                    message = f"{_shown(name)} is not one of the document's securitySchemes"
                    self._note((*pointer, "security", str(index), name), message, certain=False)
        if isinstance(asked, list) and asked and all(isinstance(each, dict) and len(each) > 1 for each in asked):
            message = "a client sends one key, not several: give it the others as headers, cookies or query parameters"
            self._note((*pointer, "security"), message, certain=False)

    def _path_parameters(self, item: dict[str, Any], pointer: Pointer) -> None:
        """Compare the parameters that a path has with those that its operations declare."""
        if pointer[:1] != ("paths",) or len(pointer) != 2:
            return
        templated = _TEMPLATE.findall(pointer[1])
        shared = self._parameters(item, pointer)
        for method in METHODS:
            operation = item.get(method)
            if not isinstance(operation, dict):
                continue
            own = self._parameters(operation, (*pointer, method))
            declared = {name for location, name in (*own, *shared) if location == "path"}
            for name in dict.fromkeys(templated):
                if name not in declared:
                    self._note((*pointer, method), f"no parameter is declared for {{{name}}} of the path", by=KEPT)
            for (location, name), at in own.items():
                if location == "path" and name not in templated:
                    self._note(at, f"the path has no {{{name}}}{_instead(name, templated)}")
        for (location, name), at in shared.items():
            if location == "path" and name not in templated:
                self._note(at, f"the path has no {{{name}}}{_instead(name, templated)}")

    def _parameters(self, value: dict[str, Any], pointer: Pointer) -> dict[tuple[str, str], Pointer]:
        found: dict[tuple[str, str], Pointer] = {}
        declared = value.get("parameters")
        for index, parameter in enumerate(declared if isinstance(declared, list) else ()):
            at = (*pointer, "parameters", str(index))
            for _ in range(20):
                if not isinstance(parameter, dict) or not isinstance(parameter.get("$ref"), str):
                    break
                try:
                    parameter = self._files.resolve(parameter["$ref"], self._document).value
                except BrokenReferenceError:
                    break
            if not isinstance(parameter, dict) or not isinstance(parameter.get("name"), str):
                continue
            key = str(parameter.get("in")), parameter["name"]
            if key in found:
                self._note(at, f"the {key[0]} parameter {_shown(key[1])} is declared twice")
            found.setdefault(key, at)
        return found

    def _schema(self, value: Any, pointer: Pointer) -> None:
        if isinstance(value, bool):
            return
        if value is None:
            message = "expected a schema, not null: write {} for any value"
            self._note(pointer, message, by={})
            return
        if not isinstance(value, dict):
            self._wrong(value, pointer, "a schema", by={})
            return
        if "$ref" in value:
            self._reference("Schema", value["$ref"], pointer)
        self._fields("Schema", value, pointer)
        if "type" in value:
            self._type(value["type"], pointer)
        properties = value.get("properties")
        if isinstance(properties, dict) and properties and value.get("type") == "array":
            message = "an array has no `properties`: move them below `items`, or make the type `object`"
            self._note((*pointer, "properties"), message)
        if isinstance(value.get("enum"), list):
            self._enum(value["enum"], (*pointer, "enum"))
        if isinstance(properties, dict) and isinstance(value.get("required"), list):
            self._required(value, properties, pointer)

    def _type(self, value: Any, pointer: Pointer) -> None:
        at = (*pointer, "type")
        for index, name in enumerate(value if isinstance(value, list) else [value]):
            if name not in TYPES:
                place = (*at, str(index)) if isinstance(value, list) else at
                self._note(
                    place, f"unknown type {_shown(name)}{_instead(name, TYPES) or ': one of ' + ', '.join(TYPES)}"
                )

    def _enum(self, values: list[Any], pointer: Pointer) -> None:
        seen: list[Any] = []
        repeated: list[Any] = []
        keys = set[tuple[type, str]]()
        for value in values:
            key = (type(value), repr(value))
            (repeated if key in keys else seen).append(value)
            keys.add(key)
        if repeated:
            shown = ", ".join(_shown(value) for value in dict.fromkeys(map(str, repeated)))
            self._note(pointer, f"the enum lists {shown} twice", by=seen)
        if not values:
            self._note(pointer, "the enum is empty, so no value is allowed")

    def _required(self, value: dict[str, Any], properties: dict[str, Any], pointer: Pointer) -> None:
        for index, name in enumerate(value["required"]):
            if not isinstance(name, str) or name in properties:
                continue
            near = get_close_matches(name, [each for each in properties if each not in value["required"]], 1, 0.75)
            elsewhere = any(key in value for key in ("allOf", "anyOf", "oneOf", "$ref")) or "allOf" in pointer
            if near:
                message = f"`required` names {_shown(name)}, which is not a property: did you mean `{near[0]}`?"
                self._note((*pointer, "required", str(index)), message)
            elif not elsewhere:
                message = f"`required` names {_shown(name)}, which is not a property of this schema"
                self._note((*pointer, "required", str(index)), message, certain=False)

    def _reference(self, name: str, reference: Any, pointer: Pointer) -> None:
        at = (*pointer, "$ref")
        if not isinstance(reference, str):
            self._wrong(reference, at, "a string")
            return
        document, first = self._document, reference
        trail = [(id(document), pointer)]
        spot = Spot(document, pointer)
        while True:
            try:
                spot = self._files.resolve(reference, spot.document)
            except BrokenReferenceError as error:
                if spot.document is document and len(trail) == 1:
                    self._note(at, str(error))
                return
            step = (id(spot.document), spot.pointer)
            if step in trail:
                if step == trail[0]:
                    self._note(at, f"`$ref: {first}` refers to itself, and so to nothing")
                return
            trail.append(step)
            value = spot.value
            if not isinstance(value, dict) or not isinstance(value.get("$ref"), str):
                break
            reference = value["$ref"]
        if not isinstance(value, dict) and not (name == "Schema" and isinstance(value, bool)):
            self._note(at, f"`$ref: {first}` points to {_shown(value)}, not to a mapping")
            return
        if spot.document is not self._files.document and step not in self._seen:
            self._seen.add(step)
            if spot.document not in self.documents:
                self.documents.append(spot.document)
            self._document = spot.document
            self.visit(Object(name), spot.value, spot.pointer)
            self._document = document

    def _wrong(self, value: Any, pointer: Pointer, wanted: str, by: Any = ABSENT) -> None:
        quoted = wanted == "a string" and isinstance(value, bool | int | float)
        self._note(pointer, f"expected {wanted}, not {_shown(value)}{': quote it' * quoted}", by=by)

    def _note(
        self, pointer: Pointer, message: str, *, target: Pointer | None = None, by: Any = ABSENT, certain: bool = True
    ) -> None:
        target = pointer if target is None else target
        self.found.append(Problem(self._document, pointer, message, target, by, certain))


def colliding_names(document: dict[str, Any]) -> list[str]:
    """Return the operationIds whose first word another operationId of the same tag begins with, in their order."""
    words: Counter[tuple[str, str]] = Counter()
    found: list[tuple[tuple[str, str], str]] = []
    paths = document.get("paths")
    for item in paths.values() if isinstance(paths, dict) else ():
        for method in METHODS:
            operation = item.get(method) if isinstance(item, dict) else None
            name = operation.get("operationId") if isinstance(operation, dict) else None
            if isinstance(operation, dict) and isinstance(name, str):
                tags = operation.get("tags")
                tag = str(tags[0]) if isinstance(tags, list) and tags else "default"
                word = re.split(r"(?<=[a-z0-9])(?=[A-Z])|[^a-zA-Z0-9]+", name.strip("_- "), maxsplit=1)[0].lower()
                words[tag, word] += 1
                found.append(((tag, word), name))
    return [name for key, name in found if words[key] > 1]


def _instead(value: Any, choices: Iterable[str]) -> str:
    near = get_close_matches(str(value), list(choices), 1, _NEAR - 0.2)
    return f": did you mean `{near[0]}`?" if near else ""


def _shown(value: Any) -> str:
    match value:
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case _:
            text = printable(str(value))
            return f"`{text if len(text) <= 60 else text[:60] + '...'}`"


def printable(text: str) -> str:
    """Return a text of the document as it can stand in a line of a terminal."""
    return "".join(each if each.isprintable() else "?" for each in text)


def spots(document: Document) -> Iterator[Pointer]:
    """Yield what `leave_out` may name: paths, operations, and the media types of their requests and responses."""
    paths = document.value.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        at: Pointer = ("paths", path)
        yield at
        for method in METHODS:
            if isinstance(item, dict) and isinstance(item.get(method), dict):
                yield (*at, method)
                yield from _media_types(item[method], (*at, method))
    components = document.value.get("components")
    for section in ("requestBodies", "responses") if isinstance(components, dict) else ():
        for name, value in (components.get(section) or {}).items():
            yield from _content(value, ("components", section, name))


def _media_types(operation: dict[str, Any], at: Pointer) -> Iterator[Pointer]:
    yield from _content(operation.get("requestBody"), (*at, "requestBody"))
    responses = operation.get("responses")
    for status, response in responses.items() if isinstance(responses, dict) else ():
        yield from _content(response, (*at, "responses", status))


def _content(value: Any, at: Pointer) -> Iterator[Pointer]:
    content = value.get("content") if isinstance(value, dict) else None
    for name in content if isinstance(content, dict) else ():
        yield (*at, "content", name)
