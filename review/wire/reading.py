"""Reading schemas: from how a schema is written to what it means.

A schema becomes a list of alternatives (a disjunctive normal form), each with at most one type, plus whether null
is allowed. `nullable: true`, `type: [X, 'null']` and `anyOf: [X, {type: 'null'}]` give the same meaning; so do
`const` and a one-value `enum`, a one-member `allOf` and its member, `type: [a, b]` and a union, an inlined `$ref`
and the reference. Every part keeps the spot it was read from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, Literal

from generator.spec.places import value_at
from generator.spec.reaching import reached

from ..source import Document, Spot
from .folding import both, of_type, simplified
from .meaning import (
    ANYTHING,
    CHILDREN,
    NOTES,
    TYPE_OF_KEYWORD,
    Discriminator,
    Keyword,
    Listed,
    Meaning,
    Node,
    View,
    bare,
    canonical,
    type_of,
    unique,
)
from .spellings import SAME_AS_ABSENT, normalize
from .typenames import types_of

# `$recursiveRef` is from JSON Schema 2019; OpenAPI 3.1 documents still use it.
_REFERENCES: Final = ("$ref", "$dynamicRef", "$recursiveRef")
# Keywords from which the type is not guessed: they often stand beside a `$ref` or in an `allOf`.
_NO_HINT: Final = frozenset({"propertyNames", "unevaluatedProperties", "dependentRequired", "dependentSchemas"}) | {
    *("dependencies", "contains", "minContains", "maxContains", "unevaluatedItems", "contentSchema"),
    *("contentEncoding", "contentMediaType", "exclusiveMinimum", "exclusiveMaximum"),
}
# Formats that only say how a person enters a value.
_FORMATS_OF_INPUT: Final = ("password",)


class Reader:
    """Read schemas, each node once."""

    def __init__(self) -> None:
        self._read: dict[Node, Meaning] = {}
        self._expanded: dict[Spot, Meaning] = {}
        self._open: set[Spot] = set()
        self._circles = 0

    def read(self, node: Node) -> Meaning:
        """Return what a node means."""
        found = self._read.get(node)
        if found is None:
            members = [self._expand(spot) for spot in node.spots] or [Meaning([View()], null=True)]
            if node.is_union:
                meaning = _union(list(node.spots), members, "anyOf")
            else:
                meaning = members[0]
                for member, spot in zip(members[1:], node.spots[1:], strict=True):
                    meaning = both(meaning, member, spot)
            found = self._read[node] = simplified(meaning)
        return found

    def _expand(self, spot: Spot) -> Meaning:
        value = spot.value
        if _is_never(value):
            return Meaning([], null=False, spot=spot)
        if not isinstance(value, Mapping):
            return Meaning([View()], null=True, spot=spot)
        if (known := self._expanded.get(spot)) is not None:
            return known
        if spot in self._open:
            self._circles += 1
            return Meaning([View(keywords={"x-contains-itself": Keyword(True, spot)})], null=False, spot=spot)
        self._open.add(spot)
        circles = self._circles
        try:
            keyword = next((key for key in _REFERENCES if isinstance(value.get(key), str)), None)
            found = self._expand_reference(spot, value, keyword) if keyword else self._expand_keywords(spot, value)
        finally:
            self._open.discard(spot)
        if circles == self._circles:  # Inside a recursive schema, the same spot expands to another meaning.
            self._expanded[spot] = found
        return found

    def _expand_reference(self, spot: Spot, value: Mapping[str, Any], keyword: str) -> Meaning:
        at = (*spot.pointer, keyword)
        if keyword == "$ref":
            targets = [spot.document.resolve(value[keyword], at)]
        elif keyword == "$dynamicRef":
            found = spot.document.dynamic_targets(value[keyword], at)
            # An anchor alone is a placeholder for the schemas that have the same anchor.
            targets = [target for target in found if bare(target.value).keys() != {"$dynamicAnchor"}] or found
        elif not (targets := list(_around(spot))):
            return Meaning([View()], null=True, spot=spot)
        meaning = self._expand(targets[0])
        named = component_of(targets[0]) if len(targets) == 1 else None
        if named and len(meaning.alternatives) == 1:
            meaning = _with(meaning, component=named)
        elif named:
            views = [replace(view, around=view.around | {named.pointer[-1]}) for view in meaning.alternatives]
            meaning = replace(meaning, alternatives=views)
        elif len(targets) > 1:
            meaning = _union(targets, [self._expand(target) for target in targets], "anyOf")
        # OpenAPI 3.0 ignores the siblings of a $ref.
        siblings = {key: item for key, item in value.items() if key != keyword}
        if not siblings or is_30(spot.document):
            return meaning
        beside = self._expand_keywords(spot, siblings)
        joined = both(beside, meaning, spot)
        if named and len(joined.alternatives) == 1:
            joined.alternatives[0].component = named
        return replace(joined, union=meaning.union, discriminator=beside.discriminator or meaning.discriminator)

    def _expand_keywords(self, spot: Spot, value: Mapping[str, Any]) -> Meaning:
        meaning = _own(spot, value)
        for member in spot.listed("allOf") if "allOf" in value else ():
            meaning = both(meaning, self._expand(member), spot)
        for keyword in ("anyOf", "oneOf"):
            spots = spot.listed(keyword) if keyword in value else ()
            if not spots:
                if keyword in value and all(map(_is_list_of_values, meaning.alternatives)):
                    meaning = _with(meaning, is_unlisted=True)
                continue
            members = [_null_alone(member) or self._expand(member) for member in spots]
            union = _union(spots, members, keyword)
            exclusive = union.exclusive or meaning.exclusive
            if keyword == "oneOf" and sum(bool(member.alternatives) for member in members) > 1:
                exclusive = tuple(tuple(both(meaning, member, spot).alternatives) for member in members)
            meaning = replace(both(meaning, union, spot), union=union.union, exclusive=exclusive)
        if value.get("nullable") is True:
            if is_30(spot.document):
                meaning.null = True
            else:
                meaning.stray = spot.child("nullable")
        meaning.discriminator = _discriminator(spot, value) or meaning.discriminator
        meaning.spot = spot
        return meaning


def has_flag(node: Node, name: Literal["readOnly", "writeOnly"]) -> bool:
    """Return whether a property has a flag, on itself, on the target of its `$ref` or in its `allOf`."""
    schemas = (spot.value for spot in reached(node.spots, _parts) if isinstance(spot.value, Mapping))
    return any(value.get(name) is True for value in schemas)


def _parts(spot: Spot) -> list[Spot]:
    """Return the target of a schema's `$ref`, and the members of its `allOf`."""
    if not isinstance(spot.value, Mapping):
        return []
    reference = spot.value.get("$ref")
    target = [spot.document.resolve(reference, (*spot.pointer, "$ref"))] if isinstance(reference, str) else []
    return [*target, *spot.listed("allOf")]


