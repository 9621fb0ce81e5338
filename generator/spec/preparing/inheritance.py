"""Inheritance: components with a `discriminator`, and the components that have them in their `allOf`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..files import BrokenReferenceError
from ..places import Pointer
from .components import Components
from .keywords import Schema, is_reference, reference

Resolve = Callable[[str], tuple[Pointer, Any]]


def bases(declared: dict[str, Any], components: Components, resolve: Resolve) -> dict[int, Schema]:
    """Return, for each component with a `discriminator` that others inherit from, the union of it and its heirs.

    A value of the component may be any of its heirs. The keys are the `id` of the original schemas.
    """
    found: dict[int, Schema] = {}
    heirs: dict[int, list[tuple[str, Any]]] = {}
    for key, node in declared.items():
        if components.name(node):
            for parent in _ancestors(node, resolve):
                heirs.setdefault(parent, []).append((key, node))
    for node in declared.values():
        discriminator = node.get("discriminator") if id(node) in heirs else None
        if not discriminator or {"anyOf", "oneOf"} & node.keys() or not {"properties", "allOf"} & node.keys():
            continue
        below = {id(heir): reference(str(components.name(heir))) for _, heir in heirs[id(node)]}
        mapping = {key: below[id(heir)]["$ref"] for key, heir in heirs[id(node)]}
        for value, target in discriminator.get("mapping", {}).items():
            heir = _named_by(target, declared, resolve)
            if id(heir) in below:
                mapping = {key: target for key, target in mapping.items() if declared.get(key) is not heir}
                mapping[value] = below[id(heir)]["$ref"]
        base = str(components.name(node))
        found[id(node)] = {
            "anyOf": [*below.values(), reference(base)],
            "discriminator": {"propertyName": discriminator["propertyName"], "mapping": mapping, "x-base": base},
        }
    return found


def _named_by(target: str, declared: dict[str, Any], resolve: Resolve) -> Any:
    """Return the schema that the mapping of a discriminator names, by its key or by a reference."""
    if target in declared:
        return declared[target]
    try:
        return resolve(target if "#" in target or "/" in target else f"#/components/schemas/{target}")[1]
    except BrokenReferenceError:  # mappings are not checked
        return None


def _ancestors(node: Schema, resolve: Resolve) -> set[int]:
    """Return the `id` of each schema that a schema inherits from by `allOf`, directly or indirectly."""
    found, waiting = set[int](), [part for part in node.get("allOf") or () if isinstance(part, dict)]
    while waiting:
        part = waiting.pop()
        if is_reference(part):
            part = resolve(part["$ref"])[1]
            if not isinstance(part, dict) or id(part) in found:
                continue
            found.add(id(part))
            waiting += [part] if is_reference(part) else []
        waiting += [inner for inner in part.get("allOf") or () if isinstance(inner, dict)]
    return found - {id(node)}
