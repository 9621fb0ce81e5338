"""The review as people read it: terminal, Markdown, one HTML page, JSON, and annotations of a workflow."""

from __future__ import annotations

import json
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rich.console import Console
from rich.markup import escape

from .findings import SEVERITIES, Finding, Part, Review, Severity

# GitHub refuses a comment of more than 65 536 characters; a reader gives up earlier.
MARKDOWN_LIMIT: Final = 60_000
_PARTS: Final[dict[Part, str]] = {
    "contract": "Contract",
    "python": "Python",
    "fixtures": "Fixtures",
    "upstream": "Upstream",
}
_HEADINGS: Final[dict[Severity, str]] = {
    "breaking": "Breaking",
    "additive": "Not breaking",
    "docs": "Words only",
}
_COLOURS: Final[dict[Severity, str]] = {"breaking": "red", "additive": "yellow", "docs": "dim"}
_LEVELS: Final[dict[Severity, str]] = {"breaking": "error", "additive": "warning", "docs": "notice"}


def verdict(review: Review) -> str:
    """Return the verdict in one sentence: what the change needs, why, and whether the version says so."""
    if review.parts == ("upstream",):
        open_ones = len(review.findings)
        deliberate = sum("deliberate" in remark for remark in review.remarks)
        return (
            f"{_count(open_ones, 'difference')} from the vendor's document without a reason, {deliberate} deliberate."
        )
    if not review.findings:
        return "The documents differ, and there is nothing to report." if review.differ else "No difference."
    places: tuple[tuple[Part, str], ...] = (
        ("contract", "on the wire"),
        ("python", "for importers"),
        ("fixtures", "in the fixtures"),
    )
    counted = [f"{len(found)} {where}" for part, where in places if (found := review.of("breaking", part))]
    total = _count(len(review.of("breaking")), "breaking change")
    why = f"{total} ({', '.join(counted)})" if counted else "nothing breaks"
    bump = review.bump()
    if review.version_ok:
        version = f"info.version {review.base_version} -> {review.revision_version} is enough"
    else:
        version = f"info.version {review.base_version} -> {review.revision_version} is too low"
    return f"{bump}: {why}; {version}."


