"""The variants of a union: their names, which of two unions correspond, and whether a value fits two of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import combinations, product
from typing import Any, Final

from ..rules import Direction
from ..source import Spot
from .limits import refuses
from .meaning import Meaning, Node, View, canonical, share_type
from .reading import Reader

# Keywords that list values, or hold a schema that may do so.
_LISTS: Final = frozenset({"enum", "const", "anyOf", "oneOf", "allOf", "$ref", "$dynamicRef", "$recursiveRef"})


def describe(view: View) -> str:
    """Return a short name of an alternative: its schema's name, its tag, its values or its type."""
    if view.name:
        return view.name
    tags = view.constants
    if tags:
        return ", ".join(f"{name} {value!r}" for name, value in tags.items())
    if values := view.accepts_only():
        return ", ".join(json.dumps(value, ensure_ascii=False) for value in values)
    title = view.notes.get("title")
    if title:
        return str(title.value)
    form = view.keywords.get("format")
    return f"{view.type or 'anything'}{f' ({form.value})' if form else ''}"


def match(base: list[View], revision: list[View]) -> tuple[list[tuple[View, View]], list[View], list[View]]:
    """Return the alternatives that correspond, the removed ones, and the new ones."""
    scores = sorted(
        (-score, i, j)
        for i, old in enumerate(base)
        for j, new in enumerate(revision)
        if (score := _likeness(old, new)) > 0
    )
    left, right = dict(enumerate(base)), dict(enumerate(revision))
    matched = []
    for _, i, j in scores:
        if i in left and j in right:
            matched.append((i, left.pop(i), right.pop(j)))
    for kind in dict.fromkeys(view.type for view in left.values()):
        alone = [[key for key, view in side.items() if view.type == kind] for side in (left, right)]
        if len(alone[0]) == len(alone[1]) == 1:
            old, new = left[alone[0][0]], right[alone[1][0]]
            if not _stay_apart(old, new) and (not told_apart(old, new) or _retagged(old, new)):
                matched.append((alone[0][0], left.pop(alone[0][0]), right.pop(alone[1][0])))
    matched.sort(key=lambda item: item[0])
    return [(old, new) for _, old, new in matched], list(left.values()), list(right.values())


def split(sides: tuple[list[View], list[View]], reader: Reader) -> tuple[list[View], list[View]]:
    """Return the alternatives of both sides, split by their tags where the other side groups the tags in another way.

    Tags are the values of a property that no two alternatives of a side have in common.
    """
    single = [set.intersection(*(set(view.constants) for view in side)) for side in sides]
    if single[0] & single[1]:
        return sides  # Each alternative has one tag already.
    known = [{name for view in side for name in view.properties} for side in sides]
    names = known[0] & known[1]
    tags = [[_tags(view, names, reader) for view in side] for side in sides]
    for name in sorted({name for side in tags for found in side for name in found}):
        here = [[found.get(name, {}) for found in side] for side in tags]
        if any(left.keys() & right.keys() for side in here for left, right in combinations(side, 2)):
            continue
        regrouped = {
            tag
            for side, other in (here, here[::-1])
            for mine in side
            if sum(not mine.keys().isdisjoint(there) for there in other) > 1
            for tag in mine
        }
        if regrouped:
            old, new = (
                [part for view, mine in zip(side, values, strict=True) for part in _parts(view, name, mine, regrouped)]
                for side, values in zip(sides, here, strict=True)
            )
            tagged = [[view for view in side if name in view.properties] for side in (old, new)]
            if all(any(name not in view.required for view in side) for side in tagged):
                # An object without a tag is allowed on both sides: which alternative it fits makes no difference.
                for view in (*tagged[0], *tagged[1]):
                    view.required = view.required | {name: view.properties[name].spots[0]}
            return old, new
    return sides


def _tags(view: View, names: Set[str], reader: Reader) -> dict[str, dict[str, Any]]:
    """Return those of some properties of an object that list their values, with those values."""
    found = {}
    for name, node in view.properties.items() if view.type == "object" else ():
        if name not in names or not any(_may_list(spot) for spot in node.spots):
            continue
        said = reader.read(node).alternatives
        if len(said) == 1 and (values := said[0].accepts_only()):
            found[name] = {canonical(value): value for value in values}
    return found


