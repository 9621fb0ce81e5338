"""Put a document into the words that the generator's parser understands, without changing what it says.

The parser knows neither parameters, bodies and responses behind more than one `$ref`, nor most of `allOf`; it names
classes by title and gives up where two are alike. So here each schema that becomes a class is a component with a name
of its own, `allOf` is merged, `nullable` is a union with null, and each request and response has the media types that
are used.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from openapi_python_client.config import Config
from openapi_python_client.parser import openapi
from openapi_python_client.schema.untrusted_string import UntrustedString
from openapi_python_client.strings import ClassName, PythonIdentifier, pascal_case

from .checking import known_status
from .files import BrokenReferenceError
from .openapi import METHODS, objects
from .reading import Pointer

JSON: Final = "application/json"
_FORM: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"
_BYTES: Final = "application/octet-stream"
_TEXT: Final = "text/plain"
_ANY_TEXT: Final = "text/x-any"  # no operation's own, so that it can be said what its body is
_BINARY: Final = {"type": "string", "format": "binary"}
# Private-use characters, which no identifier is made of, carry what the parser must not see: a parameter that a path
# has for the second time, and the bytes of a name that would give an identifier which is taken.
REPEATED: Final = ("\ue000", "\ue001")
_CARRIED: Final = range(0xE100, 0xE200)
_TEMPLATE = re.compile(r"\{([^{}]*)\}")
_LONGEST_TYPE: Final = 2_000  # classes and built-in types in it
_LONGEST_NAME: Final = 120  # bytes; names are those of files, too
# What says which values a schema allows, in types: the rest narrows them down, or describes.
_TYPED: Final = {
    "type",
    "properties",
    "items",
    "prefixItems",
    "enum",
    "const",
    "allOf",
    "anyOf",
    "oneOf",
    "nullable",
} | {
    "additionalProperties",
    "patternProperties",
    "$ref",
    "format",
}
_DESCRIBED: Final = ("description", "deprecated", "readOnly", "writeOnly")

Schema = dict[str, Any]


@dataclass
class Prepared:
    """A document for the parser, where its operations stand in the person's, and the media types it is told to know."""

    document: dict[str, Any]
    operations: dict[str, Pointer] = field(default_factory=dict)
    components: dict[str, Pointer] = field(default_factory=dict)
    content_types: dict[str, str] = field(default_factory=dict)


def prepare(document: dict[str, Any], resolve: Callable[[str], tuple[Pointer, Any]], config: Config) -> Prepared:
    """Return what the parser is to read.

    Args:
        document: A document without problems; it is not changed, but shares its values with the result.
        resolve: What a `$ref` of the document means: where, and the value there.
    """
    return _Preparation(document, resolve, config).prepared()


def carrying(name: str, wire: str) -> str:
    """Return a text that the parser makes the identifier `name` of, and that carries the name on the wire."""
    return name + "".join(chr(_CARRIED.start + byte) for byte in wire.encode())


def carried(text: str) -> str:
    """Return the name on the wire, of a text that may carry it."""
    found = bytes(ord(each) - _CARRIED.start for each in text if ord(each) in _CARRIED)
    return found.decode() if found else text


@dataclass(frozen=True)
class _Name:
    """What a class here is called if it has no title: the class or operation that it is in, and the name in there."""

    parent: str
    name: str

    def inner(self, suffix: str) -> _Name:
        return _Name(self.parent, f"{self.name}_{suffix}")

    def __str__(self) -> str:
        return f"{pascal_case(self.parent)}{pascal_case(self.name)}" if self.parent else pascal_case(self.name)


