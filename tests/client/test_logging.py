"""Logging: nothing by default, a line for each request at `info`, and never a body or a secret."""

from __future__ import annotations

import logging
import os
import re
import sys
from typing import Any

import pytest

from stored_completions.errors import APIError
from stored_completions_testing.faults import BROKEN, always, failure, in_turn
from stored_completions_testing.server import Server
from tests import ROOT
from tests.conftest import Clock
from tests.support import python
from tests.support.callers import Sync

ID = "chatcmpl-abc123"
ROUTE = f"GET /chat/completions/{ID}"


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Any:
    """Return a function that returns the lines of the package's logger, which must be at `info`."""
    caplog.set_level(logging.INFO, "stored_completions")

    def written() -> list[str]:
        ours = [record for record in caplog.records if record.name == "stored_completions"]
        assert {record.levelno for record in ours} <= {logging.INFO}
        return [record.getMessage() for record in ours]

    return written


def test_a_request_is_one_line(caller: Sync, client: Any, server: Server, lines: Any) -> None:
    response = caller.run(client.chat.completions.with_raw_response.retrieve(ID))
    assert len(lines()) == 1
    assert re.fullmatch(rf"{ROUTE} 200 in \d+ ms, request {response.request_id}, retries 0", lines()[0])


def test_the_line_has_the_number_of_retries(
    caller: Sync, client: Any, server: Server, clock: Clock, lines: Any
) -> None:
    server.plan = in_turn(failure(429, None, retry_after="2"), failure(503, None, retry_after="3"))
    response = caller.run(client.chat.completions.with_raw_response.retrieve(ID))
    assert lines() == [f"{ROUTE} 200 in 5000 ms, request {response.request_id}, retries 2"]


def test_a_failure_is_one_line_too(caller: Sync, client: Any, server: Server, clock: Clock, lines: Any) -> None:
    for fault in (failure(404, None, x_request_id="req_7"), failure(500), BROKEN["reset"]):
        server.plan = always(fault)
        with pytest.raises(APIError):
            caller.run(client.chat.completions.retrieve(ID, max_retries=0))
    assert lines() == [
        f"{ROUTE} 404 in 0 ms, request req_7, retries 0",
        f"{ROUTE} 500 in 0 ms, request None, retries 0",
        f"{ROUTE} APIConnectionError in 0 ms, request None, retries 0",
    ]


def test_no_line_has_a_query_a_body_or_a_secret(caller: Sync, server: Server, caplog: pytest.LogCaptureFixture) -> None:
    """At `debug` neither, where lines have the headers, with only the harmless values shown."""
    caplog.set_level(logging.DEBUG, "stored_completions")
    client = caller.client(
        default_headers={"api-key": "hidden-1", "cookie": "hidden-2"},
        organization="hidden-3",
        default_query={"key": "hidden-4"},
    )
    caller.run(client.chat.completions.list(metadata={"k": "hidden-5"}))
    caller.run(client.chat.completions.update(ID, metadata={"k": "hidden-6"}))
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name == "stored_completions")
    assert "('authorization', '***')" in ours
    assert "('api-key', '***')" in ours
    assert "('user-agent', 'stored-completions/" in ours
    assert "('connection', 'keep-alive')" in ours
    assert "hidden" not in ours
    assert server.key not in ours


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (None, []),
        ("", []),
        ("nonsense", []),
        ("info", [rf"{ROUTE} 404 in \d+ ms, request req_\d+, retries 0"]),
        ("debug", [rf"{ROUTE} headers \[.*\]", rf"{ROUTE} 404 in \d+ ms, request req_\d+, retries 0"]),
        ("INFO", [rf"{ROUTE} 404 in \d+ ms, request req_\d+, retries 0"]),
    ],
)
def test_the_environment_turns_the_log_on(level: str | None, expected: list[str], server: Server) -> None:
    """Without the variable, a program that does not configure logging sees nothing on standard error."""
    server.store.completions.clear()
    program = f"""
from stored_completions import OpenAI
with OpenAI() as client:
    try:
        client.chat.completions.retrieve("{ID}")
    except Exception as error:
        print(type(error).__name__)
"""
    environment = {**os.environ, **server.environment, "PYTHONPATH": str(ROOT / "generated")}
    if level is not None:
        environment["OPENAI_LOG"] = level
    run = python.run([sys.executable, "-c", program], env=environment, check=True)
    assert run.stdout == "NotFoundError\n"
    lines = run.stderr.splitlines()
    assert len(lines) == len(expected)
    for line, pattern in zip(lines, expected, strict=True):
        assert re.fullmatch(pattern, line)
