"""What changed between the two schemas of a pair, in the direction in which callers meet them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Literal, TypeAlias

from .align import (
    Candidate,
    Pair,
    Pairs,
    Step,
    candidate,
    constants,
    describe_view,
    first_spot,
    match,
    renames,
    told_apart,
)
from .changes import Change, canonical, listed, reworded, values_text, went
from .findings import Renamed, Segment, Trace
from .rules import Direction, Rule
from .schema import Discriminator, Keyword, Meaning, Node, View
from .source import Pointer, Spot

_Views: TypeAlias = tuple[View, View]
_Child: TypeAlias = Node | Literal[False] | None

# A value of the first format is one of the second.
_FORMAT_WITHIN: Final = frozenset(
    {("int32", "int64"), ("float", "double"), ("int32", "double"), ("int8", "int16"), ("int16", "int32")}
)
# The lower and upper limits; a number's are told together with the exclusive ones.
_LOWER: Final = ("minLength", "minItems", "minProperties", "minContains")
_UPPER: Final = ("maxLength", "maxItems", "maxProperties", "maxContains")
_BOUNDS: Final = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_CONSTRAINTS: Final = ("contentEncoding", "contentMediaType", "dependentRequired", "dependencies", "uniqueItems")
_SEGMENTS: Final[Mapping[str, Segment]] = {"items": Segment("items"), "additionalProperties": Segment("values")}
_DESCRIPTIONS: Final = frozenset({"title", "description", "summary", "externalDocs", "$comment"})


def compare(pairs: Pairs, pair: Pair) -> Iterator[tuple[Pair, Change]]:
    """Yield what changed between the schemas of a pair, one level deep, and meet the pairs below it.

    Raises:
        ReviewError: a `$ref` does not resolve.
    """
    yield from _Comparison(pairs, pair).run()


class _Comparison:
    """One pair, and what both sides of its comparison need."""

    def __init__(self, pairs: Pairs, pair: Pair) -> None:
        self.pairs, self.pair = pairs, pair
        self.direction: Direction = pair.direction

    def run(self) -> Iterator[tuple[Pair, Change]]:
        pair, base, revision = self.pair, self.pair.base, self.pair.revision
        views = base.alternatives, revision.alternatives
        for change in (
            *_notes(base, revision),
            *_open_enum(base, revision),
            *_names(_named(pair)),
            *self._not_judged(),
        ):
            yield pair, change
        if len(views[0]) == len(views[1]) == 1:
            both = views[0][0], views[1][0]
            yield from ((pair, change) for change in self._view(pair, both))
            if _change_of_type(both) is None:
                yield from ((pair, change) for change in _null(base, revision))
        elif not views[0] or not views[1]:
            yield from ((pair, change) for change in _emptied(base, revision))
        else:
            yield from self._union(views)
            yield from ((pair, change) for change in _null(base, revision))
        yield from ((pair, change) for change in (*_discriminators(base, revision), *_union_kind(base, revision)))

    def _not_judged(self) -> Iterator[Change]:
        spot = self.pair.base.beyond or self.pair.revision.beyond
        if spot is None:
            return
        texts = ["".join(sorted(_closure(at) for at in node.spots)) for node in self.pair.nodes]
        if texts[0] != texts[1]:
            text = "has too many alternatives to compare, and what it refers to was changed: compare it by hand"
            yield Change(Rule.SCHEMA_NOT_JUDGED, text, self.pair.base.spot, self.pair.revision.spot)

    # Unions.

    def _union(self, views: tuple[list[View], list[View]]) -> Iterator[tuple[Pair, Change]]:
        matched, gone, new = match(*views)
        for old, fresh in matched:
            member = self.pairs.member(self.pair, (old, fresh), _member_segment(fresh, matched))
            yield from ((member, change) for change in _notes(member.base, member.revision, (old, fresh)))
            yield from ((member, change) for change in _names((old.component, fresh.component)))
            yield from ((member, change) for change in self._view(member, (old, fresh)))
        for view in gone:
            name = describe_view(view)
            spots = view.spot or view.home, self.pair.revision.spot
            yield self.pair, Change(Rule.UNION_VARIANT_REMOVED, f"the variant {name} was removed", *spots, name)
        for view in new:
            name = describe_view(view)
            spots = self.pair.base.spot, view.spot or view.home
            if self.direction == "request" and self._overlaps(view, views):
                text = f"the variant {name} was added to oneOf, and what callers send today may fit it too"
                yield self.pair, Change(Rule.UNION_VARIANT_OVERLAPS, text, *spots, name)
            else:
                yield self.pair, Change(Rule.UNION_VARIANT_ADDED, f"the variant {name} was added", *spots, name)

    def _overlaps(self, view: View, views: tuple[list[View], list[View]]) -> bool:
        """Return whether oneOf refuses, because of a new variant, what callers sent before."""
        if self.pair.revision.union != "oneOf":
            return False
        old = views[0]
        careless = any(
            self._fits_both(one, other, side=0) for index, one in enumerate(old) for other in old[index + 1 :]
        )
        # Where the old variants overlap already, nobody reads this oneOf as exclusive.
        return not careless and any(self._fits_both(one, view, side=1) for one in old)

    def _fits_both(self, sent: View, other: View, *, side: Literal[0, 1]) -> bool:
        """Return whether a value of what is declared for one alternative may fit the other."""
        if sent.type != other.type and {sent.type, other.type} != {"integer", "number"}:
            return None in (sent.type, other.type)
        if sent.type != "object":
            lists = sent.accepts_only(), other.accepts_only()
            if lists[0] and lists[1]:
                return bool(set(map(canonical, lists[0])) & set(map(canonical, lists[1])))
            return not lists[0] and not lists[1] and not (sent.keywords and other.keywords)
        if told_apart(sent, other) or not set(other.required) <= set(sent.properties):
            return False
        if other.children.get("additionalProperties") is False and not set(sent.required) <= set(other.properties):
            return False
        shared = [name for name in other.properties if name in sent.properties]
        readers = self.pairs.readers[0], self.pairs.readers[side]
        for name in (name for name in shared if name in sent.required or name in other.required):
            meanings = readers[0].read(sent.properties[name]), readers[1].read(other.properties[name])
            kinds = [{view.type for view in meaning.alternatives} for meaning in meanings]
            if None not in kinds[0] | kinds[1] and not kinds[0] & kinds[1] and not all(m.null for m in meanings):
                return False
            enums = [_only_values(meaning) for meaning in meanings]
            if enums[0] and enums[1] and not enums[0] & enums[1]:
                return False
        return bool(shared) or not sent.required

    # One alternative.

    def _view(self, pair: Pair, views: _Views) -> Iterator[Change]:
        kind = _change_of_type(views)
        if kind is not None:
            yield kind
        if kind is not None and {views[0].type, views[1].type} != {"integer", "number"}:
            return
        yield from _enum(views)
        yield from _bounds(views)
        yield from _keywords(views, typed=kind is None)
        yield from self._properties(pair, views)
        yield from self._named(pair, (views[0].patterns, views[1].patterns), "patternProperties")
        yield from self._named(pair, (views[0].dependents, views[1].dependents), "dependentSchemas")
        yield from self._children(pair, views)
        yield from self._prefix(pair, views)

    def _properties(self, pair: Pair, views: _Views) -> Iterator[Change]:
        shown = [
            {key: node for key, node in view.properties.items() if not self._hidden(side, view, key)}
            for side, view in enumerate(views)
        ]
        required = [
            {key: spot for key, spot in view.required.items() if not self._hidden(side, view, key)}
            for side, view in enumerate(views)
        ]
        gone, new = (_candidates(shown[i], shown[1 - i], required[i]) for i in (0, 1))
        renamed = renames(gone, new)
        for old_name, name in renamed.items():
            spots = first_spot(shown[0][old_name]), first_spot(shown[1][name])
            schema = next((spot.pointer[2] for spot in (views[0].component, _home_component(views[0])) if spot), "")
            yield Change(
                Rule.PROPERTY_RENAMED,
                f"{old_name} is now {name}",
                *spots,
                f"{old_name} {name}",
                segment=Segment("property", old_name),
                renamed=Renamed("property", old_name, name, schema),
            )
            self._meet(pair, (shown[0][old_name], shown[1][name]), Segment("property", name), required=False)
        for name in dict.fromkeys([*shown[0], *shown[1]]):
            old, fresh = shown[0].get(name), shown[1].get(name)
            segment = Segment("property", name)
            if old is not None and fresh is not None:
                always = name in required[0] and name in required[1]
                self._meet(pair, (old, fresh), segment, required=always)
            elif name in renamed or name in renamed.values():
                continue
            elif old is not None:
                closed = self.direction == "request" and views[1].children.get("additionalProperties") is False
                rule = Rule.PROPERTY_REFUSED if closed and name not in views[1].properties else Rule.PROPERTY_REMOVED
                text = "the property is refused now" if rule is Rule.PROPERTY_REFUSED else "the property was removed"
                yield Change(rule, text, first_spot(old), views[1].home, name, segment, Trace("present"))
                self._meet_free(pair, views[1], old, segment, free_side=1)
            elif fresh is not None:
                self._meet_free(pair, views[0], fresh, segment, free_side=0)
                if name in required[1] and name not in required[0]:
                    text, rule = "the property is new and required", Rule.REQUIRED_PROPERTY_ADDED
                else:
                    text, rule = "the property was added", Rule.PROPERTY_ADDED
                yield Change(rule, text, views[0].home, first_spot(fresh), name, segment, Trace("present"))
        yield from self._required(views, shown, required, {*renamed, *renamed.values()})

    def _required(
        self, views: _Views, shown: list[dict[str, Node]], required: list[dict[str, Spot]], renamed: set[str]
    ) -> Iterator[Change]:
        for name in sorted((required[1].keys() - required[0].keys()) - renamed):
            if name in shown[1] and name not in shown[0]:
                continue  # That it is new and required is a change of its own.
            yield Change(
                Rule.PROPERTY_BECAME_REQUIRED,
                "the property became required",
                views[0].home,
                required[1][name],
                name,
                Segment("property", name),
                Trace("absent"),
            )
        for name in sorted((required[0].keys() - required[1].keys()) - renamed):
            if name in shown[0] and name not in shown[1]:
                continue  # It was removed.
            yield Change(
                Rule.PROPERTY_BECAME_OPTIONAL,
                "the property is no longer required",
                required[0][name],
                first_spot(shown[1][name]) if name in shown[1] else views[1].home,
                name,
                Segment("property", name),
                Trace("absent"),
            )

    def _hidden(self, side: int, view: View, name: str) -> bool:
        """Return whether a property is no part of this direction: read-only in requests, write-only in responses."""
        node = view.properties.get(name)
        flag: Literal["readOnly", "writeOnly"] = "readOnly" if self.direction == "request" else "writeOnly"
        return node is not None and self.pairs.readers[side].flag(node, flag)

    def _named(self, pair: Pair, maps: tuple[dict[str, Node], dict[str, Node]], keyword: str) -> Iterator[Change]:
        for key in dict.fromkeys([*maps[0], *maps[1]]):
            old, new = maps[0].get(key), maps[1].get(key)
            shown = key if keyword == "patternProperties" else f"with {key}"
            if old is not None and new is not None:
                self._meet(pair, (old, new), Segment("keyword", shown), required=False)
            else:
                yield _came_or_went(f"`{keyword}` {key!r}", (old, new), f"{keyword} {key}")

    def _children(self, pair: Pair, views: _Views) -> Iterator[Change]:
        for keyword in dict.fromkeys([*views[0].children, *views[1].children]):
            old, new = views[0].children.get(keyword), views[1].children.get(keyword)
            if isinstance(old, Node) and isinstance(new, Node):
                segment = _SEGMENTS.get(keyword, Segment("keyword", keyword))
                self._meet(pair, (old, new), segment, required=False, flipped=keyword in ("not", "if"))
                if keyword == "if":  # It may decide for either branch.
                    self._meet(pair, (old, new), segment, required=False)
            elif old is False and isinstance(new, Node):
                text = f"`{keyword}` are allowed now"
                yield Change(Rule.CONSTRAINT_LOOSENED, text, views[0].home, first_spot(new), keyword)
            elif new is False and isinstance(old, Node):
                text = f"`{keyword}` are not allowed any more"
                yield Change(Rule.CONSTRAINT_TIGHTENED, text, first_spot(old), views[1].home, keyword)
            elif old is not new:
                yield _came_or_went(f"`{keyword}`", (old, new), keyword, (views[0].home, views[1].home))

    def _prefix(self, pair: Pair, views: _Views) -> Iterator[Change]:
        for index in range(max(len(views[0].prefix), len(views[1].prefix))):
            old, new = (view.prefix[index] if index < len(view.prefix) else None for view in views)
            if old is not None and new is not None:
                self._meet(pair, (old, new), Segment("items", str(index)), required=False)
            else:
                yield _came_or_went(f"the schema of element {index}", (old, new), f"prefixItems {index}")

    def _meet(
        self, pair: Pair, nodes: tuple[Node, Node], segment: Segment, *, required: bool, flipped: bool = False
    ) -> None:
        direction: Direction = self.direction
        if flipped:
            direction = "response" if direction == "request" else "request"
        self.pairs.meet(nodes, direction, Step(pair, segment, required=required))

    def _meet_free(self, pair: Pair, view: View, node: Node, segment: Segment, *, free_side: Literal[0, 1]) -> None:
        """Compare a property that only one side declares with what the other allows for any name, if it says."""
        free = view.children.get("additionalProperties")
        if isinstance(free, Node):
            self._meet(pair, (free, node) if free_side == 0 else (node, free), segment, required=False)


# Types, enums and limits.


def _change_of_type(views: _Views) -> Change | None:
    old, new = views[0].type, views[1].type
    if old == new:
        return None
    if old is None or (old, new) == ("number", "integer"):
        rule = Rule.TYPE_NARROWED
    elif new is None or (old, new) == ("integer", "number"):
        rule = Rule.TYPE_WIDENED
    else:
        rule = Rule.TYPE_CHANGED
    text = f"the type went from {old or 'anything'} to {new or 'anything'}"
    return Change(rule, text, _spot_of(views[0], "type"), _spot_of(views[1], "type"), "type", trace=Trace("present"))


def _null(base: Meaning, revision: Meaning) -> Iterator[Change]:
    if base.null == revision.null:
        return
    spots = base.spot, revision.spot
    if revision.null:
        yield Change(Rule.BECAME_NULLABLE, "null is now allowed", *spots, "null", trace=Trace("null"))
    else:
        yield Change(Rule.BECAME_NOT_NULLABLE, "null is no longer allowed", *spots, "null", trace=Trace("null"))


def _emptied(base: Meaning, revision: Meaning) -> Iterator[Change]:
    """Yield the change where one side allows nothing, or nothing but null."""
    names = [
        " or ".join([*(view.type or "anything" for view in meaning.alternatives), *["null"] * meaning.null])
        or "nothing"
        for meaning in (base, revision)
    ]
    if names[0] == names[1]:
        return
    text = f"the type went from {names[0]} to {names[1]}"
    if revision.alternatives:
        rule = Rule.TYPE_WIDENED if revision.null or not base.null else Rule.TYPE_CHANGED
    elif base.alternatives:
        rule = Rule.TYPE_NARROWED if base.null or not revision.null else Rule.TYPE_CHANGED
    else:
        rule = Rule.TYPE_WIDENED if revision.null else Rule.TYPE_NARROWED
    yield Change(rule, text, base.spot, revision.spot, "type", trace=Trace("present"))


def _enum(views: _Views) -> Iterator[Change]:
    old, new = (view.keywords.get("enum") for view in views)
    spots = old.spot if old else views[0].home, new.spot if new else views[1].home
    if old and new:
        if added := listed(new.value, without=old.value):
            text, trace = f"the enum gained {values_text(added)}", Trace("values", tuple(added))
            yield Change(Rule.ENUM_VALUE_ADDED, text, *spots, _key(added), trace=trace)
        if removed := listed(old.value, without=new.value):
            text, trace = f"the enum lost {values_text(removed)}", Trace("values", tuple(removed))
            yield Change(Rule.ENUM_VALUE_REMOVED, text, *spots, _key(removed), trace=trace)
    elif new:
        yield Change(Rule.ENUM_ADDED, f"only these values are allowed now: {values_text(new.value)}", *spots)
    elif old:
        yield Change(Rule.ENUM_REMOVED, f"any value is allowed now, not only {values_text(old.value)}", *spots)


def _open_enum(base: Meaning, revision: Meaning) -> Iterator[Change]:
    closed = any(view.accepts_only() for meaning in (base, revision) for view in meaning.alternatives)
    spots = base.known_spot or base.spot, revision.known_spot or revision.spot
    if not closed:  # Else a closed enum became open, or the reverse: that is a change of its own.
        yield from _known_values(base.known, revision.known, spots, Rule.OPEN_ENUM_VALUE_REMOVED, "the open enum")
    spots = base.extensible_spot or base.spot, revision.extensible_spot or revision.spot
    # Without a list, nothing says what the server understands.
    rule = Rule.EXTENSIBLE_ENUM_VALUE_REMOVED if revision.extensible else Rule.OPEN_ENUM_VALUE_REMOVED
    yield from _known_values(base.extensible, revision.extensible, spots, rule, "x-extensible-enum")


def _known_values(
    old: tuple[Any, ...], new: tuple[Any, ...], spots: tuple[Spot | None, Spot | None], removed_by: Rule, what: str
) -> Iterator[Change]:
    if added := listed(new, without=old):
        text, trace = f"{what} now lists {values_text(added)}", Trace("values", tuple(added))
        yield Change(Rule.OPEN_ENUM_VALUE_ADDED, text, *spots, _key(added), trace=trace)
    if removed := listed(old, without=new):
        text, trace = f"{what} no longer lists {values_text(removed)}", Trace("values", tuple(removed))
        yield Change(removed_by, text, *spots, _key(removed), trace=trace)


def _bounds(views: _Views) -> Iterator[Change]:
    """Yield the changes of a number's limits, inclusive or not."""
    for inclusive, exclusive, sign in (("minimum", "exclusiveMinimum", 1), ("maximum", "exclusiveMaximum", -1)):
        limits = [_bound(view, inclusive, exclusive, sign) for view in views]
        if limits[0] == limits[1]:
            continue
        spots = [_keyword_spot(view, inclusive, exclusive) for view in views]
        tightened = limits[0] is None or (limits[1] is not None and limits[1] > limits[0])
        texts = [_bound_text(view, inclusive, exclusive) for view in views]
        rule = Rule.LIMIT_TIGHTENED if tightened else Rule.LIMIT_LOOSENED
        if texts[0] is None:
            text = f"{texts[1]} was set"
        elif texts[1] is None:
            text = f"{texts[0]} was removed"
        else:
            text = f"{texts[0]} became {texts[1]}"
        yield Change(rule, text, spots[0], spots[1], inclusive)


