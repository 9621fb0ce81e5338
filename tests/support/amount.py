"""How much is tried: all in CI and by `make thorough`, and elsewhere a part, of which each run takes another one."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")

# Whether all is tried.
WHOLE = bool(os.environ.get("CI"))
# The processes of a run draw the same.
_RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID") or os.urandom(8).hex()


def some(cases: Iterable[T], number: int) -> list[T]:
    """Return all cases, or so many of them, in their order; `CI=1` runs one of the others by its name."""
    found = [*cases]
    if WHOLE:
        return found
    return [found[index] for index in sorted(random.Random(_RUN).sample(range(len(found)), number))]


def examples(number: int) -> int:
    """Return how many examples Hypothesis makes: so many, or a quarter."""
    return number if WHOLE else -(-number // 4)
