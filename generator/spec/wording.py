"""Word messages about a document: how a value is shown, and which name was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Final

from .places import printable

NEAR: Final = 0.8  # the similarity (difflib) from which a name is probably a misspelling of another


def instead(value: Any, choices: Iterable[str]) -> str:
    """Return the end of a message that suggests a similar choice; empty if there is none."""
    near = nearest(str(value), tuple(choices), NEAR - 0.2)
    return f": did you mean `{near}`?" if near else ""


@lru_cache
def nearest(word: str, choices: tuple[str, ...], likeness: float) -> str:
    """Return the choice most similar to a word; empty if none reaches this similarity."""
    return next(iter(get_close_matches(word, choices, 1, likeness)), "")


def shown(value: Any) -> str:
    """Return a value of a document for a message."""
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