def _bound(view: View, inclusive: str, exclusive: str, sign: int) -> tuple[float, bool] | None:
    """Return a limit as one that is tighter the greater it is; None if there is none."""
    found = []
    for name, strict in ((inclusive, False), (exclusive, True)):
        word = view.keywords.get(name)
        if word and isinstance(word.value, int | float) and not isinstance(word.value, bool):
            found.append((sign * word.value, strict))
    return max(found, default=None)


def _bound_text(view: View, *names: str) -> str | None:
    found = [f"`{name}` {view.keywords[name].value}" for name in names if name in view.keywords]
    return " with ".join(found) or None


def _keyword_spot(view: View, *names: str) -> Spot | None:
    return next((view.keywords[name].spot for name in names if name in view.keywords), view.home)


def _keywords(views: _Views, *, typed: bool) -> Iterator[Change]:
    """Yield the changes of the keywords that are neither limits of numbers nor schemas."""
    for name in dict.fromkeys([*views[0].keywords, *views[1].keywords]):
        old, new = (view.keywords.get(name) for view in views)
        if name in ("enum", *_BOUNDS) or (old and new and canonical(old.value) == canonical(new.value)):
            continue
        if name == "format" and not typed:
            continue  # A format belongs to its type; that the type changed says it all.
        judge = _JUDGES.get(name, _constraint if name in _CONSTRAINTS else None)
        rule = judge(old.value if old else None, new.value if new else None) if judge else Rule.ANNOTATION_CHANGED
        values = old.value if old else None, new.value if new else None
        text = f"`{name}` {went(*values)}" if rule is not Rule.ANNOTATION_CHANGED else f"`{name}` {reworded(*values)}"
        yield Change(rule, text, _keyword_spot(views[0], name), _keyword_spot(views[1], name), name)


