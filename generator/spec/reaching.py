"""Follow references: find all that can be reached from a start, directly or indirectly."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def reached(start: Iterable[T], following: Callable[[T], Iterable[T]]) -> set[T]:
    """Return the items of a start, and all items that follow from them."""
    found: set[T] = set()
    waiting = [*start]
    while waiting:
        if (item := waiting.pop()) not in found:
            found.add(item)
            waiting += following(item)
    return found
