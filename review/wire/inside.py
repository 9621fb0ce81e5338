"""Prove that every value of one schema is a value of another.

What is not proved is taken to be false. Names that a schema does not declare are taken not to be sent, as everywhere in
the review.
"""

from __future__ import annotations

from collections.abc import Iterable

from .limits import longest, takes
from .meaning import ANYTHING, Meaning, Node, View, matches
from .reading import Reader
from .within import within


class Inside:
    """Prove that schemas are inside other ones."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._proved: dict[tuple[Node, Node], bool] = {}

    def node(self, inner: Node, outer: Node) -> bool:
        """Return whether `outer` allows every value of `inner`."""
        if not outer.spots or inner == outer:
            return True
        key = inner, outer
        if key not in self._proved:
            self._proved[key] = True  # A recursive schema is inside if the rest of it is.
            self._proved[key] = self._meaning(self.reader.read(inner), self.reader.read(outer))
        return self._proved[key]

    def _meaning(self, inner: Meaning, outer: Meaning) -> bool:
        if inner.beyond or outer.beyond or (inner.null and not outer.null):
            return False
        return all(self.among(view, outer.alternatives) for view in inner.alternatives)

    def among(self, inner: View, outer: Iterable[View], *, declared: bool = False) -> bool:
        """Return whether each value of an alternative fits one of some others: each value of an enum any of them."""
        others = list(outer)
        if any(self.view(inner, other, declared=declared) for other in others):
            return True
        values = inner.accepts_only()
        return bool(values) and all(any(takes(other, value) for other in others) for value in values or ())

    def view(self, inner: View, outer: View, *, declared: bool = False) -> bool:
        """Return whether one alternative allows every value of another.

        Args:
            declared: Whether `inner` must have every property that `outer` has: else it is another thing, although no
                property of it is refused.
        """
        if outer.type is None and outer.is_unlimited:
            return True
        if (values := inner.accepts_only()) is not None:
            return all(takes(outer, value) for value in values)
        kinds = inner.type, outer.type
        if outer.type is not None and kinds[0] != kinds[1] and kinds != ("integer", "number"):
            return False
        if "enum" in outer.keywords or not outer.keywords.keys() <= inner.keywords.keys():
            return False
        if not all(within(name, inner.keywords[name].value, word.value) for name, word in outer.keywords.items()):
            return False
        return (
            self._properties(inner, outer, declared=declared)
            and self._patterns(inner, outer)
            and self._children(inner, outer)
            and self._items(inner, outer)
        )

    def _properties(self, inner: View, outer: View, *, declared: bool) -> bool:
        if not outer.required.keys() <= inner.required.keys():
            return False
        for name, node in outer.properties.items():
            mine = inner.properties.get(name)
            free = inner.children.get("additionalProperties")
            if mine is None and (declared or (isinstance(free, Node) and not self.node(free, node))):
                return False
            if mine is not None and not self.node(mine, node):
                return False
        return True

    def _patterns(self, inner: View, outer: View) -> bool:
        closed = inner.children.get("additionalProperties") is False
        for pattern, there in outer.patterns.items():
            if pattern not in inner.patterns and not closed:
                return False
            named = [node for name, node in inner.properties.items() if matches(pattern, name)]
            mine = [inner.patterns[pattern]] if pattern in inner.patterns else named
            if not all(self.node(node, there) for node in mine):
                return False
        return True

    def _children(self, inner: View, outer: View) -> bool:
        for keyword, there in outer.children.items():
            mine = inner.children.get(keyword)
            if keyword.partition(" ")[0] in ("not", "if", "then", "else"):
                if not isinstance(mine, Node) or not isinstance(there, Node):
                    return False
                if not self.node(mine, there) or not self.node(there, mine):
                    return False
            elif keyword == "items":
                continue
            elif there is False:
                if mine is not False or (keyword == "additionalProperties" and not _names_within(inner, outer)):
                    return False
            elif mine is not False and not (isinstance(mine, Node) and self.node(mine, there)):
                return False
            elif keyword == "additionalProperties":
                extra = (node for name, node in inner.properties.items() if name not in outer.properties)
                if not all(self.node(node, there) for node in extra):
                    return False
        return True

    def _items(self, inner: View, outer: View) -> bool:
        rest = [view.children.get("items", ANYTHING) for view in (inner, outer)]
        count = max(len(inner.prefix), len(outer.prefix)) + 1
        for index in range(int(min(count, longest(inner)))):
            there = outer.prefix[index] if index < len(outer.prefix) else rest[1]
            here = inner.prefix[index] if index < len(inner.prefix) else rest[0]
            if isinstance(here, Node) and isinstance(there, Node) and not self.node(here, there):
                return False
        return True


def _names_within(inner: View, outer: View) -> bool:
    names = inner.properties.keys() - outer.properties.keys()
    return inner.patterns.keys() <= outer.patterns.keys() and all(outer.named(name) is not None for name in names)
