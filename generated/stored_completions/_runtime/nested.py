# Generated from generator/runtime/nested.py by `make generate`; do not edit.
"""The objects within an object, decoded: in lists, in themselves, and as variants of unions without a discriminator."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .model import Model

# The JSON values that a property allows, by their types; a list of such types stands for a list of such values, and a
# set for these strings and numbers.
Kinds = tuple[Any, ...]


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


def decode_closest(value: dict[str, Any], owned: bool, *variants: tuple[type[Model], Mapping[str, Kinds]]) -> Any:
    """Decode an object as the model that fits it best, of those that require no more than it has, if any.

    Args:
        variants: The models, each with the kinds of those of its properties whose kinds tell it from the others.
    """

    def score(variant: tuple[type[Model], Mapping[str, Kinds]]) -> tuple[bool, int, int]:
        model, kinds = variant
        misfits = sum(name in value and not _fits(value[name], allowed) for name, allowed in kinds.items())
        declared = sum(name in value for name in model._wire_names.values())
        return all(name in value for name in model._required), -misfits, declared

    best = max(variants, key=score)
    return best[0]._decoded(value, owned) if score(best)[0] else value


def _fits(value: Any, kinds: Kinds) -> bool:
    """Return whether a JSON value is of one of some kinds; a whole number is a float too."""
    for kind in kinds:
        if isinstance(kind, list):
            if isinstance(value, list) and all(_fits(item, tuple(kind)) for item in value):
                return True
        elif isinstance(kind, set):
            if isinstance(value, (str, int)) and not isinstance(value, bool) and value in kind:
                return True
        elif value is None or isinstance(value, bool):
            if kind is (None if value is None else bool):
                return True
        elif kind is not None and isinstance(value, (float, int) if kind is float else kind):
            return True
    return False
