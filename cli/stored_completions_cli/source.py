"""Where completions come from: the listing, or ids; with the messages that each was created from."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from typing import Any, Literal, Self, TypeVar

from stored_completions import UNSET
from stored_completions.errors import (
    APIError,
    APIResponseValidationError,
    BadRequestError,
    NotFoundError,
)
from stored_completions.models import ChatCompletion, ChatCompletionStoreMessage
from stored_completions_cli import jsontext
from stored_completions_cli.calls import PAGE, Calls, Pause, text_of
from stored_completions_cli.completion import EMPTY_PAGE, Completion, error_in, member, received, unlisted, unreadable
from stored_completions_cli.connection import Connection
from stored_completions_cli.errors import OddError
from stored_completions_cli.selection import Filter, Verdict

T = TypeVar("T")
Order = Literal["asc", "desc"]

_MOST_EMPTY = 100  # pages in a row
_MOST_CURSORS = 3
_LONGEST_CURSOR = 5000  # characters; percent-encoded, it fits into a URL


@dataclass(frozen=True)
class Page:
    """A page of the listing.

    Attributes:
        after: The cursor that it was asked for by.
        has_more: Whether another page follows.
        following: The cursors of that page, the best first.
        others: What is listed without the filters, where they select nothing of a page.
    """

    after: str | None
    completions: list[Completion]
    has_more: bool
    following: list[str]
    others: list[Completion] = field(default_factory=list)

    @property
    def seen(self) -> list[Completion]:
        """All that the page was made from."""
        return self.completions or self.others


class Source:
    """The completions that a server stores."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    @classmethod
    @asynccontextmanager
    async def reached(cls, connection: Connection, concurrency: int = 1) -> AsyncGenerator[Self, None]:
        """Yield the completions of a server, and close the connections to it in the end.

        Args:
            concurrency: How many requests to make at a time.
        """
        pause = Pause()
        async with connection.http_client(concurrency) as http:
            http.event_hooks = {**http.event_hooks, "response": [*http.event_hooks["response"], pause.heard]}
            yield cls(Calls(connection.client(http), pause, concurrency))

    async def completion(self, completion_id: str) -> Completion:
        """Return a completion by its id.

        Raises:
            APIError: it cannot be had.
            CommandError: no completion can have this id, or what was sent is not a whole completion.
        """
        value, text = await self.calls.checked(lambda: self.calls.completions.with_raw_response.retrieve(completion_id))
        found = received(value, text)
        problem = found.problem
        if not problem and found.id != completion_id:
            problem = f"the server sent another completion, {jsontext.shortened(repr(found.id))}"
        if problem:
            raise OddError(f"{completion_id} is not a whole completion: {problem}.")
        return found

    async def with_messages(self, completion: Completion) -> Completion:
        """Return a completion with its messages fetched, unless its own object has them.

        Raises:
            APIError: they cannot be had, or do not end.
            CommandError: what was sent is not a list of messages.
        """
        if completion.has_messages:
            return completion
        return completion.with_messages(await self.messages(completion.id))

    async def current(self, completion_id: str) -> Completion:
        """Return a completion with its messages; last of all is fetched what can be updated, the completion.

        Raises:
            APIError: they cannot be had, or do not end.
            CommandError: what was sent is not whole.
        """
        messages = None
        with suppress(NotFoundError):  # of a completion whose own object has its messages, or that is gone
            messages = await self.messages(completion_id)
        found = await self.completion(completion_id)
        return await self.with_messages(found) if messages is None else found.with_messages(messages)

    async def messages(self, completion_id: str) -> str:
        """Return the JSON array of the messages of a completion.

        Raises:
            APIError: they cannot be had, or do not end.
            CommandError: what was sent is not a list of messages.
        """
        raw = self.calls.completions.messages.with_raw_response
        found: list[str] = []
        seen: set[str] = set()
        after: str | None = None
        turns = _Turns(f"The messages of {completion_id} do", after)
        while True:
            ask = partial(raw.list, completion_id, limit=PAGE, after=after or UNSET)
            page, text = await self.calls.checked(ask)
            if not page.data:  # by mistake, perhaps: what it passes over would be lost
                page, text = await self.calls.checked(ask)
            if page.has_more and not page.data:
                raise OddError(f"The messages of {completion_id} are not whole: {EMPTY_PAGE}.")
            for message in page.data:
                if problem := _problem_of_message(message):
                    raise OddError(f"The messages of {completion_id} are not whole: {problem}.")
            texts = [jsontext.on_one_line(item) for item in _items_of(text)]
            for message, item in zip(page.data, texts, strict=True):
                if not member(message, "id") or item not in seen:  # pages may overlap
                    found.append(item)
                    seen.add(item)
            after = next(iter(_following(page.body, page.data)), None) if page.has_more else None
            if page.has_more and after is None:
                raise _no_cursor(f"messages of {completion_id}")
            turns.check(after, texts)
            if after is None:
                return jsontext.array(found)

    async def pages(
        self, wanted: Filter, cursors: Iterable[str | None] = (None,), order: Order = "asc", limit: int = PAGE
    ) -> AsyncGenerator[Page, None]:
        """Yield the pages of the listing, each fetched while the one before it is worked on.

        Args:
            cursors: Where to start: the first one that the server knows. None is the start of the listing.

        Raises:
            APIError: a page cannot be had, or the listing does not end.
        """
        page = await self._first(wanted, cursors, order, limit)
        turns = _Turns("The listing does", page.after)
        while True:
            upcoming: asyncio.Future[Page] | None = None
            if page.has_more:
                turns.check(page.following[0], [completion.id for completion in page.seen])
                upcoming = asyncio.ensure_future(self._first(wanted, page.following, order, limit))
            try:
                yield page
                if upcoming is None:
                    return
                page = await upcoming
            finally:
                if upcoming is not None:
                    upcoming.cancel()
                    await asyncio.gather(upcoming, return_exceptions=True)

    async def listed(self, wanted: Filter, order: Order = "asc", limit: int = PAGE) -> AsyncGenerator[Completion, None]:
        """Yield what the server lists for a selection, in its order and as often; it may not be selected."""
        past = Past(wanted)
        async with aclosing(self.pages(wanted, order=order, limit=limit)) as pages:
            async for page in pages:
                for completion in page.completions:
                    yield completion
                if order == "asc" and past.is_past(page):
                    return

    async def start(self, wanted: Filter) -> str | None:
        """Return a cursor after which all of a selection is listed, found from the newest back; None is the start."""
        if wanted.since is None:
            return None
        async with aclosing(self.pages(wanted, order="desc")) as pages:
            async for page in pages:
                times = [completion.created for completion in page.seen]
                if times and all(time is not None and time < wanted.since for time in times):
                    cursor = page.seen[-1]
                    if not cursor.has_id:
                        return None
                    newer = (await self._first(wanted, [cursor.id], "asc", 1)).completions
                    # A server that does not know of orders goes on to older ones.
                    is_newer = newer and min(completion.created or 0 for completion in newer) >= (cursor.created or 0)
                    return cursor.id if is_newer else None
        return None

    async def _first(self, wanted: Filter, cursors: Iterable[str | None], order: Order, limit: int) -> Page:
        """Return the page after the first cursor that the server knows.

        Raises:
            APIError: it cannot be had.
        """
        refusal: APIError | None = None
        for after in cursors:
            try:
                page = await self._page(wanted, after, order, limit)
                if not page.completions:  # by mistake, perhaps: what it passes over would be lost
                    page = await self._page(wanted, after, order, limit)
                if not page.completions and page.has_more:
                    page = await self._without_filters(page, wanted, order, limit)
                if page.has_more and not page.following:
                    raise _no_cursor("listing")
                return page
            except (BadRequestError, NotFoundError) as error:
                # What a cursor names may be deleted, or have expired.
                refusal = error
        raise refusal or AssertionError("there is a cursor")

    async def _without_filters(self, empty: Page, wanted: Filter, order: Order, limit: int) -> Page:
        """Return what stands for an empty page: some servers cut their pages first, and filter them then.

        Raises:
            APIError: it cannot be had.
        """
        if wanted.model or wanted.metadata:
            page = await self._page(Filter(), empty.after, order, limit)
            if page.completions and all(
                wanted.judge(completion) is not Verdict.SELECTED for completion in page.completions
            ):
                return replace(page, completions=[], others=page.completions)
        return replace(empty, completions=[unlisted(empty.after)])

    async def _page(self, wanted: Filter, after: str | None, order: Order, limit: int) -> Page:
        raw = self.calls.completions.with_raw_response
        response = await self.calls.raw(
            lambda: raw.list(
                model=wanted.model or UNSET,
                metadata=wanted.metadata or UNSET,
                after=after or UNSET,
                limit=limit,
                order=order,
            )
        )
        try:
            page = response.parse()
        except APIResponseValidationError:
            # One odd completion must not take the other ninety-nine with it.
            if salvaged := _salvaged(response.content, after):
                return salvaged
            raise
        completions = [received(*pair) for pair in zip(page.data, _items_of(text_of(response)), strict=True)]
        return Page(after, completions, page.has_more, _following(page.body, page.data))


