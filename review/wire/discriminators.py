"""Discriminators: the property that says which variant a value is of, and the tags by which it says so.

A tag is a name on the wire. It stands in the mapping, is the one value of the variant's property, or is the name of the
variant's schema. A schema with a discriminator stands for those that inherit from it by `allOf: [$ref: parent]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Literal, TypeAlias

from ..findings import Segment
from ..rules import Rule
from ..source import ReviewError, Spot
from .align import Pair, Pairs
from .changes import Change, Places, came_or_went, joined
from .keywords import Views
from .meaning import Discriminator, Meaning, Node, View

# The old and the new discriminator.
Sides: TypeAlias = tuple[Discriminator | None, Discriminator | None]


def tags_of(view: View, discriminator: Discriminator) -> frozenset[str]:
    """Return the tags that mean a variant."""
    names = view.around | {view.name}
    mapped = frozenset(tag for tag, name in discriminator.mapping.items() if name in names)
    own = view.constants.get(discriminator.property, view.name)
    return mapped or frozenset({str(own)} if own != "" else ())


def compare(sides: Sides, homes: Places, variants: Sequence[Views], told: set[str]) -> Iterator[Change]:
    """Yield the changes of a discriminator and its tags.

    Args:
        sides: The old and the new discriminator.
        homes: The spots of the schemas that have the discriminators.
        variants: The variants of both sides that correspond.
        told: The names of the variants that came or went, which other changes report.
    """
    old, new = sides
    if old is None or new is None:
        if only := old or new:
            rules = Rule.DISCRIMINATOR_ADDED, Rule.DISCRIMINATOR_REMOVED
            parts = old.spot if old else None, new.spot if new else None
            yield came_or_went(rules, f"the discriminator {only.property}", parts, homes)
        return
    if old.property != new.property:
        text = f"the discriminator went from {old.property} to {new.property}"
        key = f"{old.property} {new.property}"
        yield Change(Rule.DISCRIMINATOR_PROPERTY_CHANGED, text, old.spot, new.spot, key)
        return
    spots = old.spot, new.spot
    yield from _of_variants(variants, old, new)
    known = {view.name for views in variants for view in views} | told
    for tag, before, after in joined(old.mapping, new.mapping):
        if before != after and before not in known and after not in known:  # No union lists what the tag means.
            yield _tag(tag, before, after, spots)
    if old.default != new.default:
        text = f"an object with another tag, or none, was {old.default or 'refused'} and is {new.default or 'refused'}"
        rule = Rule.DISCRIMINATOR_MAPPING_CHANGED
        if not (old.default and new.default):
            rule = Rule.DISCRIMINATOR_MAPPING_ADDED if new.default else Rule.DISCRIMINATOR_MAPPING_REMOVED
        yield Change(rule, text, *spots, f"defaultMapping {old.default} {new.default}")


def is_told(view: View, here: Meaning, there: Meaning) -> bool:
    """Return whether a discriminator gives a variant of one union a tag that the other union does not have."""
    mine, others = here.discriminator, there.discriminator
    if mine is None or others is None or mine.property != others.property:
        return False
    known = {tag for other in there.alternatives for tag in tags_of(other, others)} | others.mapping.keys()
    return not tags_of(view, mine) <= known


def _of_variants(both: Sequence[Views], old: Discriminator, new: Discriminator) -> Iterator[Change]:
    spots = old.spot, new.spot
    before = {tag: one.name for one, _ in both for tag in tags_of(one, old)}
    after = {tag: other.name for _, other in both for tag in tags_of(other, new)}
    for one, other in both:
        if old.property in one.constants and old.property in other.constants and not (old.mapping or new.mapping):
            continue  # The property itself changed.
        # A schema's own name stays a tag beside those of the mapping.
        tags = tags_of(one, old), tags_of(other, new)
        lost, gained = sorted(tags[0] - tags[1] - {other.name}), sorted(tags[1] - tags[0] - {one.name})
        yield from (_tag(tag, before[tag], after[tag], spots) for tag in lost if tag in after)
        lost, gained = [tag for tag in lost if tag not in after], [tag for tag in gained if tag not in before]
        if len(lost) == len(gained) == 1:
            text = f"the tag of {other.name} went from {lost[0]!r} to {gained[0]!r}"
            yield Change(Rule.DISCRIMINATOR_TAG_RENAMED, text, *spots, f"{lost[0]} {gained[0]}")
            continue
        yield from (_tag(tag, one.name, None, spots) for tag in lost)
        yield from (_tag(tag, None, other.name, spots) for tag in gained)


def _tag(tag: str, before: str | None, after: str | None, spots: tuple[Spot, Spot]) -> Change:
    """Return the change of a tag, given the names of the schemas that it means; None where it is not known."""
    if after is None:
        return Change(Rule.DISCRIMINATOR_MAPPING_REMOVED, f"the discriminator no longer knows {tag!r}", *spots, tag)
    if before is None:
        return Change(Rule.DISCRIMINATOR_MAPPING_ADDED, f"the discriminator now knows {tag!r}", *spots, tag)
    text = f"{tag!r} meant {before} and means {after}"
    return Change(Rule.DISCRIMINATOR_MAPPING_CHANGED, text, *spots, f"{tag} {before} {after}")


# Inheritance.


class _Side:
    """A schema of a pair with a discriminator, and the heirs that it may mean.

    Attributes:
        discriminator: The discriminator; if it is inherited, with the tags of the schema and its heirs only.
        heirs: The named schemas by name, each with a tag that the discriminator's property allows.
    """

    def __init__(self, pairs: Pairs, pair: Pair, side: Literal[0, 1]) -> None:
        self.reader, families = pairs.reader, pairs.families[side]
        self.meaning, self.parent = (pair.base, pair.revision)[side], pair.components[side]
        self.discriminator = said = self.meaning.discriminator
        if said and self.parent and said.spot.pointer[:3] != self.parent.pointer:
            names = {self.parent.pointer[2], *families.descendants(self.parent.pointer[2])}
            mapping = {tag: name for tag, name in said.mapping.items() if name in names}
            self.discriminator = said = replace(said, mapping=mapping)
        self.heirs: dict[str, Spot] = {}
        if said and len(self.meaning.alternatives) == 1:
            listed = self.listed_tags(said)
            for name, spot in families.members(self.parent, said).items():
                if listed is None or tags_of(self._variant(spot), said) & listed:
                    self.heirs[name] = spot

    @cached_property
    def own(self) -> View:
        """The only alternative of the schema, as a variant."""
        return replace(self.meaning.alternatives[0], component=self.parent)

    @cached_property
    def variants(self) -> dict[str, View]:
        """The heirs as alternatives."""
        return {name: self._variant(spot) for name, spot in self.heirs.items()}

    def _variant(self, spot: Spot) -> View:
        """Return an heir as one alternative, whose constants are known if it has no others."""
        try:
            views = self.reader.read(Node((spot,))).alternatives
        except ReviewError:
            views = []
        return replace(views[0], component=spot, around=frozenset()) if len(views) == 1 else View(component=spot)

    def listed_tags(self, discriminator: Discriminator) -> set[str] | None:
        """Return the tags that the discriminator's property allows; None if it allows any."""
        node = self.meaning.alternatives[0].properties.get(discriminator.property)
        values = self.reader.read(node).accepts_only() if node else None
        return set(map(str, values)) if values else None

    def tags(self, discriminator: Discriminator) -> set[str]:
        """Return the tags of the heirs, and of the schema itself if it may have one."""
        found = [*self.variants.values()]
        if not discriminator.mapping or self.own.name in discriminator.mapping.values():
            found.append(self.own)
        return {tag for view in found for tag in tags_of(view, discriminator)}


