"""The contract part: all kinds of changes in both directions, and laws for any document."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest

from review import rules
from review.findings import Finding
from review.rules import Rule
from review.source import ReviewError, load, load_openapi
from review.wire import contract
from tests import ROOT
from tests.support.amount import some

from . import mutate, pairs

UPSTREAM = ROOT.parent / "shared" / "upstream"
# These need components of other names: see test_a_renamed_schema_is_one_finding.
NOT_IN_THE_PAIRS = ["SCHEMA_RENAMED"]


@pytest.mark.parametrize(("old", "new", "expected"), list(pairs.schema_pairs()))
def test_schema_changes(
    old: dict[str, Any], new: dict[str, Any], expected: list[pairs.Expected], tmp_path: Path
) -> None:
    """Each change of a schema, there and back, in requests and responses."""
    assert expected
    assert pairs.misjudged(pairs.compared(old, new, tmp_path), expected) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    list(pairs.operation_pairs()),
    ids=lambda item: item if isinstance(item, str) else "",
)
def test_operation_changes(
    name: str, old: dict[str, Any], new: dict[str, Any], expected: list[pairs.Expected], tmp_path: Path
) -> None:
    """Each change of an operation or its parts, there and back."""
    assert pairs.misjudged(pairs.compared(old, new, tmp_path), expected) == [], name


@pytest.mark.parametrize("where", ["a reference", "an allOf", "a tagged variant", "an heir"])
def test_a_change_is_judged_alike_at_every_place(where: str, tmp_path: Path) -> None:
    """As a property, behind a reference, in a variant and in an heir it is judged alike."""
    wrong = []
    for old, new, expected in some(pairs.schema_pairs(), 4):
        sides = [moved(side, where) for side in (old, new)]
        wrong += pairs.misjudged(pairs.compared(sides[0], sides[1], tmp_path), expected)
    assert [line for line in wrong if ": D, not -" not in line and ": -, not D" not in line] == []


def moved(document: dict[str, Any], where: str) -> dict[str, Any]:
    """Return a document of pairs with the schemas at another place."""
    fresh = copy.deepcopy(document)
    for path, item in fresh["paths"].items():
        body = item["post"].get("requestBody") or item["post"]["responses"]["200"]
        properties = body["content"]["application/json"]["schema"]["properties"]
        name, it = path[1:], properties["value"]
        reference = {"$ref": f"#/components/schemas/{name}"}
        holder = {"type": "object", "required": ["k"], "properties": {"k": {"const": "a"}, "it": it}}
        parent = {"type": "object", "properties": {"k": {"type": "string"}}, "discriminator": {"propertyName": "k"}}
        heir = {"allOf": [reference, {"type": "object", "properties": {"it": it}}]}
        other = {"type": "object", "required": ["k"], "properties": {"k": {"const": "b"}}}
        properties["value"], named = {
            "a reference": (reference, {name: it}),
            "an allOf": ({"allOf": [it]}, {}),
            "a tagged variant": ({"oneOf": [reference, other]}, {name: holder}),
            "an heir": ({"anyOf": [reference, {"type": "integer"}]}, {name: parent, f"{name}-heir": heir}),
        }[where]
        fresh["components"]["schemas"] |= named
    return fresh


def documents() -> list[dict[str, Any]]:
    """Return the fragment, the test document, and the vendor's revisions if they are here."""
    files = [ROOT / "openapi.yaml", pairs.HERE / "library.yaml", *sorted(UPSTREAM.glob("*.json"))]
    return [load(file).value for file in files]


def shuffled(value: Any, chance: random.Random) -> Any:
    """Return a document with mappings, and lists without an order, shuffled."""
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {
            key: chance.sample(inner, len(inner))
            if isinstance(inner := shuffled(value[key], chance), list)
            and key in ("enum", "required", "oneOf", "anyOf", "allOf", "parameters", "type")
            else inner
            for key in keys
        }
    return [shuffled(item, chance) for item in value] if isinstance(value, list) else value