class Past:
    """Whether an ascending listing is past a selection; one that is not in ascending order never is."""

    def __init__(self, wanted: Filter) -> None:
        self._until, self._newest, self._ascends = wanted.until, 0, True

    def is_past(self, page: Page) -> bool:
        """Return whether no later page can hold what is selected, by this page and those before it."""
        times = [completion.created for completion in page.seen if completion.created is not None]
        self._ascends = self._ascends and all(one <= other for one, other in pairwise([self._newest, *times]))
        self._newest = max([self._newest, *times])
        is_told = self._ascends and len(set(times)) > 1
        return self._until is not None and is_told and times[0] >= self._until


class _Turns:
    """Whether a list goes round in circles."""

    def __init__(self, what: str, after: str | None) -> None:
        self._what, self._cursors, self._pages, self._empty = what, {after}, set[int](), 0

    def check(self, following: str | None, items: list[str]) -> None:
        """Take note of a page, and of the cursor of the one that follows, if any.

        Raises:
            APIError: the cursor came before, or the page itself did.
        """
        how = ""
        self._empty = 0 if items else self._empty + 1
        content = hash(tuple(items))
        if following is not None and following in self._cursors:
            how = f"sent the cursor {jsontext.shortened(repr(following))} twice"
        elif self._empty > _MOST_EMPTY:
            how = f"says of {_MOST_EMPTY} empty pages that more follows"
        elif items and content in self._pages:
            how = "sent the same page twice"
        if how:
            raise APIError(f"{self._what} not end: the server {how}.")
        self._cursors.add(following)
        self._pages.add(content)