def _with(meaning: Meaning, **changes: Any) -> Meaning:
    """Return a meaning with changes of each alternative."""
    return replace(meaning, alternatives=[replace(view, **changes) for view in meaning.alternatives])


def _null_alone(spot: Spot) -> Meaning | None:
    """Return null for a member of a union that is only `nullable: true`, as some generators of OpenAPI 3.0 write it."""
    is_alone = isinstance(spot.value, Mapping) and spot.value.keys() - NOTES == {"nullable"}
    is_null = is_alone and spot.value["nullable"] is True and is_30(spot.document)
    return Meaning([], null=True, spot=spot) if is_null else None


def _is_list_of_values(view: View) -> bool:
    """Return whether an empty union beside an alternative is a list of values without any, as an empty enum is.

    Beside properties, items or limits, it is a leftover that says nothing.
    """
    return view.type not in ("object", "array") and view.is_flat and view.keywords.keys() <= {"format"}


def _around(spot: Spot) -> Iterator[Spot]:
    """Yield the nearest enclosing schema with `$recursiveAnchor`, which `$recursiveRef` refers to, if there is one."""
    for length in range(len(spot.pointer) - 1, 0, -1):
        at = spot.pointer[:length]
        value = value_at(spot.document.value, at)
        if isinstance(value, Mapping) and value.get("$recursiveAnchor") is True:
            yield Spot(spot.document, at, value)
            return


