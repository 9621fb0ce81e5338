"""What a schema means, whatever its spelling.

A schema becomes a list of alternatives (a disjunctive normal form), each with at most one type, plus whether null
is allowed. `nullable: true`, `type: [X, 'null']` and `anyOf: [X, {type: 'null'}]` give the same meaning; so do
`const` and a one-value `enum`, a one-member `allOf` and its member, `type: [a, b]` and a union, an inlined `$ref`
and the reference. Every part keeps the spot it was read from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from .source import Document, Spot

Direction: TypeAlias = Literal["request", "response"]

NOTES: Final = frozenset(
    [
        "title",
        "description",
        "summary",
        "example",
        "examples",
        "externalDocs",
        "xml",
        "deprecated",
        "default",
        "readOnly",
        "writeOnly",
        "$comment",
    ]
)
CHILDREN: Final = frozenset(
    [
        "items",
        "additionalProperties",
        "propertyNames",
        "contains",
        "if",
        "then",
        "else",
        "not",
        "unevaluatedItems",
        "unevaluatedProperties",
        "contentSchema",
    ]
)
# A keyword with this value says the same as no keyword.
_SAME_AS_ABSENT: Final[Mapping[str, tuple[object, ...]]] = {
    "minLength": (0,),
    "minItems": (0,),
    "minProperties": (0,),
    "uniqueItems": (False,),
    "deprecated": (False,),
    "readOnly": (False,),
    "writeOnly": (False,),
    "exclusiveMinimum": (False,),
    "exclusiveMaximum": (False,),
    "pattern": ("", ".*", "^.*$", "^"),
}
# The type whose values a keyword speaks of; of others it says nothing. A schema without `type` is meant to be of the
# type of the first of these that it uses.
_KEYWORDS_OF_TYPE: Final[Mapping[str, tuple[str, ...]]] = {
    "object": (
        *("properties", "additionalProperties", "patternProperties", "required", "minProperties", "maxProperties"),
        *("propertyNames", "unevaluatedProperties", "dependentRequired", "dependentSchemas", "dependencies"),
    ),
    "array": (
        *("items", "prefixItems", "minItems", "maxItems", "uniqueItems"),
        *("contains", "minContains", "maxContains", "unevaluatedItems"),
    ),
    "string": ("pattern", "minLength", "maxLength", "contentSchema", "contentEncoding", "contentMediaType"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}
_TYPE_OF_KEYWORD: Final = {keyword: kind for kind, keywords in _KEYWORDS_OF_TYPE.items() for keyword in keywords}
# A schema that says only this of its type may still be of any: these appear beside a `$ref` or in an `allOf`.
_NO_HINT: Final = frozenset({"propertyNames", "unevaluatedProperties", "dependentRequired", "dependentSchemas"}) | {
    *("dependencies", "contains", "minContains", "maxContains", "unevaluatedItems", "contentSchema"),
    *("contentEncoding", "contentMediaType", "exclusiveMinimum", "exclusiveMaximum"),
}
_NUMBER_FORMATS: Final = frozenset({"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"}) | {
    *("float", "double", "decimal", "float32", "float64"),
}
SCALARS: Final = frozenset({"string", "integer", "number", "boolean"})
_LOWER: Final = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"})
_UPPER: Final = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"})
_MOST_ALTERNATIVES: Final = 512


class Keyword(NamedTuple):
    """A keyword's value and where it stands."""

    value: Any
    spot: Spot


@dataclass(frozen=True)
class Node:
    """A schema not yet read: what is allowed by every one of these spots. No spot: anything."""

    spots: tuple[Spot, ...] = ()

    def __and__(self, other: Node) -> Node:
        return Node(tuple(dict.fromkeys((*self.spots, *other.spots))))


@dataclass
class View:
    """One alternative of a schema: at most one type, with every `allOf` folded in.

    `spot` is its place in a union, `home` the schema object that says most of it, `component` the schema of a name that
    it is, `name` that name.
    """

    type: str | None = None
    name: str = ""
    component: Spot | None = None
    keywords: dict[str, Keyword] = field(default_factory=dict)
    notes: dict[str, Keyword] = field(default_factory=dict)
    properties: dict[str, Node] = field(default_factory=dict)
    patterns: dict[str, Node] = field(default_factory=dict)
    dependents: dict[str, Node] = field(default_factory=dict)
    children: dict[str, Node | Literal[False]] = field(default_factory=dict)
    prefix: tuple[Node, ...] = ()
    required: dict[str, Spot] = field(default_factory=dict)
    spot: Spot | None = None
    home: Spot | None = None

    @property
    def bare(self) -> bool:
        """Whether nothing but the type is said."""
        parts = (self.keywords, self.properties, self.patterns, self.dependents, self.children, self.required)
        return not any(parts) and not self.prefix

    def accepts_only(self) -> tuple[Any, ...] | None:
        """Return the values of the enum, if there is one."""
        enum = self.keywords.get("enum")
        return tuple(enum.value) if enum else None


