"""The spec, the fixtures and the generated client agree, and the check finds it if they do not."""

from __future__ import annotations

import gzip
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from rich.console import Console

from stored_completions.models import ChatCompletion
from stored_completions_cli import conformance
from stored_completions_cli.conformance import round_trip
from tests import ROOT
from tests.programs import corpus
from tests.programs.contract import ORIGINS, Contract, Sightings, fixtures, report
from tests.support.bodies import Body, Request, read
from tests.support.server import FIXTURES
from tests.support.spec import Spec, schema

DOCUMENT = ROOT / "openapi.yaml"


@pytest.fixture(scope="module")
def contract() -> Contract:
    """Return the contract of the spec and the package."""
    return Contract()


def changed(folder: Path, pointer: str, value: Any) -> Contract:
    """Return the contract with a change at one place of the spec."""
    document = yaml.safe_load(DOCUMENT.read_text("utf-8"))
    place = document
    *steps, last = pointer.split("/")
    for step in steps:
        place = place[step]
    place[last] = value
    path = folder / "changed.yaml"
    path.write_text(yaml.dump(document), "utf-8")
    return Contract(path)


@pytest.mark.parametrize(
    "body", [body for origin in ORIGINS.values() for body in fixtures(origin)], ids=lambda body: body.place
)
def test_a_fixture_keeps_to_its_schema_and_comes_back_equal(contract: Contract, body: Body) -> None:
    """Each body of the fixtures follows the spec, and the client returns it unchanged."""
    assert not list(contract.broken(body))


def test_every_kind_of_fixture_is_there() -> None:
    """Recordings, the reference page's example, and examples by hand."""
    assert all(fixtures(origin) for origin in ORIGINS.values())


@pytest.mark.parametrize(
    ("pointer", "value", "finding"),
    [
        (
            "components/schemas/ChatCompletion/properties/created/type",
            "string",
            "$.created: 1767225600 is not of type 'string' "
            "(by changed.yaml#/components/schemas/ChatCompletion/properties/created/type)",
        ),
        (
            "components/schemas/Choice/required",
            ["index", "verdict"],
            "$.choices[0]: 'verdict' is a required property (by changed.yaml#/components/schemas/Choice/required)",
        ),
    ],
    ids=["type", "required name"],
)
def test_a_broken_document_is_found_with_the_place(tmp_path: Path, pointer: str, value: Any, finding: str) -> None:
    """A finding has the file, the place in the body and the place in the spec."""
    broken = changed(tmp_path, pointer, value)
    findings = [found for body in fixtures("recorded") for found in broken.broken(body)]
    place = "tests/fixtures/cassettes/ogx/retrieve.yaml interactions[0]"
    assert f"{place} {finding}" in findings
    assert all(found.startswith("tests/fixtures/cassettes/") for found in findings)
    output = StringIO()
    assert report(broken, Console(file=output, width=200)) >= len(findings)
    assert f"BROKEN {place} {finding}\n" in output.getvalue()


def test_the_report_lists_covered_and_undeclared_properties(contract: Contract) -> None:
    """The tables have a property that only a recording has, and one that only the spec has."""
    output = StringIO()
    assert report(contract, Console(file=output, width=200)) == 0
    lines = output.getvalue().splitlines()
    assert any("ChatCompletion.input_messages" in line and "system" in line for line in lines)
    assert any("ChatCompletion.usage " in line and " null " in line for line in lines)
    assert lines[-1].endswith(": 0 broken")


@pytest.mark.parametrize(
    ("method", "url", "status", "name"),
    [
        ("GET", "https://a.example/v1/chat/completions/x?y=z", 200, "ChatCompletion"),
        ("GET", "https://a.example/chat/completions", 200, "ChatCompletionList"),
        ("GET", "https://a.example/v1/chat/completions/x/messages", 200, "ChatCompletionMessageList"),
        ("DELETE", "https://a.example/v1/chat/completions/x", 200, "ChatCompletionDeleted"),
        ("GET", "https://a.example/v1/chat/completions/x", 503, "ErrorResponse"),
        ("PUT", "https://a.example/v1/chat/completions/x", 405, "ErrorResponse"),
        ("POST", "https://a.example/v1/chat/completions", 200, None),
        ("GET", "https://a.example/v1/models", 200, None),
    ],
)
def test_an_answer_is_judged_by_the_schema_of_its_operation(
    contract: Contract, method: str, url: str, status: int, name: str | None
) -> None:
    """The method, the end of the URL and the status choose the schema of a body."""
    found = contract.schema(Body("a place", {}, Request(method, url, status)))
    assert found == (schema(name) if name else None)


