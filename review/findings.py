"""What a review finds, told in one sentence at one place."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from .rules import Direction, Part, Rule, Severity
from .source import Spot


class Segment(NamedTuple):
    """One step below a body or parameter: to a property, the items of a list, the values of a mapping, a variant."""

    kind: Literal["property", "items", "values", "variant", "keyword"]
    name: str = ""

    def __str__(self) -> str:
        if self.kind == "property" and not self.name:
            return '.""'
        shapes = {"property": ".{}", "items": "[{}]", "values": ".*", "variant": "({})", "keyword": ".<{}>"}
        return shapes[self.kind].format(self.name)


class Location(NamedTuple):
    """A place inside an operation. `name` is the status, a header after its status, or a parameter after its `in`."""

    kind: Literal["response", "header", "body", "parameter"]
    name: str
    path: tuple[Segment, ...] = ()

    def __str__(self) -> str:
        path = "".join(map(str, self.path)).removeprefix(".")
        head = "body" + f" {self.name}".rstrip() if self.kind == "body" else self.name
        return f"{head} {path}".strip()


class Name(NamedTuple):
    """A public name of a package: its dotted path, and a parameter of it."""

    path: str
    parameter: str = ""

    def __str__(self) -> str:
        """Return how a person calls it: `Choice.logprobs`, `list_chat_completions.sync(limit)`."""
        names = self.path.split(".")
        first = next((index for index, name in enumerate(names) if name[:1].isupper()), max(len(names) - 2, 0))
        return ".".join(names[first:]) + (f"({self.parameter})" if self.parameter else "")

    def member(self, name: str) -> Name:
        """Return the name of something inside a class or module."""
        return Name(f"{self.path}.{name}")

    @property
    def last(self) -> str:
        """The last part of the path: the class, function or attribute alone."""
        return self.path.rpartition(".")[2]

    @property
    def owner(self) -> Name:
        """The class or module that a name is in, or the function of a parameter."""
        return Name(self.path) if self.parameter else Name(self.path.rpartition(".")[0])


class Trace(NamedTuple):
    """What a recorded body must have at the finding's place to show the change."""

    kind: Literal["present", "absent", "null", "values"]
    values: tuple[Any, ...] = ()

    def shown_by(self, found: Any, *, there: bool) -> bool:
        """Return whether a value (or that there is none) shows the change."""
        if self.kind == "absent":
            return not there
        if not there or self.kind == "present":
            return there
        return found is None if self.kind == "null" else any(_same(found, value) for value in self.values)


class Line(NamedTuple):
    """A line of generated code and where it stands; both empty where there is none."""

    place: str = ""
    text: str = ""


class Renamed(NamedTuple):
    """What has another name now. `schema` is the schema whose property it is, if that has a name."""

    kind: Literal["property", "parameter", "schema", "operation"]
    old: str
    new: str
    schema: str = ""


@dataclass(frozen=True)
class Finding:
    """One thing that changed, said in one plain sentence at one place.

    Attributes:
        direction: The direction that the rule id begins with.
        judged_as: The direction whose severity holds, where it is another one: below `not`.
        subject: The place in the API, or the name in the package.
        places: The way to the place in each operation that reaches it.
        others: More names that the same change concerns.
        pointer: The JSON pointer of the place.
        anchor: The same pointer with names instead of list indices.
        pointers: The pointers in the old and in the new document, where there are such.
        key: What distinguishes findings of one rule at one pointer: it holds the values, old and new.
        before: The old lines of the document, and `after` the new ones.
        code: The old and the new line of the generated code.
        evidence: The recorded bodies that show the change; None if none could.
        sites: The places in the revision where a reason for a difference may stand.
        upstream: Whether the other side is the vendor's document.
        excuse: Why no caller relied on what is gone.
        level: The severity that the settings give it.
    """

    rule: Rule
    text: str
    file: str
    line: int
    column: int = 1
    direction: Direction | None = None
    judged_as: Direction | None = None
    subject: Location | Name | None = None
    places: tuple[tuple[str, Location], ...] = ()
    others: tuple[Name, ...] = ()
    pointer: str = ""
    anchor: str = ""
    pointers: tuple[str | None, str | None] = (None, None)
    operations: tuple[str, ...] = ()
    key: str = ""
    before: str = ""
    after: str = ""
    before_place: str = ""
    code: tuple[Line, Line] = (Line(), Line())
    trace: Trace | None = None
    renamed: Renamed | None = None
    evidence: tuple[str, ...] | None = None
    sites: tuple[Spot, ...] = ()
    upstream: bool = False
    excuse: str = ""
    level: Severity | None = None

    @property
    def part(self) -> Part:
        """The part of the review that found it."""
        return "upstream" if self.upstream else self.rule.value.part

    @property
    def rule_id(self) -> str:
        """The rule's id, with its direction."""
        return self.rule.id(self.direction)

    @property
    def severity(self) -> Severity:
        """How bad it is, on the wire or for importers."""
        said = self.level or self.rule.severity(self.judged_as or self.direction)
        return "additive" if self.excuse and said == "breaking" else said

    @property
    def message(self) -> str:
        """The sentence, beginning with the place inside the operation, or with the name in the package."""
        head = str(self.subject) if self.subject else ""
        if self.others:
            shown = [str(name) for name in self.others]
            more = f"{', '.join(shown[:2])} and {len(shown) - 2} more" if len(shown) > 3 else ", ".join(shown)
            head += f" (also {more})"
        said = f"{head}: {self.text}" if head else self.text
        return f"{said} ({self.excuse})" if self.excuse else said

    @property
    def fingerprint(self) -> str:
        """A short name of this very change, its values included; unrelated edits of the file do not change it."""
        text = "\0".join((self.part, self.rule_id, self.anchor or self.pointer, self.key))
        return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:12]

    @property
    def place(self) -> str:
        """The place as `file:line:column`."""
        return f"{self.file}:{self.line}:{self.column}"


def _same(left: Any, right: Any) -> bool:
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)
