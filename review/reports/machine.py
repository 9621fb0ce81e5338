"""The reports for programs: JSON, SARIF, JUnit, and annotations of GitHub workflows."""

from __future__ import annotations

import json
from typing import Any, Final
from xml.etree import ElementTree

from ..findings import Finding
from ..rules import Severity
from ..verdict import Review
from .escaping import plain
from .words import PARTS, line, sections, verdict

# The most notices, of which GitHub shows no more for a step.
_MOST_NOTICES: Final = 10
_LEVELS: Final[dict[Severity, str]] = {"breaking": "error", "additive": "warning", "docs": "note"}


def to_json(review: Review) -> str:
    """Return the report as JSON, which docs/review.md describes."""
    data = {
        "verdict": {
            "wire": review.bump("contract"),
            "python": review.bump("python") if "python" in review.parts else "none",
            "bump": review.bump(),
            "needs": review.needs,
            "version_ok": review.is_version_enough,
            "judged": not review.unjudged,
        },
        "findings": [_finding(finding) for finding in review.ordered()],
        "accepted": [
            {"fingerprint": entry.fingerprint, "reason": entry.reason, "date": entry.date.isoformat()}
            for entry, _ in review.accepted
        ],
        "stale": [entry.fingerprint for entry in review.stale],
        "unjudged": [item.text for item in review.unjudged],
        "remarks": review.remarks,
    }
    return json.dumps(data, indent=2) + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "part": finding.part,
        "rule": finding.rule_id,
        "severity": finding.severity,
        "operations": list(finding.operations),
        "pointer": finding.pointer,
        "message": finding.message,
        **finding.place._asdict(),
        "fingerprint": finding.fingerprint,
        "fixtures": None if finding.evidence is None else list(finding.evidence),
    }


def to_sarif(review: Review) -> str:
    """Return the report as SARIF 2.1.0 for code scanning."""
    ordered = review.ordered()
    rules = {finding.rule_id: finding for finding in ordered}
    known = list(rules)
    run = {
        "tool": {
            "driver": {
                "name": "review",
                "rules": [
                    {
                        "id": rule,
                        "shortDescription": {"text": finding.rule.value.reason},
                        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
                    }
                    for rule, finding in rules.items()
                ],
            }
        },
        "results": [_result(finding, known) for finding in ordered],
        "invocations": [
            {
                "executionSuccessful": not review.unjudged,
                "toolExecutionNotifications": [
                    {"level": "error", "message": {"text": item.text}} for item in review.unjudged
                ],
            }
        ],
        "properties": {"verdict": verdict(review)},
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _result(finding: Finding, known: list[str]) -> dict[str, Any]:
    file, row, column = finding.place
    place = {"artifactLocation": {"uri": file}, "region": {"startLine": row, "startColumn": column}}
    return {
        "ruleId": finding.rule_id,
        "ruleIndex": known.index(finding.rule_id),
        "level": _LEVELS[finding.severity],
        "message": {"text": line(finding)},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"review/v1": finding.fingerprint},
    }


def to_junit(review: Review) -> str:
    """Return the report as JUnit XML, with a test case for each finding, which fails if the finding is breaking."""
    ordered = review.ordered()
    suites = ElementTree.Element("testsuites", name="review", tests=str(max(len(ordered), 1)))
    failed = sum(finding.severity == "breaking" for finding in ordered)
    suites.set("failures", str(failed))
    suites.set("errors", str(len(review.unjudged)))
    for part in review.parts:
        found = [finding for finding in ordered if finding.part == part]
        breaking = sum(finding.severity == "breaking" for finding in found)
        suite = ElementTree.SubElement(
            suites, "testsuite", name=PARTS[part], tests=str(max(len(found), 1)), failures=str(breaking)
        )
        for finding in found:
            _case(suite, finding)
        if not found:
            ElementTree.SubElement(suite, "testcase", name="no difference", classname=PARTS[part])
    for item in review.unjudged:
        case = ElementTree.SubElement(suites[0], "testcase", name="not judged", classname="review")
        ElementTree.SubElement(case, "error", message=plain(item.text))
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ElementTree.Element, finding: Finding) -> None:
    name = f"{finding.rule_id} {finding.fingerprint}"
    said = plain(line(finding))
    case = ElementTree.SubElement(
        suite, "testcase", name=name, classname=plain(finding.operations[0] if finding.operations else finding.part)
    )
    case.set("file", plain(finding.place.file))
    case.set("line", str(finding.place.line))
    if finding.severity == "breaking":
        failure = ElementTree.SubElement(case, "failure", message=said, type=finding.rule_id)
        failure.text = plain(str(finding.place))
    else:
        ElementTree.SubElement(case, "system-out").text = f"{plain(str(finding.place))} {said}"


def to_github(review: Review) -> str:
    """Return workflow commands that annotate the lines of breaking findings, and of the first other ones."""
    found = {section.heading: section.findings for section in sections(review)}
    additive = found.get("Not breaking", [])
    lines = [_command("error", finding) for finding in found.get("Breaking", [])]
    lines += [_command("notice", finding) for finding in additive[:_MOST_NOTICES]]
    for item in review.unjudged:
        at = f"file={_property(item.place.file)},line={item.place.line}," if item.place else ""
        lines.append(f"::error {at}title=Not judged::{_data(item.text)}")
    left = len(review.findings) - len(lines) + len(review.unjudged)
    more = f" {left} more are in the summary." if left else ""
    level = "notice" if review.is_version_enough and not review.unjudged else "error"
    lines.append(f"::{level} title=Review::{_data(verdict(review) + more)}")
    return "\n".join(lines) + "\n"


def _command(level: str, finding: Finding) -> str:
    message, place = f"{line(finding)} [{finding.fingerprint}]", finding.place
    return (
        f"::{level} file={_property(place.file)},line={place.line},"
        f"col={place.column},title={_property(finding.rule_id)}::{_data(message)}"
    )


def _data(text: str) -> str:
    return plain(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
