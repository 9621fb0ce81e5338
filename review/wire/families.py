"""Inheritance between named schemas: an heir refers to its parent by `allOf: [$ref: parent]`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from generator.spec.reaching import reached

from ..source import Document, Spot
from .meaning import Discriminator


class Families:
    """The named schemas of a document, and which of them inherit from which."""

    def __init__(self, document: Document) -> None:
        self.document = document

    @cached_property
    def schemas(self) -> Mapping[str, Spot]:
        """The named schemas of the document."""
        return {name: spot for (section, name), spot in self.document.components.items() if section == "schemas"}

    @cached_property
    def _children(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, spot in self.schemas.items():
            for parent in _parents(spot):
                found.setdefault(parent, []).append(name)
        return found

    def descendants(self, name: str) -> list[str]:
        """Return the names of the schemas that inherit from one, directly or not."""
        heirs = reached(self._children.get(name, ()), lambda heir: self._children.get(heir, ()))
        return sorted(heirs - {name})

    def members(self, parent: Spot | None, discriminator: Discriminator) -> dict[str, Spot]:
        """Return by name what a schema with a discriminator may stand for: the schemas that it maps, and its heirs."""
        name = parent.pointer[2] if parent else ""
        names = dict.fromkeys([*discriminator.mapping.values(), *self.descendants(name)])
        return {member: self.schemas[member] for member in names if member in self.schemas and member != name}

    def stand_ins(self, name: str) -> list[str]:
        """Return the heirs of a schema that has a discriminator: its values may be theirs. Empty without one."""
        value = self.schemas[name].value if name in self.schemas else None
        return self.descendants(name) if isinstance(value, Mapping) and "discriminator" in value else []


def _parents(spot: Spot) -> Iterator[str]:
    value = spot.value
    if not isinstance(value, Mapping):
        return
    members = reached([spot], lambda at: at.listed("allOf") if isinstance(at.value, Mapping) else ())
    for member in sorted(members, key=lambda at: at.pointer):
        reference = member.value.get("$ref") if isinstance(member.value, Mapping) else None
        is_alias = member == spot and len(value) == 1
        if isinstance(reference, str) and reference.startswith("#/components/schemas/") and not is_alias:
            yield reference.removeprefix("#/components/schemas/")
