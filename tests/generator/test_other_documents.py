"""Whole documents: where the key is sent, what FastAPI writes, and the cost of importing a large package."""

from __future__ import annotations

import ast
import base64
import json
import os
import re
import sys
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest

from tests.programs.documents.app import app
from tests.programs.documents.echo import Echo
from tests.support import python
from tests.support.generating import generate
from tests.support.server import CONFIG


def made(folder: Path, document: dict[str, Any], name: str) -> Path:
    """Generate the package of a document."""
    (folder / "api.json").write_text(json.dumps(document), encoding="utf-8")
    config = folder / "generator-config.yml"
    config.write_text(CONFIG.read_text(encoding="utf-8").replace("stored_completions", name), encoding="utf-8")
    (folder / "out").mkdir()
    return generate(folder / "out", spec=folder / "api.json", config=config)


def run(package: Path, code: str) -> Any:
    """Return the JSON that a program prints which uses the package."""
    environment = {**os.environ, "PYTHONPATH": str(package.parent)}
    command = [sys.executable, "-W", "error", "-c", f"import json, sys\n{code}"]
    done = python.run(command, env=environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


OK = {"200": {"description": "", "content": {"application/json": {"schema": {}}}}}


@pytest.mark.parametrize(
    ("number", "scheme", "key", "header", "query"),
    [
        (0, {"type": "http", "scheme": "bearer"}, "a-key", ("authorization", "Bearer a-key"), []),
        (
            1,
            {"type": "http", "scheme": "basic"},
            "me:secret",
            ("authorization", "Basic " + base64.b64encode(b"me:secret").decode()),
            [],
        ),
        (2, {"type": "apiKey", "in": "header", "name": "X-Key"}, "a-key", ("x-key", "a-key"), []),
        (3, {"type": "apiKey", "in": "query", "name": "key"}, "a-key", ("authorization", None), [("key", "a-key")]),
        (4, {"type": "apiKey", "in": "cookie", "name": "sid"}, "a-key", ("cookie", "sid=a-key"), []),
        (5, None, None, ("authorization", None), []),
    ],
)
def test_the_key_is_sent_where_the_document_says(
    number: int,
    scheme: dict[str, Any] | None,
    key: str | None,
    header: tuple[str, str | None],
    query: list[tuple[str, str]],
    tmp_path: Path,
) -> None:
    """In a header, the query or a cookie, as the document's `security` says, or nowhere."""
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Keyed", "version": "1"},
        "paths": {"/a": {"get": {"operationId": "getA", "tags": ["a"], "responses": OK}}},
        **({"security": [{"one": []}], "components": {"securitySchemes": {"one": scheme}}} if scheme else {}),
    }
    package = made(tmp_path, document, f"keyed{number}")
    with Echo() as server:
        given = f"api_key={key!r}, " if key else ""
        run(
            package,
            f"from {package.name} import Keyed\n"
            f"with Keyed({given}base_url={server.url!r}) as client:\n"
            "    client.a.get()\n"
            f"    assert {str(key)!r} not in repr(client)\n"
            "print(1)",
        )
        assert (server.asked.headers[header[0]], server.asked.query) == (header[1], query)


def test_an_operation_is_asked_for_at_its_own_server(tmp_path: Path) -> None:
    """An operation's server precedes its path's, and that the document's; the client's precedes all."""
    with Echo() as server, Echo() as other, Echo() as given:
        variable = {"url": f"{other.url}/{{version}}/", "variables": {"version": {"default": "v2"}}}

        def get(name: str, **more: Any) -> dict[str, Any]:
            return {"get": {"operationId": f"get_{name}", "tags": ["own"], "responses": OK, **more}}

        document = {
            "openapi": "3.1.0",
            "info": {"title": "Keyed", "version": "1"},
            "servers": [{"url": f"{server.url}/v1"}],
            "paths": {
                "/a": get("a"),
                "/b": get("b", servers=[variable]),
                "/c": {**get("c"), "servers": [{"url": "/v3"}]},
                "/d": {**get("d", servers=[{"url": f"{server.url}/v1/"}]), "servers": [variable]},
            },
            "security": [{"one": []}],
            "components": {"securitySchemes": {"one": {"type": "http", "scheme": "bearer"}}},
        }
        package = made(tmp_path, document, "elsewhere")
        run(
            package,
            "from elsewhere import Keyed\n"
            f"for options in ({{}}, {{'base_url': {given.url!r}}}):\n"
            "    with Keyed(api_key='k', **options) as client:\n"
            "        for name in 'abcd':\n"
            "            getattr(client.own, f'get_{name}')(timeout=5)\n"
            "print(1)",
        )
        assert [request.target for request in server.requests] == ["/v1/a", "/v3/c", "/v1/d"]
        assert [request.target for request in other.requests] == ["/v2/b"]
        assert [request.target for request in given.requests] == ["/a", "/b", "/c", "/d"]
        assert other.asked.headers["authorization"] == "Bearer k"


