# Generated from generator/runtime/nested.py by `make generate`; do not edit.
"""Decode nested objects: in lists, in recursive schemas, and in unions without a discriminator."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .model import Model

# The types of JSON values that a property allows. A list of types stands for an array of such values, and a set for
# enumerated strings and numbers.
Kinds = tuple[Any, ...]


def decode_list(decode: Callable[[dict[str, Any], bool], Any], values: list[Any], owned: bool) -> list[Any]:
    """Decode the objects in a list.

    If `owned`, the dicts of a long list are freed one by one while models take their place: the number of objects does
    not grow, so that the garbage collector does not start.
    """
    if owned and len(values) > 16:
        return [decode(value, False) if isinstance(value, dict) else value for value in _drained(values)]
    return [decode(value, owned) if isinstance(value, dict) else value for value in values]


def _drained(values: list[Any]) -> Iterator[Any]:
    values.reverse()
    while values:
        yield values.pop()


def decode_nested(decode: Callable[[dict[str, Any], bool], Any], value: dict[str, Any]) -> Any:
    """Decode an object of a recursive schema; return it undecoded where Python cannot recurse deeper."""
    try:
        return decode(value, False)
    except RecursionError:
        return value


def decode_closest(value: dict[str, Any], owned: bool, *variants: tuple[type[Model], Mapping[str, Kinds]]) -> Any:
    """Decode an object of a union as the model that fits it best; return it undecoded if it fits none.

    An object fits only models whose required properties it has.

    Args:
        variants: The models of the union, with the allowed types of the properties that distinguish them.
    """

    def score(variant: tuple[type[Model], Mapping[str, Kinds]]) -> tuple[bool, int, int]:
        model, kinds = variant
        misfits = sum(name in value and not _fits(value[name], allowed) for name, allowed in kinds.items())
        declared = sum(name in value for name in model._wire_names.values())
        return all(name in value for name in model._required), -misfits, declared

    best = max(variants, key=score)
    return best[0]._decoded(value, owned) if score(best)[0] else value


def _fits(value: Any, kinds: Kinds) -> bool:
    """Return whether a JSON value has one of the allowed types; an int also counts as a float."""
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
