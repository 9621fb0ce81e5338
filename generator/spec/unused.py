"""Find components that no operation uses, and make the problems in them notes."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from .files import BrokenReferenceError, Files, Spot
from .openapi import is_in_definitions, mapping_of, objects, objects_at
from .places import Pointer
from .problems import Problem
from .reaching import reached


def without_unused(found: list[Problem], files: Files) -> list[Problem]:
    """Return the problems, but make those in unused components and below `definitions` notes."""

    @cache
    def used() -> set[Pointer]:
        return _used(files)

    def judged(problem: Problem) -> Problem:
        if not problem.is_fatal or problem.document is not files.document:
            return problem
        if is_in_definitions(problem.pointer):
            return replace(problem, is_fatal=False)
        component = problem.pointer[:3]
        in_component = len(component) == 3 and component[0] == "components" and component[1] != "securitySchemes"
        if not in_component or component in used():
            return problem
        return replace(problem, message=f"{problem.message} (no operation uses it)", is_fatal=False)

    return [judged(problem) for problem in found]


def _used(files: Files) -> set[Pointer]:
    """Return the components that operations use, directly or indirectly, and the components that inherit from these."""
    heirs = _heirs(files)

    def following(spot: Spot) -> Iterator[Spot]:
        if spot.document is files.document:
            yield from heirs[spot.pointer[:3]]
        for node in objects(spot.value):
            for reference in (node.get("$ref"), *mapping_of(node).values()):
                with contextlib.suppress(BrokenReferenceError):
                    if isinstance(reference, str):
                        yield files.resolve(reference, spot.document)

    start = [Spot(files.document, ("paths",))] if "paths" in files.document.value else []
    return {spot.pointer[:3] for spot in reached(start, following) if spot.document is files.document}


def _heirs(files: Files) -> dict[Pointer, list[Spot]]:
    """Return the schemas that inherit by `allOf`, by the component that they inherit from."""
    found = defaultdict[Pointer, list[Spot]](list)
    for pointer, name in objects_at(files.document.value):
        is_part = name == "Schema" and pointer[:2] == ("components", "schemas") and pointer[3:-1] == ("allOf",)
        reference = Spot(files.document, pointer).value.get("$ref") if is_part else None
        if isinstance(reference, str):
            with contextlib.suppress(BrokenReferenceError):
                base = files.resolve(reference, files.document)
                found[base.pointer[:3]].append(Spot(files.document, pointer[:3]))
    return found
