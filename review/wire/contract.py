"""The contract part: compare two OpenAPI documents, and place each change in the report."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from generator.spec.places import format_pointer

from ..findings import Finding
from ..rules import SEVERITIES, Direction, Rule
from ..source import Document, Spot
from . import client, endpoints, schemas, unused
from .align import Pair, Pairs, Step
from .changes import STABILITY, SUNSET, Change, day_of, differences, values_key
from .meaning import Meaning, Node, bare, canonical
from .operations import UNSTABLE, Scope

_MOST_LINES: Final = 14
# Longer lines are cut: people did not write them by hand.
_WIDEST: Final = 1000
_UNSTABLE: Final = "it was said to be unstable"
_OF_SECURITY: Final = frozenset({Rule.SECURITY_TIGHTENED, Rule.SECURITY_LOOSENED})
_DEFAULTS: Final = frozenset({Rule.DEFAULT_CHANGED, Rule.DEFAULT_ADDED, Rule.DEFAULT_OF_REQUIRED_CHANGED})
_ITEMS: Final = frozenset({"items", "values", "keyword"})
# Rules of what was removed: their pointer is the old one.
_GONE: Final = frozenset(
    rule for rule in Rule if rule.name.endswith(("_REMOVED", "_REFUSED", "_RENAMED", "_COVERED", "_AFTER_SUNSET"))
) | {Rule.PROPERTY_BECAME_OPTIONAL}
# For these rules the new line is shown too, because only a value or limit in it was removed.
_BOTH_LINES: Final = frozenset(rule for rule in _GONE if "VALUE" in rule.name or "RENAMED" in rule.name) | {
    *(Rule.ENUM_REMOVED, Rule.PATTERN_REMOVED, Rule.FORMAT_REMOVED, Rule.PROPERTY_BECAME_OPTIONAL)
}


def compare(base: Document, revision: Document, scope: Scope | None = None) -> list[Finding]:
    """Return what changed between two OpenAPI documents.

    Args:
        base: The old document.
        revision: The new one.
        scope: Which operations to look at; all, if it is left out.

    Raises:
        ReviewError: a `$ref` does not resolve, something is not what OpenAPI wants there, or the settings select no
            operation.
    """
    scope = scope or Scope()
    pairs = Pairs(base, revision)
    found = [_finding(item, revision) for item in endpoints.compare(pairs, scope)]
    changes: list[tuple[Pair, Change]] = []
    while pairs.todo:
        pair = pairs.todo.popleft()
        changes += ((pair, change) for change in schemas.changes(pairs, pair))
    # Only now are all ways to each pair known.
    found += [_at_pair(pair, change, revision) for pair, change in changes]
    found += [_finding(item, revision) for item in _outside(pairs)]
    unstable = endpoints.unstable(base, scope)
    return [_lowered(finding, unstable) for finding in _merged(found)]


def _lowered(finding: Finding, unstable: frozenset[str]) -> Finding:
    """Return a finding as additive if each of its operations is marked as a draft or alpha."""
    if finding.severity == "breaking" and finding.operations and unstable.issuperset(finding.operations):
        return replace(finding, excuse=_UNSTABLE)
    return finding


def _at_pair(pair: Pair, change: Change, document: Document) -> Finding:
    places = pair.places()
    if change.rule in _DEFAULTS:
        change = change._replace(rule=_of_default(pair, change))
    # A rename names the property itself, so that its place is the object around it.
    segment = change.segment if change.rule is not Rule.PROPERTY_RENAMED else None
    if segment:
        places = [(label, at._replace(path=(*at.path, segment))) for label, at in places]
    if change.rule is Rule.PROPERTY_REMOVED and any(at.kind == "parameter" for _, at in places) and not _is_map(pair):
        change = change._replace(rule=Rule.PARAMETER_REMOVED)  # Without it, the server answers something else.
    location = places[0][1] if places else None
    labels = tuple(dict.fromkeys(label for label, _ in places))
    direction, judged_as = _directions(pair, change.rule)
    if direction != judged_as:
        change = change._replace(text=f"{change.text} (judged the other way round below `not` or `if`)")
    change = change._replace(operations=labels, direction=direction, location=location)
    finding = _finding(change, document, judged_as=judged_as)
    sites = (*finding.sites, *filter(None, (pair.revision.spot, *pair.nodes[1].spots)))
    return replace(finding, places=tuple(places), sites=sites)


def _is_map(pair: Pair) -> bool:
    """Return whether the new schema describes properties that it does not list."""
    return any(isinstance(view.children.get("additionalProperties"), Node) for view in pair.revision.alternatives)


def _directions(pair: Pair, rule: Rule) -> tuple[Direction, Direction]:
    """Return the direction that a rule id begins with, and the direction whose severity holds."""
    request, response = rule.value.request, rule.value.response
    if None in (request, response) and rule not in _DEFAULTS:
        return pair.judged_as, pair.judged_as  # The rule exists in that direction only.
    is_same = request == response or rule in _DEFAULTS
    return pair.direction, pair.direction if is_same else pair.judged_as


def _of_default(pair: Pair, change: Change) -> Rule:
    """Return the rule of a changed default: it matters only where callers can leave the value out."""
    values = [canonical(spot.value).replace('"', "") for spot in (change.base, change.revision) if spot]
    if pair.text and len(values) == 2 and values[0] == values[1]:
        return Rule.ANNOTATION_CHANGED  # The number and the text that spells it are written alike.
    # An item cannot be left out.
    is_item = _everywhere(pair, lambda step: step.segment is not None and step.segment.kind in _ITEMS)
    only = next(iter(pair.base.accepts_only() or ()), None)
    is_kept = _of_one_value(pair.base) and change.revision and canonical(only) == canonical(change.revision.value)
    if is_item or is_kept or _of_one_value(pair.revision):
        return Rule.DEFAULT_MEANS_NOTHING
    # The default of a required value is never used.
    is_sent = pair.direction == "request" and _everywhere(pair, lambda step: any(step.required))
    return Rule.DEFAULT_OF_REQUIRED_CHANGED if is_sent else change.rule


def _everywhere(pair: Pair, holds: Callable[[Step], bool], seen: frozenset[Pair] = frozenset()) -> bool:
    """Return whether a condition holds for every way to a pair, at its last step that is not one to a variant."""
    return all(
        holds(step)
        or (
            step.parent is not None
            and (step.segment is None or step.segment.kind == "variant")
            and (step.parent in seen or _everywhere(step.parent, holds, seen | {pair}))
        )
        for step in pair.steps
    )


def _of_one_value(meaning: Meaning) -> bool:
    """Return whether a schema allows one value only."""
    values = meaning.accepts_only()
    return values is not None and meaning.null + len(values) == 1


def _outside(pairs: Pairs) -> Iterator[Change]:
    """Yield what changed outside of operations: `info`, the client's configuration, unused components."""
    base, revision = pairs.documents
    extensions = [str(key) for key in {**base.value, **revision.value} if str(key).startswith("x-")]
    for key in ("info", "tags", "externalDocs", *extensions):
        old, new = base.value.get(key), revision.value.get(key)
        if key == "info":
            ours = ("version", *client.KEYS)
            old, new = ({name: item for name, item in (side or {}).items() if name not in ours} for side in (old, new))
        if canonical(old) != canonical(new):
            spots = Spot(base, (key,), old), Spot(revision, (key,), new)
            said = f": {differences(old, new)}" if key == "info" else ""
            yield Change(Rule.DOCUMENT_DESCRIBED, f"`{key}` changed{said}", *spots, values_key(key, old, new))
    infos = [document.root.child("info") for document in (base, revision)]
    yield from client.compare(infos[0], infos[1])
    yield from unused.compare(pairs)


