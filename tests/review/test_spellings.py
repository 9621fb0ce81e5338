"""Laws of the review: another spelling of the same meaning is no change, whichever parts of it are written so."""

from __future__ import annotations

import copy
import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from tests.review import pairs

OK = {"204": {"description": "ok"}}
_PARTITIONS = (
    ("abcd",),
    ("ab", "cd"),
    ("a", "bcd"),
    ("a", "b", "cd"),
    ("ac", "b", "d"),
    ("a", "b", "c", "d"),
)


def _letters(old: dict[str, Any], new: dict[str, Any], folder: Path) -> str:
    return pairs.letter(pairs.compared(old, new, folder)) + pairs.letter(pairs.compared(new, old, folder))


@pytest.mark.parametrize("union", ["oneOf", "anyOf"])
@pytest.mark.parametrize("way", ["request", "response"])
def test_tags_may_be_grouped_in_another_way(way: str, union: str, tmp_path: Path) -> None:
    """Variants that differ in their tags only mean the same as one variant with all these tags."""

    def schema(groups: tuple[str, ...]) -> dict[str, Any]:
        variants = [
            {"type": "object", "required": ["t"], "properties": {"t": {"enum": list(tags)}, "x": {"type": "string"}}}
            for tags in groups
        ]
        return variants[0] if len(variants) == 1 else {union: variants}

    for one, other in itertools.combinations(_PARTITIONS, 2):
        sides = [pairs.document({"/x": {"post": pairs.operation(way, schema(groups))}}) for groups in (one, other)]
        assert _letters(sides[0], sides[1], tmp_path) == "--", (one, other)


@pytest.mark.parametrize("way", ["request", "response"])
@pytest.mark.parametrize("mapped", [True, False])
def test_a_variant_with_a_tag_of_its_own_is_never_covered(way: str, mapped: bool, tmp_path: Path) -> None:
    """A variant that looks like another one has another tag, which readers do not know and servers may refuse."""
    names = ("Ant", "Bee")
    thing = {"type": "object", "properties": {"a": {"type": "string"}}}

    def document(count: int) -> dict[str, Any]:
        references = {name.lower(): f"#/components/schemas/{name}" for name in names[:count]}
        discriminator = {"propertyName": "kind", **({"mapping": references} if mapped else {})}
        schema = {"oneOf": [{"$ref": item} for item in references.values()], "discriminator": discriminator}
        paths = {"/x": {"post": pairs.operation(way, schema)}}
        return pairs.document(paths, components={"schemas": dict.fromkeys(names, thing)})

    expected = "AB" if way == "request" else "BA"
    assert _letters(document(1), document(2), tmp_path) == expected


@pytest.mark.parametrize("written_out", list(itertools.product([False, True], repeat=2)))
def test_servers_may_be_written_out(written_out: tuple[bool, bool], tmp_path: Path) -> None:
    """A variable that lists its values means the same as a server for each of them."""
    variables = {"r": ["eu", "us"], "v": ["1", "2", "3"]}

    def document(**kept: list[str]) -> dict[str, Any]:
        free = [[f"{{{name}}}"] if name in kept else values for name, values in variables.items()]
        said = {name: {"default": values[0], "enum": values} for name, values in kept.items()}
        servers = [
            {"url": f"https://{region}.test/{version}", **({"variables": said} if said else {})}
            for region, version in itertools.product(*free)
        ]
        return pairs.document({"/x": {"get": {"responses": OK}}}, servers=servers)

    kept = {name: values for (name, values), out in zip(variables.items(), written_out, strict=True) if not out}
    assert _letters(document(**variables), document(**kept), tmp_path) == "--"
    fewer = copy.deepcopy(document(**kept))
    lost = fewer["servers"].pop() if len(fewer["servers"]) > 1 else fewer["servers"][0]["variables"]["r"]["enum"].pop()
    assert lost
    assert _letters(document(**variables), fewer, tmp_path) == "BA"


@pytest.mark.parametrize("default", [None, "1"])
def test_a_prefix_may_be_a_variable(default: str | None, tmp_path: Path) -> None:
    """The default of a server's variable may stand in the paths instead."""
    variables: dict[str, Any] = {"v": {"default": "1"} if default is None else {"default": default, "enum": [default]}}
    for host in ("", "https://a.test"):
        servers = [{"url": f"{host}/{{v}}", "variables": variables}]
        sides = [
            pairs.document({"/x": {"get": {"responses": OK}}}, servers=servers),
            pairs.document({"/1/x": {"get": {"responses": OK}}}, servers=[{"url": host or "/"}]),
        ]
        assert _letters(sides[0], sides[1], tmp_path) == "DD"