def to_json(review: Review) -> str:
    """Return the review as the JSON that docs/review.md describes."""
    with_python = "python" in review.parts
    data = {
        "verdict": {
            "wire": review.bump("contract"),
            "python": review.bump("python") if with_python else "none",
            "bump": review.bump(),
            "version_ok": review.version_ok,
        },
        "findings": [_json_finding(finding) for finding in review.ordered()],
        "accepted": [
            {"fingerprint": entry.fingerprint, "reason": entry.reason, "date": entry.date.isoformat()}
            for entry, _ in review.accepted
        ],
        "stale": [entry.fingerprint for entry in review.stale],
        "remarks": review.remarks,
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _json_finding(finding: Finding) -> dict[str, Any]:
    return {
        "part": finding.part,
        "rule": finding.rule,
        "severity": finding.severity,
        "operations": list(finding.operations),
        "pointer": finding.pointer,
        "message": finding.message,
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "fingerprint": finding.fingerprint,
    }


def to_terminal(review: Review, *, colour: bool = False) -> str:
    """Return the review as lines of a terminal: the verdict, then one line for each finding."""
    console = Console(force_terminal=colour, no_color=not colour, width=10_000, highlight=False, soft_wrap=True)
    with console.capture() as capture:
        console.print(f"[bold]{escape(verdict(review))}[/]")
        for severity in SEVERITIES:
            group = [finding for finding in review.ordered() if finding.severity == severity]
            if not group:
                continue
            console.print(f"\n[bold]{_HEADINGS[severity]}[/] ({len(group)})")
            heading = None
            for finding in group:
                operation = _operations(finding)
                if operation != heading:
                    heading = operation
                    console.print(f"  [bold]{escape(operation)}[/]")
                console.print(
                    f"    {escape(finding.place)}  [{_COLOURS[severity]}]{finding.rule}[/]"
                    f"  {escape(_line(finding))}  [dim]{finding.fingerprint}[/]"
                )
        for line in _notes(review):
            console.print(escape(line))
    return capture.get()


def to_github(review: Review) -> str:
    """Return workflow commands that annotate the lines of the findings."""
    lines = []
    for finding in review.ordered():
        message = f"{_line(finding)} [{finding.fingerprint}]"
        lines.append(
            f"::{_LEVELS[finding.severity]} file={_escape_property(finding.file)},line={finding.line},"
            f"col={finding.column},title={_escape_property(finding.rule)}::{_escape_data(message)}"
        )
    level = "notice" if review.version_ok else "error"
    lines.append(f"::{level} title=Review::{_escape_data(verdict(review))}")
    return "\n".join(lines) + "\n"


def to_markdown(review: Review) -> str:
    """Return the review as a comment of a pull request, cut to what a comment may hold."""
    cap = max(len(review.findings), 1)
    while True:
        text = _environment(html=False).get_template("report.md.j2").render(_context(review, cap))
        if len(text.encode()) < MARKDOWN_LIMIT or cap <= 1:
            return text
        cap //= 2


def to_html(review: Review) -> str:
    """Return the review as one self-contained page."""
    return _environment(html=True).get_template("report.html.j2").render(_context(review, None))


FORMATS: Final[dict[str, Callable[[Review], str]]] = {
    "terminal": to_terminal,
    "markdown": to_markdown,
    "html": to_html,
    "json": to_json,
    "github": to_github,
}


def side_by_side(before: str, after: str) -> list[tuple[str, str, str]]:
    """Return rows of old line, new line and what happened to them (`same`, `changed`, `gone` or `new`)."""
    old, new = before.splitlines(), after.splitlines()
    rows: list[tuple[str, str, str]] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        left, right = old[i1:i2], new[j1:j2]
        for index in range(max(len(left), len(right))):
            one = left[index] if index < len(left) else ""
            other = right[index] if index < len(right) else ""
            kind = "same" if tag == "equal" else "changed" if index < len(left) and index < len(right) else ""
            rows.append((one, other, kind or ("gone" if index < len(left) else "new")))
    return rows


def _environment(*, html: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        side_by_side=side_by_side, line=_line, operations=_operations, headings=_HEADINGS, parts=_PARTS
    )
    environment.filters["cell"] = _cell
    return environment


def _context(review: Review, cap: int | None) -> dict[str, Any]:
    ordered = review.ordered()
    shown = ordered if cap is None else ordered[:cap]
    return {
        "review": review,
        "verdict": verdict(review),
        "bump": review.bump(),
        "shown": shown,
        "left_out": len(ordered) - len(shown),
        "notes": _notes(review),
        "groups": {severity: [item for item in shown if item.severity == severity] for severity in SEVERITIES},
    }


def _notes(review: Review) -> list[str]:
    lines = list(review.remarks)
    for entry, finding in review.accepted:
        lines.append(f"accepted {entry.fingerprint} on {entry.date}: {_line(finding)} ({entry.reason})")
    for entry in review.stale:
        lines.append(f"accepted {entry.fingerprint} matches nothing any more: {entry.reason}")
    return lines


def _line(finding: Finding) -> str:
    operation = finding.operations[0] if finding.operations else ""
    others = len(finding.operations) - 1
    more = f" (and {_count(others, 'more operation')})" if others > 0 else ""
    shown = ""
    if finding.searched:
        fixtures = f" and {len(finding.seen) - 1} more" if len(finding.seen) > 1 else ""
        shown = f" [seen in {finding.seen[0]}{fixtures}]" if finding.seen else " [no fixture shows it]"
    return f"{operation} {finding.message}{more}{shown}".strip()


def _operations(finding: Finding) -> str:
    return (
        finding.operations[0] if finding.operations else "the whole document" if finding.part != "python" else "Python"
    )


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _cell(text: str) -> str:
    """Escape text for a cell of a Markdown table."""
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")
