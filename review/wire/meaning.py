"""The classes that hold what a schema means, the same for each way to write it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal, NamedTuple

from generator.spec import openapi

from ..source import Spot

# Keywords that do not limit which values are allowed.
NOTES: Final = frozenset(
    {
        *("title", "description", "summary", "example", "examples", "externalDocs", "xml", "deprecated", "default"),
        *("readOnly", "writeOnly", "$comment"),
    }
)
# Keywords whose keys are names that people chose.
NAMED: Final = openapi.TABLES | {"callbacks", "links", "scopes"}
# Keywords whose value is one schema.
CHILDREN: Final = frozenset(key for key, kind in openapi.FIELDS["Schema"].items() if kind == openapi.Object("Schema"))
# The keywords that limit values of one type, and allow all values of other types. A schema without `type` is taken to
# be of the type of the first of these keywords in it.
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
TYPE_OF_KEYWORD: Final = {keyword: kind for kind, keywords in _KEYWORDS_OF_TYPE.items() for keyword in keywords}
_NUMBER_FORMATS: Final = frozenset(
    {
        *("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
        *("float", "double", "decimal", "float32", "float64"),
    }
)
_encoded: Final = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode
SCALARS: Final = frozenset({"string", "integer", "number", "boolean"})


class Keyword(NamedTuple):
    """A keyword's value and where it stands."""

    value: Any
    spot: Spot


class Listed(Spot):
    """A schema that allows the values of a list."""

    __slots__ = ()

    def __init__(self, values: Spot) -> None:
        super().__init__(values.document, values.pointer, {"enum": values.value})

    def child(self, part: str) -> Spot:
        """Return the list."""
        return Spot(self.document, self.pointer, self.value["enum"])


@dataclass(frozen=True)
class Node:
    """A schema that is not yet read. Without spots, it allows anything.

    Attributes:
        is_union: Whether a value must be allowed at one of the spots; by default, at each of them.
    """

    spots: tuple[Spot, ...] = ()
    is_union: bool = False

    @property
    def first(self) -> Spot | None:
        """The first spot, if there is one."""
        return self.spots[0] if self.spots else None

    def __and__(self, other: Node) -> Node:
        return Node(tuple(dict.fromkeys((*self.spots, *other.spots))))

    def __or__(self, other: Node) -> Node:
        return Node(tuple(dict.fromkeys((*self.spots, *other.spots))), is_union=True)


ANYTHING: Final = Node()


@dataclass
class View:
    """One alternative of a schema: at most one type, with every `allOf` folded in.

    Attributes:
        spot: Its place in a union.
        home: The schema object that most of it comes from.
        children: The schemas below keywords; of `dependentSchemas`, each stands below its keyword and its name.
        component: The named schema that it comes from.
        words: The schemas below keywords such as `items` that allow anything, and only describe it.
        values: For an enum that is written as a union of constants: the spot and the notes of each value.
        misnamed: A `type` that does not exist, such as `int64`.
        around: The names of the unions that it is a variant of.
        is_unlisted: Whether it has a list of its values which is empty: any value may be one, and none is known.
    """

    type: str | None = None
    component: Spot | None = None
    keywords: dict[str, Keyword] = field(default_factory=dict)
    notes: dict[str, Keyword] = field(default_factory=dict)
    properties: dict[str, Node] = field(default_factory=dict)
    patterns: dict[str, Node] = field(default_factory=dict)
    children: dict[str, Node | Literal[False]] = field(default_factory=dict)
    words: dict[str, Node] = field(default_factory=dict)
    prefix: tuple[Node, ...] = ()
    required: dict[str, Spot] = field(default_factory=dict)
    spot: Spot | None = None
    home: Spot | None = None
    values: dict[str, tuple[Spot, dict[str, Keyword]]] = field(default_factory=dict)
    misnamed: str = ""
    around: frozenset[str] = frozenset()
    is_unlisted: bool = False

    @property
    def name(self) -> str:
        """The name of the named schema that it comes from; "" if there is none."""
        return self.component.pointer[-1] if self.component else ""

    @cached_property
    def constants(self) -> dict[str, Any]:
        """The properties that allow one value only, with that value: they distinguish variants."""
        only = ((name, _only_value(spot)) for name, node in self.properties.items() for spot in node.spots)
        return {name: values[0] for name, values in only if values}

    @cached_property
    def tags(self) -> dict[str, str]:
        """The constants as canonical texts, which can be compared."""
        return {name: canonical(value) for name, value in self.constants.items()}

    def named(self, name: str) -> Node | None:
        """Return the schema that `patternProperties` give a name; None if no pattern matches it."""
        spots = [spot for pattern, node in self.patterns.items() if matches(pattern, name) for spot in node.spots]
        return Node(tuple(dict.fromkeys(spots))) if spots else None

    @property
    def is_flat(self) -> bool:
        """Whether no schema limits the properties of objects or the items of arrays; their number may be limited."""
        parts = self.properties, self.patterns, self.children, self.required, self.prefix
        return not any(parts)

    @property
    def is_unlimited(self) -> bool:
        """Whether only the type limits the values."""
        return self.is_flat and not self.keywords

    def accepts_only(self) -> tuple[Any, ...] | None:
        """Return the values of the enum, if there is one."""
        enum = self.keywords.get("enum")
        return tuple(enum.value) if enum else None