def inlined(value: Any, document: dict[str, Any], open_refs: tuple[str, ...] = ()) -> Any:
    """Return a document with its `$ref`s replaced by their targets, except recursive ones."""
    if isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str) and reference not in open_refs and len(open_refs) < 6:
            target: Any = document
            for part in reference.removeprefix("#/").split("/"):
                target = target[part.replace("~1", "/").replace("~0", "~")]
            found = inlined(target, document, (*open_refs, reference))
            return {**found, **{key: item for key, item in value.items() if key != "$ref"}}
        return {key: inlined(item, document, open_refs) for key, item in value.items() if key != "discriminator"}
    return [inlined(item, document, open_refs) for item in value] if isinstance(value, list) else value


def test_a_document_against_itself(tmp_path: Path) -> None:
    """A document and itself, shuffled, or with `$ref`s inlined, have no differences."""
    for document in documents():
        plain = inlined(document, document)
        bare = copy.deepcopy(document)
        for schema in (bare["components"].get("schemas") or {}).values():
            schema.pop("discriminator", None)
        for old, new in ((document, document), (document, shuffled(document, random.Random(1)))):
            assert [item.message for item in pairs.compared(old, new, tmp_path)] == []
        rules = {item.rule_id for item in pairs.compared(bare, plain, tmp_path) if item.severity != "docs"}
        assert rules <= {"response-discriminator-removed", "request-discriminator-removed"}


@pytest.mark.timeout(300)
def test_mutations_of_documents(tmp_path: Path) -> None:
    """One change at a place of a whole document has its verdict."""
    wrong = []
    for document in documents():
        for mutation in mutate.mutations(document, most=1):
            got = pairs.letter(pairs.compared(document, mutation.document, tmp_path))
            if got != mutation.letter:
                wrong.append(f"{mutation.name}: {got}, not {mutation.letter}")
    assert wrong == []


@pytest.mark.skipif(not UPSTREAM.is_dir(), reason="the vendor's revisions are no part of this repository")
def test_vendor_revisions() -> None:
    """Between the first two revisions, only `service_tier` and `tool_calls` break callers."""
    first, second = (sorted(UPSTREAM.glob(f"{number}-*.json")) for number in ("01", "03"))
    assert first
    for old, new in zip(first, second, strict=True):
        findings = contract.compare(load_openapi(old), load_openapi(new))
        breaking = [item for item in findings if item.severity == "breaking"]
        assert {(item.rule_id, str(item.subject).rsplit(".", 1)[-1].split()[-1]) for item in breaking} == {
            ("response-enum-value-added", "service_tier"),
            ("response-union-variant-added", "tool_calls[]"),
        }
    for old in sorted(UPSTREAM.glob("*.json")):
        for new in sorted(UPSTREAM.glob("*.json")):
            assert bool(contract.compare(load_openapi(old), load_openapi(new))) == (old != new)


def test_places(tmp_path: Path) -> None:
    """A finding has the file, line and column of the written document, and names all operations."""
    text = (pairs.HERE / "library.yaml").read_text(encoding="utf-8")
    new = tmp_path / "new.yaml"
    new.write_text(text.replace("enum: [new, used]", "enum: [new, used, lost]"), encoding="utf-8")
    (finding,) = contract.compare(load_openapi(pairs.HERE / "library.yaml"), load_openapi(new, name="new.yaml"))
    line = text.splitlines()[finding.place.line - 1]
    assert line[finding.place.column - 1 :].startswith("enum")
    assert finding.pointer == "/components/schemas/Book/properties/state/enum"
    assert str(finding.subject) == "200 state"
    assert set(finding.operations) == {"GET /books", "GET /books/{book_id}", "POST /books/{book_id}"}


def test_fingerprints_survive_other_edits(tmp_path: Path) -> None:
    """An unrelated edit moves a finding and keeps its fingerprint."""
    text = (pairs.HERE / "library.yaml").read_text(encoding="utf-8")
    base = load_openapi(pairs.HERE / "library.yaml")
    changed = text.replace("enum: [new, used]", "enum: [new, used, lost]")
    found = []
    for edit in (changed, "# A comment.\n\n" + changed.replace("        pages: {type: integer}\n", "", 1)):
        (tmp_path / "new.yaml").write_text(edit, encoding="utf-8")
        findings = contract.compare(base, load_openapi(tmp_path / "new.yaml"))
        found.append(next(item for item in findings if item.rule_id == "response-enum-value-added"))
    assert found[0].fingerprint == found[1].fingerprint
    assert found[0].place.line != found[1].place.line