def _may_list(spot: Spot) -> bool:
    """Return whether a schema may list its values, without reading all of it."""
    value = spot.resolved().value
    return isinstance(value, Mapping) and not value.keys().isdisjoint(_LISTS)


def _parts(view: View, name: str, values: Mapping[str, Any], regrouped: Set[str]) -> list[View]:
    """Return an object with one alternative for each regrouped tag, and one for its other tags."""
    if len(values) < 2 or regrouped.isdisjoint(values):
        return [replace(view)]
    node = view.properties[name]
    at = node.spots[0].child("enum")
    groups = [[value] for tag, value in values.items() if tag in regrouped]
    if rest := [value for tag, value in values.items() if tag not in regrouped]:
        groups.append(rest)
    return [
        replace(
            view,
            component=None,
            properties=view.properties
            | {name: node & Node((Spot(at.document, (*at.pointer, canonical(group)), {"enum": group}),))},
        )
        for group in groups
    ]


def told_apart(old: View, new: View) -> bool:
    """Return whether a constant property distinguishes two alternatives."""
    return any(new.tags.get(name, tag) != tag for name, tag in old.tags.items())


def _retagged(old: View, new: View) -> bool:
    """Return whether two unnamed alternatives have the same properties and differ in their tag only."""
    names = old.properties.keys(), new.properties.keys()
    return not old.name and not new.name and names[0] == names[1] and len(names[0]) > 1


def _stay_apart(old: View, new: View) -> bool:
    """Return whether a named schema cannot have become another one: it is in both documents, and they share little."""
    if old.component is None or new.component is None or old.name == new.name:
        return False
    is_kept = ("schemas", old.name) in new.component.document.components
    if not is_kept and ("schemas", new.name) not in old.component.document.components:
        return False
    names = old.properties.keys(), new.properties.keys()
    return 2 * len(names[0] & names[1]) < len(names[0] | names[1])


def _likeness(old: View, new: View) -> float:
    if old.type != new.type and {old.type, new.type} != {"integer", "number"}:
        return 0
    if _stay_apart(old, new):
        return 0
    named = 40 if old.name and old.name == new.name else 0
    both = old.properties.keys() & new.properties.keys()
    if old.tags.keys() & new.tags.keys():
        return named if told_apart(old, new) else 50 + named + len(both)
    score = (0.5 if old.type == new.type else 0.1) + named
    if old.type == "object" and (old.properties or new.properties):
        union = old.properties.keys() | new.properties.keys()
        score = score + 10 * len(both) / len(union) if both or score > 1 else 0
    values = old.accepts_only(), new.accepts_only()
    if values[0] and values[1]:
        score += len(set(map(canonical, values[0])) & set(map(canonical, values[1])))
    words = [{key: word.value for key, word in view.keywords.items()} for view in (old, new)]
    return score + (5 if words[0] == words[1] else 0) + (1 if old.required.keys() == new.required.keys() else 0)


