"""The objects of OpenAPI 3.0 and 3.1, with the types of their fields (spec.openapis.org/oas/v3.1.0#schema)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias


@dataclass(frozen=True)
class Scalar:
    """A value of one of these Python types; `name` describes them in messages."""

    name: str
    types: tuple[type, ...]


@dataclass(frozen=True)
class Word:
    """One of these words; `otherwise` is the consequence of any other word, if that is harmless."""

    choices: tuple[str, ...]
    otherwise: str = ""


@dataclass(frozen=True)
class Items:
    """A list."""

    of: Kind


@dataclass(frozen=True)
class Entries:
    """A mapping whose keys are names that the document chooses."""

    of: Kind


@dataclass(frozen=True)
class Object:
    """An object of OpenAPI with known fields."""

    name: str


@dataclass(frozen=True)
class Anything:
    """Any value: an example, a default, an extension."""


Kind: TypeAlias = Scalar | Word | Items | Entries | Object | Anything

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
TYPES: Final = ("array", "boolean", "integer", "null", "number", "object", "string")
LOCATIONS: Final = ("query", "header", "path", "cookie")

# The fields of a schema that hold schemas for references: such a schema is read only where a `$ref` points to it.
SHELVES: Final = ("definitions", "$defs")

_TEXT: Final = Scalar("a string", (str,))
_FLAG: Final = Scalar("true or false", (bool,))
_NUMBER: Final = Scalar("a number", (int, float))
_UNREAD: Final = "it is not read"
_UNSENT: Final = "no client can send the key"
_ANY: Final = Anything()
_SCHEMA: Final = Object("Schema")
_SCHEMAS: Final = Items(_SCHEMA)
_NAMED_SCHEMAS: Final = Entries(_SCHEMA)
_CONTENT: Final = Entries(Object("MediaType"))
_SECURITY: Final = Items(Entries(Items(_TEXT)))
_PARAMETERS: Final = Items(Object("Parameter"))
_SERVERS: Final = Items(Object("Server"))
_HEADER: Final[Mapping[str, Kind]] = {
    "description": _TEXT,
    "required": _FLAG,
    "deprecated": _FLAG,
    "allowEmptyValue": _FLAG,
    "style": Word(("form", "simple", "label", "matrix", "spaceDelimited", "pipeDelimited", "deepObject"), _UNREAD),
    "explode": _FLAG,
    "allowReserved": _FLAG,
    "schema": _SCHEMA,
    "content": _CONTENT,
    "example": _ANY,
    "examples": _ANY,
}
_DESCRIBED: Final[Mapping[str, Kind]] = {"summary": _TEXT, "description": _TEXT}

FIELDS: Final[Mapping[str, Mapping[str, Kind]]] = {
    "OpenAPI": {
        "openapi": _TEXT,
        "info": Object("Info"),
        "jsonSchemaDialect": _TEXT,
        "servers": _SERVERS,
        "paths": Entries(Object("PathItem")),
        "webhooks": _ANY,
        "components": Object("Components"),
        "security": _SECURITY,
        "tags": Items(Object("Tag")),
        "externalDocs": _ANY,
    },
    "Info": {**_DESCRIBED, "title": _TEXT, "version": _TEXT, "termsOfService": _TEXT, "contact": _ANY, "license": _ANY},
    "Server": {"url": _TEXT, "description": _TEXT, "name": _TEXT, "variables": Entries(Object("ServerVariable"))},
    "ServerVariable": {"enum": Items(_TEXT), "default": _TEXT, "description": _TEXT},
    "Tag": {**_DESCRIBED, "name": _TEXT, "externalDocs": _ANY, "parent": _TEXT, "kind": _TEXT},
    "Components": {
        "schemas": _NAMED_SCHEMAS,
        "responses": Entries(Object("Response")),
        "parameters": Entries(Object("Parameter")),
        "requestBodies": Entries(Object("RequestBody")),
        "headers": Entries(Object("Header")),
        "securitySchemes": Entries(Object("SecurityScheme")),
        "pathItems": Entries(Object("PathItem")),
        "examples": _ANY,
        "links": _ANY,
        "callbacks": _ANY,
    },
    "PathItem": {
        **_DESCRIBED,
        **{method: Object("Operation") for method in METHODS},
        "servers": _SERVERS,
        "parameters": _PARAMETERS,
    },
    "Operation": {
        **_DESCRIBED,
        "tags": Items(_TEXT),
        "externalDocs": _ANY,
        "operationId": _TEXT,
        "parameters": _PARAMETERS,
        "requestBody": Object("RequestBody"),
        "responses": Entries(Object("Response")),
        "callbacks": _ANY,
        "deprecated": _FLAG,
        "security": _SECURITY,
        "servers": _SERVERS,
    },
    "Parameter": {**_HEADER, "name": _TEXT, "in": Word(LOCATIONS)},
    "Header": _HEADER,
    "RequestBody": {"description": _TEXT, "content": _CONTENT, "required": _FLAG},
    "Response": {
        **_DESCRIBED,
        "headers": Entries(Object("Header")),
        "content": _CONTENT,
        "links": _ANY,
    },
    "MediaType": {"schema": _SCHEMA, "example": _ANY, "examples": _ANY, "encoding": Entries(Object("Encoding"))},
    "Encoding": {
        "contentType": _TEXT,
        "headers": Entries(Object("Header")),
        "style": _HEADER["style"],
        "explode": _FLAG,
        "allowReserved": _FLAG,
    },
    "SecurityScheme": {
        "type": Word(("apiKey", "http", "oauth2", "openIdConnect", "mutualTLS"), _UNSENT),
        "description": _TEXT,
        "name": _TEXT,
        "in": Word(LOCATIONS, _UNSENT),
        "scheme": _TEXT,
        "bearerFormat": _TEXT,
        "flows": _ANY,
        "openIdConnectUrl": _TEXT,
    },
    "Discriminator": {"propertyName": _TEXT, "mapping": Entries(_TEXT)},
    "Schema": {
        **dict.fromkeys(("title", "description", "format", "pattern"), _TEXT),
        **dict.fromkeys(("contentEncoding", "contentMediaType"), _TEXT),
        **dict.fromkeys(("multipleOf", "maximum", "minimum"), _NUMBER),
        **dict.fromkeys(("maxLength", "minLength", "maxItems", "minItems", "maxProperties", "minProperties"), _NUMBER),
        **dict.fromkeys(("uniqueItems", "nullable", "readOnly", "writeOnly", "deprecated"), _FLAG),
        **dict.fromkeys(("exclusiveMaximum", "exclusiveMinimum"), Scalar("a number or true", (int, float))),
        **dict.fromkeys(("type", "const", "default", "example", "examples", "xml", "externalDocs"), _ANY),
        "enum": Items(_ANY),
        "required": Items(_TEXT),
        "discriminator": Object("Discriminator"),
        **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), _SCHEMAS),
        **dict.fromkeys(("not", "items", "additionalProperties", "propertyNames", "contains"), _SCHEMA),
        **dict.fromkeys(("if", "then", "else", "unevaluatedItems", "unevaluatedProperties", "contentSchema"), _SCHEMA),
        **dict.fromkeys(("properties", "patternProperties", "dependentSchemas"), _NAMED_SCHEMAS),
        **dict.fromkeys(SHELVES, Entries(_SCHEMA)),
        **dict.fromkeys(("minContains", "maxContains", "dependentRequired", "dependencies"), _ANY),
        **dict.fromkeys(
            ("$id", "$schema", "$anchor", "$comment", "$vocabulary", "$dynamicAnchor", "$dynamicRef"), _ANY
        ),
    },
}

# The required fields, with the values to use if their absence is accepted.
REQUIRED: Final[Mapping[str, Mapping[str, object]]] = {
    "OpenAPI": {"info": {"title": "API", "version": "0"}},
    "Info": {"title": "API", "version": "0"},
    "Server": {"url": "/"},
    "Tag": {"name": ""},
    "Parameter": {"name": "", "in": "query"},
    "RequestBody": {"content": {}},
    "SecurityScheme": {"type": "http"},
    "Discriminator": {"propertyName": ""},
}

# The fields whose keys are names that the document chooses: a property may have the name `$ref` or `discriminator`.
TABLES: Final = frozenset(
    key for fields in FIELDS.values() for key, kind in fields.items() if isinstance(kind, Entries)
)
# The fields that hold data, in which nothing is a schema or a reference.
DATA: Final = frozenset({"const", "default", "enum", "example", "examples"})


def objects(value: Any, *, is_table: bool = False) -> Iterator[dict[str, Any]]:
    """Yield all objects of OpenAPI in a value, outer ones first; not mappings of names (`is_table`), and not data."""
    if isinstance(value, list):
        for item in value:
            yield from objects(item)
    elif isinstance(value, dict):
        if not is_table:
            yield value
        for key, item in value.items():
            if is_table or key not in DATA:
                yield from objects(item, is_table=not is_table and key in TABLES)


def mapping_of(node: dict[str, Any]) -> dict[str, Any]:
    """Return the mapping of an object of OpenAPI if it is a discriminator; else an empty one."""
    mapping = node.get("mapping")
    return mapping if isinstance(node.get("propertyName"), str) and isinstance(mapping, dict) else {}


def change_references(value: Any, change: Callable[[str], str]) -> None:
    """Change each `$ref` in a value, and each reference in the mapping of a discriminator, in place."""
    for node in objects(value):
        if isinstance(node.get("$ref"), str):
            node["$ref"] = change(node["$ref"])
        if mapping := mapping_of(node):
            node["mapping"] = {
                key: change(target) if isinstance(target, str) and "/" in target else target
                for key, target in mapping.items()
            }


def copied(value: Any) -> Any:
    """Return a deep copy of a document's value, in which no two places share an object."""
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return [copied(item) for item in value] if isinstance(value, list) else value