_SHAPES: dict[str, tuple[dict[str, Any], str]] = {
    "form": ({"in": "query"}, "{}"),
    "deepObject": ({"in": "query", "style": "deepObject", "explode": True}, "f[{}]"),
    "querystring": ({"in": "querystring"}, "{}"),
}


@pytest.mark.parametrize("is_required", [False, True])
@pytest.mark.parametrize("shape", _SHAPES)
def test_fields_of_a_query_may_be_an_object(shape: str, is_required: bool, tmp_path: Path) -> None:
    """An object that is written as a field for each property means the same as a parameter for each property."""
    said, names = _SHAPES[shape]

    def document(*fields: str, whole: bool, **properties: Any) -> dict[str, Any]:
        properties = {name: properties.get(name, {"type": "integer"}) for name in fields}
        schema = {"type": "object", "properties": properties, **({"required": list(fields)} if is_required else {})}
        media = {"application/x-www-form-urlencoded": {"schema": schema}}
        one: dict[str, Any] = {"name": "f", "required": is_required, **said}
        one |= {"content": media} if shape == "querystring" else {"schema": schema}
        each = [
            {"name": names.format(name), "in": "query", "required": is_required, "schema": item}
            for name, item in properties.items()
        ]
        operation = {"parameters": [one] if whole else each, "responses": OK}
        return pairs.document({"/x": {"get": operation}}, "3.2.0")

    whole = document("a", "b", whole=True)
    assert _letters(whole, document("a", "b", whole=False), tmp_path) == "DD"
    assert _letters(whole, document("a", whole=False), tmp_path)[0] == "B"
    assert _letters(whole, document("a", whole=True), tmp_path)[0] == "B"
    limited = document("a", "b", whole=False, b={"type": "integer", "maximum": 9})
    assert _letters(whole, limited, tmp_path) == "BA"


@pytest.mark.parametrize("default", [False, True])
@pytest.mark.parametrize("values", [["1", "2"], ["1.5", "2"], ["true", "false"]])
@pytest.mark.parametrize("place", ["query", "path", "header", "cookie", "form", "parts", "json"])
def test_listed_texts_may_be_numbers(place: str, values: list[str], default: bool, tmp_path: Path) -> None:
    """Where everything is text, texts mean the same as the numbers or booleans they spell, in enums and defaults."""
    read: dict[str, Any] = {"1": 1, "2": 2, "1.5": 1.5, "true": True, "false": False}
    kind = {str: "string", int: "integer", float: "number", bool: "boolean"}
    other = [read[value] for value in values]

    def document(said: list[Any]) -> dict[str, Any]:
        schema = {"type": kind[type(said[0])], "enum": said, **({"default": said[0]} if default else {})}
        medias = {
            "form": "application/x-www-form-urlencoded",
            "parts": "multipart/form-data",
            "json": "application/json",
        }
        if place in medias:
            content = {medias[place]: {"schema": {"type": "object", "properties": {"q": schema}}}}
            return pairs.document({"/x": {"post": {"requestBody": {"content": content}, "responses": OK}}})
        parameter = {"name": "q", "in": place, "required": place == "path", "schema": schema}
        path = "/x/{q}" if place == "path" else "/x"
        return pairs.document({path: {"get": {"parameters": [parameter], "responses": OK}}})

    found = _letters(document(values), document(other), tmp_path)
    assert found == ("BB" if place == "json" else "DD"), found


