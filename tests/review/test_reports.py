"""The reports: each format says what there is to say, and no more than a reader or a comment can hold."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from review import report
from review.findings import Finding, Location, Review, Segment, needed
from review.rules import Rule

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
            file="a b,c:d.yaml",
            line=number + 1,
            column=7,
            pointer=f"/components/schemas/S{number}",
            operations=(f"GET /x/{number}", "GET /y"),
            key=str(number),
            before="enum: [a]",
            after="enum: [a, b]",
        )
        for number in range(count)
    ]
    return Review("old.yaml", "new.yaml", "1.2.3", "1.2.4", findings, ("contract", "python"), differ=True)


def test_json_is_a_contract() -> None:
    """The JSON has the keys that docs/review.md names, breaking findings first."""
    answer = json.loads(report.to_json(review()))
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


def test_terminal_is_one_line_a_finding() -> None:
    """A finding is one line with its place, rule, operation and fingerprint."""
    lines = report.to_terminal(review()).splitlines()
    assert lines[0] == "needs 2.0.0: 1 breaking change (1 for importers); info.version 1.2.4 is too low."
    assert sum("a b,c:d.yaml:" in line for line in lines) == 3


def test_markdown_fits_a_comment() -> None:
    """However much changed, the comment stays below 60 kB and says that something was left out."""
    text = report.to_markdown(review(5000))
    assert len(text.encode()) < 60_000
    assert re.search(r"\*\*\d+ findings are left out here", text)
    assert text.startswith("## Review: needs 2.0.0: ")
    assert "<details>" in report.to_markdown(review())
    assert "left out" not in report.to_markdown(review())


def test_html_needs_nothing_else() -> None:
    """The page loads nothing, and what the documents say is text in it."""
    page = report.to_html(review())
    assert not re.search(r"src=|href=\"(?!#)|url\(|@import", page)
    assert "<b>|</b>" not in page
    assert page.count('<details class="finding') == 3


def test_github_annotations_are_escaped() -> None:
    """Names and messages cannot end a workflow command early."""
    first = report.to_github(review()).splitlines()[0]
    assert first.startswith("::error file=a b%2Cc%3Ad.yaml,line=1,col=7,title=name-removed::")
    assert "100%25" in first


def test_versions() -> None:
    """Breaking raises the major part, additive the minor; before 1.0, breaking the minor and all else the patch."""
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
        ("2025-01-01", "2025-01-01", None, False),
    ],
)
def test_version_is_enough(base: str, revision: str, release: str | None, enough: bool) -> None:
    """A version is judged after the last release, or after the base where there is none."""
    broken = review(1)
    broken.base_version, broken.revision_version, broken.release = base, revision, release
    assert broken.version_ok is enough


def test_every_format_is_written(tmp_path: Path) -> None:
    """Each format gives text for a review with nothing in it too."""
    empty = review(0)
    assert all(text(empty).strip() for text in report.FORMATS.values())
    assert pairs.letter(empty.findings) == "-"
