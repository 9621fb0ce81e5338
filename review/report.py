"""The review as people read it: terminal, Markdown, one HTML page, JSON, and annotations of a workflow.

What the documents say is text: it cannot address anybody, link, draw, run, or command a terminal or a workflow.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Final, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from rich.console import Console
from rich.markup import escape

from .findings import Finding, Name, Review
from .rules import SEVERITIES, Part, Severity
from .source import parse_pointer

# GitHub refuses a comment of more than 65 536 characters; the marker of the comment needs some, too.
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
# Control characters, and those that turn the direction of text or hide it.
_UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_CODE: Final = re.compile(r"`([^`]+)`")
# What Markdown gives a meaning; an underscore inside of a word has none.
_MARKS: Final = re.compile(r"[\\`*\[\]#|~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
# From these GitHub makes a mention, a link, a reference or a command; a word joiner ends that.
_JOINS: Final = re.compile(r"@|:/(?=/)|www(?=\.)|#(?=\d)|##(?=\[)|\bGH(?=-)", re.IGNORECASE)
_JOINER: Final = "\u2060"


def verdict(review: Review) -> str:
    """Return the verdict in one sentence: which version the change needs and why, and what was not judged."""
    if review.parts == ("upstream",):
        deliberate = sum(remark.startswith("deliberate: ") for remark in review.remarks)
        return (
            f"{_count(len(review.findings), 'difference')} from the vendor's document without a reason, "
            f"{deliberate} deliberate."
        )
    judged = _judged(review)
    if review.unjudged:
        return f"Not judged: {'; '.join(item.text for item in review.unjudged)}. What was judged: {judged}"
    return judged


def _judged(review: Review) -> str:
    if not review.findings:
        return "The documents differ, and there is nothing to report." if review.differ else "No difference."
    places: tuple[tuple[Part, str], ...] = (
        ("contract", "on the wire"),
        ("python", "for importers"),
        ("fixtures", "in the fixtures"),
    )
    breaking = review.of("breaking")
    counted = [
        f"{number} {where}" for part, where in places if (number := sum(item.breaks == part for item in breaking))
    ]
    total = _count(len(breaking), "breaking change")
    why = f"{total} ({', '.join(counted)})" if counted else "nothing breaks"
    since = f" (the last release is {review.release})" if review.release else ""
    enough = "is enough" if review.version_ok else "is too low"
    needs = f"needs {review.needs}" if review.needs else "needs another version"
    return f"{needs}: {why}; info.version {review.revision_version} {enough}{since}."


def status_reason(review: Review, status: int) -> str:
    """Return why a review ends with an exit status."""
    if review.unjudged:
        return "something was not judged"
    if status == 0:
        return "fine"
    if review.of("breaking"):
        return "something breaks"
    return "info.version is too low" if not review.version_ok else "something changed"


def plain(text: str) -> str:
    """Return text on one line, with what a terminal or a reader could not see written out."""
    return _UNPRINTABLE.sub(lambda found: _written_out(found[0]), text)


def _written_out(character: str) -> str:
    if character in "\r\n\t\u2028\u2029":
        return " "
    return f"\\x{ord(character):02x}" if ord(character) < 256 else f"\\u{ord(character):04x}"


def markdown(text: str) -> str:
    """Return text that Markdown shows as it is, in a paragraph or in a cell of a table."""
    joined = _JOINS.sub(lambda found: found[0] + _JOINER, plain(text))
    return _MARKS.sub(lambda mark: "\\" + mark[0], html.escape(joined, quote=False))


def markdown_code(text: str) -> str:
    """Return text as code in Markdown."""
    shown = plain(text)
    return f"<code>{markdown(text)}</code>" if re.search(r"[`|\\]", shown) else f"`{shown}`"


def markdown_prose(text: str) -> str:
    """Return text in Markdown whose pairs of backticks are code."""
    return "".join(markdown_code(part) if index % 2 else markdown(part) for index, part in enumerate(_CODE.split(text)))


def html_prose(text: str) -> Markup:
    """Return text in HTML whose pairs of backticks are code."""
    return Markup(_CODE.sub(r"<code>\1</code>", html.escape(plain(text))))


def fence(text: str) -> str:
    """Return a fence that no line of a text ends."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    return "`" * max(3, longest + 1)


def code_lines(text: str) -> list[str]:
    """Return the lines of code as they can be shown anywhere."""
    return [plain(line) for line in text.splitlines()]


# The formats.


def to_json(review: Review) -> str:
    """Return the review as the JSON that docs/review.md describes."""
    data = {
        "verdict": {
            "wire": review.bump("contract"),
            "python": review.bump("python") if "python" in review.parts else "none",
            "bump": review.bump(),
            "needs": review.needs,
            "version_ok": review.version_ok,
            "judged": not review.unjudged,
        },
        "findings": [_json_finding(finding) for finding in review.ordered()],
        "accepted": [
            {"fingerprint": entry.fingerprint, "reason": entry.reason, "date": entry.date.isoformat()}
            for entry, _ in review.accepted
        ],
        "stale": [entry.fingerprint for entry in review.stale],
        "unjudged": [item.text for item in review.unjudged],
        "remarks": review.remarks,
    }
    return json.dumps(data, indent=2) + "\n"


def _json_finding(finding: Finding) -> dict[str, Any]:
    return {
        "part": finding.part,
        "rule": finding.rule_id,
        "severity": finding.severity,
        "operations": list(finding.operations),
        "pointer": finding.pointer,
        "message": finding.message,
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "fingerprint": finding.fingerprint,
        "fixtures": None if finding.evidence is None else list(finding.evidence),
    }


def to_terminal(review: Review, *, colour: bool = False) -> str:
    """Return the review as lines of a terminal: the verdict, then one line for each finding."""
    console = Console(force_terminal=colour, no_color=not colour, width=10_000, highlight=False, soft_wrap=True)
    with console.capture() as capture:
        console.print(f"[bold]{_terminal(verdict(review))}[/]")
        for severity in SEVERITIES:
            group = [finding for finding in review.ordered() if finding.severity == severity]
            if not group:
                continue
            console.print(f"\n[bold]{_HEADINGS[severity]}[/] ({len(group)})")
            heading = None
            for finding in group:
                operation = _operation(finding)
                if operation != heading:
                    heading = operation
                    console.print(f"  [bold]{_terminal(operation)}[/]")
                console.print(
                    f"    {_terminal(finding.place)}  [{_COLOURS[severity]}]{finding.rule_id}[/]"
                    f"  {_terminal(_line(finding))}  [dim]{finding.fingerprint}[/]"
                )
        for line in _notes(review):
            console.print(_terminal(line))
    return capture.get()


def _terminal(text: str) -> str:
    # Rich takes a backslash before a bracket, and GitHub's log a line of `::` or `##[`, for a command.
    return escape(re.sub(r"^(\s*)::", r"\1: :", plain(text)).replace("##[", "# #[")).replace("\\[", "\\[")