@pytest.mark.parametrize("media", ["multipart/form-data", "application/x-www-form-urlencoded", "application/json"])
def test_one_part_is_a_list_of_one(media: str, tmp_path: Path) -> None:
    """Parts and fields of a form may be repeated: a list takes what was one value. Objects in parts are JSON."""

    def document(schema: dict[str, Any]) -> dict[str, Any]:
        content = {media: {"schema": {"type": "object", "properties": {"q": schema}}}}
        return pairs.document({"/x": {"post": {"requestBody": {"content": content}, "responses": OK}}})

    file, number = {"type": "string", "format": "binary"}, {"type": "integer"}
    is_form = media != "application/json"
    for one in (file, number):
        listed = {"type": "array", "items": one}
        assert _letters(document(one), document(listed), tmp_path) == ("AB" if is_form else "BB")
        assert _letters(document(one), document({**listed, "minItems": 2}), tmp_path) == "BB"
    inner = [{"type": "object", "properties": {"n": {"type": name}}} for name in ("integer", "string")]
    is_text = media == "application/x-www-form-urlencoded"
    assert _letters(document(inner[0]), document(inner[1]), tmp_path) == ("AB" if is_text else "BB")


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize("part", ["response", "parameter", "header", "body"])
def test_words_beside_a_reference(part: str, version: str, tmp_path: Path) -> None:
    """From OpenAPI 3.1, the description beside a `$ref` counts, and stands at the `$ref`."""
    sections = {"response": "responses", "parameter": "parameters", "header": "headers", "body": "requestBodies"}
    schema = {"schema": {"type": "string"}}
    targets = {
        "response": {"description": "one"},
        "parameter": {"name": "q", "in": "query", "description": "one", **schema},
        "header": {"description": "one", **schema},
        "body": {"description": "one", "content": {"application/json": schema}},
    }

    def document(**words: str) -> dict[str, Any]:
        reference = {"$ref": f"#/components/{sections[part]}/Used", **words}
        operations: dict[str, Any] = {
            "response": {"responses": {"200": reference}},
            "parameter": {"parameters": [reference], "responses": OK},
            "header": {"responses": {"200": {"description": "ok", "headers": {"X": reference}}}},
            "body": {"requestBody": reference, "responses": OK},
        }
        return pairs.document(
            {"/x": {"post": operations[part]}}, version, components={sections[part]: {"Used": targets[part]}}
        )

    found = pairs.compared(document(), document(description="other"), tmp_path)
    if version == "3.0.3":
        assert found == []
    else:
        assert [(item.severity, item.pointer.split("/")[1]) for item in found] == [("docs", "paths")]


@pytest.mark.parametrize("way", ["request", "response"])
@pytest.mark.parametrize(
    ("old", "new", "is_other"),
    [
        ("text/plain", "text/plain; charset=utf-8", False),
        ("text/plain; charset=utf-8", "text/plain; charset=utf-16", True),
        ("application/json; v=1", "application/json; v=2", True),
        ("application/json", "application/json; v=2", False),
        ("application/*+json", "application/json", True),
    ],
)
def test_parameters_of_a_media_type(old: str, new: str, is_other: bool, way: str, tmp_path: Path) -> None:
    """A media type with another value of a parameter is another one."""

    def document(media: str) -> dict[str, Any]:
        body = {"content": {media: {"schema": {"type": "string"}}}}
        operation = {"responses": OK} if way == "request" else {"responses": {"200": {"description": "ok", **body}}}
        return pairs.document({"/x": {"post": operation | ({"requestBody": body} if way == "request" else {})}})

    found = pairs.letter(pairs.compared(document(old), document(new), tmp_path))
    assert (found == "B") == is_other


@pytest.mark.parametrize("way", ["request", "response"])
def test_a_range_describes_the_media_types_within_it(way: str, tmp_path: Path) -> None:
    """A media type that no document lists is described by a range, alone or beside others."""

    def document(**limits: int | None) -> dict[str, Any]:
        medias = {"csv": "text/csv", "plain": "text/plain", "range": "text/*", "all": "*/*"}
        texts = {
            medias[name]: {"schema": {"type": "string", **({"maxLength": limit} if limit else {})}}
            for name, limit in limits.items()
        }
        body = {"content": texts}
        operation = {"responses": OK} if way == "request" else {"responses": {"200": {"description": "ok", **body}}}
        return pairs.document({"/x": {"post": operation | ({"requestBody": body} if way == "request" else {})}})

    whole = document(range=None)
    grown = "AB" if way == "request" else "BA"
    assert _letters(document(csv=None, plain=None), whole, tmp_path) == grown
    assert _letters(document(range=None, csv=None), document(all=None), tmp_path) == grown
    assert set(_letters(whole, document(range=None, csv=None), tmp_path)) <= {"-", "A"}
    assert _letters(whole, document(range=None, csv=9), tmp_path) == grown[::-1]


