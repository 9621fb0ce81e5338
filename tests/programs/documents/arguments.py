"""Generate arguments for each operation of a document with hypothesis-jsonschema, the same in each run."""

from __future__ import annotations

import datetime
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from hypothesis.errors import HypothesisException, HypothesisWarning, InvalidArgument
from hypothesis_jsonschema import from_schema

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# Below this depth, only required properties are generated.
_DEEP = 4
_DEEPEST = 20
# Characters of headers, cookies and path segments on whose encoding all servers agree.
_PLAIN = "^[a-z0-9]{1,12}$"
_PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
# Characters that all servers count alike; some count others as two.
_COUNTED = st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"])
_FORMATS = {
    "uuid": st.uuids().map(str),
    "email": st.just("someone@example.com"),
    "uri": st.just("https://example.com/a?b=c"),
    "url": st.just("https://example.com/a?b=c"),
    "uri-reference": st.just("/a?b=c"),
    "hostname": st.just("example.com"),
    "ipv4": st.just("192.0.2.1"),
    "ipv6": st.just("2001:db8::1"),
    "time": st.just("10:20:30Z"),
    "duration": st.just("P1DT2H"),
    "date": st.dates(min_value=datetime.date(1000, 1, 1)).map(str),
    "date-time": st.datetimes(min_value=datetime.datetime(1000, 1, 1)).map(lambda value: f"{value.isoformat()}Z"),
}
_NUMBERS = ("number", "integer")
_KEYWORDS = {
    *("type", "enum", "const", "required", "pattern", "minLength", "maxLength", "minimum", "maximum"),
    *("exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems"),
    *("minProperties", "maxProperties", "format"),
}


@dataclass
class Arguments:
    """One call of an operation: values by location and name, and a body with its media type."""

    parameters: dict[tuple[str, str], Any] = field(default_factory=dict)
    media_type: str | None = None
    body: Any = None


@dataclass(frozen=True)
class Operation:
    """An operation of a document, with its parameters and body resolved."""

    method: str
    path: str
    parameters: list[dict[str, Any]]
    content: dict[str, Any]
    body_required: bool

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"


