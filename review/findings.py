"""What a review finds: findings, the accepted ones among them, and the verdict that follows."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from .rules import PARTS, SEVERITIES, Direction, Part, Rule, Severity
from .source import Place, ReviewError, Spot

Bump: TypeAlias = Literal["major", "minor", "patch", "none"]

_BUMPS: Final[tuple[Bump, ...]] = ("major", "minor", "patch", "none")
_BUMP_OF: Final[dict[Severity, Bump]] = {"breaking": "major", "additive": "minor", "docs": "patch"}


class Segment(NamedTuple):
    """One step below a body or parameter: to a property, the items of a list, the values of a mapping, a variant."""

    kind: Literal["property", "items", "values", "variant", "keyword"]
    name: str = ""

    def __str__(self) -> str:
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

    `subject` is where in the API or what in the package, `places` the ways to it in each operation, and `others` are
    further names that the same change concerns. `before` and `after` are the old and new lines, `code` those of the
    generated code, `pointers` the old and the new place in the documents, where there are such. `key` distinguishes
    findings of one rule at one pointer. `evidence` names the recorded bodies that show the change, None if none could.
    `sites` are the places in the revision that a reason for a difference may stand at. `importers` says what importers
    write instead, `upstream` that the other side is the vendor's document.
    """

    rule: Rule
    text: str
    file: str
    line: int
    column: int = 1
    direction: Direction | None = None
    subject: Location | Name | None = None
    places: tuple[tuple[str, Location], ...] = ()
    others: tuple[Name, ...] = ()
    pointer: str = ""
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
    importers: str = ""
    sites: tuple[Spot, ...] = ()
    upstream: bool = False

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
        return "breaking" if self.importers else self.rule.severity(self.direction)

    @property
    def breaks(self) -> Part:
        """Whom it breaks, if anyone: a rename that is not on the wire breaks importers alone."""
        return "python" if self.importers and self.rule.severity(self.direction) != "breaking" else self.part

    @property
    def message(self) -> str:
        """The sentence, beginning with the place inside the operation, or with the name in the package."""
        head = str(self.subject) if self.subject else ""
        if self.others:
            shown = [str(name) for name in self.others]
            more = f"{', '.join(shown[:2])} and {len(shown) - 2} more" if len(shown) > 3 else ", ".join(shown)
            head += f" (also {more})"
        said = f"{head}: {self.text}" if head else self.text
        return f"{said}; importers write {self.importers}" if self.importers else said

    @property
    def fingerprint(self) -> str:
        """A short name of the finding that unrelated edits of the file do not change."""
        text = "\0".join((self.part, self.rule_id, self.pointer, self.key))
        return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:12]

    @property
    def place(self) -> str:
        """The place as `file:line:column`."""
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Accepted:
    """An entry of the file of accepted findings."""

    fingerprint: str
    reason: str
    date: date


class Unjudged(NamedTuple):
    """What could not be judged and why, and the place of the reason if it has one."""

    text: str
    place: Place | None = None


@dataclass
class Review:
    """The result of a review: everything that the reports show.

    `unjudged` says what could not be judged, and why; `release` is the last released version, if there is one.
    """

    base: str
    revision: str
    base_version: str
    revision_version: str
    findings: list[Finding]
    parts: tuple[Part, ...]
    differ: bool
    release: str | None = None
    unjudged: list[Unjudged] = field(default_factory=list)
    accepted: list[tuple[Accepted, Finding]] = field(default_factory=list)
    stale: list[Accepted] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def bump(self, *parts: Part) -> Bump:
        """Return the version part that the findings of some parts (all, if none is named) call for."""
        chosen = parts or ("contract", "python", "fixtures")
        severities: list[Severity] = [
            item.rule.severity(item.direction) for item in self.findings if item.part in chosen
        ]
        # What importers write instead is said by the contract's finding, and breaks them all the same.
        if "python" in chosen and any(finding.importers for finding in self.findings):
            severities.append("breaking")
        return _BUMP_OF[min(severities, key=SEVERITIES.index)] if severities else "none"

    @property
    def needs(self) -> str | None:
        """The lowest version that the change may have; None where any is enough, or versions are not SemVer."""
        return needed(self.release or self.base_version, self.bump())

    @property
    def version_ok(self) -> bool:
        """Whether the revision's version is high enough for what changed since the last release, or the base."""
        if self.bump() == "none":
            return True
        if self.needs is None:
            return self.base_version != self.revision_version
        revision = semver(self.revision_version)
        lowest = semver(self.needs)
        return revision is not None and lowest is not None and revision >= lowest

    def of(self, severity: Severity) -> list[Finding]:
        """Return the findings of a severity."""
        return [item for item in self.findings if item.severity == severity]

    def ordered(self) -> list[Finding]:
        """Return the findings: the breaking ones first, then grouped by operation, then by place."""
        return sorted(
            self.findings,
            key=lambda item: (
                SEVERITIES.index(item.severity),
                PARTS.index(item.part),
                item.operations[:1],
                item.file,
                item.line,
                item.column,
                item.rule_id,
                item.key,
            ),
        )


def semver(text: str) -> tuple[int, int, int] | None:
    """Return the numbers of a version, such as `v1.2.3` or `1.2`; None if it is not one."""
    match = re.fullmatch(r"v?(\d{1,9})\.(\d{1,9})(?:\.(\d{1,9}))?(?:[-+].*)?", text)
    return (int(match[1]), int(match[2]), int(match[3] or 0)) if match else None


def needed(released: str, bump: Bump) -> str | None:
    """Return the lowest version that may follow another one; None for no change, or where it is not SemVer.

    In `0.y.z`, where SemVer lets anything happen, breaking changes raise `y` and all others `z`, as Cargo and most of
    PyPI read it.
    """
    old = semver(released)
    if old is None or bump == "none":
        return None
    major, minor, patch = old
    level = _BUMPS.index(bump) + (1 if major == 0 else 0)
    if level == 0:
        return f"{major + 1}.0.0"
    return f"{major}.{minor + 1}.0" if level == 1 else f"{major}.{minor}.{patch + 1}"


def read_accepted(path: Path) -> list[Accepted]:
    """Read the file of accepted findings: TOML, one `[[accepted]]` for each, with fingerprint, reason and date.

    Raises:
        ReviewError: the file is not such a file.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ReviewError(f"{path}: cannot be read: {error}") from error
    found = data.get("accepted", [])
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise ReviewError(f"{path}: `accepted` must be a list of tables: write `[[accepted]]`")
    entries = []
    for number, item in enumerate(found, 1):
        fingerprint, reason, when = (item.get(key) for key in ("fingerprint", "reason", "date"))
        if not isinstance(fingerprint, str) or not isinstance(reason, str) or not reason.strip():
            raise ReviewError(f"{path}: entry {number} needs a fingerprint and a reason")
        if not isinstance(when, date):
            raise ReviewError(f"{path}: entry {number} ({fingerprint}) needs a date, as in `date = 2026-01-31`")
        entries.append(Accepted(fingerprint, reason.strip(), when))
    return entries


def accept(review: Review, entries: Iterable[Accepted]) -> None:
    """Move accepted findings out of the ones that count; entries that match nothing become stale."""
    for entry in entries:
        matched = [finding for finding in review.findings if finding.fingerprint == entry.fingerprint]
        review.findings = [finding for finding in review.findings if finding not in matched]
        review.accepted.extend((entry, finding) for finding in matched)
        if not matched:
            review.stale.append(entry)


def _same(left: Any, right: Any) -> bool:
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)
