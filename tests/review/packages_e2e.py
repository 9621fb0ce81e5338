"""Tests that `make test` leaves out, because they generate and type-check many or large packages."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from review.__main__ import main

from . import pairs
from .test_packages import generated, judged, on_the_wire


@pytest.mark.timeout(600)
def test_the_other_mutations(tmp_path: Path) -> None:
    """Each mutation breaks importers, adds something for them, or changes nothing."""
    base = generated(pairs.library(), tmp_path / "base")
    slow = [case for case in pairs.read("mutations.yaml") if case.get("slow")]
    assert on_the_wire(slow, tmp_path) == {case["name"]: case["wire"] for case in slow}
    typed = [case for case in slow if "python" in case]
    assert judged(typed, base, tmp_path) == {case["name"]: case["python"] for case in typed}


def large(names: Iterable[str]) -> dict[str, Any]:
    """Return a document with an operation for each of so many schemas that the package imports models lazily."""
    fields = {"id": {"type": "string"}, "size": {"type": "integer"}}
    schemas = {name: {"type": "object", "properties": {**fields, name.lower(): {"type": "string"}}} for name in names}
    paths = {
        f"/{number}": {"get": pairs.operation("response", {"$ref": f"#/components/schemas/{name}"})}
        for number, name in enumerate(names)
    }
    return pairs.document(paths, components={"schemas": schemas})


@pytest.mark.timeout(300)
def test_models_of_a_large_package_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A removed or renamed model breaks importers, although `models` imports it lazily."""
    names = [f"Model{number}" for number in range(130)]
    old = large(names)
    new = large([{"Model7": "Model8", "Model9": "Volume"}.get(name, name) for name in names])
    new["components"]["schemas"]["Volume"] = old["components"]["schemas"]["Model9"]
    new["components"]["schemas"]["Model10"]["properties"]["size"] = {"type": "string"}
    main(["diff", *map(str, pairs.write(old, new, tmp_path)), "--no-version", "--format", "json"])
    found = [item for item in json.loads(capsys.readouterr().out)["findings"] if item["part"] == "python"]
    breaking = [(item["rule"], item["message"]) for item in found if item["severity"] == "breaking"]
    for rule, said in (
        ("name-removed", "Model7: the name was removed"),
        ("name-renamed", "importers write `Volume` instead of `Model9`"),
        ("attribute-type-changed", "Model10.size: was `int | None`, is `str | None`"),
    ):
        assert any(item == rule and message.startswith(said) for item, message in breaking), breaking
    assert not any("Model9 " in message or "Model11" in message for rule, message in breaking if rule != "name-renamed")