class _Preparation:
    def __init__(self, document: dict[str, Any], resolve: Callable[[str], tuple[Pointer, Any]], config: Config) -> None:
        self._document = document
        self._resolve = resolve
        self._config = config
        self._schemas: dict[str, Schema] = {}  # the parser's components
        self._names: dict[int, str] = {}  # of the components, by the identity of the node that each was made from
        self._places: dict[str, Pointer] = {}
        self._enums: dict[str, list[Any]] = {}
        self._bases: dict[int, Schema] = {}  # what the reference to a schema that others inherit from stands for
        self._open: list[int] = []  # the nodes that are being read and have no name
        self._merged: dict[tuple[int, ...], Schema] = {}
        self._flattened: dict[int, Schema] = {}  # by the identity of the node
        self._kept: list[Any] = []  # a node must live for its identity to mean something
        self._content_types: dict[str, str] = {}
        self._operations: dict[str, Pointer] = {}

    def prepared(self) -> Prepared:
        declared = (self._document.get("components") or {}).get("schemas") or {}
        for name, node in self._component_names(declared).items():
            self._names[id(node)] = name
            self._schemas[name] = {}
        self._find_bases(declared)
        for key, node in declared.items():
            if id(node) in self._names:
                name = self._names[id(node)]
                self._places[name] = ("components", "schemas", key)
                self._schemas[name] = self._read(node, _Name("", name), name)
        paths = self._paths()
        self._follow_aliases(paths)
        self._break_circles()
        self._cut_endless_types()
        self._keep_files_in_forms(paths)
        self._relax_required(paths)
        info = self._document.get("info", {})
        document = {
            **{key: value for key, value in self._document.items() if key not in ("webhooks", "components", "paths")},
            "info": info,
            "paths": paths,
            "components": {
                **{
                    key: value
                    for key, value in (self._document.get("components") or {}).items()
                    if key == "securitySchemes"
                },
                "schemas": self._schemas,
            },
        }
        return Prepared(document, self._operations, self._places, self._content_types)

    # Names

    def _component_names(self, declared: dict[str, Any]) -> dict[str, Any]:
        """Return the components by the names of their classes: their titles where these are unique, else their keys."""
        nodes = {
            key: node
            for key, node in declared.items()
            if isinstance(node, dict) and not _is_reference(node) and not self._is_alias(node)
        }
        by_key = {key: self._class_name(key) for key in nodes}
        titles = {
            key: self._class_name(node["title"])
            for key, node in nodes.items()
            if isinstance(node.get("title"), str) and self._class_name(node["title"]).isidentifier()
        }
        taken = [*titles.values(), *(by_key[key] for key in nodes if key not in titles)]
        named: dict[str, Any] = {}
        for key, node in nodes.items():
            wanted = titles.get(key, by_key[key])
            if taken.count(wanted) > 1:
                wanted = by_key[key]
            named[_unique(wanted, named)] = node
        return named

    def _find_bases(self, declared: dict[str, Any]) -> None:
        """Find the components with a `discriminator` that others inherit from: whoever reads one may get another."""
        heirs: dict[int, list[tuple[str, Any]]] = {}
        for key, node in declared.items():
            if id(node) in self._names:
                for parent in self._ancestors(node):
                    heirs.setdefault(parent, []).append((key, node))
        for node in declared.values():
            discriminator = node.get("discriminator") if isinstance(node, dict) else None
            if (
                id(node) not in heirs
                or not isinstance(discriminator, dict)
                or ("properties" not in node and "allOf" not in node)
            ):
                continue
            if not isinstance(discriminator.get("propertyName"), str) or {"anyOf", "oneOf"} & node.keys():
                continue
            below = {id(heir): _reference(self._names[id(heir)]) for _, heir in heirs[id(node)]}
            mapping = {key: below[id(heir)]["$ref"] for key, heir in heirs[id(node)]}
            for value, target in (discriminator.get("mapping") or {}).items():
                heir = self._named_by(target, declared)
                if id(heir) in below:
                    mapping = {key: each for key, each in mapping.items() if declared.get(key) is not heir}
                    mapping[value] = below[id(heir)]["$ref"]
            base = self._names[id(node)]
            self._bases[id(node)] = {
                "anyOf": [*below.values(), _reference(base)],
                "discriminator": {"propertyName": discriminator["propertyName"], "mapping": mapping, "x-base": base},
            }

    def _named_by(self, target: str, declared: dict[str, Any]) -> Any:
        """Return the schema that a discriminator's mapping names, by its key or by a reference."""
        if target in declared:
            return declared[target]
        try:
            return self._resolve(target if "#" in target or "/" in target else f"#/components/schemas/{target}")[1]
        except BrokenReferenceError:  # a mapping may name what is not there
            return None

    def _ancestors(self, node: Schema) -> set[int]:
        """Return the schemas that a schema inherits from by `allOf`, at any distance."""
        found, waiting = set[int](), [part for part in node.get("allOf") or () if isinstance(part, dict)]
        while waiting:
            part = waiting.pop()
            if _is_reference(part):
                part = self._resolve(part["$ref"])[1]
                if not isinstance(part, dict) or id(part) in found:
                    continue
                found.add(id(part))
                waiting += [part] if _is_reference(part) else []
            waiting += [each for each in part.get("allOf") or () if isinstance(each, dict)]
        return found - {id(node)}

    @staticmethod
    def _is_alias(node: Schema) -> bool:
        """Return whether a schema is another one: a union or an `allOf` of one reference, and no more."""
        parts = [part for key in ("allOf", "anyOf", "oneOf") for part in node.get(key) or ()]
        only = len(parts) == 1 and isinstance(parts[0], dict) and _is_reference(parts[0]) and len(parts[0]) == 1
        return only and not (_TYPED - {"allOf", "anyOf", "oneOf"}) & {key for key in node if node[key] is not False}

    def _class_name(self, text: str) -> str:
        """Return a class name for a str that the parser does not change again."""
        name = ClassName(named(text.rsplit("/", 1)[-1]), self._config.field_prefix)
        again = ClassName(name, self._config.field_prefix)
        return str(name if name == again else again)

    def _component(self, node: Schema, schema: Schema, name: _Name, wanted: str | None) -> Schema:
        """Make a component of a schema that becomes a class, unless it is one; return the schema that refers to it."""
        if wanted is not None:
            return schema
        title = node.get("title")
        candidates = [str(name)]
        if isinstance(title, str) and pascal_case(title):
            prefixed = f"{pascal_case(name.parent)}{pascal_case(title)}"
            only_title = not self._config.use_path_prefixes_for_title_model_names and "enum" not in schema
            candidates = [pascal_case(title), prefixed] if only_title else [prefixed]
        for each in map(self._class_name, candidates):
            if each not in self._schemas or (schema.get("enum") and self._enums.get(each) == schema["enum"]):
                chosen = each
                break
        else:
            chosen = _unique(self._class_name(candidates[-1]), self._schemas)
        if "enum" in schema:
            self._enums[chosen] = schema["enum"]
        self._names[id(node)] = chosen
        self._kept.append(node)
        self._schemas[chosen] = schema
        return _reference(chosen)

    # Schemas

    def _read(self, node: Any, name: _Name, wanted: str | None = None) -> Schema:
        """Return a schema in the parser's words. `wanted` is the component's name, if the node is one."""
        if not isinstance(node, dict):
            return {}  # true, false and null: any value
        if wanted is None and id(node) in self._names:
            return deepcopy(self._bases.get(id(node))) or _reference(self._names[id(node)])
        if id(node) in self._open:
            return {}  # a list of itself: there is no Python type for it
        self._open.append(id(node))
        try:
            return self._read_open(node, name, wanted)
        finally:
            self._open.pop()

    def _read_open(self, node: Schema, name: _Name, wanted: str | None) -> Schema:
        if _is_reference(node):
            siblings = {key: value for key, value in node.items() if key != "$ref"}
            if not _TYPED & siblings.keys():
                return self._read_reference(node, name)
            node = {**siblings, "allOf": [{"$ref": node["$ref"]}, *siblings.get("allOf", [])]}
            self._kept.append(node)
        if "allOf" in node:
            parts = [part for part in node["allOf"] if isinstance(part, dict) and _TYPED & part.keys()]
            own = {key: value for key, value in node.items() if key != "allOf"}
            nullable = _is_nullable(node) or any(part == {"nullable": True} for part in parts)
            parts = [part for part in parts if part.keys() != {"nullable"}]
            if len(parts) == 1 and not (_TYPED - {"nullable"}) & (own.keys() - {"type"}) and not _shapes(own):
                return self._described(self._nullable(self._read(parts[0], name), nullable), node)
            merged = self._flatten(node)
            return self._read_merged(node, {**merged, "nullable": nullable}, name, wanted)
        return self._read_merged(node, node, name, wanted)

    def _read_reference(self, node: Schema, name: _Name) -> Schema:
        seen = set[str]()
        target: Any = node
        pointer: Pointer = ()
        while _is_reference(target):
            if target["$ref"] in seen:
                return {}
            seen.add(target["$ref"])
            pointer, target = self._resolve(target["$ref"])
        if isinstance(target, dict) and id(target) not in self._names and pointer[:2] == ("components", "schemas"):
            name = _Name("", "_".join(part for part in pointer[2:] if part != "properties"))
        elif isinstance(target, dict) and id(target) not in self._names:
            name = _Name("", pointer[-1]) if pointer and not pointer[-1].isdecimal() else name
        return self._read(target, name)

    def _read_merged(self, node: Schema, schema: Schema, name: _Name, wanted: str | None) -> Schema:
        """Read a schema without `allOf`; `node` is what it was made from."""
        nullable = _is_nullable(schema)
        types = [each for each in _types(schema) if each != "null"]
        union = [part for key in ("anyOf", "oneOf") for part in schema.get(key, [])]
        if union and self._is_object(schema):
            merged = self._with_variants(schema, union)
            return self._described(
                self._nullable(self._read_object(node, merged, name, self._inner(wanted, nullable)), nullable), schema
            )
        if union:
            return self._described(self._read_union(schema, union, name, nullable), schema)
        if "enum" in schema:
            return self._described(self._read_enum(node, schema, name, wanted, nullable), schema)
        if "const" in schema:
            return self._described(self._nullable(_constant(schema["const"]), nullable), schema)
        if not types:
            types = self._implied(schema, nullable)
        if len(types) > 1:
            variants = [
                self._read(self._derived(node, schema, each), name.inner(f"type_{index}"))
                for index, each in enumerate(types)
            ]
            return self._described(_union(variants, nullable), schema)
        read = self._read_type(node, schema, types[0] if types else None, name, self._inner(wanted, nullable))
        return self._described(self._nullable(read, nullable), schema)

    @staticmethod
    def _inner(wanted: str | None, nullable: bool) -> str | None:
        """Return the component's name if the component is the class, and not a union of one with null."""
        return None if nullable else wanted

    def _derived(self, node: Schema, schema: Schema, type_: str) -> Schema:
        key = (id(node), hash(type_))
        if key not in self._merged:
            self._merged[key] = {**schema, "type": type_, "nullable": False}
            self._kept.append(node)
        return self._merged[key]

    @staticmethod
    def _implied(schema: Schema, nullable: bool) -> list[str]:
        if schema.keys() & {"properties", "additionalProperties", "patternProperties"}:
            return ["object"]
        if schema.keys() & {"items", "prefixItems"}:
            return ["array"]
        if schema.get("format") in ("binary", "date", "date-time", "uuid", "byte", "uri", "email"):
            return ["string"]
        return ["null"] if nullable and "type" in schema else []

    def _read_type(self, node: Schema, schema: Schema, type_: str | None, name: _Name, wanted: str | None) -> Schema:
        match type_:
            case "object":
                return self._read_object(node, schema, name, wanted)
            case "array":
                return {"type": "array", "items": self._read_items(schema, name)}
            case "string" if "contentMediaType" in schema and "contentEncoding" not in schema:
                return dict(_BINARY)  # as OpenAPI 3.1 says it
            case "string":
                known = schema.get("format") in ("date-time", "date", "binary", "uuid")
                return {"type": "string", "format": schema["format"]} if known else {"type": "string"}
            case None:
                return {}
            case _:
                return {"type": type_}

    def _read_items(self, schema: Schema, name: _Name) -> Schema:
        items = schema.get("items")
        each = [*(schema.get("prefixItems") or []), *(items if isinstance(items, list) else [items])]
        read = [self._read(part, name.inner("item")) for part in each if part not in (None, False)]
        return _union(read, nullable=False) if read else {}

    def _read_object(self, node: Schema, schema: Schema, name: _Name, wanted: str | None) -> Schema:
        if "allOf" in schema or schema.get("nullable"):
            schema = {**schema, "nullable": False}
        title = schema.get("title")
        result: Schema = {"type": "object"}
        result |= {key: value for key, value in schema.items() if key.startswith("x-")}
        reference = self._component(node, result, name, wanted)
        chosen = wanted or self._names[id(node)]
        if isinstance(title, str) and self._class_name(title) == chosen:
            result["title"] = title
        result |= self._describe(schema)
        properties = schema.get("properties")
        if isinstance(properties, dict) and properties:
            keys = dict(zip(properties, self._distinct(properties), strict=True))
            result["properties"] = {
                keys[key]: self._read(value, _Name(chosen, key)) for key, value in properties.items()
            }
            required = [keys[key] for key in schema.get("required", []) if key in properties]
            if required:
                result["required"] = list(dict.fromkeys(required))
        extra = schema.get("additionalProperties")
        patterns = list((schema.get("patternProperties") or {}).values())
        if patterns:
            read = [self._read(part, _Name(chosen, "AdditionalProperty")) for part in patterns]
            result["additionalProperties"] = {} if extra is True else _union(read, nullable=False)
        elif isinstance(extra, bool):
            result["additionalProperties"] = extra
        elif isinstance(extra, dict):
            result["additionalProperties"] = self._read(extra, _Name(chosen, "AdditionalProperty")) or True
        return reference

    def _distinct(self, names: Iterable[str]) -> Iterator[str]:
        """Return names from which the parser makes identifiers that differ."""
        taken = set[str]()
        for name in names:
            identifier = str(PythonIdentifier(name, self._config.field_prefix))
            chosen = _unique(unicodedata.normalize("NFKC", identifier), taken)
            taken.add(chosen)
            carries = any(ord(each) in _CARRIED for each in name)
            yield carrying(chosen, name) if chosen != identifier or carries else name

    def _read_enum(self, node: Schema, schema: Schema, name: _Name, wanted: str | None, nullable: bool) -> Schema:
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
                part = {"enum": group, "type": "string" if kind is str else "integer", **self._describe(schema)}
                alone = len(groups) == 1
                inside = self._inner(wanted, nullable) if alone else None
                derived = node if alone else self._derived(node, schema, kind.__name__)
                variants.append(self._component(derived, part, name if alone else name.inner(f"type_{index}"), inside))
            elif kind is bool:
                variants.append({"const": group[0]} if len(group) == 1 else {"type": "boolean"})
            else:
                variants.append({"type": "number"} if kind is float else {})
        return _union(variants, nullable)

    def _read_union(self, schema: Schema, union: list[Any], name: _Name, nullable: bool) -> Schema:
        own = {key: value for key, value in schema.items() if key in ("type", "format", "items", "enum", "const")}
        own.pop("type", None) if own.get("type") == "null" else None
        variants = []
        mapping = self._mapping(schema, union)
        for index, part in enumerate(union):
            if part is None or (isinstance(part, dict) and part.get("type") == "null"):
                nullable = True
                continue
            if own and isinstance(part, dict) and not _is_reference(part) and not {"type", "allOf"} & part.keys():
                part = self._joined({**own}, part)
            title = part.get("title") if isinstance(part, dict) else None
            suffix = title if isinstance(title, str) and title != schema.get("title") else f"type_{index}"
            variants.append(self._read(part, name.inner(suffix)))
        result = _union(variants, nullable)
        if mapping and len(variants) > 1:
            result["discriminator"] = {"propertyName": schema["discriminator"]["propertyName"], "mapping": mapping}
        return result

    def _mapping(self, schema: Schema, union: list[Any]) -> dict[str, str]:
        """Return the classes of a discriminator's values, which are the components' names without a mapping."""
        discriminator = schema.get("discriminator")
        if not isinstance(discriminator, dict) or not isinstance(discriminator.get("propertyName"), str):
            return {}
        references = [part["$ref"] for part in union if isinstance(part, dict) and _is_reference(part)]
        declared = discriminator.get("mapping") or {}
        named = {reference.rsplit("/", 1)[-1]: reference for reference in references}
        found: dict[str, str] = {}
        for value, target in {
            **{key: each for key, each in named.items() if each not in declared.values()},
            **declared,
        }.items():
            reference = target if "/" in target or "#" in target else named.get(target)
            if reference is None:
                continue
            try:
                _, node = self._resolve(reference)
            except BrokenReferenceError:  # a mapping may name what is not there
                continue
            if id(node) in self._names:
                found[value] = _reference(self._names[id(node)])["$ref"]
        return found

    # Merging

    def _flatten(self, node: Any, path: tuple[int, ...] = ()) -> Schema:
        """Return a schema with its `$ref` and `allOf` merged into it; where `allOf` goes round, it means nothing."""
        if id(node) not in self._flattened:
            self._kept.append(node)
            self._flattened[id(node)] = self._flatten_parts(node, path)
        return self._flattened[id(node)]

    def _flatten_parts(self, node: Any, path: tuple[int, ...]) -> Schema:
        while isinstance(node, dict) and _is_reference(node):
            if id(node) in path:
                return {}
            path = (*path, id(node))
            siblings = {key: value for key, value in node.items() if key != "$ref"}
            _, node = self._resolve(node["$ref"])
            if _TYPED & siblings.keys():
                node = {**siblings, "allOf": [node, *siblings.get("allOf", [])]}
        if not isinstance(node, dict) or id(node) in path:
            return {}
        path = (*path, id(node))
        result: Schema = {}
        parts = [self._flatten(part, path) for part in node.get("allOf", ())]
        for part in parts:
            inherited = {
                key: value for key, value in part.items() if key not in ("title", "discriminator", *_DESCRIBED)
            }
            inherited |= {key: part[key] for key in ("description",) if key in part and not _shapes(part)}
            result = self._joined(result, inherited) if result else inherited
        own = {key: value for key, value in node.items() if key != "allOf"}
        return self._joined(result, own) if parts else own

    def _joined(self, one: Schema, other: Schema) -> Schema:
        """Return a schema that allows what both allow, as far as types say."""
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
            both = [each for each in _types(other) if each in _types(one)]
            narrower = ["integer"] if {"integer", "number"} == {*_types(one), *_types(other)} else _types(other)
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
        """Merge a property that two parts of `allOf` declare; a part without a type only describes it."""
        if one == other or not isinstance(one, dict) or not _TYPED & one.keys():
            return other if isinstance(other, dict) and (_TYPED & other.keys() or not isinstance(one, dict)) else one
        if not isinstance(other, dict) or not _TYPED & other.keys():
            return one
        key = (id(one), id(other))
        if key not in self._merged:
            self._merged[key] = {"allOf": [one, other]}
            self._kept += [one, other]
        return self._merged[key]

    def _is_object(self, schema: Schema) -> bool:
        return bool(schema.get("properties"))

    def _with_variants(self, schema: Schema, union: list[Any]) -> Schema:
        """Merge an object with the variants that it may be; their properties are required only if all require them."""
        own = {key: value for key, value in schema.items() if key not in ("anyOf", "oneOf", "discriminator")}
        found = [self._flatten(part) for part in union]
        variants = [part for part in found if part.get("properties")]
        if not variants:
            return own
        properties = dict(own["properties"])
        for variant in variants:
            for name, value in variant["properties"].items():
                known = properties.setdefault(name, value)
                if known is not value and known != value and name not in own["properties"]:
                    key = (id(known), id(value))
                    if key not in self._merged:
                        self._merged[key] = {"anyOf": [known, value]}
                        self._kept += [known, value]
                    properties[name] = self._merged[key]
        shared = set.intersection(*({*variant.get("required", [])} for variant in variants))
        required = (
            [*own.get("required", []), *sorted(shared)] if len(variants) == len(found) else own.get("required", [])
        )
        return {**own, "properties": properties, "required": list(required)}

    # What stands beside a type

    @staticmethod
    def _nullable(schema: Schema, nullable: bool) -> Schema:
        return _union([schema], nullable=True) if nullable else schema

    def _described(self, schema: Schema, node: Schema) -> Schema:
        return schema if _is_reference(schema) or schema.get("type") == "object" else {**schema, **self._describe(node)}

    @staticmethod
    def _describe(node: Schema) -> Schema:
        """Return a schema's description with its default, and the flags that apply."""
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

    def _follow_aliases(self, paths: dict[str, Any]) -> None:
        """Take out the components that came to no more than a reference; who refers to them means their target."""
        aliases = {name: _target(schema) for name, schema in self._schemas.items() if _is_reference(schema)}
        if not aliases:
            return

        def meant(name: str) -> str:
            trail = {name}
            while name in aliases and aliases[name] not in trail:
                name = aliases[name]
                trail.add(name)
            return name

        for name in aliases:
            target = self._schemas.pop(name)
            if meant(name) in aliases:
                target.pop("$ref")  # they are each other, and so anything
                self._schemas[name] = target
        for node in objects([*self._schemas.values(), paths]):
            if _target(node) in aliases:
                node["$ref"] = _reference(meant(_target(node)))["$ref"]
            mapping = node.get("mapping")
            if isinstance(node.get("propertyName"), str) and isinstance(mapping, dict):
                node["mapping"] = {
                    key: _reference(meant(_target({"$ref": each})))["$ref"] for key, each in mapping.items()
                }

    def _break_circles(self) -> None:
        """Cut the references that go round through lists, mappings and unions alone: Python has no such type."""
        done = set[str]()

        def cut(name: str, trail: tuple[str, ...]) -> None:
            schema = self._schemas[name]
            if name in done or schema.get("properties"):
                return
            trail = (*trail, name)
            for node in list(objects(schema)):
                target = _target(node)
                if target in trail:
                    circle = trail[trail.index(target) :]
                    if any(self._schemas[each].get("type") != "object" for each in circle):
                        del node["$ref"]  # else they are mappings of each other, which are classes
                elif target in self._schemas:
                    cut(target, trail)
            done.add(name)

        for name in list(self._schemas):
            cut(name, ())

    def _cut_endless_types(self) -> None:
        """Cut the references that make a type too long to be written: of lists of unions of lists of unions."""
        sizes: dict[str, int] = {}

        def size(name: str) -> int:
            schema = self._schemas[name]
            if name not in sizes:
                sizes[name] = 1  # for itself, where it is a mapping of itself
                is_class = bool(schema.get("properties")) or "enum" in schema
                sizes[name] = 1 if is_class else length(schema)
            return sizes[name]

        def length(schema: Schema) -> int:
            total = 0
            for node in list(objects(schema)):
                target = _target(node)
                total += size(target) if target in self._schemas else 1
                if total > _LONGEST_TYPE:
                    node.pop("$ref", None)
            return min(total, _LONGEST_TYPE)

        for name, schema in list(self._schemas.items()):
            size(name)
            for value in schema.get("properties", {}).values():
                length(value)

    def _keep_files_in_forms(self, paths: dict[str, Any]) -> None:
        """Only the parts of a multipart form are files: in JSON, `format: binary` is a string like any other."""
        operations = [item[method] for item in paths.values() for method in METHODS if method in item]
        bodies = [operation["requestBody"]["content"] for operation in operations if "requestBody" in operation]
        forms = [
            value for content in bodies for key, value in content.items() if self._content_types[key] == _MULTIPART
        ]
        in_forms = self._reachable(forms)
        roots = [schema for name, schema in self._schemas.items() if name not in in_forms]
        roots += [value for content in bodies for key, value in content.items() if self._content_types[key] == JSON]
        responses = [response for operation in operations for response in operation["responses"].values()]
        roots += [response["content"][JSON] for response in responses if JSON in response.get("content", {})]
        _without_files(roots)

    def _relax_required(self, paths: dict[str, Any]) -> None:
        """Require no property to be sent that is only received, and none to be received that is only sent."""
        operations = [item[method] for item in paths.values() for method in METHODS if method in item]
        sent = self._reachable(operation.get("requestBody") for operation in operations)
        received = self._reachable(operation["responses"] for operation in operations)
        for name, schema in self._schemas.items():
            properties = schema.get("properties", {})
            required = [
                each
                for each in schema.get("required", [])
                if not (name in sent and properties[each].get("readOnly"))
                and not (name in received and properties[each].get("writeOnly"))
            ]
            if len(required) < len(schema.get("required", [])):
                schema["required"] = required
                if not required:
                    del schema["required"]

    def _reachable(self, values: Iterable[Any]) -> set[str]:
        found = set[str]()
        waiting = [value for value in values if value is not None]
        while waiting:
            for node in objects(waiting.pop()):
                name = _target(node)
                if name in self._schemas and name not in found:
                    found.add(name)
                    waiting.append(self._schemas[name])
        return found

    # Operations

    def _paths(self) -> dict[str, Any]:
        result: dict[str, Any] = {}
        names: dict[str, set[str]] = {}
        for path, item in (self._document.get("paths") or {}).items():
            item = self._target(item)
            if path.startswith("x-") or not isinstance(item, dict):
                continue
            pointer, path = ("paths", path), path if path.startswith("/") else f"/{path}"
            read: dict[str, Any] = {key: item[key] for key in ("summary", "description") if key in item}
            renamed = self._renamed(path)
            for method in METHODS:
                if isinstance(item.get(method), dict):
                    operation = self._operation(path, method, item, renamed, names)
                    self._operations[f"{method.upper()} {self._templated(path, renamed)}"] = (*pointer, method)
                    read[method] = operation
            result[self._templated(path, renamed)] = read
        return result

    def _renamed(self, path: str) -> dict[str, str]:
        """Return the names for a path's parameters that the parser finds in it."""
        renamed: dict[str, str] = {}
        for name in _TEMPLATE.findall(path):
            identifier = re.fullmatch(r"[a-zA-Z_-][a-zA-Z0-9_-]*", name)
            simple = name if identifier else PythonIdentifier(name, self._config.field_prefix)
            simple = simple if simple.isascii() else f"path_{len(renamed) + 1}"
            renamed.setdefault(name, _unique(simple, [*renamed.values()]) if name not in renamed else simple)
        return renamed

    @staticmethod
    def _templated(path: str, renamed: dict[str, str]) -> str:
        seen = set[str]()

        def replace(match: re.Match[str]) -> str:
            name = match[1]
            again = name in seen
            seen.add(name)
            return f"{REPEATED[0]}{renamed[name]}{REPEATED[1]}" if again else f"{{{renamed[name]}}}"

        return _TEMPLATE.sub(replace, path)

    def _operation(
        self, path: str, method: str, item: Schema, renamed: dict[str, str], names: dict[str, set[str]]
    ) -> dict[str, Any]:
        operation = item[method]
        tags = [named(str(tag)) for tag in operation.get("tags") or []]
        tag = str(PythonIdentifier(tags[0], "tag")) if tags else "default"
        prefix = self._config.field_prefix
        wanted = named(str(operation.get("operationId") or ""))
        if not pascal_case(wanted):
            generated = openapi.generate_operation_id(path=UntrustedString(path), method=method, prefix=prefix)
            wanted = named(str(generated))
        taken = names.setdefault(tag, set())
        # The parser makes a name of a name again: `field_import_` becomes `field_import`.
        name = _unique(str(PythonIdentifier(PythonIdentifier(wanted, prefix), prefix)), taken)
        taken.add(name)
        chosen = wanted if PythonIdentifier(wanted, prefix) == name else name
        result = {
            key: operation[key] for key in ("summary", "description", "deprecated", "externalDocs") if key in operation
        }
        result |= {key: value for key, value in operation.items() if key.startswith("x-")}
        result["operationId"] = chosen
        result["tags"] = tags[:1] if not self._config.generate_all_tags else tags
        if not result["tags"]:
            del result["tags"]
        servers = operation.get("servers") or item.get("servers")
        if servers:
            result["servers"] = servers
        security = operation.get("security", self._document.get("security"))
        if security:
            result["security"] = security
        result["parameters"] = self._parameters(operation, item, name, renamed)
        body = self._body(operation.get("requestBody"), name)
        if body is not None:
            result["requestBody"] = body
        result["responses"] = {
            known_status(status): self._response({} if method == "head" else response, status, name)
            for status, response in (operation.get("responses") or {}).items()
            if not status.startswith("x-")
        }
        return result

    def _target(self, node: Any) -> Any:
        """Return a parameter, a body, a response or a path with its references resolved."""
        for _ in range(20):
            if not isinstance(node, dict) or not _is_reference(node):
                break
            node = self._resolve(node["$ref"])[1]
        return node

    def _parameters(self, operation: Schema, item: Schema, name: str, renamed: dict[str, str]) -> list[Schema]:
        found: dict[tuple[str, str], Schema] = {}
        for node in [*(operation.get("parameters") or []), *(item.get("parameters") or [])]:
            parameter = self._target(node)
            if not isinstance(parameter, dict) or "name" not in parameter:
                continue
            found.setdefault((parameter["in"], parameter["name"]), parameter)
        for wanted in renamed:
            found.setdefault(("path", wanted), {"name": wanted, "in": "path", "schema": {"type": "string"}})
        called_by_location = {
            place: dict(zip(names, self._distinct(names), strict=True))
            for place in ("query", "header", "cookie")
            if (names := [wire for location, wire in found if location == place])
        }
        result = []
        for (location, wire), parameter in found.items():
            if location == "path" and wire not in renamed:
                continue
            called = renamed[wire] if location == "path" else called_by_location[location][wire]
            content = parameter.get("content")
            schema = parameter.get("schema")
            if isinstance(content, dict) and content:
                schema = next(iter(content.values())).get("schema")
            described = self._describe({**(schema if isinstance(schema, dict) else {}), **parameter})
            result.append(
                {key: parameter[key] for key in ("style", "explode", "allowReserved", "deprecated") if key in parameter}
                | described
                | ({"x-content": next(iter(content))} if isinstance(content, dict) and content else {})
                | {
                    "name": called,
                    "in": location,
                    "required": location == "path" or parameter.get("required") is True,
                    "schema": _without_files(self._read(schema, _Name(name, called))),
                }
            )
        return result

    def _body(self, node: Any, name: str) -> Schema | None:
        body = self._target(node)
        if not isinstance(body, dict) or not body.get("content"):
            return None
        several = len(body["content"]) > 1
        content: dict[str, Any] = {}
        kinds: list[tuple[str, Any]] = []
        labels = {JSON: "json", _FORM: "data", _MULTIPART: "files", _BYTES: "content"}
        for media_type, value in body["content"].items():
            kind = self._body_kind(media_type)
            value = value if isinstance(value, dict) else {}
            text = media_type.partition(";")[0].strip().lower().startswith("text/")
            schema = value.get("schema", {"type": "object"} if kind in (_FORM, _MULTIPART) else {})
            if kind == _BYTES:
                read = {"type": "string"} if text else dict(_BINARY)
            else:
                read = self._read(schema, _Name(f"{name}_{labels[kind]}" if several else name, "body"))
            if any(each == (kind, read) for each in kinds) or (kind == _BYTES and (kind, read) in kinds):
                continue  # the same value in another spelling
            kinds.append((kind, read))
            self._content_types[media_type] = kind
            content[media_type] = {**{key: value[key] for key in ("encoding",) if key in value}, "schema": read}
        result = {"required": body.get("required") is True, "content": content}
        return result | {key: body[key] for key in ("description",) if key in body}

    def _media_type(self, media_type: str) -> str:
        """Return a media type without parameters, or what the configuration reads it as."""
        bare = media_type.partition(";")[0].strip().lower()
        overrides = self._config.content_type_overrides
        return overrides.get(media_type, overrides.get(bare, bare))

    def _body_kind(self, media_type: str) -> str:
        bare = self._media_type(media_type)
        if bare in (_FORM, _MULTIPART):
            return bare
        return JSON if _is_json(bare) else _BYTES

    def _response(self, node: Any, status: str, name: str) -> Schema:
        response = self._target(node)
        response = response if isinstance(response, dict) else {}
        result: Schema = {"description": str(response.get("description") or "")}
        content = response.get("content") or {}
        kinds = {media_type: self._response_kind(media_type) for media_type in content}
        for wanted in (JSON, _TEXT, _BYTES):
            media_type = next((each for each, kind in kinds.items() if kind == wanted), None)
            if media_type is None:
                continue
            value = content[media_type] if isinstance(content[media_type], dict) else {}
            schema: Any = value.get("schema", {})
            if wanted != JSON:
                schema = {"type": "string"} if wanted == _TEXT else dict(_BINARY)
            called = f"response_{status}"
            result["content"] = {
                _ANY_TEXT if wanted == _TEXT else wanted: {"schema": self._read(schema, _Name(name, called))}
            }
            result["x-media-type"] = media_type
            break
        return result

    def _response_kind(self, media_type: str) -> str:
        bare = self._media_type(media_type)
        if _is_json(bare):
            return JSON
        return _TEXT if bare.startswith("text/") or re.search(r"[/+](xml|yaml|javascript)$", bare) else _BYTES