def _lower(old: Any, new: Any) -> Rule:
    if not isinstance(old, int | float | None) or not isinstance(new, int | float | None):
        return Rule.CONSTRAINT_CHANGED
    return Rule.LIMIT_TIGHTENED if old is None or (new is not None and new > old) else Rule.LIMIT_LOOSENED


def _upper(old: Any, new: Any) -> Rule:
    if not isinstance(old, int | float | None) or not isinstance(new, int | float | None):
        return Rule.CONSTRAINT_CHANGED
    return Rule.LIMIT_TIGHTENED if old is None or (new is not None and new < old) else Rule.LIMIT_LOOSENED


def _pattern(old: Any, new: Any) -> Rule:
    return Rule.PATTERN_ADDED if old is None else Rule.PATTERN_REMOVED if new is None else Rule.PATTERN_CHANGED


def _format(old: Any, new: Any) -> Rule:
    if old is None or new is None:
        return Rule.FORMAT_ADDED if old is None else Rule.FORMAT_REMOVED
    if (old, new) in _FORMAT_WITHIN:
        return Rule.FORMAT_LOOSENED
    return Rule.FORMAT_TIGHTENED if (new, old) in _FORMAT_WITHIN else Rule.FORMAT_CHANGED


def _multiple(old: Any, new: Any) -> Rule:
    if old is None or new is None:
        return Rule.LIMIT_TIGHTENED if old is None else Rule.LIMIT_LOOSENED
    numbers = all(isinstance(value, int | float) and value for value in (old, new))
    if numbers and (old / new).is_integer():
        return Rule.LIMIT_LOOSENED
    return Rule.LIMIT_TIGHTENED if numbers and (new / old).is_integer() else Rule.CONSTRAINT_CHANGED


