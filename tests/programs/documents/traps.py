"""Small documents with one trap each, and one document with all traps."""

from __future__ import annotations

from typing import Any, Final

from ruamel.yaml import YAML

from tests.programs.documents.trap import HEAD, Trap, answer, body, query
from tests.programs.documents.traps_of_answers import ANSWERS
from tests.programs.documents.traps_of_names import NAMES
from tests.programs.documents.traps_of_requests import REQUESTS
from tests.programs.documents.traps_of_schemas import SCHEMAS

_OWN: Final = ("query", "options", "texts", "path_segment", "request_body", "client", "timeout", "max_retries", "self")
_MORE: Final = (
    "body",
    "response",
    "fetch",
    "url",
    "str",
    "dict",
    "class",
    "isinstance",
    "sync_detailed",
    "extra_query",
)
_NAMES: Final = (
    *_OWN,
    *_MORE,
    "own_names",
    "value",
    "content",
    "status_code",
    "result",
    "cls",
    "json",
    "httpx",
    "a-b",
    "a.b",
)
_KINDS: Final = (
    "Page",
    "Response",
    "Unset",
    "Model",
    "Client",
    "Any",
    "Literal",
    "UUID",
    "Traps",
    "AuthenticatedClient",
)
_TAGS: Final = (
    "client",
    "close",
    "api_key",
    "with_options",
    "AuthenticatedClient",
    "httpx",
    "Dog",
    "partial",
    "datetime",
)