def test_a_relative_operation_server_needs_a_document_server(tmp_path: Path) -> None:
    """Without servers in the document a client must be given a base URL, which is used for all operations."""
    with Echo() as server, Echo() as other:
        operation = {"operationId": "getA", "tags": ["a"], "responses": OK, "servers": [{"url": other.url}]}
        document = {
            "openapi": "3.1.0",
            "info": {"title": "Keyed", "version": "1"},
            "paths": {"/a": {"get": operation}},
        }
        package = made(tmp_path, document, "serverless")
        run(
            package,
            "from serverless import Keyed\n"
            f"with Keyed(base_url={server.url!r}) as client:\n"
            "    client.a.get()\n"
            "print(1)",
        )
        assert ([request.target for request in server.requests], other.requests) == (["/a"], [])


def test_a_server_without_a_scheme_is_asked_by_https(tmp_path: Path) -> None:
    """As in Kubernetes' document; the client's base URL counts for operations that repeat the server with a scheme."""
    with Echo() as server:
        operation = {
            "operationId": "getA",
            "tags": ["a"],
            "responses": OK,
            "servers": [{"url": "https://example.com/v1"}],
        }
        document = {
            "openapi": "3.1.0",
            "info": {"title": "Keyed", "version": "1"},
            "servers": [{"url": "//example.com/v1"}],
            "paths": {"/a": {"get": operation}},
        }
        package = made(tmp_path, document, "schemeless")
        code = (
            "from schemeless import Keyed\n"
            f"with Keyed(base_url={server.url!r}) as client:\n"
            "    client.a.get()\n"
            "print(json.dumps(Keyed().client.base_url))"
        )
        assert run(package, code) == "https://example.com/v1"
        assert [request.target for request in server.requests] == ["/a"]