class Spec:
    """A document whose references are followed."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document

    def target(self, node: Any) -> Any:
        """Follow references."""
        for _ in range(20):
            if not isinstance(node, dict) or not isinstance(node.get("$ref"), str):
                return node
            value: Any = self._document
            for part in node["$ref"].split("/")[1:]:
                key = part.replace("~1", "/").replace("~0", "~").replace("%7B", "{").replace("%7D", "}")
                value = value[int(key)] if isinstance(value, list) else value[key]
            node = value
        return {}

    def operations(self) -> Iterator[Operation]:
        """Return all operations."""
        for path, item in (self._document.get("paths") or {}).items():
            item = self.target(item)
            for method in METHODS:
                if path.startswith("/") and isinstance(item.get(method), dict):
                    operation = item[method]
                    found: dict[tuple[str, str], dict[str, Any]] = {}
                    for node in [*(operation.get("parameters") or []), *(item.get("parameters") or [])]:
                        parameter = self.target(node)
                        found.setdefault((parameter["in"], parameter["name"]), parameter)
                    body = self.target(operation.get("requestBody")) or {}
                    content = body.get("content") or {}
                    yield Operation(method, path, [*found.values()], content, body.get("required") is True)

    def schema(self, node: Any, depth: int = 0) -> dict[str, Any]:
        """Return a schema as JSON Schema without references and without read-only properties."""
        node = self.target(node)
        if not isinstance(node, dict) or depth > _DEEPEST:
            return {"type": "string"} if depth > _DEEPEST else {}
        result = {key: value for key, value in node.items() if key in _KEYWORDS}
        if isinstance(result.get("required"), bool):
            del result["required"]
        for bound, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            if isinstance(result.get(bound), bool) and result.pop(bound) and limit in result:
                result[bound] = result.pop(limit)
        if result.get("format") in ("binary", "byte", "password", "decimal") and {*_types(result)}.isdisjoint(_NUMBERS):
            result = {"pattern": _PLAIN, **result, "type": "string"}
        result.pop("format", None) if "string" not in _types(result) else None
        if isinstance(node.get("properties"), dict):
            required = [*dict.fromkeys(result.get("required", []))]
            properties = {}
            for name, value in node["properties"].items():
                target = self.target(value)
                if isinstance(target, dict) and target.get("readOnly"):
                    required = [item for item in required if item != name]
                elif depth < _DEEP or name in required:
                    properties[name] = self.schema(value, depth + 1)
            properties |= {name: {"type": "string"} for name in required if name not in node["properties"]}
            result |= {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
            if node.get("additionalProperties") is False:
                result["x-only"] = [*node["properties"]]
        elif result.get("type") == "object" or "additionalProperties" in node:
            extra = node.get("additionalProperties")
            values = self.schema(extra, depth + 1) if isinstance(extra, dict) and extra else {"type": "string"}
            result |= {"type": "object", "additionalProperties": values, "propertyNames": {"pattern": _PLAIN}}
            result["maxProperties"] = min(result.get("maxProperties", 2), 2) if depth < _DEEP else 0
        if "prefixItems" in node:
            result |= {"type": "array", "prefixItems": [self.schema(part, depth + 1) for part in node["prefixItems"]]}
        elif "items" in node or result.get("type") == "array":
            result["items"] = self.schema(node.get("items", {"type": "string"}), depth + 1)
            most = max(result.get("minItems", 0), 2 if depth < _DEEP else 0)
            result["maxItems"] = min(result.get("maxItems", most), most)
        for key in ("allOf", "anyOf", "oneOf"):
            if isinstance(node.get(key), list):
                result["anyOf" if key == "oneOf" else key] = [self.schema(part, depth + 1) for part in node[key]]
        if isinstance(node.get("discriminator"), dict) and "anyOf" in result:
            result["anyOf"] = [
                self._told_apart(node["discriminator"], part, read)
                for part, read in zip(node.get("oneOf") or node["anyOf"], result["anyOf"], strict=True)
            ]
        if "allOf" in result:
            result = self.merged(result)
        return result

    def _told_apart(self, discriminator: dict[str, Any], part: Any, read: dict[str, Any]) -> dict[str, Any]:
        """Return a variant of a union with its discriminator's value."""
        reference = part.get("$ref", "") if isinstance(part, dict) else ""
        mapping = discriminator.get("mapping") or {}
        values = [value for value, target in mapping.items() if target in (reference, reference.rsplit("/", 1)[-1])]
        name, value = discriminator["propertyName"], (values or [reference.rsplit("/", 1)[-1]])[0]
        if not value or read.get("type", "object") != "object":
            return read
        properties = {**read.get("properties", {}), name: {"const": value}}
        return {"type": "object", **read, "properties": properties, "required": [*read.get("required", []), name]}

    @staticmethod
    def merged(schema: dict[str, Any]) -> dict[str, Any]:
        """Merge `allOf` of objects into one object, since each of them refuses the others' properties."""
        result = {key: value for key, value in schema.items() if key != "allOf"}
        for part in schema["allOf"]:
            for key, value in part.items():
                if key == "properties":
                    result[key] = {**value, **result.get(key, {})}
                elif key == "required":
                    result[key] = [*dict.fromkeys([*result.get(key, []), *value])]
                elif key == "additionalProperties":
                    result.setdefault(key, False)
                else:
                    result.setdefault(key, value)
        if "properties" in result:
            for only in [part["x-only"] for part in (result, *schema["allOf"]) if "x-only" in part]:
                result["properties"] = {
                    name: property_ for name, property_ in result["properties"].items() if name in only
                }
            result["additionalProperties"] = False
            result.pop("propertyNames", None)
            result.pop("maxProperties", None)
        return result


def arguments(spec: Spec, operation: Operation) -> list[Arguments]:
    """Return two calls of an operation: one with the required arguments, one with all."""
    media_type = next(iter(operation.content), None)
    calls = []
    for full in (False, True):
        strategies: dict[tuple[str, str], st.SearchStrategy[Any]] = {}
        for parameter in operation.parameters:
            content = parameter.get("content") or {}
            node = next(iter(content.values())).get("schema") if content else parameter.get("schema", {})
            schema = spec.schema(node)
            if full or parameter.get("required") or parameter["in"] == "path":
                key = (parameter["in"], parameter["name"])
                is_json = bool(content) and parameter["in"] != "path"
                strategies[key] = strategy(schema if is_json else _plain(schema, parameter["in"]))
        body: st.SearchStrategy[Any] = st.none()
        wanted = media_type if full or operation.body_required else None
        if wanted:
            schema = (operation.content[wanted] or {}).get("schema") or {}
            is_form = "form" in wanted
            read = spec.schema(schema or {"type": "object"} if is_form else schema)
            body = strategy(_in_form(read) if is_form else read)
        parameters, value = _drawn(st.tuples(st.fixed_dictionaries(strategies), body))
        calls.append(Arguments(parameters, wanted, value))
    return calls if calls[0] != calls[1] else calls[:1]


