"""The result of a review, and the version that it requires."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, TypeAlias

from generator.spec.places import Place

from .accepted import Accepted
from .findings import Finding
from .rules import PARTS, SEVERITIES, Part, Severity

Bump: TypeAlias = Literal["major", "minor", "patch", "none"]

_BUMPS: Final[tuple[Bump, ...]] = ("major", "minor", "patch", "none")
_BUMP_OF: Final[dict[Severity, Bump]] = {"breaking": "major", "additive": "minor", "docs": "patch"}


class Unjudged(NamedTuple):
    """A sentence about a part or fixture that could not be judged, and the place of the cause, if it is known."""

    text: str
    place: Place | None = None


@dataclass
class Review:
    """The result of a review, as the reports show it.

    Attributes:
        base: The name of the old document.
        revision: The name of the new document.
        parts: The parts that were judged.
        has_differences: Whether the documents differ at all.
        release: The last released version, if there is one.
        is_gated: Whether to check the version.
        link: The URL of a line, with `{file}` and `{line}` in it.
        unjudged: The parts and fixtures that could not be judged.
        accepted: The accepted findings with their entries.
        stale: The entries of accepted findings that match no finding.
        remarks: Further sentences for the notes of the reports.
    """

    base: str
    revision: str
    base_version: str
    revision_version: str
    findings: list[Finding]
    parts: tuple[Part, ...]
    has_differences: bool
    release: str | None = None
    is_gated: bool = True
    link: str = ""
    unjudged: list[Unjudged] = field(default_factory=list)
    accepted: list[tuple[Accepted, Finding]] = field(default_factory=list)
    stale: list[Accepted] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def bump(self, *parts: Part) -> Bump:
        """Return the kind of version change that the findings of some parts require; by default, of all parts."""
        chosen = parts or ("contract", "python", "fixtures")
        severities: list[Severity] = [item.severity for item in self.findings if item.part in chosen]
        return _BUMP_OF[min(severities, key=SEVERITIES.index)] if severities else "none"

    @property
    def is_versioned(self) -> bool:
        """Whether to check the version, and both versions are SemVer and not, for example, dates."""
        known = semver(self.release or self.base_version), semver(self.revision_version)
        return self.is_gated and None not in known

    @property
    def needs(self) -> str | None:
        """The lowest version that is high enough for the change; None if any is, or versions are not SemVer."""
        return needed(self.release or self.base_version, self.bump())

    @property
    def is_version_enough(self) -> bool:
        """Whether the revision's version is high enough for the change since the last release, or since the base."""
        if not self.is_versioned or self.bump() == "none" or self.needs is None:
            return True
        revision = semver(self.revision_version)
        lowest = semver(self.needs)
        return revision is not None and lowest is not None and revision >= lowest

    def of(self, severity: Severity) -> list[Finding]:
        """Return the findings of a severity."""
        return [item for item in self.findings if item.severity == severity]

    def ordered(self) -> list[Finding]:
        """Return the findings in the order of their severity, part, operation and place."""
        return sorted(
            self.findings,
            key=lambda item: (
                SEVERITIES.index(item.severity),
                PARTS.index(item.part),
                item.operations[:1],
                item.place,
                item.rule_id,
                item.key,
            ),
        )


def semver(text: str) -> tuple[int, int, int] | None:
    """Parse a version such as `v1.2.3` or `1.2`; return None if the text is not SemVer."""
    match = re.fullmatch(r"v?(\d{1,9})\.(\d{1,9})(?:\.(\d{1,9}))?(?:[-+].*)?", text)
    return (int(match[1]), int(match[2]), int(match[3] or 0)) if match else None


def needed(released: str, bump: Bump) -> str | None:
    """Return the lowest version that may follow a released one; None for no change, or if it is not SemVer.

    In `0.y.z`, for which SemVer has no rules, breaking changes raise `y` and all others `z`, as in Cargo.
    """
    old = semver(released)
    if old is None or bump == "none":
        return None
    major, minor, patch = old
    level = _BUMPS.index(bump) + (1 if major == 0 else 0)
    if level == 0:
        return f"{major + 1}.0.0"
    return f"{major}.{minor + 1}.0" if level == 1 else f"{major}.{minor}.{patch + 1}"
