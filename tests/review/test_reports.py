"""The reports: each format has all there is to say, within what a reader or a comment can hold."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest

from generator.spec.places import Place
from review import reports
from review.findings import Finding, Location, Name, Segment
from review.reports import machine, markdown, page, terminal, words
from review.rules import Rule
from review.source import load_openapi
from review.verdict import Review, Unjudged, needed
from review.wire import contract

from . import pairs

KEYS = [
    "part",
    "rule",
    "severity",
    "operations",
    "pointer",
    "message",
    "file",
    "line",
    "column",
    "fingerprint",
    "fixtures",
]


def review(count: int = 3) -> Review:
    """Return a review with findings of every part and severity."""
    kinds = (Rule.ENUM_VALUE_ADDED, Rule.PROPERTY_ADDED, Rule.DESCRIPTION_CHANGED)
    findings = [
        Finding(
            rule=kinds[number % 3] if number else Rule.NAME_REMOVED,
            direction="response",
            text=f'the enum gained "{number}" <b>|</b>, 100%',
            subject=Location("response", "200", (Segment("property", "state"),)),
            place=Place("a b,c:d.yaml", number + 1, 7),
            pointer=f"/components/schemas/S{number}",
            operations=(f"GET /x/{number}", "GET /y"),
            key=str(number),
            before="enum: [a]",
            after="enum: [a, b]",
        )
        for number in range(count)
    ]
    return Review("old.yaml", "new.yaml", "1.2.3", "1.2.4", findings, ("contract", "python"), has_differences=True)


def test_json_is_a_contract() -> None:
    """The JSON has the keys of docs/review.md, breaking findings first."""
    answer = json.loads(machine.to_json(review()))
    assert answer["verdict"] == {
        "wire": "minor",
        "python": "major",
        "bump": "major",
        "needs": "2.0.0",
        "version_ok": False,
        "judged": True,
    }
    assert [item["severity"] for item in answer["findings"]] == ["breaking", "additive", "docs"]
    assert all(list(item) == KEYS for item in answer["findings"])


@pytest.mark.parametrize(("count", "is_repeated"), [(3, False), (60, True)])
def test_a_long_report_in_the_terminal_ends_with_its_verdict(count: int, is_repeated: bool) -> None:
    """The first line of a long report is out of sight when the report ends."""
    lines = terminal.to_terminal(review(count)).splitlines()
    assert (lines[-1] == lines[0]) is is_repeated


def test_terminal_is_one_line_a_finding() -> None:
    """A finding is one line with its place, rule, operation and fingerprint."""
    lines = terminal.to_terminal(review()).splitlines()
    low = "needs 2.0.0: 1 breaking change for importers; info.version 1.2.4 is too low"
    assert lines[0] == f"{low}: raise it, or judge the change alone with --no-version."
    assert sum("a b,c:d.yaml:" in line for line in lines) == 3


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "1 breaking change for importers"),
        (4, "2 breaking changes (1 on the wire, 1 for importers)"),
    ],
)
def test_the_verdict_says_where_changes_break(count: int, said: str) -> None:
    assert words.verdict(review(count)).startswith(f"needs 2.0.0: {said}; info.version 1.2.4 is too low")


def test_markdown_fits_a_comment() -> None:
    """The comment stays below 60 kB and says that something was left out."""
    text = markdown.to_markdown(review(5000))
    assert len(text.encode()) < 60_000
    assert re.search(r"\*\*\d+ findings are left out here", text)
    assert text.startswith("## Review: needs 2.0.0: ")
    assert "<details>" in markdown.to_markdown(review())
    assert "left out" not in markdown.to_markdown(review())


def test_the_page_loads_nothing() -> None:
    """The page loads nothing, and text of documents is escaped."""
    text = page.to_html(review())
    assert not re.search(r"src=|href=\"(?!#)|url\(|@import", text)
    assert "<b>|</b>" not in text
    assert text.count('<details class="finding') == 3


def test_github_annotations_are_escaped() -> None:
    """Names and messages cannot end a workflow command."""
    first = machine.to_github(review()).splitlines()[0]
    assert first.startswith("::error file=a b%2Cc%3Ad.yaml,line=1,col=7,title=name-removed::")
    assert "100%25" in first


def test_versions() -> None:
    """Breaking changes raise the major version, additive ones the minor; before 1.0, the minor and the patch."""
    assert needed("1.2.3", "major") == "2.0.0"
    assert needed("v1.2.3", "minor") == "1.3.0"
    assert needed("1.2.3-rc.1", "patch") == "1.2.4"
    assert needed("0.1.0", "major") == "0.2.0"
    assert needed("0.1.4", "minor") == "0.1.5"
    assert needed("0.1", "patch") == "0.1.1"
    assert needed("1.2.3", "none") is None
    assert needed("2025-01-01", "major") is None


@pytest.mark.parametrize(
    ("base", "revision", "release", "enough"),
    [
        ("1.2.3", "2.0.0", None, True),
        ("1.2.3", "1.9.9", None, False),
        ("0.1.0", "0.2.0", None, True),
        ("0.1.0", "0.1.9", None, False),
        ("0.2.0", "0.2.0", "0.1.0", True),  # raised since the release already, by another change
        ("0.1.1", "0.1.1", "0.1.0", False),
        ("2025-01-01", "2025-02-01", None, True),
        ("2025-01-01", "2025-01-01", None, True),  # for a date, no version is known to be too low
        ("1.0.0", "2025-01-01", None, True),
        ("5", "5", None, True),
    ],
)
def test_version_is_enough(base: str, revision: str, release: str | None, enough: bool) -> None:
    """The version is compared with the last release, or with the base if there is none."""
    broken = review(1)
    broken.base_version, broken.revision_version, broken.release = base, revision, release
    assert broken.is_version_enough is enough


def test_every_format_is_written(tmp_path: Path) -> None:
    """Also for a review without findings."""
    empty = review(0)
    assert all(text(empty).strip() for text in reports.FORMATS.values())
    assert pairs.letter(empty.findings) == "-"


HOSTILE = (
    "@everyone see #12, GH-3 and https://evil.test ![x](http://evil.test/p.png) <script>alert(1)</script> `a`|b\x1b[31m"
)


def hostile() -> Review:
    """Return a review of documents with hostile text."""
    told = review(6)
    told.findings = [
        dataclasses.replace(
            item,
            text=f"{HOSTILE}\n::error::mine\n##[error]mine",
            operations=(f"GET /{HOSTILE}",),
            place=item.place._replace(file=f"a`|{HOSTILE}.yaml"),
            before=f"```\n{HOSTILE}",
        )
        for item in told.findings
    ]
    told.remarks = [f"deliberate: {HOSTILE}\n::warning::mine"]
    told.base = HOSTILE
    return told


def test_markdown_of_hostile_documents() -> None:
    """No person is mentioned, nothing links or loads, no table or fence is broken."""
    text = markdown.to_markdown(hostile())
    outside = re.sub(r"(?ms)^(`{3,})diff$.*?^\1$", "", text)
    assert not re.search(r"@\w|#\d|GH-\d|://|(?<!\\)\]\(|<script|\x1b|!\[", outside)
    tables = [line for line in outside.splitlines() if line.startswith("| ")]
    assert tables
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in tables} == {5}
    fences = re.findall(r"(?ms)^(`{4,})diff\n(.*?)^\1$", text)
    assert len(fences) == 1
    assert all("```" in inside for _, inside in fences)


def test_terminal_of_hostile_documents() -> None:
    """No line is a workflow command, and no character a terminal command."""
    for text in (terminal.to_terminal(hostile()), terminal.to_terminal(hostile(), colour=True)):
        plain = re.sub(r"\x1b\[[0-9;]*m", "", text) if "\x1b[1m" in text else text
        assert "\x1b" not in plain
        assert "\\x1b[31m" in plain
        assert not re.search(r"(?m)^\s*::|##\[", plain)


def test_github_of_hostile_documents() -> None:
    """Each line is the command that the review intends."""
    lines = machine.to_github(hostile()).splitlines()
    assert len(lines) == 5
    assert all(re.match(r"::(error|notice) (file=[^,:]+,line=\d+,col=7,)?title=[\w-]+::", line) for line in lines)


def test_html_of_hostile_documents() -> None:
    """The text of documents is escaped."""
    text = page.to_html(hostile())
    assert text.count("<script>") == 1
    assert "<img" not in text
    assert "\x1b" not in text


def test_markdown_counts_everything_and_uses_its_room() -> None:
    """The counts include all findings, and hardly any room is unused when something is cut."""
    text = markdown.to_markdown(review(5000))
    assert "### Breaking (1667, " in text
    assert "Not breaking (1667, 0 shown)" in text
    assert len(text.encode()) > 0.99 * markdown.LIMIT


def test_the_page_is_grouped() -> None:
    """Findings are grouped by schema, by operation and by class; each has a link."""
    told = review(3)
    told.findings[1] = dataclasses.replace(told.findings[1], pointer="/paths/~1x/get", operations=("GET /x",))
    told.findings[0] = dataclasses.replace(told.findings[0], subject=Name("books.models.Book.title"))
    assert [group.heading for group in words.groups(told.ordered())] == ["Python: models.Book", "GET /x", "schema S2"]
    text = page.to_html(told)
    for finding in told.findings:
        assert f'id="f-{finding.fingerprint}"' in text
        assert f'href="#f-{finding.fingerprint}"' in text


def test_code_is_shown_as_code() -> None:
    """Text in backticks is shown as code, with any content."""
    told = review(1)
    told.findings[0] = dataclasses.replace(told.findings[0], text="was `int`, is `A | <b>`")
    assert "was <code>int</code>, is <code>A | &lt;b&gt;</code>" in page.to_html(told)
    assert "was `int`, is <code>A \\| &lt;b&gt;</code>" in markdown.to_markdown(told)


def test_similar_lines_are_beside_each_other() -> None:
    """Only similar lines stand side by side; added and removed ones stand alone."""
    rows = page.side_by_side("a: int\nlimit: int = 3\nz: str", "a: int\nfresh: list[Book]\nlimit: str = 3\n")
    assert [tuple(row) for row in rows] == [
        ("a: int", "a: int", "same"),
        ("", "fresh: list[Book]", "new"),
        ("limit: int = 3", "limit: str = 3", "changed"),
        ("z: str", "", "gone"),
    ]


def test_what_was_not_judged_comes_first() -> None:
    """All formats say first that only part of the change was judged."""
    told = review(0)
    told.unjudged = [Unjudged("the Python part: no package", Place("templates/a.jinja", 3, 1))]
    assert words.verdict(told).startswith("Not judged: the Python part: no package. ")
    assert json.loads(machine.to_json(told))["verdict"]["judged"] is False
    assert machine.to_github(told).startswith("::error file=templates/a.jinja,line=3,title=Not judged::")
    for text in (markdown.to_markdown(told), page.to_html(told), terminal.to_terminal(told)):
        assert "Not judged: the Python part: no package" in text


def test_lines_of_a_document_in_one_line(tmp_path: Path) -> None:
    """Only the changed part of the line is shown."""
    filler = {f"Filler{number}": {"type": "string", "description": "words " * 20} for number in range(500)}
    sides = []
    for name, kind in (("old", "string"), ("new", "integer")):
        file = tmp_path / f"{name}.json"
        answer = {"description": "ok", "content": {"application/json": {"schema": {"type": kind}}}}
        paths = {"/x": {"get": {"responses": {"200": answer}}}}
        file.write_text(json.dumps(pairs.document(paths, components={"schemas": filler})), encoding="utf-8")
        sides.append(load_openapi(file))
    (finding,) = contract.compare(sides[0], sides[1])
    assert "integer" in finding.after
    assert len(finding.after) < 1000
