"""Traps in schemas: unions, `allOf`, recursion, enums, formats and keywords beside `type`."""

from __future__ import annotations

from typing import Final

from tests.programs.documents.trap import Trap, answer, body

SCHEMAS: Final[dict[str, Trap]] = {
    "constants of every kind": answer("constants", "{$ref: '#/components/schemas/Constants'}",
        """
        import json
        value = {"a": "x", "b": 1, "c": True, "d": None, "e": 1.5, "f": [1], "g": {"k": 1}}
        server.answer(json.dumps(value))
        assert api("answers", "constants").sync(client=client).to_dict() == value
        """,
        "{Constants: {type: object, required: [a], properties: {a: {const: x}, b: {const: 1}, c: {const: true}, d: {const: null}, e: {const: 1.5}, f: {const: [1]}, g: {const: {k: 1}}}}}"),
    "not, if, then, else, dependent and unevaluated": answer("conditional", "{$ref: '#/components/schemas/Conditional'}",
        """
        server.answer('{"kind": "a", "x": 1}')
        found = api("answers", "conditional").sync(client=client)
        assert (found.kind, found["x"]) == ("a", 1)
        """,
        "{Conditional: {type: object, properties: {kind: {type: string, not: {enum: [z]}}, any: {not: {}}}, if: {properties: {kind: {const: a}}}, then: {required: [x]}, else: {properties: {y: {type: string}}},"
        " dependentRequired: {a: [b]}, dependentSchemas: {a: {required: [c]}}, unevaluatedProperties: false, propertyNames: {pattern: '^[a-z]+$'}, minProperties: 1}}"),
    "tuples": answer("tuples", "{$ref: '#/components/schemas/Tuples'}",
        """
        server.answer('{"a": [1, "x", {"y": 2}], "b": [1, 2], "c": [1, "x"]}')
        found = api("answers", "tuples").sync(client=client)
        assert found.a[2].y == 2 and found.to_dict() == {"a": [1, "x", {"y": 2}], "b": [1, 2], "c": [1, "x"]}
        """,
        "{Tuples: {type: object, properties: {a: {type: array, prefixItems: [{type: integer}, {type: string}, {$ref: '#/components/schemas/TuplesY'}], items: false}, b: {type: array, prefixItems: [{type: integer}], items: {type: integer}, contains: {type: integer}}, c: {type: array, prefixItems: [{type: integer}], items: true}}},"
        " TuplesY: {type: object, properties: {y: {type: integer}}}}"),
    "several types": answer("typelist", "{$ref: '#/components/schemas/TypeList'}",
        """
        import json
        for value in ({"a": 1, "b": {"x": 1}, "c": [1]}, {"a": "s", "b": [1], "c": None}, {"a": None, "b": "t", "c": "x"}):
            server.answer(json.dumps(value))
            found = api("answers", "typelist").sync(client=client)
            assert found.to_dict() == value
        """,
        "{TypeList: {type: object, properties: {a: {type: [integer, string, 'null']}, b: {type: [object, array, string], properties: {x: {type: integer}}, items: {type: integer}}, c: {type: [array, 'null', string], items: {type: integer}}, d: {type: [string]}, e: {type: []}}}}"),
    "schemas that are true, false or empty": answer("booleans", "{$ref: '#/components/schemas/Booleans'}",
        """
        server.answer('{"a": 1, "b": [1], "c": {"x": 1}, "e": 3}')
        found = api("answers", "booleans").sync(client=client)
        assert (found.a, found.b, found.c, found["e"]) == (1, [1], {"x": 1}, 3), found
        """,
        "{Booleans: {type: object, properties: {a: true, b: {type: array, items: true}, c: {type: object, additionalProperties: true}, d: false, e: {}, f: {type: array, items: {}}, g: {anyOf: [true, {type: string}]}, h: {allOf: [true, {type: string}]}, i: {type: object, additionalProperties: false}}},"
        " True1: true, Empty1: {}, False1: false}"),
    "what 3.0 alone has": body("three", "application/json",
        "{type: object, required: [a], properties: {a: {type: number, minimum: 0, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false}, b: {type: string, nullable: true, enum: [x, y, null]}, c: {type: integer, format: int64, nullable: true, example: 1}, d: {nullable: true}, e: {nullable: true, $ref: '#/components/schemas/ThreeX'}, f: {type: object, nullable: true, properties: {x: {type: string}}}, g: {type: array, nullable: true, items: {type: string, nullable: true}}}}",
        """
        import json
        body = models.ThreeBody(a=1, b=None, c=None, d=None, f=None, g=[None, "x"])
        api("bodies", "three").sync(client=client, body=body)
        assert json.loads(server.asked.body) == {"a": 1, "b": None, "c": None, "d": None, "f": None, "g": [None, "x"]}
        """,
        components="{ThreeX: {type: object, properties: {x: {type: integer}}}}",
    ),
    "formats of every kind": answer("formats", "{$ref: '#/components/schemas/Formats'}",
        """
        import json, datetime, uuid
        value = {"uuid": "12345678-1234-5678-1234-567812345678", "date": "2024-05-06", "time": "10:20:30Z", "duration": "P1D", "int64": 9007199254740993, "int32": 1, "decimal": "1.50", "uri": "https://x", "byte": "aGk=", "binary": "x", "email": "a@b", "password": "p", "float": 1.5, "double": 2, "dt": "2024-05-06T07:08:09.123456789+05:30", "unknown": "z", "ipv4": "1.2.3.4", "number_dt": 5, "bad_date": "2024-5-6", "bad_uuid": "no"}
        server.answer(json.dumps(value))
        found = api("answers", "formats").sync(client=client)
        assert isinstance(found.uuid, uuid.UUID) and found.date == datetime.date(2024, 5, 6) and found.int64 == 9007199254740993
        assert found.bad_date == "2024-5-6" and found.bad_uuid == "no"
        assert found.to_dict() == value
        """,
        "{Formats: {type: object, properties: {uuid: {type: string, format: uuid}, date: {type: string, format: date}, time: {type: string, format: time}, duration: {type: string, format: duration}, int64: {type: integer, format: int64}, int32: {type: integer, format: int32}, decimal: {type: string, format: decimal}, uri: {type: string, format: uri}, byte: {type: string, format: byte}, binary: {type: string, format: binary}, email: {type: string, format: email}, password: {type: string, format: password}, float: {type: number, format: float}, double: {type: number, format: double}, dt: {type: string, format: date-time}, unknown: {type: string, format: what ever}, ipv4: {format: ipv4}, number_dt: {type: integer, format: date-time}, bad_date: {type: string, format: date}, bad_uuid: {type: string, format: uuid}}}}"),
    "a union by a mapping": answer("mapped_union",
        "{oneOf: [{$ref: '#/components/schemas/MapA'}, {$ref: '#/components/schemas/MapB'}, {$ref: '#/components/schemas/MapC'}], discriminator: {propertyName: kind, mapping: {a: '#/components/schemas/MapA', aa: '#/components/schemas/MapA', b: MapB, 'c.1': '#/components/schemas/MapC'}}}",
        """
        for kind, name in (("a", "MapA"), ("aa", "MapA"), ("b", "MapB"), ("c.1", "MapC")):
            server.answer('{"kind": "%s", "x": 1}' % kind)
            assert type(api("answers", "mapped_union").sync(client=client)).__name__ == name, kind
        server.answer('{"kind": "new"}')
        assert api("answers", "mapped_union").sync(client=client) == {"kind": "new"}
        """,
        "{" + ", ".join(f"Map{n}: {{type: object, required: [kind], properties: {{kind: {{type: string}}, x: {{type: integer}}}}}}" for n in "ABC") + "}"),
    "a union by inheritance": answer("inherited", "{$ref: '#/components/schemas/InhPet'}",
        """
        server.answer('{"petType": "InhCat", "name": "n", "purrs": true}')
        found = api("answers", "inherited").sync(client=client)
        assert found.name == "n" and found["purrs"] is True
        """,
        "{InhPet: {type: object, required: [petType], properties: {petType: {type: string}, name: {type: string}}, discriminator: {propertyName: petType, mapping: {cat: InhCat}}},"
        " InhCat: {allOf: [{$ref: '#/components/schemas/InhPet'}, {type: object, properties: {purrs: {type: boolean}}}]},"
        " InhDog: {allOf: [{$ref: '#/components/schemas/InhPet'}, {type: object, properties: {barks: {type: boolean}}}]}}"),
    "a union by an enum of one value, in lists, in mappings, nullable": answer("event_list", "{$ref: '#/components/schemas/EventList'}",
        """
        import json
        value = {"items": [{"t": "a", "x": 1}, {"t": "b", "y": 2}, {"t": "?"}], "by_name": {"k": {"t": "b", "y": 1}}, "maybe": None, "nested": [[{"t": "a"}]]}
        server.answer(json.dumps(value))
        found = api("answers", "event_list").sync(client=client)
        assert [type(item).__name__ for item in found["items"]] == ["EvA", "EvB", "dict"]
        assert type(found["items"][1]).__name__ == "EvB" and type(found.by_name["k"]).__name__ == "EvB" and type(found.nested[0][0]).__name__ == "EvA"
        assert found.maybe is None and found.to_dict() == value
        """,
        "{EvA: {type: object, required: [t], properties: {t: {type: string, enum: [a]}, x: {type: integer}}}, EvB: {type: object, required: [t], properties: {t: {const: b}, y: {type: integer}}},"
        " Ev: {oneOf: [{$ref: '#/components/schemas/EvA'}, {$ref: '#/components/schemas/EvB'}]},"
        " EventList: {type: object, properties: {items: {type: array, items: {$ref: '#/components/schemas/Ev'}}, by_name: {type: object, additionalProperties: {$ref: '#/components/schemas/Ev'}}, maybe: {anyOf: [{$ref: '#/components/schemas/Ev'}, {type: 'null'}]}, nested: {type: array, items: {type: array, items: {$ref: '#/components/schemas/Ev'}}}}}}"),
    "anyOf of scalars, of formats, of lists": answer("scalars", "{$ref: '#/components/schemas/Scalars'}",
        """
        import json, datetime
        value = {"a": "x", "b": "2024-05-06", "c": ["x"], "d": 1, "e": "2024-05-06T07:08:09Z", "f": [{"k": 1}]}
        server.answer(json.dumps(value))
        found = api("answers", "scalars").sync(client=client)
        assert found.to_dict() == value and isinstance(found.b, datetime.date) and isinstance(found.e, datetime.datetime)
        assert found.f[0].k == 1
        """,
        "{Scalars: {type: object, properties: {a: {anyOf: [{type: string}, {type: integer}, {type: boolean}]}, b: {anyOf: [{type: string, format: date}, {type: string, format: date-time}]}, c: {anyOf: [{type: array, items: {type: string}}, {type: array, items: {type: integer}}, {type: string}]}, d: {oneOf: [{type: integer}, {type: number}]}, e: {anyOf: [{type: string, format: date}, {type: string, format: date-time}, {type: string, format: uuid}]}, f: {anyOf: [{type: array, items: {type: object, properties: {k: {type: integer}}}}, {type: object, properties: {z: {type: integer}}}]}}}}"),
    "free-form objects": body("freeform", "application/json",
        "{type: object, properties: {a: {type: object}, b: {type: object, additionalProperties: true}, c: {type: object, additionalProperties: {}}, d: {}, e: {additionalProperties: {type: array, items: {type: integer}}}, f: {type: object, patternProperties: {'^x-': {type: string}}}, g: {type: object, properties: {}}}}",
        """
        import json
        value = {"a": {"x": [1]}, "b": {"y": None}, "c": {"z": 1}, "d": [1], "e": {"k": [1]}, "f": {"x-a": "v"}, "g": {"q": 1}}
        api("bodies", "freeform").sync(client=client, body=models.FreeformBody(**value))
        assert json.loads(server.asked.body) == value
        assert models.FreeformBody.from_dict(value).to_dict() == value
        """),
    "recursion of every kind": answer("recursive", "{$ref: '#/components/schemas/RecTree'}",
        """
        import json
        value = {"kids": [{"kids": []}], "map": {"a": {"map": {}}}, "maybe": {"maybe": None}, "either": {"either": 1}, "mutual": {"back": {"mutual": None}}}
        server.answer(json.dumps(value))
        found = api("answers", "recursive").sync(client=client)
        assert found.to_dict() == value
        assert found.kids[0].kids == [] and found.map.get("a").map == {} and found.maybe.maybe is None and found.mutual.back.mutual is None, found
        """,
        "{RecTree: {type: object, properties: {kids: {type: array, items: {$ref: '#/components/schemas/RecTree'}}, map: {type: object, additionalProperties: {$ref: '#/components/schemas/RecTree'}}, maybe: {anyOf: [{$ref: '#/components/schemas/RecTree'}, {type: 'null'}]}, either: {oneOf: [{$ref: '#/components/schemas/RecTree'}, {type: integer}]}, mutual: {anyOf: [{$ref: '#/components/schemas/RecOther'}, {type: 'null'}]}}},"
        " RecOther: {type: object, properties: {back: {$ref: '#/components/schemas/RecTree'}}}}"),
    "a mapping of itself, a union of itself": answer("selfmap", "{$ref: '#/components/schemas/SelfMap'}",
        """
        server.answer('{"a": {"b": {}}}')
        found = api("answers", "selfmap").sync(client=client)
        assert (found.to_dict() if hasattr(found, "to_dict") else found) == {"a": {"b": {}}}
        """,
        "{SelfMap: {type: object, additionalProperties: {$ref: '#/components/schemas/SelfMap'}}, SelfUnion: {oneOf: [{type: string}, {type: array, items: {$ref: '#/components/schemas/SelfUnion'}}, {type: object, additionalProperties: {$ref: '#/components/schemas/SelfUnion'}}]}, SelfUser: {type: object, properties: {v: {$ref: '#/components/schemas/SelfUnion'}}}}"),
    "allOf of a mapping, of an enum, of a single reference, of nothing": answer("all_kinds", "{$ref: '#/components/schemas/AllKinds'}",
        """
        import json
        value = {"a": {"x": 1, "k": "v"}, "b": "p", "c": {"x": 2}, "d": 5, "e": {"x": 1, "y": 2, "z": 3}}
        server.answer(json.dumps(value))
        found = api("answers", "all_kinds").sync(client=client)
        assert found.to_dict() == value and found.c.x == 2 and found.e.z == 3
        """,
        "{AllX: {type: object, required: [x], properties: {x: {type: integer}}}, AllEnum: {type: string, enum: [p, q]}, AllKinds: {type: object, properties: {a: {allOf: [{$ref: '#/components/schemas/AllX'}, {type: object, additionalProperties: {type: string}}]}, b: {allOf: [{$ref: '#/components/schemas/AllEnum'}], default: p, description: x}, c: {description: y, allOf: [{$ref: '#/components/schemas/AllX'}]}, d: {allOf: []}, e: {allOf: [{allOf: [{$ref: '#/components/schemas/AllX'}, {properties: {y: {type: integer}}}]}, {properties: {z: {type: integer}}, required: [z]}]}, f: {allOf: [{type: string}, {maxLength: 5}]}, g: {allOf: [{$ref: '#/components/schemas/AllX'}, {oneOf: [{properties: {p: {type: string}}}, {properties: {q: {type: string}}}]}]}}}}"),
    "additional properties beside a name": body("extra", "application/json",
        "{type: object, properties: {name: {type: string}}, additionalProperties: {oneOf: [{type: integer}, {type: object, properties: {x: {type: integer}}}]}}",
        """
        import json
        body = models.ExtraBody.from_dict({"name": "n", "a": 1, "b": {"x": 2}})
        assert body.additional_properties["b"].x == 2
        body.additional_properties["c"] = 3
        api("bodies", "extra").sync(client=client, body=body)
        assert json.loads(server.asked.body) == {"name": "n", "a": 1, "b": {"x": 2}, "c": 3}
        """),
    "defaults of every kind": body("defaulted", "application/json",
        "{type: object, properties: {a: {type: string, default: 'a\"\\b'}, b: {type: integer, default: 5}, c: {type: boolean, default: false}, d: {type: array, items: {}, default: []}, e: {type: object, default: {x: 1}}, f: {type: string, enum: [x, y], default: y}, g: {type: string, format: date, default: '2024-01-01'}, h: {type: integer, default: wrong}, i: {type: string, enum: [x], default: z}, j: {default: null}, k: {type: number, default: 1.5e+300}, l: {type: string, format: uuid, default: nope}}}",
        """
        import json
        api("bodies", "defaulted").sync(client=client, body=models.DefaultedBody())
        assert json.loads(server.asked.body) == {}
        """),
    "what is only received, only sent, in one schema": Trap(
        """paths:
  /io: {post: {operationId: io_thing, tags: [bodies], requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/IoThing'}}}}, responses: {'200': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/IoThing'}}}}}}}
components: {schemas: {IoThing: {type: object, required: [id, secret, name], properties: {id: {type: integer, readOnly: true}, secret: {type: string, writeOnly: true}, name: {type: string}, inner: {$ref: '#/components/schemas/IoInner'}}}, IoInner: {type: object, required: [id], properties: {id: {type: string, readOnly: true}}}}}
""",
        """
        server.answer('{"id": 1, "name": "n"}')
        found = api("bodies", "io_thing").sync(client=client, body=models.IoThing(secret="s", name="n", inner=models.IoInner()))
        assert found.id == 1 and found.secret is None
        assert server.asked.body == b'{"secret": "s", "name": "n", "inner": {}}'
        """),
    "enums with odd values": answer("odd_enum", "{$ref: '#/components/schemas/OddEnum'}",
        """
        import json
        for v in ("", " ", "a b", "1", "-1", "None", "'", '"', "\\n", "é", "🚀", "a" * 300, "NULL", "True"):
            server.answer(json.dumps({"a": v}))
            assert api("answers", "odd_enum").sync(client=client).a == v
        """,
        "{OddEnum: {type: object, properties: {a: {type: string, enum: ['', ' ', 'a b', '1', '-1', 'None', '''', '\"', \"\\n\", é, 🚀, " + "a" * 300 + ", 'NULL', 'True']}, b: {type: integer, enum: [-1, 0, 1, 99999999999999999999]}, c: {type: number, enum: [0.1, 1, 2]}, d: {type: string, enum: [null]}, e: {type: [string, 'null'], enum: [a, null]}, f: {type: array, items: {type: string, enum: [x, y]}}, g: {enum: [[1], {a: 1}]}, h: {enum: [true, false]}, i: {type: string, enum: [1, 2]}, j: {type: integer, enum: ['1', '2']}, k: {type: boolean, enum: ['true']}}}}"),
    "examples and extensions anywhere": body("exampled", "application/json",
        "{type: object, x-order: 1, x-null: null, example: {a: 1}, properties: {a: {type: integer, examples: [1, 2], example: wrong, x-go-name: A, xml: {name: q}, externalDocs: {url: x}}}}",
        """
        api("bodies", "exampled").sync(client=client, body=models.ExampledBody(a=1))
        """),
    "inline schemas nested deep": answer("nesting", "{type: object, properties: {a: {type: array, items: {type: object, properties: {b: {type: object, additionalProperties: {type: array, items: {type: array, items: {type: object, properties: {c: {type: integer}}}}}}}}}}}",
        """
        server.answer('{"a": [{"b": {"k": [[{"c": 1}]]}}]}')
        assert api("answers", "nesting").sync(client=client).a[0].b["k"][0][0].c == 1
        """),
    "lists of one thing or another": answer("either_list", "{$ref: '#/components/schemas/EitherList'}",
        """
        import json
        value = {"a": [{"p": 1}], "b": [{"q": 1}, {"p": 2}], "c": ["2024-05-06"]}
        server.answer(json.dumps(value))
        found = api("answers", "either_list").sync(client=client)
        assert type(found.a[0]).__name__ == "EitherP" and type(found.b[0]).__name__ == "EitherQ" and found.to_dict() == value
        """,
        "{EitherP: {type: object, required: [p], properties: {p: {type: integer}}}, EitherQ: {type: object, required: [q], properties: {q: {type: integer}}}, EitherList: {type: object, properties: {" + ", ".join(f"{k}: {{anyOf: [{{type: array, items: {{$ref: '#/components/schemas/EitherP'}}}}, {{type: array, items: {{$ref: '#/components/schemas/EitherQ'}}}}]}}" for k in "ab") + ", c: {anyOf: [{type: array, items: {type: integer}}, {type: array, items: {type: string, format: date}}]}}}}"),
    "JSON values": answer("json_values", "{$ref: '#/components/schemas/JsonValue'}",
        """
        import json
        for value in (1, "x", None, [1, [2]], {"a": {"b": [1]}}, True):
            server.answer(json.dumps(value))
            assert api("answers", "json_values").sync(client=client) == value
        """,
        "{JsonValue: {anyOf: [{type: string}, {type: number}, {type: boolean}, {type: 'null'}, {type: array, items: {$ref: '#/components/schemas/JsonValue'}}, {type: object, additionalProperties: {$ref: '#/components/schemas/JsonValue'}}]}, JsonMapA: {type: object, additionalProperties: {$ref: '#/components/schemas/JsonMapB'}}, JsonMapB: {type: object, additionalProperties: {$ref: '#/components/schemas/JsonMapA'}}, JsonUser: {type: object, properties: {a: {$ref: '#/components/schemas/JsonMapA'}, v: {$ref: '#/components/schemas/JsonValue'}}}}"),
    "a union by the values of enums": answer("by_values", "{type: array, items: {oneOf: [{$ref: '#/components/schemas/ValuesA'}, {$ref: '#/components/schemas/ValuesB'}, {$ref: '#/components/schemas/ValuesC'}]}}",
        """
        server.answer('[{"k": "c"}, {"k": "a"}, {"k": true}, {"k": "new"}, {"k": 1}, {"m": 2}, {"m": 3, "k": "b"}, {"k": ["a"]}, {}]')
        found = api("answers", "by_values").sync(client=client)
        assert [type(item).__name__[-1] for item in found] == [*"BACACBBAA"], found
        """,
        "{ValuesA: {type: object, properties: {k: {type: string, enum: [a, b]}, m: {type: integer, enum: [1]}}}, ValuesB: {type: object, properties: {k: {type: string, enum: [c, b]}, m: {type: integer, enum: [2, 3]}}}, ValuesC: {type: object, properties: {k: {type: [boolean, integer]}}}}"),
    "two unions of the same models by different properties": answer("two_ways", "{$ref: '#/components/schemas/TwoWays'}",
        """
        server.answer('{"a": {"kind": "x"}, "b": {"type": "y"}}')
        found = api("answers", "two_ways").sync(client=client)
        assert (type(found.a).__name__, type(found.b).__name__) == ("TwoP", "TwoQ")
        """,
        "{TwoP: {type: object, properties: {kind: {type: string}, type: {type: string}}}, TwoQ: {type: object, properties: {kind: {type: string}, type: {type: string}}}, TwoWays: {type: object, properties: {a: {oneOf: [{$ref: '#/components/schemas/TwoP'}, {$ref: '#/components/schemas/TwoQ'}], discriminator: {propertyName: kind, mapping: {x: '#/components/schemas/TwoP', y: '#/components/schemas/TwoQ'}}}, b: {oneOf: [{$ref: '#/components/schemas/TwoP'}, {$ref: '#/components/schemas/TwoQ'}], discriminator: {propertyName: type, mapping: {x: '#/components/schemas/TwoP', y: '#/components/schemas/TwoQ'}}}}}}"),
}  # fmt: skip
