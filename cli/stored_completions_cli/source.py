"""Where completions come from: the listing, or ids; with the messages that each was created from."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, NamedTuple, Self, TypeVar

from stored_completions import UNSET
from stored_completions._runtime.unset import Unset
from stored_completions.errors import APIError, BadRequestError, NotFoundError
from stored_completions_cli import jsontext
from stored_completions_cli.calls import PAGE, Calls, Raw, Tally
from stored_completions_cli.jsontext import Value
from stored_completions_cli.options import Connection, Filter

T = TypeVar("T")
Order = Literal["asc", "desc"]


@dataclass(frozen=True, slots=True)
class Completion:
    """A stored completion.

    Attributes:
        created: Unix seconds, where the server says so.
        text: The JSON object as received, on one line.
        messages: The JSON array of its messages as received, on one line; None where they were not fetched.
    """

    id: str
    created: int | None
    text: str
    messages: str | None = None


class Page(NamedTuple):
    """A page of the listing, and the cursor that it was asked for by."""

    after: str | None
    completions: list[Completion]


class _Fetched(NamedTuple):
    items: list[Value]
    following: str | None


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
        tally = Tally()
        async with connection.http_client(concurrency) as http:
            http.event_hooks["request"].append(tally.sent)
            yield cls(Calls(connection.client(http), tally, concurrency))

    async def completion(self, completion_id: str) -> Completion:
        """Return a completion by its id.

        Raises:
            APIError: it cannot be had.
            CommandError: no completion can have this id.
        """
        text = await self.calls.text(lambda: self.calls.completions.with_raw_response.retrieve(completion_id))
        return replace(_completion(Value(text, json.loads(text))), id=completion_id)

    async def with_messages(self, completion: Completion) -> Completion:
        """Return a completion with its messages fetched, unless its own object has `messages`.

        Raises:
            APIError: they cannot be had.
        """
        if '"messages"' in completion.text and "messages" in jsontext.members(completion.text):
            return completion
        raw = self.calls.completions.messages.with_raw_response

        async def fetch(after: str | None) -> Raw:
            return await raw.list(completion.id, limit=PAGE, after=_given(after))

        found: list[str] = []
        cursors: list[str | None] = [None]
        while cursors[-1] is not None or len(cursors) == 1:
            items, following = await self._fetch(fetch, cursors[-1])
            found += [jsontext.on_one_line(item.text) for item in items]
            if following in cursors[1:]:
                raise APIError(
                    f"The messages of {completion.id} do not end: the server sent the cursor {following!r} twice."
                )
            cursors.append(following)
        return replace(completion, messages=jsontext.array(found))

    async def pages(
        self, wanted: Filter, cursors: Iterable[str | None] = (None,), order: Order = "asc", limit: int = PAGE
    ) -> AsyncGenerator[Page, None]:
        """Yield the pages of the listing, each fetched while the one before it is worked on.

        Args:
            cursors: Where to start: the first one that the server knows. None is the start of the listing.

        Raises:
            APIError: a page cannot be had, or the listing does not end.
        """
        after, fetched = await self._first(wanted, cursors, order, limit)
        seen = {hash(after)}
        while True:
            following = fetched.following
            if following is not None and hash(following) in seen:
                raise APIError(f"The listing does not end: the server sent the cursor {following!r} twice.")
            seen.add(hash(following))
            upcoming = (
                None if following is None else asyncio.ensure_future(self._listed(wanted, following, order, limit))
            )
            try:
                yield Page(after, [_completion(item) for item in fetched.items])
                if upcoming is None:
                    return
                after, fetched = following, await upcoming
            finally:
                if upcoming is not None:
                    upcoming.cancel()
                    await asyncio.gather(upcoming, return_exceptions=True)

    async def listed(self, wanted: Filter, order: Order = "asc", limit: int = PAGE) -> AsyncGenerator[Completion, None]:
        """Yield the completions of a selection in the order of the listing, as often as the server lists them."""
        async with aclosing(self.pages(wanted, order=order, limit=limit)) as pages:
            async for page in pages:
                for completion in page.completions:
                    if wanted.takes(completion.created):
                        yield completion
                if order == "asc" and is_past(page, wanted):
                    return

    async def start(self, wanted: Filter) -> str | None:
        """Return a cursor after which all of a selection is listed, found from the newest back; None is the start."""
        if wanted.since is None:
            return None
        async with aclosing(self.pages(wanted, order="desc")) as pages:
            async for page in pages:
                times = [each.created for each in page.completions]
                if times and all(time is not None and time < wanted.since for time in times):
                    cursor = page.completions[-1]
                    _, (items, _) = await self._first(wanted, [cursor.id], "asc", 1)
                    newer = [_completion(item).created for item in items]
                    # A server that does not know of orders goes on to older ones.
                    return cursor.id if newer and min(time or 0 for time in newer) >= (cursor.created or 0) else None
        return None

    async def _first(
        self, wanted: Filter, cursors: Iterable[str | None], order: Order, limit: int
    ) -> tuple[str | None, _Fetched]:
        after: str | None = None
        for after in cursors:
            try:
                return after, await self._listed(wanted, after, order, limit)
            except (BadRequestError, NotFoundError):
                # What a cursor names may be deleted, or have expired.
                if after is None:
                    raise
        raise AssertionError("the last cursor is None")

    async def _listed(self, wanted: Filter, after: str | None, order: Order, limit: int) -> _Fetched:
        async def fetch(after: str | None) -> Raw:
            raw = self.calls.completions.with_raw_response
            return await raw.list(
                model=_given(wanted.model),
                metadata=_given(wanted.metadata),
                after=_given(after),
                limit=limit,
                order=order,
            )

        return await self._fetch(fetch, after)

    async def _fetch(self, fetch: Callable[[str | None], Awaitable[Raw]], after: str | None) -> _Fetched:
        """Return the items of a page as received, and the cursor of the page that follows, if one does."""
        body = jsontext.members(await self.calls.text(lambda: fetch(after)))
        data, more, last = (body.get(name, Value("null", None)) for name in ("data", "has_more", "last_id"))
        items = jsontext.elements(data.text) if isinstance(data.decoded, list) else []
        if not (more.decoded if isinstance(more.decoded, bool) else items):
            return _Fetched(items, None)
        following = last.decoded
        if not following and items and isinstance(items[-1].decoded, dict):
            following = items[-1].decoded.get("id")
        if not isinstance(following, str):
            raise APIError("The server says that another page follows, but not where it starts: there is no last_id.")
        return _Fetched(items, following)


def is_past(page: Page, wanted: Filter) -> bool:
    """Return whether an ascending listing is past a selection; a page that is not in ascending order never is."""
    times = [each.created for each in page.completions if each.created is not None]
    ascends = all(one <= other for one, other in pairwise(times)) and len(set(times)) > 1
    return wanted.until is not None and ascends and times[0] >= wanted.until


def _completion(item: Value) -> Completion:
    properties = item.decoded if isinstance(item.decoded, dict) else {}
    completion_id, created = properties.get("id"), properties.get("created")
    text = jsontext.on_one_line(item.text)
    if not isinstance(completion_id, str) or not completion_id:
        # It is told from others by what it is, and has no messages that could be asked for.
        completion_id = f"sha256:{hashlib.sha256(jsontext.encode(text)).hexdigest()}"
    is_time = isinstance(created, int) and not isinstance(created, bool) and abs(created) < 2**53
    return Completion(completion_id, created if is_time else None, text)


def _given(value: T | None) -> T | Unset:
    return UNSET if value is None else value
