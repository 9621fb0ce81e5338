"""No fixture has a key, an account's name or an address, and a recording cannot add one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from vcr.request import Request

from tests.programs.contract import FIXTURES
from tests.support.bodies import read
from tests.support.cassettes import Recording, readable
from tests.support.redaction import KEPT_HEADERS, redacted, secrets

FILES = sorted(path for path in FIXTURES.rglob("*") if path.is_file())

# Built from parts, so that no scanner reports this file.
SECRETS = {
    "key": "sk-" + "proj-Zm9vYmFyYmF6",
    "masked key": "sk-" + "abc****xyz9",
    "access key id": "AKIA" + "IOSFODNN7EXAMPLE",
    "token": "eyJ" + "hbGciOiJIUzI1.eyJzdWIiOiIxMjM0.c2lnbmF0dXJl",
    "bearer": "Bearer " + "0123456789abcdef",
    "header": "api-key: " + "0123456789abcdef",
    "parameter": "api_key=" + "0123456789abcdef",
    "member": '"apiKey": "' + "0123456789abcdef",
    "listed header": "cookie:\n    - " + "session=0123",
    "organization": "org-" + "AbCdEfGh12345678",
    "project": "proj_" + "AbCdEfGh12345678",
    "email": "ada" + "@" + "lovelace.example",
    "IPv4": "203.0." + "113.7",
    "loopback": "127.0." + "0.1",
    "IPv6": "2001:db8:" + ":1",
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FIXTURES)))
def test_a_fixture_holds_no_secret(path: Path) -> None:
    """Nothing looks like a key, an account or an address, even where JSON escapes it."""
    assert not list(secrets(path.read_text("utf-8")))
    if path.suffix != ".md":
        for body in read(path, path.name):
            assert not list(secrets(json.dumps(body.value, ensure_ascii=False)))


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".yaml"], ids=lambda path: path.name)
def test_a_cassette_says_where_it_comes_from_and_no_more(path: Path) -> None:
    """A cassette has its server, the version and the date, and only headers of the list."""
    cassette = yaml.safe_load(path.read_text("utf-8"))
    assert cassette["recorded"].keys() == {"server", "version", "date"}
    assert all(cassette["recorded"].values())
    for interaction in cassette["interactions"]:
        assert interaction["request"]["headers"].keys() <= {"content-type"}
        assert interaction["response"]["headers"].keys() <= KEPT_HEADERS


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS.keys())
def test_a_secret_is_seen_and_replaced(secret: str) -> None:
    """A secret in the middle of a text is found and replaced."""
    told = json.dumps({"message": f"({secret}), they said."})
    for text in (told, json.loads(told)["message"]):
        assert list(secrets(text)), text
        cleaned = redacted(text)
        assert secret not in cleaned
        assert not list(secrets(cleaned))
    assert json.loads(redacted(told)), "it is JSON still"


@pytest.mark.parametrize(
    "text",
    ["12:30:45", "1.2.3", "risk-assessment", "std::string", "::", "call_paris", "a: b: c", "1:2", '{"password": null}'],
)
def test_texts_that_are_no_secrets_are_kept(text: str) -> None:
    """Times, versions and words are unchanged."""
    assert redacted(text) == text


def test_a_recording_keeps_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """However they are sent, the key, the account and the address are not in the cassette."""
    monkeypatch.setenv("OPENAI_ORG_ID", "a peculiar organization")
    recording = Recording("a server", "1", "http://10.0.0.7:80/v1/", "a peculiar key")
    headers = {
        "Authorization": "Bearer a peculiar key",
        "OpenAI-Organization": "a peculiar organization",
        "X-New-Secret": "a secret",
        "Content-Type": "application/json",
    }
    request = recording.request(
        Request(
            "POST", "http://10.0.0.7:80/v1/things?key=a peculiar key", b'{"user": "a peculiar organization"}', headers
        )
    )
    response = recording.response(
        {
            "status": {"code": 401, "message": "Unauthorized"},
            "headers": {**{name: [value] for name, value in headers.items()}, "X-Request-Id": ["req_1"]},
            "body": {"string": b'{"error": "not a peculiar key, from 203.0.113.7"}'},
        }
    )
    text = recording.serialize({"interactions": [{"request": request._to_dict(), "response": response}]})
    assert "peculiar" not in text
    assert "a secret" not in text
    assert not list(secrets(text))
    assert response["headers"] == {"content-type": ["application/json"], "x-request-id": ["req_recorded"]}


@pytest.mark.parametrize(
    "value",
    [
        {
            "text": "a\u2028b\x7f\x85\ufeff",
            "emoji": "👋🏽",
            "lone": "\ud800",
            "nul": "\x00",
            "tab": "\t",
            "line": "\n ",
        },
        {"numbers": [1, 1.0, -0.0, 1e-7, 4944116822809979520, True, None], "empty": [{}, [], ""]},
        "text",
        [],
    ],
)
def test_a_body_written_as_a_block_has_the_same_value(value: Any) -> None:
    """Formatting a body loses nothing, and YAML returns what was written."""
    recording = Recording("a server", "1", "http://a.example", "")
    laid_out = readable(json.dumps(value))
    text = recording.serialize({"body": laid_out})
    assert "body: |\n" in text
    assert text.encode("utf-8")
    assert repr(json.loads(recording.deserialize(text)["body"])) == repr(value)


def test_a_recording_of_the_same_answers_is_the_same_bytes() -> None:
    """The date is of the first recording with these answers; another answer or version has another date."""
    recording = Recording("a server", "1", "http://a.example", "")
    before = recording.serialize({"body": "one\n"}).replace(recording.provenance["date"], "2001-02-03")
    assert Recording("a server", "1", "http://a.example", "", before).serialize({"body": "one\n"}) == before
    for version, body in (("1", "two\n"), ("2", "one\n")):
        text = Recording("a server", version, "http://a.example", "", before).serialize({"body": body})
        assert recording.provenance["date"] in text


@pytest.mark.parametrize("body", ["", "<html>", "{", '{"number": 1e999}', "NaN"])
def test_a_body_that_cannot_be_written_as_a_block_is_kept(body: str) -> None:
    """Text that is no JSON, or that formatting would change, is kept unchanged."""
    assert readable(body) == body
