"""The driver of other APIs' documents sends only what a document allows, and what all servers read alike."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import find

from tests.programs.documents.arguments import Spec, arguments, strategy
from tests.programs.documents.sources import Source
from tests.programs.documents.steps import answerable


def spec_of(parameters: list[dict[str, Any]], schema: dict[str, Any] | None = None) -> Spec:
    """Return a document with one operation."""
    body = {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}} if schema else {}
    return Spec({"paths": {"/a/{id}": {"post": {"parameters": parameters, **body}}}})


@pytest.mark.parametrize("location", ["path", "header", "cookie"])
@pytest.mark.parametrize(
    "schema",
    [{}, {"format": "string"}, {"format": "iso-country-code"}, {"format": "hex", "maxLength": 4}, {"minLength": 2}],
)
def test_ids_hold_no_control_characters(location: str, schema: dict[str, Any]) -> None:
    """Beside other keywords, and with an unknown format."""
    spec = spec_of([{"in": location, "name": "id", "required": True, "schema": {"type": "string", **schema}}])
    for operation in spec.operations():
        for call in arguments(spec, operation):
            value = call.parameters[location, "id"]
            assert value and not any(unicodedata.category(character) == "Cc" for character in value), value


@pytest.mark.parametrize("bounds", [{"minLength": 3, "maxLength": 3}, {"minLength": 9}, {"maxLength": 2}])
def test_texts_of_a_length_are_counted_alike_by_all(bounds: dict[str, int]) -> None:
    """All characters are one UTF-16 unit, since some servers count those."""
    spec = spec_of([], {"type": "object", "required": ["a"], "properties": {"a": {"type": "string", **bounds}}})
    for operation in spec.operations():
        for call in arguments(spec, operation):
            value = call.body["a"]
            assert bounds.get("minLength", 0) <= len(value) == len(value.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("format_", "pattern"), [("password", "^arn:[a-z]+$"), ("binary", "^[A-Z]{3}$"), (None, r"^\p{Lu}+$")]
)
def test_a_pattern_counts_whatever_the_format(format_: str | None, pattern: str) -> None:
    """Except a pattern that Python cannot compile, which a server may know."""
    spec = spec_of(
        [],
        {
            "type": "object",
            "required": ["a"],
            "properties": {"a": {"type": "string", "pattern": pattern} | ({"format": format_} if format_ else {})},
        },
    )
    for operation in spec.operations():
        for call in arguments(spec, operation):
            assert call.body["a"] and (format_ is None or re.fullmatch(pattern, call.body["a"]))


@pytest.mark.parametrize(
    ("at_root", "at_operation", "names"),
    [
        ([{"key": []}], None, ["k"]),
        ([], [{"key": []}, {"header": []}], ["k"]),
        ([{"key": []}], [], []),
        ([{"key": [], "other": []}], None, ["k", "o"]),
        ([{"header": []}], None, []),
    ],
)
def test_keys_in_the_query_are_parameters_to_steady(
    at_root: list[Any], at_operation: list[Any] | None, names: list[str], tmp_path: Path
) -> None:
    """For the operations that ask for these keys."""
    operation: dict[str, Any] = {"responses": {"200": {"description": ""}}}
    document = {
        "security": at_root,
        "paths": {"/a": {"get": operation if at_operation is None else {**operation, "security": at_operation}}},
        "components": {
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "query", "name": "k"},
                "other": {"type": "apiKey", "in": "query", "name": "o"},
                "header": {"type": "apiKey", "in": "header", "name": "h"},
            }
        },
    }
    path = tmp_path / "api.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    found = json.loads(answerable(Source("api", "own", path), tmp_path / "copy.json").read_text(encoding="utf-8"))
    assert [parameter["name"] for parameter in found["paths"]["/a"]["get"].get("parameters", [])] == names


def test_steady_reads_paths_that_refer_to_others(tmp_path: Path) -> None:
    """The paths have the same operations, and each its key in the query."""
    operation: Any = {"security": [{"key": []}], "responses": {}}
    document = {
        "paths": {"/a": {"get": operation}, "/b": {"$ref": "#/paths/~1a"}},
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "query", "name": "k"}}},
    }
    path = tmp_path / "api.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    found = json.loads(answerable(Source("api", "own", path), tmp_path / "copy.json").read_text(encoding="utf-8"))
    assert found["paths"]["/a"] == found["paths"]["/b"]
    assert [parameter["name"] for parameter in found["paths"]["/b"]["get"]["parameters"]] == ["k"]


def test_steady_requires_no_read_only_property_in_requests(tmp_path: Path) -> None:
    """Read-only properties are left out of requests even if they are required, directly or by reference."""
    identifier = {"type": "string", "readOnly": True}
    pet = {
        "type": "object",
        "required": ["id", "number", "name"],
        "properties": {"id": {"$ref": "#/components/schemas/Id"}, "number": identifier, "name": {"type": "string"}},
    }
    document = {"openapi": "3.1.0", "paths": {}, "components": {"schemas": {"Pet": pet, "Id": identifier}}}
    (tmp_path / "spec.json").write_text(json.dumps(document), encoding="utf-8")
    written = answerable(Source("spec", "own", tmp_path / "spec.json"), tmp_path / "answerable.json")
    assert json.loads(written.read_text(encoding="utf-8"))["components"]["schemas"]["Pet"]["required"] == ["name"]


def test_required_properties_are_present_at_any_depth() -> None:
    """At every depth that documents have."""
    schema: dict[str, Any] = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}
    for _ in range(15):
        schema = {"type": "object", "required": ["a"], "properties": {"a": schema}}
    spec = spec_of([], schema)
    for operation in spec.operations():
        for call in arguments(spec, operation):
            value = call.body
            while isinstance(value, dict):
                value = value["a"]
            assert isinstance(value, int)


def test_a_letter_that_needs_no_backslash_is_a_letter() -> None:
    r"""JavaScript reads `\p` as `p` where no property name follows; Python refuses it."""
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "pattern": r"[^\p\{C\}]*\+"}}}
    spec = spec_of([], schema)
    for operation in spec.operations():
        for call in arguments(spec, operation):
            assert "+" in call.body["a"]


@pytest.mark.parametrize("kind", ["number", "integer"])
@pytest.mark.parametrize("format_", ["decimal", "byte", "password"])
def test_a_number_is_no_text_whatever_its_format(kind: str, format_: str) -> None:
    assert Spec({}).schema({"type": kind, "format": format_}) == {"type": kind}


def test_a_pattern_may_ask_for_a_line_break() -> None:
    assert "\n" in find(strategy({"type": "string", "pattern": "^a\\u000Ab$"}), lambda text: True)
