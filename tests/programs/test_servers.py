"""What goes wrong with the servers to record from is said, and what the model behind them answers is fixed."""

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
    """It is waited for, and it is gone afterwards."""
    address = f"http://127.0.0.1:{(port := free_port())}"
    with running([sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)], address):
        assert httpx.get(address).is_success
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)


def test_a_server_that_does_not_come_up_tells_why() -> None:
    """What it wrote before it ended is in the error."""
    command = [sys.executable, "-c", "raise SystemExit('no such configuration')"]
    with pytest.raises(RuntimeError, match="no such configuration"), running(command, "http://127.0.0.1:9"):
        pass


def test_a_command_that_fails_tells_why() -> None:
    """What it wrote is in the error."""
    with pytest.raises(RuntimeError, match="out of space"):
        call(sys.executable, "-c", "raise SystemExit('out of space')")


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where a tool is not installed, the message says which."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingError, match="node and npm"):
        npm.npm()


def test_no_answer_means_no(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a yes lets a recording change what a server stores."""
    for text, agreed in (("y\n", True), ("YES\n", True), ("\n", False), ("n\n", False), ("", False)):
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        assert record._agreed("Shall I?") is agreed


def test_an_address_is_no_name_for_a_server() -> None:
    """The host name of a server is the name of its folder, unless it is an address."""
    assert record._host("https://api.example/v1") == "api.example"
    for base_url in ("http://127.0.0.1:1/v1", "http://[::1]/v1"):
        with pytest.raises(MissingError, match="SERVER"):
            record._host(base_url)


def test_the_model_server_answers_by_the_scenario() -> None:
    """Each prompt has its own answer, the same each time, and any other prompt has none."""
    with upstream.serving() as address, httpx.Client(base_url=address) as http:
        bodies = list(upstream.requests())
        answers = [http.post("/chat/completions", json=body).json() for body in bodies]
        assert len({answer["id"] for answer in answers}) == len(bodies)
        assert answers == [http.post("/chat/completions", json=body).json() for body in bodies]
        assert [model["id"] for model in http.get("/models").json()["data"]] == [upstream.SCENARIO["model"]]
        assert http.post("/chat/completions", json={"messages": []}).status_code == 400