def named(text: str) -> str:
    """Return a text of which the parser makes a name that Python does not change, and that a file can have."""
    text = unicodedata.normalize("NFKC", text)
    if unicodedata.normalize("NFKC", text.lower()) != text.lower():
        text = text.encode("ascii", "ignore").decode()
    if len(text.encode()) <= _LONGEST_NAME:
        return text
    return f"{text.encode()[: _LONGEST_NAME - 9].decode(errors='ignore')}_{sha256(text.encode()).hexdigest()[:8]}"


def _is_json(media_type: str) -> bool:
    return bool(re.fullmatch(r"\*/\*|application/\*|[^/]+/([^/]*\+)?json(-[^/]*)?|application/x-json", media_type))


def _is_reference(node: Schema) -> bool:
    return isinstance(node.get("$ref"), str)


def _is_nullable(schema: Schema) -> bool:
    return schema.get("nullable") is True or "null" in _types(schema)


def _types(schema: Schema) -> list[str]:
    found = schema.get("type")
    return [found] if isinstance(found, str) else [each for each in found or () if isinstance(each, str)]


def _shapes(schema: Schema) -> bool:
    return bool(schema.keys() & {"properties", "items", "enum", "const", "anyOf", "oneOf", "additionalProperties"})


def _reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _constant(value: Any) -> Schema:
    match value:
        case bool() | str() | int():
            return {"const": value}
        case float():
            return {"type": "number"}
        case None:
            return {"type": "null"}
        case _:
            return {}


