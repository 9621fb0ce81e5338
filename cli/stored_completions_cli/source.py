"""Fetch completions from the server, by the listing or by id, and their messages."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from typing import Any, Self, TypeVar

from stored_completions import UNSET
from stored_completions.errors import APIError, APIResponseValidationError, BadRequestError, NotFoundError
from stored_completions.models import ChatCompletion, ChatCompletionStoreMessage, Order
from stored_completions.types import Model
from stored_completions_cli import jsontext
from stored_completions_cli.calls import PAGE, Calls, text_of
from stored_completions_cli.completion import EMPTY_PAGE, Completion, error_in, member, received, unlisted, unreadable
from stored_completions_cli.connection import Connection
from stored_completions_cli.errors import UnusableError
from stored_completions_cli.progress import Counts
from stored_completions_cli.selection import Filter, Verdict

T = TypeVar("T")

_MOST_EMPTY = 100  # pages in a row
_MOST_CURSORS = 3
_LONGEST_CURSOR = 5000  # characters; fits into a URL when percent-encoded


@dataclass(frozen=True)
class Page:
    """A page of the listing.

    Attributes:
        after: The cursor that the page was requested with.
        has_more: Whether another page follows.
        following: Cursors for the next page, the best first.
        others: Where the filters select nothing from the page, the completions that it has without them.
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


