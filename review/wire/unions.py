"""Compare unions: their variants, their discriminators, and whether a value may fit two variants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from ..findings import Segment
from ..rules import Rule
from . import discriminators
from .align import Pair, Pairs
from .changes import Change, Places
from .kinds import written_alike
from .meaning import View, canonical
from .variants import describe, match, split

_Matched: TypeAlias = list[tuple[View, View]]


class Union:
    """The variants of both sides of a pair, matched with each other."""

    def __init__(self, pairs: Pairs, pair: Pair) -> None:
        self.pairs, self.pair = pairs, pair
        sides = split(discriminators.written_out(pairs, pair), pairs.reader)
        self.matched, self.gone, self.new = match(*sides)

    def run(self) -> Iterator[Change]:
        """Yield which variants came or went and how they are distinguished; the others are compared as pairs."""
        segments = [_segment(new, self.matched) for _, new in self.matched]
        self.pairs.meet_members(self.pair, self.matched, segments)
        base, revision, request = self.pair.base, self.pair.revision, self.pair.judged_as == "request"
        for view in self.gone:
            rule, text = Rule.UNION_VARIANT_REMOVED, "was removed"
            if request and self._covers(view) and not discriminators.is_told(view, base, revision):
                rule, text = Rule.UNION_VARIANT_COVERED, "was removed; what fits it fits what is left"
            yield _of_variant(rule, text, view, (view.spot or view.home, revision.spot))
        for view in self.new:
            rule, text = Rule.UNION_VARIANT_ADDED, "was added"
            is_inside = any(self.pairs.inside.view(view, old, declared=True) for old in base.alternatives)
            if not request and is_inside and not discriminators.is_told(view, revision, base):
                rule, text = Rule.UNION_VARIANT_NARROWER, "was added; such values were possible before"
            yield _of_variant(rule, text, view, (base.spot, view.spot or view.home))
        yield from self._kind()
        told = {name for view in (*self.gone, *self.new) for name in (view.name, *view.around)}
        sides, homes = (base.discriminator, revision.discriminator), (base.spot, revision.spot)
        yield from discriminators.compare(sides, homes, self.matched, told)

    def _covers(self, view: View) -> bool:
        """Return whether the remaining variants accept what callers send for a removed one."""
        left, inside = self.pair.revision.alternatives, self.pairs.inside
        return inside.among(view, left, declared=True) or any(
            written_alike(inside, view, other, self.pair.text) for other in left
        )

    def _kind(self) -> Iterator[Change]:
        """Yield that `anyOf` became `oneOf`, or the reverse, if a value may fit two variants."""
        base, revision = self.pair.base, self.pair.revision
        if {base.union, revision.union} != {"anyOf", "oneOf"}:
            return
        told = base.discriminator is not None and revision.discriminator is not None
        if told or min(len(base.alternatives), len(revision.alternatives)) < 2:
            return
        if all(self.pairs.overlaps.disjoint(meaning.alternatives) for meaning in (base, revision)):
            return
        rule = Rule.UNION_BECAME_ONE_OF if revision.union == "oneOf" else Rule.UNION_BECAME_ANY_OF
        yield Change(rule, f"{base.union} became {revision.union}", base.spot, revision.spot)


def overlapping(pairs: Pairs, pair: Pair) -> Iterator[Change]:
    """Yield that a value that was valid before may fit two variants of a new `oneOf`."""
    found = pairs.overlaps.refused(pair.base, pair.revision, pair.judged_as)
    if found is not None:
        names = describe(found[0]), describe(found[1])
        text = f"what callers send today may fit {names[0]} and {names[1]}, and oneOf refuses what fits two variants"
        at = found[1].spot or pair.revision.spot
        yield Change(Rule.UNION_VARIANT_OVERLAPS, text, pair.base.spot, at, " ".join(names))


def _of_variant(rule: Rule, text: str, view: View, spots: Places) -> Change:
    """Return the change of a variant; its key has the name of the variant, or else its whole schema."""
    name, at = describe(view), view.spot or view.home
    key = name if view.name or at is None else f"{name} {canonical(at.value)}"
    return Change(rule, f"the variant {name} {text}", *spots, key)


def _segment(view: View, matched: _Matched) -> Segment | None:
    """Return the path segment of an alternative; None if it is the only one of its type."""
    if sum(fresh.type == view.type for _, fresh in matched) < 2:
        return None
    tags = [str(value) for value in view.constants.values()]
    return Segment("variant", tags[0] if tags else describe(view))