def component_of(spot: Spot | None) -> Spot | None:
    """Return a spot if it is a named schema of `components`, else None."""
    return spot if spot and len(spot.pointer) == 3 and spot.pointer[:2] == ("components", "schemas") else None


def _is_never(value: Any) -> bool:
    """Return whether a schema allows nothing, as `false` and `not: {}` do."""
    return value is False or (isinstance(value, Mapping) and (value.get("not") == {} or value.get("not") is True))


def is_30(document: Document) -> bool:
    """Return whether a document is OpenAPI 3.0, whose schemas are not JSON Schema."""
    return document.version.startswith("3.0")


def _discriminator(spot: Spot, value: Mapping[str, Any]) -> Discriminator | None:
    said = value.get("discriminator")
    if not isinstance(said, Mapping) or not isinstance(said.get("propertyName"), str):
        return None
    mapping = said.get("mapping")
    named = {key: _name_in(to) for key, to in mapping.items()} if isinstance(mapping, Mapping) else {}
    default = _name_in(said.get("defaultMapping", ""))
    return Discriminator(said["propertyName"], named, spot.child("discriminator"), default)


def _name_in(reference: Any) -> str:
    """Return the name of the schema that a mapping refers to, by name or by pointer."""
    return str(reference).rsplit("/", 1)[-1]


def _union(spots: list[Spot], members: list[Meaning], keyword: str) -> Meaning:
    """Return the meaning of a union: a value may be one of any member."""
    solid = [member for member in members if member.alternatives]
    # A single member beside null keeps its own union, discriminator and notes.
    single = solid[0] if len(solid) == 1 else None
    # The discriminator of a parent distinguishes its heirs.
    shared = solid[0].discriminator if solid else None
    return Meaning(
        [
            replace(view, notes=member.notes | view.notes, spot=view.spot or at)
            for at, member in zip(spots, members, strict=True)
            for view in member.alternatives
        ],
        null=any(member.null for member in members),
        union=single.union if single else keyword,
        discriminator=shared if all(member.discriminator == shared for member in solid) else None,
        notes=single.notes if single and len(members) == 1 else {},
        exclusive=single.exclusive if single else (),
        beyond=next((member.beyond for member in members if member.beyond), None),
        stray=next((member.stray for member in members if member.stray), None),
    )


# A schema's own keywords, without `allOf`, `anyOf`, `oneOf` and references.