def test_a_body_that_no_operation_sends_is_a_finding(contract: Contract) -> None:
    """A fixture that nothing checks would prove nothing."""
    assert list(contract.broken(Body("who_knows.json", {})))
    assert list(contract.broken(Body("chat_completion.json", problem="not JSON")))


@pytest.mark.parametrize(
    ("sent", "returned", "names"),
    [
        ({"id": [1, 2]}, {"id": [1, 2.0]}, "id"),
        ({"id": 1}, {"id": True}, "id"),
        ({"id": None}, {}, "id"),
        ({"id": [1], "model": 1}, {"id": [], "object": 1}, "id, model, object"),
        ({"id": {"b": "x"}}, {"id": {"b": "y"}}, "id"),
    ],
)
def test_equal_means_the_same_json(sent: Any, returned: Any, names: str) -> None:
    """An integer is neither a float nor a boolean, and null is not absent."""

    class Lossy(ChatCompletion):
        def to_dict(self) -> Any:
            return returned

    assert round_trip(sent, Lossy) == f"Lossy gave back another {names}"
    assert round_trip(sent, ChatCompletion) is None


def test_properties_are_looked_up_in_fitting_variants() -> None:
    """Only fitting variants of a union count, a free mapping declares all names, and an error hides nothing."""
    seen = Sightings()
    call = {"id": "c", "type": "custom", "custom": {"name": "n", "input": 1, "extra": 2}}
    message = {"role": "assistant", "tool_calls": [call]}
    body = {
        "choices": [{"message": message}],
        "metadata": {"any": "key"},
        "tools": [{"any": 1}],
        "surprise": {"deep": 1},
    }
    seen.add(body, ChatCompletion)
    assert sorted(seen.undeclared) == ["ChatCompletion.surprise", "CustomCall.extra"]
    assert {"CustomCall.input", "ChatCompletion.metadata"} <= seen.declared.keys()
    assert "FunctionCall.name" not in seen.declared


def write_corpus(folder: Path) -> None:
    """Write files of all kinds with the same completion, some of them with a mistake."""
    completion = next(
        body.value for body in fixtures("recorded") if body.place.endswith("retrieve.yaml interactions[0]")
    )
    (folder / "one.json").write_text(json.dumps(completion), "utf-8")
    (folder / "many.json").write_text(json.dumps([completion, {**completion, "created": "now", "novel": 1}]), "utf-8")
    (folder / "lines.jsonl").write_text(f"{json.dumps(completion)}\n\n{{\n42\n", "utf-8")
    interaction = {
        "request": {"method": "POST", "uri": "https://a.example/v1/chat/completions", "headers": {}, "body": ""},
        "response": {
            "status": {"code": 200, "message": "OK"},
            "headers": {"Content-Encoding": ["gzip"]},
            "body": {"string": gzip.compress(json.dumps(completion).encode())},
        },
    }
    (folder / "cassette.yaml").write_text(yaml.dump({"version": 1, "interactions": [interaction, {}]}), "utf-8")
    models = {**interaction, "request": {"method": "GET", "uri": "https://a.example/v1/models"}}
    (folder / "cassette.json").write_text(json.dumps({"interactions": [_plain(models, completion)]}), "utf-8")
    (folder / "other.yaml").write_text("a: b", "utf-8")
    (folder / "broken.yml").write_text("a: [", "utf-8")
    (folder / "ignored.txt").write_text("text", "utf-8")


