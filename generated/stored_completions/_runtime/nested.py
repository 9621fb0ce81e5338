# Generated from generator/runtime/nested.py by `make generate`; do not edit.
"""The objects within an object, decoded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


def decode_list(decode: Callable[[dict[str, Any], bool], Any], values: list[Any], owned: bool) -> list[Any]:
    """Decode the objects in a list; those of a long one that nothing else holds are freed when they were decoded.

    What is freed while as much is made gives the garbage collector no reason to look at all of it.
    """
    if owned and len(values) > 16:
        return [decode(value, False) if isinstance(value, dict) else value for value in _drained(values)]
    return [decode(value, owned) if isinstance(value, dict) else value for value in values]


def _drained(values: list[Any]) -> Iterator[Any]:
    values.reverse()
    while values:
        yield values.pop()


def decode_nested(decode: Callable[[dict[str, Any], bool], Any], value: dict[str, Any]) -> Any:
    """Decode an object whose schema may contain itself; keep it undecoded where Python cannot recurse deeper."""
    try:
        return decode(value, False)
    except RecursionError:
        return value