def test_every_rule_has_a_reason() -> None:
    """Each id is in the table once, with a severity and a sentence as its reason."""
    lines = rules.table()
    assert len({(rule, direction) for rule, _, _, direction, _ in lines}) == len(lines)
    assert all(severity in pairs.LETTERS and reason.endswith(".") for _, _, severity, _, reason in lines)


@pytest.mark.parametrize("where", ["a property", "a union", "null beside it"])
def test_a_renamed_schema_is_one_finding(where: str, tmp_path: Path) -> None:
    """A renamed schema is reported once, however many references to it there are."""
    reference = {"$ref": "#/components/schemas/Fresh"}
    shape = {
        "a property": reference,
        "a union": {"oneOf": [reference, {"type": "array", "items": {"type": "string"}}, {"type": "object"}]},
        "null beside it": {"anyOf": [reference, {"type": "null"}]},
    }[where]
    new = pairs.document(
        {"/x": {"get": pairs.operation("response", shape)}},
        components={
            "schemas": {"Fresh": {"type": "object", "required": ["z"], "properties": {"z": {"type": "integer"}}}}
        },
    )
    old = json.loads(json.dumps(new).replace("Fresh", "Old"))
    (finding,) = pairs.compared(old, new, tmp_path)
    assert (finding.rule, finding.text) == (Rule.SCHEMA_RENAMED, "the schema Old is now called Fresh")


def test_a_renamed_property_is_one_finding(tmp_path: Path) -> None:
    """A renamed property of a schema that is sent and received is reported once."""
    thing = {"type": "object", "properties": {"limit": {"type": "integer", "description": "How many."}}}
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}
    operation = {"requestBody": body, "responses": {"200": {"description": "ok", **body}}}
    old = pairs.document({"/x": {"post": operation}}, components={"schemas": {"Thing": thing}})
    new = json.loads(json.dumps(old).replace('"limit"', '"page_size"'))
    (finding,) = pairs.compared(old, new, tmp_path)
    assert (finding.rule, finding.text) == (Rule.PROPERTY_RENAMED, "limit is now page_size")


@pytest.mark.parametrize("way", ["request", "response"])
def test_a_hidden_property_is_not_called_removed(way: str, tmp_path: Path) -> None:
    """A property that became read-only in requests, or write-only in responses, is called that."""
    flag, other = ("readOnly", "read-only") if way == "request" else ("writeOnly", "write-only")
    plain = {"type": "object", "properties": {"size": {"type": "integer"}, "sizes": {"type": "string"}}}
    hidden = {"type": "object", "properties": {"size": {"type": "integer", flag: True}, "size_1": {"type": "integer"}}}
    sides = [pairs.document({"/x": {"post": pairs.operation(way, schema)}}) for schema in (plain, hidden)]
    for (old, new), told in ((sides, f"is {other} now"), (sides[::-1], f"is no longer {other}")):
        texts = [finding.message for finding in pairs.compared(old, new, tmp_path)]
        assert any(text.endswith(f"value.size: the property {told}") for text in texts), texts


def test_the_difference_of_a_security_scheme_is_named(tmp_path: Path) -> None:
    """A scope that was removed from a flow is named, and so is a changed part of `info`."""
    scheme = {"type": "oauth2", "flows": {"implicit": {"authorizationUrl": "/a", "scopes": {"read": "", "write": ""}}}}
    old = pairs.document(
        {"/x": {"get": {}}}, security=[{"auth": ["read"]}], components={"securitySchemes": {"auth": scheme}}
    )
    new = copy.deepcopy(old)
    del new["components"]["securitySchemes"]["auth"]["flows"]["implicit"]["scopes"]["write"]
    new["info"]["title"] = "u"
    told = {finding.text for finding in pairs.compared(old, new, tmp_path)}
    assert told == {
        'the flows of the security scheme auth changed: implicit.scopes.write was removed (it was "")',
        '`info` changed: title went from "t" to "u"',
    }