def _constraint(old: Any, new: Any) -> Rule:
    if old is None:
        return Rule.CONSTRAINT_ADDED
    return Rule.CONSTRAINT_REMOVED if new is None else Rule.CONSTRAINT_CHANGED


_JUDGES: Final[Mapping[str, Callable[[Any, Any], Rule]]] = {
    **dict.fromkeys(_LOWER, _lower),
    **dict.fromkeys(_UPPER, _upper),
    "pattern": _pattern,
    "format": _format,
    "multipleOf": _multiple,
}


def _came_or_went(
    what: str,
    children: tuple[_Child, _Child],
    key: str,
    homes: tuple[Spot | None, Spot | None] = (None, None),
) -> Change:
    """Return the change that a schema for what was free came, or that it went."""
    spots = [
        first_spot(child) if isinstance(child, Node) else home for child, home in zip(children, homes, strict=True)
    ]
    if children[0] is None:
        text = f"{what} are not allowed any more" if children[1] is False else f"{what} was added"
        return Change(Rule.CONSTRAINT_ADDED, text, spots[0], spots[1], key)
    text = f"{what} are allowed now" if children[0] is False else f"{what} was removed"
    return Change(Rule.CONSTRAINT_REMOVED, text, spots[0], spots[1], key)


# Words and names.


