"""Check a single schema: its type, its enum, and its required properties."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .openapi import TYPES
from .places import Pointer
from .wording import instead, nearest, shown

# A pointer, a message, and whether the mistake prevents generating.
Mistake = tuple[Pointer, str, bool]


def mistakes_of(schema: dict[str, Any], pointer: Pointer) -> Iterator[Mistake]:
    """Yield the mistakes in the schema at a pointer."""
    if schema.get("type") is not None:
        yield from _type(schema["type"], (*pointer, "type"))
    properties, enum = schema.get("properties"), schema.get("enum")
    if isinstance(properties, dict) and properties and schema.get("type") == "array":
        message = "`properties` say nothing of an array: move them below `items`, or make the type `object`"
        yield (*pointer, "properties"), message, False
    if isinstance(enum, list):
        yield from _enum(enum, (*pointer, "enum"))
    if isinstance(properties, dict) and isinstance(schema.get("required"), list):
        yield from _required(schema, properties, pointer)


def _type(value: Any, pointer: Pointer) -> Iterator[Mistake]:
    for index, name in enumerate(value if isinstance(value, list) else [value]):
        if name not in TYPES:
            place = (*pointer, str(index)) if isinstance(value, list) else pointer
            yield place, f"unknown type {shown(name)}{instead(name, TYPES) or ': one of ' + ', '.join(TYPES)}", True


def _enum(values: list[Any], pointer: Pointer) -> Iterator[Mistake]:
    repeated: list[Any] = []
    keys = set[tuple[type, str]]()
    for value in values:
        key = (type(value), repr(value))
        repeated += [value] * (key in keys)
        keys.add(key)
    if repeated:
        listed = ", ".join(shown(value) for value in dict.fromkeys(map(str, repeated)))
        yield pointer, f"the enum lists {listed} twice", False
    if not values:
        yield pointer, "the enum is empty, and is not read", False


def _required(schema: dict[str, Any], properties: dict[str, Any], pointer: Pointer) -> Iterator[Mistake]:
    elsewhere = any(key in schema for key in ("allOf", "anyOf", "oneOf", "$ref")) or "allOf" in pointer
    for index, name in enumerate(schema["required"]):
        if not isinstance(name, str) or name in properties:
            continue
        near = nearest(name, tuple(other for other in properties if other not in schema["required"]), 0.75)
        if near or not elsewhere:
            what = f"a property: did you mean `{near}`?" if near else "a property of this schema"
            message = f"`required` names {shown(name)}, which is not {what}"
            yield (*pointer, "required", str(index)), message, False
