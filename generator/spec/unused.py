"""Find components that no operation uses, and make the problems in them notes."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from .files import BrokenReferenceError, Files
from .openapi import is_in_definitions, mapping_of, objects
from .places import Pointer, format_pointer
from .problems import Problem
from .reading import Document


def without_unused(found: list[Problem], files: Files) -> list[Problem]:
    """Return the problems, but make those in unused components and below `definitions` notes."""
    document = files.document
    found = [
        replace(problem, is_fatal=False)
        if problem.document is document and is_in_definitions(problem.pointer)
        else problem
        for problem in found
    ]
    own = [problem.pointer[:1] for problem in found if problem.is_fatal and problem.document is document]
    if ("components",) not in own:
        return found
    used = _used(files)
    return [_unless_unused(problem, document, used) for problem in found]


def _unless_unused(problem: Problem, document: Document, used: set[Pointer]) -> Problem:
    """Make a problem a note if it is in a component that no operation uses."""
    component = problem.pointer[:3]
    in_component = problem.document is document and len(component) == 3 and component[0] == "components"
    if not problem.is_fatal or not in_component or component in used or component[1] == "securitySchemes":
        return problem
    return replace(problem, message=f"{problem.message} (no operation uses it)", is_fatal=False)


def _used(files: Files) -> set[Pointer]:
    """Return the components that operations use, directly or indirectly, and the components that inherit from these."""
    document = files.document
    found = set[Pointer]()
    seen = set[tuple[int, Pointer]]()
    waiting: list[tuple[Document, Any]] = [(document, document.value.get("paths"))]
    heirs = _heirs(files)
    while waiting:
        home, value = waiting.pop()
        for node in objects(value):
            named = [word for word in mapping_of(node).values() if "/" in str(word) or "#" in str(word)]
            for reference in (node.get("$ref"), *named):
                try:
                    spot = files.resolve(str(reference), home) if isinstance(reference, str) else None
                except BrokenReferenceError:
                    continue
                if spot is None or (id(spot.document), spot.pointer) in seen:
                    continue
                seen.add((id(spot.document), spot.pointer))
                waiting.append((spot.document, spot.value))
                if spot.document is document and spot.pointer[:1] == ("components",):
                    found.add(spot.pointer[:3])
                    waiting += [(document, {"$ref": reference}) for reference in heirs.get(spot.pointer[:3], ())]
    return found


def _heirs(files: Files) -> dict[Pointer, list[str]]:
    """Return references to the schemas that inherit by `allOf`, by the component that they inherit from."""
    found: dict[Pointer, list[str]] = {}
    components = files.document.value.get("components")
    schemas = components.get("schemas") if isinstance(components, dict) else None
    for name, schema in schemas.items() if isinstance(schemas, dict) else ():
        parts = schema.get("allOf") if isinstance(schema, dict) else None
        for part in parts if isinstance(parts, list) else ():
            if isinstance(part, dict) and isinstance(part.get("$ref"), str):
                with contextlib.suppress(BrokenReferenceError):
                    spot = files.resolve(part["$ref"], files.document)
                    own = f"#{quote(format_pointer(('components', 'schemas', name)))}"
                    found.setdefault(spot.pointer[:3], []).append(own)
    return found