class Overlaps:
    """Find out whether a value may fit two alternatives at once, which `oneOf` refuses."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def refused(self, base: Meaning, revision: Meaning, direction: Direction) -> tuple[View, View] | None:
        """Return two variants of a new `oneOf` that a previously valid value may fit at once; None if there are none.

        Where the old variants overlap already, or a variant takes anything, the server does not read this oneOf as
        exclusive.
        """
        takes_all = any(view.type is None and view.is_unlimited for members in revision.exclusive for view in members)
        if direction != "request" or len(revision.exclusive) < 2 or revision.discriminator or takes_all:
            return None
        if any(self._fits_both(one, other) or self._fits_both(other, one) for one, other in _across(base)):
            return None
        for one, other in _across(revision):
            is_sent = any(self._fits_both(view, one) and self._fits_both(view, other) for view in base.alternatives)
            if is_sent and not self._disjoint(one, other):
                return one, other
        return None

    def disjoint(self, views: list[View]) -> bool:
        """Return whether certainly no value fits two of some alternatives."""
        return all(self._disjoint(one, other) for one, other in combinations(views, 2))

    def _fits_both(self, sent: View, other: View) -> bool:
        """Return whether a value of the declared properties of one alternative may fit the other."""
        if self._disjoint(sent, other):
            return False
        if sent.type != "object" or other.type != "object":
            return True
        is_told = sent.required and sent.properties.keys().isdisjoint(other.properties)
        return other.required.keys() <= sent.properties.keys() and not is_told

    def _disjoint(self, one: View, other: View) -> bool:
        """Return whether certainly no value fits both of two alternatives."""
        if one.type != "object" or other.type != "object":
            items = one.children.get("items"), other.children.get("items")
            # An empty array fits both, but hardly anybody sends one.
            return not _may_share(one, other) or self._apart(*items)
        if told_apart(one, other):
            return True
        for mine, theirs in ((one, other), (other, one)):
            is_closed = mine.children.get("additionalProperties") is False
            if is_closed and not theirs.required.keys() <= mine.properties.keys():
                return True
            if not theirs.required.keys().isdisjoint(self._refused(mine)):
                return True
        # A value of both has the properties that either of them requires.
        names = (*one.required, *other.required)
        return any(self._apart(one.properties.get(name), other.properties.get(name)) for name in names)

    def _refused(self, view: View) -> set[str]:
        """Return the properties that an object refuses by `not: {required: [...]}`."""
        node = view.children.get("not")
        refused = self.reader.read(node).alternatives if isinstance(node, Node) else []
        return {
            name
            for item in refused
            for name in item.required
            if len(item.required) == 1 and replace(item, properties={}, required={}).is_unlimited
        }

    def _apart(self, one: Node | bool | None, other: Node | bool | None) -> bool:
        """Return whether two schemas certainly have no value in common."""
        if not isinstance(one, Node) or not isinstance(other, Node):
            return False
        meanings = self.reader.read(one), self.reader.read(other)
        kinds = [{view.type for view in meaning.alternatives} for meaning in meanings]
        if None not in kinds[0] | kinds[1] and not kinds[0] & kinds[1] and not all(m.null for m in meanings):
            return True
        values = [meaning.accepts_only() for meaning in meanings]
        if values[0] and values[1]:
            return {*map(canonical, values[0])}.isdisjoint(map(canonical, values[1]))
        return any(
            listed and None not in listed and all(_refused_by(listed, view) for view in meaning.alternatives)
            for listed, meaning in zip(values, reversed(meanings), strict=True)
        )


def _across(meaning: Meaning) -> Iterator[tuple[View, View]]:
    """Yield each two alternatives of different members of a `oneOf`."""
    for members, others in combinations(meaning.exclusive, 2):
        yield from product(members, others)


def _may_share(one: View, other: View) -> bool:
    """Return whether two alternatives other than objects may have a value in common, by their limits."""
    if not share_type(one.type, other.type):
        return False
    lists = one.accepts_only(), other.accepts_only()
    if lists[0] and lists[1]:
        return bool(set(map(canonical, lists[0])) & set(map(canonical, lists[1])))
    if any(_above(left, right) for left, right in ((one, other), (other, one))):
        return False
    if lists[0] or lists[1]:
        return not _refused_by(lists[0], other) and not _refused_by(lists[1], one)
    # Different formats or patterns are assumed to have no value in common.
    return not any(
        key in one.keywords and key in other.keywords and one.keywords[key].value != other.keywords[key].value
        for key in ("format", "pattern")
    )


def _refused_by(values: Sequence[Any] | None, view: View) -> bool:
    """Return whether an alternative certainly refuses each of some listed values; False if none are listed."""
    return bool(values) and all(refuses(view, value) for value in values or ())


def _above(one: View, other: View) -> bool:
    """Return whether a lower limit of one alternative is above the upper limit of another."""
    for low, high in (("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems")):
        least, most = one.keywords.get(low), other.keywords.get(high)
        numbers = [word.value for word in (least, most) if word and isinstance(word.value, int | float)]
        if len(numbers) == 2 and numbers[0] > numbers[1]:
            return True
    return False