def _union(variants: list[Schema], nullable: bool) -> Schema:
    """Return a schema for one of several; nothing is said where one of them allows anything."""
    found: list[Schema] = []
    for variant in [*variants, *([{"type": "null"}] if nullable else [])]:
        parts = variant["anyOf"] if "anyOf" in variant and "discriminator" not in variant else [variant]
        found += [part for part in parts if part not in found]
    if any(not part.keys() - {"description", "readOnly", "writeOnly", "deprecated"} for part in found):
        return {}
    return dict(found[0]) if len(found) == 1 else {"anyOf": found}


def _unique(name: str, taken: Iterable[str]) -> str:
    known = taken if isinstance(taken, dict | set) else set(taken)
    number, found = 2, name
    while found in known:
        found, number = f"{name}{number}", number + 1
    return found


def _sentence(text: str) -> str:
    if not text:
        return ""
    return f"{text} " if text.endswith((".", "!", "?", ":")) else f"{text}. "


def _without_files(value: Any) -> Any:
    """Make files strings, where no file can be sent or received."""
    for node in objects(value):
        if node.get("format") == "binary":
            del node["format"]
    return value


def _target(node: Schema) -> str:
    """Return the name of the component that a node refers to; empty where it refers to none."""
    return str(node["$ref"]).removeprefix("#/components/schemas/") if _is_reference(node) else ""
