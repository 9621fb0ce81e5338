"""The commands: exit statuses, errors, and this repository's history."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from review import __main__ as command, rules
from review.__main__ import main
from review.recorded import bodies as fixtures
from review.source import load_openapi
from review.tree import ROOT, extract
from review.wire import contract

from . import pairs

SAME = pairs.document({"/x": {"get": pairs.operation("response", {"type": "string"})}})
FEWER = pairs.document({"/x": {"get": pairs.operation("response", {"type": "integer"})}})


def test_exit_statuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Breaking changes and a version that is too low are 1; an acceptable review is 0."""
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


def test_several_reports_of_one_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One run writes annotations to its output, and a comment and a page to files."""
    old, new = map(str, pairs.write(SAME, FEWER, tmp_path))
    files = [str(tmp_path / name) for name in ("review.md", "review.html", "review.json", "review.txt")]
    assert main(["diff", old, new, "--wire-only", "--format", "github", "--save", *files]) == 1
    assert capsys.readouterr().out.startswith("::error file=")
    said = "needs 2.0.0: 1 breaking change"
    assert all(said in Path(file).read_text() for file in (files[0], files[1], files[3]))
    assert json.loads(Path(files[2]).read_text())["verdict"]["needs"] == "2.0.0"
    with pytest.raises(SystemExit) as ended:
        main(["diff", old, new, "--save", "review.pdf"])
    assert ended.value.code == 2
    assert "'review.pdf' must end with one of .txt, .md, .html, .json" in capsys.readouterr().err


def test_reviews_without_findings_say_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No difference, and a difference without meaning, have different sentences."""
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
        ("openapi: [", "is not YAML"),
        ("swagger: '2.0'\npaths: {}", "is Swagger 2.0; OpenAPI 3 is needed"),
        ("openapi: 3.1.0\ninfo: {}\n", "has neither paths nor components"),
        ("openapi: 3.1.0\npaths: {/x: {$ref: '#/nowhere'}}", "bad.yaml:2:14: $ref '#/nowhere' does not resolve"),
        ("openapi: 3.1.0\npaths: {/x: {get: {parameters: [3]}}}", "bad.yaml:2:33: a parameter must be a mapping"),
        ("openapi: 3.1.0\npaths: {}\npaths: {}", "bad.yaml:3:1: key 'paths' is declared twice"),
        ("openapi: 3.1.0\npaths: {/x: {$ref: 'http://x.test/a'}}", "only references into local files are followed"),
    ],
)
def test_files_that_are_no_documents_are_refused(
    text: str, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is no OpenAPI 3 document is refused with status 2 and the reason, in one line."""
    good, _ = pairs.write(pairs.document({"/x": {"get": {"responses": {}}}}), SAME, tmp_path)
    bad = tmp_path / "bad.yaml"
    bad.write_text(text, encoding="utf-8")
    assert main(["diff", str(good), str(bad), "--wire-only"]) == 2
    said = capsys.readouterr().err
    assert reason in said
    assert said.splitlines()[1:] == ["review: status 2 (could not run)"]


def test_missing_files_and_refs_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing file, git ref or engine is status 2, with what to do."""
    good, _ = map(str, pairs.write(SAME, SAME, tmp_path))
    assert main(["diff", good, str(tmp_path / "none.yaml")]) == 2
    assert "cannot be read: No such file" in capsys.readouterr().err
    assert main(["tree", "no-such-ref"]) == 2
    assert "there is no git ref 'no-such-ref' here" in capsys.readouterr().err


def test_accepted_findings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An accepted finding does not count and is listed with its reason; an entry without a finding is reported."""
    old, new = map(str, pairs.write(SAME, FEWER, tmp_path))
    main(["diff", old, new, "--wire-only", "--format", "json"])
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    accepted = tmp_path / "accepted.toml"
    accepted.write_text(
        f'[[accepted]]\nfingerprint = "{finding["fingerprint"]}"\nreason = "No caller reads it."\ndate = 2026-01-31\n'
        '[[accepted]]\nfingerprint = "0123456789ab"\nreason = "Long gone."\ndate = 2025-01-31\n',
        encoding="utf-8",
    )
    assert main(["diff", old, new, "--wire-only", "--accepted", str(accepted)]) == 1
    said = capsys.readouterr()
    assert said.out.startswith("Nothing but what was accepted: 1 accepted finding.")
    assert "No caller reads it." in said.out
    assert "accepted 0123456789ab matches nothing any more, so remove it: Long gone." in said.out
    assert said.err == "review: status 1 (an accepted finding matches nothing any more)\n"
    assert main(["diff", old, new, "--wire-only", "--accepted", str(accepted), "--fail-on", "none"]) == 0
    accepted.write_text('[[accepted]]\nfingerprint = "0123456789ab"\nreason = "No date."\n', encoding="utf-8")
    assert main(["diff", old, new, "--wire-only", "--accepted", str(accepted)]) == 2


@pytest.mark.timeout(300)
def test_own_history(capsys: pytest.CaptureFixture[str]) -> None:
    """The first commit that could generate the package is compared with the working tree."""
    log = ["git", "log", "--reverse", "--format=%H", "--diff-filter=A", "--", "generate.py"]
    first = subprocess.run(log, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert main(["tree", first[0] if first else "HEAD", "--format", "json"]) in (0, 1)
    answer = json.loads(capsys.readouterr().out)
    assert set(answer["verdict"]) == {"wire", "python", "bump", "needs", "version_ok", "judged"}
    assert main(["tree", "HEAD", "--fail-on", "none"]) == 0
    assert main(["rules"]) == 0


def test_upstream(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Deliberate differences are not listed, and a reason without a difference is stale."""
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


def repository(folder: Path, files: dict[str, str]) -> str:
    """Make a repository with one commit of some files, and return its hash."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    git(folder, "init", "--quiet", "--initial-branch=main")
    return commit(folder)


def commit(folder: Path) -> str:
    """Commit what is in a repository, and return the hash."""
    git(folder, "add", "--all")
    git(folder, "-c", "user.name=t", "-c", "user.email=t@t", "commit", "--quiet", "--allow-empty", "-m", "c")
    return git(folder, "rev-parse", "HEAD").strip()


def git(folder: Path, *arguments: str) -> str:
    """Run git."""
    return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Use a folder in place of this repository."""
    monkeypatch.setattr(command, "ROOT", tmp_path)
    return tmp_path


def test_parts_that_cannot_be_judged_are_reported(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a package at the base, the verdict says so and the status is 2, unless only the wire part is on."""
    base = repository(here, {"openapi.yaml": json.dumps(SAME)})
    assert main(["tree", base]) == 2
    said = capsys.readouterr()
    assert said.out.startswith("Not judged: the Python and fixtures parts, for want of the base's package: ")
    assert "the tree has no generator/" in said.out
    assert said.err == "review: status 2 (something was not judged)\n"
    assert main(["tree", base, "--fail-on", "none", "--format", "json"]) == 2
    answer = json.loads(capsys.readouterr().out)
    assert answer["verdict"]["judged"] is False
    assert len(answer["unjudged"]) == 2
    assert main(["tree", base, "--wire-only"]) == 0
    assert capsys.readouterr().out == "No difference.\n"


def test_a_broken_template_is_named(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The generator's message is placed at the file's line."""
    said = "templates/model.py.jinja:3: unexpected end of template.\\ngenerated/ is unchanged."
    fails = f"import sys\nsys.exit('{said}')\n"
    base = repository(
        here, {"openapi.yaml": json.dumps(SAME), "generate.py": fails, "templates/model.py.jinja": "{% if %}"}
    )
    assert main(["tree", base, "--format", "github"]) == 2
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith("::error file=templates/model.py.jinja,line=3,title=Not judged::")
    assert first.endswith("the generator refused: templates/model.py.jinja:3: unexpected end of template")


def test_versions_since_the_release(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A version that was raised since the last release is enough; one that is too low is named."""
    old = {**SAME, "info": {"title": "t", "version": "0.1.0"}}
    repository(here, {"openapi.yaml": json.dumps(old)})
    git(here, "tag", "v0.1.0")
    (here / "openapi.yaml").write_text(json.dumps({**FEWER, "info": {"title": "t", "version": "0.1.0"}}))
    main(["tree", "HEAD", "--wire-only"])
    low = capsys.readouterr().out.splitlines()[0]
    assert low == (
        "needs 0.2.0: 1 breaking change on the wire; info.version 0.1.0 is too low (the last release is 0.1.0): "
        "raise it, or judge the change alone with --no-version."
    )
    (here / "openapi.yaml").write_text(json.dumps({**SAME, "info": {"title": "t", "version": "0.2.0"}}))
    commit(here)
    (here / "openapi.yaml").write_text(json.dumps({**FEWER, "info": {"title": "t", "version": "0.2.0"}}))
    main(["tree", "HEAD", "--wire-only"])
    assert "info.version 0.2.0 is enough" in capsys.readouterr().out


def test_links_out_of_the_tree_are_left_out(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A link of the base to elsewhere, such as an environment, is not read and ends no review."""
    (here / "elsewhere").symlink_to("/usr/bin")
    (here / "above").symlink_to("../above")
    (here / "inside").symlink_to("openapi.yaml")
    base = repository(here, {"openapi.yaml": json.dumps(SAME)})
    assert main(["tree", base, "--wire-only"]) == 0
    assert capsys.readouterr().out == "No difference.\n"
    (here / "folder").mkdir()
    tree = extract(base, here / "folder", root=here)
    assert sorted(path.name for path in tree.iterdir()) == ["inside", "openapi.yaml"]


def test_no_repository(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The message says what to do without a repository."""
    (here / "openapi.yaml").write_text(json.dumps(SAME), encoding="utf-8")
    assert main(["tree"]) == 2
    assert "is no git repository" in capsys.readouterr().err


def test_a_shallow_clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The message says what a workflow must set."""
    first = repository(tmp_path / "whole", {"openapi.yaml": json.dumps(SAME)})
    commit(tmp_path / "whole")
    git(tmp_path, "clone", "--quiet", "--depth", "1", (tmp_path / "whole").as_uri(), "shallow")
    monkeypatch.setattr(command, "ROOT", tmp_path / "shallow")
    assert main(["tree", first]) == 2
    assert "`fetch-depth: 0`" in capsys.readouterr().err


def test_the_default_base_is_the_merge_base(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The default is the merge base with the main branch; without such a branch, the message says what to do."""
    repository(here, {"openapi.yaml": json.dumps(SAME)})
    git(here, "checkout", "--quiet", "-b", "change")
    (here / "openapi.yaml").write_text(json.dumps(FEWER), encoding="utf-8")
    commit(here)
    assert main(["tree", "--wire-only"]) == 1
    assert "went from string to integer" in capsys.readouterr().out
    git(here, "branch", "--quiet", "--delete", "--force", "main")
    assert main(["tree", "--wire-only"]) == 2
    assert "there is no main branch to take the merge base with: say BASE=<git ref>" in capsys.readouterr().err


NESTED = '{"allOf": [' * 1500 + "{}" + "]}" * 1500


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("openapi: 3.1.0\npaths: {/x: {<<: text}}", "bad.yaml:2:14: `<<` merges mappings, and this is not one"),
        ("openapi: 3.3.0\npaths: {}", "OpenAPI 3.3.0 is not understood yet; 3.0 to 3.2 are"),
        (
            '{"openapi": "3.1.0", "paths": {"/x": {"get": {"requestBody": {"content": {"a/b": {"schema": '
            + NESTED
            + "}" * 7,
            "nested too deeply",
        ),
        (
            "openapi: 3.1.0\npaths: {/x: {get: {responses: {'200': {content: {a/b: 3}}}}}}",
            "a media type must be a mapping",
        ),
    ],
)
def test_unreadable_files_are_named(text: str, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Former tracebacks are status 2 and a sentence."""
    bad, good = tmp_path / "bad.yaml", tmp_path / "good.yaml"
    bad.write_text(text, encoding="utf-8")
    good.write_text("openapi: 3.1.0\npaths: {/x: {get: {responses: {'200': {content: {a/b: {}}}}}}}", encoding="utf-8")
    assert main(["diff", str(good), str(bad), "--wire-only"]) == 2
    said = capsys.readouterr().err
    assert reason in said
    assert "Traceback" not in said


def test_an_unexpected_error_is_status_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An error of the review itself is status 2, with how to report it."""

    def fail(*_: object) -> None:
        raise KeyError("unforeseen")

    monkeypatch.setattr(contract, "compare", fail)
    old, new = map(str, pairs.write(SAME, SAME, tmp_path))
    assert main(["diff", old, new, "--wire-only"]) == 2
    said = capsys.readouterr().err
    assert "a mistake of the review itself: KeyError: 'unforeseen'" in said
    assert "REVIEW_TRACEBACK=1" in said


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.json", '{"interactions": [1]}', "a.json:1:19: an interaction of a cassette must be a mapping"),
        ("b.json", "{", "b.json:1:2: is not JSON"),
        ("c.jsonl", '{"a": 1}\n{"a": \n', "c.jsonl:2: is not JSON"),
    ],
)
def test_unreadable_fixtures_are_named(name: str, text: str, reason: str, tmp_path: Path) -> None:
    """An unreadable fixture is named with its reason, and the others are read."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "good.json").write_text('{"a": 1}', encoding="utf-8")
    bodies, unreadable = fixtures.read([tmp_path], load_openapi(pairs.HERE / "library.yaml"))
    assert [Path(body.name).name for body in bodies if "good" in body.name] == ["good.json"]
    (said,) = unreadable
    assert reason in said


def test_the_rules_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """With the severity, direction and reason of each."""
    assert main(["rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines.index("") == len(rules.table())
    assert "  severities: a table of rule ids with their severities: breaking, additive, docs, or none" in "\n".join(
        lines
    )
    assert "breaking  contract  response  response-property-removed: " in "\n".join(lines)