def _notes(base: Meaning, revision: Meaning, views: _Views | None = None) -> Iterator[Change]:
    sides = (base.notes, revision.notes) if views is None else (views[0].notes, views[1].notes)
    for key in dict.fromkeys([*sides[0], *sides[1]]):
        old, new = sides[0].get(key), sides[1].get(key)
        values = old.value if old else None, new.value if new else None
        if canonical(values[0]) == canonical(values[1]) and (old is None) == (new is None):
            continue
        spots = old.spot if old else base.spot, new.spot if new else revision.spot
        if key == "default":
            yield Change(Rule.DEFAULT_CHANGED, f"the default {_default_went(old, new)}", *spots, key)
        elif key == "deprecated":
            rule = Rule.DEPRECATED if new else Rule.NO_LONGER_DEPRECATED
            yield Change(rule, "is deprecated" if new else "is no longer deprecated", *spots, key)
        elif key in _DESCRIPTIONS:
            yield Change(Rule.DESCRIPTION_CHANGED, f"{key} {reworded(*values)}", *spots, key)
        elif key in ("example", "examples"):
            yield Change(Rule.EXAMPLE_CHANGED, f"{key} {reworded(*values)}", *spots, key)
        else:
            yield Change(Rule.ANNOTATION_CHANGED, f"`{key}` {reworded(*values)}", *spots, key)