def to_github(review: Review) -> str:
    """Return workflow commands that annotate the lines of the findings."""
    lines = []
    for finding in review.ordered():
        message = f"{_line(finding)} [{finding.fingerprint}]"
        lines.append(
            f"::{_LEVELS[finding.severity]} file={_property(finding.file)},line={finding.line},"
            f"col={finding.column},title={_property(finding.rule_id)}::{_data(message)}"
        )
    for item in review.unjudged:
        at = f"file={_property(item.place.file)},line={item.place.line}," if item.place else ""
        lines.append(f"::error {at}title=Not judged::{_data(item.text)}")
    level = "notice" if review.version_ok and not review.unjudged else "error"
    lines.append(f"::{level} title=Review::{_data(verdict(review))}")
    return "\n".join(lines) + "\n"


def _data(text: str) -> str:
    return plain(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def to_markdown(review: Review) -> str:
    """Return the review as a comment of a pull request, cut to what a comment may hold."""
    template = _environment(autoescape=False).get_template("report.md.j2")

    def render(cap: int) -> str:
        return template.render(_context(review, cap))

    def fits(text: str) -> bool:
        return len(text.encode()) < MARKDOWN_LIMIT

    if fits(whole := render(len(review.findings))):
        return whole
    most, too_many = 0, len(review.findings)
    while too_many - most > 1:
        middle = (most + too_many) // 2
        most, too_many = (middle, too_many) if fits(render(middle)) else (most, middle)
    text = render(most)
    return text if fits(text) else text.encode()[: MARKDOWN_LIMIT - 1].decode(errors="ignore")


def to_html(review: Review) -> str:
    """Return the review as one self-contained page."""
    return _environment(autoescape=True).get_template("report.html.j2").render(_context(review, None))


FORMATS: Final[dict[str, Callable[[Review], str]]] = {
    "terminal": to_terminal,
    "markdown": to_markdown,
    "html": to_html,
    "json": to_json,
    "github": to_github,
}


class Row(NamedTuple):
    """An old line, a new one, and what happened to them."""

    old: str
    new: str
    kind: str


def side_by_side(before: str, after: str) -> list[Row]:
    """Return the rows of two texts: `same`, `changed` where two lines correspond, `gone` and `new` where none does."""
    old, new = code_lines(before), code_lines(after)
    rows: list[Row] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            rows += [Row(line, line, "same") for line in old[i1:i2]]
        else:
            rows += _corresponding(old[i1:i2], new[j1:j2])
    return rows


def _corresponding(old: list[str], new: list[str]) -> Iterator[Row]:
    """Yield the rows of lines that differ: side by side where they are alike, in their order."""
    at = 0
    for line in old:
        alike = next((index for index in range(at, len(new)) if _alike(line, new[index])), None)
        if alike is None:
            yield Row(line, "", "gone")
            continue
        yield from (Row("", other, "new") for other in new[at:alike])
        yield Row(line, new[alike], "changed")
        at = alike + 1
    yield from (Row("", other, "new") for other in new[at:])


def _alike(old: str, new: str) -> bool:
    return SequenceMatcher(None, old.strip(), new.strip()).ratio() > 0.5


def _environment(*, autoescape: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        side_by_side=side_by_side, line=_line, headings=_HEADINGS, parts=_PARTS, fence=fence, code_lines=code_lines
    )
    environment.filters.update(md=markdown, code=markdown_code, plain=plain, md_prose=markdown_prose, prose=html_prose)
    return environment


class Group(NamedTuple):
    """The findings about one operation, schema or class."""

    heading: str
    findings: list[Finding]

    def count(self, severity: Severity) -> int:
        """Return how many of them are of a severity."""
        return sum(finding.severity == severity for finding in self.findings)


def groups(review: Review) -> list[Group]:
    """Return the findings by what they are about, what breaks most first."""
    found: dict[str, list[Finding]] = {}
    for finding in review.ordered():
        found.setdefault(_subject(finding), []).append(finding)
    made = [Group(heading, findings) for heading, findings in found.items()]
    return sorted(made, key=lambda group: [-group.count(severity) for severity in SEVERITIES])


def _subject(finding: Finding) -> str:
    """Return what a finding is about: a shared schema, an operation, or a module or class of the package."""
    if isinstance(finding.subject, Name):
        owner = finding.subject if not finding.subject.parameter else finding.subject.owner
        parts = owner.path.split(".")
        cls = next((index for index, name in enumerate(parts) if name[:1].isupper()), None)
        return "Python: " + (".".join(parts[1 : cls + 1]) if cls is not None else ".".join(parts[1:-1] or parts))
    if finding.part == "fixtures":
        return "Recorded bodies"
    pointer = parse_pointer(finding.pointer)
    if pointer[:1] == ("components",) and len(pointer) > 2:
        return f"{'schema' if pointer[1] == 'schemas' else pointer[1]} {pointer[2]}"
    return finding.operations[0] if len(finding.operations) == 1 else "The whole document"


def _context(review: Review, cap: int | None) -> dict[str, Any]:
    ordered = review.ordered()
    shown = ordered if cap is None else ordered[:cap]
    return {
        "review": review,
        "verdict": verdict(review),
        "shown": shown,
        "left_out": len(ordered) - len(shown),
        "notes": _notes(review),
        "groups": groups(review) if cap is None else [],
        "counts": {severity: len(review.of(severity)) for severity in SEVERITIES},
        "by_severity": {severity: [item for item in shown if item.severity == severity] for severity in SEVERITIES},
    }


def _notes(review: Review) -> list[str]:
    lines = [f"not judged: {item.text}" for item in review.unjudged]
    lines += review.remarks
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
    if finding.evidence is not None:
        fixtures = f" and {len(finding.evidence) - 1} more" if len(finding.evidence) > 1 else ""
        shown = f" [seen in {finding.evidence[0]}{fixtures}]" if finding.evidence else " [no fixture shows it]"
    return f"{operation} {finding.message}{more}{shown}".strip()


def _operation(finding: Finding) -> str:
    if finding.operations:
        return finding.operations[0]
    return "Python" if finding.part == "python" else "the whole document"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
