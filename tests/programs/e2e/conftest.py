"""The servers, each started once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.programs.e2e.steady import steady
from tests.programs.record.ogx import Server, ogx


@pytest.fixture(scope="session")
def judge() -> Iterator[str]:
    """The address of Steady."""
    with steady() as address:
        yield address


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """An ogx that stores the scenario's completions."""
    with ogx() as live:
        yield live
