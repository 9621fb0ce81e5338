"""Discriminators: the property that says which variant a value is of, and the tags by which it says so.

A tag is a name on the wire. It stands in the mapping, is the one value of the variant's property, or is the name of the
variant's schema. A schema with a discriminator stands for those that inherit from it by `allOf: [$ref: parent]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..findings import Segment
from ..rules import Rule
from ..source import ReviewError, Spot
from .align import Pair, Pairs, Step
from .changes import Change, came_or_went, joined
from .meaning import Discriminator, Meaning, Node, View
from .reading import component_of


@dataclass(frozen=True)
class Variant:
    """A schema that a discriminator may mean: its name, and its properties that have one value only."""

    name: str
    constants: Mapping[str, Any] = field(default_factory=dict)
    around: frozenset[str] = frozenset()

    @classmethod
    def of(cls, view: View) -> Variant:
        """Return an alternative as a variant."""
        return cls(view.name, view.constants, view.around)

    def tags(self, discriminator: Discriminator) -> frozenset[str]:
        """Return the tags that mean the variant."""
        names = self.around | {self.name}
        mapped = frozenset(tag for tag, name in discriminator.mapping.items() if name in names)
        own = self.constants.get(discriminator.property, self.name)
        return mapped or frozenset({str(own)} if own != "" else ())


def compare(
    base: Meaning, revision: Meaning, variants: Iterable[tuple[Variant, Variant]], told: set[str]
) -> Iterator[Change]:
    """Yield the changes of a discriminator and its tags.

    Args:
        variants: Those that correspond.
        told: The names of those that came or went, which is told as another change.
    """
    old, new = base.discriminator, revision.discriminator
    if old is None or new is None:
        if only := old or new:
            rules = Rule.DISCRIMINATOR_ADDED, Rule.DISCRIMINATOR_REMOVED
            parts = old.spot if old else None, new.spot if new else None
            yield came_or_went(rules, f"the discriminator {only.property}", parts, (base.spot, revision.spot))
        return
    if old.property != new.property:
        text = f"the discriminator went from {old.property} to {new.property}"
        key = f"{old.property} {new.property}"
        yield Change(Rule.DISCRIMINATOR_PROPERTY_CHANGED, text, old.spot, new.spot, key)
        return
    spots = old.spot, new.spot
    both = list(variants)
    yield from _of_variants(both, old, new)
    known = {variant.name for pair in both for variant in pair} | told
    yield from _of_mapping(old.mapping, new.mapping, known, spots)
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
    known = {tag for other in there.alternatives for tag in Variant.of(other).tags(others)} | others.mapping.keys()
    return not Variant.of(view).tags(mine) <= known


def _of_variants(both: list[tuple[Variant, Variant]], old: Discriminator, new: Discriminator) -> Iterator[Change]:
    spots = old.spot, new.spot
    before = {tag: one.name for one, _ in both for tag in one.tags(old)}
    after = {tag: other.name for _, other in both for tag in other.tags(new)}
    kept = {one.name: other.name for one, other in both}
    for one, other in both:
        if old.property in one.constants and old.property in other.constants and not (old.mapping or new.mapping):
            continue  # The property itself changed.
        # A schema's own name stays a tag beside those of the mapping.
        lost = sorted(one.tags(old) - other.tags(new) - {other.name})
        gained = sorted(other.tags(new) - one.tags(old) - {one.name})
        for tag in [tag for tag in lost if tag in after]:
            lost.remove(tag)
            text = f"{tag!r} meant {before[tag]} and means {after[tag]}"
            yield Change(Rule.DISCRIMINATOR_MAPPING_CHANGED, text, *spots, f"{tag} {before[tag]} {after[tag]}")
        gained = [tag for tag in gained if tag not in before]
        if len(lost) == len(gained) == 1:
            text = f"the tag of {kept[one.name] or other.name} went from {lost[0]!r} to {gained[0]!r}"
            yield Change(Rule.DISCRIMINATOR_TAG_RENAMED, text, *spots, f"{lost[0]} {gained[0]}")
            continue
        for tag in lost:
            yield Change(Rule.DISCRIMINATOR_MAPPING_REMOVED, f"the discriminator no longer knows {tag!r}", *spots, tag)
        for tag in gained:
            yield Change(Rule.DISCRIMINATOR_MAPPING_ADDED, f"the discriminator now knows {tag!r}", *spots, tag)


def _of_mapping(
    old: Mapping[str, str], new: Mapping[str, str], known: set[str], spots: tuple[Spot, Spot]
) -> Iterator[Change]:
    """Yield the changes of tags whose schemas no union lists."""
    for tag, before, after in joined(old, new):
        if before == after or before in known or after in known:
            continue
        if after is None:
            yield Change(Rule.DISCRIMINATOR_MAPPING_REMOVED, f"the discriminator no longer knows {tag!r}", *spots, tag)
        elif before is None:
            yield Change(Rule.DISCRIMINATOR_MAPPING_ADDED, f"the discriminator now knows {tag!r}", *spots, tag)
        else:
            text = f"{tag!r} meant {before} and means {after}"
            yield Change(Rule.DISCRIMINATOR_MAPPING_CHANGED, text, *spots, f"{tag} {before} {after}")


# Inheritance.


def heirs(pairs: Pairs, pair: Pair, parents: tuple[Spot | None, Spot | None]) -> Iterator[Change]:
    """Yield which heirs of two schemas came or went, and compare those that are in both documents.

    Args:
        parents: The two schemas, where they have a name.
    """
    base, revision = pair.base, pair.revision
    old, new = base.discriminator, revision.discriminator
    if old is None or new is None:
        yield from compare(base, revision, (), set())
        return
    here = [
        members(pairs, side, meaning, parent)
        for side, (meaning, parent) in enumerate(zip((base, revision), parents, strict=True))
    ]
    variants = [
        {name: _variant(pairs, side, name, spot) for name, spot in found.items()} for side, found in enumerate(here)
    ]
    matched = _matched(variants, old, new)
    for before, after in matched.items():
        tag = min(variants[1][after].tags(new), default=after)
        step = Step(pair, Segment("variant", tag))
        nodes = Node((here[0][before],)), Node((here[1][after],))
        pairs.meet(nodes, pair.direction, step, pair.text, is_inverted=pair.is_inverted)
    rules, homes = (Rule.UNION_VARIANT_ADDED, Rule.UNION_VARIANT_REMOVED), (base.spot, revision.spot)
    for name, spot in here[0].items():
        if name not in matched:
            shown = _shown(variants[0][name], old)
            yield came_or_went(rules, f"the variant {shown}", (spot, None), homes, name)
    for name, spot in here[1].items():
        if name not in matched.values():
            shown = _shown(variants[1][name], new)
            yield came_or_went(rules, f"the variant {shown}", (None, spot), homes, name)
    both = [(variants[0][before], variants[1][after]) for before, after in matched.items()]
    yield from compare(_telling(base, old), _telling(revision, new), both, {*here[0], *here[1]})


def members(pairs: Pairs, side: int, meaning: Meaning, parent: Spot | None) -> dict[str, Spot]:
    """Return by name the heirs that a schema of one alternative may mean, with a tag that its property allows."""
    discriminator = meaning.discriminator
    if discriminator is None:
        return {}
    found = pairs.families[side].members(parent, discriminator)
    listed = _listed_tags(pairs, side, meaning, discriminator)
    return {
        name: spot
        for name, spot in found.items()
        if listed is None or _variant(pairs, side, name, spot).tags(discriminator) & listed
    }


def written_out(pairs: Pairs, pair: Pair) -> tuple[list[View], list[View]]:
    """Return the alternatives of a pair, with the heirs of a parent in its place where the other side lists them."""
    sides = []
    for side, (meaning, node) in enumerate(zip((pair.base, pair.revision), pair.nodes, strict=True)):
        only = meaning.alternatives[0] if len(meaning.alternatives) == 1 else None
        parent = only.component or component_of(node.first) if only else None
        sides.append(
            [
                replace(view, name=name, component=spot, spot=spot)
                for name, spot in (members(pairs, side, meaning, parent) if only else {}).items()
                for view in pairs.readers[side].read(Node((spot,))).alternatives
            ]
        )
    if not any(sides):
        return pair.base.alternatives, pair.revision.alternatives
    old, new = (
        [_with_tags(view, meaning.discriminator) for view in found or meaning.alternatives]
        for found, meaning in zip(sides, (pair.base, pair.revision), strict=True)
    )
    return old, new


def _with_tags(view: View, discriminator: Discriminator | None) -> View:
    """Return a variant whose tag is one of those that mean it, as the discriminator says."""
    node = view.properties.get(discriminator.property) if discriminator else None
    if discriminator is None or node is None or not (tags := sorted(Variant.of(view).tags(discriminator))):
        return view
    only = Spot(discriminator.spot.document, (*discriminator.spot.pointer, view.name), {"enum": tags})
    return replace(view, properties=view.properties | {discriminator.property: node & Node((only,))})


def _listed_tags(pairs: Pairs, side: int, meaning: Meaning, discriminator: Discriminator) -> set[str] | None:
    """Return the tags that the discriminator's property allows; None if it allows any."""
    node = meaning.alternatives[0].properties.get(discriminator.property)
    views = pairs.readers[side].read(node).alternatives if node else []
    lists = [view.accepts_only() for view in views]
    return {str(value) for values in lists for value in values or ()} if lists and all(lists) else None


def _telling(meaning: Meaning, discriminator: Discriminator) -> Meaning:
    return Meaning(meaning.alternatives, null=False, spot=meaning.spot, discriminator=discriminator)


def _variant(pairs: Pairs, side: int, name: str, spot: Spot) -> Variant:
    try:
        views = pairs.readers[side].read(Node((spot,))).alternatives
    except ReviewError:
        views = []
    return Variant(name, views[0].constants if len(views) == 1 else {})


def _matched(variants: list[dict[str, Variant]], old: Discriminator, new: Discriminator) -> dict[str, str]:
    """Return the heirs that correspond: by name, else by tag."""
    found = {name: name for name in variants[0] if name in variants[1]}
    for name, variant in variants[0].items():
        if name not in found:
            alike = [
                other
                for other, item in variants[1].items()
                if other not in variants[0] and item.tags(new) & variant.tags(old)
            ]
            if len(alike) == 1:
                found[name] = alike[0]
    return found


def _shown(variant: Variant, discriminator: Discriminator) -> str:
    tags = sorted(variant.tags(discriminator) - {variant.name})
    return f"{variant.name} ({', '.join(tags)})" if tags else variant.name
