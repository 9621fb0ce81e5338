"""The reports: each format says what there is to say, and no more than a reader or a comment can hold."""

from __future__ import annotations

import json
import re
from pathlib import Path

from review import report
from review.findings import Finding, Review, is_enough

from . import pairs

KEYS = ["part", "rule", "severity", "operations", "pointer", "message", "file", "line", "column", "fingerprint"]


def review(count: int = 3) -> Review:
    """Return a review with findings of every part and severity."""
    findings = [
        Finding(
            part="contract" if number % 3 else "python",
            rule="response-enum-value-added",
            severity=("breaking", "additive", "docs")[number % 3],
            message=f'200 state: the enum gained "{number}" <b>|</b>, 100%',
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
    assert answer["verdict"] == {"wire": "minor", "python": "major", "bump": "major", "version_ok": False}
    assert [item["severity"] for item in answer["findings"]] == ["breaking", "additive", "docs"]
    assert all(list(item) == KEYS for item in answer["findings"])


def test_terminal_is_one_line_a_finding() -> None:
    """A finding is one line with its place, rule, operation and fingerprint."""
    lines = report.to_terminal(review()).splitlines()
    assert lines[0].startswith("major: 1 breaking change (1 for importers); info.version 1.2.3 -> 1.2.4 is too low.")
    assert sum("a b,c:d.yaml:" in line for line in lines) == 3


def test_markdown_fits_a_comment() -> None:
    """However much changed, the comment stays below 60 kB and says that something was left out."""
    text = report.to_markdown(review(5000))
    assert len(text.encode()) < 60_000
    assert re.search(r"\*\*\d+ findings are left out here", text)
    assert text.startswith("## Review: major")
    assert "<details>" in report.to_markdown(review())
    assert "left out" not in report.to_markdown(review())


def test_html_needs_nothing_else() -> None:
    """The page loads nothing, and what the documents say is text in it."""
    page = report.to_html(review())
    assert not re.search(r"(src|href)=|url\(|@import", page)
    assert "<b>|</b>" not in page
    assert page.count('<details class="finding') == 3


def test_github_annotations_are_escaped() -> None:
    """Names and messages cannot end a workflow command early."""
    first = report.to_github(review()).splitlines()[0]
    assert first.startswith("::error file=a b%2Cc%3Ad.yaml,line=1,col=7,title=response-enum-value-added::")
    assert "100%25" in first


def test_versions() -> None:
    """A version is enough when its part that the change calls for is higher; before 1.0 one part lower."""
    assert is_enough("1.2.3", "2.0.0", "major")
    assert not is_enough("1.2.3", "1.9.9", "major")
    assert is_enough("1.2.3", "1.3.0", "minor")
    assert not is_enough("1.2.3", "1.2.4", "minor")
    assert is_enough("1.2.3", "1.2.4", "patch")
    assert not is_enough("1.2.3", "1.2.3", "patch")
    assert is_enough("1.2.3", "1.2.3", "none")
    assert is_enough("0.1.0", "0.2.0", "major")
    assert not is_enough("0.1.0", "0.1.1", "major")
    assert is_enough("0.1.0", "0.1.1", "minor")
    assert not is_enough("1.2.3", "1.2.2", "patch")
    assert is_enough("2025-01-01", "2025-02-01", "major")


def test_every_format_is_written(tmp_path: Path) -> None:
    """Each format gives text for a review with nothing in it too."""
    empty = review(0)
    assert all(text(empty).strip() for text in report.FORMATS.values())
    assert pairs.letter(empty.findings) == "-"