def _finding(change: Change, document: Document, *, judged_as: Direction | None = None) -> Finding:
    """Return the finding of a change; a change without a spot is placed at the beginning of the document."""
    old, new = change.base, change.revision
    at = new or old or document.root
    gone = change.rule in _GONE and old is not None
    source = old if gone and old is not None else at
    # A removal has no new line, an addition no old one.
    shown = (None if _is_new(change.rule) else old, None if gone and change.rule not in _BOTH_LINES else new)
    key = change.key
    if _is_whole(change.rule):
        key += "".join(f" {canonical(bare(spot.value))}" for spot in shown if spot)
    return Finding(
        rule=change.rule,
        text=change.text,
        direction=change.direction,
        judged_as=judged_as or change.direction,
        subject=change.location,
        place=at.place,
        pointer=format_pointer(source.pointer),
        anchor=_anchor(source),
        pointers=(_pointer(shown[0]), _pointer(shown[1])),
        operations=change.operations,
        key=key,
        before=_snippet(shown[0]),
        after=_snippet(shown[1]),
        before_place=str(shown[0].place) if shown[0] else "",
        trace=change.trace,
        renamed=change.renamed,
        sites=(new,) if new else (),
        excuse=_excuse(change, judged_as or change.direction) if gone else "",
    )


