"""Drive a generated package against a mock server, in a separate process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from generator.spec.openapi import objects
from generator.spec.reading import read
from tests import ROOT
from tests.programs.documents.arguments import METHODS, Spec
from tests.programs.documents.sources import Source


def answerable(source: Source, path: Path) -> Path:
    """Write a copy of a document for Steady.

    Steady follows no `$ref` of a path, has no answer for an operation without responses, knows no key in a query
    unless it is a parameter, and asks requests for required properties that are only received.
    """
    value = read(source.path).value
    value["paths"] = {
        path: deepcopy(Spec(value).target(item)) if isinstance(item, dict) and "$ref" in item else item
        for path, item in (value.get("paths") or {}).items()
    }
    schemes = (value.get("components") or {}).get("securitySchemes") or {}
    keys = {name: scheme["name"] for name, scheme in schemes.items() if scheme.get("in") == "query"}
    items = [item for item in value["paths"].values() if isinstance(item, dict)]
    for operation in [item[method] for item in items for method in METHODS if isinstance(item.get(method), dict)]:
        if not operation.get("responses"):
            operation["responses"] = {"200": {"description": ""}}
        asked = {name for given in operation.get("security", value.get("security") or []) for name in given}
        if asked & keys.keys():
            names = [keys[name] for name in keys if name in asked]
            added = [{"in": "query", "name": name, "schema": {"type": "string"}} for name in names]
            operation["parameters"] = [*(operation.get("parameters") or []), *added]
    spec = Spec(value)
    for schema in objects(value):
        required: Any = schema.get("required")
        properties = schema.get("properties")
        if isinstance(required, list) and isinstance(properties, dict):
            schema["required"] = [name for name in required if not _is_received(spec.target(properties.get(name)))]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def _is_received(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("readOnly") is True


def driven(kind: str, source: Source, folder: Path, address: str, *, most: int = 0) -> Iterator[dict[str, Any]]:
    """Call the operations of a package, and yield the outcomes, also of a failure as a whole.

    Args:
        kind: `ours` or `stock`.
        most: How many operations to call, spread over the document; 0 for all.
    """
    command = [sys.executable, "-m", "tests.programs.documents.driving", kind, str(source.path), str(folder), address]
    environment = {**os.environ, "HYPOTHESIS_NO_PLUGINS": "1"}  # a plugin imports trio and pytest
    done = subprocess.run([*command, str(most)], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    yield from map(json.loads, done.stdout.splitlines())
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["?"])[-1]
        nothing = dict.fromkeys(("generated", "accepted", "decoded"), False)
        yield {"operation": "all", **nothing, "reason": f"the driver failed: {said}"}
