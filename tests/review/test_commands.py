"""The commands: their exit statuses, what they say when they cannot run, and this repository's own history."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from review.__main__ import main
from review.tree import ROOT

from . import pairs

SAME = pairs.document({"/x": {"get": pairs.operation("response", {"type": "string"})}})
FEWER = pairs.document({"/x": {"get": pairs.operation("response", {"type": "integer"})}})


def test_exit_statuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Breaking is 1, and so is a version that is too low; what is said to be fine is 0."""
    old, new = map(str, pairs.write(SAME, FEWER, tmp_path))
    assert main(["diff", old, new, "--wire-only"]) == 1
    assert "200 value: the type went from string to integer" in capsys.readouterr().out
    assert main(["diff", old, new, "--wire-only", "--fail-on", "none"]) == 0
    capsys.readouterr()
    described = {**SAME, "info": {"title": "t", "version": "1.0.0", "description": "d"}}
    old, new = map(str, pairs.write(SAME, described, tmp_path))
    assert main(["diff", old, new, "--wire-only"]) == 1
    assert "needs 1.0.1: nothing breaks; info.version 1.0.0 is too low" in capsys.readouterr().out
    described["info"]["version"] = "1.0.1"
    old, new = map(str, pairs.write(SAME, described, tmp_path))
    assert main(["diff", old, new, "--wire-only"]) == 0
    assert main(["diff", old, new, "--wire-only", "--fail-on", "any"]) == 1


def test_nothing_is_said_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No difference, and a difference that means nothing, are told apart."""
    old, new = map(str, pairs.write(SAME, SAME, tmp_path))
    assert main(["diff", old, new, "--wire-only"]) == 0
    assert capsys.readouterr().out.startswith("No difference.")
    spelled = json.loads(json.dumps(SAME).replace('{"type": "string"}', '{"allOf": [{"type": "string"}]}'))
    old, new = map(str, pairs.write(SAME, spelled, tmp_path))
    assert main(["diff", old, new, "--wire-only"]) == 0
    assert capsys.readouterr().out.startswith("The documents differ, and there is nothing to report.")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty"),
        ("[1, 2]", "it holds no mapping"),
        ("openapi: [", "is neither YAML nor JSON"),
        ("swagger: '2.0'\npaths: {}", "is Swagger 2.0; OpenAPI 3 is needed"),
        ("openapi: 3.1.0\ninfo: {}\n", "has neither paths nor components"),
        ("openapi: 3.1.0\npaths: {/x: {$ref: '#/nowhere'}}", "bad.yaml:2:14: $ref '#/nowhere' does not resolve"),
        ("openapi: 3.1.0\npaths: {/x: {get: {parameters: [3]}}}", "bad.yaml:2:33: a parameter must be a mapping"),
        ("openapi: 3.1.0\npaths: {}\npaths: {}", "bad.yaml:3:1: key 'paths' stands here twice"),
        ("openapi: 3.1.0\npaths: {/x: {$ref: 'http://x.test/a'}}", "only references into local files are followed"),
    ],
)
def test_what_is_no_document(text: str, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is no OpenAPI 3 document is refused with status 2 and the reason, in one line."""
    good, _ = pairs.write(pairs.document({"/x": {"get": {"responses": {}}}}), SAME, tmp_path)
    bad = tmp_path / "bad.yaml"
    bad.write_text(text, encoding="utf-8")
    assert main(["diff", str(good), str(bad), "--wire-only"]) == 2
    said = capsys.readouterr().err
    assert reason in said
    assert said.splitlines()[1:] == ["review: status 2 (could not run)"]


def test_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing file, git ref or engine is status 2, with what to do."""
    good, _ = map(str, pairs.write(SAME, SAME, tmp_path))
    assert main(["diff", good, str(tmp_path / "none.yaml")]) == 2
    assert "cannot be read: No such file" in capsys.readouterr().err
    assert main(["tree", "no-such-ref"]) == 2
    assert "there is no git ref 'no-such-ref' here" in capsys.readouterr().err


def test_accepted_findings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An accepted finding does not count, is listed with its reason, and an entry for nothing is reported."""
    old, new = map(str, pairs.write(SAME, FEWER, tmp_path))
    main(["diff", old, new, "--wire-only", "--format", "json"])
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    accepted = tmp_path / "accepted.toml"
    accepted.write_text(
        f'[[accepted]]\nfingerprint = "{finding["fingerprint"]}"\nreason = "Nobody reads it."\ndate = 2026-01-31\n'
        '[[accepted]]\nfingerprint = "0123456789ab"\nreason = "Long gone."\ndate = 2025-01-31\n',
        encoding="utf-8",
    )
    assert main(["diff", old, new, "--wire-only", "--accepted", str(accepted)]) == 0
    said = capsys.readouterr().out
    assert "Nobody reads it." in said
    assert "accepted 0123456789ab matches nothing any more: Long gone." in said
    accepted.write_text('[[accepted]]\nfingerprint = "0123456789ab"\nreason = "No date."\n', encoding="utf-8")
    assert main(["diff", old, new, "--wire-only", "--accepted", str(accepted)]) == 2


def test_own_history(capsys: pytest.CaptureFixture[str]) -> None:
    """This repository is reviewed from the first commit that could generate the package."""
    log = ["git", "log", "--reverse", "--format=%H", "--diff-filter=A", "--", "generate.py"]
    first = subprocess.run(log, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert main(["tree", first[0] if first else "HEAD", "--format", "json"]) in (0, 1)
    answer = json.loads(capsys.readouterr().out)
    assert set(answer["verdict"]) == {"wire", "python", "bump", "needs", "version_ok", "judged"}
    assert main(["tree", "HEAD", "--fail-on", "none"]) == 0
    assert main(["rules"]) == 0


def test_upstream(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Differences are listed but for the deliberate ones, and a reason for a difference that is gone is stale."""
    vendor = {
        "/x": {"get": pairs.operation("response", {"type": "object", "properties": {"a": {"type": "string"}}})},
        "/other": {"get": {"responses": {"200": {"description": "not ours"}}}},
    }
    ours = json.loads(json.dumps(vendor))
    del ours["/other"]
    value = ours["/x"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["value"]
    value["properties"]["b"] = {"type": "string", "x-differs": "Servers send it."}
    value["properties"]["c"] = {"type": "string"}
    value["properties"]["a"]["x-differs"] = "It was a number there."
    files = list(map(str, pairs.write(pairs.document(vendor), pairs.document(ours), tmp_path)))
    assert main(["upstream", files[0], "--fragment", files[1]]) == 0
    said = capsys.readouterr().out
    assert said.startswith("2 differences from the vendor's document without a reason, 1 deliberate.")
    assert "value.c: the property was added; ours has it, the vendor's has not" in said
    assert "value.b: the property was added (Servers send it.)" in said
    assert "/a no longer differs from the vendor's document: It was a number there." in said
    elsewhere = pairs.write(pairs.document({"/y": vendor["/other"]}), pairs.document(ours), tmp_path)
    assert main(["upstream", str(elsewhere[0]), "--fragment", files[1]]) == 2
