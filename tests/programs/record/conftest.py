"""Replay recordings; with `--record-mode=rewrite`, record again, from ogx or the server of RECORD_BASE_URL.

pytest-recording does both: it gives each test the cassette of its name, and blocks the network while it replays.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.programs.contract import FIXTURES
from tests.programs.record.ogx import Server, ogx
from tests.support.bodies import read
from tests.support.callers import Async, Sync
from tests.support.cassettes import BASE_URL, Recording

_CASSETTES = FIXTURES / "cassettes"
_RECORDING = pytest.StashKey[Recording]()


def _name(test: Callable[..., None]) -> str:
    """Return the cassette of a test, the same for the sync and the async client."""
    return test.__name__.removeprefix("test_")


def _elsewhere() -> Server | None:
    """Return the server that the environment names (`make record BASE_URL=...`), if any."""
    if not (base_url := os.environ.get("RECORD_BASE_URL")):
        return None
    return Server(
        name=os.environ["RECORD_SERVER"],
        version=os.environ["RECORD_VERSION"],
        base_url=base_url,
        key=os.environ["OPENAI_API_KEY"],
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test for each server with a cassette for it, or for the one that is recorded."""
    if "server" in metafunc.fixturenames:
        cassettes = _CASSETTES.glob(f"*/{_name(metafunc.function)}.yaml")
        names = sorted(cassette.parent.name for cassette in cassettes)
        if metafunc.config.getoption("--record-mode") not in (None, "none"):
            names = [target.name if (target := _elsewhere()) else "ogx"]
        metafunc.parametrize("server", names, indirect=True, scope="session")


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest, record_mode: str) -> Iterator[Server]:
    """Return the server to record from, or a stand-in for a replay."""
    if record_mode == "none":
        yield Server(request.param, "", BASE_URL, "the-key-of-the-replay")
    elif target := _elsewhere():
        yield target
    else:
        with ogx() as live:
            yield live


@pytest.fixture(scope="session")
def stored(server: Server, record_mode: str) -> list[str]:
    """Return the ids of some completions that the server lists, or listed when it was recorded."""
    if record_mode == "none":
        cassette = _CASSETTES / server.name / "list.yaml"
        pages = [body.value for body in read(cassette, cassette.name)]
        return list(dict.fromkeys(item["id"] for page in pages for item in page["data"]))
    headers = {"Authorization": f"Bearer {server.key}"}
    answer = httpx.get(f"{server.base_url}/chat/completions?limit=16&order=asc", headers=headers, timeout=60)
    return [item["id"] for item in answer.raise_for_status().json()["data"]]


@pytest.fixture(scope="session")
def changeable(server: Server, stored: list[str], record_mode: str) -> str:
    """Return the id of a completion that may be changed and deleted."""
    if record_mode == "none":
        cassette = _CASSETTES / server.name / "changes.yaml"
        asked = next(body.request for body in read(cassette, cassette.name))
        assert asked
        return asked.url.rsplit("/", 1)[1]
    return os.environ.get("RECORD_CHANGES", stored[0])


@pytest.fixture
def vcr_cassette_dir(server: Server) -> str:
    """Use a folder of cassettes for each server."""
    return str(_CASSETTES / server.name)


@pytest.fixture
def default_cassette_name(request: pytest.FixtureRequest) -> str:
    """Name the cassette after the test, without its parameters."""
    return _name(request.function)


@pytest.fixture
def vcr_config(
    server: Server, caller: Sync, vcr_cassette_dir: str, default_cassette_name: str, pytestconfig: pytest.Config
) -> dict[str, Any]:
    """Let all interactions pass through the recording, which removes secrets and noise."""
    cassette = Path(vcr_cassette_dir, f"{default_cassette_name}.yaml")
    before = cassette.read_text("utf-8") if cassette.is_file() else ""
    recording = Recording(server.name, server.version, server.base_url, server.key, before)
    pytestconfig.stash[_RECORDING] = recording
    config: dict[str, Any] = {
        "before_record_request": recording.request,
        "before_record_response": recording.response,
        "decode_compressed_response": True,
        "match_on": ("method", "uri", "body"),
    }
    # The async client sends the same requests, and replays the sync client's recording even while recording.
    return config | ({"record_mode": "none"} if isinstance(caller, Async) else {})


def pytest_recording_configure(config: pytest.Config, vcr: Any) -> None:
    """Write cassettes with their source, in readable blocks."""
    vcr.register_serializer("yaml", config.stash[_RECORDING])
