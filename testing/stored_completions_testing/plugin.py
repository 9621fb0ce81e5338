"""The pytest plugin: fixtures for an embedded server, which `OpenAI()` in the tested code uses by itself.

The server's dependencies are imported only when a test uses it, so that they do not slow down other test runs.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from stored_completions_testing.server import Server, Store


@pytest.fixture(scope="session")
def _running_stored_completions_server() -> Iterator[Server]:
    try:
        from stored_completions_testing.server import Server  # noqa: PLC0415 - only if a test uses the server
    except ModuleNotFoundError as error:
        pytest.fail(f"{error.name} is missing: pip install 'stored-completions[testing]'", pytrace=False)
    with Server() as server:
        yield server


@pytest.fixture
def stored_completions_seed() -> Store:
    """Return the store that the server has when a test begins; override this fixture to store something else."""
    from stored_completions_testing.server import Store  # noqa: PLC0415 - only if a test uses the server

    return Store()


@pytest.fixture
def stored_completions_server(
    _running_stored_completions_server: Server, stored_completions_seed: Store, monkeypatch: pytest.MonkeyPatch
) -> Server:
    """Return the embedded server, with a fresh store for each test.

    During the test, `OPENAI_BASE_URL` and `OPENAI_API_KEY` make `OpenAI()` use the server.
    """
    _running_stored_completions_server.reset(copy.deepcopy(stored_completions_seed))
    for name, value in _running_stored_completions_server.environment.items():
        monkeypatch.setenv(name, value)
    return _running_stored_completions_server