def test_null_beside_a_reference_has_the_place_of_the_reference(tmp_path: Path) -> None:
    """The finding is at the property with the `$ref`, not at the `$ref`'s target."""
    reference = {"$ref": "#/components/schemas/Thing"}
    shapes: list[dict[str, Any]] = [
        {"type": "object", "properties": dict.fromkeys(("one", "two"), value)}
        for value in (reference, {"anyOf": [reference, {"type": "null"}]})
    ]
    thing = {"Thing": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}}
    sides = [
        pairs.document({"/x": {"get": pairs.operation("response", shape)}}, components={"schemas": thing})
        for shape in shapes
    ]
    for old, new in (sides, sides[::-1]):
        found = pairs.compared(old, new, tmp_path)
        assert [item.pointer.rsplit("/", 1)[-1] for item in found] == ["one", "two"]


@pytest.mark.parametrize("way", ["request", "response"])
@pytest.mark.parametrize("keyword", ["not", "if"])
def test_a_finding_below_not_has_the_direction_of_its_message(way: str, keyword: str, tmp_path: Path) -> None:
    """Below `not` and `if`, the rule id says what is sent or read; the severity is that of the other direction."""
    old, new = (
        pairs.document({"/x": {"post": pairs.operation(way, {keyword: {"enum": values}, "then": {"maxLength": 3}})}})
        for values in (["a"], ["a", "b"])
    )
    (finding,) = pairs.compared(old, new, tmp_path)
    assert finding.rule_id == f"{way}-enum-value-added"
    # A change of `if` breaks callers in both directions.
    assert finding.severity == ("breaking" if keyword == "if" or way == "request" else "additive")
    assert "below `not`" in finding.text or (keyword == "if" and way == "response")


def test_a_scheme_swapped_for_another_is_one_finding(tmp_path: Path) -> None:
    """Operations that go from one security scheme to another are one finding, which names each of them."""

    def document(*names: str) -> dict[str, Any]:
        paths: dict[str, Any] = {f"/{index}": {"get": {"security": [{name: []}]}} for index, name in enumerate(names)}
        return pairs.document(paths, components={"securitySchemes": pairs.SCHEMES})

    (both,) = pairs.compared(document("key", "key", "token"), document("token", "token", "token"), tmp_path)
    assert (both.rule, both.operations) == (Rule.SECURITY_TIGHTENED, ("GET /0", "GET /1"))
    found = pairs.compared(document("key", "key", "token"), document("token", "oauth", "key"), tmp_path)
    assert [item.operations for item in found] == [("GET /0",), ("GET /1",), ("GET /2",)]
    # An accepted finding covers the operations that it named, and no others.
    (more,) = pairs.compared(document("key", "key", "key"), document("token", "token", "token"), tmp_path)
    assert more.fingerprint != both.fingerprint


@pytest.mark.parametrize("where", ["response", "request", "parameter", "header", "named property"])
def test_components_that_only_examples_refer_to_are_used(where: str, tmp_path: Path) -> None:
    """A component that an example or a property named `examples` refers to is reported with its operation."""
    examples: dict[str, Any] = {"examples": {"one": {"$ref": "#/components/examples/Used"}}}
    media: dict[str, Any] = {"content": {"application/json": {"schema": {"type": "string"}, **examples}}}
    operations: dict[str, dict[str, Any]] = {
        "response": {"responses": {"200": {"description": "ok", **media}}},
        "request": {"requestBody": media},
        "parameter": {"parameters": [{"name": "q", "in": "query", "schema": {"type": "string"}, **examples}]},
        "header": {
            "responses": {"200": {"description": "ok", "headers": {"X": {"schema": {"type": "string"}, **examples}}}}
        },
        "named property": pairs.operation(
            "response", {"properties": {"examples": {"$ref": "#/components/examples/Used"}}}
        ),
    }

    def document(text: str) -> dict[str, Any]:
        components = {"examples": {"Used": {"description": text}, "Idle": {"description": text}}}
        return pairs.document({"/x": {"post": operations[where]}}, components=components)

    told = {(item.rule_id, item.operations) for item in pairs.compared(document("a"), document("b"), tmp_path)}
    assert ("unused-component-described", ()) in told
    (rule,) = {rule for rule, operations in told if operations == ("POST /x",)}
    assert rule.endswith(("example-changed", "described", "description-changed"))
    assert len(told) == 2