def _plain(interaction: dict[str, Any], body: Any) -> dict[str, Any]:
    """Return an interaction with an uncompressed response."""
    answer = {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": json.dumps(body)}}
    return {**interaction, "response": answer}


def test_a_corpus_of_any_files_is_decoded_and_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """JSON, JSON Lines and cassettes are read, and findings are counted and shown."""
    write_corpus(tmp_path)
    assert corpus.main([str(tmp_path)]) == 0
    output = " ".join(capsys.readouterr().out.split())
    assert "5 bodies (5 ChatCompletion), 6 others skipped" in output
    assert "/v1/models is not in the document" in output
    assert "5 of 5 came back equal" in output
    assert "ChatCompletion.novel" in output
    assert "$.created" in output
    assert "6 undeclared, 1 not as declared" in output


def test_names_are_whole_on_a_narrow_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Text of a server is no markup of the terminal, and has no line break."""
    name = "a_property_whose_name_takes_more_than_half_of_a_line"
    body = {"object": "chat.completion", "id": 1, "choices": [{name: "[/red]\x9b2J"}]}
    (tmp_path / "one.json").write_text(json.dumps(body), "utf-8")
    monkeypatch.setenv("COLUMNS", "80")
    corpus.main([str(tmp_path)])
    lines = capsys.readouterr().out.splitlines()
    at = lines.index(f"Not declared: Choice.{name}, 1 time")
    assert lines[at + 1].endswith('"[/red]\N{REPLACEMENT CHARACTER}2J"')
    assert "Not as declared: ChatCompletion.id, 1 time" in lines


def test_the_output_of_a_batch_is_judged_by_the_responses_in_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Completions and errors are distinguished; requests without an answer are skipped."""
    reference = json.loads((FIXTURES / "reference" / "chat_completion.json").read_bytes())
    lines = [
        {"custom_id": "1", "response": {"status_code": 200, "body": reference}, "error": None},
        {"custom_id": "2", "response": {"status_code": 400, "body": {"error": {"message": "No."}}}, "error": None},
        {"custom_id": "3", "response": None, "error": {"code": "batch_expired", "message": "Too late."}},
    ]
    (tmp_path / "output.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    assert corpus.main([str(tmp_path)]) == 0
    output = capsys.readouterr().out
    assert "2 bodies (1 ChatCompletion, 1 ErrorResponse), 1 others skipped" in output
    assert "output.jsonl:3: a request of a batch that had no response" in output


def test_an_object_with_only_metadata_is_no_completion(contract: Contract) -> None:
    """Such as a list of a program's parts in CycloneDX."""
    parts = {"bomFormat": "CycloneDX", "metadata": {"timestamp": "2026-01-31T12:00:00Z"}, "components": []}
    assert corpus.likeliest(parts, contract.models) is None


@pytest.mark.parametrize(
    ("files", "said"), [([], 'make corpus FILES="chats.jsonl recordings"'), (["nowhere"], "There is no nowhere")]
)
def test_a_corpus_of_no_files_is_said_in_a_sentence(
    files: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert corpus.main(files) == 2
    error = capsys.readouterr().err
    assert said in error and len(error.splitlines()) == 1


def test_a_corpus_without_bodies_or_with_a_bad_round_trip_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exit status says that nothing was judged, or that something did not come back equal."""
    write_corpus(tmp_path)
    assert corpus.main([str(tmp_path / "other.yaml")]) == 1
    monkeypatch.setattr(conformance, "round_trip", lambda value, model: "gave back something else")
    assert corpus.main([str(tmp_path / "one.json")]) == 1
    assert "NOT EQUAL" in capsys.readouterr().out


def test_progress_is_told_in_bytes(tmp_path: Path) -> None:
    """The reported bytes add up to the size of the file."""
    write_corpus(tmp_path)
    for path in tmp_path.iterdir():
        counts: list[int] = []
        list(read(path, path.name, counts.append))
        assert sum(counts) == path.stat().st_size


def test_another_document_is_judged_as_well(tmp_path: Path) -> None:
    """Inline schemas, shared responses and escaped paths are followed, without knowledge of chat completions."""
    content = {"application/problem+json": {"schema": {"type": "object", "properties": {"a/b": {"type": "integer"}}}}}
    document = {
        "openapi": "3.1.0",
        "paths": {"/pets/{id}": {"get": {"responses": {"200": {"$ref": "#/components/responses/Pet"}, "204": {}}}}},
        "components": {"responses": {"Pet": {"content": content}}},
    }
    path = tmp_path / "pets.yaml"
    path.write_text(yaml.dump(document), "utf-8")
    spec = Spec(path)
    found = spec.response_schema("GET", "http://a.example/pets/1", 200)
    assert found
    assert spec.violations({"a/b": "c"}, found) == [
        "$['a/b']: 'c' is not of type 'integer' (by pets.yaml#/components/responses/Pet/content/"
        "application~1problem+json/schema/properties/a~1b/type)"
    ]
