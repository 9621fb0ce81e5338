"""The findings of a review."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from generator.spec.places import Place

from .rules import Direction, Part, Rule, Severity
from .source import Spot


class Segment(NamedTuple):
    """One step of the path into a body or parameter, such as to a property or to the items of a list."""

    kind: Literal["property", "items", "values", "variant", "keyword"]
    name: str = ""

    def __str__(self) -> str:
        if self.kind == "property" and not self.name:
            return '.""'
        shapes = {"property": ".{}", "items": "[{}]", "values": ".*", "variant": "({})", "keyword": ".<{}>"}
        return shapes[self.kind].format(self.name)


class Location(NamedTuple):
    """A place in an operation.

    Attributes:
        name: The status of a response, the status and name of a header, or the `in` and name of a parameter.
        path: The path into the body, header or parameter.
    """

    kind: Literal["response", "header", "body", "parameter"]
    name: str
    path: tuple[Segment, ...] = ()

    def __str__(self) -> str:
        path = "".join(map(str, self.path)).removeprefix(".")
        head = "body" + f" {self.name}".rstrip() if self.kind == "body" else self.name
        return f"{head} {path}".strip()


class Name(NamedTuple):
    """A public name of a package: the dotted path of a module, class, function or attribute, or of a parameter."""

    path: str
    parameter: str = ""

    def __str__(self) -> str:
        """Return a short form such as `Choice.logprobs` or `list_chat_completions.sync(limit)`."""
        names = self.path.split(".")
        first = next((index for index, name in enumerate(names) if name[:1].isupper()), max(len(names) - 2, 0))
        return ".".join(names[first:]) + (f"({self.parameter})" if self.parameter else "")

    def member(self, name: str) -> Name:
        """Return the name of a member of this class or module."""
        return Name(f"{self.path}.{name}")

    @property
    def last(self) -> str:
        """The last part of the path, without the parameter."""
        return self.path.rpartition(".")[2]

    @property
    def owner(self) -> Name:
        """The class or module of a name, or the function of a parameter."""
        return Name(self.path) if self.parameter else Name(self.path.rpartition(".")[0])


class Trace(NamedTuple):
    """The value at the finding's place by which a recorded body shows the change."""

    kind: Literal["present", "absent", "null", "values"]
    values: tuple[Any, ...] = ()

    def shown_by(self, found: Any, *, there: bool) -> bool:
        """Return whether a body shows the change.

        Args:
            found: The value at the place.
            there: Whether there is a value.
        """
        if self.kind == "absent":
            return not there
        if not there or self.kind == "present":
            return there
        return found is None if self.kind == "null" else any(_same(found, value) for value in self.values)


class Line(NamedTuple):
    """A line of generated code and its place; both are empty if there is no such line."""

    place: str = ""
    text: str = ""


class Renamed(NamedTuple):
    """A renamed part of the document; `schema` names the schema of a property, if it has a name."""

    kind: Literal["property", "parameter", "schema", "operation"]
    old: str
    new: str
    schema: str = ""


@dataclass(frozen=True)
class Finding:
    """One change, described in one sentence.

    Attributes:
        place: The file, line and column that the reports show.
        direction: The direction that the rule id begins with.
        judged_as: The direction whose severity holds, if it is another one, as below `not`.
        text: The sentence, without the subject.
        subject: The changed place in the API, or the changed name in the package.
        places: The places of the change in each operation, with the operation's label.
        others: Further names that the same change concerns.
        pointer: The JSON pointer of the change.
        anchor: The pointer with names in place of indexes, which other changes do not shift.
        pointers: The places in the old and the new document, if the change has them.
        key: The old and new values, to tell findings of one rule at one pointer apart.
        before: The old lines.
        after: The new lines.
        before_place: The place of the old lines.
        code: The old and the new line of generated code.
        trace: The value by which a recorded body shows the change.
        renamed: The rename that the finding is about.
        evidence: The names of the recorded bodies that show the change; None if no body could.
        sites: The places in the revision where a comment can give a reason for the difference.
        is_upstream: Whether the other side is the vendor's document.
        excuse: Why no caller relied on the old behaviour.
        level: The severity in the settings.
    """

    rule: Rule
    text: str
    place: Place
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
    is_upstream: bool = False
    excuse: str = ""
    level: Severity | None = None

    @property
    def part(self) -> Part:
        """The part of the review that made the finding."""
        return "upstream" if self.is_upstream else self.rule.value.part

    @property
    def rule_id(self) -> str:
        """The rule's id, with the direction."""
        return self.rule.id(self.direction)

    @property
    def severity(self) -> Severity:
        """The severity by the settings or the rule."""
        severity = self.level or self.rule.severity(self.judged_as or self.direction)
        return "additive" if self.excuse and severity == "breaking" else severity

    @property
    def message(self) -> str:
        """The sentence, which begins with the subject."""
        head = str(self.subject) if self.subject else ""
        if self.others:
            shown = [str(name) for name in self.others]
            more = f"{', '.join(shown[:2])} and {len(shown) - 2} more" if len(shown) > 3 else ", ".join(shown)
            head += f" (also {more})"
        sentence = f"{head}: {self.text}" if head else self.text
        return f"{sentence} ({self.excuse})" if self.excuse else sentence

    @property
    def fingerprint(self) -> str:
        """A hash that identifies the change and its values; unrelated edits of the file do not affect it."""
        text = "\0".join((self.part, self.rule_id, self.anchor or self.pointer, self.key))
        return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:12]


def squash(name: str) -> str:
    """Reduce all spellings of a name to one: `tool_choice`, `toolChoice`, `ToolChoice` and `tool_choice_`."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _same(left: Any, right: Any) -> bool:
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)