TRAPS: Final[dict[str, Trap]] = NAMES | REQUESTS | ANSWERS | SCHEMAS | {
    # 1. Unions.
    "union of models": answer(
        "union",
        "{oneOf: [{$ref: '#/components/schemas/UnionA'}, {$ref: '#/components/schemas/UnionB'}]}",
        """
        server.answer('{"b": 1}')
        assert type(api("answers", "union").sync(client=client)) is models.UnionB
        assert type(client_of("Traps").answers.union()) is models.UnionB
        """,
        "{UnionA: {type: object, required: [a], properties: {a: {type: integer}}},"
        " UnionB: {type: object, required: [b], properties: {b: {type: integer}}}}",
    ),
    "union of a model, an array and a mapping": answer(
        "mixed",
        "{oneOf: [{type: array, items: {oneOf: [{$ref: '#/components/schemas/MixedA'}, {type: integer}]}},"
        " {$ref: '#/components/schemas/MixedA'}, {type: string}]}",
        """
        for text, kind in (('[{"a": 1}, 2]', list), ('{"a": 1}', models.MixedA), ('"x"', str)):
            server.answer(text)
            found = api("answers", "mixed").sync(client=client)
            assert type(found) is kind
        server.answer('[{"a": 1}, 2]')
        assert type(api("answers", "mixed").sync(client=client)[0]) is models.MixedA
        refused("answers", "mixed", "1")
        """,
        "{MixedA: {type: object, required: [a], properties: {a: {type: integer}}}}",
    ),
    "union by a discriminator without mapping": answer(
        "shape",
        "{oneOf: [{$ref: '#/components/schemas/round-shape'}, {$ref: '#/components/schemas/SquareShape'}],"
        " discriminator: {propertyName: kind}}",
        """
        server.answer('{"kind": "round-shape", "r": 1}')
        assert type(api("answers", "shape").sync(client=client)) is models.RoundShape
        server.answer('{"kind": "SquareShape"}')
        assert type(api("answers", "shape").sync(client=client)) is models.SquareShape
        """,
        "{round-shape: {type: object, required: [kind], properties: {kind: {type: string}, r: {type: integer}}},"
        " SquareShape: {type: object, required: [kind], properties: {kind: {type: string}, r: {type: integer}}}}",
    ),
    # 2. Names that the generated code uses itself.
    "parameters with the names of the generated code": query(
        "own_names",
        "[" + ", ".join(f"{{name: {name}, in: query, schema: {{type: string}}}}" for name in _NAMES) + "]",
        f"""
        import inspect
        module = api("parameters", "own_names")
        names = [name for name in inspect.signature(module._get_kwargs).parameters]
        assert len(names) == {len(_NAMES)}
        module.sync(client=client, **dict.fromkeys(names, "x"))
        assert server.asked.query == [(name, "x") for name in {_NAMES!r}]
        client_of("Traps").parameters.own_names(**dict.fromkeys(names, "y"), timeout=5)
        assert server.asked.query == [(name, "y") for name in {_NAMES!r}]
        """,
    ),
    "one name in every place": Trap(
        "paths:\n  /places/{id}:\n    get: {operationId: places, tags: [parameters], <ok>, parameters: ["
        + ", ".join(
            f"{{name: id, in: {place}, required: true, schema: {{type: string}}}}"
            for place in ("path", "query", "header", "cookie")
        )
        + "]}\n",
        """
        import inspect
        module = api("parameters", "places")
        first, *rest = inspect.signature(module._get_kwargs).parameters
        module.sync("p", client=client, **dict(zip(rest, "qhc")))
        assert (server.asked.path, server.asked.query) == ("/places/p", [("id", "q")])
        assert (server.asked.headers["id"], server.asked.headers["cookie"]) == ("h", "id=c")
        """,
    ),
    "body properties with the names of the generated code": body(
        "own_properties",
        "application/json",
        "{type: object, properties: {" + ", ".join(f"{name}: {{type: string}}" for name in _NAMES) + "}}",
        f"""
        import json
        body = models.OwnPropertiesBody.from_dict(dict.fromkeys({_NAMES!r}, "x"))
        api("bodies", "own_properties").sync(client=client, body=body)
        assert json.loads(server.asked.body) == dict.fromkeys({_NAMES!r}, "x")
        """,
    ),
    "properties with the names of a model's methods": answer(
        "methods",
        "{$ref: '#/components/schemas/Methods'}",
        """
        value = {name: name for name in ("from_dict", "to_dict", "additional_properties", "_x", "__init__", "class", "+1", "-1")}
        import json
        server.answer(json.dumps(value))
        found = api("answers", "methods").sync(client=client)
        assert found.to_dict() == value
        assert (found.from_dict_, found["to_dict"], found.class_, found["-1"]) == ("from_dict", "to_dict", "class", "-1")
        """,
        "{Methods: {type: object, properties: {"
        + ", ".join(
            f"'{name}': {{type: string}}"
            for name in ("from_dict", "to_dict", "additional_properties", "_x", "__init__", "class", "+1", "-1")
        )
        + "}}}",
    ),
    "schemas with the names of the generated code": Trap(
        "paths:\n"
        + "".join(
            f"  /kinds/{name}:\n    get: {{operationId: kind{name}, tags: [kinds], responses: {{'200': {{description: x, "
            f"content: {{application/json: {{schema: {{$ref: '#/components/schemas/{name}'}}}}}}}}}}}}\n"
            for name in _KINDS
        )
        + "components: {schemas: {"
        + ", ".join(f"{name}: {{type: object, properties: {{x: {{type: string, format: uuid}}}}}}" for name in _KINDS)
        + "}}\n",
        f"""
        server.answer('{{"x": "12345678-1234-5678-1234-567812345678"}}')
        for name in {_KINDS!r}:
            module = [m for m in ("kind_" + name.lower(), "kind" + name.lower(), "kind_authenticated_client") if has("kinds", m)][0]
            found = api("kinds", module).sync(client=client)
            assert type(found).__name__ == name and type(found).__module__.startswith("traps.models"), found
            assert type(found.x).__name__ == "UUID"
        """,
    ),
    "tags with the names of the client's own": Trap(
        "paths:\n"
        + "".join(f"  /tags/{tag}:\n    get: {{operationId: tagged{tag}, tags: [{tag}], <ok>}}\n" for tag in _TAGS)
        + "components: {schemas: {Dog: {type: object, properties: {x: {type: string}}}}}\n",
        """
        own = client_of("Traps")
        found = [getattr(own, name) for name in ("client_", "close_", "api_key_", "with_options_", "authenticated_client", "httpx",
                                                 "dog", "partial")]
        assert len({type(item) for item in found}) == 8
        own.client_.taggedclient()
        assert server.asked.path == "/tags/client"
        own.close()
        """,
    ),
    "operations with the names of the generated code": Trap(
        "paths:\n"
        + "".join(
            f"  /named/{index}:\n    get: {{operationId: '{name}', tags: [named], <ok>}}\n"
            for index, name in enumerate(("", "***", "list", "with_raw_response", "present", "kept", "partial", "_models", "import"))
        ),
        """
        import importlib, pkgutil
        folder = importlib.import_module("traps.api.named")
        names = {module.name for module in pkgutil.iter_modules(folder.__path__)}
        assert len(names) == 9
        paths = set()
        for name in names:
            api("named", name).sync(client=client)
            paths.add(server.asked.path)
        assert paths == {f"/named/{number}" for number in range(9)}
        methods = [name for name in dir(client_of("Traps").named) if not name.startswith("_") and name not in ("with_raw_response", "with_streaming_response")]
        assert len(methods) == 9
        """,
    ),
    "two operations with one name in Python": Trap(
        "paths:\n  /twins:\n    get: {operationId: getTwin, tags: [twins], <ok>}\n"
        "    put: {operationId: get_twin, tags: [twins], <ok>}\n",
        """
        methods = set()
        for name in ("get_twin", "get_twin2"):
            api("twins", name).sync(client=client)
            methods.add(server.asked.method)
        assert methods == {"GET", "PUT"}
        """,
    ),
    "schemas with one title": Trap(
        "paths:\n  /titles:\n    post: {operationId: titles, tags: [bodies], requestBody: {required: true, content: "
        "{application/json: {schema: {$ref: '#/components/schemas/Thing-Input'}}}}, responses: {'200': {description: x, "
        "content: {application/json: {schema: {$ref: '#/components/schemas/Thing-Output'}}}}}}\n"
        "components: {schemas: {Thing-Input: {title: Thing, type: object, properties: {a: {type: integer}}},"
        " Thing-Output: {title: Thing, type: object, properties: {b: {title: Thing, type: object, properties: {c: {}}}}}}}\n",
        """
        server.answer('{"b": {"c": 1}}')
        found = api("bodies", "titles").sync(client=client, body=models.ThingInput(a=1))
        assert type(found) is models.ThingOutput and found.b.c == 1
        """,
    ),
    "a parameter that a path has twice, and names that are none": Trap(
        "paths:\n  '/again/{id}/{pet.id}/{id}':\n    get: {operationId: again, tags: [parameters], <ok>, parameters: ["
        "{name: id, in: path, required: true, schema: {type: string}},"
        " {name: pet.id, in: path, required: true, schema: {type: integer}}]}\n",
        """
        api("parameters", "again").sync("a", 2, client=client)
        assert server.asked.path == "/again/a/2/a"
        """,
    ),
    # 3. Answers that are no objects.
    **{
        f"an answer that is {name}": answer(
            f"plain_{index}",
            schema,
            f"""
            for text, value in {good!r}:
                server.answer(text)
                found = api("answers", "plain_{index}").sync(client=client)
                assert (found, type(found)) == (value, type(value))
            for text in {bad!r}:
                refused("answers", "plain_{index}", text)
            """,
        )
        for index, (name, schema, good, bad) in enumerate(
            (
                ("an enum", "{type: string, enum: [a, b]}", [('"a"', "a"), ('"new"', "new")], ["1", "{}", ""]),
                ("an enum of integers", "{enum: [1, 2]}", [("1", 1)], ['"1"']),
                ("a mixed enum", "{enum: [1, a, null, true]}", [("1", 1), ('"a"', "a"), ("null", None), ("true", True)], ["{}"]),
                ("a constant", "{const: x}", [('"x"', "x")], ["1", "[]"]),
                ("a string or null", "{type: [string, 'null']}", [('"x"', "x"), ("null", None)], ["1"]),
                ("a number that is whole", "{type: number}", [("1", 1), ("1.5", 1.5)], ['"1"', "true"]),
                ("an integer", "{type: integer}", [("1", 1)], ["true", "null"]),
                ("a boolean", "{type: boolean}", [("false", False)], ["0"]),
                ("null", "{type: 'null'}", [("null", None)], ["0"]),
                ("anything", "{}", [("1", 1), ("null", None), ("[]", [])], ["", "{"]),
                ("lists of lists", "{type: array, items: {type: array, items: {type: integer}}}", [("[[1]]", [[1]])], ["{}"]),
                ("a mapping of numbers", "{type: object, additionalProperties: {type: number}}", [('{"a": 1}', {"a": 1})], ["[]"]),
                ("a list without items", "{type: array}", [("[1]", [1])], ["{}"]),
            )
        )
    },
    # 4. What is sent.
    "styles of the query": query(
        "styles",
        "[" + ", ".join(
            f"{{name: {name}, in: query, style: {style}, explode: {explode}, schema: {schema}}}"
            for name, style, explode, schema in (
                ("a", "form", "true", "{type: array, items: {type: string}}"),
                ("b", "form", "false", "{type: array, items: {type: string}}"),
                ("c", "pipeDelimited", "false", "{type: array, items: {type: integer}}"),
                ("d", "spaceDelimited", "false", "{type: array, items: {type: string}}"),
                ("e", "deepObject", "true", "{type: object, properties: {x: {type: integer}, y: {type: array, items: {}}}}"),
                ("f", "form", "false", "{type: object, additionalProperties: {type: string}}"),
                ("g", "form", "true", "{type: object, additionalProperties: {type: string}}"),
                ("h", "form", "true", "{type: [string, 'null']}"),
            )
        ) + ", {name: i, in: query, content: {application/json: {schema: {type: object}}}}]",
        """
        made = models.StylesE(x=1, y=["p", "q"])
        api("parameters", "styles").sync(client=client, a=["1", "2"], b=["1", "2"], c=[1, 2], d=["1", "2"], e=made, f={"k": "v"},
                                         g={"k": "v"}, h=None, i={"k": [1]})
        assert server.asked.query == [("a", "1"), ("a", "2"), ("b", "1,2"), ("c", "1|2"), ("d", "1 2"), ("e[x]", "1"), ("e[y]", "p"),
            ("e[y]", "q"), ("f", "k,v"), ("k", "v"), ("i", '{"k": [1]}')]
        """,
    ),
    "reserved characters": query(
        "unencoded",
        "[{name: a, in: query, allowReserved: true, schema: {type: array, items: {type: string}}},"
        " {name: b, in: query, schema: {type: string}}]",
        """
        api("parameters", "unencoded").sync(client=client, a=["/x?y=(1:2)", "a&b#c+d %[é]"], b="/x")
        assert server.asked.query == [("a", "/x?y=(1:2)"), ("a", "a&b#c+d %[é]"), ("b", "/x")]
        assert server.asked.target.endswith("?a=/x?y=(1:2)&a=a%26b%23c%2Bd%20%25%5B%C3%A9%5D&b=%2Fx")
        api("parameters", "unencoded").sync(client=client)
        assert server.asked.query == []
        """,
    ),
    "styles of paths, headers and cookies": Trap(
        "paths:\n  '/s/{a}/{b}/{c}/{d}/{e}/{f}/{g}':\n    get: {operationId: places_of_styles, tags: [parameters], <ok>, parameters: ["
        + ", ".join(
            f"{{name: {name}, in: path, required: true, style: {style}, explode: {explode}, schema: {schema}}}"
            for name, style, explode, schema in (
                ("a", "simple", "false", "{type: array, items: {type: string}}"),
                ("b", "label", "true", "{type: array, items: {type: string}}"),
                ("c", "matrix", "true", "{type: array, items: {type: string}}"),
                ("d", "simple", "true", "{type: object, additionalProperties: {type: string}}"),
                ("e", "matrix", "false", "{type: string}"),
            )
        )
        + ", {name: f, in: path, required: true, content: {application/json: {schema: {type: object}}}}"
        ", {name: g, in: path, required: true, content: {application/json: {schema: {type: string}}}}"
        ", {name: X-List, in: header, schema: {type: array, items: {type: integer}}}"
        ", {name: X-Object, in: header, explode: true, schema: {type: object, additionalProperties: {type: integer}}}"
        ", {name: When, in: header, schema: {type: string, format: date-time}}"
        ", {name: crumbs, in: cookie, explode: false, schema: {type: array, items: {type: string}}}]}\n",
        """
        import datetime
        when = datetime.datetime(2024, 5, 6, tzinfo=datetime.timezone.utc)
        api("parameters", "places_of_styles").sync(["x/y", "z"], ["x", "y"], ["x", "y"], {"k": "v"}, "w", {"k": [1]}, ".", client=client,
            x_list=[1, 2], x_object={"k": 1}, when=when, crumbs=["p", "q"])
        asked = server.asked
        assert asked.path == '/s/x/y,z/.x.y/;c=x;c=y/k=v/;e=w/{"k": [1]}/"."'
        assert (asked.headers["x-list"], asked.headers["x-object"], asked.headers["cookie"]) == ("1,2", "k=1", "crumbs=p,q")
        assert asked.headers["when"] == "2024-05-06T00:00:00Z"
        """,
    ),
    "a form with files": body(
        "files",
        "multipart/form-data",
        "{type: object, required: [one], properties: {one: {type: string, format: binary}, many: {type: array, items: "
        "{type: string, format: binary}}, tags: {type: array, items: {type: string}}, where: {type: object, properties: "
        "{x: {type: integer}}}, note: {type: [string, 'null']}, picture: {type: string, format: binary}}}",
        """
        import io, tempfile
        where = models.FilesBodyWhere(x=1)
        with tempfile.NamedTemporaryFile(suffix=".txt") as file:
            file.write(b"long" * 50_000)
            file.flush()
            named = ("n.csv", b"1", "text/csv")
            body = models.FilesBody(one=file, many=[b"a", named, io.BytesIO(b"b")], tags=["t", "u"], where=where, note=None, picture=b"p")
            api("bodies", "files").sync(client=client, body=body)
            parts = server.asked.parts
            assert [part[0] for part in parts] == ["one", "many", "many", "many", "tags", "tags", "where", "picture"]
            assert parts[0][1:] == (file.name.rsplit("/")[-1], "text/plain", b"long" * 50_000)
            assert parts[1][1:] == ("many", "application/octet-stream", b"a")
            assert parts[2][1:] == ("n.csv", "text/csv", b"1")
            assert parts[3][3] == b"b"
            assert parts[4][1:] == (None, "text/plain", b"t")
            assert parts[6][1:] == (None, "application/json", b'{"x": 1}')
            assert parts[7][1:] == ("picture", "image/png", b"p")
            api("bodies", "files").sync(client=client, body=body)
            assert len(server.asked.parts[0][3]) == 200_000, "the file is sent from its beginning again"
        """,
        "{picture: {contentType: image/png}}",
    ),
    "a form with nulls, lists and objects": body(
        "form",
        "application/x-www-form-urlencoded",
        "{type: object, properties: {a: {type: [string, 'null']}, b: {type: array, items: {type: integer}}, c: {type: object,"
        " additionalProperties: {}}, d: {type: object, additionalProperties: {}}, e: {type: boolean}}}",
        """
        from urllib.parse import parse_qsl
        body = models.FormBody(a=None, b=[1, 2], c={"k": 1}, d={"k": [1]}, e=True)
        api("bodies", "form").sync(client=client, body=body)
        assert server.asked.headers["content-type"] == "application/x-www-form-urlencoded"
        assert parse_qsl(server.asked.body.decode()) == [("b", "1"), ("b", "2"), ("c", '{"k": 1}'), ("d[k]", "1"), ("e", "true")]
        """,
        "{d: {style: deepObject}}",
    ),
    "several media types": Trap(
        "paths:\n  /media:\n    post: {operationId: media, tags: [bodies], requestBody: {required: true, content: {"
        "application/xml: {schema: {type: object}}, application/json: {schema: {type: object, properties: {a: {type: integer}}}},"
        " text/plain: {schema: {type: string}}}}, responses: {'200': {description: x, content: {text/csv: {}}},"
        " '201': {description: x, content: {application/xml: {}, application/vnd.x+json: {schema: {type: integer}}}}}}\n",
        """
        server.answer("caf\\u00e9".encode("latin-1"), "text/csv; charset=ISO-8859-1")
        module = api("bodies", "media")
        for body, media_type, sent in ((models.MediaJsonBody(a=1), "application/json", b'{"a": 1}'), (b"<a/>", "application/xml", b"<a/>"),
                                       ("x", "text/plain", b"x")):
            assert module.sync(client=client, body=body) == "caf\\u00e9"
            assert (server.asked.headers["content-type"], server.asked.body) == (media_type, sent)
            assert server.asked.headers["accept"] == "text/csv, application/vnd.x+json"
        server.answer("3", status=201)
        assert module.sync(client=client, body="x") == 3
        """,
    ),
    "an answer of bytes": Trap(
        "paths:\n  /bytes:\n    get: {operationId: picture, tags: [answers], responses: {2XX: {description: x, content:"
        " {image/png: {schema: {type: string, format: binary}}}}, default: {description: x}}}\n",
        """
        server.answer(b"\\x89PNG", "image/png")
        assert api("answers", "picture").sync(client=client) == b"\\x89PNG"
        assert server.asked.headers["accept"] == "image/png"
        """,
    ),
    # 5. Times.
    "times in every spelling": answer(
        "times",
        "{type: object, additionalProperties: {type: string, format: date-time}}",
        """
        import copy, datetime, json, pickle
        spelled = ["2024-05-06T07:08:09Z", "2024-05-06t07:08:09z", "2024-05-06T07:08:09+00:00", "2024-05-06T07:08:09-00:00",
            "2024-05-06T07:08:09.1Z", "2024-05-06T07:08:09.1234567Z", "2024-05-06T07:08:09.123456789+05:30", "2024-05-06 07:08:09Z"]
        value = {str(number): text for number, text in enumerate(spelled)}
        server.answer(json.dumps(value))
        found = api("answers", "times").sync(client=client)
        assert all(isinstance(item, datetime.datetime) and item.tzinfo for item in found.values()), found
        assert found["5"].microsecond == 123456
        made = models.TimesKept.from_dict({"at": spelled[6]})
        for item in (made, copy.deepcopy(made), pickle.loads(pickle.dumps(made))):
            assert isinstance(item.at, datetime.datetime) and item.to_dict() == {"at": spelled[6]}
        assert models.TimesKept.from_dict({"at": "2024-02-30T00:00:00Z"}).at == "2024-02-30T00:00:00Z"
        """,
        "{TimesKept: {type: object, properties: {at: {type: string, format: date-time}}}}",
    ),
    # 6. Texts.
    "texts that end a docstring": Trap(
        "tags: [{name: texts, description: 'ends in \"'}]\npaths:\n  /texts:\n    get: {operationId: texts, tags: [texts],"
        " summary: 'ends in \"', description: 'x', <ok>, parameters: [{name: a, in: query, description: '\"\"\" \\\\', schema: {type: string}}]}\n"
        "    put: {operationId: backslash, tags: [texts], summary: 'ends in \\', <ok>}\n"
        "    post: {operationId: starts, tags: [texts], summary: '\"starts', <ok>}\n"
        "    patch: {operationId: control, tags: [texts], summary: \"\\0\\a\\e\\x85\\L\\P and more\", <ok>}\n"
        "components: {schemas: {Texts: {type: object, description: '\"\"\"', properties: {\"a\\u200db\": {type: string, description: '\\N{x} \"'}}}}}\n",
        """
        assert "ends in" in type(client_of("Traps").texts).texts.__doc__
        assert models.Texts.from_dict({"a\\u200db": "x"}).to_dict() == {"a\\u200db": "x"}
        (name,) = models.Texts._wire_names
        assert models.Texts(**{name: "x"}).to_dict() == {"a\\u200db": "x"}
        """,
    ),
    # 8. Schemas.
    "null in three spellings": answer(
        "nulls",
        "{$ref: '#/components/schemas/Nulls'}",
        """
        server.answer('{"a": null, "b": null, "c": null, "d": {"x": 1}}')
        found = api("answers", "nulls").sync(client=client)
        assert (found.a, found.b, found.c, found.d.x) == (None, None, None, 1)
        """,
        "{Nulls: {type: object, properties: {a: {type: [string, 'null']}, b: {anyOf: [{type: string}, {type: 'null'}]},"
        " c: {type: string, nullable: true}, d: {nullable: true, allOf: [{$ref: '#/components/schemas/NullsX'}]}}},"
        " NullsX: {type: object, properties: {x: {type: integer}}}}",
    ),
    "allOf with siblings, conflicts and recursion": answer(
        "whole",
        "{$ref: '#/components/schemas/AllChild'}",
        """
        server.answer('{"id": 1, "name": "n", "kind": "a", "child": {"id": 2, "at": "2024-05-06T07:08:09Z"}}')
        found = api("answers", "whole").sync(client=client)
        assert type(found.child) is models.AllBase or type(found.child) is models.AllChild
        made = models.AllChild(id=1, name="n", kind="a")
        assert made.to_dict() == {"id": 1, "name": "n", "kind": "a"}
        """,
        "{AllBase: {type: object, required: [id], properties: {id: {type: integer}, kind: {type: string}, child: {$ref:"
        " '#/components/schemas/AllBase'}}}, AllChild: {description: x, required: [name], allOf: [{$ref:"
        " '#/components/schemas/AllBase'}, {type: object, properties: {name: {type: string}, kind: {type: string, enum: [a, b]}}}],"
        " properties: {at: {type: string, format: date-time}}}}",
    ),
    "a list of itself": answer(
        "circle",
        "{$ref: '#/components/schemas/Circle'}",
        """
        server.answer("[[[]], []]")
        assert api("answers", "circle").sync(client=client) == [[[]], []]
        """,
        "{Circle: {type: array, items: {$ref: '#/components/schemas/Circle'}}}",
    ),
    "mappings of models": answer(
        "mapped",
        "{$ref: '#/components/schemas/Mapped'}",
        """
        server.answer('{"a": 1, "k": {"x": 2}}')
        found = api("answers", "mapped").sync(client=client)
        assert found.additional_properties["k"].x == 2 and found.to_dict() == {"a": 1, "k": {"x": 2}}
        """,
        "{Mapped: {type: object, properties: {a: {type: integer}}, additionalProperties: {$ref: '#/components/schemas/MappedX'}},"
        " MappedX: {type: object, properties: {x: {type: integer}}}}",
    ),
    "enums of every kind": answer(
        "enums",
        "{$ref: '#/components/schemas/Enums'}",
        """
        value = {"a": 1, "b": "x", "c": True, "d": 1.5, "e": "", "f": "caf\\u00e9 \\u200d \\" \\\\ \\n"}
        import json
        server.answer(json.dumps(value))
        assert api("answers", "enums").sync(client=client).to_dict() == value
        """,
        "{Enums: {type: object, properties: {a: {enum: [1, 2]}, b: {enum: [x, 1, null]}, c: {type: boolean, enum: [true]},"
        " d: {enum: [1.5, 2.5]}, e: {type: string, enum: ['', a]}, f: {enum: [\"caf\\u00e9 \\u200d \\\" \\\\ \\n\"]}}}}",
    ),
    "what is only received, only sent, has a default, or is deprecated": body(
        "flags",
        "application/json",
        "{type: object, required: [id, secret], properties: {id: {type: integer, readOnly: true}, secret: {type: string,"
        " writeOnly: true}, limit: {type: integer, default: 20}, old: {type: string, deprecated: true}}}",
        """
        api("bodies", "flags").sync(client=client, body=models.FlagsBody(secret="s"))
        assert server.asked.body == b'{"secret": "s"}'
        assert "Default: 20." in models.FlagsBody.__doc__ and "Deprecated." in models.FlagsBody.__doc__
        """,
    ),
    "a deprecated operation": Trap(
        "paths:\n  /old:\n    get: {operationId: old, tags: [answers], deprecated: true, summary: Old., <ok>}\n",
        """
        import warnings
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            api("answers", "old").sync(client=client)
            client_of("Traps").answers.old()
        assert [(warning.category, warning.filename) for warning in caught] == [(DeprecationWarning, "<trap>")] * 2
        assert "GET /old" in str(caught[0].message)
        """,
    ),
}  # fmt: skip


def merged() -> dict[str, Any]:
    """Merge all traps into one document, which is generated, imported and type-checked once."""
    whole: dict[str, Any] = {**YAML(typ="safe").load(HEAD), "paths": {}, "components": {}, "webhooks": {}, "tags": []}
    for trap in TRAPS.values():
        value = trap.value
        parts = [(whole[key], value.get(key, {})) for key in ("paths", "webhooks")]
        for section, theirs in value.get("components", {}).items():
            parts.append((whole["components"].setdefault(section, {}), theirs))
        for mine, theirs in parts:
            assert not {key for key in mine.keys() & theirs.keys() if mine[key] != theirs[key]}
            mine.update(theirs)
        whole["tags"] += value.get("tags", [])
    return whole
