"""Read and write the keywords of a single schema."""

from __future__ import annotations

import json
import re
from typing import Any, Final, TypeAlias

from ..openapi import objects

Schema: TypeAlias = dict[str, Any]

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"
BYTES: Final = "application/octet-stream"
TEXT: Final = "text/plain"
BINARY: Final = {"type": "string", "format": "binary"}
# The keywords that determine the Python type of a schema; others restrict its values, or describe them.
TYPED: Final = {"type", "properties", "patternProperties", "additionalProperties", "items", "prefixItems"} | {
    *("enum", "const", "format", "nullable", "$ref", "allOf", "anyOf", "oneOf")
}
DESCRIBED: Final = ("description", "deprecated", "readOnly", "writeOnly")


def is_json(media_type: str) -> bool:
    """Return whether a media type is JSON."""
    return bool(re.fullmatch(r"[^/]+/([^/]*\+)?json(-[^/]*)?|application/x-json", media_type))


def is_binary(schema: Schema) -> bool:
    """Return whether a schema means bytes, by a format as in OpenAPI 3.0 or by a media type as in 3.1."""
    is_content = "contentMediaType" in schema and "contentEncoding" not in schema
    return "string" in types_of(schema) and (is_content or schema.get("format") == "binary")


def is_reference(node: Any) -> bool:
    """Return whether a schema, which may be true or false, has a `$ref`."""
    return isinstance(node, dict) and isinstance(node.get("$ref"), str)


def is_nullable(schema: Schema) -> bool:
    """Return whether a schema allows null, declared as in OpenAPI 3.0 or 3.1."""
    return schema.get("nullable") is True or "null" in types_of(schema)


def types_of(schema: Schema) -> list[str]:
    """Return the names of the types that a schema allows."""
    found = schema.get("type")
    return [found] if isinstance(found, str) else [word for word in found or () if isinstance(word, str)]


def shapes(schema: Schema) -> bool:
    """Return whether a schema declares more about its values than their type."""
    return bool(schema.keys() & {"properties", "items", "enum", "const", "anyOf", "oneOf", "additionalProperties"})


def reference(name: str) -> Schema:
    """Return a reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


def target_of(node: Schema) -> str:
    """Return the name of the component that a schema refers to, or an empty str."""
    return str(node["$ref"]).removeprefix("#/components/schemas/") if is_reference(node) else ""


def constant(value: Any) -> Schema:
    """Return the schema of a constant."""
    match value:
        case bool() | str() | int():
            return {"const": value}
        case float():
            return {"type": "number"}
        case None:
            return {"type": "null"}
        case _:
            return {}


def union(variants: list[Schema], nullable: bool) -> Schema:
    """Return the union of schemas; an empty schema, for any value, if one of them allows any value."""
    found: list[Schema] = []
    for variant in [*variants, *([{"type": "null"}] if nullable else [])]:
        parts = variant["anyOf"] if "anyOf" in variant and "discriminator" not in variant else [variant]
        found += [part for part in parts if part not in found]
    if any(not part.keys() - {"description", "readOnly", "writeOnly", "deprecated"} for part in found):
        return {}
    return dict(found[0]) if len(found) == 1 else {"anyOf": found}


def _sentence(text: str) -> str:
    if not text:
        return ""
    return f"{text} " if text.endswith((".", "!", "?", ":")) else f"{text}. "


def without_files(value: Any) -> Any:
    """Turn files into strings, where no file can be sent or received."""
    for node in objects(value):
        if node.get("format") == "binary":
            del node["format"]
    return value


def describe(node: Schema) -> Schema:
    """Return a schema's description, with its default appended, and its flags that are true."""
    found = {key: node[key] for key in ("readOnly", "writeOnly", "deprecated") if node.get(key) is True}
    text = node.get("description")
    text = text.strip() if isinstance(text, str) else ""
    default = node.get("default")
    if default is not None and not isinstance(default, dict | list) and "default" not in text.lower():
        shown = default if isinstance(default, str) else json.dumps(default)
        text = f"{_sentence(text)}Default: {shown}." if shown and len(str(shown)) <= 60 else text
    if node.get("deprecated") is True and "deprecated" not in text.lower():
        text = f"{_sentence(text)}Deprecated."
    return {**found, "description": text} if text else found
