"""What a review finds: findings, the accepted ones among them, and the verdict that follows."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, Literal, TypeAlias

from .source import ReviewError, Spot

Part: TypeAlias = Literal["contract", "python", "fixtures", "upstream"]
Severity: TypeAlias = Literal["breaking", "additive", "docs"]
Bump: TypeAlias = Literal["major", "minor", "patch", "none"]

PARTS: Final[tuple[Part, ...]] = ("contract", "python", "fixtures", "upstream")
SEVERITIES: Final[tuple[Severity, ...]] = ("breaking", "additive", "docs")
_BUMPS: Final[tuple[Bump, ...]] = ("major", "minor", "patch", "none")
_BUMP_OF: Final[dict[Severity, Bump]] = {"breaking": "major", "additive": "minor", "docs": "patch"}


@dataclass(frozen=True)
class Finding:
    """One thing that changed, said in one plain sentence at one place.

    `before` and `after` are the old and new lines, `code` those of the generated code; `key` tells findings of one rule
    at one pointer apart; `where` is the path inside the operation; `seen` names the fixtures that show it, if they
    were `searched`; `sites` are the places in the revision that a reason for a difference may stand at.
    """

    part: Part
    rule: str
    severity: Severity
    message: str
    file: str
    line: int
    column: int
    pointer: str = ""
    operations: tuple[str, ...] = ()
    key: str = ""
    before: str = ""
    after: str = ""
    before_place: str = ""
    code: tuple[str, str] = ("", "")
    where: str = ""
    seen: tuple[str, ...] = ()
    searched: bool = False
    sites: tuple[Spot, ...] = ()

    @property
    def fingerprint(self) -> str:
        """A short name of the finding that unrelated edits of the file do not change."""
        text = "\0".join((self.part, self.rule, self.pointer, self.key))
        return hashlib.sha256(text.encode()).hexdigest()[:12]

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


@dataclass
class Review:
    """The result of a review: everything that the reports show."""

    base: str
    revision: str
    base_version: str
    revision_version: str
    findings: list[Finding]
    parts: tuple[Part, ...]
    differ: bool
    accepted: list[tuple[Accepted, Finding]] = field(default_factory=list)
    stale: list[Accepted] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def bump(self, *parts: Part) -> Bump:
        """Return the version part that the findings of some parts (all, if none is named) call for."""
        bumps: list[Bump] = [
            _BUMP_OF[finding.severity]
            for finding in self.findings
            if finding.part in (parts or ("contract", "python", "fixtures"))
        ]
        return min(bumps, key=_BUMPS.index) if bumps else "none"

    @property
    def version_ok(self) -> bool:
        """Whether the revision's version is high enough for what changed."""
        return is_enough(self.base_version, self.revision_version, self.bump())

    def of(self, severity: Severity, part: Part | None = None) -> list[Finding]:
        """Return the findings of a severity, of one part or of all."""
        return [item for item in self.findings if item.severity == severity and part in (None, item.part)]

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
                item.rule,
                item.key,
            ),
        )


def is_enough(base: str, revision: str, bump: Bump) -> bool:
    """Return whether a version is high enough after another for a change.

    In `0.y.z`, where SemVer promises nothing, `y` stands for the major part and `z` for the others. Versions that
    are not SemVer are enough for a change if they differ.
    """
    if bump == "none":
        return True
    parsed = [re.fullmatch(r"v?(\d+)\.(\d+)(?:\.(\d+))?(?:[-+].*)?", text) for text in (base, revision)]
    if not parsed[0] or not parsed[1]:
        return base != revision
    old, new = (tuple(int(part or 0) for part in match.groups()) for match in parsed if match)
    if new < old:
        return False
    level = _BUMPS.index(bump)
    if old[0] == 0 and new[0] == 0:
        level = min(level + 1, 2)
    return new[: level + 1] > old[: level + 1]


def read_accepted(path: Path) -> list[Accepted]:
    """Read the file of accepted findings: TOML, one `[[accepted]]` for each, with fingerprint, reason and date.

    Raises:
        ReviewError: the file is not such a file.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ReviewError(f"{path}: cannot be read: {error}") from error
    entries = []
    for number, item in enumerate(data.get("accepted", []), 1):
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
