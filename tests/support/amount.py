"""How many cases run: all in CI and `make thorough`, and a random part elsewhere."""

from __future__ import annotations

import os
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeVar

import pytest

T = TypeVar("T")

# A test with more cases runs a quarter of them, and at least so many.
_LEAST = 2

# Whether all cases run.
WHOLE = bool(os.environ.get("CI"))
# All processes of a run choose the same cases.
_RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID") or os.urandom(8).hex()


def some(cases: Iterable[T], number: int) -> list[T]:
    """Return all cases, or a random number of them in their order; `CI=1` runs any one by its name."""
    found = [*cases]
    if WHOLE:
        return found
    return [found[index] for index in sorted(random.Random(_RUN).sample(range(len(found)), number))]


def left_out(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Return the cases of large tests that this run leaves out."""
    cases: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        cases[item.nodeid.partition("[")[0]].append(item)
    return [
        item
        for found in cases.values()
        if len(found) > _LEAST
        for item in {*found}.difference(some(found, max(_LEAST, len(found) // 4)))
    ]


def examples(number: int) -> int:
    """Return the number of Hypothesis examples: all, or a quarter."""
    return number if WHOLE else -(-number // 4)
