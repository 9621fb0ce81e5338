"""Passes over the prepared spec: aliases, types that Python cannot express, files, and required properties.

Each pass changes the components, and the operations in `paths`, in place.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from ..openapi import METHODS, change_references, objects
from ..reaching import reached
from .keywords import JSON, MULTIPART, Schema, is_reference, reference, target_of, without_files

_LONGEST_TYPE: Final = 2_000  # classes and built-in types in one annotation


def follow_aliases(schemas: dict[str, Schema], paths: dict[str, Any]) -> None:
    """Remove components that are only a reference, and replace references to them by references to their targets."""
    aliases = {name: target_of(schema) for name, schema in schemas.items() if is_reference(schema)}
    if not aliases:
        return

    def meant(name: str) -> str:
        trail = {name}
        while name in aliases and aliases[name] not in trail:
            name = aliases[name]
            trail.add(name)
        return name

    for name in aliases:
        target = schemas.pop(name)
        if meant(name) in aliases:
            target.pop("$ref")  # a circle of aliases allows any value
            schemas[name] = target

    def followed(target: str) -> str:
        name = target_of({"$ref": target})
        return str(reference(meant(name))["$ref"]) if name in aliases else target

    change_references([*schemas.values(), paths], followed)


def cut_endless_types(schemas: dict[str, Schema]) -> None:
    """Cut references that Python cannot express: in circles without a class, and those that make a type too long.

    Examples are a list of itself, and lists of unions of lists of unions.
    """
    lengths: dict[str, int] = {}

    def length_of(name: str, trail: tuple[str, ...]) -> int:
        schema = schemas[name]
        if schema.get("properties") or "enum" in schema:
            return 1  # a class, or the name of an enum
        if name not in lengths:
            lengths[name] = length(schema, (*trail, name))
        return lengths[name]

    def length(schema: Schema, trail: tuple[str, ...]) -> int:
        total = 0
        for node in list(objects(schema)):
            target = target_of(node)
            if target in trail:
                circle = trail[trail.index(target) :]
                is_endless = any(schemas[member].get("type") != "object" for member in circle)
                total += 1  # a circle of mappings alone becomes classes
            else:
                total += length_of(target, trail) if target in schemas else 1
                is_endless = total > _LONGEST_TYPE
            if is_endless:
                node.pop("$ref", None)
        return min(total, _LONGEST_TYPE)

    for name in schemas:
        length_of(name, ())
    for schema in schemas.values():
        for value in schema.get("properties", {}).values():
            length(value, ())


def keep_files_in_forms(schemas: dict[str, Schema], paths: dict[str, Any], content_types: dict[str, str]) -> None:
    """Remove `format: binary` everywhere but in multipart forms: in JSON, it is a string like any other."""
    operations = _operations(paths)
    bodies = [operation["requestBody"]["content"] for operation in operations if "requestBody" in operation]
    forms = [value for content in bodies for key, value in content.items() if content_types[key] == MULTIPART]
    in_forms = _reachable(schemas, forms)
    roots = [schema for name, schema in schemas.items() if name not in in_forms]
    roots += [value for content in bodies for key, value in content.items() if content_types[key] == JSON]
    responses = [response for operation in operations for response in operation["responses"].values()]
    roots += [response["content"][JSON] for response in responses if JSON in response.get("content", {})]
    without_files(roots)


def relax_required(schemas: dict[str, Schema], paths: dict[str, Any]) -> None:
    """Make `readOnly` properties optional in requests, and `writeOnly` properties optional in responses."""
    operations = _operations(paths)
    sent = _reachable(schemas, [operation.get("requestBody") for operation in operations])
    received = _reachable(schemas, [operation["responses"] for operation in operations])
    for name, schema in schemas.items():
        properties = schema.get("properties", {})
        required = [
            property_
            for property_ in schema.get("required", [])
            if not (name in sent and properties[property_].get("readOnly"))
            and not (name in received and properties[property_].get("writeOnly"))
        ]
        if len(required) < len(schema.get("required", [])):
            schema["required"] = required
            if not required:
                del schema["required"]


def _reachable(schemas: dict[str, Schema], values: Iterable[Any]) -> set[str]:
    """Return the names of the components that values refer to, directly or indirectly."""

    def named(value: Any) -> set[str]:
        return {target_of(node) for node in objects(value)} & schemas.keys()

    return reached(named([*values]), lambda name: named(schemas[name]))


def _operations(paths: dict[str, Any]) -> list[Schema]:
    return [item[method] for item in paths.values() for method in METHODS if method in item]
