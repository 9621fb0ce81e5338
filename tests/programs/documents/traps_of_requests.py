"""Traps in requests: references, paths, parameters and bodies."""

from __future__ import annotations

from typing import Final

from tests.programs.documents.trap import Trap, answer, body, query

REQUESTS: Final[dict[str, Trap]] = {
    "references with escapes": Trap(
        """paths:
  /refs/~odd~1/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: refs_a, tags: [refs], responses: {'200': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/My%20Thing%7E01'}}}}}}
  /refs/b:
    get: {operationId: refs_b, tags: [refs], responses: {'200': {description: x, content: {application/json: {schema: {type: array, items: {$ref: '#/paths/~1refs~1~0odd~01~1%7Bid%7D/get/responses/200/content/application~1json/schema'}}}}}}}
components:
  schemas:
    "My Thing~1": {type: object, required: [x], properties: {x: {type: integer}}}
""",
        """
        server.answer('{"x": 1}')
        found = api("refs", "refs_a").sync("q", client=client)
        assert found.x == 1 and server.asked.path == "/refs/~odd~1/q", server.asked.path
        server.answer('[{"x": 1}]')
        (one,) = api("refs", "refs_b").sync(client=client)
        assert type(one) is type(found)
        """),
    "references to everything": Trap(
        """paths:
  /ref/{id}: {$ref: '#/components/pathItems/RefItem'}
components:
  pathItems:
    RefItem:
      parameters: [{$ref: '#/components/parameters/RefId'}]
      post:
        operationId: ref_everything
        tags: [refs]
        parameters: [{$ref: '#/components/parameters/RefAlias'}]
        requestBody: {$ref: '#/components/requestBodies/RefBodyAlias'}
        responses:
          '200': {$ref: '#/components/responses/RefResponseAlias'}
          default: {$ref: '#/components/responses/RefError'}
  parameters:
    RefId: {name: id, in: path, required: true, schema: {$ref: '#/components/schemas/RefNumber'}}
    RefAlias: {$ref: '#/components/parameters/RefLimit'}
    RefLimit: {name: limit, in: query, schema: {$ref: '#/components/schemas/RefNumber'}}
  requestBodies:
    RefBodyAlias: {$ref: '#/components/requestBodies/RefBody'}
    RefBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/RefAliasOfThing'}}}}
  responses:
    RefResponseAlias: {$ref: '#/components/responses/RefResponse'}
    RefResponse: {description: x, headers: {X-Count: {$ref: '#/components/headers/RefCount'}}, content: {application/json: {schema: {$ref: '#/components/schemas/RefThing/properties/inner'}}}}
    RefError: {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/RefThing'}}}}
  headers: {RefCount: {schema: {type: integer}}}
  schemas:
    RefNumber: {type: integer}
    RefAliasOfThing: {$ref: '#/components/schemas/RefThing'}
    RefThing: {type: object, properties: {inner: {type: object, properties: {x: {type: integer}}}, list: {type: array, items: {$ref: '#/components/schemas/RefThing/properties/inner'}}, same: {$ref: '#/components/schemas/RefThing/$defs/local'}}, $defs: {local: {type: object, properties: {y: {type: integer}}}}}
""",
        """
        server.answer('{"x": 1}')
        body = models.RefThing.from_dict({"inner": {"x": 1}, "list": [{"x": 2}], "same": {"y": 3}})
        assert type(body.list[0]) is type(body.inner) and body.same.y == 3
        found = api("refs", "ref_everything").sync(3, client=client, body=body, limit=5)
        assert found.x == 1 and type(found) is type(body.inner)
        assert (server.asked.path, server.asked.query) == ("/ref/3", [("limit", "5")])
        server.answer('{"same": {"y": 1}}', status=400)
        assert api("refs", "ref_everything").sync_detailed(3, client=client, body=body).parsed.same.y == 1
        """),
    "parameters of a path, which an operation overrides": Trap(
        """paths:
  /overridden/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}, {name: limit, in: query, required: true, schema: {type: string}}, {name: limit, in: header, schema: {type: string}}]
    get: {operationId: overridden, tags: [parameters], <ok>, parameters: [{name: limit, in: query, schema: {type: integer}}]}
    head: {operationId: overridden_head, tags: [parameters], <ok>}
""",
        """
        import inspect
        module = api("parameters", "overridden")
        module.sync("a", client=client)
        assert server.asked.query == []
        names = list(inspect.signature(module._get_kwargs).parameters)
        module.sync("a", client=client, **{names[1]: 5, names[2]: "h"})
        assert server.asked.query == [("limit", "5")] and server.asked.headers["limit"] == "h"
        """),
    "an empty body where JSON is declared": answer("maybe_empty", "{type: object, properties: {a: {}}}", """
        refused("answers", "maybe_empty", "")
        """),
    "defaults of parameters, required ones too": query("default_params",
        "[{name: limit, in: query, required: true, schema: {type: integer, default: 20}}, {name: kind, in: query, schema: {type: string, enum: [a, b], default: b}}, {name: at, in: query, schema: {type: string, format: date-time, default: now}}, {name: bad, in: query, schema: {type: array, items: {type: string}, default: x}}, {name: flag, in: query, schema: {type: boolean, default: 'true'}}]",
        """
        api("parameters", "default_params").sync(client=client, limit=1)
        assert server.asked.query == [("limit", "1")]
        """),
    "cookies of every kind": query("cookies",
        "[{name: sid, in: cookie, required: true, schema: {type: string}}, {name: n, in: cookie, schema: {type: integer}}, {name: b, in: cookie, schema: {type: boolean}}, {name: 'a-b', in: cookie, schema: {type: array, items: {type: string}}, explode: false}]",
        """
        api("parameters", "cookies").sync(client=client, sid="s", n=1, b=True, a_b=["x", "y"])
        assert server.asked.headers["cookie"] == "sid=s; n=1; b=true; a-b=x,y", server.asked.headers["cookie"]
        """),
    "headers of every kind": query("headers",
        "[{name: X-Int, in: header, schema: {type: integer}}, {name: X-Bool, in: header, schema: {type: boolean}}, {name: X-Enum, in: header, schema: {type: string, enum: [a, b]}}, {name: X-Date, in: header, schema: {type: string, format: date}}, {name: X-Uuid, in: header, schema: {type: string, format: uuid}}, {name: X-Any, in: header, schema: {}}, {name: Accept, in: header, schema: {type: string}}, {name: Content-Type, in: header, schema: {type: string}}, {name: Authorization, in: header, schema: {type: string}}, {name: User-Agent, in: header, schema: {type: string}}, {name: X-Obj, in: header, schema: {type: object, properties: {a: {type: integer}}}}]",
        """
        import datetime, uuid
        api("parameters", "headers").sync(client=client, x_int=1, x_bool=False, x_enum="a", x_date=datetime.date(2024, 1, 2), x_uuid=uuid.UUID(int=1), x_any=[1], user_agent="me", x_obj=models.HeadersXObj(a=1))
        h = server.asked.headers
        assert (h["x-int"], h["x-bool"], h["x-enum"], h["x-date"], h["x-uuid"], h["x-any"], h["user-agent"], h["x-obj"]) == ("1", "false", "a", "2024-01-02", "00000000-0000-0000-0000-000000000001", "1", "me", "a,1"), dict(h)
        """),
    "a deep object": query("deep",
        "[{name: filter, in: query, style: deepObject, explode: true, schema: {type: object, properties: {a: {type: object, properties: {b: {type: integer}}}, c: {type: array, items: {type: object, properties: {d: {type: integer}}}}, e: {type: string}}, additionalProperties: {type: string}}}, {name: free, in: query, style: deepObject, schema: {type: object}}]",
        """
        made = models.DeepFilter.from_dict({"a": {"b": 1}, "c": [{"d": 2}], "e": "x y", "more": "z"})
        api("parameters", "deep").sync(client=client, filter=made, free={"k": True})
        assert server.asked.query == [("filter[a][b]", "1"), ("filter[c][][d]", "2"), ("filter[e]", "x y"), ("filter[more]", "z"), ("free[k]", "true")], server.asked.query
        """),
    "what may be empty, and what is reserved": query("reserved",
        "[{name: empty, in: query, allowEmptyValue: true, schema: {type: string}}, {name: path, in: query, allowReserved: true, schema: {type: string}}, {name: 'a&b', in: query, schema: {type: string}}, {name: list, in: query, allowReserved: true, explode: false, schema: {type: array, items: {type: string}}}]",
        """
        api("parameters", "reserved").sync(client=client, empty="", path="/a/b?c=d&e#f", ab="x&y=z+ %")
        assert server.asked.query == [("empty", ""), ("path", "/a/b?c=d&e#f"), ("a&b", "x&y=z+ %")], server.asked.query
        """),
    "parameters of enums, unions, dates and null": query("kinds_of_params",
        "[{name: kind, in: query, schema: {$ref: '#/components/schemas/ParamKind'}}, {name: kinds, in: query, schema: {type: array, items: {$ref: '#/components/schemas/ParamKind'}}}, {name: at, in: query, schema: {anyOf: [{type: string, format: date}, {type: string, format: date-time}, {type: 'null'}]}}, {name: id, in: query, schema: {oneOf: [{type: integer}, {type: string, format: uuid}]}}, {name: n, in: query, schema: {type: number, nullable: true}}, {name: b, in: query, schema: {type: boolean}}, {name: big, in: query, schema: {type: integer, format: int64}}]",
        """
        import datetime, uuid
        api("parameters", "kinds_of_params").sync(client=client, kind="a", kinds=["a", "b"], at=datetime.date(2024, 1, 2), id=uuid.UUID(int=2), n=1.5, b=True, big=2**63)
        assert server.asked.query == [("kind", "a"), ("kinds", "a"), ("kinds", "b"), ("at", "2024-01-02"), ("id", "00000000-0000-0000-0000-000000000002"), ("n", "1.5"), ("b", "true"), ("big", str(2**63))], server.asked.query
        """,
        components="{ParamKind: {type: string, enum: [a, b]}}",
    ),
    "paths with odd characters": Trap(
        """paths:
  '/odd path/{a b}/x%20y/{c-d}:{e}.json': {get: {operationId: odd_path, tags: [parameters], <ok>, parameters: [{name: a b, in: path, required: true, schema: {type: string}}, {name: c-d, in: path, required: true, schema: {type: integer}}, {name: e, in: path, required: true, schema: {type: string, format: date}}]}}
  '/odd(path)/items(''{k}'')': {get: {operationId: odd_parens, tags: [parameters], <ok>, parameters: [{name: k, in: path, required: true, schema: {type: string}}]}}
  '/odd?action=list': {get: {operationId: odd_query, tags: [parameters], <ok>}}
  '/日本/{日}': {get: {operationId: odd_unicode, tags: [parameters], <ok>, parameters: [{name: 日, in: path, required: true, schema: {type: string}}]}}
""",
        """
        import datetime
        api("parameters", "odd_path").sync("a/b", 3, datetime.date(2024, 1, 2), client=client)
        assert server.asked.path == "/odd path/a/b/x y/3:2024-01-02.json", server.asked.path
        api("parameters", "odd_parens").sync("é'", client=client)
        assert server.asked.path == "/odd(path)/items('é'')", server.asked.path
        api("parameters", "odd_query").sync(client=client)
        assert (server.asked.path, server.asked.query) == ("/odd", [("action", "list")]), server.asked
        api("parameters", "odd_unicode").sync("ü", client=client)
        assert server.asked.path == "/日本/ü", server.asked.path
        """),
    "bodies that are lists, scalars, bytes, anything": Trap(
        "paths:\n" + "".join(f"  /raw/{i}: {{post: {{operationId: raw_{i}, tags: [bodies], <ok>, requestBody: {{required: true, content: {{{m}: {{schema: {s}}}}}}}}}}}\n" for i, (m, s) in enumerate((
            ("application/json", "{type: array, items: {$ref: '#/components/schemas/RawItem'}}"), ("application/json", "{type: string}"), ("application/json", "{type: integer, nullable: true}"), ("application/json", "{}"), ("application/octet-stream", "{type: string, format: binary}"), ("text/plain", "{type: string}"), ("application/xml", "{type: object}"), ("'*/*'", "{}"), ("application/merge-patch+json", "{type: object}"), ("image/png", "{}"), ("application/json; charset=utf-8", "{type: boolean}"), ("application/x-ndjson", "{}"), ("'*/*'", "{type: string, format: binary}"), ("'application/*'", "{type: object}")))) + "components: {schemas: {RawItem: {type: object, properties: {x: {type: integer}}}}}\n",
        """
        import json
        sent = [([models.RawItem(x=1)], "application/json", b'[{"x": 1}]'), ("s", "application/json", b'"s"'), (None, "application/json", b"null"), ([1], "application/json", b"[1]"), (b"\\0", "application/octet-stream", b"\\0"), ("é", "text/plain", "é".encode()), (b"<a/>", "application/xml", b"<a/>"), ({"a": 1}, "application/json", b'{"a": 1}'), ({"a": 1}, "application/merge-patch+json", b'{"a": 1}'), (b"p", "image/png", b"p"), (True, "application/json; charset=utf-8", b"true"), (b"{}", "application/x-ndjson", b"{}"), (b"\\0", "application/octet-stream", b"\\0"), ({"a": 1}, "application/json", b'{"a": 1}')]
        for i, (body, media, data) in enumerate(sent):
            api("bodies", f"raw_{i}").sync(client=client, body=body)
            assert server.asked.body == data, (i, server.asked.body)
            assert server.asked.headers["content-type"].partition(";")[0] == media.partition(";")[0], (i, server.asked.headers["content-type"])
        """),
    "an optional body": Trap(
        "paths:\n  /optional_body:\n    post: {operationId: optional_body, tags: [bodies], requestBody: {content: {application/json: {schema: {type: object, properties: {a: {type: integer}}}}}}, <ok>}\n    delete: {operationId: delete_body, tags: [bodies], requestBody: {required: true, content: {application/json: {schema: {type: array, items: {type: string}}}}}, <ok>}\n    get: {operationId: get_body, tags: [bodies], requestBody: {required: true, content: {application/json: {schema: {type: array, items: {type: string}}}}}, <ok>}\n",
        """
        api("bodies", "optional_body").sync(client=client)
        assert server.asked.body == b"" and server.asked.headers["content-type"] is None
        api("bodies", "optional_body").sync(client=client, body=models.OptionalBodyBody(a=1))
        assert server.asked.body == b'{"a": 1}'
        for name in ("delete_body", "get_body"):
            api("bodies", name).sync(client=client, body=["x"])
            assert server.asked.body == b'["x"]'
        """,
    ),
    "a body that is a union, by reference, nullable": body("body_union", "application/json",
        "{oneOf: [{$ref: '#/components/schemas/BuA'}, {$ref: '#/components/schemas/BuB'}, {type: array, items: {$ref: '#/components/schemas/BuA'}}, {type: 'null'}]}",
        """
        for body, data in ((models.BuA(a=1), b'{"a": 1}'), (models.BuB(b=1), b'{"b": 1}'), ([models.BuA(a=1)], b'[{"a": 1}]'), (None, b"null")):
            api("bodies", "body_union").sync(client=client, body=body)
            assert server.asked.body == data, server.asked.body
        """,
        components="{BuA: {type: object, required: [a], properties: {a: {type: integer}}}, BuB: {type: object, required: [b], properties: {b: {type: integer}}}}",
    ),
    "one schema in JSON, form and multipart": Trap(
        """paths:
  /thrice: {post: {operationId: thrice, tags: [bodies], <ok>, requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Thrice'}}, application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Thrice'}}, multipart/form-data: {schema: {$ref: '#/components/schemas/Thrice'}}}}}}
components: {schemas: {Thrice: {type: object, properties: {a: {type: integer}, b: {type: string, format: binary}}}}}
""",
        """
        import json
        api("bodies", "thrice").sync(client=client, body=models.Thrice(a=1))
        assert server.asked.headers["content-type"].startswith("application/json")
        """),
    "a form of many kinds": body("formkinds", "application/x-www-form-urlencoded",
        "{type: object, required: [a], properties: {a: {type: string, format: date-time}, b: {type: boolean}, c: {type: array, items: {type: string}}, 'd[e]': {type: string}, f: {type: number}, g: {enum: [x]}, h: {type: object, properties: {i: {type: integer}}}}, additionalProperties: {type: string}}",
        """
        import datetime
        from urllib.parse import parse_qsl
        body = models.FormkindsBody.from_dict({"a": "2024-05-06T07:08:09Z", "b": True, "c": ["x", "&"], "d[e]": "é", "f": 1.5, "g": "x", "h": {"i": 1}, "more": "m"})
        api("bodies", "formkinds").sync(client=client, body=body)
        assert parse_qsl(server.asked.body.decode()) == [("a", "2024-05-06T07:08:09Z"), ("b", "true"), ("c", "x"), ("c", "&"), ("d[e]", "é"), ("f", "1.5"), ("g", "x"), ("h", '{"i": 1}'), ("more", "m")]
        """, "{c: {style: form, explode: true}}"),
    "a multipart form of many kinds": body("partkinds", "multipart/form-data",
        "{type: object, required: [a], properties: {a: {type: string, format: date-time}, b: {type: boolean}, c: {type: integer}, d: {type: array, items: {type: object, properties: {x: {type: integer}}}}, e: {type: string, format: byte}, f: {type: string, contentMediaType: image/png, contentEncoding: base64}, g: {type: string, contentMediaType: application/octet-stream}, h: {type: array, items: {type: string, format: binary}, nullable: true}, 'i\"j': {type: string}, k: {anyOf: [{type: string, format: binary}, {type: 'null'}]}}, additionalProperties: {type: string, format: binary}}",
        """
        import datetime
        body = models.PartkindsBody(a=datetime.datetime(2024, 5, 6, tzinfo=datetime.timezone.utc), b=True, c=1, d=[models.PartkindsBodyDItem(x=1)], g=b"g", h=[b"h"], k=b"k")
        body['i"j'] = "q"
        body["extra"] = b"z"
        api("bodies", "partkinds").sync(client=client, body=body)
        parts = {p[0]: p for p in server.asked.parts}
        assert parts["a"][3] == b"2024-05-06T00:00:00Z" and parts["b"][3] == b"true" and parts["d"][2:] == ("application/json", b'{"x": 1}') and parts["g"][3] == b"g" and parts["extra"][1] == "extra", parts
        """),
    "multipart that is no object, mixed and related": Trap(
        """paths:
  /mixed_parts:
    post: {operationId: mixed_parts, tags: [bodies], <ok>, requestBody: {required: true, content: {multipart/mixed: {schema: {type: object}}}}}
    put: {operationId: whole_parts, tags: [bodies], <ok>, requestBody: {required: true, content: {multipart/form-data: {schema: {}}}}}
    delete: {operationId: no_schema, tags: [bodies], <ok>, requestBody: {required: true, content: {application/x-www-form-urlencoded: {}}}}
""",
        """
        api("bodies", "mixed_parts").sync(client=client, body=b"--x")
        assert server.asked.body == b"--x"
        api("bodies", "whole_parts").sync(client=client, body={"a": b"x"})
        assert server.asked.parts[0][3] == b"x"
        for name in ("whole_parts", "no_schema"):
            try:
                api("bodies", name).sync(client=client, body=["x"])
            except TypeError as error:
                assert str(error) == "A form is made of an object's properties, and body is a list."
            else:
                raise AssertionError(name)
        api("bodies", "no_schema").sync(client=client, body={"a": 1})
        assert server.asked.body == b"a=1"
        """),
    "operations on one path with a trailing slash, and the root": Trap(
        "paths:\n  /: {get: {operationId: root, tags: [answers], <ok>}}\n  /slash: {get: {operationId: slashless, tags: [answers], <ok>}}\n  /slash/: {get: {operationId: slashed, tags: [answers], <ok>}}\n",
        """
        for name, path in (("root", "/"), ("slashless", "/slash"), ("slashed", "/slash/")):
            api("answers", name).sync(client=client)
            assert server.asked.path == path, (server.asked.path, path)
        """),
}  # fmt: skip
