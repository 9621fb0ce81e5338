"""The pytest plugin: an embedded server that `OpenAI()` in the tested code reaches without a change.

Its dependencies are imported when a test asks for the server, so that other test runs pay nothing.
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
        from stored_completions_testing.server import Server  # noqa: PLC0415 - only runs that use it pay for it
    except ModuleNotFoundError as error:
        pytest.fail(f"{error.name} is missing: pip install 'stored-completions[testing]'", pytrace=False)
    with Server() as server:
        yield server


@pytest.fixture
def stored_completions_seed() -> Store:
    """Return what the server stores when a test begins; override it in `conftest.py` to store something else."""
    from stored_completions_testing.server import Store  # noqa: PLC0415 - only runs that use it pay for it

    return Store()


@pytest.fixture
def stored_completions_server(
    _running_stored_completions_server: Server, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Server:
    """Yield the embedded server, freshly seeded for each test.

    `OPENAI_BASE_URL` and `OPENAI_API_KEY` name it for as long as the test runs.
    """
    _running_stored_completions_server.reset(copy.deepcopy(request.getfixturevalue("stored_completions_seed")))
    for name, value in _running_stored_completions_server.environment.items():
        monkeypatch.setenv(name, value)
    return _running_stored_completions_server