@dataclass
class Discriminator:
    """An OpenAPI discriminator, its mapping resolved to the names of schemas."""

    property: str
    mapping: dict[str, str]
    spot: Spot


@dataclass
class Meaning:
    """A schema read: its alternatives, whether null is one more, and what is said about it as a whole.

    `known` are the values that an open enum lists, `extensible` those of `x-extensible-enum`. `beyond` is where a
    schema has more alternatives than are distinguished, so that the meaning is not whole.
    """

    alternatives: list[View]
    null: bool
    notes: dict[str, Keyword] = field(default_factory=dict)
    spot: Spot | None = None
    union: str | None = None
    discriminator: Discriminator | None = None
    known: tuple[Any, ...] = ()
    known_spot: Spot | None = None
    extensible: tuple[Any, ...] = ()
    extensible_spot: Spot | None = None
    beyond: Spot | None = None


ANYTHING: Final = Node()


class Reader:
    """Reads schemas of one document, each node once."""

    def __init__(self) -> None:
        self._read: dict[Node, Meaning] = {}
        self._open: set[Spot] = set()

    def read(self, node: Node) -> Meaning:
        """Return what a node means.

        Raises:
            ReviewError: a `$ref` does not resolve.
        """
        if node not in self._read:
            meaning = Meaning([View()], null=True)
            for spot in node.spots:
                meaning = _both(meaning, self._expand(spot), spot)
            self._read[node] = _simplified(meaning)
        return self._read[node]

    def flag(self, node: Node, name: Literal["readOnly", "writeOnly"]) -> bool:
        """Return whether a property is read-only or write-only, said on it, on its target or in its `allOf`."""
        todo = list(node.spots)
        seen: set[Spot] = set()
        while todo:
            spot = todo.pop()
            value = spot.value
            if spot in seen or not isinstance(value, Mapping):
                continue
            seen.add(spot)
            if value.get(name) is True:
                return True
            if "$ref" in value:
                todo.append(spot.document.resolve(str(value["$ref"]), (*spot.pointer, "$ref")))
            todo.extend(spot.listed("allOf"))
        return False

    def _expand(self, spot: Spot) -> Meaning:
        value = spot.value
        if value is False:
            return Meaning([], null=False, spot=spot)
        if not isinstance(value, Mapping):
            return Meaning([View()], null=True, spot=spot)
        if spot in self._open:
            return Meaning([View(keywords={"x-contains-itself": Keyword(True, spot)})], null=False, spot=spot)
        self._open.add(spot)
        try:
            if "$ref" in value or "$dynamicRef" in value:
                return self._expand_reference(spot, value)
            return self._expand_keywords(spot, value)
        finally:
            self._open.discard(spot)

    def _expand_reference(self, spot: Spot, value: Mapping[str, Any]) -> Meaning:
        keyword = "$ref" if "$ref" in value else "$dynamicRef"
        at = (*spot.pointer, keyword)
        if keyword == "$ref":
            targets = [spot.document.resolve(str(value[keyword]), at)]
        else:
            targets = spot.document.dynamic_targets(str(value[keyword]), at)
        meaning = self._expand(targets[0])
        named = _component(targets[0]) if len(targets) == 1 else None
        if named and len(meaning.alternatives) == 1:
            only = replace(meaning.alternatives[0], name=named.pointer[-1], component=named)
            meaning = replace(meaning, alternatives=[only])
        elif len(targets) > 1:
            meaning = _union(targets, [self._expand(target) for target in targets], "anyOf")
        # OpenAPI 3.0 ignores what stands beside a $ref.
        siblings = {key: item for key, item in value.items() if key != keyword}
        if not siblings or _is_30(spot.document):
            return meaning
        beside = self._expand_keywords(spot, siblings)
        both = _both(beside, meaning, spot)
        if named and len(both.alternatives) == 1:
            both.alternatives[0].name, both.alternatives[0].component = named.pointer[-1], named
        return replace(both, union=meaning.union, discriminator=beside.discriminator or meaning.discriminator)

    def _expand_keywords(self, spot: Spot, value: Mapping[str, Any]) -> Meaning:
        meaning = _own(spot, value)
        forced_null = value.get("nullable") is True
        for member in spot.listed("allOf"):
            meaning = _both(meaning, self._expand(member), spot)
        for keyword in ("anyOf", "oneOf"):
            spots = spot.listed(keyword)
            if not spots:
                continue
            union = _union(spots, [self._expand(member) for member in spots], keyword)
            meaning = replace(_both(meaning, union, spot), union=union.union)
        meaning.null = meaning.null or forced_null
        meaning.discriminator = self._discriminator(spot, value) or meaning.discriminator
        meaning.spot = spot
        return meaning

    def _discriminator(self, spot: Spot, value: Mapping[str, Any]) -> Discriminator | None:
        said = value.get("discriminator")
        if not isinstance(said, Mapping) or not isinstance(said.get("propertyName"), str):
            return None
        mapping = said.get("mapping")
        named = {key: str(to).rsplit("/", 1)[-1] for key, to in mapping.items()} if isinstance(mapping, Mapping) else {}
        return Discriminator(said["propertyName"], named, spot.child("discriminator"))


