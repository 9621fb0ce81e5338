"""Invalid but harmless documents: all that the stock parser reads whole is read too, with a note."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData

from generator.spec.parsing import parse_spec
from generator.spec.places import DocumentError

_TEXT = {"schema": {"type": "string"}}
_FORM = {
    "schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}},
    "encoding": {"file": {"contentType": "image/png", "headers": {"H": _TEXT}, "style": "form", "explode": True}},
}
_PETS: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Pets", "version": "1", "description": "About pets."},
    "servers": [{"url": "http://{host}", "variables": {"host": {"default": "a", "enum": ["a"]}}}],
    "tags": [{"name": "pets", "description": "About pets."}],
    "security": [{"key": []}],
    "paths": {
        "/pets/{id}": {
            "servers": [{"url": "/b"}],
            "parameters": [{"name": "id", "in": "path", "required": True, **_TEXT}],
            "get": {
                "tags": ["pets"],
                "summary": "Get a pet.",
                "operationId": "getPet",
                "deprecated": False,
                "security": [{"key": []}],
                "parameters": [
                    {"name": "q", "in": "query", "required": False, "style": "form", "explode": True, **_TEXT},
                    {"name": "j", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}},
                ],
                "responses": {
                    "200": {
                        "description": "A pet.",
                        "headers": {"H": _TEXT},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}},
                    }
                },
            },
            "post": {
                "operationId": "postPet",
                "requestBody": {"required": True, "content": {"multipart/form-data": _FORM}},
                "responses": {"204": {"description": "Done."}},
            },
        }
    },
    "components": {
        "schemas": {
            "Pet": {
                "type": "object",
                "title": "Pet",
                "required": ["name"],
                "nullable": False,
                "additionalProperties": False,
                "properties": {
                    "name": {"type": "string", "maxLength": 9, "default": "a"},
                    "age": {"type": "integer", "minimum": 0, "exclusiveMinimum": False},
                    "toys": {"type": "array", "items": {"type": "string"}, "uniqueItems": False},
                    "friend": {
                        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
                        "discriminator": {"propertyName": "kind"},
                    },
                },
            },
            "Cat": {"type": "object", "properties": {"kind": {"type": "string", "enum": ["Cat"]}}},
            "Dog": {"type": "object", "properties": {"kind": {"type": "string", "enum": ["Dog"]}}},
        },
        "securitySchemes": {"key": {"type": "apiKey", "name": "K", "in": "header"}},
    },
}
# References and their targets: a dangling reference is refused here, and left out by stock.
_REFERRED = {"$ref", "components", "schemas"}


def _pointers(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        yield (*above, key)
        yield from _pointers(inner, (*above, key))


def _with(pointer: tuple[Any, ...], value: object) -> dict[str, Any]:
    document = deepcopy(_PETS)
    node: Any = document
    for key in pointer[:-1]:
        node = node[key]
    node[pointer[-1]] = value
    return document


def _operations(data: GeneratorData) -> int:
    return sum(len(collection.endpoints) for collection in data.endpoint_collections_by_tag.values())


def _read_by_stock(document: dict[str, Any]) -> int:
    """Return how many operations the stock parser reads, or 0 if it does not read all."""
    config = Config.from_sources(ConfigFile(), MetaType.NONE, Path(), "utf-8", overwrite=True, output_path=None)
    try:
        data = GeneratorData.from_dict(deepcopy(document), config=config)
    except (AttributeError, TypeError, ValueError):
        return 0
    return _operations(data) if isinstance(data, GeneratorData) and not data.errors else 0


@pytest.mark.parametrize("value", [None, 1, True, "x", "true", {}, [None]], ids=repr)
def test_documents_that_stock_reads_whole_are_read_whole(tmp_path: Path, value: object) -> None:
    """With each value in each place; a refusal is a sentence with the place, never a traceback."""
    config = tmp_path / "config.yml"
    config.write_text("package_name_override: pets\n", encoding="utf-8")
    spec, lost = tmp_path / "pets.json", []
    for pointer in _pointers(_PETS):
        document = _with(pointer, value)
        spec.write_text(json.dumps(document), encoding="utf-8")
        try:
            read = _operations(parse_spec(spec, config).data)
        except DocumentError as error:
            assert str(error).startswith(f"{spec}"), error
            read = 0
        if read < _read_by_stock(document) and pointer[-1] not in _REFERRED:
            lost.append(pointer)
    assert not lost


def test_operations_keep_their_security_where_it_is_null(tmp_path: Path) -> None:
    """A null `security` asks for what the document asks for; null scopes are none."""
    config = tmp_path / "config.yml"
    config.write_text("package_name_override: pets\n", encoding="utf-8")
    spec = tmp_path / "pets.json"
    for pointer in (("paths", "/pets/{id}", "get", "security"), ("security", 0, "key")):
        spec.write_text(json.dumps(_with(pointer, None)), encoding="utf-8")
        found = parse_spec(spec, config)
        assert found.prepared.document["paths"]["/pets/{id}"]["get"]["security"] == [{"key": []}]
        assert len(found.source.notes) == 1