def test_a_name_that_is_taken_is_noted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A schema or an operation whose name gets a number is noted with its place."""
    schemas = {name: {"type": "object", "properties": {"a": {"type": "integer"}}} for name in ("pet-item", "PetItem")}
    paths = {
        f"/{name}": {"get": {"operationId": name, "tags": ["pets"], "responses": OK}} for name in ("getPet", "get_pet")
    }
    document = {"openapi": "3.1.0", "info": {"title": "Pets", "version": "1"}, "paths": paths}
    made(tmp_path, {**document, "components": {"schemas": schemas}}, "numbered")
    said = capsys.readouterr().err.replace(f"{tmp_path}/", "").splitlines()
    for place, name in (
        ("/components/schemas/PetItem", "class PetItem2"),
        ("/paths/~1get_pet/get", "function get_pet2"),
    ):
        (line,) = (item for item in said if place in item)
        assert line.startswith("note: api.json:1:") and line.endswith(f"it is the {name}")


def test_docstrings_can_stand_below_attributes(tmp_path: Path) -> None:
    """With an option of openapi-python-client."""
    pet = {"type": "object", "properties": {"age": {"type": "integer", "description": "In years."}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Pets", "version": "1"},
        "paths": {},
        "components": {"schemas": {"Pet": pet}},
    }
    config = tmp_path / "generator-config.yml"
    (tmp_path / "api.json").write_text(json.dumps(document), encoding="utf-8")
    for number, below in enumerate((False, True)):
        options = {"package_name_override": f"pets{number}", "docstrings_on_attributes": below}
        config.write_text(json.dumps(options), encoding="utf-8")
        package = generate(tmp_path, spec=tmp_path / "api.json", config=config)
        text = (package / "models" / "__init__.py").read_text(encoding="utf-8")
        assert ('age: int | None = None\n    """In years."""\n' in text, "age: In years." in text) == (below, not below)


def test_documents_of_fastapi_are_generated(tmp_path: Path) -> None:
    """`Item-Input` and `Item-Output` have the same title, and all kinds of parameters occur."""
    package = made(tmp_path, app.openapi(), "shop")
    with Echo() as server:
        server.answer('{"name": "a", "price": 1, "pet": {"kind": "dog", "loud": true}}')
        found = run(
            package,
            "import datetime, uuid\n"
            "from shop import AuthenticatedClient, models\n"
            "from shop.api.items import create_item_items_post as create, read_item_items_item_id_get as read\n"
            f"with AuthenticatedClient(base_url={server.url!r}, token='t') as client:\n"
            "    item = create.sync(client=client, body=models.ItemInput(name='a', price=2.5))\n"
            "    read.sync(1, client=client, size='small', ids=[uuid.UUID(int=1)], x_many=['a', 'b'], session='s',\n"
            "              since=datetime.datetime(2024, 5, 6, tzinfo=datetime.UTC), query='q', client_query='c')\n"
            "    print(json.dumps([type(item).__name__, type(item.pet).__name__, item.price]))",
        )
        assert found == ["ItemOutput", "Dog", 1]
        assert server.requests[0].body == b'{"name": "a", "price": 2.5}'
        assert dict(server.asked.query) == {
            "size": "small",
            "ids": "00000000-0000-0000-0000-000000000001",
            "since": "2024-05-06T00:00:00Z",
            "query": "q",
            "client": "c",
        }
        assert (server.asked.headers["x-many"], server.asked.headers["cookie"]) == ("a,b", "session=s")


@pytest.mark.parametrize("wraps", [("array",), ("object",), ("array", "object")], ids="-".join)
def test_nested_arrays_and_mappings_are_decoded_at_any_depth(tmp_path: Path, wraps: tuple[str, ...]) -> None:
    """The decoder of each depth is made once; making each twice would never end for thirty."""
    items: dict[str, Any] = {"type": "string", "format": "date"}
    value: Any = "2024-05-06"
    for wrap in islice(cycle(wraps), 30):
        items = {"type": wrap, "items" if wrap == "array" else "additionalProperties": items}
        value = [value] if wrap == "array" else {"key": value}
    schema = {"type": "object", "properties": {"deep": items}}
    document = {"openapi": "3.1.0", "info": {"title": "Deep", "version": "1"}, "paths": {}}
    package = made(tmp_path, {**document, "components": {"schemas": {"Deep": schema}}}, "deep")
    kind, same = run(
        package,
        "from deep.models import Deep\n"
        f"given = {{'deep': {value!r}}}\n"
        "made = Deep.from_dict(given)\n"
        "inner = made.deep\n"
        "while isinstance(inner, (list, dict)):\n"
        "    inner = inner[0] if isinstance(inner, list) else inner['key']\n"
        "print(json.dumps([type(inner).__name__, made.to_dict() == given]))",
    )
    assert (kind, same) == ("date", True)
    tree = ast.parse((package / "models/__init__.py").read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda)]
    assert max(map(nested_comprehensions, functions)) <= 20  # Python 3.12 and later compile no more


def nested_comprehensions(node: ast.AST) -> int:
    """Return how many comprehensions are nested in a node, at most, without those in lambdas."""
    inside = [nested_comprehensions(child) for child in ast.iter_child_nodes(node) if not isinstance(child, ast.Lambda)]
    return max(inside, default=0) + isinstance(node, ast.ListComp | ast.DictComp)


def test_a_large_package_is_imported_in_parts(tmp_path: Path) -> None:
    """A client and one call load the modules of one tag."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {"Shared": {"type": "object", "properties": {"x": {"type": "integer"}}}}
    for tag in range(12):
        for number in range(12):
            name = f"Thing{tag}x{number}"
            shared = {"$ref": "#/components/schemas/Shared"}
            one_of = [{"$ref": f"#/components/schemas/{name}"}, shared]
            schemas[name] = {"type": "object", "required": ["y"], "properties": {"y": {"type": "integer"}, "s": shared}}
            answer = {"200": {"description": "", "content": {"application/json": {"schema": {"oneOf": one_of}}}}}
            paths[f"/{tag}/{number}"] = {
                "get": {"operationId": f"getThing{tag}x{number}", "tags": [f"tag{tag}"], "responses": answer}
            }
    document = {"openapi": "3.1.0", "info": {"title": "Large", "version": "1"}, "paths": paths}
    package = made(tmp_path, {**document, "components": {"schemas": schemas}}, "large")
    with Echo() as server:
        server.answer('{"y": 1, "s": {"x": 2}}')
        before, after, kinds, names = run(
            package,
            "import large\n"
            "loaded = lambda: sorted(m for m in sys.modules if m.startswith(('large.api.', 'large.models')))\n"
            "before = loaded()\n"
            f"with large.Large(base_url={server.url!r}) as client:\n"
            "    thing = client.tag3.get_thing_3_x_7()\n"
            "after = loaded()\n"
            "from large.models import Thing5X1\n"
            "from large.models import *\n"
            "kinds = [type(thing).__name__, type(thing.s).__name__, Thing5X1.__name__, Thing6X1.__name__]\n"
            "print(json.dumps([before, after, kinds, dir(large.models)]))",
        )
    assert kinds == ["Thing3X7", "Shared", "Thing5X1", "Thing6X1"]
    assert names == sorted(["Shared", *(f"Thing{tag}X{number}" for tag in range(12) for number in range(12))])
    assert before == []
    assert after == [
        "large.api.tag3",
        "large.api.tag3.get_thing_3_x_7",
        "large.models",
        "large.models.shared_shared",
        "large.models.tag3",
        "large.models.unions",
    ]


