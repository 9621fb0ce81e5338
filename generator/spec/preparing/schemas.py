"""Prepare schemas for the parser: each schema that becomes a class is a component with a name."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from openapi_python_client.config import Config

from ..files import BrokenReferenceError
from ..places import Pointer
from .components import Components
from .inheritance import Resolve, bases
from .keywords import (
    BINARY,
    TYPED,
    Schema,
    constant,
    describe,
    is_nullable,
    is_reference,
    reference,
    shapes,
    types_of,
    union,
)
from .merging import Merging
from .names import Name, distinct


class SchemaReader:
    """Prepares the schemas of a spec, the components first."""

    def __init__(self, declared: dict[str, Any], resolve: Resolve, config: Config) -> None:
        """Prepare the components.

        Args:
            declared: The spec's `components/schemas`.
            resolve: Returns the pointer and the value of a `$ref`'s target.
        """
        self.components = Components(config)
        self._resolve = resolve
        self._prefix = config.field_prefix
        self._merging = Merging(resolve)
        self._open: list[int] = []  # the `id` of each schema that is being prepared and has no name
        self.components.declare(declared)
        self._bases = bases(declared, self.components, resolve)
        for node in declared.values():
            if (name := self.components.name(node)) is not None:
                self.components.schemas[name] = self._read(node, Name("", name), name)

    def read(self, node: Any, name: Name) -> Schema:
        """Prepare a schema; `name` is the name of its class if it has no title."""
        return self._read(node, name, None)

    def _read(self, node: Any, name: Name, wanted: str | None) -> Schema:
        """Prepare a schema; `wanted` is its name if it is a component."""
        if not isinstance(node, dict):
            return {}  # true, false or null, read as any value
        if wanted is None and (known := self.components.name(node)) is not None:
            return deepcopy(self._bases.get(id(node))) or reference(known)
        if id(node) in self._open:
            return {}  # Python has no type for a list of itself
        self._open.append(id(node))
        try:
            return self._read_open(node, name, wanted)
        finally:
            self._open.pop()

    def _read_open(self, node: Schema, name: Name, wanted: str | None) -> Schema:
        if is_reference(node):
            siblings = {key: value for key, value in node.items() if key != "$ref"}
            if not TYPED & siblings.keys():
                return self._read_reference(node, name)
            node = {**siblings, "allOf": [{"$ref": node["$ref"]}, *siblings.get("allOf", [])]}
        if "allOf" in node:
            parts = [part for part in node["allOf"] if isinstance(part, dict) and TYPED & part.keys()]
            own = {key: value for key, value in node.items() if key != "allOf"}
            nullable = is_nullable(node) or any(part == {"nullable": True} for part in parts)
            parts = [part for part in parts if part.keys() != {"nullable"}]
            if len(parts) == 1 and not (TYPED - {"nullable"}) & (own.keys() - {"type"}) and not shapes(own):
                return _described(_nullable(self.read(parts[0], name), nullable), node)
            merged = self._merging.flatten(node)
            return self._read_merged(node, {**merged, "nullable": nullable}, name, wanted)
        return self._read_merged(node, node, name, wanted)

    def _read_reference(self, node: Schema, name: Name) -> Schema:
        seen = set[str]()
        target: Any = node
        pointer: Pointer = ()
        while is_reference(target):
            if target["$ref"] in seen:
                return {}
            seen.add(target["$ref"])
            pointer, target = self._resolve(target["$ref"])
        if isinstance(target, dict) and self.components.name(target) is None:
            if pointer[:2] == ("components", "schemas"):
                name = Name("", "_".join(part for part in pointer[2:] if part != "properties"))
            elif pointer and not pointer[-1].isdecimal():
                name = Name("", pointer[-1])
        return self.read(target, name)

    def _read_merged(self, node: Schema, schema: Schema, name: Name, wanted: str | None) -> Schema:
        """Prepare a schema without `allOf`; `node` is the original schema."""
        nullable = is_nullable(schema)
        types = [type_ for type_ in types_of(schema) if type_ != "null"]
        parts = [part for key in ("anyOf", "oneOf") for part in schema.get(key, [])]
        if parts and schema.get("properties"):
            merged = self._merging.with_variants(schema, parts)
            read = self._read_object(node, merged, name, _inner(wanted, nullable))
            return _described(_nullable(read, nullable), schema)
        if parts:
            return _described(self._read_union(schema, parts, name, nullable), schema)
        if "enum" in schema:
            return _described(self._read_enum(node, schema, name, wanted, nullable), schema)
        if "const" in schema:
            return _described(_nullable(constant(schema["const"]), nullable), schema)
        if not types:
            types = _implied(schema, nullable)
        if len(types) > 1:
            variants = [
                self.read(self._merging.of_type(node, schema, type_), name.inner(f"type_{index}"))
                for index, type_ in enumerate(types)
            ]
            return _described(union(variants, nullable), schema)
        read = self._read_type(node, schema, types[0] if types else None, name, _inner(wanted, nullable))
        return _described(_nullable(read, nullable), schema)

    def _read_type(self, node: Schema, schema: Schema, type_: str | None, name: Name, wanted: str | None) -> Schema:
        match type_:
            case "object":
                return self._read_object(node, schema, name, wanted)
            case "array":
                return {"type": "array", "items": self._read_items(schema, name)}
            case "string" if "contentMediaType" in schema and "contentEncoding" not in schema:
                return dict(BINARY)  # how OpenAPI 3.1 declares bytes
            case "string":
                known = schema.get("format") in ("date-time", "date", "binary", "uuid")
                return {"type": "string", "format": schema["format"]} if known else {"type": "string"}
            case None:
                return {}
            case _:
                return {"type": type_}

    def _read_items(self, schema: Schema, name: Name) -> Schema:
        items = schema.get("items")
        parts = [*(schema.get("prefixItems") or []), *(items if isinstance(items, list) else [items])]
        read = [self.read(part, name.inner("item")) for part in parts if part not in (None, False)]
        return union(read, nullable=False) if read else {}

    def _read_object(self, node: Schema, schema: Schema, name: Name, wanted: str | None) -> Schema:
        if "allOf" in schema or schema.get("nullable"):
            schema = {**schema, "nullable": False}
        title = schema.get("title")
        result: Schema = {"type": "object"}
        result |= {key: value for key, value in schema.items() if key.startswith("x-")}
        chosen = wanted or self.components.add(node, result, name)
        if isinstance(title, str) and self.components.class_name(title) == chosen:
            result["title"] = title
        result |= describe(schema)
        properties = schema.get("properties")
        if isinstance(properties, dict) and properties:
            keys = dict(zip(properties, distinct(properties, self._prefix), strict=True))
            result["properties"] = {keys[key]: self.read(value, Name(chosen, key)) for key, value in properties.items()}
            required = [keys[key] for key in schema.get("required", []) if key in properties]
            if required:
                result["required"] = list(dict.fromkeys(required))
        extra = schema.get("additionalProperties")
        patterns = list((schema.get("patternProperties") or {}).values())
        if patterns:
            read = [self.read(part, Name(chosen, "AdditionalProperty")) for part in patterns]
            result["additionalProperties"] = {} if extra is True else union(read, nullable=False)
        elif isinstance(extra, bool):
            result["additionalProperties"] = extra
        elif isinstance(extra, dict):
            result["additionalProperties"] = self.read(extra, Name(chosen, "AdditionalProperty")) or True
        return result if wanted else reference(chosen)

    def _read_enum(self, node: Schema, schema: Schema, name: Name, wanted: str | None, nullable: bool) -> Schema:
        values = [value for value in schema["enum"] if value is not None]
        nullable = nullable or len(values) < len(schema["enum"])
        groups: dict[type, list[Any]] = {}
        for value in values:
            group = groups.setdefault(type(value), [])
            if value not in group:
                group.append(value)
        if not groups:
            return {"type": "null"} if schema["enum"] else {}
        variants = []
        for index, (kind, group) in enumerate(groups.items()):
            if kind in (str, int):
                part = {"enum": group, "type": "string" if kind is str else "integer", **describe(schema)}
                alone = len(groups) == 1
                inside = _inner(wanted, nullable) if alone else None
                derived = node if alone else self._merging.of_type(node, schema, kind.__name__)
                called = name if alone else name.inner(f"type_{index}")
                variants.append(part if inside else reference(self.components.add(derived, part, called)))
            elif kind is bool:
                variants.append({"const": group[0]} if len(group) == 1 else {"type": "boolean"})
            else:
                variants.append({"type": "number"} if kind is float else {})
        return union(variants, nullable)

    def _read_union(self, schema: Schema, parts: list[Any], name: Name, nullable: bool) -> Schema:
        own = {key: value for key, value in schema.items() if key in ("type", "format", "items", "enum", "const")}
        own.pop("type", None) if own.get("type") == "null" else None
        variants = []
        mapping = self._mapping(schema, parts)
        for index, part in enumerate(parts):
            if part is None or (isinstance(part, dict) and part.get("type") == "null"):
                nullable = True
                continue
            if own and isinstance(part, dict) and not is_reference(part) and not {"type", "allOf"} & part.keys():
                part = self._merging.joined({**own}, part)
            title = part.get("title") if isinstance(part, dict) else None
            suffix = title if isinstance(title, str) and title != schema.get("title") else f"type_{index}"
            variants.append(self.read(part, name.inner(suffix)))
        result = union(variants, nullable)
        if mapping and len(variants) > 1:
            result["discriminator"] = {"propertyName": schema["discriminator"]["propertyName"], "mapping": mapping}
        return result

    def _mapping(self, schema: Schema, parts: list[Any]) -> dict[str, str]:
        """Return a discriminator's mapping to prepared components; by default, values are names of components."""
        if "discriminator" not in schema:
            return {}
        references = [part["$ref"] for part in parts if is_reference(part)]
        declared = schema["discriminator"].get("mapping", {})
        named = {target.rsplit("/", 1)[-1]: target for target in references}
        found: dict[str, str] = {}
        others = {key: target for key, target in named.items() if target not in declared.values()}
        for value, target in {**others, **declared}.items():
            meant = target if "/" in target or "#" in target else named.get(target)
            if meant is None:
                continue
            try:
                _, node = self._resolve(meant)
            except BrokenReferenceError:  # mappings are not checked
                continue
            if (name := self.components.name(node)) is not None:
                found[value] = reference(name)["$ref"]
        return found


def _inner(wanted: str | None, nullable: bool) -> str | None:
    """Return the component's name for its class; None if the component is the union of a class with null."""
    return None if nullable else wanted


def _implied(schema: Schema, nullable: bool) -> list[str]:
    if schema.keys() & {"properties", "additionalProperties", "patternProperties"}:
        return ["object"]
    if schema.keys() & {"items", "prefixItems"}:
        return ["array"]
    if schema.get("format") in ("binary", "date", "date-time", "uuid", "byte", "uri", "email"):
        return ["string"]
    return ["null"] if nullable and "type" in schema else []


def _nullable(schema: Schema, nullable: bool) -> Schema:
    return union([schema], nullable=True) if nullable else schema


def _described(schema: Schema, node: Schema) -> Schema:
    return schema if is_reference(schema) or schema.get("type") == "object" else {**schema, **describe(node)}