def _own(spot: Spot, value: Mapping[str, Any]) -> Meaning:
    view = View(home=spot)
    notes: dict[str, Keyword] = {}
    for key, said in value.items():
        item = _xml(said, spot.pointer[-1]) if key == "xml" and isinstance(said, Mapping) else said
        if key in NOTES or key.startswith("x-") or (key == "format" and item in _FORMATS_OF_INPUT):
            if (item not in SAME_AS_ABSENT.get(key, ()) and item is not None) or key == "default":
                word = Keyword([item] if key == "example" else item, spot.child(key))
                # 3.1 writes `example` as `examples`.
                notes.setdefault("examples" if key == "example" else key, word)
        else:
            _keyword(view, spot, key, item)
    types, view.misnamed, meant = types_of(value)
    if meant and "format" not in view.keywords:
        view.keywords["format"] = Keyword(meant, spot.child("type"))
    null = True
    null_by: Literal["", "list", "guess"] = ""
    listed = value["enum"] if isinstance(value.get("enum"), list) else None
    view.is_unlisted = listed == []
    if types == ["array"] and listed and not any(isinstance(item, list | None) for item in listed):
        # No array is one of these values: they are meant for the items.
        items = view.children.get("items", ANYTHING)
        view.children["items"] = False if items is False else items & Node((Listed(spot.child("enum")),))
        null = False
    elif "const" in value or listed:
        key = "const" if "const" in value else "enum"
        values = [value["const"]] if key == "const" else value["enum"]
        if key == "const" and listed and canonical(value["const"]) not in map(canonical, listed):
            return Meaning([], null=False, notes=notes, spot=spot)
        null = None in values and (types is None or "null" in types)
        values = unique(item for item in values if item is not None)
        if not values:
            return Meaning([], null=True, notes=notes, spot=spot)
        types = types or sorted({type_of(item) for item in values})
        if types != ["boolean"] or len(values) < 2:
            view.keywords["enum"] = Keyword(values, spot.child(key))
    elif types is None:
        hints = (key for key in value if key in TYPE_OF_KEYWORD and key not in _NO_HINT)
        guess = next((TYPE_OF_KEYWORD[key] for key in hints), None)
        types, null = ([guess], False) if guess else (None, True)
        null_by = "guess" if guess and not is_30(spot.document) else ""
    else:
        null = "null" in types
        null_by = "list" if null and len(types) > 1 else ""
    normalize(view)
    if types is None:
        return Meaning([view], null=null, notes=notes, spot=spot)
    kinds = [kind for kind in types if kind != "null"]
    if "number" in kinds and "integer" in kinds:
        kinds.remove("integer")
    alternatives = [part for kind in kinds if (part := of_type(view, kind, alone=len(kinds) == 1))]
    union = "anyOf" if len(kinds) > 1 else None
    return Meaning(alternatives, null=null, notes=notes, spot=spot, union=union, null_by=null_by)


def _xml(said: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return how a schema with a name is written in XML, without what is the default."""
    return {key: item for key, item in said.items() if item is not False and (key, item) != ("name", name)}


def _keyword(view: View, spot: Spot, key: str, item: Any) -> None:
    """Add a keyword to the view of a schema."""
    if key in ("properties", "patternProperties", "dependentSchemas"):
        named = {name: Node((child,)) for name, child in _named_schemas(spot.child(key))}
        if key == "properties":
            view.properties = named
        elif key == "patternProperties":
            view.patterns = named
        else:
            view.children |= {f"{key} {name}": node for name, node in named.items()}
    elif key == "required":
        # `required: true` on a property comes from older documents and means nothing.
        names = spot.listed(key) if isinstance(item, list) else ()
        view.required = {str(name.value): name for name in names}
    elif key == "prefixItems":
        view.prefix = tuple(Node((item_spot,)) for item_spot in spot.listed(key))
    elif key in CHILDREN:
        if _is_never(item):
            if key != "not":  # `not: false` refuses nothing.
                view.children[key] = False
        elif isinstance(item, Mapping) and item and (key, bare(item)) != ("propertyNames", {"type": "string"}):
            is_limit = any(name not in NOTES and not name.startswith("x-") for name in item)
            (view.children if is_limit else view.words)[key] = Node((spot.child(key),))
    elif key not in ("type", "nullable", "allOf", "anyOf", "oneOf", "discriminator", "const", "enum", "$ref"):
        if key == "dependentRequired" and isinstance(item, Mapping):  # The order of the names does not matter.
            item = {name: sorted(map(str, said)) for name, said in item.items() if isinstance(said, list) and said}
        absents = SAME_AS_ABSENT.get(key, ())
        same = any(item == absent and type(item) is type(absent) for absent in absents)
        if not same and not key.startswith("$") and key != "definitions":
            view.keywords[key] = Keyword(item, spot.child(key))


def _named_schemas(spot: Spot) -> Iterator[tuple[str, Spot]]:
    """Yield the schemas of `properties` and the like; some documents have one `$ref` to all of them there."""
    yield from spot.resolved().entries()
    yield from (entry for entry in spot.entries() if not isinstance(entry[1].value, str))
