"""The contract part: what a change of the document means on the wire.

The engine judges the two aligned documents (see align.py). Each of its changes becomes findings with a rule id, the
operations that it touches and its place in the file that a person wrote; policy.toml settles what the engine does
not judge.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from . import engine
from .align import Aligned, Pair, align, constants
from .engine import Change
from .findings import Finding, Severity
from .schema import NOTES, Discriminator, Meaning, View
from .source import Document, Pointer, Spot, format_pointer, parse_pointer

_MOST_LINES: Final = 14
_LIMITS: Final = frozenset(
    [
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "minProperties",
        "maxProperties",
    ]
)
# A value of the first format is one of the second.
_FORMAT_WITHIN: Final = frozenset({("int32", "int64"), ("float", "double"), ("int32", "double")})


class Policy(NamedTuple):
    """One line of policy.toml."""

    rule: str
    severity: Severity
    reason: str


class _Said(NamedTuple):
    """A rule that a change falls under, before it has a place."""

    rule: str
    message: str
    key: str = ""
    breaking: bool | None = None
    docs: bool = False
    spots: tuple[Spot | None, Spot | None] = (None, None)


@cache
def policies() -> tuple[Policy, ...]:
    """Return the lines of policy.toml."""
    data = tomllib.loads(Path(__file__).with_name("policy.toml").read_text(encoding="utf-8"))
    return tuple(Policy(**item) for item in data["policy"])


def compare(base: Document, revision: Document) -> list[Finding]:
    """Return what changed between two OpenAPI documents.

    Raises:
        ReviewError: a document has an unresolvable `$ref`, or the engine is missing or failed.
    """
    aligned = align(base, revision)
    changes = engine.diff(aligned.base.document, aligned.revision.document)
    found = [*_from_changes(aligned, changes), *_own(aligned), *_outside(base, revision)]
    return _merged(found)


def _from_changes(aligned: Aligned, changes: Iterable[Change]) -> Iterator[Finding]:
    removed = {(c.base.pointer) for c in changes if c.kind == "removed" and c.base}
    for change in changes:
        side = change.revision or change.base
        assert side is not None
        pointer = side.pointer
        if pointer[:2] == ("components", "schemas") and len(pointer) > 2:
            pair = aligned.pairs[pointer[2]]
            for said in _schema_rules(change, pair, pointer, removed):
                yield _at_pair(aligned, pair, change, said)
        elif not (len(pointer) > 1 and pointer[1].startswith("/-review/")):
            for said in _operation_rules(aligned, change, pointer):
                yield _at_operation(aligned, change, said)


# Schemas.


def _schema_rules(change: Change, pair: Pair, pointer: Pointer, removed: set[Pointer]) -> Iterator[_Said]:
    way, breaking = pair.direction, bool(change.rules)
    if change.kind == "modified" and change.property and change.type == "Schema":
        yield from _keyword_rules(change, pair, removed)
        return
    where = pointer[3:]
    last = where[-1] if where else ""
    verb = {"added": "was added", "removed": "was removed"}.get(change.kind, "changed")
    if len(where) == 2 and where[0] == "properties":
        if change.kind == "added" and last in _required(pair, 1) and last not in _required(pair, 0):
            return  # That it is new and required is told by the change of `required`.
        yield _Said(f"{way}-property-{change.kind}", f".{last}: the property {verb}", last, breaking)
    elif len(where) == 2 and where[0] == "anyOf":
        side = change.revision or change.base
        name = side.value.get("x-alternative", "null") if side and isinstance(side.value, dict) else "null"
        if side and isinstance(side.value, dict) and name == "none":
            return
        if name == "null":
            rule = "became-nullable" if change.kind == "added" else "became-not-nullable"
            text = "null is now allowed" if change.kind == "added" else "null is no longer allowed"
            yield _Said(f"{way}-{rule}", text, "null", breaking)
        else:
            yield _Said(f"{way}-union-variant-{change.kind}", f"the variant {name} {verb}", name, breaking)
    elif where and where[0] == "patternProperties":
        key = where[1] if len(where) > 1 else ""
        yield _Said(f"{way}-pattern-property-{change.kind}", f"the pattern property {key!r} {verb}", key, breaking)
    elif where and where[0] == "dependentSchemas":
        key = where[1] if len(where) > 1 else ""
        yield _Said(f"{way}-dependent-schema-{change.kind}", f"the schema that {key!r} brings {verb}", key, breaking)
    elif where and where[0] == "prefixItems":
        yield _Said(f"{way}-prefix-item-{change.kind}", f"the schema of an element {verb}", ".".join(where), breaking)
    elif where:
        rule = f"{way}-{_kebab(where[0])}-{change.kind.replace('modified', 'changed')}"
        yield _Said(rule, f"`{where[0]}` {verb}", ".".join(where), breaking or None)


def _keyword_rules(change: Change, pair: Pair, removed: set[Pointer]) -> Iterator[_Said]:
    way, keyword = pair.direction, str(change.property)
    old, new = (side.value if side else None for side in (change.base, change.revision))
    breaking = bool(change.rules)
    if keyword == "enum":
        yield from _enum_rules(change, way)
    elif keyword == "x-open-enum":
        if any(view is not None and view.accepts_only() for view in (_view(pair, 0), _view(pair, 1))):
            return  # A closed enum became open, or the reverse: that is a finding of its own.
        old, new = (json.loads(text) if text else () for text in (old, new))
        for value in _listed(new, without=old):
            yield _Said(f"{way}-open-enum-value-added", f"the open enum now lists {value}", value, False)
        for value in _listed(old, without=new):
            yield _Said(f"{way}-open-enum-value-removed", f"the open enum no longer lists {value}", value, False)
    elif keyword == "required":
        yield from _required_rules(change, pair, removed)
    elif keyword == "type":
        yield from _type_rules(way, old, new, breaking=breaking)
    elif keyword == "default":
        what = "added" if old is None else "removed" if new is None else "changed"
        yield _Said(f"{way}-default-{what}", f"the default {_went(old, new)}")
    elif keyword == "deprecated":
        rule = f"{way}-deprecated" if new else f"{way}-no-longer-deprecated"
        yield _Said(rule, "is deprecated" if new else "is no longer deprecated")
    elif keyword in NOTES or keyword.startswith("x-"):
        name = keyword.removeprefix("x-note-")
        if keyword != "x-alternative":
            yield _Said(f"{_kebab(name)}-changed", f"{name} {_reworded(old, new)}", name, docs=True)
    elif (relation := _relation(keyword, old, new)) is not None:
        yield _Said(f"{way}-{_kebab(keyword)}-{relation}", f"`{keyword}` {_went(old, new)}", keyword)
    else:
        numbers = keyword in _LIMITS and isinstance(old, int | float) and isinstance(new, int | float)
        what = "added" if old is None else "removed" if new is None else "changed"
        if numbers and isinstance(old, int | float) and isinstance(new, int | float):
            what = "increased" if new > old else "decreased"
        yield _Said(f"{way}-{_kebab(keyword)}-{what}", f"`{keyword}` {_went(old, new)}", keyword, breaking)


def _enum_rules(change: Change, way: str) -> Iterator[_Said]:
    old, new = (side.value if side else None for side in (change.base, change.revision))
    if old is None:
        yield _Said(f"{way}-enum-added", f"only these values are allowed now: {_values(new)}", "", way == "request")
    elif new is None:
        yield _Said(f"{way}-enum-removed", f"any value is allowed now, not only {_values(old)}", "", way == "response")
    else:
        for value in _listed(new, without=old):
            yield _Said(f"{way}-enum-value-added", f"the enum gained {value}", value, way == "response")
        for value in _listed(old, without=new):
            yield _Said(f"{way}-enum-value-removed", f"the enum lost {value}", value, way == "request")


def _required_rules(change: Change, pair: Pair, removed: set[Pointer]) -> Iterator[_Said]:
    way = pair.direction
    old, new = (set(side.value or ()) if side else set() for side in (change.base, change.revision))
    views = (_view(pair, 0), _view(pair, 1))
    for name in sorted(new - old):
        fresh = views[0] is not None and name not in views[0].properties
        rule = f"{way}-required-property-added" if fresh else f"{way}-property-became-required"
        text = "the property is new and required" if fresh else "the property became required"
        yield _Said(rule, f".{name}: {text}", name, way == "request", spots=(None, _required(pair, 1).get(name)))
    for name in sorted(old - new):
        there = [view is not None and name in view.properties for view in views]
        if way == "response" and there == [True, False]:
            continue  # The removed property is a finding of its own.
        yield _Said(
            f"{way}-property-became-optional",
            f".{name}: the property is no longer required",
            name,
            way == "response",
            spots=(_required(pair, 0).get(name), None),
        )


def _type_rules(way: str, old: Any, new: Any, *, breaking: bool) -> Iterator[_Said]:
    before, after = (value if isinstance(value, list) else [value] if value else [] for value in (old, new))
    if [kind for kind in before if kind != "null"] == [kind for kind in after if kind != "null"] and before and after:
        if "null" in after:
            yield _Said(f"{way}-became-nullable", "null is now allowed", "null", breaking)
        else:
            yield _Said(f"{way}-became-not-nullable", "null is no longer allowed", "null", breaking)
        return
    text = " or ".join(map(str, before)) or "anything", " or ".join(map(str, after)) or "anything"
    yield _Said(f"{way}-type-changed", f"the type went from {text[0]} to {text[1]}", "type", breaking)


def _relation(keyword: str, old: Any, new: Any) -> Literal["loosened", "tightened"] | None:
    """Compare two values that the engine calls incomparable; None if they are."""
    if keyword == "format" and isinstance(old, str) and isinstance(new, str):
        if (old, new) in _FORMAT_WITHIN:
            return "loosened"
        if (new, old) in _FORMAT_WITHIN:
            return "tightened"
    if keyword == "multipleOf" and old and new and isinstance(old, int) and isinstance(new, int):
        return "loosened" if old % new == 0 else "tightened" if new % old == 0 else None
    return None


# Operations and what belongs to them.


def _operation_rules(aligned: Aligned, change: Change, pointer: Pointer) -> Iterator[_Said]:
    handler = _HANDLERS.get(change.type)
    breaking = bool(change.rules)
    old, new = (side.value if side else None for side in (change.base, change.revision))
    if handler is not None:
        found = list(handler(change, pointer, old, new))
        if found:
            yield from (said if said.breaking is not None else said._replace(breaking=breaking) for said in found)
            return
    name = change.property or pointer[-1]
    if name in NOTES or str(name).startswith("x-"):
        shown = str(name).removeprefix("x-note-")
        yield _Said(f"{_kebab(shown)}-changed", f"{shown} {_reworded(old, new)}", shown, docs=True)
        return
    what = change.kind if change.kind != "modified" else "changed"
    went = f" {_went(old, new)}" if change.property and not isinstance(old or new, dict | list) else f" {what}"
    subject = _kebab(change.type) + (f"-{_kebab(change.property)}" if change.property else "")
    yield _Said(f"{subject}-{what}", f"{_about(pointer)}`{name}`{went}", str(name), breaking)


def _path_item(change: Change, pointer: Pointer, old: Any, new: Any) -> Iterator[_Said]:
    if change.kind != "modified":
        yield _Said(f"path-{change.kind}", f"the path was {change.kind}")


def _operation(change: Change, pointer: Pointer, old: Any, new: Any) -> Iterator[_Said]:
    if change.kind != "modified":
        yield _Said(f"operation-{change.kind}", f"the operation was {change.kind}")
    elif change.property == "operationId":
        what = "added" if old is None else "removed" if new is None else "changed"
        yield _Said(f"operation-id-{what}", f"operationId {_went(old, new)}", "operationId")
    elif change.property == "tags":
        yield _Said("operation-tags-changed", f"the tags went from {_values(old)} to {_values(new)}", "tags")
    elif change.property == "deprecated":
        rule = "operation-deprecated" if new else "operation-no-longer-deprecated"
        yield _Said(rule, "the operation is deprecated" if new else "the operation is no longer deprecated")


def _parameter(change: Change, pointer: Pointer, old: Any, new: Any) -> Iterator[_Said]:
    if change.kind != "modified":
        value = old if change.kind == "removed" else new
        needed = change.kind == "added" and isinstance(value, dict) and value.get("required") is True
        kind = "-required" if needed else ""
        yield _Said(
            f"parameter-{change.kind}{kind}", f"{{parameter}}: the {'required ' * needed}parameter was {change.kind}"
        )
        return
    name = change.property
    if name == "required":
        rule = "parameter-became-required" if new else "parameter-became-optional"
        yield _Said(rule, f"{{parameter}} became {'required' if new else 'optional'}")
    elif name == "deprecated":
        rule = "parameter-deprecated" if new else "parameter-no-longer-deprecated"
        yield _Said(rule, f"{{parameter}} is {'' if new else 'no longer '}deprecated")
    elif name == "allowEmptyValue" and new:
        yield _Said("parameter-allow-empty-value-allowed", "{parameter} may now be empty")
    elif name in ("style", "explode", "allowReserved", "allowEmptyValue"):
        yield _Said(f"parameter-{_kebab(name)}-changed", f"{{parameter}}: `{name}` {_went(old, new)}", name)


def _request_body(change: Change, pointer: Pointer, old: Any, new: Any) -> Iterator[_Said]:
    if change.kind == "added":
        needed = isinstance(new, dict) and new.get("required") is True
        rule, kind = ("request-body-added-required", "required ") if needed else ("request-body-added", "optional ")
        yield _Said(rule, f"a {kind}request body was added")
    elif change.kind == "removed":
        yield _Said("request-body-removed", "the request body was removed")
    elif change.property == "required":
        rule = "request-body-became-required" if new else "request-body-became-optional"
        yield _Said(rule, f"the request body became {'required' if new else 'optional'}")


def _response(change: Change, pointer: Pointer, old: Any, new: Any) -> Iterator[_Said]:
    if change.kind != "modified":
        yield _Said(f"response-{change.kind}", f"the response {pointer[-1]} was {change.kind}", pointer[-1])


def _header(change: Change, pointer: Pointer, old: Any, new: Any) -> Iterator[_Said]:
    at = pointer.index("headers")
    code, name = pointer[at - 1], pointer[at + 1] if len(pointer) > at + 1 else ""
    if change.kind != "modified":
        yield _Said(f"response-header-{change.kind}", f"{code}: the header {name} was {change.kind}", name)
    elif change.property == "required":
        rule = "response-header-became-required" if new else "response-header-became-optional"
        yield _Said(rule, f"{code}: the header {name} is {'now always' if new else 'no longer always'} sent", name)
    elif change.property == "deprecated":
        yield _Said(
            "response-header-deprecated" if new else "response-header-no-longer-deprecated",
            f"{code}: the header {name} is {'' if new else 'no longer '}deprecated",
            name,
        )


def _media_type(change: Change, pointer: Pointer, old: Any, new: Any) -> Iterator[_Said]:
    where = f"{pointer[pointer.index('responses') + 1]}" if "responses" in pointer else "body"
    way = "response" if "responses" in pointer else "request"
    if change.kind != "modified":
        name = pointer[-1]
        yield _Said(f"{way}-media-type-{change.kind}", f"{where}: the media type {name} was {change.kind}", name)


def _server(change: Change, pointer: Pointer, old: Any, new: Any) -> Iterator[_Said]:
    value = old if change.kind == "removed" else new
    if change.kind != "modified" and isinstance(value, dict):
        url = str(value.get("url"))
        yield _Said(f"server-{change.kind}", f"the server {url} was {change.kind}", url)
    elif change.property == "url":
        yield _Said("server-removed", f"the server {old} became {new}", str(old))


def _server_variable(change: Change, pointer: Pointer, old: Any, new: Any) -> Iterator[_Said]:
    name = pointer[-2] if change.kind == "modified" and pointer[-1] == change.property else pointer[-1]
    if change.property == "default":
        yield _Said("server-variable-default-changed", f"the default of the server variable {name} {_went(old, new)}")
    elif change.property == "enum":
        for value in _listed(old, without=new) if new else ():
            yield _Said("server-variable-value-removed", f"the server variable {name} lost {value}", value)
        for value in _listed(new, without=old) if old else ():
            yield _Said("server-variable-value-added", f"the server variable {name} gained {value}", value)


def _security(change: Change, pointer: Pointer, old: Any, new: Any) -> Iterator[_Said]:
    texts = [_requirement(value) if isinstance(value, dict) else _values(value) for value in (old, new)]
    if change.kind == "added":
        text = f"authentication with {texts[1]} was added"
    elif change.kind == "removed":
        text = f"authentication with {texts[0]} was removed"
    elif old is None:
        text = f"authentication now needs {change.property} too"
    elif new is None:
        text = f"authentication no longer needs {change.property}"
    else:
        text = f"the scopes of {change.property} went from {_values(old)} to {_values(new)}"
    yield _Said("security-changed", text, json.dumps([old, new], sort_keys=True))


def _security_scheme(change: Change, pointer: Pointer, old: Any, new: Any) -> Iterator[_Said]:
    name = pointer[2] if len(pointer) > 2 else ""
    if change.kind != "modified":
        yield _Said(f"security-scheme-{change.kind}", f"the security scheme {name} was {change.kind}", name)
    elif change.property and not change.property.startswith("x-") and change.property not in NOTES:
        rule = f"security-scheme-{_kebab(change.property)}-changed"
        yield _Said(rule, f"`{change.property}` of the security scheme {name} {_went(old, new)}", name)


_HANDLERS: Final[dict[str, Callable[[Change, Pointer, Any, Any], Iterator[_Said]]]] = {
    "PathItem": _path_item,
    "Operation": _operation,
    "Parameter": _parameter,
    "RequestBody": _request_body,
    "Response": _response,
    "Header": _header,
    "MediaType": _media_type,
    "Server": _server,
    "ServerVariable": _server_variable,
    "SecurityRequirement": _security,
    "SecurityRequirementList": _security,
    "SecurityScheme": _security_scheme,
}


# What the engine does not see.


def _own(aligned: Aligned) -> Iterator[Finding]:
    for label, old, new, spot in aligned.renamed_parameters:
        said = _Said("path-parameter-renamed", f"path {old}: the parameter is now called {new}", old)
        yield _finding(said, (None, spot), (label,))
    for pair in aligned.pairs.values():
        for said in (*_discriminator_rules(pair), *_union_rules(pair), *_name_rules(pair)):
            yield _at_pair(aligned, pair, None, said)


def _discriminator_rules(pair: Pair) -> Iterator[_Said]:
    old, new = pair.base.discriminator, pair.revision.discriminator
    if pair.id.endswith("gone") or old == new or (old is None and new is None):
        return
    spots = (old.spot if old else None, new.spot if new else None)
    if old is None or new is None:
        what = "added" if old is None else "removed"
        yield _Said(f"discriminator-{what}", f"the discriminator was {what}", spots=spots, breaking=False)
        return
    if old.property != new.property:
        text = f"the discriminator went from {old.property} to {new.property}"
        yield _Said("discriminator-property-changed", text, spots=spots)
        return
    tags = _tags(pair.base, old), _tags(pair.revision, new)
    # A variant that came or went is a finding of its own; children of a base schema are seen by their tags only.
    names = [{view.name for view in meaning.alternatives} for meaning in (pair.base, pair.revision)]
    children = all(len(meaning.alternatives) == 1 for meaning in (pair.base, pair.revision))
    for tag in sorted(tags[0].keys() | tags[1].keys()):
        before, after = tags[0].get(tag), tags[1].get(tag)
        if before is None and (children or after in names[0]):
            rule, text = f"{pair.direction}-discriminator-mapping-added", f"the discriminator now knows {tag!r}"
            yield _Said(rule, text, tag, False, spots=spots)
        elif after is None and (children or before in names[1]):
            rule, text = f"{pair.direction}-discriminator-mapping-removed", f"the discriminator no longer knows {tag!r}"
            yield _Said(rule, text, tag, False, spots=spots)
        elif before and after and before != after and (children or (before in names[1] and after in names[0])):
            yield _Said("discriminator-mapping-changed", f"{tag!r} meant {before} and means {after}", tag, spots=spots)


def _tags(meaning: Meaning, discriminator: Discriminator) -> dict[str, str]:
    """Return the alternative that each tag means, whether the mapping says so, its constant does, or its name."""
    tags = dict(discriminator.mapping)
    for view in meaning.alternatives:
        tags.setdefault(str(constants(view).get(discriminator.property) or view.name), view.name)
    return tags


def _union_rules(pair: Pair) -> Iterator[_Said]:
    old, new = pair.base.union, pair.revision.union
    several = len(pair.base.alternatives) > 1 and len(pair.revision.alternatives) > 1
    if not several or old == new or old is None or new is None or pair.id.endswith("gone"):
        return
    kinds = [view.type for view in pair.revision.alternatives]
    disjoint = None not in kinds and len(set(kinds)) == len(kinds)
    name = "one-of" if new == "oneOf" else "any-of"
    rule = f"{pair.direction}-union-became-{name}" + ("-of-distinct-types" if disjoint else "")
    yield _Said(rule, f"{old} became {new}", docs=disjoint, breaking=False)


def _name_rules(pair: Pair) -> Iterator[_Said]:
    spots = [node.spots[0] if len(node.spots) == 1 else None for node in pair.nodes]
    names = [spot.pointer[2] if spot and _is_component(spot.pointer) else "" for spot in spots]
    if all(names) and names[0] != names[1]:
        text = f"the schema {names[0]} is now called {names[1]}"
        yield _Said("schema-renamed", text, " ".join(names), docs=True, spots=(spots[0], spots[1]))


def _is_component(pointer: Pointer) -> bool:
    return len(pointer) == 3 and pointer[:2] == ("components", "schemas")


def _outside(base: Document, revision: Document) -> Iterator[Finding]:
    """Report what stands outside of every operation: `info`, and components that no operation uses."""
    for key in ("info", "tags", "externalDocs"):
        old, new = base.value.get(key), revision.value.get(key)
        if key == "info":
            old, new = ({k: v for k, v in (item or {}).items() if k != "version"} for item in (old, new))
        if old != new:
            yield _finding(
                _Said(f"{_kebab(key)}-changed", f"`{key}` changed", docs=True),
                (Spot(base, (key,)), Spot(revision, (key,))),
                (),
            )

    used = _used(base) | _used(revision)
    sections = [document.value.get("components") or {} for document in (base, revision)]
    names = [{(section, name) for section in part for name in part[section] or ()} for part in sections]
    for section, name in sorted((names[0] | names[1]) - used):
        old, new = ((part.get(section) or {}).get(name) for part in sections)
        if old == new or section == "securitySchemes" or section.startswith("x-"):
            continue
        what = "added" if old is None else "removed" if new is None else "changed"
        spots = [Spot(document, ("components", section, name)) for document in (base, revision)]
        said = _Said(f"unused-component-{what}", f"{section} {name}, which no operation uses, was {what}", docs=True)
        yield _finding(said, (spots[0] if old is not None else None, spots[1] if new is not None else None), ())


def _used(document: Document) -> set[tuple[str, str]]:
    """Return the components that operations refer to, and those that these refer to."""
    components = document.value.get("components") or {}
    found: set[tuple[str, str]] = set()
    todo = [document.value.get("paths"), document.value.get("webhooks")]
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            for key, item in value.items():
                if isinstance(item, str) and item.startswith("#/components/"):
                    section, name = (*parse_pointer(item)[1:3], "")[:2]
                    if (section, name) not in found:
                        found.add((section, name))
                        todo.append((components.get(section) or {}).get(name))
                elif key not in ("example", "examples"):
                    todo.append(item)
        elif isinstance(value, list):
            todo.extend(value)
    return found


# Findings.


def _at_pair(aligned: Aligned, pair: Pair, change: Change | None, said: _Said) -> Finding:
    places = sorted(aligned.places(pair.id), key=lambda item: (len(item[1]), item))
    spots = said.spots
    if change is not None and spots == (None, None):
        spots = _spots(aligned, change)
    elif change is None and spots == (None, None):
        spots = (pair.base.spot, pair.revision.spot)
    elif change is not None:
        found = _spots(aligned, change)
        spots = (spots[0] or found[0], spots[1] or found[1])
    where = places[0][1].strip() if places else ""
    text = said.message
    if text.startswith("."):
        name, _, text = text.partition(": ")
        where += name if " " in where else f" {name[1:]}"
    finding = _finding(
        said._replace(message=f"{where}: {text}" if where else text),
        spots,
        tuple(dict.fromkeys(item[0] for item in places)),
    )
    sites = tuple(spot for spot in (spots[1], pair.revision.spot, *pair.nodes[1].spots) if spot is not None)
    return replace(finding, where=where, sites=sites)


def _at_operation(aligned: Aligned, change: Change, said: _Said) -> Finding:
    side = change.revision or change.base
    assert side is not None
    pointer = side.pointer
    operations = _operations_at(aligned, pointer)
    if said.rule == "response-removed" and change.base is not None:
        codes = _value_at(aligned.revision.document, pointer[:-1])
        code = said.key
        # `default` is where errors are described: it does not stand for a success.
        covers = {f"{code[:1]}XX"} | (set() if code.startswith("2") else {"default"})
        if (covers - {code}) & set(codes or ()):
            said = said._replace(rule="response-removed-but-covered")
    if "{parameter}" in said.message:
        spot = (aligned.base if change.kind == "removed" else aligned.revision).source(pointer)
        while spot is not None and not (isinstance(spot.value, dict) and "name" in spot.value):
            spot = Spot(spot.document, spot.pointer[:-1]) if spot.pointer else None
        name = f"{spot.value.get('in')} {spot.value.get('name')}" if spot else "the parameter"
        said = said._replace(message=said.message.replace("{parameter}", name), key=f"{said.key} {name}")
    spots = _spots(aligned, change)
    return replace(_finding(said, spots, operations), sites=(spots[1],) if spots[1] else ())


def _operations_at(aligned: Aligned, pointer: Pointer) -> tuple[str, ...]:
    """Return the operations that a part of an aligned document belongs to."""
    if pointer[:1] in (("paths",), ("webhooks",)) and len(pointer) > 1:
        if len(pointer) > 2:
            label = aligned.operations.get((pointer[1], pointer[2]))
            return (label,) if label else ()
        return tuple(label for (path, _), label in aligned.operations.items() if path == pointer[1])
    if pointer[:2] == ("components", "parameters") and len(pointer) > 2:
        label = aligned.operations.get((f"/{pointer[2]}", "get"))
        return (label,) if label else ()
    if pointer[:2] == ("components", "securitySchemes"):
        found, name = [], next(iter(pointer[2:]), "")
        for (path, method), label in aligned.operations.items():
            requirements = _value_at(aligned.revision.document, ("paths", path, method, "security")) or []
            requirements += _value_at(aligned.base.document, ("paths", path, method, "security")) or []
            if any(name in item for item in requirements):
                found.append(label)
        return tuple(found)
    return tuple(aligned.operations.values())


def _spots(aligned: Aligned, change: Change) -> tuple[Spot | None, Spot | None]:
    """Return where a change stands in the two documents that a person wrote."""
    base, revision = change.base, change.revision
    old = aligned.base.source(base.pointer) if base and change.kind != "added" else None
    new = aligned.revision.source(revision.pointer) if revision and change.kind != "removed" else None
    if new is None and old is not None and base is not None:
        new = aligned.revision.source(base.pointer)
    return old, new


def _finding(said: _Said, spots: tuple[Spot | None, Spot | None], operations: tuple[str, ...]) -> Finding:
    old, new = spots
    at = new or old
    assert at is not None
    place = at.document.place(at.pointer)
    gone = said.rule.endswith(("-removed", "-became-optional")) and old is not None
    source = old if gone and old is not None else at
    return Finding(
        part="contract",
        rule=said.rule,
        severity=_severity(said),
        message=said.message,
        file=place.file,
        line=place.line,
        column=place.column,
        pointer=format_pointer(source.pointer),
        operations=operations,
        key=said.key,
        before=_snippet(old),
        after="" if gone and said.rule.endswith("-removed") and "value" not in said.rule else _snippet(new),
        before_place=_place(old),
    )


def _severity(said: _Said) -> Severity:
    for policy in policies():
        if fnmatchcase(said.rule, policy.rule):
            return policy.severity
    if said.breaking:
        return "breaking"
    return "docs" if said.docs else "additive"


def _place(spot: Spot | None) -> str:
    if spot is None:
        return ""
    place = spot.document.place(spot.pointer)
    return f"{place.file}:{place.line}:{place.column}"


def _snippet(spot: Spot | None) -> str:
    if spot is None:
        return ""
    lines = spot.document.lines(spot.pointer)[1].splitlines()
    shown = lines[:_MOST_LINES] + (["..."] if len(lines) > _MOST_LINES else [])
    indent = min((len(line) - len(line.lstrip()) for line in shown if line.strip()), default=0)
    return "\n".join(line[indent:] if line.strip() else "" for line in shown)


def _merged(findings: Iterable[Finding]) -> list[Finding]:
    """Join findings that are one change reached from several places."""
    found: dict[tuple[str, ...], Finding] = {}
    for finding in findings:
        key = (finding.rule, finding.pointer, finding.key, finding.place if not finding.pointer else "")
        known = found.get(key)
        if known is None:
            found[key] = finding
        else:
            operations = tuple(dict.fromkeys((*known.operations, *finding.operations)))
            found[key] = replace(known, operations=operations)
    return list(found.values())


# Words.


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"-\1", name.removeprefix("x-note-")).replace("_", "-").lower()


def _went(old: Any, new: Any) -> str:
    if old is None:
        return f"was set to {_value(new)}"
    if new is None:
        return f"was removed (it was {_value(old)})"
    return f"went from {_value(old)} to {_value(new)}"


def _reworded(old: Any, new: Any) -> str:
    return "was added" if old is None else "was removed" if new is None else "was reworded"


def _value(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:77] + "..."


def _values(value: Any) -> str:
    items = value if isinstance(value, list) else []
    text = ", ".join(_value(item) for item in items[:12]) + (", ..." if len(items) > 12 else "")
    return text or "none"


def _requirement(value: dict[str, Any]) -> str:
    return " and ".join(f"{name} ({', '.join(scopes)})" if scopes else name for name, scopes in value.items()) or "none"


def _listed(values: Any, *, without: Any) -> list[str]:
    there = {json.dumps(item, sort_keys=True) for item in without or ()}
    texts = [json.dumps(item, sort_keys=True, ensure_ascii=False) for item in values or ()]
    return [text for text in texts if text not in there]


def _about(pointer: Pointer) -> str:
    if "responses" in pointer:
        at = pointer.index("responses")
        return f"{pointer[at + 1]}: " if len(pointer) > at + 1 else ""
    return "body: " if "requestBody" in pointer else ""


def _view(pair: Pair, side: int) -> View | None:
    return pair.views[side] if pair.views else None


def _required(pair: Pair, side: int) -> dict[str, Spot]:
    view = _view(pair, side)
    return view.required if view else {}


def _value_at(document: Any, pointer: Pointer) -> Any:
    for part in pointer:
        if not isinstance(document, dict) or part not in document:
            return None
        document = document[part]
    return document
