"""Describe models to pydantic: how it validates and serializes them, and their JSON schema."""

# Type checkers also read this module where the extra is not installed.
# mypy: disable-error-code=import-not-found

from __future__ import annotations

import datetime
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin
from uuid import UUID

import attrs
from pydantic_core import core_schema

from .tree import JSON, Node, copied, plain_values

_SCALARS: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    NoneType: {"type": "null"},
    datetime.date: {"type": "string", "format": "date"},
    datetime.datetime: {"type": "string", "format": "date-time"},
    UUID: {"type": "string", "format": "uuid"},
}


def validation_schema(model: Any) -> core_schema.CoreSchema:
    """Return a core schema with which pydantic accepts models and dicts, and serializes models as `to_dict` does.

    pydantic's options `include`, `exclude` and `exclude_none` count as for its own models.
    """

    def made(value: object) -> object:
        try:
            return model.model_validate(value)
        except TypeError as error:  # pydantic reports only ValueError as a validation error
            raise ValueError(str(error)) from None

    def written(value: Any, serialize: core_schema.SerializerFunctionWrapHandler, info: Any) -> Any:
        return serialize(copied(value, plain=True, written=_present_values if info.exclude_none else plain_values))

    return core_schema.no_info_plain_validator_function(
        made,
        serialization=core_schema.wrap_serializer_function_ser_schema(
            written, info_arg=True, schema=core_schema.any_schema()
        ),
    )


def json_schema(model: type[Any], above: tuple[type[Any], ...] = ()) -> dict[str, Any]:
    """Return the JSON schema of a model's declared properties, in which a model inside itself is any object."""
    if model in above:
        return {"type": "object", "title": model.__name__}
    attrs.resolve_types(model)
    fields = {field.name: field for field in attrs.fields(model)}
    inside = (*above, model)
    found: dict[str, Any] = {
        "type": "object",
        "title": model.__name__,
        "properties": {wire: _schema(fields[name].type, inside) for name, wire in model._wire_names.items()},
    }
    required = [wire for name, wire in model._wire_names.items() if fields[name].default is attrs.NOTHING]
    return {**found, "required": required} if required else found


def _present_values(node: Node) -> dict[str, Any]:
    return {name: value for name, value in plain_values(node).items() if value is not None}


def _schema(hint: Any, above: tuple[type[Any], ...]) -> dict[str, Any]:
    """Return the JSON schema of a type."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint == JSON:
        return {}
    if hint in _SCALARS:
        return _SCALARS[hint]
    if origin is Literal:
        return {"enum": [*arguments]}
    if origin in (Union, UnionType):
        return {"anyOf": [_schema(variant, above) for variant in arguments]}
    if origin is list:
        return {"type": "array", "items": _schema(arguments[0], above)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema(arguments[1], above)}
    return json_schema(hint, above) if isinstance(hint, type) and issubclass(hint, Node) else {}
