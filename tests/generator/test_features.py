"""A package contains the features that generator-config.yml names, and no others."""

from __future__ import annotations

import ast
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from generator.spec.configuration import OWN
from generator.spec.extensions import EXTENSIONS
from generator.spec.features import FEATURES
from tests import ROOT
from tests.support import python
from tests.support.generating import generate

PET: Any = {"type": "object", "properties": {"id": {"type": "integer"}}}
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1"},
    "servers": [{"url": "http://127.0.0.1:1/v1"}],
    "paths": {
        "/pets/{id}": {
            method: {
                "operationId": f"{method}Pet",
                "tags": ["pets"],
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                **({"requestBody": {"content": {"application/json": {"schema": PET}}}} if method == "put" else {}),
                "responses": {"200": {"description": "", "content": {"application/json": {"schema": PET}}}},
            }
            for method in ("get", "put")
        }
    },
}
# An expression for each feature that is true if the package has the feature.
SEEN = {
    "aiohttp": "hasattr(package, 'DefaultAioHttpClient')",
    "batches": "hasattr(client.pets, 'get_many')",
    "compat": "hasattr(models.GetPetResponse200, 'model_dump')",
    "httpx2": "'httpx2' in refused",
    "otel": "find_spec(package.__name__ + '.otel') is not None",
    "raw": "hasattr(client, 'with_raw_response') and hasattr(client.pets, 'with_raw_response')",
}
PROGRAM = """
import importlib, json, sys
from importlib.util import find_spec
found = {}
for name in sys.argv[2:]:
    package, models = importlib.import_module(name), importlib.import_module(name + ".models")
    with package.Pets() as client:
        try:
            package.Pets(http_client=object())
        except TypeError as error:
            refused = str(error)
        found[name] = [feature for feature, seen in json.loads(sys.argv[1]).items() if eval(seen)]
print(json.dumps(found))
"""
CHOICES = [(), *((feature,) for feature in FEATURES), (*FEATURES,)]
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, ...], Path]:
    """Generate packages without features, with each one alone, and with all."""
    folder = tmp_path_factory.mktemp("features")
    spec, config = folder / "pets.json", folder / "generator-config.yml"
    spec.write_text(json.dumps(DOCUMENT), encoding="utf-8")
    found = {}
    for number, features in enumerate(CHOICES):
        options = {"package_name_override": f"pets{number}", "post_hooks": [], "features": features}
        config.write_text(json.dumps(options), encoding="utf-8")
        found[features] = generate(folder, spec=spec, config=config)
    return found


def test_a_package_has_the_features_that_it_names(packages: Mapping[tuple[str, ...], Path]) -> None:
    folder = packages[()].parent
    names = [package.name for package in packages.values()]
    command = [sys.executable, "-W", "error", "-c", PROGRAM, json.dumps(SEEN), *names]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    done = python.run(command, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {package.name: [*features] for features, package in packages.items()}


def test_each_carried_module_is_used_and_each_import_carried(packages: Mapping[tuple[str, ...], Path]) -> None:
    """Each imported module is carried, and each carried module is imported or a feature."""
    for features, package in packages.items():
        modules = {path.stem for path in (package / "_runtime").glob("*.py")} - {"__init__", "document"}
        imported = set[str]()
        for path in package.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and (
                    path.parent.name == "_runtime" or "_runtime" in str(node.module)
                ):
                    own = (node.module or "").removeprefix("_runtime.")
                    imported |= ({own} if own else {alias.name for alias in node.names}) if node.level else set()
        assert imported - {"document"} <= modules
        assert modules - imported <= {FEATURES[feature] for feature in features}


def test_a_small_package_has_the_public_names_of_stock(packages: Mapping[tuple[str, ...], Path]) -> None:
    """A package of one tag has the public names of stock's, and `_runtime`."""
    found = {path.relative_to(packages[()]).as_posix() for path in packages[()].rglob("*.py")}
    assert {name for name in found if not name.startswith("_runtime/")} == {
        *("__init__.py", "client.py", "errors.py", "models/__init__.py", "types/__init__.py"),
        *("api/__init__.py", "api/pets/__init__.py", "api/pets/get_pet.py", "api/pets/put_pet.py"),
    }


def test_the_manual_names_each_key() -> None:
    """The keys of generator-config.yml that are ours, and those of the extensions, at every depth."""
    manual = (ROOT / "generator" / "README.md").read_text(encoding="utf-8")
    schemas = [kind.model_json_schema() for kind in EXTENSIONS.values()]
    objects = [*schemas, *(schema for whole in schemas for schema in whole.get("$defs", {}).values())]
    keys = {*OWN, *FEATURES, *EXTENSIONS, *(key for schema in objects for key in schema["properties"])}
    assert [key for key in sorted(keys) if f"`{key}`" not in manual] == []