def strategy(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Generate values of a schema from `Spec.schema`, with hypothesis-jsonschema except for objects and lists."""
    if isinstance(schema.get("type"), list):
        return st.one_of([strategy({**schema, "type": item}) for item in schema["type"]])
    if "enum" in schema or "const" in schema:
        return st.sampled_from(schema["enum"]) if "enum" in schema else st.just(schema["const"])
    if "anyOf" in schema:
        rest = {key: value for key, value in schema.items() if key != "anyOf"}
        return st.one_of([strategy(Spec.merged({**rest, "allOf": [part]})) for part in schema["anyOf"]])
    if schema.get("type") == "object" and "properties" in schema:
        values = {name: strategy(value) for name, value in schema["properties"].items()}
        required = [name for name in schema["required"] if name in values]
        least = [*required, *(name for name in values if name not in required)][: schema.get("minProperties", 0)]
        first = {name: values[name] for name in dict.fromkeys([*required, *least])}
        return st.fixed_dictionaries(first, optional={name: values[name] for name in values if name not in first})
    if schema.get("type") == "object":
        extra = schema.get("additionalProperties")
        if not isinstance(extra, dict):
            return st.just({})
        sizes = {"min_size": schema.get("minProperties", 0), "max_size": max(schema.get("maxProperties", 2), 1)}
        return st.dictionaries(st.from_regex(_PLAIN, fullmatch=True), strategy(extra), **sizes)
    if "prefixItems" in schema:
        return st.tuples(*(strategy(part) for part in schema["prefixItems"])).map(list)
    if schema.get("type") == "array":
        sizes = {"min_size": schema.get("minItems", 0), "max_size": schema["maxItems"]}
        unique = repr if schema.get("uniqueItems") else None
        return st.lists(strategy(schema["items"]), unique_by=unique, **sizes)
    if schema.get("type", "string") == "string":
        return _text(schema)
    return from_schema(schema)


def _types(schema: dict[str, Any]) -> list[str]:
    found = schema.get("type", [])
    return found if isinstance(found, list) else [found]


def _text(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Generate strings; those with a pattern are printable ASCII, on which all regular expression engines agree."""
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    least, most = schema.get("minLength", 0), schema.get("maxLength", 1_000)
    if "pattern" not in schema and "type" not in schema:
        return st.from_regex(_PLAIN, fullmatch=True)
    if "pattern" not in schema:
        is_counted = schema.keys() & {"minLength", "maxLength"}
        return st.text(_COUNTED, min_size=least, max_size=most) if is_counted else st.text()
    try:
        pattern = re.compile(re.sub(r"\\p(?!\{)", "p", schema["pattern"]), re.ASCII)  # as JavaScript reads it
    except re.error:  # Python has no `\\p{...}`
        pattern = re.compile(_PLAIN)
    matching = st.from_regex(pattern, alphabet=_PRINTABLE)
    try:
        matching.validate()
    except InvalidArgument:  # for example because it requires a line break
        matching = st.from_regex(pattern, alphabet=st.characters(codec="ascii"))
    return matching.map(lambda text: text.strip("\n")).filter(lambda text: least <= len(text) <= most)


def _in_form(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema for a form, which cannot hold an empty list."""
    properties = {
        name: {**property_, "minItems": max(1, property_.get("minItems", 0)), "maxItems": max(1, property_["maxItems"])}
        if property_.get("type") == "array" and "maxItems" in property_
        else property_
        for name, property_ in schema.get("properties", {}).items()
    }
    return {**schema, "properties": properties} if properties else schema


def _plain(schema: dict[str, Any], location: str) -> dict[str, Any]:
    """Return a schema for a parameter: except in a query, strings are plain and nothing is empty."""
    # An unknown format allows any string.
    result = {key: value for key, value in schema.items() if key != "format" or value in _FORMATS}
    if "anyOf" in result:
        result["anyOf"] = [_plain(part, location) for part in result["anyOf"] if part.get("type") != "null"]
        return result
    if result.get("type", "string") == "string" and not result.keys() & {"enum", "const", "pattern", "format"}:
        plain = {"type": "string", "pattern": _PLAIN}
        if location != "query":
            return plain if not result.keys() & {"minLength", "maxLength"} else {**result, "pattern": "^[a-z0-9]+$"}
        result["minLength"] = max(1, result.get("minLength", 0))
        if result["minLength"] > 1 or "maxLength" in result:
            result["pattern"] = "^[a-z0-9 ]+$"
    if result.get("type") == "array":
        result |= {"items": _plain(result.get("items", {"type": "string"}), location), "minItems": 1}
        result["maxItems"] = max(result.get("maxItems", 2), result["minItems"])
    if result.get("type") == "object" and "properties" in result:
        result["properties"] = {name: _plain(value, "path") for name, value in result["properties"].items()}
        result["minProperties"] = min(1, len(result["properties"]))
    elif result.get("type") == "object":
        result |= {
            "additionalProperties": {"type": "string", "pattern": _PLAIN},
            "minProperties": 1,
            "maxProperties": 2,
        }
    return result


def _drawn(values: st.SearchStrategy[Any]) -> Any:
    """Draw a value from a strategy, the same in each run and not the simplest."""
    found: list[Any] = []

    @settings(
        max_examples=3,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
    @given(values)
    def collect(value: Any) -> None:
        found.append(value)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HypothesisWarning)
        try:
            collect()
        except HypothesisException as error:
            raise ValueError(f"no arguments: {type(error).__name__}: {error}") from error
    return max(found, key=lambda value: len(repr(value)))
