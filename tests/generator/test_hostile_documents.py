"""Documents whose strings try to get code into the package, or files out of its folder."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from generator.generate import GenerationError
from generator.spec.parsing import parse_spec
from generator.spec.places import DocumentError
from tests.support import python
from tests.support.amount import some
from tests.support.generating import generate
from tests.support.server import CONFIG

# Each one calls `pwned` or breaks the code wherever a string is not written as a literal.
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
    # Quotes, escapes, templates, line breaks, paths, Python's names, and invalid names.
    "'''; pwned(); '''", "\\'; pwned() #", '\\"); pwned() #', '\\\\"; pwned() #', '\\N{QUOTATION MARK}); pwned() #',
    '\\x22); pwned() #', '\\u0022); pwned()', '\n', '\t', ' ', '\r', '\x0b', '\x1b[31mpwned\x1b[0m', '\ufeff',
    '\u200b', '\u2066pwned()\u2069', '\u200fpwned', '\ud7ff', '\U0010ffff', '\ue000pwned\ue001', '\ue100\ue101',
    '\ue1ff\ue1fe', '${pwned()}', '$(pwned)', '`pwned`', '<script>pwned()</script>', '{%raw%}{{pwned()}}{%endraw%}',
    '{#', '#}', '{{', '}}', '{%', '{', '}', '{}', '{0}', "f'{pwned()}'", 'lambda: pwned()', 'import pwned',
    'from pwned import *', 'global pwned', '*', '..', '.', '/', '//', '\\\\server\\share\\pwned', 'C:\\pwned',
    '~/pwned', '%2e%2e%2fpwned', '..\\..\\pwned', 'file:///etc/passwd', 'a/../../../b', '--output=/tmp/pwned',
    '__init__', 'conftest', 'sitecustomize', '__builtins__', '__import__', 'eval', 'os', 'None', 'async',
    'print(pwned())', 'type: ignore', '# type: ignore', 'coding: rot13', '# -*- coding: utf-7 -*-', '+AGEAYg-',
    '""""""', '""""', "''''", '\\"""', 'a\\', 'a\\\\', '\\\n', '"\\', '\u0663', '\uff11\uff12', '\ufb01',
    '\xaa\xba', 'K', '\u0130', '\u017f', '!!python/object/apply:os.abort []', '&a *a', '1e999', "9" * 400,
    '%TAG ! x', '\U0001f680', '\u202e', "a" + "\u0301" * 50, 'x' * 300, '\xe9' * 300,
)  # fmt: skip
HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069]")  # they reverse the direction of text


def operations(number: int, attack: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return paths and schemas with an attack in each string that is not a word of OpenAPI."""
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
        for place, style in (("query", "pipeDelimited"), ("header", "simple"))
    ]
    content = {a: {"schema": {"type": "string"}}, "application/json": {"schema": union}}
    get = {
        **{"operationId": a, "tags": [a], "summary": a, "description": a, "deprecated": True, "security": [{a: [a]}]},
        "parameters": parameters,
        "responses": {"200": {"description": a, "content": content}, "default": {"description": a}},
    }
    bodies = {
        **content,
        "multipart/form-data": {"schema": schema, "encoding": {a: {"contentType": a}}},
        "application/x-www-form-urlencoded": {"schema": schema, "encoding": {a: {"style": "deepObject"}}},
    }
    post = {
        **{"summary": a, "tags": [f"{a}.{a}"], "requestBody": {"content": bodies, "description": a}},
        "responses": {"201": {"description": a, "content": {a: {}}}},
    }
    path = f"/{number}{a}"
    named = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{([^{}]*)\}", path)
    ]
    return {path: {"parameters": named, "get": get, "post": post}}, schemas


def generated(document: dict[str, Any], folder: Path) -> Path:
    """Generate the package, and check that no other file is written and no attack is executed."""
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
    texts = [path.read_text(encoding="utf-8") for path in package.rglob("*.py")]
    nodes = [node for text in texts for node in ast.walk(ast.parse(text))]
    called = {
        node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        for node in nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
    }
    assert not called & {"pwned", "abort"}
    assert not any(isinstance(node, ast.Name) and node.id == "X" for node in nodes)
    assert not any(map(HIDDEN.search, texts))
    return package


def test_texts_of_operations_and_schemas_never_become_code(tmp_path: Path) -> None:
    """With each attack in all strings, everything is generated and can be imported."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    attacks = some(ATTACKS, 20)
    for number, attack in enumerate(attacks):
        own_paths, own_schemas = operations(number, attack)
        paths |= own_paths
        schemas |= own_schemas
    tags = [{"name": attack, "description": attack} for attack in attacks]
    schemes = {attack: {"type": "apiKey", "in": "query", "name": attack, "description": attack} for attack in attacks}
    document = {
        **{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "tags": tags, "paths": paths},
        "components": {"schemas": schemas, "securitySchemes": schemes},
    }
    package = generated(document, tmp_path)
    modules = [path for path in (package / "api").rglob("*.py") if path.name != "__init__.py"]
    assert len(modules) == 2 * len(attacks)


@pytest.mark.parametrize("number", some([0, 1, 3, 5, 8, 12, 16], 3))
def test_texts_of_info_and_servers_never_become_code(number: int, tmp_path: Path) -> None:
    """In the title, the version, the servers and the extensions."""
    a = ATTACKS[number]
    info = {"title": a, "version": a, "description": a, "x-generator-client": {"environment": {"api_key": a, "log": a}}}
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
    {"settings": {"a b": {"query": "a\r\nb", "description": '"""\npwned()'}}, "environment": {"log": "'); pwned()"}},
)
# Documents that are refused before anything is written, and words of the refusals.
REFUSED: tuple[tuple[Any, str], ...] = (
    ({"names": {"": {"A": "os.system"}}}, "names has os.system, which is neither the package's own nor httpx's"),
    ({"names": {"": {"A": "..up.A"}}}, "names has ..up.A, which is neither the package's own nor httpx's"),
    ({"names": {"client": {"A": ".errors.APIError"}}}, "names has a module that the package has itself: client.py"),
    (
        {"names": {"errors": {"A": ".errors.APIError"}, "errors.more": {"B": ".errors.APIError"}}},
        "names has a module that the package has itself: errors/__init__.py",
    ),
    ({"names": {"api": {"A": ".errors.APIError"}}}, "names has a module that the package has itself: api.py"),
    ({"names": {"": {"A": 1}}}, "/info/x-generator-client/names//A: expected a "),
    ({"names": {"": ["A"]}}, "/info/x-generator-client/names/: expected a mapping"),
    ({"headers": {"X\r\nEvil": "1"}}, "/info/x-generator-client/headers/X??Evil: expected a header or a status"),
    ({"headers": {"X": "1\r\nEvil: 2"}}, "/info/x-generator-client/headers/X: expected a header or a status"),
    ({"headers": {"X": True}}, "/info/x-generator-client/headers/X: expected a string"),
    ({"credentials": {"key": {"header": "X: 1\n"}}}, "/credentials/key/header: expected a header or a status"),
    ({"hints": {"__import__('os')": "x"}}, "/hints/__import__('os'): expected a header or a status"),
    (
        {"settings": {"base_url": {"header": "X"}}},
        "x-generator-client: `base_url` is an argument that every client has",
    ),
    ({"settings": {"a": "b"}}, "/info/x-generator-client/settings/a: expected a mapping"),
    ({"clients": {"A": {}}}, "/info/x-generator-client/clients/A: `description` is missing"),
    ({"nmae": "A"}, "/info/x-generator-client/nmae: nothing reads this key: did you mean `name`?"),
    ("words", "/info/x-generator-client: expected a mapping"),
)


@pytest.mark.parametrize("number", some(range(len(X_CLIENT)), 3))
def test_texts_of_the_extensions_never_become_code(number: int, tmp_path: Path) -> None:
    """The values of `x-generator-client` are checked, or written as literals."""
    spec, out = tmp_path / "api.yaml", tmp_path / "out"
    out.mkdir()
    with spec.open("w", encoding="utf-8") as file:
        document = {
            "openapi": "3.1.0",
            "info": {"title": "T", "version": "1", "x-generator-client": X_CLIENT[number]},
            "paths": {},
        }
        YAML(typ="safe").dump(document, file)
    try:
        package = generate(out, spec=spec, config=CONFIG)
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


@pytest.mark.parametrize(("extension", "message"), REFUSED, ids=range(len(REFUSED)))
def test_an_extension_that_leaves_the_package_is_refused(extension: Any, message: str, tmp_path: Path) -> None:
    """It cannot name anything outside the package, replace a module, or add lines to a request."""
    spec, config = tmp_path / "api.json", tmp_path / "generator-config.yml"
    spec.write_text('{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}}', encoding="utf-8")
    config.write_text(f"{CONFIG.read_text(encoding='utf-8')}\nclient: {json.dumps(extension)}\n", encoding="utf-8")
    with pytest.raises(GenerationError) as caught:
        generate(tmp_path, spec=spec, config=config)
    assert message in str(caught.value).replace(": /client", ": /info/x-generator-client")
    assert len(str(caught.value).splitlines()) <= 10
    assert len([*tmp_path.iterdir()]) == 2 or "argument" not in message


@pytest.mark.parametrize("extension", [words for words, message in REFUSED if "/" in message[:12]] + [[], 1, "x"])
def test_an_extension_of_another_form_is_ignored(extension: Any, tmp_path: Path) -> None:
    """It is ignored, with a note."""
    spec = tmp_path / "api.json"
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1", "x-generator-client": extension},
        "paths": {},
    }
    spec.write_text(json.dumps(document), encoding="utf-8")
    read = parse_spec(spec, CONFIG)
    assert "x-generator-client" not in read.prepared.document["info"]
    assert any("`x-generator-client` is not read" in note for note in read.source.notes)


REFERENCES = (
    "../secret.yaml#/A", "..%2fsecret.yaml#/A", "./../secret.yaml#/A", "x/../../secret.yaml#/A", "link.yaml#/A",
    "file:///etc/passwd", "//etc/passwd", "/dev/zero", "http://127.0.0.1:9/x", "pipe", "out#/A", "\0.yaml",
    "#/info/title",
    "#/components/schemas/A/../../../info", "#/", "a" * 5_000, "~/secret.yaml", "\\\\host\\secret.yaml", "#\x1b[31m",
)  # fmt: skip


@pytest.mark.parametrize("reference", REFERENCES, ids=range(len(REFERENCES)))
def test_references_do_not_leave_the_folder(reference: str, tmp_path: Path) -> None:
    """No other file is opened, nothing hangs, and the message is safe for a terminal."""
    folder = tmp_path / "inner"
    (folder / "out").mkdir(parents=True)
    (tmp_path / "secret.yaml").write_text("A: {type: object, properties: {stolen: {}}}\n", encoding="utf-8")
    (folder / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    os.mkfifo(folder / "pipe")
    spec = folder / "api.json"
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}
    operation = {"operationId": "a", "responses": {"200": {"description": "", "content": content}}}
    head = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/a": {"get": operation}}}
    spec.write_text(json.dumps({**head, "components": {"schemas": {"A": {"$ref": reference}}}}), encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        parse_spec(spec, CONFIG)
    lines = str(caught.value).splitlines()
    assert any(": /components/schemas/A/$ref: `$ref: " in line for line in lines)
    assert all(line.isprintable() and len(line) < 600 and "stolen" not in line for line in lines)


REF = "#/components/schemas/A"
BOMBS: dict[str, Callable[[dict[str, str]], dict[str, Any]]] = {
    "allOf": lambda up: {"allOf": [up, {"type": "object", "allOf": [up], "properties": {"x": {}}}]},
    "oneOf": lambda up: {"oneOf": [up, {"type": "array", "items": up}]},
    "lists": lambda up: {"type": "array", "items": {"anyOf": [up, {"type": "array", "items": up}]}},
    "mappings": lambda up: {"anyOf": [up, {"type": "object", "additionalProperties": up}]},
    "objects": lambda up: {"type": "object", "properties": {"x": {}}, "oneOf": [up, {"allOf": [up]}]},
}


@pytest.mark.parametrize("kind", BOMBS)
def test_schemas_that_double_at_each_step_end_in_time(kind: str, tmp_path: Path) -> None:
    """Forty such schemas would be 2**40 parts."""
    schemas: dict[str, Any] = {f"A{n}": BOMBS[kind]({"$ref": f"{REF}{n + 1}"}) for n in range(40)}
    for last in ({"type": "object", "properties": {"y": {}}}, {"type": "object", "allOf": [{"$ref": f"{REF}0"}]}):
        schemas["A40"] = last
        document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "components": {"schemas": schemas}}
        (tmp_path / "api.json").write_text(json.dumps({**document, "paths": {}}), encoding="utf-8")
        found = parse_spec(tmp_path / "api.json", CONFIG)
        assert len(json.dumps(found.prepared.document)) < 1_000_000


def test_yaml_tags_create_only_plain_values(tmp_path: Path) -> None:
    """No tag creates an object or calls anything."""
    tags = "title: !!python/object/apply:os.abort [], version: !!python/name:os.abort 1, x: !!python/object:os.x {a: 1}"
    (tmp_path / "api.yaml").write_text(f"openapi: 3.1.0\ninfo: {{{tags}}}\npaths: {{}}\n", encoding="utf-8")
    with pytest.raises(DocumentError, match=r"/info/title: expected a string, not a list"):
        parse_spec(tmp_path / "api.yaml", CONFIG)


def test_a_broken_package_is_not_swapped_in(tmp_path: Path) -> None:
    """A separate Python imports the new package before it replaces the old one."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    code = "from generator import generate; generate._import(__import__('pathlib').Path(__import__('sys').argv[1]))"
    (tmp_path / "package").mkdir()
    (tmp_path / "package/__init__.py").write_text("from . import gone\n", encoding="utf-8")
    command = [sys.executable, "-c", code, str(tmp_path / "package")]
    done = python.run(command, cwd=CONFIG.parent, env=environment)
    assert (
        "package/__init__.py:1: the package cannot be imported: ImportError: cannot import name 'gone'" in done.stderr
    )
    (tmp_path / "package/__init__.py").write_text("x = (\n", encoding="utf-8")
    done = python.run(command, cwd=CONFIG.parent, env=environment)
    assert "package/__init__.py:1: the templates gave invalid Python: SyntaxError: '(' was never closed" in done.stderr
