"""The pairs of corresponding schemas of two documents.

Both documents are iterated together, beginning with their operations. Two schemas at the same place are a pair,
under any names. A pair is compared once for each direction (what callers send, what they read), even if many
operations use it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from ..findings import Location, Segment
from ..rules import Direction
from ..source import Document, Spot
from .changes import Places
from .families import Families
from .inside import Inside
from .meaning import ANYTHING, Meaning, Node, View
from .reading import Reader, component_of
from .sameness import Sameness
from .variants import Overlaps

# How a value is written where it is not JSON: as text, as text in XML, as a field of a query or form, which may be
# repeated, or as a part of a form, whose objects are JSON. "fields" and "parts" are whole forms.
Text: TypeAlias = Literal["", "text", "xml", "form", "part", "fields", "parts"]
# How the values inside of a value are written, where they are written in another way.
_INSIDE: Final[Mapping[Text, Text]] = {"form": "text", "part": "", "fields": "form", "parts": "part"}


def _inside(text: Text, segment: Segment) -> Text:
    """Return how a value inside of another one is written."""
    is_repeated_part = text == "part" and segment.kind == "items"
    return text if is_repeated_part or text not in _INSIDE else _INSIDE[text]


class Step(NamedTuple):
    """A step to a pair: from its parent by a segment, or from an operation at a location (then `parent` is None).

    Attributes:
        required: Whether the value there must always be sent, in the old document and in the new one.
    """

    parent: Pair | None
    segment: Segment | None = None
    operation: str = ""
    location: Location | None = None
    required: tuple[bool, bool] = (False, False)


@cache
def _width(part: Segment | Location) -> int:
    return len(str(part))


@dataclass(eq=False)
class Pair:
    """Two schemas at the same place, or one alternative of each.

    Attributes:
        direction: Whether the schemas are part of what callers send or of what they read.
        text: How a value is written where it is not JSON.
        is_inverted: Whether the schemas stand below `not` or `if`: the more they allow, the more is refused.
        whole: The pair that the schemas are alternatives of, if they are.
    """

    direction: Direction
    nodes: tuple[Node, Node]
    base: Meaning
    revision: Meaning
    text: Text = ""
    steps: list[Step] = field(default_factory=list)
    is_inverted: bool = False
    whole: Pair | None = None

    @property
    def judged_as(self) -> Direction:
        """The direction whose severities hold: the other one below `not` and `if`."""
        if not self.is_inverted:
            return self.direction
        return "response" if self.direction == "request" else "request"

    @property
    def components(self) -> Places:
        """The named schema of each side, if there is one, also where null is allowed beside it."""
        base, revision = map(_component, self.nodes, (self.base, self.revision))
        return base, revision

    def places(self) -> list[tuple[str, Location]]:
        """Return each operation that uses the pair, with the shortest path to it there, sorted by length."""
        found: dict[str, tuple[int, Location, tuple[Segment, ...]]] = {}
        todo: deque[tuple[Pair, tuple[Segment, ...], int]] = deque([(self, (), 0)])
        seen: set[Pair] = {self}
        while todo:
            current, below, width = todo.popleft()
            for step in current.steps:
                path, length = below, width
                if step.segment:
                    path, length = (step.segment, *below), width + _width(step.segment)
                if step.parent is None:
                    assert step.location is not None
                    length += _width(step.location)
                    known = found.get(step.operation)
                    if known is None or length < known[0]:
                        found[step.operation] = length, step.location, path
                elif step.parent not in seen:
                    seen.add(step.parent)
                    todo.append((step.parent, path, length))
        ordered = sorted((length, label, location, path) for label, (length, location, path) in found.items())
        return [(label, location._replace(path=(*location.path, *path))) for _, label, location, path in ordered]


def _component(node: Node, meaning: Meaning) -> Spot | None:
    only = meaning.alternatives[0].component if len(meaning.alternatives) == 1 else None
    return component_of(node.spots[0] if len(node.spots) == 1 else None) or only


class Pairs:
    """The pairs of two documents, each compared once."""

    def __init__(self, base: Document, revision: Document) -> None:
        self.documents = (base, revision)
        self.reader = Reader()
        self.inside, self.overlaps = Inside(self.reader), Overlaps(self.reader)
        self.families = Families(base), Families(revision)
        self.same = Sameness(base, revision, self.families)
        self.todo: deque[Pair] = deque()
        self._met: dict[tuple[Node, Node, Direction, Text, bool], Pair] = {}

    def apart(self) -> Pairs:
        """Return an empty set of pairs of the same documents, for a comparison of its own."""
        fresh = copy(self)
        fresh.todo, fresh._met = deque(), {}
        return fresh

    def read(self, nodes: tuple[Node, Node]) -> tuple[Meaning, Meaning]:
        """Return what two schemas mean, the old one and the new one."""
        return self.reader.read(nodes[0]), self.reader.read(nodes[1])

    def meet(
        self,
        nodes: tuple[Node, Node],
        direction: Direction,
        step: Step,
        text: Text = "",
        *,
        is_inverted: bool = False,
    ) -> None:
        """Add two schemas to those to compare, or one more step to them if they were met before.

        Schemas that are the same are left out.
        """
        if self.same.nodes(*nodes):
            return
        if all(_only_reference(spot.value) for node in nodes for spot in node.spots):
            nodes = (_target(nodes[0]), _target(nodes[1]))  # A reference with siblings is compared as a schema itself.
        key = (*nodes, direction, text, is_inverted)
        pair = self._met.get(key)
        if pair is None:
            pair = self._met[key] = Pair(direction, nodes, *self.read(nodes), text, is_inverted=is_inverted)
            self.todo.append(pair)
        if step not in pair.steps:
            pair.steps.append(step)

    def meet_below(
        self,
        parent: Pair,
        nodes: tuple[Node, Node],
        segment: Segment | None = None,
        *,
        required: tuple[bool, bool] = (False, False),
        is_inverting: bool = False,
    ) -> None:
        """Add two schemas inside of a pair to those to compare; `not` and `if` are inverting."""
        text = _inside(parent.text, segment) if segment and segment.kind != "variant" else parent.text
        step = Step(parent, segment, required=required)
        self.meet(nodes, parent.direction, step, text, is_inverted=parent.is_inverted != is_inverting)

    def meet_members(self, parent: Pair, matched: list[tuple[View, View]], segments: list[Segment | None]) -> None:
        """Compare the alternatives of a pair that correspond next, each with the segment that leads to it."""
        members = []
        for views, segment in zip(matched, segments, strict=True):
            base, revision = (
                Meaning([view], False, view.notes, view.spot or whole.spot, discriminator=whole.discriminator)
                for view, whole in zip(views, (parent.base, parent.revision), strict=True)
            )
            pair = Pair(parent.direction, (ANYTHING, ANYTHING), base, revision, parent.text, [Step(parent, segment)])
            pair.is_inverted, pair.whole = parent.is_inverted, parent
            members.append(pair)
        self.todo.extendleft(reversed(members))


def _target(node: Node) -> Node:
    """Return a node with each bare reference replaced by the schema that it refers to."""
    return Node(tuple(dict.fromkeys(map(_followed, node.spots))))


def _followed(spot: Spot) -> Spot:
    spot.resolved()  # A reference that leads back to itself is refused here.
    while _only_reference(spot.value):
        spot = spot.document.resolve(spot.value["$ref"], (*spot.pointer, "$ref"))
    return spot


def _only_reference(value: Any) -> bool:
    return isinstance(value, Mapping) and len(value) == 1 and isinstance(value.get("$ref"), str)
