"""Fixtures that start each server once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.programs.e2e.steady import steady
from tests.programs.record.ogx import Server, ogx


@pytest.fixture(scope="session")
def judge() -> Iterator[str]:
    """Run Steady, and return its address."""
    with steady() as address:
        yield address


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Run an ogx with the scenario's completions."""
    with ogx() as live:
        yield live
