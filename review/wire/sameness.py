"""Find what is the same in two documents, with all that it refers to, and need not be compared.

Most of a large document is the same in its next revision. It would take most of the time of a review to find that out
again for each path that leads to a schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from generator.spec.places import Pointer, parse_pointer
from generator.spec.reaching import reached

from ..source import Document, Spot
from .families import Families
from .meaning import NAMED, Node, canonical
from .reading import is_30

_PREFIX: Final = "#/components/"


class Sameness:
    """Tell whether two spots of two documents are the same."""

    def __init__(self, base: Document, revision: Document, families: tuple[Families, Families]) -> None:
        self._comparable = is_30(base) == is_30(revision)
        self._found: dict[int, frozenset[Pointer]] = {}
        sides = [{key: spot.value for key, spot in document.components.items()} for document in (base, revision)]
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
        is_changed = old.pointer[1:] in self._changed or not self._references(old.value) <= self._kept
        return self._comparable and not is_changed and _equal(old.value, new.value)

    def _references(self, value: Any) -> frozenset[Pointer]:
        known = self._found.get(id(value))
        if known is None:
            known = self._found[id(value)] = frozenset(components_in(value))
        return known

    def _spread(self, sides: Sequence[Mapping[Pointer, Any]], families: tuple[Families, Families]) -> None:
        """Add all that refers to a changed component, and the parents of changed heirs, to the changed ones."""
        users: dict[Pointer, set[Pointer]] = {}
        for side in sides:
            for name, value in side.items():
                for target in self._references(value):
                    users.setdefault(target, set()).add(name)
        for family in families:
            for parent in family.schemas:
                for heir in family.stand_ins(parent):
                    users.setdefault(("schemas", heir), set()).add(("schemas", parent))
        known = {*sides[0], *sides[1]}
        missing = {target for target in users if target not in known}
        self._changed = reached(self._changed | missing, lambda name: users.get(name, ()))


def _equal(old: Any, new: Any) -> bool:
    """Return whether two values are equal in JSON, where `1` is not `true`."""
    return bool(old == new) and canonical(old) == canonical(new)


def components_in(value: Any) -> Iterator[Pointer]:
    """Yield the section and name of each component that a part of a document refers to; () for any other reference.

    The data of examples has no references.
    """
    todo = [(value, False)]
    while todo:
        at, is_named = todo.pop()  # Whether the keys are names that people chose, such as those of properties.
        if isinstance(at, list):
            todo += ((item, False) for item in at)
        for key, item in at.items() if isinstance(at, dict) else ():
            if isinstance(item, str):
                if key in ("$ref", "$dynamicRef") or item.startswith(_PREFIX):
                    yield parse_pointer(item)[1:3] if item.startswith(_PREFIX) else ()
            elif is_named or key not in ("example", "examples"):
                todo.append((item, key in NAMED and not is_named))
            elif key == "examples" and isinstance(item, dict):  # Examples of parameters and bodies may be references.
                todo += (
                    ({"$ref": example.get("$ref")}, False) for example in item.values() if isinstance(example, dict)
                )
