"""Fixtures for the tests of the command."""

from __future__ import annotations

from pathlib import Path

import pytest

from stored_completions_testing.server import Server
from tests.cli.processes import Command


@pytest.fixture(autouse=True)
def no_azure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unset the user's environment variables."""
    for name in ("AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_AD_TOKEN", "OPENAI_API_VERSION"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def command(server: Server, tmp_path: Path) -> Command:
    """Return the command for the embedded server, in an empty folder."""
    return Command(tmp_path, server.environment)
