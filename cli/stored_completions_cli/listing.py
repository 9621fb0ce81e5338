"""List the completions on the server, page by page."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import partial
from math import inf
from typing import Any

from stored_completions import UNSET
from stored_completions.errors import APIError, APIResponseValidationError, BadRequestError, NotFoundError
from stored_completions.models import ChatCompletion, Order
from stored_completions_cli import jsontext
from stored_completions_cli.completion import Completion, received, unlisted, unreadable
from stored_completions_cli.pages import LoopGuard, following, items_of
from stored_completions_cli.selection import Filter, Verdict
from stored_completions_cli.source import PAGE, Source, text_of


@dataclass(frozen=True)
class Page:
    """A page of the listing.

    Attributes:
        after: The cursor that the page was requested with.
        has_more: Whether another page follows.
        following: Cursors for the next page, the best first.
        others: The completions of the page without the filters, if the filters select none of them.
    """

    after: str | None
    completions: list[Completion]
    has_more: bool
    following: list[str]
    others: list[Completion] = field(default_factory=list)

    @property
    def seen(self) -> list[Completion]:
        """The completions of the page, with or without the filters."""
        return self.completions or self.others


@dataclass(frozen=True)
class Listing:
    """The completions that a server lists for a filter.

    Attributes:
        wanted: The filter, which the server applies; what it lists may still not match.
        limit: The most completions in a page.
    """

    source: Source
    wanted: Filter
    order: Order = "asc"
    limit: int = PAGE

    async def pages(self, cursors: Iterable[str | None] = (None,)) -> AsyncGenerator[Page, None]:
        """Yield the pages of the listing.

        An ascending listing ends where all later completions are newer than the filter selects.

        Args:
            cursors: The listing starts at the first cursor that the server knows. None is the start of the listing.

        Raises:
            APIError: a request failed, or the listing does not end.
        """
        page = await self._first(cursors)
        guard, times = LoopGuard("The listing does", page.after), _Times(self.order)
        while True:
            if page.has_more:
                # A placeholder for an empty page has no text.
                guard.check(page.following, [completion.id for completion in page.seen if completion.text])
            yield page
            is_newer = self._is_newer(times.add(page))
            if not page.has_more or (is_newer and times.is_sorted and self.order == "asc"):
                return
            page = await self._first(page.following)

    def _is_newer(self, times: list[int]) -> bool:
        """Return whether a page's times ascend from the filter's `until` on; times that are equal prove no order."""
        return self.wanted.until is not None and len({*times}) > 1 and times[0] >= self.wanted.until

    async def completions(self) -> AsyncGenerator[Completion, None]:
        """Yield each completion that the server lists; some may be repeated, or not match the filter."""
        async with aclosing(self.pages()) as pages:
            async for page in pages:
                for completion in page.completions:
                    yield completion

    async def start(self) -> str | None:
        """Return a cursor close before the filter's `since`, found by listing from the newest back.

        None is the start of the listing: there is no such cursor, or the server lists in another order.
        """
        since, times = self.wanted.since, _Times("desc")
        if since is None:
            return None
        async with aclosing(replace(self, order="desc").pages()) as pages:
            async for page in pages:
                found = times.add(page)
                if not times.is_sorted:
                    return None
                if found and found[0] < since and len(found) == len(page.seen):
                    cursor = page.seen[-1]
                    if not cursor.has_id:
                        return None
                    newer = (await replace(self, limit=1)._first([cursor.id])).completions
                    # A server without support for `order` continues with older completions.
                    is_newer = newer and min(completion.created or 0 for completion in newer) >= (cursor.created or 0)
                    return cursor.id if is_newer else None
        return None

    async def _first(self, cursors: Iterable[str | None]) -> Page:
        """Fetch the page after the first cursor that the server knows, or raise its refusal of the last one."""
        refusal: APIError | None = None
        for after in cursors:
            try:
                page = await self._page(after)
                if not page.completions:  # ask again: if the server was mistaken, the page's completions would be lost
                    page = await self._page(after)
                if not page.completions and page.has_more:
                    page = await self._without_filters(page)
                return page
            except (BadRequestError, NotFoundError) as error:
                # The completion that the cursor names may have been deleted.
                refusal = error
        raise refusal or AssertionError("there is a cursor")

    async def _without_filters(self, empty: Page) -> Page:
        """Return a replacement for an empty page that others follow.

        Some servers filter a page after they have cut it from the listing. The page without filters shows whether that
        is so; if not, the page holds a placeholder that fails, so that the listing is repeated from here.
        """
        if self.wanted.model or self.wanted.metadata:
            page = await replace(self, wanted=Filter())._page(empty.after)
            verdicts = {self.wanted.judge(completion) for completion in page.completions}
            if verdicts and Verdict.SELECTED not in verdicts:
                return replace(page, completions=[], others=page.completions)
        return replace(empty, completions=[unlisted(empty.after)])

    async def _page(self, after: str | None) -> Page:
        send = partial(
            self.source.completions.with_raw_response.list,
            model=self.wanted.model or UNSET,
            metadata=self.wanted.metadata or UNSET,
            after=after or UNSET,
            limit=self.limit,
            order=self.order,
        )
        response = await self.source.raw(send)
        try:
            page = response.parse()
        except APIResponseValidationError:
            # One undecodable completion must not cost the other ninety-nine.
            if salvaged := _salvaged(response.content, after):
                return salvaged
            raise
        completions = [received(*pair) for pair in zip(page.data, items_of(text_of(response)), strict=True)]
        return Page(after, completions, page.has_more, following(page.body, page.data))


class _Times:
    """The times of a listing.

    Attributes:
        is_sorted: Whether the times of all pages so far have the order of the listing.
    """

    def __init__(self, order: Order) -> None:
        self.is_sorted, self._sign, self._last = True, 1 if order == "asc" else -1, -inf

    def add(self, page: Page) -> list[int]:
        """Take note of a page, and return the times of its completions, except of those without a time."""
        times = [completion.created for completion in page.seen if completion.created is not None]
        for time in times:
            self.is_sorted = self.is_sorted and self._sign * time >= self._last
            self._last = self._sign * time
        return times


def _salvaged(content: bytes, after: str | None) -> Page | None:
    """Read a page item by item, since the client could not decode all of it; None if it is not a page."""
    try:
        text = content.decode("utf-8", "surrogateescape")
        body = jsontext.members(text)
        items = [_read(item) for item in jsontext.elements(body.pop("data"))]
        rest = {name: json.loads(value) for name, value in body.items()}
    except (ValueError, KeyError, RecursionError):
        return None
    if not items:
        return None
    completions = [completion for completion, _ in items]
    has_more = rest.get("has_more") is not False
    return Page(after, completions, has_more, following(rest, [value for _, value in items]))


def _read(text: str) -> tuple[Completion, Any]:
    """Decode an item of a page, and return it with an object that has its `id`, or None if it has no id.

    Raises:
        ValueError: the text is not JSON.
    """
    try:
        value = json.loads(text)
        text.encode()
    except RecursionError:
        found = unreadable(text, "it is nested too deeply")
    except json.JSONDecodeError:
        raise
    except UnicodeEncodeError:
        found = unreadable(text, "it is not UTF-8")
    except ValueError as error:
        found = unreadable(text, jsontext.shortened(str(error)))
    else:
        return received(ChatCompletion.from_dict(value) if isinstance(value, dict) else value, text), value
    return found, {"id": found.id} if found.has_id else None