def _default_went(old: Keyword | None, new: Keyword | None) -> str:
    if old is None and new is not None and new.value is None:
        return "was set to null"
    return went(old.value if old else None, new.value if new else None)


def _named(pair: Pair) -> tuple[Spot | None, Spot | None]:
    """Return the schemas of a name that both sides of a pair are, also where null is allowed beside them."""
    found = []
    for node, meaning in zip(pair.nodes, (pair.base, pair.revision), strict=True):
        spot = node.spots[0] if len(node.spots) == 1 else None
        only = meaning.alternatives[0].component if len(meaning.alternatives) == 1 else None
        found.append(spot if spot and _is_component(spot.pointer) else only)
    return found[0], found[1]


def _names(components: tuple[Spot | None, Spot | None]) -> Iterator[Change]:
    old, new = components
    if old is None or new is None or old.pointer[2] == new.pointer[2]:
        return
    names = old.pointer[2], new.pointer[2]
    schemas = [spot.document.get(("components", "schemas")) for spot in (old, new)]
    if names[0] in schemas[1] or names[1] in schemas[0]:
        text = f"the schema is {names[1]} now, no longer {names[0]}"
        yield Change(Rule.SCHEMA_REPLACED, text, old, new, " ".join(names))
    else:
        text = f"the schema {names[0]} is now called {names[1]}"
        yield Change(Rule.SCHEMA_RENAMED, text, old, new, " ".join(names), renamed=Renamed("schema", *names))


