"""What the tests share: the embedded server, a client of each kind for it, and a clock that nobody waits for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.callers import Async, Sync
from tests.server import Server


@pytest.fixture(scope="session")
def running_server() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture
def server(running_server: Server) -> Server:
    """The embedded server, with the fixtures' completions in it and nothing received yet."""
    running_server.reset()
    return running_server


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables of whoever runs the tests do not count."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_LOG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(params=[Sync, Async], ids=["sync", "async"])
def caller(request: pytest.FixtureRequest, server: Server) -> Iterator[Sync]:
    """Makes clients of the server, of both kinds by turns."""
    made: Sync = request.param({"base_url": server.base_url, "api_key": server.key})
    yield made
    made.close()


@pytest.fixture
def client(caller: Sync) -> Any:
    """A client of the server, of both kinds by turns; `caller.run` runs what its methods give."""
    return caller.client()