# Ranges of media types, arguments, and the media types of the requests.
RANGES: dict[str, list[tuple[str, str]]] = {
    "image/*": [
        ("body=b'x'", "application/octet-stream"),
        ("body=PNG", "image/png"),
        ("body=TXT", "application/octet-stream"),
    ],
    "*/*": [("body=b'x'", "application/octet-stream"), ("body=PNG", "image/png")],
    "text/*": [("body='x'", "text/plain"), ("body=TXT", "text/plain")],
    "application/*": [("body=b'x'", "application/octet-stream")],
    "application/*+json": [("x='x'", "application/json")],
    "multipart/*": [("body=models.Send5(x='x')", "multipart/form-data")],
}


def test_a_body_of_a_media_type_range_sends_a_media_type(tmp_path: Path) -> None:
    """A request cannot have the media type of a range: it is guessed from the file's path, or that of any bytes."""
    binary, mapping = (
        {"type": "string", "format": "binary"},
        {"type": "object", "properties": {"x": {"type": "string"}}},
    )
    schemas = {name: mapping if name.endswith("json") or name.startswith("multi") else binary for name in RANGES}
    operations = {
        f"/{number}": {
            "post": {
                "operationId": f"send{number}",
                "tags": ["a"],
                "requestBody": {"required": True, "content": {name: {"schema": {**schema, "title": f"Send{number}"}}}},
                "responses": OK,
            }
        }
        for number, (name, schema) in enumerate(schemas.items())
    }
    document = {"openapi": "3.1.0", "info": {"title": "Ranges", "version": "1"}, "paths": operations}
    package = made(tmp_path, document, "ranges")
    for name in ("a.png", "a.txt"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    calls = "\n".join(
        f"    client.a.send{number}({arguments})" for number, name in enumerate(RANGES) for arguments, _ in RANGES[name]
    )
    with Echo() as server:
        run(
            package,
            "from pathlib import Path\nfrom ranges import models, Ranges\n"
            f"PNG, TXT = Path({str(tmp_path)!r}) / 'a.png', Path({str(tmp_path)!r}) / 'a.txt'\n"
            f"with Ranges(base_url={server.url!r}) as client:\n{calls}\nprint(1)",
        )
        said = [request.headers["content-type"].partition(";")[0] for request in server.requests]
    assert said == [media_type for sent in RANGES.values() for _, media_type in sent]


def test_values_of_an_enum_have_one_order(tmp_path: Path) -> None:
    """Not that of their hashes, which differ in each run, even if values differ only in case."""
    values = [f"{word}{number}" for number in range(9, 0, -1) for word in ("up", "UP")]
    schema = {"type": "string", "enum": values, "title": "Way"}
    responses = {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}
    paths = {"/way": {"get": {"operationId": "getWay", "responses": responses}}}
    document = {"openapi": "3.1.0", "info": {"title": "Ways", "version": "1"}, "paths": paths}
    text = (made(tmp_path, document, "ways") / "models" / "__init__.py").read_text(encoding="utf-8")
    assert re.findall(r'"(\w+\d)"', text) == [f"{word}{number}" for number in range(1, 10) for word in ("UP", "up")]
