"""Problems of the servers to record from are reported, and the model server's answers are fixed."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import httpx
import pytest

from tests.programs.record import __main__ as record, upstream
from tests.programs.record.process import MissingError, call, free_port, running
from tests.support import npm


def test_a_server_runs_while_the_block_lasts() -> None:
    """It is waited for, and gone afterwards."""
    address = f"http://127.0.0.1:{(port := free_port())}"
    with running([sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)], address):
        assert httpx.get(address).is_success
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)


def test_a_server_that_does_not_start_is_explained() -> None:
    """The error has the server's output."""
    command = [sys.executable, "-c", "raise SystemExit('no such configuration')"]
    with pytest.raises(RuntimeError, match="no such configuration"), running(command, "http://127.0.0.1:9"):
        pass


def test_a_failed_command_is_explained() -> None:
    """The error has the command's output."""
    with pytest.raises(RuntimeError, match="out of space"):
        call(sys.executable, "-c", "raise SystemExit('out of space')")


def test_missing_programs_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The message names the missing tool."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingError, match="node and npm"):
        npm.npm()


def test_no_answer_to_the_question_means_no(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a yes lets a recording change a server's data."""
    for text, agreed in (("y\n", True), ("YES\n", True), ("\n", False), ("n\n", False), ("", False)):
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        assert record._agreed("Shall I?") is agreed


def test_an_address_is_no_name_for_a_server() -> None:
    """A server's folder is named after its host, unless the host is an address."""
    assert record._host("https://api.example/v1") == "api.example"
    for base_url in ("http://127.0.0.1:1/v1", "http://[::1]/v1"):
        with pytest.raises(MissingError, match="SERVER"):
            record._host(base_url)


def test_the_model_server_answers_by_the_scenario() -> None:
    """Each prompt always has the same answer, and an unknown prompt has none."""
    with upstream.serving() as address, httpx.Client(base_url=address) as http:
        bodies = list(upstream.requests())
        answers = [http.post("/chat/completions", json=body).json() for body in bodies]
        assert len({answer["id"] for answer in answers}) == len(bodies)
        assert answers == [http.post("/chat/completions", json=body).json() for body in bodies]
        assert [model["id"] for model in http.get("/models").json()["data"]] == [upstream.SCENARIO["model"]]
        assert http.post("/chat/completions", json={"messages": []}).status_code == 400