def objects_at(
    value: Any, pointer: tuple[str, ...] = (), kind: Kind = Object("OpenAPI")
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the pointers of the objects of OpenAPI in a value, outer ones first, with their names, such as `Schema`."""
    match kind:
        case Object(name=name) if isinstance(value, dict):
            yield pointer, name
            for key, item in value.items():
                yield from objects_at(item, (*pointer, key), FIELDS[name].get(key, _ANY))
        case Items(of=of) if isinstance(value, list):
            for index, item in enumerate(value):
                yield from objects_at(item, (*pointer, str(index)), of)
        case Entries(of=of) if isinstance(value, dict):
            for key, item in value.items():
                yield from objects_at(item, (*pointer, key), of)
        case _:
            pass


def is_in_definitions(pointer: tuple[str, ...]) -> bool:
    """Return whether a pointer leads below the `definitions` of a schema, which OpenAPI 3.1 does not know."""
    above = _kinds(pointer)[:-1]
    return any(part == "definitions" and isinstance(kind, Object) for part, kind in zip(pointer, above, strict=True))


def is_read(pointer: tuple[str, ...]) -> bool:
    """Return whether the value at a pointer is read where it stands, and not only where a `$ref` points to it."""
    *above, kind = _kinds(pointer)
    is_shelved = any(part in SHELVES and isinstance(outer, Object) for part, outer in zip(pointer, above, strict=True))
    return not is_shelved and not isinstance(kind, Anything)


def _kinds(pointer: tuple[str, ...]) -> list[Kind]:
    """Return the kinds of the values along a pointer, from the document to the value at the pointer."""
    found: list[Kind] = [Object("OpenAPI")]
    for part in pointer:
        match found[-1]:
            case Object(name=name):
                found.append(FIELDS[name].get(part, _ANY))
            case Items(of=of) | Entries(of=of):
                found.append(of)
            case _:
                found.append(_ANY)
    return found
