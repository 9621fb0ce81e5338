"""Show a value of a document in a message, and what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Final

from .places import printable

NEAR: Final = 0.8  # how alike two names are (difflib) for one to be a slip of the other


def instead(value: Any, choices: Iterable[str]) -> str:
    """Return the choice that was probably meant, as the end of a message; empty if none is like the value."""
    near = nearest(str(value), tuple(choices), NEAR - 0.2)
    return f": did you mean `{near}`?" if near else ""


@lru_cache
def nearest(word: str, choices: tuple[str, ...], likeness: float) -> str:
    """Return the choice that is most like a word; empty if none is as like as that."""
    return next(iter(get_close_matches(word, choices, 1, likeness)), "")


def shown(value: Any) -> str:
    """Return a value of a document as a message shows it."""
    match value:
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case _:
            text = printable(str(value))
            return f"`{text if len(text) <= 60 else text[:60] + '...'}`"
