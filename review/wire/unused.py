"""Compare the components that no operation uses: programs may use them in another way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from generator.spec.places import Pointer
from generator.spec.reaching import reached

from ..findings import Location
from ..rules import Rule
from ..source import Document, ReviewError, Spot, mappings
from . import schemas
from .align import Pairs, Step
from .changes import Change, values_key
from .families import Families
from .meaning import Node, bare, canonical
from .sameness import components_in

# How many changes of one schema a message names.
_MOST: Final = 4


def compare(pairs: Pairs) -> Iterator[Change]:
    """Yield the changes of components that no operation uses."""
    base, revision = pairs.documents
    used = _used(base, pairs.families[0]) | _used(revision, pairs.families[1])
    for section, name in sorted({*base.components, *revision.components} - used):
        spots = base.components.get((section, name)), revision.components.get((section, name))
        old, new = (spot.value if spot else None for spot in spots)
        if canonical(old) == canonical(new) or section == "securitySchemes" or section.startswith("x-"):
            continue
        what = "was added" if old is None else "was removed" if new is None else "changed"
        words = old is not None and new is not None and canonical(bare(old)) == canonical(bare(new))
        said = "; only words changed" if words else ""
        if section == "schemas" and spots[0] is not None and spots[1] is not None and not words:
            said = _inside(pairs.apart(), spots[0], spots[1])
        text = f"{section} {name}, which no operation uses, {what}{said}"
        rule = Rule.UNUSED_COMPONENT_DESCRIBED if words else Rule.UNUSED_COMPONENT_CHANGED
        yield Change(rule, text, *spots, values_key(what, old, new))


def _inside(pairs: Pairs, old: Spot, new: Spot) -> str:
    """Return in words what changed in a schema."""
    pairs.meet((Node((old,)), Node((new,))), "response", Step(None, None, "", Location("body", "")))
    told: list[str] = []
    while pairs.todo:
        pair = pairs.todo.popleft()
        # Changes of other named schemas are reported there.
        if not any(spot.pointer[: len(old.pointer)] == old.pointer for spot in (pair.whole or pair).nodes[0].spots):
            continue
        for change in schemas.changes(pairs, pair):
            stands_in = any(
                spot and spot.pointer[: len(old.pointer)] == old.pointer for spot in (change.base, change.revision)
            )
            if change.rule.severity("response") == "docs" or not stands_in:
                continue
            path = (*pair.places()[0][1].path, *filter(None, [change.segment]))
            told.append(f"{''.join(map(str, path))}: {change.text}".lstrip(".: "))
    more = f" (and {len(told) - _MOST} more)" if len(told) > _MOST else ""
    return ": " + "; ".join(told[:_MOST]) + more if told else ""


def _used(document: Document, families: Families) -> set[Pointer]:
    """Return the components that operations use, directly or through other components, and their heirs."""

    def following(component: Pointer) -> list[Pointer]:
        spot = document.components.get(component)
        heirs = families.stand_ins(component[1]) if spot and component[0] == "schemas" else ()
        return [*components_in(spot.value if spot else None), *(("schemas", heir) for heir in heirs)]

    roots = [document.value.get("paths"), document.value.get("webhooks")]
    return reached([*_from_other_files(document), *components_in(roots)], following)


def _from_other_files(document: Document) -> Iterator[Pointer]:
    """Yield the components of a document that the other files refer to."""
    for other in [item for item in document.others.values() if item is not document]:
        for pointer, value in mappings(other.value):
            reference = value.get("$ref")
            if isinstance(reference, str) and not reference.startswith("#"):
                with suppress(ReviewError):  # Only what is compared must resolve.
                    spot = other.resolve(reference, (*pointer, "$ref"))
                    if spot.document is document:
                        yield spot.pointer[1:3]
