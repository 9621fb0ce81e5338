"""The contract part: what a change of the document means on the wire."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from . import operations, schema_changes
from .align import Pair, Pairs
from .changes import Change, canonical
from .findings import Finding, Location
from .rules import Direction, Rule
from .schema import Meaning
from .source import Document, Spot, format_pointer, parse_pointer

_MOST_LINES: Final = 14
# The rules of what is gone: their place in the document is the old one.
_GONE: Final = frozenset(rule for rule in Rule if rule.name.endswith(("_REMOVED", "_REFUSED", "_RENAMED"))) | {
    Rule.PROPERTY_BECAME_OPTIONAL
}
# What these removed is a value or limit: both lines say something.
_BOTH_LINES: Final = frozenset(rule for rule in _GONE if "VALUE" in rule.name or "RENAMED" in rule.name) | {
    *(Rule.ENUM_REMOVED, Rule.PATTERN_REMOVED, Rule.FORMAT_REMOVED, Rule.PROPERTY_BECAME_OPTIONAL)
}


def compare(base: Document, revision: Document) -> list[Finding]:
    """Return what changed between two OpenAPI documents.

    Raises:
        ReviewError: a document has an unresolvable `$ref`, or something is not what OpenAPI wants there.
    """
    pairs = Pairs(base, revision)
    found = [_at_operation(item, base, revision) for item in operations.compare(pairs)]
    changes: list[tuple[Pair, Change]] = []
    while pairs.todo:
        changes += schema_changes.compare(pairs, pairs.todo.popleft())
    # Not before all pairs are met: the steps to each are its places.
    found += [_at_pair(pair, change) for pair, change in changes]
    found += _outside(base, revision)
    return _merged(found)


def _at_pair(pair: Pair, change: Change) -> Finding:
    places = pair.places()
    if change.rule is Rule.DEFAULT_CHANGED and pair.direction == "request" and _always_sent(pair):
        change = change._replace(rule=Rule.DEFAULT_OF_REQUIRED_CHANGED)
    # A rename names its property: the place is the object around it.
    segment = change.segment if change.rule is not Rule.PROPERTY_RENAMED else None
    if segment:
        places = [(label, at._replace(path=(*at.path, segment))) for label, at in places]
    if change.base is None and change.revision is None:
        change = change._replace(base=_home(pair.base), revision=_home(pair.revision))
    location = places[0][1] if places else None
    finding = _finding(change, pair.direction, location, tuple(dict.fromkeys(label for label, _ in places)))
    sites = (change.revision, pair.revision.spot, *pair.nodes[1].spots)
    return replace(finding, places=tuple(places), sites=tuple(spot for spot in sites if spot is not None))


def _home(meaning: Meaning) -> Spot | None:
    """Return the place of a schema as a whole."""
    return meaning.spot or next((view.home or view.spot for view in meaning.alternatives), None)


def _always_sent(pair: Pair) -> bool:
    """Return whether every way to a pair is through something that must be sent: its default never counts."""
    return all(
        step.required
        or (
            step.parent is not None
            and (not step.segment or step.segment.kind == "variant")
            and _always_sent(step.parent)
        )
        for step in pair.steps
    )


def _at_operation(found: operations.Found, base: Document, revision: Document) -> Finding:
    finding = _finding(found.change, found.direction, found.location, found.operations, fallback=(base, revision))
    return replace(finding, sites=(found.change.revision,) if found.change.revision else ())


def _outside(base: Document, revision: Document) -> Iterator[Finding]:
    """Yield what changed outside of every operation: `info`, and components that no operation uses."""
    for key in ("info", "tags", "externalDocs"):
        old, new = base.value.get(key), revision.value.get(key)
        if key == "info":
            old, new = ({name: item for name, item in (side or {}).items() if name != "version"} for side in (old, new))
        if canonical(old) != canonical(new):
            change = Change(
                Rule.DOCUMENT_DESCRIBED, f"`{key}` changed", Spot(base, (key,), old), Spot(revision, (key,), new), key
            )
            yield _finding(change, "request", None, ())
    used = _used(base) | _used(revision)
    sections = [document.value.get("components") or {} for document in (base, revision)]
    names = [{(section, name) for section in part for name in part[section] or ()} for part in sections]
    for section, name in sorted((names[0] | names[1]) - used):
        old, new = ((part.get(section) or {}).get(name) for part in sections)
        if canonical(old) == canonical(new) or section == "securitySchemes" or section.startswith("x-"):
            continue
        what = "added" if old is None else "removed" if new is None else "changed"
        at = ("components", section, name)
        spots = Spot(base, at, old) if old is not None else None, Spot(revision, at, new) if new is not None else None
        text = f"{section} {name}, which no operation uses, was {what}"
        yield _finding(Change(Rule.UNUSED_COMPONENT_CHANGED, text, *spots, what), "request", None, ())


def _used(document: Document) -> set[tuple[str, str]]:
    """Return the components that operations refer to, and those that these refer to."""
    components = document.value.get("components") or {}
    found: set[tuple[str, str]] = set()
    todo = [document.value.get("paths"), document.value.get("webhooks")]
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            for key, item in value.items():
                if isinstance(item, str) and item.startswith("#/components/"):
                    section, name = (*parse_pointer(item)[1:3], "")[:2]
                    if (section, name) not in found:
                        found.add((section, name))
                        todo.append((components.get(section) or {}).get(name))
                elif key not in ("example", "examples"):
                    todo.append(item)
        elif isinstance(value, list):
            todo.extend(value)
    return found


def _finding(
    change: Change,
    direction: Direction,
    location: Location | None,
    labels: tuple[str, ...],
    fallback: tuple[Document, Document] | None = None,
) -> Finding:
    old, new = change.base, change.revision
    at = new or old
    if at is None and fallback is not None:
        at = Spot(fallback[1], (), fallback[1].value)
    assert at is not None, change.rule
    place = at.place
    gone = change.rule in _GONE and old is not None
    source = old if gone and old is not None else at
    # Of what is gone there is no new line, of what is new no old one.
    shown = (None if _is_new(change.rule) else old, None if gone and change.rule not in _BOTH_LINES else new)
    return Finding(
        rule=change.rule,
        text=change.text,
        direction=direction,
        subject=location,
        file=place.file,
        line=place.line,
        column=place.column,
        pointer=format_pointer(source.pointer),
        pointers=(_pointer(shown[0]), _pointer(shown[1])),
        operations=labels,
        key=change.key,
        before=_snippet(shown[0]),
        after=_snippet(shown[1]),
        before_place=str(shown[0].place) if shown[0] else "",
        trace=change.trace,
        renamed=change.renamed,
    )


def _is_new(rule: Rule) -> bool:
    """Return whether what a rule is about was not there before, so that there is no old line."""
    return rule.name.endswith(("_ADDED", "_ADDED_REQUIRED", "_OVERLAPS")) and "VALUE" not in rule.name


def _pointer(spot: Spot | None) -> str | None:
    return format_pointer(spot.pointer) if spot else None


def _snippet(spot: Spot | None) -> str:
    return spot.document.snippet(spot.pointer, _MOST_LINES) if spot else ""


def _merged(findings: Iterable[Finding]) -> list[Finding]:
    """Join findings that are one change reached from several places."""
    found: dict[tuple[str, ...], Finding] = {}
    for finding in findings:
        key: tuple[str, ...] = (finding.rule_id, finding.pointer, finding.key, "" if finding.pointer else finding.place)
        if finding.rule is Rule.PARAMETER_RENAMED:
            key = (finding.rule_id, finding.place, finding.key)
        elif finding.rule is Rule.PROPERTY_RENAMED:  # In both directions it is one rename.
            key = (finding.rule.name, finding.pointer, finding.key)
        known = found.get(key)
        if known is None:
            found[key] = finding
        else:
            labels = tuple(dict.fromkeys((*known.operations, *finding.operations)))
            places = (*known.places, *finding.places)
            found[key] = replace(known, operations=labels, places=places, sites=(*known.sites, *finding.sites))
    return list(found.values())


__all__ = ["compare"]
