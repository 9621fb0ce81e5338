# Generated from generator/runtime/unset.py by `make generate`; do not edit.
"""UNSET: the default of optional request arguments, where leaving one out differs from null."""

from __future__ import annotations

from typing import Literal


class Unset:
    """The type of `UNSET`, a falsy singleton."""

    __slots__ = ()

    def __new__(cls) -> Unset:
        """Return `UNSET`."""
        return UNSET

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    def __reduce__(self) -> str:
        return "UNSET"


UNSET: Unset = object.__new__(Unset)
