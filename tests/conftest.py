"""Shared fixtures: the embedded server, a client of each kind, and a clock that does not wait."""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest

from stored_completions._runtime import clock as the_clock
from stored_completions_testing.server import Server, Store
from tests.support.amount import examples, left_out
from tests.support.callers import Async, Sync
from tests.support.server import recorded_store

pytest_plugins = ["stored_completions_testing.plugin"]

# A shell ignores SIGINT in background processes, and the tests' processes would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# On a busy machine an example may take long.
hypothesis.settings.register_profile("stored-completions", deadline=None, max_examples=examples(100))
hypothesis.settings.load_profile("stored-completions")


@pytest.fixture(scope="session")
def stored_completions_seed() -> Store:
    """Return the fixtures' completions as the seed of the plugin's server."""
    return recorded_store()


@pytest.fixture
def server(stored_completions_server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Start the embedded server with the fixtures' completions, and check that no connection is left open."""
    for name in stored_completions_server.environment:
        monkeypatch.delenv(name)  # the tests give the server's URL themselves
    yield stored_completions_server
    assert stored_completions_server.connections(0) == 0


@pytest.fixture(scope="session")
def running_other() -> Iterator[Server]:
    with Server(key="sk-other-server") as server:
        yield server


@pytest.fixture
def other(running_other: Server) -> Iterator[Server]:
    """Start a second server, as another origin."""
    running_other.reset(recorded_store())
    yield running_other
    assert running_other.connections(0) == 0


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unset the user's environment variables."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_LOG"):
        monkeypatch.delenv(name, raising=False)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--sample", action="store_true", help="run a quarter of the cases of a test with many; all with CI=1"
    )
    parser.addoption(
        "--transports",
        default="httpx",
        help="what the clients send through: httpx, httpx2, aiohttp, or several of them",
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("sample") and (out := {*left_out(items)}):
        config.hook.pytest_deselected(items=[*out])
        items[:] = [item for item in items if item not in out]


def pytest_collection_finish() -> None:
    gc.freeze()  # imported modules stay, so collections need not look at them


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Show the name of a test as it fails, in place of pytest's `F`."""
    if not report.failed:
        return None
    category = "failed" if report.when == "call" else "error"
    return category, f"\n{report.nodeid}: {category}\n", category.upper()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "caller" in metafunc.fixturenames:
        transports = str(metafunc.config.getoption("transports")).split(",")
        kinds = [
            (kind, transport)
            for transport in transports
            for kind in (Sync, Async)
            if (kind, transport) != (Sync, "aiohttp")
        ]
        names = [kind.__name__.lower() + ("" if transport == "httpx" else f"-{transport}") for kind, transport in kinds]
        metafunc.parametrize("caller", kinds, ids=names, indirect=True)


@pytest.fixture
def caller(request: pytest.FixtureRequest, server: Server, other: Server) -> Iterator[Sync]:
    """Make clients of the server, sync and async by turns, and close them before the server checks its connections."""
    kind, transport = request.param
    made: Sync = kind({"base_url": server.base_url, "api_key": server.key}, transport)
    yield made
    made.close()


@pytest.fixture
def client(caller: Sync) -> Any:
    """Return a client of the server, sync or async; `caller.run` runs its calls."""
    return caller.client()


class Clock:
    """A clock on which time passes only by waiting.

    Attributes:
        waits: The seconds of each wait.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    async def async_sleep(self, seconds: float) -> None:
        self.sleep(seconds)

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Replace the client's clock, so that no test waits for a retry."""
    made = Clock()
    for name in ("sleep", "async_sleep", "monotonic"):
        monkeypatch.setattr(the_clock, name, getattr(made, name))
    return made
