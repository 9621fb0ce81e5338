"""Pairs of small documents for the tests of the review, from the YAML files in this folder."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from review.findings import Finding
from review.source import load_openapi
from review.wire import contract

HERE = Path(__file__).parent
LETTERS = {"breaking": "B", "additive": "A", "docs": "D"}
SCHEMAS = {
    "Thing": {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "string"}, "size": {"type": "integer"}},
    },
    "Twin": {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "string"}, "size": {"type": "integer"}},
    },
    "Other": {"type": "object", "required": ["no"], "properties": {"no": {"type": "integer"}}},
    "Tree": {"properties": {"value": {"type": "string"}, "next": {"$ref": "#/components/schemas/Tree"}}},
    "TallTree": {
        "properties": {"value": {"type": ["string", "null"]}, "next": {"$ref": "#/components/schemas/TallTree"}}
    },
}
SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "K"},
    "token": {"type": "http", "scheme": "bearer"},
    "oauth": {
        "type": "oauth2",
        "flows": {"clientCredentials": {"tokenUrl": "/token", "scopes": {"a": "", "b": ""}}},
    },
}


@dataclass
class Expected:
    """The expected judgement of a named change, in one direction."""

    name: str
    letter: str
    label: str


def read(name: str) -> list[dict[str, Any]]:
    """Read the entries of a YAML file of this folder."""
    entries: list[dict[str, Any]] = YAML(typ="safe").load((HERE / name).read_text(encoding="utf-8"))
    return entries


def document(paths: dict[str, Any], version: str = "3.1.0", **more: Any) -> dict[str, Any]:
    """Return a whole document with these paths."""
    return {"openapi": version, "info": {"title": "t", "version": "1.0.0"}, "paths": paths, **more}


def schema_pairs() -> Iterator[tuple[dict[str, Any], dict[str, Any], list[Expected]]]:
    """Yield pairs of documents with all schema changes, a path for each, and the expected judgements by path."""
    cases = read("schemas.yaml")
    for version in ("3.0.3", "3.1.0", "3.0.3 and 3.1.0"):
        for way in ("request", "response"):
            sides: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
            expected: tuple[list[Expected], list[Expected]] = ([], [])
            for number, case in enumerate(cases):
                if case.get("version", "3.1.0") != version:
                    continue
                path = f"/case{number}"
                for side, key in zip(sides, ("old", "new"), strict=True):
                    side[path] = {"post": operation(way, case[key])}
                for index, letter in enumerate(case[way].split("/")):
                    expected[index].append(Expected(f"{case['name']} ({way})", letter, f"POST {path}/"))
            versions = version.split(" and ")
            old = document(sides[0], versions[0], components={"schemas": SCHEMAS})
            new = document(sides[1], versions[-1], components={"schemas": SCHEMAS})
            yield old, new, expected[0]
            yield new, old, expected[1]


def operation(way: str, schema: Any) -> dict[str, Any]:
    """Return an operation that takes or gives an object with a `value` of a schema."""
    body = {"content": {"application/json": {"schema": {"type": "object", "properties": {"value": schema}}}}}
    if way == "request":
        return {"requestBody": body, "responses": {"200": {"description": "ok"}}}
    return {"responses": {"200": {"description": "ok", **body}}}


def operation_pairs() -> Iterator[tuple[str, dict[str, Any], dict[str, Any], list[Expected]]]:
    """Yield the changes of operations in both directions: changes of whole documents alone, the others together."""
    sides: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
    expected: tuple[list[Expected], list[Expected]] = ([], [])
    for number, case in enumerate(read("operations.yaml")):
        there, back = case["wire"].split("/")
        old, new = (_whole(case, key) for key in ("old", "new"))
        if set(case) & {"document", "old_document", "new_document"}:
            yield case["name"], old, new, [Expected(case["name"], there, "")]
            yield f"{case['name']}, back", new, old, [Expected(case["name"], back, "")]
            continue
        for side, whole in zip(sides, (old, new), strict=True):
            side.update({f"/case{number}{path}": item for path, item in whole["paths"].items()})
        for known, letter_ in zip(expected, (there, back), strict=True):
            known.append(Expected(case["name"], letter_, f" /case{number}/"))
    old, new = (document(side, components={"securitySchemes": SCHEMES}) for side in sides)
    yield "all", old, new, expected[0]
    yield "all, back", new, old, expected[1]


def misjudged(findings: list[Finding], expected: list[Expected]) -> list[str]:
    """Return a line for each change that is not judged as expected."""
    wrong = []
    for one in expected:
        mine = [
            finding
            for finding in findings
            if not one.label or any(f"{operation}/".find(f"{one.label}") >= 0 for operation in finding.operations)
        ]
        if (got := letter(mine)) != one.letter:
            wrong.append(f"{one.name}: {got}, not {one.letter}: {[(item.rule, item.message) for item in mine]}")
    return wrong


def _whole(case: dict[str, Any], key: str) -> dict[str, Any]:
    paths = copy.deepcopy(case.get(key, {"/x": {"get": {}}}))
    for item in paths.values():
        for method, operation in item.items():
            if method in ("get", "put", "post"):
                operation.setdefault("responses", {"200": {"description": "ok"}})
    whole = document(paths, components={"securitySchemes": dict(SCHEMES)})
    for extra in (case.get("document", {}), case.get(f"{key}_document", {})):
        for name, value in copy.deepcopy(extra).items():
            if name == "components":
                for section, entries in value.items():
                    whole["components"].setdefault(section, {}).update(entries)
            else:
                whole[name] = value
    return whole


def compared(old: dict[str, Any], new: dict[str, Any], folder: Path) -> list[Finding]:
    """Compare two documents."""
    paths = write(old, new, folder)
    return contract.compare(load_openapi(paths[0], name="old.json"), load_openapi(paths[1], name="new.json"))


def write(old: dict[str, Any], new: dict[str, Any], folder: Path) -> tuple[Path, Path]:
    """Write two documents into a folder."""
    paths = folder / "old.json", folder / "new.json"
    for path, value in zip(paths, (old, new), strict=True):
        path.write_text(json.dumps(value, indent=1), encoding="utf-8")
    return paths


def letter(findings: Iterable[Finding]) -> str:
    """Return the worst of some findings as a letter, or `-`."""
    found = {LETTERS[finding.severity] for finding in findings}
    return next((one for one in "BAD" if one in found), "-")


def library() -> dict[str, Any]:
    """Return the document that the mutations change."""
    found: dict[str, Any] = YAML(typ="safe").load((HERE / "library.yaml").read_text(encoding="utf-8"))
    return found


def mutated(case: dict[str, Any]) -> dict[str, Any]:
    """Return library.yaml with one mutation."""
    changed = library()
    if "rename" in case:
        old, new = (f"#/components/schemas/{name}" for name in case["rename"])
        changed = json.loads(json.dumps(changed).replace(f'"{old}"', f'"{new}"'))
        schemas = changed["components"]["schemas"]
        schemas[case["rename"][1]] = schemas.pop(case["rename"][0])
    if "move" in case:
        changed["paths"][case["move"][1]] = changed["paths"].pop(case["move"][0])
    for pointer, value in case.get("set", {}).items():
        _set(changed, [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]], value)
    return changed


def _set(target: Any, parts: list[str], value: Any) -> None:
    for part in parts[:-1]:
        target = target[int(part)] if isinstance(target, list) else target[part]
    key: Any = int(parts[-1]) if isinstance(target, list) else parts[-1]
    if value is None:
        del target[key]
    elif isinstance(target, list) and key == len(target):
        target.append(value)
    else:
        target[key] = value
