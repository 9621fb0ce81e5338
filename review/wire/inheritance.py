"""Inheritance: the schemas that a schema with a discriminator stands for, which say so by `allOf: [$ref: parent]`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from ..findings import Segment
from ..rules import Rule
from ..source import Document, ReviewError, Spot
from .align import Pair, Pairs, Step
from .changes import Change
from .meaning import Discriminator, Meaning, Node
from .tags import Variant, compare
from .variants import constants


class Families:
    """The named schemas of a document by what they inherit from."""

    def __init__(self, document: Document) -> None:
        self.document = document

    @cached_property
    def _schemas(self) -> Mapping[str, Spot]:
        root = Spot(self.document, (), self.document.value)
        return dict(root.child("components").child("schemas").entries())

    @cached_property
    def _children(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, spot in self._schemas.items():
            for parent in _parents(spot):
                found.setdefault(parent, []).append(name)
        return found

    def descendants(self, name: str) -> list[str]:
        """Return the names of the schemas that inherit from one, over all levels."""
        found: dict[str, None] = {}
        todo = list(self._children.get(name, ()))
        while todo:
            if (child := todo.pop(0)) not in found and child != name:
                found[child] = None
                todo += self._children.get(child, ())
        return list(found)

    def members(self, parent: Spot | None, discriminator: Discriminator) -> dict[str, Spot]:
        """Return the schemas that one with a discriminator stands for, by name: those that it maps, and its heirs."""
        name = parent.pointer[2] if parent else ""
        names = dict.fromkeys([*discriminator.mapping.values(), *self.descendants(name)])
        return {each: self._schemas[each] for each in names if each in self._schemas and each != name}

    def users(self, names: set[str]) -> set[str]:
        """Return the schemas that some stand for beside themselves, where they have a discriminator."""
        return {
            heir
            for name in names
            if isinstance(value := self._schemas[name].value if name in self._schemas else None, Mapping)
            and "discriminator" in value
            for heir in self.descendants(name)
        }


def _parents(spot: Spot) -> Iterator[str]:
    value = spot.value
    if not isinstance(value, Mapping):
        return
    members = value.get("allOf")
    said = [*(members if isinstance(members, list) else ()), *([value] if len(value) > 1 else [])]
    for member in said:
        reference = member.get("$ref") if isinstance(member, Mapping) else None
        if isinstance(reference, str) and reference.startswith("#/components/schemas/"):
            yield reference.removeprefix("#/components/schemas/")


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
    return Variant(name, constants(views[0]) if len(views) == 1 else {})


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