@dataclass
class Discriminator:
    """An OpenAPI discriminator, with its mapping from tags to names of schemas, and the name for any other tag."""

    property: str
    mapping: dict[str, str]
    spot: Spot
    default: str = ""


@dataclass
class Meaning:
    """What a schema allows: its alternatives, whether null is allowed too, and its notes.

    Attributes:
        exclusive: The members of a `oneOf` as written: a value must fit exactly one of them.
        known: The values that an open enum lists.
        extensible: The values of `x-extensible-enum`.
        beyond: The spot of a schema with too many alternatives, whose meaning is therefore incomplete.
        stray: The spot of a `nullable` in a 3.1 schema, where it means nothing.
        null_by: What decides whether null is allowed: the list of types, or the type that was guessed in 3.1 (where a
            schema without `type` allows null). Empty for any other reason.
    """

    alternatives: list[View]
    null: bool
    notes: dict[str, Keyword] = field(default_factory=dict)
    spot: Spot | None = None
    union: str | None = None
    exclusive: tuple[tuple[View, ...], ...] = ()
    discriminator: Discriminator | None = None
    known: Keyword | None = None
    extensible: Keyword | None = None
    beyond: Spot | None = None
    stray: Spot | None = None
    null_by: Literal["", "list", "guess"] = ""

    def accepts_only(self) -> tuple[Any, ...] | None:
        """Return the values that all alternatives list; None if one of them allows others."""
        lists = [view.accepts_only() for view in self.alternatives]
        return None if None in lists else tuple(value for values in lists for value in values or ())


def says_bytes(view: View, *, beside: Set[str] = frozenset()) -> bool:
    """Return whether an alternative only says that a value is bytes, as `{}` and `format: binary` do."""
    if view.type not in (None, "string") or not view.is_flat:
        return False
    words = {name: word.value for name, word in view.keywords.items() if name not in beside}
    return not words or words == {"format": "binary"}


def _only_value(spot: Spot, depth: int = 9) -> list[Any]:
    """Return the only value that a schema allows beside null, as a list; an empty list if it allows more."""
    at = spot.resolved() if isinstance(spot.value, Mapping) and isinstance(spot.value.get("$ref"), str) else spot
    value = at.value
    if not isinstance(value, Mapping) or not depth:
        return []
    enum = [value["const"]] if "const" in value else value.get("enum")
    if isinstance(enum, list):
        return kept if len(kept := [item for item in enum if item is not None]) == 1 else []
    for keyword in ("anyOf", "oneOf", "allOf"):
        members = at.listed(keyword) if keyword in value else []
        found = [_only_value(item, depth - 1) for item in members if item.value != {"type": "null"}]
        if any(found) and (keyword == "allOf" or len(found) == 1):
            return next(filter(None, found))
    return []


def matches(pattern: str, name: str) -> bool:
    """Return whether a pattern matches a name; an invalid pattern matches nothing."""
    try:
        return re.search(pattern, name) is not None
    except re.error:
        return False


def type_of(value: object) -> str:
    """Return the JSON type of a value: `1.0` is an integer."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "integer" if value.is_integer() else "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


def fits(value: object, kind: str) -> bool:
    """Return whether a value is of a type."""
    return type_of(value) == kind or (kind == "number" and type_of(value) == "integer")


def share_type(one: str | None, other: str | None) -> bool:
    """Return whether a value may be of two types; None is any type."""
    return None in (one, other) or one == other or {one, other} == {"integer", "number"}


def speaks_of(keyword: str, value: object, kind: str) -> bool:
    """Return whether a keyword limits values of a type."""
    if keyword == "format":
        of_number = isinstance(value, str) and value in _NUMBER_FORMATS
        return kind in ("number", "integer") if of_number else kind in ("string", "integer", "number")
    own = TYPE_OF_KEYWORD.get(keyword, kind)
    return own == kind or (own == "number" and kind == "integer")


def canonical(value: Any) -> str:
    """Return a text that is the same for equal JSON values: `1` equals `1.0`, but not `true`."""
    text = _encoded(value)
    return _encoded(_exact(value)) if ".0" in text else text


def _exact(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _exact(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_exact(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def bare(value: Any, words: Set[str] = NOTES, *, named: bool = False) -> Any:
    """Return a part of a document without descriptions and extensions.

    Args:
        named: Whether the keys are names that people chose, which are all kept.
    """
    if isinstance(value, Mapping):
        kept = (key for key in value if named or (key not in words and not str(key).startswith("x-")))
        return {key: bare(value[key], words, named=key in NAMED and not named) for key in kept}
    return [bare(item, words) for item in value] if isinstance(value, list) else value


def unique(values: Iterable[Any]) -> list[Any]:
    """Return values without duplicates."""
    return list({canonical(value): value for value in values}.values())
