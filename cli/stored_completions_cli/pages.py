"""Find the items of a page and the cursors of the next one, and notice a list that does not end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stored_completions.errors import APIError
from stored_completions.types import Model
from stored_completions_cli import jsontext
from stored_completions_cli.completion import LONGEST_ID, member

_MOST_EMPTY = 100  # pages in a row
_MOST_CURSORS = 3


class LoopGuard:
    """Detects a list of pages that does not end.

    Args:
        what: The subject of the error message, with `do` or `does`.
        after: The cursor of the first page.
    """

    def __init__(self, what: str, after: str | None) -> None:
        self._what, self._cursors, self._pages, self._empty = what, {after}, set[int](), 0

    def check(self, cursors: Sequence[str] | None, items: list[str]) -> None:
        """Take note of a page.

        Args:
            cursors: Cursors for the next page, the best first; None if this is the last page.

        Raises:
            APIError: there is no cursor, the cursor or the page was sent before, or too many pages in a row are empty.
        """
        how = ""
        self._empty = 0 if items else self._empty + 1
        content = hash(tuple(items))
        if cursors is not None and not cursors:
            how = "says that another page follows, but not where it starts: there is no last_id"
        elif cursors and cursors[0] in self._cursors:
            how = f"sent the cursor {jsontext.shortened(repr(cursors[0]))} twice"
        elif self._empty > _MOST_EMPTY:
            how = f"says of {_MOST_EMPTY} empty pages that more follows"
        elif items and content in self._pages:
            how = "sent the same page twice"
        if how:
            raise APIError(f"{self._what} not end: the server {how}.")
        self._cursors.update((cursors or [])[:1])
        self._pages.add(content)


def items_of(text: str) -> list[str]:
    """Return the JSON text of each item of a page."""
    return jsontext.elements(jsontext.members(text)["data"])


def following(body: Any, items: Sequence[Any]) -> list[str]:
    """Return cursors for the next page, the best first: the last item may be deleted before it is requested.

    An id that a URL cannot hold, such as one with a lone surrogate, is passed over for the item before it.
    """
    ids = [member(item, "id") for item in reversed(items) if isinstance(item, dict | Model)]
    cursors = [name for name in (member(body, "last_id"), *ids) if isinstance(name, str) and _is_sendable(name)]
    return cursors[:_MOST_CURSORS]


def _is_sendable(cursor: str) -> bool:
    return 0 < len(cursor) <= LONGEST_ID and not any("\ud800" <= character <= "\udfff" for character in cursor)