def test_a_link_by_reference_leads_to_the_same_operation(tmp_path: Path) -> None:
    """An `operationRef` means the same as the `operationId` of that operation, and `path.id` the same as `id`."""
    item = {"operationId": "b", "responses": OK}

    def document(link: dict[str, Any]) -> dict[str, Any]:
        response = {"description": "ok", "links": {"next": link}}
        return pairs.document({"/a": {"get": {"responses": {"200": response}}}, "/b/{id}": {"get": item, "put": {}}})

    by_id = document({"operationId": "b"})
    sides = [document({"operationId": "b", "parameters": {name: "$url"}}) for name in ("id", "path.id", "query.no")]
    assert _letters(sides[0], sides[1], tmp_path) == "--"
    assert _letters(sides[0], sides[2], tmp_path) == "BB"
    assert _letters(by_id, document({"operationRef": "#/paths/~1b~1{id}/get"}), tmp_path) == "--"
    assert _letters(by_id, document({"operationRef": "#/paths/~1b~1{id}/put"}), tmp_path) == "BB"


def test_default_covers_a_success_with_the_same_body(tmp_path: Path) -> None:
    """A success that went is still described by a `default` with the same body, and by no other."""

    def document(default: str) -> dict[str, Any]:
        bodies = {
            kind: {"description": "ok", "content": {"application/json": {"schema": {"type": kind}}}}
            for kind in ("string", "integer")
        }
        return pairs.document({"/x": {"get": {"responses": {"200": bodies["string"], "default": bodies[default]}}}})

    for default, expected in (("string", "A"), ("integer", "B")):
        old, new = document(default), document(default)
        del new["paths"]["/x"]["get"]["responses"]["200"]
        assert pairs.letter(pairs.compared(old, new, tmp_path)) == expected


@pytest.mark.parametrize("way", ["request", "response"])
@pytest.mark.parametrize("mapped", [True, False])
@pytest.mark.parametrize("union", ["oneOf", "anyOf"])
@pytest.mark.parametrize("container", ["plain", "list", "null"])
def test_inheritance_may_be_a_union(way: str, mapped: bool, union: str, container: str, tmp_path: Path) -> None:
    """A parent with a discriminator means the same as a union of its heirs, which are compared with its variants."""
    names = {"Ant": "legs", "Bee": "wings"}
    reference = {"$ref": "#/components/schemas/Insect"}
    schemas: dict[str, dict[str, Any]] = {
        "plain": reference,
        "list": {"type": "array", "items": reference},
        "null": {"anyOf": [reference, {"type": "null"}]},
    }
    mapping = {"mapping": {name.lower(): f"#/components/schemas/{name}" for name in names}} if mapped else {}
    shared = {"discriminator": {"propertyName": "kind", **mapping}}
    kind = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}

    def document(*, heirs: bool, wings: str = "integer", count: int = 2) -> dict[str, Any]:
        kinds = {"legs": "integer", "wings": wings}
        found: dict[str, Any] = {}
        for name, part in list(names.items())[:count]:
            own = {"type": "object", "properties": {part: {"type": kinds[part]}}}
            parents = {"$ref": "#/components/schemas/Insect"} if heirs else kind
            found[name] = {"allOf": [parents, own]}
        variants = [{"$ref": f"#/components/schemas/{name}"} for name in found]
        said = json.loads(json.dumps(shared))
        if mapped:
            said["discriminator"]["mapping"] = dict(list(mapping["mapping"].items())[:count])
        insect = {**kind, **said} if heirs else {union: variants, **said}
        paths = {"/x": {"post": pairs.operation(way, schemas[container])}}
        return pairs.document(paths, components={"schemas": {"Insect": insect, **found}})

    parent = document(heirs=True)
    assert set(_letters(parent, document(heirs=False), tmp_path)) <= {"-", "D"}
    assert _letters(parent, document(heirs=False, wings="string"), tmp_path) == "BB"
    assert _letters(parent, document(heirs=False, count=1), tmp_path) == ("BA" if way == "request" else "AB")


