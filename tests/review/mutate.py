"""Mutations of any document: each is one change at one place, with the verdict that it must get."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

Document: TypeAlias = dict[str, Any]
Path: TypeAlias = tuple[str | int, ...]
_METHODS = ("get", "put", "post", "delete", "patch")
_NO_VALUES = ("string", "integer", "number", "boolean", "array", "object")


class Mutation(NamedTuple):
    """A document with one change, and the letter of its verdict: breaking, additive, docs, or `-` for none."""

    name: str
    document: Document
    letter: str


def mutations(document: Document, *, most: int = 3) -> Iterator[Mutation]:
    """Yield at most `each` mutations of every kind."""
    for change in (*_OF_OPERATIONS, *_OF_SCHEMAS):
        yield from islice(change(document), most)


def _with(document: Document, path: Path, edit: Callable[[Any], None]) -> Document:
    """Return a copy whose value at a path was edited in place."""
    changed = copy.deepcopy(document)
    edit(_at(changed, path))
    return changed


def _updated(document: Document, path: Path, entries: Document) -> Document:
    """Return a copy with entries in the mapping at a path."""
    return _with(document, path, lambda item: item.update(entries))


def _without(document: Document, path: Path, key: str | int) -> Document:
    """Return a copy without an entry of the mapping or list at a path."""
    return _with(document, path, lambda item: item.pop(key))


def _listed(document: Document, path: Path, key: str, value: Any) -> Document:
    """Return a copy with one more value in the list of a mapping at a path."""
    return _with(document, path, lambda item: item.setdefault(key, []).append(value))


def _at(value: Any, path: Path) -> Any:
    for part in path:
        value = value[part]
    return value


# Operations.


def _operations(document: Document) -> Iterator[Path]:
    for path, item in document["paths"].items():
        for method in item:
            if method in _METHODS:
                yield ("paths", path, method)


def _operation_removed(document: Document) -> Iterator[Mutation]:
    for path in _operations(document):
        yield Mutation(f"{path}: removed", _without(document, path[:-1], path[-1]), "B")


def _operation_added(document: Document) -> Iterator[Mutation]:
    for path in _operations(document):
        fresh = {"responses": {"204": {"description": "done"}}}
        yield Mutation(f"{path}: trace added", _updated(document, path[:-1], {"trace": fresh}), "A")


def _operation_words(document: Document) -> Iterator[Mutation]:
    for path in _operations(document):
        yield Mutation(f"{path}: described", _updated(document, path, {"description": "Other."}), "D")


def _operation_deprecated(document: Document) -> Iterator[Mutation]:
    for path in _operations(document):
        yield Mutation(f"{path}: deprecated", _updated(document, path, {"deprecated": True}), "A")


def _parameters(document: Document) -> Iterator[Path]:
    for path in _operations(document):
        for index, item in enumerate(_at(document, path).get("parameters", [])):
            if "$ref" not in item and item["in"] != "path" and "$ref" not in item.get("schema", {}):
                yield (*path, "parameters", index)


def _parameter_removed(document: Document) -> Iterator[Mutation]:
    for path in _parameters(document):
        yield Mutation(f"{path}: removed", _without(document, path[:-1], path[-1]), "B")


def _parameter_renamed(document: Document) -> Iterator[Mutation]:
    for path in _parameters(document):
        yield Mutation(f"{path}: renamed", _updated(document, path, {"name": "another_name"}), "B")


def _parameter_required(document: Document) -> Iterator[Mutation]:
    for path in _parameters(document):
        required = _at(document, path).get("required", False)
        changed = _updated(document, path, {"required": not required})
        yield Mutation(f"{path}: required {not required}", changed, "A" if required else "B")


def _parameter_default(document: Document) -> Iterator[Mutation]:
    for path in _parameters(document):
        if not _at(document, path).get("required"):
            changed = _updated(document, (*path, "schema"), {"default": "another"})
            yield Mutation(f"{path}: default", changed, "B")


def _parameter_kind(document: Document) -> Iterator[Mutation]:
    for path in _parameters(document):
        kind = _at(document, path)["schema"].get("type")
        if kind in ("string", "integer", "boolean"):
            other = "boolean" if kind != "boolean" else "string"
            changed = _updated(document, path, {"schema": {"type": other}})
            yield Mutation(f"{path}: {other}", changed, "B")


def _parameter_added(document: Document) -> Iterator[Mutation]:
    for path in _operations(document):
        for required in (False, True):
            fresh = {"name": "fresh", "in": "query", "required": required, "schema": {"type": "string"}}
            changed = _listed(document, path, "parameters", fresh)
            yield Mutation(f"{path}: parameter added, required {required}", changed, "B" if required else "A")


def _response_removed(document: Document) -> Iterator[Mutation]:
    for path in _operations(document):
        responses = _at(document, path)["responses"]
        if "200" in responses:
            changed = _without(document, (*path, "responses"), "200")
            yield Mutation(f"{path}: 200 removed", changed, "B")


def _error_removed(document: Document) -> Iterator[Mutation]:
    for path in _operations(document):
        for code in _at(document, path)["responses"]:
            if code.startswith(("4", "5")) or code == "default":
                changed = _without(document, (*path, "responses"), code)
                yield Mutation(f"{path}: {code} removed", changed, "A")


def _error_added(document: Document) -> Iterator[Mutation]:
    for path in _operations(document):
        if "418" not in _at(document, path)["responses"]:
            fresh = {"description": "teapot"}
            changed = _updated(document, (*path, "responses"), {"418": fresh})
            yield Mutation(f"{path}: 418 added", changed, "A")


def _media_types(document: Document) -> Iterator[Mutation]:
    for path in _operations(document):
        at = (*path, "responses", "200")
        answer = _at(document, path)["responses"].get("200", {})
        if "application/json" in answer.get("content", {}):
            changed = _updated(document, (*at, "content"), {"text/csv": {"schema": {"type": "string"}}})
            yield Mutation(f"{path}: media type added", changed, "A")

            def swap(content: Any) -> None:
                content["application/cbor"] = content.pop("application/json")

            yield Mutation(f"{path}: media type replaced", _with(document, (*at, "content"), swap), "B")


_OF_OPERATIONS = (
    *(_operation_removed, _operation_added, _operation_words, _operation_deprecated, _parameter_removed),
    *(_parameter_renamed, _parameter_required, _parameter_default, _parameter_kind, _parameter_added),
    *(_response_removed, _error_removed, _error_added, _media_types),
)


# Schemas of components that only responses use.


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "$ref" and isinstance(item, str):
                yield item
            else:
                yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)


def _closure(document: Document, roots: list[Any]) -> set[str]:
    found: set[str] = set()
    todo = [reference for root in roots for reference in _references(root)]
    while todo:
        reference = todo.pop()
        if reference not in found:
            found.add(reference)
            todo += _references(_at(document, tuple(reference.removeprefix("#/").split("/"))))
    return found


def _schemas(document: Document) -> Iterator[Path]:
    """Yield the object schemas of components that only responses use."""
    operations = [_at(document, path) for path in _operations(document)]
    shared = [item.get("parameters", []) for item in document["paths"].values()]
    sent = _closure(document, [*shared, *([item.get("parameters"), item.get("requestBody")] for item in operations)])
    read = _closure(document, [item.get("responses") for item in operations])
    for reference in sorted(read - sent):
        path: Path = tuple(reference.removeprefix("#/").split("/"))
        schema = _at(document, path)
        if path[1] == "schemas" and isinstance(schema.get("properties"), dict) and "allOf" not in schema:
            yield path


def _properties(document: Document) -> Iterator[tuple[Path, str]]:
    for path in _schemas(document):
        for name in _at(document, path)["properties"]:
            yield path, name


def _property_removed(document: Document) -> Iterator[Mutation]:
    for path, name in _properties(document):

        def remove(schema: Any, name: str = name) -> None:
            del schema["properties"][name]
            if name in schema.get("required", []):
                schema["required"].remove(name)

        yield Mutation(f"{path} {name}: removed", _with(document, path, remove), "B")


def _property_added(document: Document) -> Iterator[Mutation]:
    for path in _schemas(document):
        changed = _updated(document, (*path, "properties"), {"fresh": {"type": "string"}})
        yield Mutation(f"{path}: property added", changed, "A")


def _property_renamed(document: Document) -> Iterator[Mutation]:
    for path, name in _properties(document):

        def rename(schema: Any, name: str = name) -> None:
            schema["properties"] = {
                f"{name}_too" if key == name else key: item for key, item in schema["properties"].items()
            }
            if name in schema.get("required", []):
                schema["required"][schema["required"].index(name)] = f"{name}_too"

        yield Mutation(f"{path} {name}: renamed", _with(document, path, rename), "B")


def _property_optional(document: Document) -> Iterator[Mutation]:
    for path in _schemas(document):
        for name in _at(document, path).get("required", []):
            changed = _without(document, (*path, "required"), _at(document, path)["required"].index(name))
            yield Mutation(f"{path} {name}: optional", changed, "B")


def _property_required(document: Document) -> Iterator[Mutation]:
    for path, name in _properties(document):
        if name not in _at(document, path).get("required", []):
            changed = _listed(document, path, "required", name)
            yield Mutation(f"{path} {name}: required", changed, "A")


def _scalars(document: Document) -> Iterator[Path]:
    for path, name in _properties(document):
        schema = _at(document, path)["properties"][name]
        if (
            isinstance(schema.get("type"), str)
            and schema["type"] in _NO_VALUES
            and not {"enum", "const", "nullable"} & {*schema}
        ):
            yield (*path, "properties", name)


def _property_kind(document: Document) -> Iterator[Mutation]:
    for path in _scalars(document):
        other = "boolean" if _at(document, path)["type"] != "boolean" else "string"
        yield Mutation(f"{path}: {other}", _replaced(document, path, {"type": other}), "B")


def _property_nullable(document: Document) -> Iterator[Mutation]:
    for path in _scalars(document):
        old = _at(document, path)
        fresh: Document = {"anyOf": [copy.deepcopy(old), {"type": "null"}]}
        if str(document["openapi"]).startswith("3.0"):
            fresh = {**copy.deepcopy(old), "nullable": True}
        yield Mutation(f"{path}: nullable", _replaced(document, path, fresh), "B")


def _property_words(document: Document) -> Iterator[Mutation]:
    for path in _scalars(document):
        yield Mutation(f"{path}: described", _updated(document, path, {"description": "Other."}), "D")


def _property_wrapped(document: Document) -> Iterator[Mutation]:
    for path in _scalars(document):
        changed = _replaced(document, path, {"allOf": [copy.deepcopy(_at(document, path))]})
        yield Mutation(f"{path}: wrapped", changed, "-")


def _property_widened(document: Document) -> Iterator[Mutation]:
    for path in _scalars(document):
        fresh = {"anyOf": [copy.deepcopy(_at(document, path)), {"type": "array", "items": {"type": "object"}}]}
        if _at(document, path)["type"] != "array":
            yield Mutation(f"{path}: widened", _replaced(document, path, fresh), "B")


def _replaced(document: Document, path: Path, value: Any) -> Document:
    def replace(owner: Any) -> None:
        owner[path[-1]] = value

    return _with(document, path[:-1], replace)


def _enums(document: Document) -> Iterator[Path]:
    for path, name in _properties(document):
        schema = _at(document, path)["properties"][name]
        if isinstance(schema.get("enum"), list) and schema.get("type") == "string":
            yield (*path, "properties", name)


def _enum_grown(document: Document) -> Iterator[Mutation]:
    for path in _enums(document):
        yield Mutation(f"{path}: grown", _listed(document, path, "enum", "another"), "B")


def _enum_shrunk(document: Document) -> Iterator[Mutation]:
    for path in _enums(document):
        if len(_at(document, path)["enum"]) > 1:
            yield Mutation(f"{path}: shrunk", _without(document, (*path, "enum"), -1), "A")


def _enum_opened(document: Document) -> Iterator[Mutation]:
    for path in _enums(document):
        fresh = {"anyOf": [copy.deepcopy(_at(document, path)), {"type": "string"}]}
        yield Mutation(f"{path}: opened", _replaced(document, path, fresh), "B")


def _reference_inlined(document: Document) -> Iterator[Mutation]:
    for path, name in _properties(document):
        schema = _at(document, path)["properties"][name]
        if set(schema) == {"$ref"}:
            target = _at(document, tuple(schema["$ref"].removeprefix("#/").split("/")))
            changed = _replaced(document, (*path, "properties", name), copy.deepcopy(target))
            yield Mutation(f"{path} {name}: inlined", changed, "-")


def _reordered(document: Document) -> Iterator[Mutation]:
    for path in _schemas(document):

        def reverse(schema: Any) -> None:
            schema["properties"] = dict(reversed(schema["properties"].items()))
            if "required" in schema:
                schema["required"].reverse()

        yield Mutation(f"{path}: reordered", _with(document, path, reverse), "-")


def _schema_renamed(document: Document) -> Iterator[Mutation]:
    for path in _schemas(document):
        changed = copy.deepcopy(document)
        old, new = f"#/components/schemas/{path[-1]}", f"#/components/schemas/{path[-1]}Too"

        def follow(value: Any, old: str = old, new: str = new) -> Any:
            if isinstance(value, dict):
                return {key: follow(item, old, new) for key, item in value.items()}
            if isinstance(value, list):
                return [follow(item, old, new) for item in value]
            return new if value == old else value

        changed = follow(changed)
        changed["components"]["schemas"][f"{path[-1]}Too"] = changed["components"]["schemas"].pop(str(path[-1]))
        yield Mutation(f"{path}: schema renamed", changed, "D")


_OF_SCHEMAS = (
    *(_property_removed, _property_added, _property_renamed, _property_optional, _property_required, _property_kind),
    *(_property_nullable, _property_words, _property_wrapped, _property_widened, _enum_grown, _enum_shrunk),
    *(_enum_opened, _reference_inlined, _reordered, _schema_renamed),
)
