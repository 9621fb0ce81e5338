"""Documents of several files, which refer to each other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from review.rules import Rule
from review.source import ReviewError, load_openapi
from review.wire import contract

from . import pairs


def test_references_into_other_files(tmp_path: Path) -> None:
    """Changes in another file are placed there."""
    schema = "type: object\nproperties:\n  a: {type: string}\n"
    document = pairs.document({"/x": {"get": pairs.operation("response", {"$ref": "schemas.yaml#/One"})}})
    for name, text in (("old", schema), ("new", schema.replace("string", "integer"))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "api.json").write_text(json.dumps(document), encoding="utf-8")
        indented = "".join(f"  {line}\n" for line in text.splitlines())
        (tmp_path / name / "schemas.yaml").write_text(f"One:\n{indented}", encoding="utf-8")
    old, new = (load_openapi(tmp_path / name / "api.json") for name in ("old", "new"))
    (finding,) = contract.compare(old, new)
    file = str(tmp_path / "new" / "schemas.yaml")
    assert (finding.rule_id, finding.place.file, finding.place.line) == ("response-type-changed", file, 4)


def test_an_operation_in_another_file_is_compared(tmp_path: Path) -> None:
    """It stands at its own file, seen from the first one, whose version holds for it."""
    first: dict[str, Any] = {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1.0.0"},
        "paths": {"/x": {"get": {"$ref": "parts/x.json"}}},
    }
    sides = []
    for side in ("old", "new"):
        folder = tmp_path / side
        (folder / "parts").mkdir(parents=True)
        thing = {"properties": {"a": {"type": "string", "nullable": side == "new"}}}
        schema = {"properties": {"t": {"$ref": "thing.json"}, "n": {"$ref": "../api.json#/components/schemas/Name"}}}
        response = {"description": "ok", "content": {"application/json": {"schema": schema}}}
        name = {"type": "integer" if side == "new" else "string"}
        first["components"] = {"schemas": {"Name": name}}
        (folder / "api.json").write_text(json.dumps(first))
        (folder / "parts" / "x.json").write_text(json.dumps({"responses": {"200": response}}))
        (folder / "parts" / "thing.json").write_text(json.dumps(thing))
        sides.append(load_openapi(folder / "api.json", name="v1/api.json"))
    found = {(finding.rule, finding.place.file) for finding in contract.compare(sides[0], sides[1])}
    assert found == {
        (Rule.BECAME_NULLABLE, str(Path("v1/parts/thing.json"))),
        (Rule.TYPE_CHANGED, str(Path("v1/api.json"))),
    }
    assert len(sides[0].others) == 3


@pytest.mark.parametrize("name", ["a%00b.json", "x" * 5000])
def test_a_name_that_no_file_can_have_does_not_resolve(name: str, tmp_path: Path) -> None:
    """The sentence says where the reference is, as for any other file that is missing."""
    path = tmp_path / "api.json"
    path.write_text(json.dumps(pairs.document({"/x": {"$ref": name}})), encoding="utf-8")
    document = load_openapi(path, name="api.json")
    with pytest.raises(ReviewError, match=r"^api\.json:\d+:\d+: \$ref '.*' does not resolve: "):
        contract.compare(document, document)
