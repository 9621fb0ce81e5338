"""The names of types: those of JSON Schema, and others that stand for them by mistake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from generator.spec.openapi import TYPES

# Common mistakes for a type, with the type and format that are meant.
_MISNAMED: Final[Mapping[str, tuple[str, str | None]]] = {
    **{name: ("integer", name) for name in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")},
    **dict.fromkeys(("int", "long", "short", "Integer"), ("integer", None)),
    **{name: ("number", name) for name in ("float", "double", "decimal")},
    **dict.fromkeys(("bool", "Boolean"), ("boolean", None)),
    **{name: ("string", name) for name in ("date", "date-time", "time", "uuid", "uri", "email", "binary", "byte")},
    **dict.fromkeys(("str", "text", "String"), ("string", None)),
    "datetime": ("string", "date-time"),
    "file": ("string", "binary"),
    **dict.fromkeys(("list", "Array"), ("array", None)),
    **dict.fromkeys(("dict", "map", "Object"), ("object", None)),
}


def types_of(value: Mapping[str, Any]) -> tuple[list[str] | None, str, str | None]:
    """Return the types of a schema (None for any), a name that is not a type, and the format that it stands for."""
    kind = value.get("type")
    named = [kind] if isinstance(kind, str) else [str(item) for item in kind] if isinstance(kind, list) else []
    found, wrong, meant = set[str](), "", None
    for name in named:
        if name in TYPES:
            found.add(name)
            continue
        wrong = name
        known, meant = _MISNAMED.get(name, (None, None))
        if known is None:
            return None, wrong, None
        found.add(known)
    return (sorted(found) if found else None), wrong, meant