def _is_component(pointer: Pointer) -> bool:
    return len(pointer) == 3 and pointer[:2] == ("components", "schemas")


def _home_component(view: View) -> Spot | None:
    return view.home if view.home and _is_component(view.home.pointer) else None


# Discriminators and kinds of unions.


def _discriminators(base: Meaning, revision: Meaning) -> Iterator[Change]:
    old, new = base.discriminator, revision.discriminator
    if old is None or new is None:
        if old is not new:
            rule = Rule.DISCRIMINATOR_ADDED if old is None else Rule.DISCRIMINATOR_REMOVED
            text = f"the discriminator was {'added' if old is None else 'removed'}"
            yield Change(rule, text, old.spot if old else base.spot, new.spot if new else revision.spot)
        return
    spots = old.spot, new.spot
    if old.property != new.property:
        text = f"the discriminator went from {old.property} to {new.property}"
        yield Change(Rule.DISCRIMINATOR_PROPERTY_CHANGED, text, *spots)
        return
    tags = _tags(base, old), _tags(revision, new)
    # A variant that came or went is a change of its own; children of a base schema are seen by their tags only.
    names = [{view.name for view in meaning.alternatives} for meaning in (base, revision)]
    children = all(len(meaning.alternatives) == 1 for meaning in (base, revision))
    for tag in sorted(tags[0].keys() | tags[1].keys()):
        before, after = tags[0].get(tag), tags[1].get(tag)
        if before is None and (children or after in names[0]):
            text = f"the discriminator now knows {tag!r}"
            yield Change(Rule.DISCRIMINATOR_MAPPING_ADDED, text, *spots, tag)
        elif after is None and (children or before in names[1]):
            text = f"the discriminator no longer knows {tag!r}"
            yield Change(Rule.DISCRIMINATOR_MAPPING_REMOVED, text, *spots, tag)
        elif before and after and before != after and (children or (before in names[1] and after in names[0])):
            text = f"{tag!r} meant {before} and means {after}"
            yield Change(Rule.DISCRIMINATOR_MAPPING_CHANGED, text, *spots, tag)


