"""Find what is the same in two documents, with all that it refers to, and need not be compared.

Of two revisions of a large document hardly anything differs, and most of the time went to find that out again for each
way to each schema.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from generator.spec.reaching import reached

from ..source import Document, Spot
from .families import Families
from .meaning import Node, canonical
from .reading import is_30

_PREFIX: Final = "#/components/"


class Sameness:
    """Tell whether two spots of two documents are the same."""

    def __init__(self, base: Document, revision: Document, families: tuple[Families, Families]) -> None:
        self._comparable = is_30(base) == is_30(revision)
        self._found: dict[int, frozenset[str]] = {}
        sides = [
            {"/".join(key): spot.value for key, spot in document.components.items()} for document in (base, revision)
        ]
        self._changed = {name for name in {*sides[0], *sides[1]} if not _equal(sides[0].get(name), sides[1].get(name))}
        self._spread(sides, families)
        # Other references are checked where they are followed.
        self._kept = {*sides[0], *sides[1]} - self._changed

    def nodes(self, old: Node, new: Node) -> bool:
        """Return whether two schemas are the same."""
        if not self._comparable or len(old.spots) != len(new.spots):
            return False
        return all(self.spots(left, right) for left, right in zip(old.spots, new.spots, strict=True))

    def spots(self, old: Spot, new: Spot) -> bool:
        """Return whether two spots are the same."""
        # A schema means something else when one of its heirs changes.
        is_changed = "/".join(old.pointer[1:]) in self._changed or not self._references(old.value) <= self._kept
        return self._comparable and not is_changed and _equal(old.value, new.value)

    def _references(self, value: Any) -> frozenset[str]:
        """Return the names of the components that a value refers to, with "" for any other reference."""
        known = self._found.get(id(value))
        if known is None:
            known = self._found[id(value)] = frozenset(_references(value))
        return known

    def _spread(self, sides: list[dict[str, Any]], families: tuple[Families, Families]) -> None:
        """Add all that refers to a changed component, and the parents of changed heirs, to the changed ones."""
        users: dict[str, set[str]] = {}
        for side in sides:
            for name, value in side.items():
                for target in self._references(value):
                    users.setdefault(target, set()).add(name)
        for family in families:
            for name in family.schemas:
                for heir in family.stand_ins(name):
                    users.setdefault(f"schemas/{heir}", set()).add(f"schemas/{name}")
        known = {*sides[0], *sides[1]}
        missing = {target for target in users if target not in known}
        self._changed = reached(self._changed | missing, lambda name: users.get(name, ()))


def _equal(old: Any, new: Any) -> bool:
    """Return whether two values are equal in JSON, where `1` is not `true`."""
    return bool(old == new) and canonical(old) == canonical(new)


def _references(value: Any) -> Iterable[str]:
    todo = [value]
    while todo:
        at = todo.pop()
        if isinstance(at, dict):
            for key, item in at.items():
                if isinstance(item, str) and (key in ("$ref", "$dynamicRef") or item.startswith(_PREFIX)):
                    yield _name_of(item)
                else:
                    todo.append(item)
        elif isinstance(at, list):
            todo.extend(at)


def _name_of(reference: str) -> str:
    parts = reference.removeprefix(_PREFIX).split("/") if reference.startswith(_PREFIX) else []
    plain = len(parts) >= 2 and not any(sign in part for part in parts[:2] for sign in "~%")
    return f"{parts[0]}/{parts[1]}" if plain else ""
