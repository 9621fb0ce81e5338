"""Compare the two schemas of a pair."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final, Literal, TypeAlias

from generator.spec.places import value_at
from generator.spec.reaching import reached

from ..findings import Renamed, Segment, Trace
from ..rules import Rule
from ..source import Spot, mappings
from . import keywords, kinds
from .align import Pair, Pairs
from .changes import Change, Places, joined, notes_of, values_key
from .discriminators import heirs, tags_listed
from .keywords import Views
from .limits import longest
from .meaning import ANYTHING, Meaning, Node, View, canonical, says_bytes
from .reading import component_of, has_flag
from .renames import candidate, renames
from .unions import Union, overlapping

_Child: TypeAlias = Node | bool | None

# The keys of these rules hold the types, so that an accepted finding covers only those.
_OF_TYPES: Final = frozenset(rule for rule in Rule if rule.name.startswith(("TYPE_", "BECAME_", "UNION_")))
_SEGMENTS: Final[Mapping[str, Segment]] = {"items": Segment("items"), "additionalProperties": Segment("values")}


def changes(pairs: Pairs, pair: Pair) -> Iterator[Change]:
    """Yield what changed between the schemas of a pair, one level deep, and add the pairs below it to `pairs`."""
    for change in _Pair(pairs, pair).run():
        if change.rule in _OF_TYPES:
            whole = pair.whole or pair
            change = change._replace(key=f"{change.key} {_types(whole.base)} {_types(whole.revision)}")
        yield change


def _types(meaning: Meaning) -> list[str]:
    """Return every type that a schema allows."""
    return sorted({*(view.type or "anything" for view in meaning.alternatives), *["null"] * meaning.null})


class _Pair:
    """The comparison of one pair."""

    def __init__(self, pairs: Pairs, pair: Pair) -> None:
        self.pairs, self.pair, self.direction = pairs, pair, pair.direction
        self.is_single = len(pair.base.alternatives) == len(pair.revision.alternatives) == 1

    @property
    def views(self) -> Views:
        """The alternatives of a pair that has one on each side."""
        return self.pair.base.alternatives[0], self.pair.revision.alternatives[0]

    def run(self) -> Iterator[Change]:
        """Yield the changes of the pair, and add the variants of a union to the pairs to compare."""
        base, revision = self.pair.base, self.pair.revision
        yield from self._own()
        if listed := kinds.listed_first(self.pair):
            yield listed
            if all(view.type for view in base.alternatives):  # An alternative without a type says nothing about null.
                yield from kinds.null(self.pair)
        elif self.is_single:
            yield from self._single()
        elif base.alternatives and revision.alternatives:
            yield from Union(self.pairs, self.pair).run()
            yield from kinds.null(self.pair)
        else:
            yield from kinds.emptied(base, revision)

    def _own(self) -> Iterator[Change]:
        """Yield the changes of a schema as a whole."""
        base, revision = self.pair.base, self.pair.revision
        yield from notes_of((base.notes, revision.notes), (base.spot, revision.spot), is_xml=self.pair.text == "xml")
        yield from keywords.open_enum(base, revision)
        yield from _names(self.pair.components)
        yield from self._not_judged()
        yield from overlapping(self.pairs, self.pair)

    def _single(self) -> Iterator[Change]:
        """Yield the changes of a schema that is no union, and of those that inherit from it."""
        views = self.views
        if self.pair.text and _are_bytes(views):
            return
        yield from kinds.misnamed(views)
        kind = kinds.change_of_type(self.pairs.inside, views, self.pair.text)
        if kind is not None:
            yield kind
        if kind is None or {views[0].type, views[1].type} == {"integer", "number"}:
            yield from self._keywords(typed=kind is None)
            yield from self._properties()
            yield from self._patterns()
            yield from self._children()
            self._prefix()
        if kind is None:
            yield from kinds.null(self.pair)
        yield from self._heirs()

    def _heirs(self) -> Iterator[Change]:
        if self.pair.whole is None:
            yield from heirs(self.pairs, self.pair)
            return
        # The heirs of a variant are those of its named schema.
        old, new = self.pair.components
        if old and new and "discriminator" in old.value and "discriminator" in new.value:
            self.pairs.meet_below(self.pair, (Node((old,)), Node((new,))))

    def _not_judged(self) -> Iterator[Change]:
        spot = self.pair.base.beyond or self.pair.revision.beyond
        if spot is None:
            return
        texts = ["".join(sorted(_closure(at) for at in node.spots)) for node in self.pair.nodes]
        if texts[0] != texts[1]:
            text = "has too many alternatives to compare, and what it refers to was changed: compare it by hand"
            yield Change(Rule.SCHEMA_NOT_JUDGED, text, self.pair.base.spot, self.pair.revision.spot, " ".join(texts))

    # One alternative.

    def _keywords(self, *, typed: bool) -> Iterator[Change]:
        yield from keywords.enum(self.views)
        if not keywords.listed_within(self.views):
            yield from keywords.bounds(self.views)
            yield from keywords.keywords(self.views, typed=typed)

    def _properties(self) -> Iterator[Change]:
        views = self.views
        shown = [{key: node for key, node in view.properties.items() if not self._hidden(view, key)} for view in views]
        required = [{key: spot for key, spot in view.required.items() if not self._hidden(view, key)} for view in views]
        gone, new = (
            [
                candidate(name, at.value)
                for name, node in mine.items()
                if name not in other.properties and (at := node.first)
            ]
            for mine, other in zip(shown, views[::-1], strict=True)
        )
        renamed = renames(gone, new) if gone and new else {}
        for old_name, name in renamed.items():
            spots = shown[0][old_name].first, shown[1][name].first
            home = views[0].component or component_of(views[0].home)
            told = Renamed("property", old_name, name, home.pointer[2] if home else "")
            text, segment = f"{old_name} is now {name}", Segment("property", old_name)
            yield Change(Rule.PROPERTY_RENAMED, text, *spots, f"{old_name} {name}", segment, renamed=told)
            self.pairs.meet_below(self.pair, (shown[0][old_name], shown[1][name]), Segment("property", name))
        flag = "read-only" if self.direction == "request" else "write-only"
        for name, old, fresh in joined(*shown):
            segment = Segment("property", name)
            if old is not None and fresh is not None:
                nodes = old, fresh
                if (said := self.pair.base.discriminator) and said.property == name:
                    nodes = tags_listed(self.pairs, self.pair, nodes)
                self.pairs.meet_below(self.pair, nodes, segment, required=(name in required[0], name in required[1]))
            elif name in renamed or name in renamed.values():
                continue
            elif old is not None:
                closed = self.pair.judged_as == "request" and _undeclared(views[1], name) is False
                rule = Rule.PROPERTY_REFUSED if closed and name not in views[1].properties else Rule.PROPERTY_REMOVED
                text = "is refused now" if rule is Rule.PROPERTY_REFUSED else "was removed"
                is_hidden = name in views[1].properties
                text, key = (f"is {flag} now", f"{name} {flag}") if is_hidden else (text, name)
                spots = old.first, views[1].home
                yield Change(rule, f"the property {text}", *spots, key, segment, Trace("present"))
                self._meet_free(views[1], old, segment, free_side=1)
            elif fresh is not None:
                needed = name in required[1] and name not in required[0]
                if not needed or self.pair.judged_as == "response":  # Else no caller goes on as before.
                    self._meet_free(views[0], fresh, segment, free_side=0)
                rule = Rule.REQUIRED_PROPERTY_ADDED if needed else Rule.PROPERTY_ADDED
                text, key = "is new and required" if needed else "was added", name
                if name in views[0].properties:
                    text, key = f"is no longer {flag}{', and is required' * needed}", f"{name} {flag}"
                spots = views[0].home, fresh.first
                yield Change(rule, f"the property {text}", *spots, key, segment, Trace("present"))
        yield from _required(views, shown, required, {*renamed, *renamed.values()})

    def _hidden(self, view: View, name: str) -> bool:
        """Return whether a property is left out in this direction: read-only in requests, write-only in responses."""
        node = view.properties.get(name)
        flag: Literal["readOnly", "writeOnly"] = "readOnly" if self.direction == "request" else "writeOnly"
        return node is not None and has_flag(node, flag)

    def _patterns(self) -> Iterator[Change]:
        views = self.views
        for pattern in dict.fromkeys(pattern for view in views for pattern in view.patterns):
            # A name that matches a pattern of the other side only has the schema of all other names.
            old, new = (view.patterns.get(pattern, view.children.get("additionalProperties")) for view in views)
            if isinstance(old, Node) and isinstance(new, Node):
                self.pairs.meet_below(self.pair, (old, new), Segment("keyword", pattern))
            else:
                homes = views[0].home, views[1].home
                what = f"`patternProperties` {pattern!r}"
                yield _came_or_went(what, (old, new), f"patternProperties {pattern}", homes)

    def _children(self) -> Iterator[Change]:
        views = _with_conditions(self.views)
        for keyword in dict.fromkeys(key for view in views for key in (*view.children, *view.words)):
            if keyword == "items" and min(map(longest, views)) <= max(len(view.prefix) for view in views):
                continue  # One side allows no element beyond `prefixItems`.
            # Absent `items` allow anything; for other keywords, absent and described differ.
            is_words = keyword == "items" or not any(keyword in view.children for view in views)
            old, new = (
                view.children.get(keyword, view.words.get(keyword, ANYTHING) if is_words else None) for view in views
            )
            word, _, name = keyword.partition(" ")
            is_named = word == "dependentSchemas"
            if isinstance(old, Node) and isinstance(new, Node):
                segment = _SEGMENTS.get(word, Segment("keyword", f"with {name}" if is_named else word))
                self.pairs.meet_below(self.pair, (old, new), segment, is_inverting=word in ("not", "if"))
                if word == "if":  # A value that fits `if` now must fit `then`, one that no longer does must fit `else`.
                    self.pairs.meet_below(self.pair, (old, new), segment)
            elif old is not new:
                homes = views[0].home, views[1].home
                what = f"`{_written(word, homes)}`" + f" {name!r}" * is_named
                yield _came_or_went(what, (old, new), keyword, homes)

    def _prefix(self) -> None:
        views = self.views
        rest = [view.children.get("items", ANYTHING) for view in views]
        for index in range(max(len(view.prefix) for view in views)):
            old, new = (
                view.prefix[index] if index < len(view.prefix) else rest[side] for side, view in enumerate(views)
            )
            if index < min(map(longest, views)) and isinstance(old, Node) and isinstance(new, Node):
                self.pairs.meet_below(self.pair, (old, new), Segment("items", str(index)))

    def _meet_free(self, view: View, node: Node, segment: Segment, *, free_side: Literal[0, 1]) -> None:
        """Compare a property that only one side declares with what the other side says of undeclared names."""
        free = _undeclared(view, segment.name)
        if isinstance(free, Node):
            self.pairs.meet_below(self.pair, (free, node) if free_side == 0 else (node, free), segment)


def _are_bytes(views: Views) -> bool:
    """Return whether both schemas of a part of a form are bytes: `{}` in 3.1 is `format: binary` in 3.0."""
    named = any("format" in view.keywords for view in views)
    return named and all(says_bytes(view) and (view.keywords or not view.type) for view in views)


def _undeclared(view: View, name: str) -> _Child:
    """Return the schema of a name that is not declared: by a pattern, else by `additionalProperties`."""
    return view.named(name) or view.children.get("additionalProperties")


def _required(
    views: Views, shown: list[dict[str, Node]], required: list[dict[str, Spot]], renamed: set[str]
) -> Iterator[Change]:
    for side, rule, text in (
        (1, Rule.PROPERTY_BECAME_REQUIRED, "the property became required"),
        (0, Rule.PROPERTY_BECAME_OPTIONAL, "the property is no longer required"),
    ):
        for name in sorted((required[side].keys() - required[1 - side].keys()) - renamed):
            if name in shown[side] and name not in shown[1 - side]:
                continue  # Reported as a new required property, or as a removed one.
            at = shown[1][name].first if side == 0 and name in shown[1] else views[1 - side].home
            spots = (at, required[1][name]) if side == 1 else (required[0][name], at)
            yield Change(rule, text, spots[0], spots[1], name, Segment("property", name), Trace("absent"))


def _with_conditions(views: Views) -> Views:
    """Return two alternatives whose conditions have the same keys, if the `if` of only one condition differs."""
    old, new = ({key[3:] for key in view.children if key.startswith("if ")} for view in views)
    if not len(old - new) == len(new - old) == 1:
        return views
    (left,), (right,) = old - new, new - old
    renamed = {
        key.replace(right, left) if key.endswith(f" {right}") else key: child
        for key, child in views[1].children.items()
    }
    return views[0], replace(views[1], children=renamed)


def _written(keyword: str, homes: Places) -> str:
    """Return a keyword as written in the schema: `unevaluatedProperties` are read as `additionalProperties`."""
    other = {"additionalProperties": "unevaluatedProperties", "items": "unevaluatedItems"}.get(keyword, keyword)
    said = [home.value for home in homes if home and isinstance(home.value, Mapping)]
    return other if any(other in value for value in said) and not any(keyword in value for value in said) else keyword


def _came_or_went(what: str, children: tuple[_Child, _Child], key: str, homes: Places) -> Change:
    """Return the change between no schema (anything is allowed), a schema, and `false` (nothing is allowed)."""
    spots = [child.first if isinstance(child, Node) else home for child, home in zip(children, homes, strict=True)]
    said = [spot.value if isinstance(child, Node) and (spot := child.first) else None for child in children]
    key = values_key(key, *said)
    if children[0] is None or children[1] is False:
        text = f"{what} are not allowed any more" if children[1] is False else f"{what} was added"
        rule = Rule.CONSTRAINT_ADDED if children[0] is None else Rule.CONSTRAINT_TIGHTENED
    else:
        text = f"{what} are allowed now" if children[0] is False else f"{what} was removed"
        rule = Rule.CONSTRAINT_REMOVED if children[1] is None else Rule.CONSTRAINT_LOOSENED
    return Change(rule, text, spots[0], spots[1], key)


# Names.


def _names(components: Places) -> Iterator[Change]:
    old, new = components
    if old is None or new is None or old.pointer[2] == new.pointer[2]:
        return
    names = old.pointer[2], new.pointer[2]
    schemas = [value_at(spot.document.value, ("components", "schemas")) for spot in (old, new)]
    if names[0] in schemas[1] or names[1] in schemas[0]:
        text = f"the schema is {names[1]} now, no longer {names[0]}"
        yield Change(Rule.SCHEMA_REPLACED, text, old, new, " ".join(names))
    else:
        text = f"the schema {names[0]} is now called {names[1]}"
        yield Change(Rule.SCHEMA_RENAMED, text, old, new, " ".join(names), renamed=Renamed("schema", *names))


# Helpers.


def _closure(spot: Spot) -> str:
    """Return the text of a schema and of all schemas that it refers to."""

    def following(at: Spot) -> list[Spot]:
        references = ((pointer, value.get("$ref")) for pointer, value in mappings(at.value, at.pointer))
        return [at.document.resolve(to, (*pointer, "$ref")) for pointer, to in references if isinstance(to, str)]

    return "\n".join(sorted(canonical(at.value) for at in reached([spot], following)))
