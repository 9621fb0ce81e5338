"""Prepare operations for the parser: without references, and with only the media types that are used."""

from __future__ import annotations

import re
from typing import Any, Final

from openapi_python_client.config import Config
from openapi_python_client.parser import openapi
from openapi_python_client.schema.untrusted_string import UntrustedString
from openapi_python_client.strings import PythonIdentifier, pascal_case

from ..checking import known_status
from ..openapi import METHODS
from ..places import Pointer
from .inheritance import Resolve
from .keywords import (
    BINARY,
    BYTES,
    FORM,
    JSON,
    MULTIPART,
    TEXT,
    Schema,
    describe,
    is_binary,
    is_json,
    is_reference,
    without_files,
)
from .names import REPEATED, Name, distinct, unique, valid_name
from .schemas import SchemaReader

_RANGES: Final = ("*/*", "application/*")
_ANY_TEXT: Final = "text/x-any"  # stands for any text; no operation uses it
# The fields of an operation that are not changed.
_KEPT: Final = ("summary", "description", "deprecated")
_SEPARATORS: Final = re.compile(r"(?<=\w)[^\w. -]+(?=\w)")
_TEMPLATE: Final = re.compile(r"\{([^{}]*)\}")


class OperationReader:
    """Prepares the operations of a spec.

    Attributes:
        paths: The prepared paths.
        pointers: The pointers of operations in the original spec, by method and prepared path.
        content_types: The kind of body that each media type of a request is sent as.
        numbered: The pointers of operations whose names got a number, with the new names.
    """

    def __init__(self, document: dict[str, Any], schemas: SchemaReader, resolve: Resolve, config: Config) -> None:
        self.pointers: dict[str, Pointer] = {}
        self.content_types: dict[str, str] = {}
        self.numbered: dict[Pointer, str] = {}
        self._document = document
        self._read = schemas.read
        self._resolve = resolve
        self._config = config
        self._prefix = config.field_prefix
        self.paths = self._paths()

    def _paths(self) -> dict[str, Any]:
        result: dict[str, Any] = {}
        names: dict[str, set[str]] = {}
        for path, item in (self._document.get("paths") or {}).items():
            item = self.target(item)
            if path.startswith("x-") or not isinstance(item, dict):
                continue
            pointer, path = ("paths", path), path if path.startswith("/") else f"/{path}"
            read: dict[str, Any] = {}
            renamed = self._renamed(path)
            for method in METHODS:
                if isinstance(item.get(method), dict):
                    operation = self._operation(path, method, item, renamed, names)
                    self.pointers[f"{method.upper()} {_templated(path, renamed)}"] = (*pointer, method)
                    read[method] = operation
            result[_templated(path, renamed)] = read
        return result

    def _renamed(self, path: str) -> dict[str, str]:
        """Return names for the parameters in a path that the parser can find there."""
        renamed: dict[str, str] = {}
        for name in _TEMPLATE.findall(path):
            identifier = re.fullmatch(r"[a-zA-Z_-][a-zA-Z0-9_-]*", name)
            simple = name if identifier else PythonIdentifier(name, self._prefix)
            simple = simple if simple.isascii() else f"path_{len(renamed) + 1}"
            renamed.setdefault(name, unique(simple, [*renamed.values()]) if name not in renamed else simple)
        return renamed

    def _operation(
        self, path: str, method: str, item: Schema, renamed: dict[str, str], names: dict[str, set[str]]
    ) -> dict[str, Any]:
        operation = item[method]
        tags = [valid_name(tag) for tag in operation.get("tags") or ["default"]]
        chosen, name = self._name(operation, path, method, names.setdefault(PythonIdentifier(tags[0], "tag"), set()))
        result = {key: value for key, value in operation.items() if key in _KEPT or key.startswith("x-")}
        result["operationId"] = chosen
        result["tags"] = tags if self._config.generate_all_tags else tags[:1]
        result["servers"] = operation.get("servers") or item.get("servers", [])
        result["security"] = operation.get("security", self._document.get("security", []))
        result["parameters"] = self._parameters(operation, item, name, renamed)
        body = self._body(operation.get("requestBody"), name)
        if body is not None:
            result["requestBody"] = body
        result["responses"] = {
            known_status(status): self._response({} if method == "head" else response, status, name)
            for status, response in operation.get("responses", {}).items()
            if not status.startswith("x-")
        }
        return result

    def _name(self, operation: Schema, path: str, method: str, taken: set[str]) -> tuple[str, str]:
        """Return an operationId for the parser, and the name of the function that the parser makes from it."""
        prefix = self._prefix
        # The parser would drop separators such as the one in `repos/list`.
        wanted = valid_name(_SEPARATORS.sub(".", operation.get("operationId", "")))
        if not pascal_case(wanted):
            generated = openapi.generate_operation_id(path=UntrustedString(path), method=method, prefix=prefix)
            wanted = valid_name(str(generated))
        # The parser converts a name twice: `field_import_` becomes `field_import`.
        own = str(PythonIdentifier(PythonIdentifier(wanted, prefix), prefix))
        name = unique(own, taken)
        taken.add(name)
        if name != own:
            self.numbered["paths", path, method] = f"the function {name}"
        return wanted if PythonIdentifier(wanted, prefix) == name else name, name

    def target(self, node: Any) -> Any:
        """Follow the references of a parameter, a body, a response, a path or a security scheme."""
        for _ in range(20):
            if not is_reference(node):
                break
            node = self._resolve(node["$ref"])[1]
        return node

    def _parameters(self, operation: Schema, item: Schema, name: str, renamed: dict[str, str]) -> list[Schema]:
        found: dict[tuple[str, str], Schema] = {}
        for node in [*(operation.get("parameters") or []), *(item.get("parameters") or [])]:
            parameter = self.target(node)
            if not isinstance(parameter, dict) or "name" not in parameter:
                continue
            found.setdefault((parameter["in"], parameter["name"]), parameter)
        for wanted in renamed:
            found.setdefault(("path", wanted), {"name": wanted, "in": "path", "schema": {"type": "string"}})
        called = {("path", wire): text for wire, text in renamed.items()}
        for location in ("query", "header", "cookie"):
            names = [wire for place, wire in found if place == location]
            called |= zip([(location, wire) for wire in names], distinct(names, self._prefix), strict=True)
        result = []
        for (location, wire), parameter in found.items():
            if (location, wire) not in called:
                continue  # the path has no such parameter
            text = called[location, wire]
            content = _content(parameter)
            media_type = next(iter(content), "")
            schema = content[media_type].get("schema") if content else parameter.get("schema")
            read: Schema = {key: parameter[key] for key in ("style", "explode", "allowReserved") if key in parameter}
            read |= describe({**(schema if isinstance(schema, dict) else {}), **parameter})
            read |= {"x-content": media_type} if media_type else {}
            read |= {
                "name": text,
                "in": location,
                "required": location == "path" or parameter.get("required") is True,
                "schema": without_files(self._read(schema, Name(name, text))),
            }
            result.append(read)
        return result

    def _body(self, node: Any, name: str) -> Schema | None:
        body = self.target(node)
        declared = _content(body) if body else {}
        if not declared:
            return None
        several = len(declared) > 1
        content: dict[str, Any] = {}
        kinds: list[tuple[str, Any]] = []
        labels = {JSON: "json", FORM: "data", MULTIPART: "files", BYTES: "content"}
        for media_type, value in declared.items():
            kind = self._body_kind(media_type, value)
            is_range = "*" in media_type and kind != BYTES
            sent = kind if is_range else media_type  # a request names no range; for bytes, `raw_body` chooses the type
            if sent != media_type and sent in declared:
                continue
            text = media_type.partition(";")[0].strip().lower().startswith("text/")
            schema = value.get("schema", {"type": "object"} if kind in (FORM, MULTIPART) else {})
            if kind == BYTES:
                read = {"type": "string"} if text else dict(BINARY)
            else:
                read = self._read(schema, Name(f"{name}_{labels[kind]}" if several else name, "body"))
            if (kind, read) in kinds:
                continue  # another media type for the same body
            kinds.append((kind, read))
            self.content_types[sent] = kind
            content[sent] = {"schema": read, "encoding": value.get("encoding", {})}
        return {"required": body.get("required") is True, "content": content}

    def _media_type(self, media_type: str, value: Schema) -> str:
        """Return a media type without parameters, as `content_type_overrides` maps it; for a range, one that fits."""
        bare = media_type.partition(";")[0].strip().lower()
        overrides = self._config.content_type_overrides
        bare = overrides.get(media_type, overrides.get(bare, bare))
        if bare in _RANGES:
            schema = self.target(value.get("schema"))
            return BYTES if isinstance(schema, dict) and is_binary(schema) else JSON
        return MULTIPART if bare == "multipart/*" else bare

    def _body_kind(self, media_type: str, value: Schema) -> str:
        bare = self._media_type(media_type, value)
        if bare in (FORM, MULTIPART):
            return bare
        return JSON if is_json(bare) else BYTES

    def _response(self, node: Any, status: str, name: str) -> Schema:
        response = self.target(node)
        result: Schema = {"description": response.get("description", "")}
        content = _content(response)
        kinds = {media_type: self._response_kind(media_type, value) for media_type, value in content.items()}
        for wanted in (JSON, TEXT, BYTES):
            media_type = next((name for name, kind in kinds.items() if kind == wanted), None)
            if media_type is None:
                continue
            schema: Any = content[media_type].get("schema", {})
            if wanted != JSON:
                schema = {"type": "string"} if wanted == TEXT else dict(BINARY)
            called = f"response_{status}"
            result["content"] = {
                _ANY_TEXT if wanted == TEXT else wanted: {"schema": self._read(schema, Name(name, called))}
            }
            result["x-media-type"] = media_type
            break
        return result

    def _response_kind(self, media_type: str, value: Schema) -> str:
        bare = self._media_type(media_type, value)
        if is_json(bare):
            return JSON
        return TEXT if bare.startswith("text/") or re.search(r"[/+](xml|yaml|javascript)$", bare) else BYTES


def _content(node: Schema) -> dict[str, Schema]:
    """Return the media types of a body or a response; an entry that begins with `x-` may have any value."""
    found = node.get("content", {}).items()
    return {media_type: value if isinstance(value, dict) else {} for media_type, value in found}


def _templated(path: str, renamed: dict[str, str]) -> str:
    """Return a path for the parser, in which a repeated parameter is marked: the parser accepts each only once."""
    seen = set[str]()

    def replace(match: re.Match[str]) -> str:
        name = match[1]
        again = name in seen
        seen.add(name)
        return f"{REPEATED[0]}{renamed[name]}{REPEATED[1]}" if again else f"{{{renamed[name]}}}"

    return _TEMPLATE.sub(replace, path)