def _following(body: Any, items: Sequence[Any]) -> list[str]:
    """Return the cursors that a page can be gone on from, the best first: what one names may be deleted by then.

    What a URL cannot hold, such as an id with a lone surrogate, is no cursor: then the item before it is one.
    """
    last = member(body, "last_id")
    kinds = (dict, ChatCompletion, ChatCompletionStoreMessage)
    ids = [member(item, "id") if isinstance(item, kinds) else None for item in reversed(items)]
    found = [name for name in (last or None, *ids) if isinstance(name, str) and _is_sendable(name)]
    return found[:_MOST_CURSORS]


def _no_cursor(what: str) -> APIError:
    return APIError(
        f"The server says that another page of the {what} follows, but not where it starts: there is no last_id."
    )


def _is_sendable(cursor: str) -> bool:
    return 0 < len(cursor) <= _LONGEST_CURSOR and not any("\ud800" <= character <= "\udfff" for character in cursor)


def _items_of(text: str) -> list[str]:
    """Return the texts of the items of a page."""
    return jsontext.elements(jsontext.members(text)["data"])


def _salvaged(content: bytes, after: str | None) -> Page | None:
    """Return a page of which some items are too deep, have numbers too long or are not UTF-8; None if it is no page."""
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
    more = rest.get("has_more")
    has_more = more if isinstance(more, bool) else True
    return Page(after, completions, has_more, _following(rest, [value for _, value in items]))


def _read(text: str) -> tuple[Completion, Any]:
    """Return an item of a page, and what it can be asked for its id.

    Raises:
        ValueError: it is not JSON.
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


def _problem_of_message(message: object) -> str:
    if not isinstance(message, ChatCompletionStoreMessage):
        return "one is not a JSON object"
    return error_in(message) or ("" if isinstance(member(message, "role"), str) else "one has no role")