@pytest.mark.parametrize("way", ["request", "response"])
@pytest.mark.parametrize("mapped", [True, False])
@pytest.mark.parametrize("heirs", [True, False])
def test_tags_may_be_listed(way: str, mapped: bool, heirs: bool, tmp_path: Path) -> None:
    """The property of a discriminator has one of the tags, whether its schema lists them or not."""
    names = {"Ant": "legs", "Bee": "wings"}
    tags = {name: name.lower() if mapped else name for name in names}
    references = {name: f"#/components/schemas/{name}" for name in names}

    def document(**kinds: dict[str, Any]) -> dict[str, Any]:
        mapping = {"mapping": {tags[name]: item for name, item in references.items()}} if mapped else {}
        own: dict[str, Any] = {
            name: {"type": "object", "required": ["kind"], "properties": {part: {}, "kind": kinds.get(name, {})}}
            for name, part in names.items()
        }
        parent = {"$ref": "#/components/schemas/Insect"}
        schemas: dict[str, Any] = {name: {"allOf": [parent, item]} if heirs else item for name, item in own.items()}
        union = {} if heirs else {"oneOf": [{"$ref": item} for item in references.values()]}
        kind = {"type": "string", **kinds.get("Insect", {})}
        whole: dict[str, Any] = {"type": "object", "required": ["kind"], "properties": {"kind": kind}, **union}
        schemas["Insect"] = {**whole, "discriminator": {"propertyName": "kind", **mapping}}
        paths = {"/x": {"post": pairs.operation(way, parent)}}
        return pairs.document(paths, components={"schemas": schemas})

    free = document()
    listed: dict[str, Any] = {"enum": list(tags.values())}
    assert _letters(free, document(**{name: {"const": tag} for name, tag in tags.items()}), tmp_path) == "--"
    assert _letters(free, document(**dict.fromkeys(names, listed)), tmp_path) == "--"
    if mapped:
        assert _letters(free, document(Insect=listed), tmp_path) == "--"
    tagged = document(Ant={"const": "wasp"})
    assert _letters(free, tagged, tmp_path)[0] == ("A" if mapped and way == "response" else "B")


@pytest.mark.parametrize("way", ["request", "response"])
@pytest.mark.parametrize("mapped", [True, False])
def test_an_heir_is_none_of_the_others(way: str, mapped: bool, tmp_path: Path) -> None:
    """Where an heir stands by itself, other heirs of its parent and their tags do not matter."""
    names = {"Ant": "legs", "Bee": "wings"}
    reference = {"$ref": "#/components/schemas/Ant"}

    def document(wings: str = "integer", ant: str = "ant", bee: str = "bee", count: int = 2) -> dict[str, Any]:
        tags = dict(zip((ant, bee), [f"#/components/schemas/{name}" for name in names], strict=True))
        mapping = {"mapping": dict(list(tags.items())[:count])} if mapped else {}
        insect = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}
        schemas: dict[str, Any] = {"Insect": {**insect, "discriminator": {"propertyName": "kind", **mapping}}}
        kinds = {"legs": "integer", "wings": wings}
        for name, part in list(names.items())[:count]:
            own = {"type": "object", "properties": {part: {"type": kinds[part]}}}
            schemas[name] = {"allOf": [{"$ref": "#/components/schemas/Insect"}, own]}
        paths = {"/x": {"post": pairs.operation(way, {"type": "array", "items": reference})}}
        return pairs.document(paths, components={"schemas": schemas})

    for other in (document(wings="string"), document(bee="wasp"), document(count=1)):
        found = pairs.compared(document(), other, tmp_path)
        assert all(not finding.operations for finding in found)
    assert _letters(document(), document(ant="wasp"), tmp_path) == ("BB" if mapped else "--")
    renamed = pairs.compared(document(), document(ant="wasp"), tmp_path)
    assert {finding.rule_id for finding in renamed} <= {f"{way}-discriminator-tag-renamed"}


@pytest.mark.parametrize("way", ["request", "response"])
def test_a_mapped_schema_may_be_a_union(way: str, tmp_path: Path) -> None:
    """Each variant of a union inside of another one has the tags that are mapped to the inner union."""
    tag, number = {"type": "string"}, {"type": "integer"}
    leaves = {
        name: {
            "type": "object",
            "required": ["kind", "n"],
            "properties": {"kind": tag, "n": {"enum": [name]}, "m": number},
        }
        for name in ("Few", "Many")
    }
    ant = {"type": "object", "required": ["kind"], "properties": {"kind": tag}}

    def document(*, tags: str, more: bool = False) -> dict[str, Any]:
        mapping = {name: f"#/components/schemas/{'Ant' if name == 'ant' else 'Bee'}" for name in ("ant", *tags)}
        schemas: dict[str, Any] = json.loads(json.dumps(leaves))
        if more:
            schemas["Many"]["properties"]["n"]["enum"].append("Most")
        schemas["Ant"] = ant
        schemas["Bee"] = {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in leaves]}
        union = {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("Ant", "Bee")]}
        schema = {**union, "discriminator": {"propertyName": "kind", "mapping": mapping}}
        return pairs.document({"/x": {"post": pairs.operation(way, schema)}}, components={"schemas": schemas})

    grown = "AB" if way == "request" else "BA"
    assert _letters(document(tags="b"), document(tags="b"), tmp_path) == "--"
    assert _letters(document(tags="b"), document(tags="bc"), tmp_path) == grown
    assert _letters(document(tags="b"), document(tags="b", more=True), tmp_path) == grown