def heirs(pairs: Pairs, pair: Pair) -> Iterator[Change]:
    """Yield which heirs of two schemas came or went, and compare those that are in both documents."""
    sides, homes = (_Side(pairs, pair, 0), _Side(pairs, pair, 1)), (pair.base.spot, pair.revision.spot)
    old, new = sides[0].discriminator, sides[1].discriminator
    if old is None or new is None:
        yield from compare((old, new), homes, (), set())
        return
    variants = sides[0].variants, sides[1].variants
    matched = _matched(variants, old, new)
    for before, after in matched.items():
        tag = min(tags_of(variants[1][after], new), default=after)
        nodes = Node((sides[0].heirs[before],)), Node((sides[1].heirs[after],))
        pairs.meet_below(pair, nodes, Segment("variant", tag))
    rules = Rule.UNION_VARIANT_ADDED, Rule.UNION_VARIANT_REMOVED
    for name, view in variants[0].items():
        if name not in matched:
            yield came_or_went(rules, f"the variant {_shown(view, old)}", (view.component, None), homes, name)
    for name, view in variants[1].items():
        if name not in matched.values():
            yield came_or_went(rules, f"the variant {_shown(view, new)}", (None, view.component), homes, name)
    both = [(variants[0][before], variants[1][after]) for before, after in matched.items()]
    if old is not pair.base.discriminator and new is not pair.revision.discriminator:  # An heir has a tag of its own.
        both.append((sides[0].own, sides[1].own))
    yield from compare((old, new), homes, both, {*variants[0], *variants[1]})


