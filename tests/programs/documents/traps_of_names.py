"""Traps in names: tags, operations, parameters, schemas and properties."""

from __future__ import annotations

from typing import Final

from tests.programs.documents.trap import Trap, answer, body, query

NAMES: Final[dict[str, Trap]] = {
    "no tags, several tags, and tags that are one in Python": Trap(
        """paths:
  /tagless: {get: {operationId: tagless, <ok>}}
  /two_tags: {get: {operationId: two_tags, tags: [first tag, second], <ok>}}
  /tag_case/a: {get: {operationId: tag_a, tags: [Tag-Case], <ok>}}
  /tag_case/b: {get: {operationId: tag_b, tags: [tag case], <ok>}}
  /tag_case/c: {get: {operationId: tag_c, tags: [tag_case.], <ok>}}
""",
        """
        own = client_of("Traps")
        own.default.tagless()
        own.first_tag.two()
        for name in "abc":
            api("tag_case", f"tag_{name}").sync(client=client)
            assert server.asked.path == f"/tag_case/{name}"
            getattr(own.tag_case, f"tag_{name}")()
        """),
    "tags that are keywords, numbers, symbols and no words": Trap(
        "paths:\n" + "".join(f"  /odd_tags/{i}: {{get: {{operationId: odd_tag_{i}, tags: [{t!r}], <ok>}}}}\n" for i, t in enumerate(("class", "None", "3d models", "v1.2/x", "日本", "🚀", "***", "_private", "a.b.c", "Größe", "import", "self"))),
        """
        import importlib, pkgutil
        folder = importlib.import_module("traps.api")
        paths = set()
        for module in pkgutil.walk_packages(folder.__path__, "traps.api."):
            if module.name.rsplit(".")[-1].startswith("odd_tag_"):
                importlib.import_module(module.name).sync(client=client)
                paths.add(server.asked.path)
        assert len(paths) == 12, paths
        """),
    "operations without operationId": Trap(
        """paths:
  /nameless/{id}:
    get: {tags: [nameless], <ok>, parameters: [{name: id, in: path, required: true, schema: {type: string}}]}
    post: {tags: [nameless], <ok>, parameters: [{name: id, in: path, required: true, schema: {type: string}}]}
  /nameless/{id}/: {get: {tags: [nameless], <ok>, parameters: [{name: id, in: path, required: true, schema: {type: string}}]}}
  /nameless-{id}: {get: {tags: [nameless], <ok>, parameters: [{name: id, in: path, required: true, schema: {type: string}}]}}
""",
        """
        import importlib, pkgutil
        folder = importlib.import_module("traps.api.nameless")
        asked = set()
        for module in pkgutil.iter_modules(folder.__path__):
            api("nameless", module.name).sync("1", client=client)
            asked.add((server.asked.method, server.asked.path))
        assert asked == {("GET", "/nameless/1"), ("POST", "/nameless/1"), ("GET", "/nameless/1/"), ("GET", "/nameless-1")}, asked
        """),
    "operationIds that are keywords, unicode, long": Trap(
        "paths:\n" + "".join(f"  /odd_ops/{i}: {{get: {{operationId: {t!r}, tags: [odd ops], <ok>}}}}\n" for i, t in enumerate(("class", "None", "3d", "user/list", "日本語", "🚀go", "z" * 300, "__init__", "Größe", "users.list.all", "a b", "match", "print", "type", "self", "client", "logging"))),
        """
        import importlib, pkgutil
        folder = importlib.import_module("traps.api.odd_ops")
        paths = set()
        for module in pkgutil.iter_modules(folder.__path__):
            api("odd_ops", module.name).sync(client=client)
            paths.add(server.asked.path)
        assert len(paths) == 17, paths
        own = client_of("Traps").odd_ops
        methods = [n for n in dir(own) if not n.startswith("_") and not n.startswith("with_")]
        assert len(methods) == 17, methods
        for n in methods: getattr(own, n)()
        """),
    "names that differ only in case or punctuation": body("near", "application/json",
        "{type: object, properties: {" + ", ".join(f"'{n}': {{type: integer}}" for n in ("userId", "user_id", "UserId", "user-id", "user id", "user.id", "$user", "@user", "user", "_user", "user_", "USER")) + "}}",
        """
        import json
        names = ["userId", "user_id", "UserId", "user-id", "user id", "user.id", "$user", "@user", "user", "_user", "user_", "USER"]
        body = models.NearBody.from_dict({name: i for i, name in enumerate(names)})
        values = [getattr(body, attribute) for attribute in type(body)._wire_names]
        assert sorted(values) == list(range(12)), type(body)._wire_names
        made = models.NearBody(**{a: i for i, a in enumerate(type(body)._wire_names)})
        api("bodies", "near").sync(client=client, body=made)
        assert set(json.loads(server.asked.body)) == set(names)
        """),
    "parameters that differ only in case or punctuation": query("near_params",
        "[" + ", ".join(f"{{name: '{n}', in: {w}, schema: {{type: integer}}}}" for n, w in (("userId", "query"), ("user_id", "query"), ("user-id", "query"), ("user-id", "header"), ("user[id]", "query"), ("filter[a.b]", "query"), ("", "query"), ("X-A", "header"), ("X_A", "header"), ("123", "query"), ("ids[]", "query"), ("日本", "query"), ("$top", "query"), ("@x", "query"))) + "]",
        """
        import inspect
        module = api("parameters", "near_params")
        names = list(inspect.signature(module._get_kwargs).parameters)
        assert len(names) == 14, names
        module.sync(client=client, **{n: i for i, n in enumerate(names)})
        assert [n for n, _ in server.asked.query] == ["userId", "user_id", "user-id", "user[id]", "filter[a.b]", "", "123", "ids[]", "日本", "$top", "@x"], server.asked.query
        assert server.asked.headers["user-id"] and server.asked.headers["x-a"] and server.asked.headers["x_a"]
        """),
    "schemas that differ only in case or punctuation": Trap(
        "paths: {}\ncomponents: {schemas: {" + ", ".join(f"'{n}': {{type: object, properties: {{p{i}: {{type: integer}}}}}}" for i, n in enumerate(("near_thing", "NearThing", "near-thing", "nearThing", "Near.Thing", "NEAR_THING", "日本", "3DModel", "None", "class", "🚀", "_hidden"))) + "}}\n",
        """
        found = set()
        for name in models.__all__:
            declared = getattr(getattr(models, name), "_wire_names", {})
            for p in declared:
                if len(declared) == 1 and p.startswith("p") and p[1:].isdigit():
                    found.add(p)
        assert len(found) >= 12, found
        """),
    "properties that are numbers, empty, unicode, keywords, dunders": answer("strange", "{$ref: '#/components/schemas/Strange'}",
        """
        import json
        value = {name: "v" for name in ("1", "2nd", "", " ", "日本", "🚀", "class", "None", "__class__", "__dict__", "a" * 200, "self", "-", "_", "\\n", "'", '"', "{x}", "%s", "é")}
        server.answer(json.dumps(value))
        found = api("answers", "strange").sync(client=client)
        assert found.to_dict() == value
        assert len(type(found)._wire_names) == len(value)
        assert [getattr(found, a) for a in type(found)._wire_names] == ["v"] * len(value)
        assert found.__class__ is models.Strange
        """,
        "{Strange: {type: object, properties: {" + ", ".join(f"{n}: {{type: string}}" for n in ("'1'", "2nd", "''", "' '", "日本", "🚀", "class", "None", "__class__", "__dict__", "a" * 200, "self", "'-'", "_", '"\\n"', "''''", "'\"'", "'{x}'", "'%s'", "é")) + "}}}"),
    "two unions whose names coincide": answer("coincide", "{$ref: '#/components/schemas/Coincide'}",
        """
        server.answer('{"a": {"x": 1}, "b": {"y": 1}, "c": {"p": 1}, "d": {"q": 1}}')
        found = api("answers", "coincide").sync(client=client)
        assert [type(found[k]).__name__ for k in "abcd"] == ["HttpX", "HTTPY", "FooOrBar", "Baz"], [type(found[k]).__name__ for k in "abcd"]
        server.answer('{"e": {"r": 1}, "f": {"s": 1}}')
        found = api("answers", "coincide").sync(client=client)
        assert [type(found[k]).__name__ for k in "ef"] == ["Foo", "BarOrBaz"]
        """,
        "{HttpX: {type: object, required: [x], properties: {x: {type: integer}}}, HTTPY: {type: object, required: [y], properties: {y: {type: integer}}}, FooOrBar: {type: object, required: [p], properties: {p: {type: integer}}}, Baz: {type: object, required: [q], properties: {q: {type: integer}}}, Foo: {type: object, required: [r], properties: {r: {type: integer}}}, BarOrBaz: {type: object, required: [s], properties: {s: {type: integer}}},"
        " Coincide: {type: object, properties: {a: {oneOf: [{$ref: '#/components/schemas/HttpX'}, {$ref: '#/components/schemas/HTTPY'}]}, b: {oneOf: [{$ref: '#/components/schemas/HttpX'}, {$ref: '#/components/schemas/HTTPY'}]}, c: {oneOf: [{$ref: '#/components/schemas/FooOrBar'}, {$ref: '#/components/schemas/Baz'}]}, d: {oneOf: [{$ref: '#/components/schemas/FooOrBar'}, {$ref: '#/components/schemas/Baz'}]}, e: {oneOf: [{$ref: '#/components/schemas/Foo'}, {$ref: '#/components/schemas/BarOrBaz'}]}, f: {oneOf: [{$ref: '#/components/schemas/Foo'}, {$ref: '#/components/schemas/BarOrBaz'}]}}}}"),
    "titles that are no names": answer("titled", "{$ref: '#/components/schemas/Titled'}",
        """
        server.answer('{"a": {"x": 1}, "b": {"y": 2}, "c": {"z": 3}}')
        found = api("answers", "titled").sync(client=client)
        assert (found.a.x, found.b.y, found.c.z) == (1, 2, 3)
        """,
        "{Titled: {title: 'A “thing”, of sorts!', type: object, properties: {a: {title: '', type: object, properties: {x: {type: integer}}}, b: {title: 日本, type: object, properties: {y: {type: integer}}}, c: {title: '123 go', type: object, properties: {z: {type: integer}}}, d: {title: Titled, type: object, properties: {w: {type: integer}}}, e: {title: str, type: object, properties: {w: {type: integer}}}, f: {title: object, type: string, enum: [a]}}}}"),
    "names that Python normalizes": Trap(
        """paths:
  /nfkc/{ﬁ}: {get: {operationId: ﬁnd, tags: [ﬁsh], <ok>, parameters: [{name: ﬁ, in: path, required: true, schema: {type: string}}, {name: ﬁ, in: query, schema: {type: string}}, {name: fi, in: query, schema: {type: string}}, {name: 𝐱, in: query, schema: {type: string}}]}, put: {operationId: find, tags: [fish], <ok>, parameters: [{name: ﬁ, in: path, required: true, schema: {type: string}}]}}
components: {schemas: {"ﬁsh": {type: object, properties: {"ﬁ": {type: integer}, fi: {type: integer}, "𝐱": {type: integer}, x: {type: integer}, "K": {type: integer}, K: {type: integer}, "İ": {type: integer}, "ſ": {type: integer}, "café": {type: integer}, "café": {type: integer}}}, Fish: {type: object, properties: {zz: {type: integer}}}}}
""",
        """
        import inspect
        names = list(inspect.signature(api("fish", "find")._get_kwargs).parameters)
        api("fish", "find").sync("p", client=client, **{n: str(i) for i, n in enumerate(names[1:])})
        assert server.asked.path == "/nfkc/p" and [n for n, _ in server.asked.query] == ["ﬁ", "fi", "𝐱"], server.asked.query
        api("fish", "find2").sync("p", client=client)
        assert server.asked.method == "PUT"
        kinds = [getattr(models, n) for n in models.__all__]
        (fish,) = [k for k in kinds if "cafe\u0301" in getattr(k, "_wire_names", {}).values()]
        value = {n: i for i, n in enumerate(("ﬁ", "fi", "𝐱", "x", "K", "K", "İ", "ſ", "café", "café"))}
        found = fish.from_dict(value)
        assert found.to_dict() == value and sorted(getattr(found, a) for a in fish._wire_names) == list(range(10)), fish._wire_names
        """),
    "operationIds that begin with their tag": Trap(
        "paths:\n" + "".join(
            f"  /grouped/{number}: {{get: {{operationId: '{name}', tags: ['{tag}'], <ok>}}}}\n"
            for number, (tag, name) in enumerate([
                ("grouped-repos", "grouped-repos/get"), ("grouped-repos", "grouped-repos/list-for-grouped-repo"),
                ("grouped-repos", "grouped-repos/import"), ("GroupedDisks", "GroupedDisks_CreateOrUpdate"),
                ("GroupedDisks", "GroupedDisks_List"), ("findings", "findings_partial_update"), ("findings", "findings.list"),
                ("find", "findAnything"), ("find", "find_all"), ("find", "find"), ("chars", "char::show#one"),
            ])
        ),
        """
        own = client_of("Traps")
        for tag, names in {"grouped_repos": "get list_for_grouped_repo grouped_repos_import", "grouped_disks": "create_or_update list",
                           "findings": "partial_update list", "find": "find_anything find_all find", "chars": "show_one"}.items():
            for name in names.split():
                getattr(getattr(own, tag), name)()
        """),
    "long names of everything": Trap(
        "paths:\n  /long/{" + "p" * 300 + "}: {get: {operationId: " + "x" * 300 + ", tags: [" + "t" * 300 + "], <ok>, parameters: [{name: " + "p" * 300 + ", in: path, required: true, schema: {type: string}}, {name: " + "q" * 300 + ", in: query, schema: {type: string, enum: [" + "e" * 300 + "]}}]}}\n  /long/" + "y" * 300 + ": {get: {tags: [" + "t" * 299 + "u], <ok>}}\ncomponents: {schemas: {" + "S" * 300 + ": {type: object, properties: {" + "a" * 300 + ": {type: object, properties: {" + "b" * 300 + ": {type: object, properties: {x: {type: integer}}}}}}}, " + "S" * 299 + "T: {type: string, enum: [a]}}}\n",
        """
        import importlib, pkgutil
        folder = importlib.import_module("traps.api")
        asked = 0
        for module in pkgutil.walk_packages(folder.__path__, "traps.api."):
            found = importlib.import_module(module.name)
            if hasattr(found, "sync") and ".tttt" in module.name:
                found.sync(*["v"] * (".xxx" in module.name), client=client)
                asked += 1
        assert asked == 2 and models.__all__
        """),
}  # fmt: skip