_STYLES: dict[str, tuple[dict[str, Any], bool]] = {
    "query": ({"in": "query"}, True),
    "commas": ({"in": "query", "explode": False}, False),
    "spaces": ({"in": "query", "style": "spaceDelimited", "explode": False}, False),
    "pipes": ({"in": "query", "style": "pipeDelimited", "explode": False}, False),
    "cookie": ({"in": "cookie"}, True),
    "cookie with commas": ({"in": "cookie", "explode": False}, False),
    "header": ({"in": "header"}, False),
    "path": ({"in": "path", "required": True}, False),
}


def _with_parameter(parameter: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    path = "/x/{q}" if parameter["in"] == "path" else "/x"
    operation = {"parameters": [{"name": "q", **parameter, "schema": schema}], "responses": OK}
    return pairs.document({path: {"get": operation}})


@pytest.mark.parametrize("place", _STYLES)
def test_a_list_without_explode_is_one_text(place: str, tmp_path: Path) -> None:
    """A list that is written as one text is such a text, and one value is a list of one. Repeated fields are not."""
    parameter, is_repeated = _STYLES[place]
    text, number = {"type": "string"}, {"type": "integer"}
    sides = {name: _with_parameter(parameter, schema) for name, schema in (("text", text), ("number", number))}
    lists = {
        name: _with_parameter(parameter, {"type": "array", "items": {"type": name}}) for name in ("string", "integer")
    }
    assert _letters(lists["string"], sides["text"], tmp_path) == ("BA" if is_repeated else "DD")
    assert _letters(lists["integer"], sides["text"], tmp_path) == ("BB" if is_repeated else "AB")
    assert _letters(sides["number"], lists["integer"], tmp_path) == "AB"
    limited = _with_parameter(parameter, {"type": "string", "maxLength": 9})
    assert _letters(lists["string"], limited, tmp_path)[0] == "B"


@pytest.mark.parametrize("kind", ["string", "integer", "boolean"])
def test_one_value_is_written_alike_in_each_style_of_a_query(kind: str, tmp_path: Path) -> None:
    """Where only objects or lists were added, values that callers sent are written as before."""
    one = {"type": kind}
    more: dict[str, dict[str, Any]] = {
        "deepObject": {"type": "object", "properties": {"gt": one}},
        "pipeDelimited": {"type": "array", "items": one},
        "spaceDelimited": {"type": "array", "items": one},
    }
    for style, other in more.items():
        new = _with_parameter({"in": "query", "style": style}, {"anyOf": [one, other]})
        assert _letters(_with_parameter({"in": "query"}, one), new, tmp_path)[0] in "AD", style
        assert _letters(_with_parameter({"in": "query"}, other), new, tmp_path)[0] == "B", style


_LISTED: dict[str, tuple[dict[str, Any], str, str]] = {
    "pattern": ({"pattern": "^[0-9]+$"}, "@me", "42"),
    "length": ({"minLength": 3}, "me", "mine"),
    "uuid": ({"format": "uuid"}, "latest", "1-2"),
    "email": ({"format": "email"}, "all", "a@b"),
    "date": ({"format": "date"}, "", "2020-01-01"),
}


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("limit", _LISTED)
def test_listed_values_that_a_limit_refuses_fit_one_variant(limit: str, inside: bool, tmp_path: Path) -> None:
    """A value beside a limited text overlaps it in `oneOf` only if the limit may allow that value."""
    keywords, refused, allowed = _LISTED[limit]
    text = {"type": "string", **keywords}

    def variant(schema: dict[str, Any]) -> dict[str, Any]:
        return {"type": "object", "required": ["v"], "properties": {"v": schema}} if inside else schema

    def document(value: str | None) -> dict[str, Any]:
        variants = [variant(text), *([] if value is None else [variant({"type": "string", "enum": [value]})])]
        return pairs.document({"/x": {"post": pairs.operation("request", {"oneOf": variants})}})

    assert _letters(document(None), document(refused), tmp_path) == "AB"
    assert _letters(document(None), document(allowed), tmp_path)[0] == "B"
