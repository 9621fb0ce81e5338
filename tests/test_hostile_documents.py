"""Documents that try to get code into the package, or files out of its folder: every string of one is an attack."""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from generate import CONFIG, GenerationError, generate

# Each of them would call `pwned`, or break the code, where a string is not written as a literal.
ATTACKS = (
    '"""\nimport os\nos.abort()\npwned()\n"""',
    '"); pwned(); ("',
    "'); pwned(); ('",
    "\\",
    '\\"\\"\\"; pwned()',
    '"',
    "{pwned()}",
    "{{ pwned() }}{% include '/etc/passwd' %}",
    "\r\npwned()\r\n",
    "\x0c\u2028pwned()\u2029\x85",
    "../../../../pwned",
    "/tmp/pwned",
    "a\x00b",
    "# \\N{BELL} \\x \\u12 \\",
    "__import__('os').abort()",
    "pwned()\nclass X: pass",
    "\u202epwned()\u202c",
    "%s %(x)s {0.__class__}",
)


def operations(number: int, attack: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Paths and schemas with an attack in each of their strings that is not a word of OpenAPI."""
    a, prefix = attack, f"#/components/schemas/{number}"
    schema = {"title": a, "description": a, "type": "object", "properties": {a: {"type": "string", "description": a}}}
    union = {
        "oneOf": [{"$ref": f"{prefix}-one"}, {"$ref": f"{prefix}-two"}],
        "discriminator": {"propertyName": a, "mapping": {a: f"{prefix}-one", f"{a}2": f"{prefix}-two"}},
    }
    schemas: dict[str, Any] = {
        f"{number}-enum": {"type": "string", "enum": [a, f"{a}b"], "description": a, "title": a},
        f"{number}-const": {"const": a, "default": a, "format": a, "pattern": a},
        f"{number}-one": {"type": "object", "required": [a], "properties": {a: {"$ref": f"{prefix}-enum"}}},
        f"{number}-two": {"type": "object", "properties": {"y": schema, "z": {"$ref": f"{prefix}-const"}}},
        f"{number}{a}": schema,
    }
    parameters = [
        {"name": a, "in": place, "description": a, "style": style, "schema": {"type": "array", "items": {"enum": [a]}}}
        for place, style in (("query", "pipeDelimited"), ("header", "simple"), ("cookie", "form"))
    ]
    content = {a: {"schema": {"type": "string"}}, "application/json": {"schema": union}}
    form = {"multipart/form-data": {"schema": schema, "encoding": {a: {"contentType": a}}}}
    styled = {"application/x-www-form-urlencoded": {"schema": schema, "encoding": {a: {"style": "deepObject"}}}}
    get = {
        **{"operationId": a, "tags": [a], "summary": a, "description": a, "deprecated": True, "security": [{a: [a]}]},
        "parameters": parameters,
        "responses": {"200": {"description": a, "content": content}, "default": {"description": a}},
    }
    post = {
        **{"summary": a, "tags": [f"{a}.{a}"], "requestBody": {"content": content, "description": a}},
        "responses": {"201": {"description": a, "content": {a: {}}}},
    }
    put = {"description": a, "requestBody": {"content": form}, "responses": {"204": {"description": a}}}
    patch = {"requestBody": {"content": styled}, "responses": {"2XX": {"description": a}}}
    path = f"/{number}{a}"
    named = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{([^{}]*)\}", path)
    ]
    return {path: {"parameters": named, "get": get, "post": post, "put": put, "patch": patch}}, schemas


def generated(document: dict[str, Any], folder: Path) -> Path:
    """The package of a document: nothing else is written, and nothing in it is called that an attack names."""
    spec, config, out = folder / "api.yaml", folder / "generator-config.yml", folder / "out" / "inner"
    out.mkdir(parents=True)
    with spec.open("w", encoding="utf-8") as file:
        YAML(typ="safe").dump(document, file)
    config.write_text(CONFIG.read_text(encoding="utf-8").replace("stored_completions", "hostile"), encoding="utf-8")
    with contextlib.redirect_stderr(io.StringIO()):
        package = generate(out, spec=spec, config=config)
    assert {path.name for path in folder.iterdir()} == {"api.yaml", "generator-config.yml", "out"}
    assert [path.name for path in out.parent.iterdir()] == ["inner"]
    assert [path.name for path in out.iterdir()] == ["hostile"]
    called = {
        node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
    }
    assert not called & {"pwned", "abort"}
    assert not any(
        isinstance(node, ast.Name) and node.id == "X"
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )
    return package


def test_operations_and_schemas_are_words_and_never_code(tmp_path: Path) -> None:
    """Every attack in every string: all of it is generated, and imports."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for number, attack in enumerate(ATTACKS):
        own_paths, own_schemas = operations(number, attack)
        paths |= own_paths
        schemas |= own_schemas
    tags = [{"name": attack, "description": attack} for attack in ATTACKS]
    schemes = {attack: {"type": "apiKey", "in": "header", "name": attack, "description": attack} for attack in ATTACKS}
    document = {
        **{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "tags": tags, "paths": paths},
        "components": {"schemas": schemas, "securitySchemes": schemes},
    }
    package = generated(document, tmp_path)
    modules = [path for path in (package / "api").rglob("*.py") if path.name != "__init__.py"]
    assert len(modules) == 4 * len(ATTACKS)


@pytest.mark.parametrize("number", [0, 1, 3, 5, 8, 11, 12, 16])
def test_the_head_of_a_document_is_words_too(number: int, tmp_path: Path) -> None:
    """Its title, version, servers and extensions."""
    a = ATTACKS[number]
    info = {"title": a, "version": a, "description": a, "x-client": {"environment": {"api_key": a, "log": a}}}
    servers = [{"url": f"https://a/{a}", "variables": {a: {"default": a}}}]
    generated({"openapi": "3.1.0", "info": info, "servers": servers, "paths": {}}, tmp_path)


X_CLIENT = (
    {"names": {"": {"A": ".errors.APIError; import os"}}},
    {"names": {"../../evil": {"A": ".errors.APIError"}}},
    {"names": {"": {"A; pwned()": ".errors.APIError"}}},
    {"names": {"a.b": {"A": ".errors.APIError"}}},
    {"name": "X(pwned()): pass\nclass Y", "hints": {"404": '"); pwned(); ("'}, "never_retried": ['"); pwned(); ("']},
    {"settings": {"x = pwned()": {"header": '"); pwned(); ("', "environment": '"); pwned(); ("'}}},
    {"clients": {"Z(pwned()):": {"base_url": '"); pwned(); ("', "description": '"""; pwned()'}}},
)


@pytest.mark.parametrize("extension", X_CLIENT, ids=range(len(X_CLIENT)))
def test_the_extensions_are_words_too(extension: dict[str, Any], tmp_path: Path) -> None:
    """What `x-client` says is checked, or written as a literal."""
    spec, out = tmp_path / "api.yaml", tmp_path / "out"
    out.mkdir()
    with spec.open("w", encoding="utf-8") as file:
        document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1", "x-client": extension}, "paths": {}}
        YAML(typ="safe").dump(document, file)
    try:
        package = generate(out, spec=spec)
    except GenerationError as error:
        assert len(str(error).splitlines()) <= 10
        return
    assert sorted(path.name for path in tmp_path.iterdir()) == ["api.yaml", "out"]
    names = {
        node.id
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name)
    }
    assert "pwned" not in names


def test_a_broken_package_is_not_swapped_in(tmp_path: Path) -> None:
    """What the templates write is imported, in a Python of its own, before anybody else does."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    code = "import generate; generate._import(__import__('pathlib').Path(__import__('sys').argv[1]))"
    (tmp_path / "package").mkdir()
    (tmp_path / "package/__init__.py").write_text("from . import gone\n", encoding="utf-8")
    command = [sys.executable, "-c", code, str(tmp_path / "package")]
    done = subprocess.run(
        command, cwd=Path(CONFIG).parent, env=environment, capture_output=True, text=True, check=False
    )
    assert "GenerationError: the package cannot be imported: ImportError: cannot import name 'gone'" in done.stderr
    (tmp_path / "package/__init__.py").write_text("x = (\n", encoding="utf-8")
    done = subprocess.run(
        command, cwd=Path(CONFIG).parent, env=environment, capture_output=True, text=True, check=False
    )
    assert "package/__init__.py:1: the templates gave invalid Python: SyntaxError: '(' was never closed" in done.stderr
