"""The upstream part: compare the fragment with the vendor's full document, without deliberate differences.

A difference is deliberate when the object that differs, or one that refers to it, carries `x-differs` with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from generator.spec.places import Pointer, format_pointer

from ..findings import Finding
from ..rules import Rule
from ..source import Document, ReviewError, Spot, mappings
from . import contract
from .operations import METHODS, Scope, numbered

REASON: Final = "x-differs"
# Keywords with named entries: a reason above such an entry is about something else.
_NAMED: Final = frozenset(
    ("properties", "schemas", "parameters", "responses", "headers", "patternProperties", "requestBodies", *METHODS)
)
_ADDED: Final = frozenset(rule for rule in Rule if rule.name.endswith(("_ADDED", "_ADDED_REQUIRED")))
_REMOVED: Final = frozenset(rule for rule in Rule if rule.name.endswith("_REMOVED"))


def compare(vendor: Document, ours: Document, scope: Scope | None = None) -> tuple[list[Finding], list[str]]:
    """Return the differences that have no reason, and a line for each that has one.

    A reason that explains no difference any more is a finding too.

    Raises:
        ReviewError: a document has an unresolvable `$ref`, or none of our operations is in the vendor's document.
    """
    restricted = _restricted(vendor, ours)
    reasons = {pointer: str(item[REASON]) for pointer, item in mappings(ours.value) if REASON in item}
    used: set[Pointer] = set()
    found: list[Finding] = []
    remarks: list[str] = []
    for finding in contract.compare(restricted, ours, scope):
        at = next((at for site in finding.sites for at in _owners(site) if at in reasons), None)
        if finding.severity == "docs" or not finding.operations:
            # Names, tags and descriptions may differ without a reason, but a reason for them is not stale.
            used.update([at] if at and REASON not in finding.key.split() else [])
        elif at is None:
            found.append(_told(finding))
        else:
            used.add(at)
            what = f"{finding.operations[0]} {finding.message}"
            remarks.append(f"deliberate: {finding.place} {what} ({reasons[at]})")
    for pointer, reason in reasons.items():
        if pointer not in used:
            shown, place = format_pointer(pointer), ours.place((*pointer, REASON))
            text = f"{shown} no longer differs from the vendor's document: {reason}"
            found.append(Finding(Rule.STALE_DIFFERENCE, text, place, pointer=shown))
    return found, remarks


def _told(finding: Finding) -> Finding:
    if finding.rule in _ADDED:
        side = "ours has it, the vendor's has not"
    elif finding.rule in _REMOVED:
        side = "the vendor's has it, ours has not"
    else:
        side = "they contradict each other"
    return replace(finding, is_upstream=True, text=f"{finding.text}; {side}")


def _restricted(vendor: Document, ours: Document) -> Document:
    """Return the vendor's document with our operations only."""
    kept: dict[str, Any] = {}
    wanted = {(numbered(path), key) for path, item in ours.root.child("paths").entries() for key, _ in item.entries()}
    for path, item in vendor.root.child("paths").entries():
        methods = {key: at.value for key, at in item.entries() if key not in METHODS or (numbered(path), key) in wanted}
        if not methods.keys().isdisjoint(METHODS):
            kept[path] = methods
    if not kept:
        raise ReviewError(f"{vendor.name}: has none of the operations of {ours.name}")
    return replace(vendor, value={**vendor.value, "paths": kept, "webhooks": {}}, _resolved={})


def _owners(spot: Spot) -> Iterator[Pointer]:
    """Yield the pointer of a spot and those above it, up to the nearest named object."""
    pointer = spot.pointer
    while pointer:
        yield pointer
        if len(pointer) > 1 and (pointer[-2] in _NAMED or pointer[-1] in METHODS):
            return
        pointer = pointer[:-1]