def _union(spots: list[Spot], members: list[Meaning], keyword: Literal["anyOf", "oneOf"]) -> Meaning:
    """Return what any of some members of a union allows."""
    return Meaning(
        [_placed(view, member, at) for at, member in zip(spots, members, strict=True) for view in member.alternatives],
        null=any(member.null for member in members),
        union=keyword if len(members) > 1 else members[0].union,
        discriminator=members[0].discriminator if len(members) == 1 else None,
        known=tuple(item for member in members for item in member.known),
        notes=members[0].notes if len(members) == 1 else {},
        beyond=next((member.beyond for member in members if member.beyond), None),
    )


def _component(spot: Spot) -> Spot | None:
    """Return a spot that is a schema of a name, else None."""
    return spot if len(spot.pointer) == 3 and spot.pointer[:2] == ("components", "schemas") else None


def _is_30(document: Document) -> bool:
    return isinstance(document.value, Mapping) and str(document.value.get("openapi", "")).startswith("3.0")


def _own(spot: Spot, value: Mapping[str, Any]) -> Meaning:
    """Read a schema's keywords without its combinators."""
    view, notes, null = View(home=spot), {}, True
    for key, item in value.items():
        at = spot.child(key)
        if key in NOTES or key.startswith("x-"):
            if (item not in _SAME_AS_ABSENT.get(key, ()) and item is not None) or key == "default":
                notes[key] = Keyword(item, at)
        elif key == "properties" or key == "patternProperties" or key == "dependentSchemas":
            found = {name: Node((child,)) for name, child in at.entries()}
            if key == "properties":
                view.properties = found
            elif key == "patternProperties":
                view.patterns = found
            else:
                view.dependents = found
        elif key == "required":
            view.required = {str(name.value): name for name in spot.listed("required")}
        elif key == "prefixItems":
            view.prefix = tuple(Node((item_spot,)) for item_spot in spot.listed("prefixItems"))
        elif key in CHILDREN:
            if item is False:
                view.children[key] = False
            elif isinstance(item, Mapping) and any(k not in NOTES and not k.startswith("x-") for k in item):
                view.children[key] = Node((at,))
        elif key not in ("type", "nullable", "allOf", "anyOf", "oneOf", "discriminator", "const", "enum", "$ref"):
            absents = _SAME_AS_ABSENT.get(key, ())
            same = any(item == absent and type(item) is type(absent) for absent in absents)
            if not same and not key.startswith("$") and key != "definitions":
                view.keywords[key] = Keyword(item, at)
    types = _types(value)
    if "const" in value or isinstance(value.get("enum"), list):
        key = "const" if "const" in value else "enum"
        values = [value["const"]] if key == "const" else value["enum"]
        null = None in values and (types is None or "null" in types)
        values = _unique(item for item in values if item is not None)
        if not values:
            return Meaning([], null=True, notes=notes, spot=spot)
        types = types or sorted({_type_of(item) for item in values})
        if types != ["boolean"] or len(values) < 2:
            view.keywords["enum"] = Keyword(values, spot.child(key))
    elif types is None:
        hints = (key for key in value if key in _TYPE_OF_KEYWORD and key not in _NO_HINT)
        guess = next((_TYPE_OF_KEYWORD[key] for key in hints), None)
        types, null = ([guess], False) if guess else (None, True)
    else:
        null = "null" in types
    _bounds(view)
    if types is None:
        return Meaning([view], null=null, notes=notes, spot=spot)
    null = null or "null" in types or value.get("nullable") is True
    kinds = [kind for kind in types if kind != "null"]
    if "number" in kinds and "integer" in kinds:
        kinds.remove("integer")
    alternatives = [part for kind in kinds if (part := _of_type(view, kind, alone=len(kinds) == 1))]
    return Meaning(alternatives, null=null, notes=notes, spot=spot, union="anyOf" if len(kinds) > 1 else None)