def _excuse(change: Change, direction: Direction) -> str:
    """Return why no caller relied on what was removed (it was unstable, or its sunset has passed), or ""."""
    said = change.base.value if change.base else None
    if not isinstance(said, Mapping) or change.rule.severity(direction) != "breaking":
        return ""
    if said.get(STABILITY) in UNSTABLE:
        return _UNSTABLE
    day = day_of(said.get(SUNSET)) if said.get("deprecated") is True else None
    return f"it was deprecated until {day}" if day is not None and day <= date.today() else ""


def _is_new(rule: Rule) -> bool:
    """Return whether a rule is about an addition, which has no old line."""
    return rule.name.endswith(("_ADDED", "_ADDED_REQUIRED", "_OVERLAPS")) and "VALUE" not in rule.name


def _anchor(spot: Spot) -> str:
    """Return a pointer with names instead of list indices, which change when a list grows."""
    at: Any = spot.document.value
    parts = []
    for part in spot.pointer:
        is_list = isinstance(at, list)
        at = at.get(part) if isinstance(at, Mapping) else at[int(part)] if is_list and int(part) < len(at) else None
        named = [at[key] for key in ("$ref", "in", "name", "url") if key in at] if isinstance(at, Mapping) else at
        parts.append(canonical(named) if is_list and named else part)
    return format_pointer(tuple(parts))


def _is_whole(rule: Rule) -> bool:
    """Return whether a rule is about a whole that came or went, so that its fingerprint holds that whole."""
    return (rule in _GONE or _is_new(rule)) and not rule.name.startswith(
        ("PATH_", "OPERATION_", "UNSTABLE_", "SERVER_")
    )


def _pointer(spot: Spot | None) -> str | None:
    return format_pointer(spot.pointer) if spot else None


def _snippet(spot: Spot | None) -> str:
    if spot is None:
        return ""
    text = spot.document.snippet(spot.pointer, _MOST_LINES, _WIDEST)
    if text is not None:
        return text
    # A minified file is indented, as far as it is shown.
    laid_out = json.dumps(spot.value, indent=2, ensure_ascii=False, default=str).split("\n")
    return "\n".join(line[:_WIDEST] for line in laid_out[:_MOST_LINES])


def _merged(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings with those of one change, found at several places, as one."""
    found: dict[tuple[str, ...], Finding] = {}
    for finding in findings:
        key: tuple[str, ...] = (
            finding.rule_id,
            finding.pointer,
            finding.key,
            "" if finding.pointer else str(finding.place),
        )
        if finding.rule is Rule.PARAMETER_RENAMED:
            key = (finding.rule_id, str(finding.place), finding.key)
        elif finding.rule is Rule.PROPERTY_RENAMED:  # A rename is the same in both directions.
            key = (finding.rule.name, finding.pointer, finding.key)
        elif finding.rule in _OF_SECURITY:  # The same change of several operations is one finding.
            key = (finding.rule_id, finding.severity, finding.key)
        known = found.get(key)
        found[key] = finding if known is None else _joined(known, finding)
    return list(found.values())


def _joined(known: Finding, other: Finding) -> Finding:
    """Return two findings of one change as one: the more severe, with the operations and places of both."""
    worse = min(known, other, key=lambda item: SEVERITIES.index(item.severity))
    labels = tuple(dict.fromkeys((*known.operations, *other.operations)))
    key = worse.key
    if known.pointer != other.pointer and known.rule in _OF_SECURITY:
        key = " ".join((known.key, *other.operations))  # An accepted finding covers these operations only.
    places, sites = (*known.places, *other.places), (*known.sites, *other.sites)
    return replace(worse, operations=labels, places=places, sites=sites, key=key)
