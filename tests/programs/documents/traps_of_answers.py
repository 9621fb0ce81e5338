"""Traps in responses: methods, statuses and media types."""

from __future__ import annotations

from typing import Final

from tests.programs.documents.trap import Trap

ANSWERS: Final[dict[str, Trap]] = {
    "several answers": Trap(
        """paths:
  /several:
    get: {operationId: several, tags: [answers], responses: {'200': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/SeveralA'}}}},
      '201': {description: x, content: {application/json: {schema: {type: array, items: {type: integer}}}}}, '204': {description: none}, '2XX': {description: x, content: {text/plain: {}}},
      '404': {description: x, content: {application/json: {schema: {type: string}}}}, 4XX: {description: x, content: {application/problem+json: {schema: {$ref: '#/components/schemas/SeveralA'}}}}, default: {description: x, content: {text/html: {}}}}}
components: {schemas: {SeveralA: {type: object, properties: {a: {type: integer}}}}}
""",
        """
        module = api("answers", "several")
        server.answer('{"a": 1}')
        assert module.sync(client=client).a == 1
        server.answer('[1]', status=201)
        assert module.sync(client=client) == [1]
        server.answer('', status=204)
        assert module.sync(client=client) is None
        server.answer('hi', "text/plain", status=206)
        assert module.sync(client=client) == "hi"
        server.answer('"gone"', status=404)
        assert module.sync_detailed(client=client).parsed == "gone"
        server.answer('{"a": 2}', "application/problem+json", status=422)
        assert module.sync_detailed(client=client).parsed.a == 2
        server.answer('<p>', "text/html", status=500)
        assert module.sync_detailed(client=client).parsed == "<p>"
        """),
    "only a default": Trap(
        """paths:
  /only_default:
    get: {operationId: only_default, tags: [answers], responses: {default: {description: x, content: {application/json: {schema: {type: object, properties: {ok: {type: boolean}}}}}}}}
    put: {operationId: no_answers, tags: [answers], responses: {}}
    post: {operationId: none_at_all, tags: [answers]}
    delete: {operationId: only_errors, tags: [answers], responses: {'404': {description: x}}}
""",
        """
        server.answer('{"ok": true}')
        assert api("answers", "only_default").sync(client=client).ok is True
        for name in ("no_answers", "none_at_all", "only_errors"):
            assert api("answers", name).sync(client=client) is None
        """),
    "every method": Trap(
        "paths:\n  /all_methods:\n" + "".join(f"    {m}: {{operationId: m_{m}, tags: [methods], <ok>}}\n" for m in ("get", "put", "post", "delete", "options", "head", "patch", "trace")),
        """
        for name in ("get", "put", "post", "delete", "options", "patch", "trace"):
            api("methods", f"m_{name}").sync(client=client)
            assert server.asked.method == name.upper()
        api("methods", "m_head").sync_detailed(client=client)
        assert server.asked.method == "HEAD"
        """),
    "HEAD, which answers nothing": Trap(
        "paths:\n  /head:\n    head: {operationId: look, tags: [methods], responses: {'200': {description: x, headers: {X-A: {schema: {type: string}}}}}}\n    options: {operationId: ask, tags: [methods], responses: {'204': {description: x}}}\n",
        """
        assert api("methods", "look").sync(client=client) is None
        assert api("methods", "look").sync_detailed(client=client).headers["content-type"]
        assert client_of("Traps").methods.look() is None
        server.answer("", status=204)
        assert api("methods", "ask").sync(client=client) is None
        """),
    "HEAD with the schema of GET": Trap(
        "paths:\n  /headed:\n    head: {operationId: headed, tags: [methods], responses: {'200': {description: x, content: {application/json: {schema: {type: object, properties: {a: {type: integer}}}}}}}}\n",
        """
        server.answer('{"a": 1}')
        assert api("methods", "headed").sync(client=client) is None
        """),
    "answers of text, XML, events and several types": Trap(
        """paths:
  /kinds_of_answers/0: {get: {operationId: answer_0, tags: [answers], responses: {'200': {description: x, content: {text/event-stream: {schema: {type: object}}}}}}}
  /kinds_of_answers/1: {get: {operationId: answer_1, tags: [answers], responses: {'200': {description: x, content: {application/xml: {schema: {$ref: '#/components/schemas/AnsX'}}}}}}}
  /kinds_of_answers/2: {get: {operationId: answer_2, tags: [answers], responses: {'200': {description: x, content: {application/xml: {schema: {$ref: '#/components/schemas/AnsX'}}, application/json: {schema: {$ref: '#/components/schemas/AnsX'}}}}}}}
  /kinds_of_answers/3: {get: {operationId: answer_3, tags: [answers], responses: {'200': {description: x, content: {'*/*': {schema: {$ref: '#/components/schemas/AnsX'}}}}}}}
  /kinds_of_answers/4: {get: {operationId: answer_4, tags: [answers], responses: {'200': {description: x, content: {application/hal+json: {schema: {$ref: '#/components/schemas/AnsX'}}}}}}}
  /kinds_of_answers/5: {get: {operationId: answer_5, tags: [answers], responses: {'200': {description: x, content: {application/octet-stream: {}}}}}}
  /kinds_of_answers/6: {get: {operationId: answer_6, tags: [answers], responses: {'200': {description: x, content: {application/json: {}}}}}}
  /kinds_of_answers/7: {get: {operationId: answer_7, tags: [answers], responses: {'200': {description: x, content: {application/json: {schema: {type: string, format: binary}}}}}}}
  /kinds_of_answers/8: {get: {operationId: answer_8, tags: [answers], responses: {'200': {description: x, content: {text/json: {schema: {$ref: '#/components/schemas/AnsX'}}}}}}}
  /kinds_of_answers/9: {get: {operationId: answer_9, tags: [answers], responses: {'302': {description: x}, '200': {description: x, content: {text/plain; charset=utf-8: {schema: {type: string}}}}}}}
  /kinds_of_answers/10: {get: {operationId: answer_10, tags: [answers], responses: {'200': {description: x, content: {'*/*': {schema: {type: string, format: binary}}}}}}}
components: {schemas: {AnsX: {type: object, properties: {x: {type: integer}}}}}
""",
        """
        cases = [("data: x\\n\\n", "text/event-stream", "data: x\\n\\n"), ("<x/>", "application/xml", "<x/>"), ('{"x": 1}', "application/json", None), ('{"x": 1}', "application/json", None), ('{"x": 1}', "application/hal+json", None), (b"\\x00\\xff", "application/octet-stream", b"\\x00\\xff"), ("[1]", "application/json", [1]), ('"s"', "application/json", "s"), ('{"x": 1}', "text/json", None), ("plain", "text/plain; charset=utf-8", "plain"), (b"\\x00", "image/png", b"\\x00")]
        for i, (text, media, value) in enumerate(cases):
            server.answer(text, media)
            found = api("answers", f"answer_{i}").sync(client=client)
            assert (found.x == 1 if value is None else found == value), (i, found)
        """),
    "callbacks, links and webhooks": Trap(
        """paths:
  /hooked: {post: {operationId: hooked, tags: [answers], <ok>, callbacks: {onEvent: {'{$request.body#/url}': {post: {operationId: cb, requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/HookEvent'}}}}, responses: {'200': {description: x}}}}}}}}
webhooks: {newPet: {post: {operationId: hookNew, requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/HookEvent'}}}}, responses: {'200': {description: x}}}}}
components: {schemas: {HookEvent: {type: object, properties: {x: {type: integer}}}}, links: {L: {operationId: hooked}}, callbacks: {C: {'{$url}': {post: {responses: {}}}}}, examples: {E: {value: 1}}}
""",
        """
        api("answers", "hooked").sync(client=client)
        assert models.HookEvent.from_dict({"x": 1}).x == 1
        """),
    "deprecated in every place": Trap(
        """paths:
  /old_parts: {post: {operationId: old_parts, tags: [bodies], <ok>, parameters: [{name: old, in: query, deprecated: true, schema: {type: string}}, {name: kind, in: query, schema: {$ref: '#/components/schemas/OldEnum'}}], requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/OldThing'}}}}}}
components: {schemas: {OldThing: {type: object, deprecated: true, properties: {x: {type: integer, deprecated: true}, a_b: {type: string, deprecated: true}, a-b: {type: string, deprecated: true}, y: {$ref: '#/components/schemas/OldEnum', deprecated: true}}}, OldEnum: {type: string, deprecated: true, enum: [a]}}}
""",
        """
        assert "Deprecated" in models.OldThing.__doc__
        import attrs, warnings
        fields = attrs.fields(models.OldThing)
        assert {field.name for field in fields if field.metadata.get("deprecated")} == {"x", "a_b", "a_b_"}
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            api("bodies", "old_parts").sync(client=client, old="x", kind="a", body=models.OldThing(x=1))
        """),
}  # fmt: skip
