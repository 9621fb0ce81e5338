"""The texts that all reports share: the verdict, a line for each finding, and the notes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from generator.spec.places import parse_pointer

from ..findings import Finding, Name
from ..rules import SEVERITIES, Part, Rule, Severity
from ..verdict import Review, semver

PARTS: Final[dict[Part, str]] = {
    "contract": "Contract",
    "python": "Python",
    "fixtures": "Fixtures",
    "upstream": "Upstream",
}
# These rules come first among the breaking ones.
_REMOVED: Final = frozenset({Rule.PATH_REMOVED, Rule.OPERATION_REMOVED})
_PLACES: Final[tuple[tuple[Part, str], ...]] = (
    ("contract", "on the wire"),
    ("python", "for importers"),
    ("fixtures", "in the fixtures"),
)


class Section(NamedTuple):
    """The findings under one heading."""

    heading: str
    severity: Severity
    findings: list[Finding]


def sections(review: Review) -> list[Section]:
    """Group the findings by severity, with removed operations first."""
    ordered = review.ordered()
    groups = {severity: [item for item in ordered if item.severity == severity] for severity in SEVERITIES}
    unused = [item for item in groups["docs"] if item.rule is Rule.UNUSED_COMPONENT_CHANGED]
    found = [
        Section("Breaking", "breaking", sorted(groups["breaking"], key=_removed_first)),
        Section("Not breaking", "additive", groups["additive"]),
        Section("Changed, and used by no operation", "docs", unused),
        Section("Words only", "docs", [item for item in groups["docs"] if item not in unused]),
    ]
    return [section for section in found if section.findings]


def _removed_first(finding: Finding) -> bool:
    return finding.rule not in _REMOVED


def verdict(review: Review) -> str:
    """Return the verdict in one sentence: the version that the change needs and why, and what was not judged."""
    if review.parts == ("upstream",):
        deliberate = sum(remark.startswith("deliberate: ") for remark in review.remarks)
        return (
            f"{counted(len(review.findings), 'difference')} from the vendor's document without a reason, "
            f"{deliberate} deliberate."
        )
    judged = _judged(review)
    if review.unjudged:
        return f"Not judged: {'; '.join(item.text for item in review.unjudged)}. What was judged: {judged}"
    return judged


def _judged(review: Review) -> str:
    if not review.findings:
        if review.accepted:
            return f"Nothing but what was accepted: {counted(len(review.accepted), 'accepted finding')}."
        return "The documents differ, and there is nothing to report." if review.has_differences else "No difference."
    why = _why(review)
    accepted = f", beside {counted(len(review.accepted), 'accepted finding')}" if review.accepted else ""
    if not review.is_gated:
        return f"{why}{accepted}."
    if not review.is_versioned:
        version = f"info.version {review.revision_version}"
        if semver(review.revision_version):
            version = f"the version before, {review.release or review.base_version},"
        return f"{why}{accepted}; {version} is no SemVer, so that the version was not judged."
    since = f" (the last release is {review.release})" if review.release else ""
    enough = f"is enough{since}" if review.is_version_enough else f"is too low{since}"
    help_ = "" if review.is_version_enough else ": raise it, or judge the change alone with --no-version"
    return f"needs {review.needs}: {why}{accepted}; info.version {review.revision_version} {enough}{help_}."


def _why(review: Review) -> str:
    breaking = review.of("breaking")
    places = {where: number for part, where in _PLACES if (number := sum(item.part == part for item in breaking))}
    if places:
        changes = counted(len(breaking), "breaking change")
        if len(places) == 1:
            return f"{changes} {next(iter(places))}"
        return f"{changes} ({', '.join(f'{number} {where}' for where, number in places.items())})"
    if any(item.rule is Rule.GENERATED_CODE_CHANGED for item in review.findings):
        return "no name, signature or type breaks (what the changed code does was not compared)"
    return "nothing breaks"


def status_reason(review: Review, status: int) -> str:
    """Return the reason for the exit status of a review."""
    if review.unjudged:
        return "something was not judged"
    if status == 0:
        return "fine"
    if review.of("breaking"):
        return "something breaks"
    if review.stale:
        return "an accepted finding matches nothing any more"
    return "info.version is too low" if not review.is_version_enough else "something changed"


def line(finding: Finding) -> str:
    """Describe a finding in one line, without its place."""
    operation = finding.operations[0] if finding.operations else ""
    others = len(finding.operations) - 1
    more = f" (and {counted(others, 'more operation')})" if others > 0 else ""
    shown = ""
    if finding.evidence is not None:
        fixtures = f" and {len(finding.evidence) - 1} more" if len(finding.evidence) > 1 else ""
        shown = f" [seen in {finding.evidence[0]}{fixtures}]" if finding.evidence else " [no fixture shows it]"
    return f"{operation} {finding.message}{more}{shown}".strip()


def operation_of(finding: Finding) -> str:
    """Return the operation that a finding is listed under."""
    if finding.operations:
        return finding.operations[0]
    return "Python" if finding.part == "python" else "the whole document"


def notes(review: Review) -> list[str]:
    """Return the notes of a review: parts that were not judged, remarks, and accepted findings."""
    lines = [f"not judged: {item.text}" for item in review.unjudged]
    lines += review.remarks
    for entry, finding in review.accepted:
        lines.append(f"accepted {entry.fingerprint} on {entry.date}: {line(finding)} ({entry.reason})")
    for entry in review.stale:
        lines.append(f"accepted {entry.fingerprint} matches nothing any more, so remove it: {entry.reason}")
    return lines


def counted(number: int, word: str) -> str:
    """Return a number and its noun, such as `1 difference` or `2 differences`."""
    return f"{number} {word}{'' if number == 1 else 's'}"


class Group(NamedTuple):
    """The findings about one operation, schema or class."""

    heading: str
    findings: list[Finding]

    @property
    def size(self) -> int:
        """The number of findings."""
        return len(self.findings)

    def count(self, severity: Severity) -> int:
        """Return the number of findings with a severity."""
        return sum(finding.severity == severity for finding in self.findings)


def groups(findings: Iterable[Finding]) -> list[Group]:
    """Group findings by their subject: first removed operations, then those with the most breaking findings.

    A subject is an operation, a schema, or a class of the package.
    """
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(_subject(finding), []).append(finding)
    return sorted(
        (Group(heading, items) for heading, items in found.items()),
        key=lambda group: (
            all(map(_removed_first, group.findings)),
            *(-group.count(severity) for severity in SEVERITIES),
        ),
    )


def _subject(finding: Finding) -> str:
    """Return the subject of a finding: a shared schema, an operation, or a module or class of the package."""
    if isinstance(finding.subject, Name):
        owner = finding.subject if not finding.subject.parameter else finding.subject.owner
        parts = owner.path.split(".")
        cls = next((index for index, name in enumerate(parts) if name[:1].isupper()), None)
        return "Python: " + (".".join(parts[1 : cls + 1]) if cls is not None else ".".join(parts[1:-1] or parts))
    if finding.part == "fixtures":
        return "Recorded bodies"
    if finding.part == "python":
        return "Python"
    pointer = parse_pointer(finding.pointer)
    if pointer[:1] == ("components",) and len(pointer) > 2:
        return f"{'schema' if pointer[1] == 'schemas' else pointer[1]} {pointer[2]}"
    return finding.operations[0] if len(finding.operations) == 1 else "The whole document"
