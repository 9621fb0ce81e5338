"""The settings of a project, and the formats for programs."""

from __future__ import annotations

import base64
import copy
import gzip
import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from review import settings
from review.__main__ import main
from review.reports import FORMATS
from review.rules import Rule
from review.settings import Settings
from review.source import ReviewError

from . import pairs
from .test_reports import review

OLD = pairs.document({"/v1/x": {"get": pairs.operation("response", {"type": "string"})}, "/old": {"get": {}}})
NEW = pairs.document({"/x": {"get": pairs.operation("response", {"type": "integer"})}})


def run(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch, *more: str) -> int:
    """Review the two documents in a folder with these settings; return the exit status."""
    old, new = pairs.write(OLD, NEW, folder)
    (folder / "review.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(folder)
    return main(["diff", str(old), str(new), "--wire-only", *more])


def test_paths_and_severities_are_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = 'strip-prefix = ["/v1"]\npaths = ["/v1/*", "/x"]\nversion = false\n[severities]\n'
    assert run(tmp_path, f'{text}type-changed = "breaking"\n', monkeypatch) == 1
    assert capsys.readouterr().out.startswith("1 breaking change on the wire.\n")
    assert run(tmp_path, f'{text}response-type-changed = "additive"\n', monkeypatch) == 0
    assert capsys.readouterr().out.startswith("nothing breaks.\n")
    assert run(tmp_path, f'{text}type-changed = "none"\n', monkeypatch) == 0
    assert capsys.readouterr().out.startswith("The documents differ, and there is nothing to report.")


@pytest.mark.parametrize("text", ['paths = ["x"]', 'tags = ["none"]'])
def test_settings_that_select_no_operation_are_refused(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Else a mistake in a pattern would accept every change."""
    assert run(tmp_path, text, monkeypatch) == 2
    assert "select no operation of either document: correct them" in capsys.readouterr().err


def test_pyproject_is_read_where_there_is_no_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.review]\nfail-on = "any"\n', encoding="utf-8")
    assert settings.find(tmp_path).fail_on == "any"
    (tmp_path / "review.toml").write_text("", encoding="utf-8")
    assert settings.find(tmp_path) == Settings()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("severity = 1", "nothing is called 'severity': did you mean 'severities'?"),
        ("nonsense = 1", "nothing is called 'nonsense'; it may be severities, parts"),
        ('parts = ["wire"]', "`parts` may have contract, python, fixtures, and has 'wire'"),
        ("version = 1", "`version` must be true or false"),
        ('fail-on = "all"', "`fail-on` must be one of breaking, any, none"),
        ('tags = "a"', "`tags` must be a list of texts"),
        ("severities = 1", "`severities` must be a table"),
        ('[severities]\nresponse-type-changd = "docs"', "did you mean 'response-type-changed'?"),
        ('[severities]\nresponse-type-changed = "low"', "may be breaking, additive, docs, none, and is 'low'"),
        ("[[accepted]]\n", "entry 1 needs a fingerprint and a reason"),
        ("a = ", "cannot be read"),
    ],
)
def test_a_mistake_in_the_settings_is_named(text: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "review.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ReviewError, match=r"review\.toml") as refused:
        settings.read(tmp_path / "review.toml")
    assert reason in str(refused.value)


def test_the_version_can_be_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """For a version that its owner never raises, only the change is judged."""
    described = {**OLD, "info": {"title": "t", "version": "1.0.0", "description": "d"}}
    old, new = map(str, pairs.write(OLD, described, tmp_path))
    assert main(["diff", old, new, "--wire-only"]) == 1
    assert "raise it, or judge the change alone with --no-version" in capsys.readouterr().out
    assert main(["diff", old, new, "--wire-only", "--no-version"]) == 0
    assert capsys.readouterr().out.startswith("nothing breaks.\n")
    dated = {**described, "info": {"title": "t", "version": "2026-01-31"}}
    old, new = map(str, pairs.write(OLD, dated, tmp_path))
    assert main(["diff", old, new, "--wire-only"]) == 0


def test_an_accepted_change_accepts_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another limit or another type has another fingerprint."""
    found = set()
    for most in (999, 1):
        sides = [
            pairs.document({"/x": {"post": pairs.operation("request", {"type": "string", "maxLength": limit})}})
            for limit in (1000, most)
        ]
        old, new = map(str, pairs.write(sides[0], sides[1], tmp_path))
        main(["diff", old, new, "--wire-only", "--format", "json"])
        (finding,) = json.loads(capsys.readouterr().out)["findings"]
        found.add(finding["fingerprint"])
    assert len(found) == 2


def test_sarif_names_rules_places_and_fingerprints() -> None:
    from_review = review()
    (run_,) = json.loads(FORMATS["sarif"](from_review))["runs"]
    ids = [rule["id"] for rule in run_["tool"]["driver"]["rules"]]
    assert [result["level"] for result in run_["results"]] == ["error", "warning", "note"]
    for result, finding in zip(run_["results"], from_review.ordered(), strict=True):
        assert ids[result["ruleIndex"]] == result["ruleId"] == finding.rule_id
        assert result["partialFingerprints"] == {"review/v1": finding.fingerprint}
        (place,) = result["locations"]
        assert place["physicalLocation"]["region"]["startLine"] == finding.place.line


def test_junit_fails_a_case_for_each_break() -> None:
    suites = ElementTree.fromstring(FORMATS["junit"](review()))
    assert (suites.get("failures"), suites.get("errors")) == ("1", "0")
    cases = list(suites.iter("testcase"))
    assert sum(case.find("failure") is not None for case in cases) == 1
    assert len(cases) == 3


@pytest.mark.parametrize("count", [3, 400, 3000])
def test_the_page_is_small_enough_for_a_phone(count: int) -> None:
    """It stays below 300 kB: findings without room are packed, and no breaking one is left out."""
    told = review(count)
    page = FORMATS["html"](told)
    assert len(page.encode()) < 300_000
    assert ("findings are left out here" in page) is (count == 3000)
    found = re.search('id="packed">([^<]+)<', page)
    assert (found is not None) is (count > 3)
    whole = page + (gzip.decompress(base64.b64decode(found[1])).decode() if found else "")
    for finding in told.findings if count < 3000 else told.of("breaking"):
        assert f'id="f-{finding.fingerprint}"' in whole


def test_a_comment_names_everything_that_breaks() -> None:
    """A finding without room for its sentence is listed by its fingerprint, in one comment."""
    told = review(1200)
    text = FORMATS["markdown"](told)
    assert len(text) < 65_536
    assert [item for item in told.of("breaking") if item.fingerprint not in text] == []


def test_markdown_links_lines_and_names_fingerprints() -> None:
    told = review()
    told.link = "https://host.test/blob/abc/{file}#L{line}"
    text = FORMATS["markdown"](told)
    for finding in told.findings:
        assert finding.fingerprint in text
        assert f"(https://host.test/blob/abc/a%20b%2Cc%3Ad.yaml#L{finding.place.line})" in text


def test_few_notices_are_annotated() -> None:
    """Breaking findings are errors, ten others are notices, and the rest is in the summary."""
    lines = FORMATS["github"](review(60)).splitlines()
    assert [line.split(" ")[0] for line in lines].count("::error") == 21  # twenty that break, and the verdict
    assert [line.split(" ")[0] for line in lines].count("::notice") == 10
    assert "30 more are in the summary" in lines[-1]


KEYWORDS: dict[str, list[Any]] = {
    "type": ["string", "integer", "boolean", ["string", "null"]],
    "format": ["date", "uuid", "email"],
    "pattern": ["^a", "^b", "^c"],
    "maxLength": [5, 6, 7],
    "minLength": [5, 6, 7],
    "default": ["a", "b", None],
    "enum": [["a"], ["a", "b"], ["a", "c"], ["b", "c"]],
    "contentMediaType": ["image/png", "image/gif", "text/html"],
    "title": ["One", "Two", "Three"],
    "x-sunset": ["2026-01-31", "2027-01-31", "2028-01-31"],
}


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_each_change_of_a_keyword_has_its_own_fingerprint(keyword: str, tmp_path: Path) -> None:
    """For any old and new values."""
    seen: dict[str, tuple[Any, Any]] = {}
    base = {} if keyword == "type" else {"type": "string"}
    for old, new in itertools.permutations([{**base, keyword: value} for value in KEYWORDS[keyword]] + [base], 2):
        sides = [pairs.document({"/x": {"post": pairs.operation("request", schema)}}) for schema in (old, new)]
        found = {finding.fingerprint for finding in pairs.compared(sides[0], sides[1], tmp_path)}
        assert found
        for fingerprint in found:
            known = seen.setdefault(fingerprint, (old, new))
            assert known == (old, new)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the paths of all leaves of a value."""
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(item, (*path, key))
    else:
        yield path


def again(value: Any) -> Any:
    """Return another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    swapped = {"string": "integer", "integer": "number", "number": "boolean", "boolean": "string", "object": "array"}
    swapped |= {"array": "object", "query": "header", "header": "query", "#/components/schemas/Thing": OTHER}
    return swapped.get(str(value), "#/components/schemas/Thing" if str(value).startswith("#/") else f"{value}x")


OTHER = "#/components/schemas/Other"


def test_each_finding_has_its_own_fingerprint(tmp_path: Path) -> None:
    """After another change of the same place, a finding that reads differently has another fingerprint."""
    cases = [case for case in pairs.read("schemas.yaml") if case.get("version", "3.1.0") == "3.1.0"][::3]
    known: dict[str, str] = {}
    for case, way in zip(cases, itertools.cycle(("request", "response")), strict=False):
        sides = [
            pairs.document({"/x": {"post": pairs.operation(way, case[key])}}, components={"schemas": pairs.SCHEMAS})
            for key in ("old", "new")
        ]
        changed = [list(sides)]
        places = [(side, at) for side in (0, 1) for at in leaves(sides[side]["paths"])]
        for side, at in places[2::7]:
            changed.append([copy.deepcopy(item) for item in sides])
            parent = changed[-1][side]["paths"]
            for part in at[:-1]:
                parent = parent[part]
            parent[at[-1]] = again(parent[at[-1]])
        for old, new in changed:
            try:
                found = pairs.compared(old, new, tmp_path)
            except ReviewError:
                continue
            for finding in found:
                text = finding.text.replace("unevaluated", "additional")
                assert sorted(known.setdefault(finding.fingerprint, text)) == sorted(text), (case["name"], old, new)


def test_fingerprints_name_what_stands_in_lists(tmp_path: Path) -> None:
    """An inserted parameter keeps the findings of others; the same change of another has another fingerprint."""

    def of(*parameters: tuple[str, str]) -> dict[str, Any]:
        listed = [{"in": "query", "name": name, "schema": {"type": kind}} for name, kind in parameters]
        return pairs.document({"/x": {"get": {"parameters": listed, "responses": {}}}})

    def fingerprint(old: dict[str, Any], new: dict[str, Any]) -> str:
        (found,) = [item for item in pairs.compared(old, new, tmp_path) if item.rule is Rule.TYPE_NARROWED]
        return found.fingerprint

    one = fingerprint(of(("q", "string")), of(("q", "integer")))
    assert one == fingerprint(of(("q", "string")), of(("a", "string"), ("q", "integer")))
    assert one != fingerprint(of(("r", "string")), of(("r", "integer")))


def test_old_configurations_of_the_client_are_compared(tmp_path: Path) -> None:
    """`x-client`, its name before 0.3.0, is compared with `x-generator-client`."""
    said = {"environment": {"api_key": "LIBRARY_KEY"}}
    renamed = {"environment": {"api_key": "LIBRARY_TOKEN"}}
    old, same, other = (
        pairs.document({"/x": {"get": pairs.operation("response", {})}})
        | {"info": {"title": "t", "version": "1.0.0", key: value}}
        for key, value in (("x-client", said), ("x-generator-client", said), ("x-generator-client", renamed))
    )
    assert pairs.compared(old, same, tmp_path) == []
    (finding,) = pairs.compared(old, other, tmp_path)
    assert (finding.rule_id, finding.severity) == ("client-environment-changed", "breaking")
