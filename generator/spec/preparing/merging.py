"""Merge `allOf` into one schema, and an object with its variants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..places import Pointer
from .keywords import DESCRIBED, TYPED, Schema, is_reference, shapes, types_of


class Merging:
    """Merges schemas. Merging the same schemas again returns the same object, so that it becomes one class."""

    def __init__(self, resolve: Callable[[str], tuple[Pointer, Any]]) -> None:
        self._resolve = resolve
        self._merged: dict[tuple[int, int | str], Schema] = {}  # by the `id` of a schema, and of another or a type
        self._flattened: dict[int, Schema] = {}  # by the `id` of the original schema
        self._alive: list[Any] = []  # keeps schemas alive, so that no `id` is reused

    def flatten(self, node: Any, path: tuple[int, ...] = ()) -> Schema:
        """Merge the `$ref` and the `allOf` of a schema into it; a circle of `allOf` is ignored."""
        if id(node) not in self._flattened:
            self._alive.append(node)
            self._flattened[id(node)] = self._flatten_parts(node, path)
        return self._flattened[id(node)]

    def _flatten_parts(self, node: Any, path: tuple[int, ...]) -> Schema:
        while isinstance(node, dict) and is_reference(node):
            if id(node) in path:
                return {}
            path = (*path, id(node))
            siblings = {key: value for key, value in node.items() if key != "$ref"}
            _, node = self._resolve(node["$ref"])
            if TYPED & siblings.keys():
                node = {**siblings, "allOf": [node, *siblings.get("allOf", [])]}
        if not isinstance(node, dict) or id(node) in path:
            return {}
        path = (*path, id(node))
        result: Schema = {}
        parts = [self.flatten(part, path) for part in node.get("allOf", ())]
        for part in parts:
            inherited = {key: value for key, value in part.items() if key not in ("title", "discriminator", *DESCRIBED)}
            inherited |= {key: part[key] for key in ("description",) if key in part and not shapes(part)}
            result = self.joined(result, inherited) if result else inherited
        own = {key: value for key, value in node.items() if key != "allOf"}
        return self.joined(result, own) if parts else own

    def joined(self, one: Schema, other: Schema) -> Schema:
        """Return a schema that allows the values that both schemas allow, as far as types can tell."""
        result = {**one, **other}
        if "properties" in one and "properties" in other:
            properties = {**one["properties"], **other["properties"]}
            for name in one["properties"].keys() & other["properties"].keys():
                properties[name] = self._both(one["properties"][name], other["properties"][name])
            result["properties"] = properties
        if "required" in one or "required" in other:
            result["required"] = list(dict.fromkeys([*one.get("required", []), *other.get("required", [])]))
        if "enum" in one and "enum" in other:
            result["enum"] = [value for value in other["enum"] if value in one["enum"]] or other["enum"]
        if "type" in one and "type" in other:
            both = [type_ for type_ in types_of(other) if type_ in types_of(one)]
            narrower = ["integer"] if {"integer", "number"} == {*types_of(one), *types_of(other)} else types_of(other)
            found = both or narrower
            result["type"] = found[0] if len(found) == 1 else found
        if one.get("additionalProperties") is False or other.get("additionalProperties") is False:
            one_extra, other_extra = one.get("additionalProperties"), other.get("additionalProperties")
            if one_extra is not False or other_extra is not False:
                result["additionalProperties"] = other_extra if one_extra is False else one_extra
                if result["additionalProperties"] in (None, False):
                    del result["additionalProperties"]
        return result

    def _both(self, one: Any, other: Any) -> Any:
        """Merge a property that two parts of `allOf` declare; a part without a type is ignored."""
        if one == other or not isinstance(one, dict) or not TYPED & one.keys():
            return other if isinstance(other, dict) and (TYPED & other.keys() or not isinstance(one, dict)) else one
        if not isinstance(other, dict) or not TYPED & other.keys():
            return one
        return self._once({"allOf": [one, other]}, one, other)

    def _once(self, merged: Schema, one: Any, other: Any) -> Schema:
        """Return a schema that was merged from two others, or the one that was merged from these before."""
        key = (id(one), id(other))
        if key not in self._merged:
            self._merged[key] = merged
            self._alive += [one, other]
        return self._merged[key]

    def with_variants(self, schema: Schema, union: list[Any]) -> Schema:
        """Merge an object with its variants, whose properties are required only if all variants require them."""
        own = {key: value for key, value in schema.items() if key not in ("anyOf", "oneOf", "discriminator")}
        found = [self.flatten(part) for part in union]
        variants = [part for part in found if part.get("properties")]
        if not variants:
            return own
        properties = dict(own["properties"])
        for variant in variants:
            for name, value in variant["properties"].items():
                known = properties.setdefault(name, value)
                if known is not value and known != value and name not in own["properties"]:
                    properties[name] = self._once({"anyOf": [known, value]}, known, value)
        shared = set.intersection(*({*variant.get("required", [])} for variant in variants))
        required = (
            [*own.get("required", []), *sorted(shared)] if len(variants) == len(found) else own.get("required", [])
        )
        return {**own, "properties": properties, "required": list(required)}

    def of_type(self, node: Schema, schema: Schema, type_: str) -> Schema:
        """Return a schema restricted to one of its types; `node` is the original schema."""
        key = (id(node), type_)
        if key not in self._merged:
            self._merged[key] = {**schema, "type": type_, "nullable": False}
            self._alive.append(node)
        return self._merged[key]