def written_out(pairs: Pairs, pair: Pair) -> tuple[list[View], list[View]]:
    """Return the alternatives of a pair, with the heirs of a parent in its place where the other side lists them."""
    sides = _Side(pairs, pair, 0), _Side(pairs, pair, 1)
    if not any(side.heirs for side in sides):
        return pair.base.alternatives, pair.revision.alternatives
    found = []
    for side in sides:
        views = [
            replace(view, component=spot, spot=spot)
            for spot in side.heirs.values()
            for view in pairs.reader.read(Node((spot,))).alternatives
        ]
        said = side.meaning.discriminator
        found.append([_with_tags(view, said) for view in views or side.meaning.alternatives])
    return found[0], found[1]


def tags_listed(pairs: Pairs, pair: Pair, nodes: tuple[Node, Node]) -> tuple[Node, Node]:
    """Return the schemas of a discriminator's property with the tags that it may have, if only one side lists them."""
    sides = _Side(pairs, pair, 0), _Side(pairs, pair, 1)
    old, new = sides[0].discriminator, sides[1].discriminator
    if old is None or new is None:
        return nodes
    tags = sides[0].tags(old), sides[1].tags(new)
    lists = sides[0].listed_tags(old), sides[1].listed_tags(new)
    is_told = tags[0] == tags[1] and all(listed is None or listed >= tags[0] for listed in lists)
    if not is_told or lists.count(None) != 1:
        return nodes
    only = Node((_enum(new.spot, tags[0]),))
    return nodes[0] & only, nodes[1] & only


def _with_tags(view: View, discriminator: Discriminator | None) -> View:
    """Return a variant whose tag is one of those that mean it, as the discriminator says."""
    node = view.properties.get(discriminator.property) if discriminator else None
    if discriminator is None or node is None or not (tags := tags_of(view, discriminator)):
        return view
    only = Node((_enum(discriminator.spot, tags),))
    return replace(view, properties=view.properties | {discriminator.property: node & only})


def _enum(at: Spot, tags: Iterable[str]) -> Spot:
    """Return a schema of some tags, at the place of the discriminator."""
    listed = sorted(tags)
    return Spot(at.document, (*at.pointer, *listed), {"enum": listed})


def _matched(
    variants: tuple[dict[str, View], dict[str, View]], old: Discriminator, new: Discriminator
) -> dict[str, str]:
    """Return the heirs that correspond: by name, else by tag."""
    found = {name: name for name in variants[0] if name in variants[1]}
    for name, view in variants[0].items():
        if name not in found:
            fresh = {other: item for other, item in variants[1].items() if other not in variants[0]}
            alike = [other for other, item in fresh.items() if tags_of(item, new) & tags_of(view, old)]
            if len(alike) == 1:
                found[name] = alike[0]
    return found


def _shown(view: View, discriminator: Discriminator) -> str:
    tags = sorted(tags_of(view, discriminator) - {view.name})
    return f"{view.name} ({', '.join(tags)})" if tags else view.name