def test_many_values_are_one_finding(tmp_path: Path) -> None:
    """All values that an enum gained are listed in one finding."""
    old = pairs.document({"/x": {"get": pairs.operation("response", {"type": "string", "enum": ["a"]})}})
    values = json.dumps(["a", *(f"v{number}" for number in range(94))])
    (finding,) = pairs.compared(old, json.loads(json.dumps(old).replace('["a"]', values)), tmp_path)
    assert finding.text == "the enum gained " + ", ".join(f'"v{number}"' for number in range(94))


def test_each_emitted_rule_is_in_the_table(tmp_path: Path) -> None:
    """The pairs emit only rules of the table, with its severities, and most of them."""
    known: dict[tuple[str, str], str] = {(rule, way): severity for rule, _, severity, way, _ in rules.table()}
    given: set[Rule] = set()
    for old, new, _ in pairs.schema_pairs():
        given |= emitted(pairs.compared(old, new, tmp_path), known)
    for _, old, new, _ in pairs.operation_pairs():
        given |= emitted(pairs.compared(old, new, tmp_path), known)
    contract_rules = {rule for rule in Rule if rule.value.part == "contract"}
    assert sorted(rule.name for rule in contract_rules - given) == NOT_IN_THE_PAIRS


def emitted(findings: list[Finding], known: dict[tuple[str, str], str]) -> set[Rule]:
    """Return the rules of findings, after checking them against the table."""
    for item in findings:
        # Below `not` and `if`, the severity of the other direction holds.
        judged = item.rule.id(item.judged_as)
        severity = known.get((judged, str(item.judged_as))) or known[judged, "both"]
        assert any(rule == item.rule_id for rule, _ in known), item.rule_id
        assert severity == item.severity or item.excuse, item.rule_id
    return {item.rule for item in findings}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: *b\n", "a.yaml:1:4: the alias 'b' is not defined"),
        ("a: &a [*a]\n", "a.yaml:1:8: an alias contains itself: write out what is meant"),
        ("? [a]\n: b\n", "a.yaml:1:3: a key must be a word or a number"),
        ("a: &a b\n*a : c\n", "a.yaml:2:1: a key must be a word or a number"),
        ("a: b\n---\nc: d\n", "a.yaml:2:1: a second document begins here: write one document a file"),
        ("a: {<<: [1]}\n", "a.yaml:1:5: `<<` merges mappings, and this is not one"),
    ],
)
def test_unusual_yaml_is_refused_with_its_place(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ReviewError) as refused:
        load(tmp_path / "a.yaml", name="a.yaml")
    assert str(refused.value) == message


def test_variants_whose_tags_differ_do_not_overlap(tmp_path: Path) -> None:
    """What is sent fits one of them at most, although each tag has several values."""
    objects = [
        {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": values}}}
        for values in (["a", "b", "c", "d"], ["a", "b"], ["c", "d"])
    ]
    schemas = objects[0], {"oneOf": objects[1:]}
    sides = [pairs.document({"/x": {"post": pairs.operation("request", schema)}}) for schema in schemas]
    found = pairs.compared(sides[0], sides[1], tmp_path)
    assert Rule.UNION_VARIANT_OVERLAPS not in {finding.rule for finding in found}


def test_a_schema_that_is_kept_has_not_become_another_variant(tmp_path: Path) -> None:
    """A variant that shares little with the new one, and is still in the document, was removed."""
    names = {"Profile": ("id", "name", "email"), "Capture": ("id", "amount", "paid")}
    kinds = {name: {"type": "object", "properties": {key: {} for key in keys}} for name, keys in names.items()}
    sides = []
    for name in kinds:
        union = {"oneOf": [{"type": "string"}, {"$ref": f"#/components/schemas/{name}"}]}
        sides.append(
            pairs.document({"/x": {"post": pairs.operation("response", union)}}, components={"schemas": kinds})
        )
    found = [item.rule for item in pairs.compared(sides[0], sides[1], tmp_path) if item.severity != "docs"]
    assert sorted(rule.name for rule in found) == ["UNION_VARIANT_ADDED", "UNION_VARIANT_REMOVED"]