class Source(Calls):
    """The completions stored on a server."""

    @classmethod
    @asynccontextmanager
    async def connect(cls, connection: Connection, counts: Counts | None = None) -> AsyncGenerator[Self, None]:
        """Connect to a server, and close the connections at the end.

        Args:
            counts: The counts to which retries are added.
        """
        async with connection.http_client() as http:
            source = cls(connection.client(http), connection.concurrency, counts or Counts())
            http.event_hooks["response"].append(source.note)
            yield source

    async def completion(self, completion_id: str) -> Completion:
        """Fetch a completion by its id.

        Raises:
            APIError: the request failed.
            CommandError: the id is invalid, or the response is not a complete completion with this id.
        """
        value, text = await self.checked(lambda: self.completions.with_raw_response.retrieve(completion_id))
        found = received(value, text)
        problem = found.problem
        if not problem and found.id != completion_id:
            problem = f"the server sent another completion, {jsontext.shortened(repr(found.id))}"
        if problem:
            raise UnusableError(f"{completion_id} is not a whole completion: {problem}.")
        return found

    async def with_messages(self, completion: Completion) -> Completion:
        """Fetch a completion's messages and add them, unless its JSON object already has them.

        Raises:
            APIError: a request failed, or the pages of messages do not end.
            CommandError: a response is not a complete list of messages.
        """
        if completion.has_messages:
            return completion
        return completion.with_messages(await self.messages(completion.id))

    async def current(self, completion_id: str) -> Completion:
        """Fetch a completion with its messages: first the messages, then the completion, which alone can be updated.

        Raises:
            APIError: a request failed, or the pages of messages do not end.
            CommandError: a response is incomplete.
        """
        messages = None
        # Messages may be part of the completion's object instead. If the completion is gone, the second request fails.
        with suppress(NotFoundError):
            messages = await self.messages(completion_id)
        found = await self.completion(completion_id)
        return await self.with_messages(found) if messages is None else found.with_messages(messages)

    async def messages(self, completion_id: str) -> str:
        """Fetch the messages of a completion, and return them as the text of a JSON array.

        Raises:
            APIError: a request failed, or the pages of messages do not end.
            CommandError: a response is not a complete list of messages.
        """
        raw = self.completions.messages.with_raw_response
        found: list[str] = []
        seen: set[str] = set()
        after: str | None = None
        guard = _LoopGuard(f"The messages of {completion_id} do", after)
        while True:
            send = partial(raw.list, completion_id, limit=PAGE, after=after or UNSET)
            page, text = await self.checked(send)
            if not page.data:  # ask again: if the server was mistaken, the page's messages would be lost
                page, text = await self.checked(send)
            if page.has_more and not page.data:
                raise UnusableError(f"The messages of {completion_id} are not whole: {EMPTY_PAGE}.")
            for message in page.data:
                if problem := _problem_of_message(message):
                    raise UnusableError(f"The messages of {completion_id} are not whole: {problem}.")
            texts = [jsontext.on_one_line(item) for item in _items_of(text)]
            for message, item in zip(page.data, texts, strict=True):
                if not member(message, "id") or item not in seen:  # pages may overlap
                    found.append(item)
                    seen.add(item)
            after = next(iter(_following(page.body, page.data)), None) if page.has_more else None
            if page.has_more and after is None:
                raise _no_cursor(f"messages of {completion_id}")
            guard.check(after, texts)
            if after is None:
                return f"[{','.join(found)}]"

    async def pages(
        self, wanted: Filter, cursors: Iterable[str | None] = (None,), order: Order = "asc", limit: int = PAGE
    ) -> AsyncGenerator[Page, None]:
        """Yield the pages of the listing; the next page is fetched while the caller works on this one.

        An ascending listing ends where all later completions are newer than the filter selects.

        Args:
            cursors: The listing starts at the first cursor that the server knows. None is the start of the listing.

        Raises:
            APIError: a request failed, or the listing does not end.
        """
        page = await self._first(wanted, cursors, order, limit)
        guard, end = _LoopGuard("The listing does", page.after), _SelectionEnd(wanted)
        while True:
            upcoming: asyncio.Future[Page] | None = None
            if page.has_more:
                guard.check(page.following[0], [completion.id for completion in page.seen])
                upcoming = asyncio.ensure_future(self._first(wanted, page.following, order, limit))
            try:
                yield page
                if upcoming is None or (order == "asc" and end.is_reached(page)):
                    return
                page = await upcoming
            finally:
                if upcoming is not None:
                    upcoming.cancel()
                    await asyncio.gather(upcoming, return_exceptions=True)

    async def listed(self, wanted: Filter, order: Order = "asc", limit: int = PAGE) -> AsyncGenerator[Completion, None]:
        """Yield each completion that the server lists for a filter; some may be repeated, or not match the filter."""
        async with aclosing(self.pages(wanted, order=order, limit=limit)) as pages:
            async for page in pages:
                for completion in page.completions:
                    yield completion

    async def start(self, wanted: Filter) -> str | None:
        """Return a cursor close before the filter's `since`, found by listing from the newest back.

        None is the start of the listing: there is no such cursor, or the server lists in another order after it.
        """
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
                    # A server without support for `order` continues with older completions.
                    is_newer = newer and min(completion.created or 0 for completion in newer) >= (cursor.created or 0)
                    return cursor.id if is_newer else None
        return None

    async def _first(self, wanted: Filter, cursors: Iterable[str | None], order: Order, limit: int) -> Page:
        """Fetch the page after the first cursor that the server knows.

        Raises:
            APIError: a request failed, or the server knows none of the cursors.
        """
        refusal: APIError | None = None
        for after in cursors:
            try:
                page = await self._page(wanted, after, order, limit)
                if not page.completions:  # ask again: if the server was mistaken, the page's completions would be lost
                    page = await self._page(wanted, after, order, limit)
                if not page.completions and page.has_more:
                    page = await self._without_filters(page, wanted, order, limit)
                if page.has_more and not page.following:
                    raise _no_cursor("listing")
                return page
            except (BadRequestError, NotFoundError) as error:
                # The completion that the cursor names may have been deleted.
                refusal = error
        raise refusal or AssertionError("there is a cursor")

    async def _without_filters(self, empty: Page, wanted: Filter, order: Order, limit: int) -> Page:
        """Return a replacement for an empty page that others follow.

        Some servers filter a page after they have cut it from the listing. The page without filters shows whether that
        is so; if not, the page holds a placeholder that fails, so that the listing is repeated from here.

        Raises:
            APIError: the request failed.
        """
        if wanted.model or wanted.metadata:
            page = await self._page(Filter(), empty.after, order, limit)
            if page.completions and all(
                wanted.judge(completion) is not Verdict.SELECTED for completion in page.completions
            ):
                return replace(page, completions=[], others=page.completions)
        return replace(empty, completions=[unlisted(empty.after)])

    async def _page(self, wanted: Filter, after: str | None, order: Order, limit: int) -> Page:
        raw = self.completions.with_raw_response
        response = await self.raw(
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
            # One undecodable completion must not cost the other ninety-nine.
            if salvaged := _salvaged(response.content, after):
                return salvaged
            raise
        completions = [received(*pair) for pair in zip(page.data, _items_of(text_of(response)), strict=True)]
        return Page(after, completions, page.has_more, _following(page.body, page.data))


def with_source(connection: Connection, work: Callable[[Source], Awaitable[T]], counts: Counts | None = None) -> T:
    """Connect to a server, run a coroutine function like `asyncio.run`, and cancel it on SIGTERM too."""

    async def run() -> T:
        if task := asyncio.current_task():
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        async with Source.connect(connection, counts) as source:
            return await work(source)

    return asyncio.run(run())


class _SelectionEnd:
    """Detects that an ascending listing has passed a filter's `until`; a listing that does not ascend never has."""

    def __init__(self, wanted: Filter) -> None:
        self._until, self._newest, self._ascends = wanted.until, 0, True

    def is_reached(self, page: Page) -> bool:
        """Take note of a page, and return whether all later pages are newer than the filter selects."""
        times = [completion.created for completion in page.seen if completion.created is not None]
        self._ascends = self._ascends and all(one <= other for one, other in pairwise([self._newest, *times]))
        self._newest = max([self._newest, *times])
        is_certain = self._ascends and len(set(times)) > 1
        return self._until is not None and is_certain and times[0] >= self._until


class _LoopGuard:
    """Detects a list of pages that does not end.

    Args:
        what: The subject of the error message, with `do` or `does`.
        after: The cursor of the first page.
    """

    def __init__(self, what: str, after: str | None) -> None:
        self._what, self._cursors, self._pages, self._empty = what, {after}, set[int](), 0

    def check(self, following: str | None, items: list[str]) -> None:
        """Take note of a page and of the next page's cursor.

        Raises:
            APIError: the cursor or the page was sent before, or too many pages in a row are empty.
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
    """Return cursors for the next page, the best first: the last item may be deleted before it is requested.

    An id that a URL cannot hold, such as one with a lone surrogate, is passed over for the item before it.
    """
    ids = [member(item, "id") for item in reversed(items) if isinstance(item, dict | Model)]
    cursors = [name for name in (member(body, "last_id"), *ids) if isinstance(name, str) and _is_sendable(name)]
    return cursors[:_MOST_CURSORS]


def _no_cursor(what: str) -> APIError:
    return APIError(
        f"The server says that another page of the {what} follows, but not where it starts: there is no last_id."
    )


def _is_sendable(cursor: str) -> bool:
    return 0 < len(cursor) <= _LONGEST_CURSOR and not any("\ud800" <= character <= "\udfff" for character in cursor)


def _items_of(text: str) -> list[str]:
    """Return the JSON text of each item of a page."""
    return jsontext.elements(jsontext.members(text)["data"])


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
    return Page(after, completions, has_more, _following(rest, [value for _, value in items]))


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


def _problem_of_message(message: object) -> str:
    if not isinstance(message, ChatCompletionStoreMessage):
        return "one is not a JSON object"
    return error_in(message) or ("" if isinstance(member(message, "role"), str) else "one has no role")