def _types(value: Mapping[str, Any]) -> list[str] | None:
    kind = value.get("type")
    if isinstance(kind, str):
        return [kind]
    if isinstance(kind, list) and kind:
        return sorted({str(item) for item in kind})
    return None


def _type_of(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


def _unique(values: Iterable[Any]) -> list[Any]:
    return list({json.dumps(value, sort_keys=True): value for value in values}.values())


def _bounds(view: View) -> None:
    """Write OpenAPI 3.0's boolean exclusive bounds as 3.1's numbers."""
    for inclusive, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if (flag := view.keywords.get(exclusive)) and flag.value is True:
            del view.keywords[exclusive]
            if bound := view.keywords.pop(inclusive, None):
                view.keywords[exclusive] = bound


def _of_type(view: View, kind: str, *, alone: bool) -> View | None:
    """Return the part of a schema that speaks of one type; None if its enum has no value of that type."""
    keywords = {key: word for key, word in view.keywords.items() if _speaks_of(key, word.value, kind)}
    if "enum" in keywords:
        enum = keywords["enum"]
        values = [item for item in enum.value if _fits(item, kind)]
        if not values and not alone:
            return None
        keywords["enum"] = Keyword(values or enum.value, enum.spot)
    if kind == "integer":
        for exclusive, inclusive, step in (("exclusiveMinimum", "minimum", 1), ("exclusiveMaximum", "maximum", -1)):
            bound = keywords.get(exclusive)
            if bound and isinstance(bound.value, int) and inclusive not in keywords:
                keywords[inclusive] = Keyword(bound.value + step, bound.spot)
                del keywords[exclusive]
        if "multipleOf" in keywords and keywords["multipleOf"].value == 1:
            del keywords["multipleOf"]
    found = replace(view, type=kind, keywords=keywords)
    if kind != "object":
        found = replace(found, properties={}, patterns={}, dependents={}, required={})
    if kind != "array":
        found = replace(found, prefix=())
    found.children = {key: child for key, child in view.children.items() if _speaks_of(key, None, kind)}
    return found


def _speaks_of(keyword: str, value: object, kind: str) -> bool:
    """Return whether a keyword says anything of values of a type."""
    if keyword == "format":
        return kind in ("number", "integer") if value in _NUMBER_FORMATS else kind in ("string", "integer", "number")
    own = _TYPE_OF_KEYWORD.get(keyword, kind)
    return own == kind or (own == "number" and kind == "integer")


def _fits(value: object, kind: str) -> bool:
    return _type_of(value) == kind or (kind == "number" and _type_of(value) == "integer")


def _placed(view: View, member: Meaning, spot: Spot) -> View:
    """Return an alternative with the notes of its member of a union, and the member's place."""
    return replace(view, notes=member.notes | view.notes, spot=view.spot or spot)


def _both(left: Meaning, right: Meaning, at: Spot) -> Meaning:
    """Return what both meanings allow; notes of the left one win. Where that is too much to distinguish is `beyond`."""
    beyond = left.beyond or right.beyond
    if len(left.alternatives) * len(right.alternatives) > _MOST_ALTERNATIVES:
        beyond = beyond or at
        right = replace(right, alternatives=[View()])
    merged = [_merge(one, other) for one in left.alternatives for other in right.alternatives]
    return Meaning(
        [view for view in merged if view is not None],
        null=left.null and right.null,
        notes=right.notes | left.notes,
        spot=left.spot or right.spot,
        union=right.union or left.union,
        discriminator=left.discriminator or right.discriminator,
        known=left.known or right.known,
        known_spot=left.known_spot or right.known_spot,
        beyond=beyond,
    )


def _merge(left: View, right: View) -> View | None:
    if left.type and right.type and left.type != right.type:
        if {left.type, right.type} != {"integer", "number"}:
            return None
        kind: str | None = "integer"
    else:
        kind = left.type or right.type
    keywords = dict(right.keywords)
    for key, word in left.keywords.items():
        other = keywords.get(key)
        keywords[key] = _tighter(key, word, other) if other else word
    if "enum" in keywords and not keywords["enum"].value:
        return None
    children: dict[str, Node | Literal[False]] = dict(right.children)
    for key, child in left.children.items():
        there = children.get(key)
        children[key] = False if child is False or there is False else child & there if there else child
    wide, narrow = (left, right) if len(left.prefix) >= len(right.prefix) else (right, left)
    merged = View(
        type=kind,
        name=left.name or right.name,
        component=left.component or right.component,
        keywords=keywords,
        notes=right.notes | left.notes,
        properties=_joined(left.properties, right.properties),
        patterns=_joined(left.patterns, right.patterns),
        dependents=_joined(left.dependents, right.dependents),
        children=children,
        prefix=tuple(
            node & narrow.prefix[index] if index < len(narrow.prefix) else node
            for index, node in enumerate(wide.prefix)
        ),
        required=right.required | left.required,
        spot=left.spot or right.spot,
        home=(right if len(right.properties) > len(left.properties) or left.bare else left).home or left.home,
    )
    # A member without a type says only what applies to the type of the other.
    return _of_type(merged, kind, alone=True) if kind and (left.type is None or right.type is None) else merged


def _joined(left: dict[str, Node], right: dict[str, Node]) -> dict[str, Node]:
    return {
        key: left[key] & right[key] if key in left and key in right else (left | right)[key] for key in left | right
    }


def _tighter(key: str, left: Keyword, right: Keyword) -> Keyword:
    if left.value == right.value:
        return left
    if key == "enum":
        there = {json.dumps(item, sort_keys=True) for item in right.value}
        return Keyword([item for item in left.value if json.dumps(item, sort_keys=True) in there], left.spot)
    numbers = isinstance(left.value, int | float) and isinstance(right.value, int | float)
    if numbers and key in _LOWER:
        return max(left, right, key=lambda word: word.value)
    if numbers and key in _UPPER:
        return min(left, right, key=lambda word: word.value)
    if key == "pattern":
        first, second = sorted((str(left.value), str(right.value)))
        return Keyword(f"(?={first}){second}", left.spot)
    return left


def _simplified(meaning: Meaning) -> Meaning:
    """Fold alternatives that another one covers; what an open enum lists is kept as its known values."""
    kept: list[View] = []
    for view in meaning.alternatives:
        twin = next((other for other in kept if _same(view, other)), None)
        mate = next(
            (other for other in kept if _enum_only(view) and _enum_only(other) and view.type == other.type), None
        )
        if twin is not None:
            continue
        if mate is not None:
            enum = mate.keywords["enum"]
            kept[kept.index(mate)] = replace(
                mate, keywords={"enum": Keyword(_unique((*enum.value, *view.keywords["enum"].value)), enum.spot)}
            )
            continue
        kept.append(view)
    known, spot, open_views = list(meaning.known), meaning.known_spot, []
    for view in kept:
        # Of its own type, a bare one covers only what says more.
        wider = {None, "number" if view.type == "integer" else None, None if view.bare else view.type}
        if view.type in SCALARS and any(other.bare and other.type in wider for other in kept if other is not view):
            if listed := view.keywords.get("enum"):
                known.extend(listed.value)
                spot = listed.spot
            continue
        open_views.append(view)
    extensible = meaning.notes.get("x-extensible-enum") or next(
        (view.notes["x-extensible-enum"] for view in open_views if "x-extensible-enum" in view.notes), None
    )
    listed_too = extensible.value if extensible and isinstance(extensible.value, list) else []
    if len(open_views) == 1:
        notes = open_views[0].notes | meaning.notes
        open_views = [replace(open_views[0], notes={})]
    else:
        notes = meaning.notes
    return replace(
        meaning,
        alternatives=open_views,
        notes={key: word for key, word in notes.items() if key != "x-extensible-enum"},
        known=tuple(_unique(known)),
        known_spot=spot,
        extensible=tuple(_unique(listed_too)),
        extensible_spot=extensible.spot if extensible else None,
    )


def _enum_only(view: View) -> bool:
    return set(view.keywords) == {"enum"} and view.bare is False and not (view.properties or view.children)


def _same(left: View, right: View) -> bool:
    def essence(view: View) -> object:
        words = {key: word.value for key, word in view.keywords.items()}
        parts = (view.properties, view.patterns, view.dependents, view.children, view.prefix, set(view.required))
        return view.type, words, parts

    return essence(left) == essence(right)
