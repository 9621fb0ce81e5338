"""Find the recorded bodies that show a change of the document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from ..findings import Finding, Location, Segment, Trace, squash
from ..source import Document
from ..wire.operations import operations
from .bodies import Body


def with_evidence(findings: Sequence[Finding], bodies: Sequence[Body], document: Document) -> list[Finding]:
    """Add to the contract findings the names of the recorded bodies that show the change.

    A body can show changes of the operation whose response it is or, if that is unknown, of the operation that responds
    with its class.
    """
    ids = {
        squash(str(operation.spot.value.get("operationId", ""))): operation.label
        for _, operation in operations(document.root.child("paths"))
    }
    known = [(body, body.operation or ids.get(squash(body.operation_id or ""))) for body in bodies]
    return [
        replace(finding, evidence=_evidence(finding, finding.trace, known))
        if bodies and finding.trace and any(_searchable(location) for _, location in finding.places)
        else finding
        for finding in findings
    ]


def _evidence(finding: Finding, trace: Trace, bodies: Sequence[tuple[Body, str | None]]) -> tuple[str, ...]:
    """Return the names of the bodies that show the change of a finding."""
    return tuple(
        body.name
        for body, operation in bodies
        if any(
            label == operation
            and _searchable(location)
            and _of_status(body, location)
            and any(trace.shown_by(value, there=there) for value, there in _at(body.value, location.path))
            for label, location in finding.places
        )
    )


def _searchable(location: Location) -> bool:
    """Return whether recorded bodies could show a change at a place."""
    return location.kind == "response" and not any(segment.kind == "keyword" for segment in location.path)


def _of_status(body: Body, location: Location) -> bool:
    """Return whether a body is a response with the status of a place."""
    code = location.name.split(" ")[0].upper()
    if body.status is None:
        return code.startswith("2")
    if code == "DEFAULT":
        return body.status >= 400
    return code in (str(body.status), f"{body.status // 100}XX")


def _at(value: Any, path: Sequence[Segment]) -> Iterator[tuple[Any, bool]]:
    """Yield each value at a path with True, and None with False where only the last property of the path is absent."""
    if not path:
        yield value, True
        return
    segment, rest = path[0], path[1:]
    if segment.kind == "property" and isinstance(value, Mapping):
        if segment.name in value:
            yield from _at(value[segment.name], rest)
        elif not rest:
            yield None, False
    elif segment.kind == "items" and isinstance(value, list):
        yield from chain.from_iterable(_at(item, rest) for item in value)
    elif segment.kind == "values" and isinstance(value, Mapping):
        yield from chain.from_iterable(_at(item, rest) for item in value.values())
    elif segment.kind == "variant":
        yield from _at(value, rest)