def _tags(meaning: Meaning, discriminator: Discriminator) -> dict[str, str]:
    """Return the alternative that each tag means, whether the mapping says so, its constant does, or its name."""
    tags = dict(discriminator.mapping)
    for view in meaning.alternatives:
        tags.setdefault(str(constants(view).get(discriminator.property) or view.name), view.name)
    return tags


def _union_kind(base: Meaning, revision: Meaning) -> Iterator[Change]:
    old, new = base.union, revision.union
    several = len(base.alternatives) > 1 and len(revision.alternatives) > 1
    if not several or old == new or old is None or new is None:
        return
    kinds = [view.type for view in revision.alternatives]
    if None not in kinds and len(set(kinds)) == len(kinds):
        rule = Rule.UNION_RESPELLED
    else:
        rule = Rule.UNION_BECAME_ONE_OF if new == "oneOf" else Rule.UNION_BECAME_ANY_OF
    yield Change(rule, f"{old} became {new}", base.spot, revision.spot)


# Helpers.


def _candidates(mine: dict[str, Node], theirs: dict[str, Node], required: Mapping[str, Spot]) -> list[Candidate]:
    """Return the properties that only one side has."""
    return [
        candidate(name, index, required=name in required, value=spot.value)
        for index, (name, node) in enumerate(mine.items())
        if name not in theirs and (spot := first_spot(node))
    ]


def _member_segment(view: View, matched: list[tuple[View, View]]) -> Segment | None:
    """Return the segment of an alternative, where others of its type make one needed."""
    if sum(fresh.type == view.type for _, fresh in matched) < 2:
        return None
    tags = [str(value) for value in constants(view).values()]
    return Segment("variant", tags[0] if tags else describe_view(view))


def _only_values(meaning: Meaning) -> set[str] | None:
    lists = [view.accepts_only() for view in meaning.alternatives]
    return {canonical(value) for found in lists for value in found or ()} if lists and all(lists) else None


def _spot_of(view: View, keyword: str) -> Spot | None:
    home = view.home or view.spot
    has = home is not None and isinstance(home.value, Mapping) and keyword in home.value
    return home.child(keyword) if home and has else home


def _key(values: list[Any]) -> str:
    return " ".join(sorted(map(canonical, values)))


def _closure(spot: Spot) -> str:
    """Return the text of a schema with everything that it refers to."""
    found: dict[Spot, str] = {}
    todo = [spot]
    while todo:
        at = todo.pop()
        if at not in found:
            found[at] = canonical(at.value)
            todo.extend(_references(at))
    return "\n".join(sorted(found.values()))


def _references(spot: Spot) -> Iterator[Spot]:
    todo = [spot]
    while todo:
        at = todo.pop()
        if isinstance(at.value, Mapping):
            if isinstance(reference := at.value.get("$ref"), str):
                yield at.document.resolve(reference, (*at.pointer, "$ref"))
            todo.extend(at.child(key) for key in at.value)
        elif isinstance(at.value, list):
            todo.extend(at.child(str(index)) for index in range(len(at.value)))
