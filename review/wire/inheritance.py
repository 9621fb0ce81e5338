"""Inheritance: the schemas that a schema with a discriminator stands for, which say so by `allOf: [$ref: parent]`."""

from __future__ import annotations

from collections.abc import Iterator

from ..findings import Segment
from ..rules import Rule
from ..source import ReviewError, Spot
from .align import Pair, Pairs, Step
from .changes import Change
from .families import Families
from .meaning import Discriminator, Meaning, Node
from .tags import Variant, compare


def heirs(
    pairs: Pairs, families: tuple[Families, Families], pair: Pair, parents: tuple[Spot | None, Spot | None]
) -> Iterator[Change]:
    """Yield which heirs of two schemas came or went, and meet those that are there in both documents.

    Args:
        parents: The two schemas, where they have a name.
    """
    base, revision = pair.base, pair.revision
    old, new = base.discriminator, revision.discriminator
    if old is None or new is None:
        yield from compare(base, revision, (), set())
        return
    here = [
        family.members(parent, discriminator)
        for family, parent, discriminator in zip(families, parents, (old, new), strict=True)
    ]
    variants = [
        {name: _variant(pairs, side, name, spot) for name, spot in members.items()} for side, members in enumerate(here)
    ]
    for side, (discriminator, meaning) in enumerate(((old, base), (new, revision))):
        if (listed := _listed_tags(pairs, side, meaning, discriminator)) is not None:
            for name in [name for name, item in variants[side].items() if not item.tags(discriminator) & listed]:
                del variants[side][name], here[side][name]
    matched = _matched(variants, old, new)
    for before, after in matched.items():
        tag = min(variants[1][after].tags(new), default=after)
        step = Step(pair, Segment("variant", tag))
        pairs.meet((Node((here[0][before],)), Node((here[1][after],))), pair.direction, step, pair.text)
    for name, spot in here[0].items():
        if name not in matched:
            shown = _shown(variants[0][name], old)
            text = f"the variant {shown} was removed"
            yield Change(Rule.UNION_VARIANT_REMOVED, text, spot, revision.spot, name)
    for name, spot in here[1].items():
        if name not in matched.values():
            shown = _shown(variants[1][name], new)
            yield Change(Rule.UNION_VARIANT_ADDED, f"the variant {shown} was added", base.spot, spot, name)
    both = [(variants[0][before], variants[1][after]) for before, after in matched.items()]
    yield from compare(_telling(base, old), _telling(revision, new), both, {*here[0], *here[1]})


def _listed_tags(pairs: Pairs, side: int, meaning: Meaning, discriminator: Discriminator) -> set[str] | None:
    """Return the only tags that the property of a discriminator may have; None if it may have any."""
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
    """Return which heirs correspond: those of one name, else those of one tag."""
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
