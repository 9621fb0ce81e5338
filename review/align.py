"""Two documents laid side by side: which schemas correspond.

Both are iterated in step from their operations. Two schemas that stand at the same place are a pair, compared once for
each direction (what callers send, what they read), whatever they are called and however often they are met. Where a
schema has alternatives, those that are most alike correspond.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from .changes import canonical
from .findings import Location, Segment
from .rules import Direction
from .schema import ANYTHING, NOTES, Meaning, Node, Reader, View
from .source import Document, Spot


class Step(NamedTuple):
    """How a pair is reached: from another one by a segment, or (`parent` None) from an operation at a location.

    `required`: whether the value there must always be sent.
    """

    parent: Pair | None
    segment: Segment | None = None
    operation: str = ""
    location: Location | None = None
    required: bool = False


@dataclass(eq=False)
class Pair:
    """Two schemas at the same place, or one alternative of each."""

    direction: Direction
    nodes: tuple[Node, Node]
    base: Meaning
    revision: Meaning
    steps: list[Step] = field(default_factory=list)

    def places(self) -> list[tuple[str, Location]]:
        """Return each operation that reaches the pair, with the shortest way to it there, the shortest first."""
        found: dict[str, Location] = {}
        todo: deque[tuple[Pair, tuple[Segment, ...]]] = deque([(self, ())])
        seen: set[Pair] = {self}
        while todo:
            current, below = todo.popleft()
            for step in current.steps:
                path = (step.segment, *below) if step.segment else below
                if step.parent is None:
                    assert step.location is not None
                    location = step.location._replace(path=(*step.location.path, *path))
                    known = found.get(step.operation)
                    if known is None or len(str(location)) < len(str(known)):
                        found[step.operation] = location
                elif step.parent not in seen:
                    seen.add(step.parent)
                    todo.append((step.parent, path))
        return sorted(found.items(), key=lambda item: (len(str(item[1])), item))


class Pairs:
    """The pairs of two documents, in the order in which they are met."""

    def __init__(self, base: Document, revision: Document) -> None:
        self.documents = (base, revision)
        self.readers = (Reader(), Reader())
        self.todo: deque[Pair] = deque()
        self._met: dict[tuple[Node, Node, Direction], Pair] = {}

    def meet(self, nodes: tuple[Node, Node], direction: Direction, step: Step) -> Pair:
        """Return the pair of two schemas, to be compared once, with one more step to it.

        Raises:
            ReviewError: a `$ref` in one of them does not resolve.
        """
        nodes = (_target(nodes[0]), _target(nodes[1]))
        key = (*nodes, direction)
        pair = self._met.get(key)
        if pair is None:
            base, revision = (reader.read(node) for reader, node in zip(self.readers, nodes, strict=True))
            pair = self._met[key] = Pair(direction, nodes, base, revision)
            self.todo.append(pair)
        if step not in pair.steps:
            pair.steps.append(step)
        return pair

    def member(self, parent: Pair, views: tuple[View, View], segment: Segment | None) -> Pair:
        """Return the pair of two alternatives of a pair; its steps are those of its parent."""
        meanings = [
            Meaning([view], null=False, spot=view.spot or whole.spot)
            for view, whole in zip(views, (parent.base, parent.revision), strict=True)
        ]
        return Pair(parent.direction, (ANYTHING, ANYTHING), meanings[0], meanings[1], [Step(parent, segment)])


def _target(node: Node) -> Node:
    """Return a node with references that say nothing more replaced by what they mean."""
    spots = [spot.resolved() if _only_reference(spot.value) else spot for spot in node.spots]
    return Node(tuple(dict.fromkeys(spots)))


def _only_reference(value: Any) -> bool:
    return isinstance(value, Mapping) and len(value) == 1 and "$ref" in value


# Which alternatives correspond.


def constants(view: View) -> dict[str, Any]:
    """Return the properties of a view that can have one value only, with it: what tells variants apart."""
    found = {}
    for name, node in view.properties.items():
        for spot in node.spots:
            value = spot.resolved().value
            if isinstance(value, Mapping):
                enum = [value["const"]] if "const" in value else value.get("enum")
                if isinstance(enum, list) and len(enum) == 1:
                    found[name] = enum[0]
    return found


def describe_view(view: View) -> str:
    """Return a few words that name an alternative: its schema, its tag, its values or its type."""
    if view.name:
        return view.name
    tags = constants(view)
    if tags:
        return ", ".join(f"{name} {value!r}" for name, value in tags.items())
    if values := view.accepts_only():
        return ", ".join(json.dumps(value, ensure_ascii=False) for value in values[:6])
    title = view.notes.get("title")
    return str(title.value) if title else (view.type or "anything")


def match(base: list[View], revision: list[View]) -> tuple[list[tuple[View, View]], list[View], list[View]]:
    """Return which alternatives correspond, those that are gone, and those that are new."""
    scores = sorted(
        (-score, i, j)
        for i, old in enumerate(base)
        for j, new in enumerate(revision)
        if (score := _likeness(old, new)) > 0
    )
    left, right = dict(enumerate(base)), dict(enumerate(revision))
    matched = []
    for _, i, j in scores:
        if i in left and j in right:
            matched.append((i, left.pop(i), right.pop(j)))
    for kind in dict.fromkeys(view.type for view in left.values()):
        alone = [[key for key, view in side.items() if view.type == kind] for side in (left, right)]
        if len(alone[0]) == len(alone[1]) == 1 and not told_apart(left[alone[0][0]], right[alone[1][0]]):
            matched.append((alone[0][0], left.pop(alone[0][0]), right.pop(alone[1][0])))
    matched.sort(key=lambda item: item[0])
    return [(old, new) for _, old, new in matched], list(left.values()), list(right.values())


def told_apart(old: View, new: View) -> bool:
    """Return whether a constant property tells two alternatives apart."""
    tags = constants(old), constants(new)
    return any(canonical(tags[0][name]) != canonical(tags[1][name]) for name in tags[0] if name in tags[1])


def _likeness(old: View, new: View) -> float:
    if old.type != new.type and {old.type, new.type} != {"integer", "number"}:
        return 0
    tags = constants(old), constants(new)
    shared = [name for name in tags[0] if name in tags[1]]
    if shared:
        agree = all(canonical(tags[0][name]) == canonical(tags[1][name]) for name in shared)
        return 50 + len(old.properties.keys() & new.properties.keys()) if agree else 0
    score = 0.5 if old.type == new.type else 0.1
    if old.name and old.name == new.name:
        score += 40
    if old.type == "object" and (old.properties or new.properties):
        union, both = old.properties.keys() | new.properties.keys(), old.properties.keys() & new.properties.keys()
        score = score + 10 * len(both) / len(union) if both or score > 1 else 0
    values = old.accepts_only(), new.accepts_only()
    if values[0] and values[1]:
        score += len(set(map(canonical, values[0])) & set(map(canonical, values[1])))
    words = [{key: word.value for key, word in view.keywords.items()} for view in (old, new)]
    return score + (5 if words[0] == words[1] else 0)


# What has another name now.


class Candidate(NamedTuple):
    """Something named that may have been renamed: its place in the order, whether it is required, and its schema."""

    name: str
    position: int
    required: bool
    schema: Any
    words: str


def candidate(name: str, position: int, *, required: bool, value: Any) -> Candidate:
    """Return a property or parameter as what it may be recognised by under another name."""
    words = str(value.get("description", "")) if isinstance(value, Mapping) else ""
    return Candidate(name, position, required, canonical(_bare(value)), words)


def renames(gone: list[Candidate], new: list[Candidate]) -> dict[str, str]:
    """Return what has another name now: each of the same schema, and told by no other than its place, words or name.

    A schema that says little (`{type: string}`) is no evidence of its own.
    """
    found: dict[str, str] = {}
    for old in gone:
        alike = [item for item in new if (item.required, item.schema) == (old.required, old.schema)]
        rivals = [item for item in gone if (item.required, item.schema) == (old.required, old.schema)]
        if len(alike) != 1 or len(rivals) != 1:
            alike = [item for item in alike if old.words and item.words == old.words]
            rivals = [item for item in rivals if item.words == old.words]
        if len(alike) == len(rivals) == 1 and _is_rename(old, alike[0]):
            found[old.name] = alike[0].name
    return found


def _is_rename(old: Candidate, new: Candidate) -> bool:
    if old.words and new.words:
        return old.words == new.words or old.position == new.position
    similar = SequenceMatcher(None, old.name.lower(), new.name.lower()).ratio() > 0.6
    return old.position == new.position or similar or len(old.schema) > 60


def _bare(value: Any, *, names: bool = False) -> Any:
    """Return a schema without words; the keys of a mapping of `names` are none."""
    if isinstance(value, Mapping):
        # `default` and the flags are notes to a schema's meaning, and evidence here.
        words = NOTES - {"default", "readOnly", "writeOnly", "deprecated"}
        kept = {key: item for key, item in value.items() if names or (key not in words and not key.startswith("x-"))}
        return {key: _bare(item, names=key == "properties" and not names) for key, item in kept.items()}
    return [_bare(item) for item in value] if isinstance(value, list) else value


def first_spot(node: Node) -> Spot | None:
    """Return the first place that a node was read from."""
    return node.spots[0] if node.spots else None
