"""Lists in pages, which are fetched as they are needed; a server that repeats a page raises `PagingError`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, NoReturn, Self, TypeVar, Unpack, cast, overload

from .compat import DumpOptions, Model
from .errors import PagingError
from .unset import Unset

T = TypeVar("T")

# Three times as many characters, the most after percent-encoding, are still within httpx's limit for URLs.
_LONGEST_CURSOR = 5000


class Paging(NamedTuple):
    """The names that paging depends on.

    Attributes:
        items: The property of a page that holds the items.
        more: The property that tells whether another page follows.
        last: The property that holds the cursor of the next page.
        id: The property of the last item that is the cursor if the page has none.
        cursor: The argument that takes the cursor.
    """

    items: str
    more: str
    last: str
    id: str
    cursor: str


class PageInfo(NamedTuple):
    """How to request the next page.

    Attributes:
        params: Query parameters that replace those of this page's request.
    """

    params: dict[str, str]


class Seen:
    """The cursors of a page and of the pages before it.

    All pages of a list share one dict, and each page remembers how many cursors are its own, so that no page copies it.
    """

    def __init__(self, cursors: dict[str, None]) -> None:
        self._cursors, self._number = cursors, len(cursors)

    def __contains__(self, cursor: str) -> bool:
        return cursor in self._own()

    def with_cursor(self, cursor: str) -> Seen:
        """Return the cursors of the next page."""
        cursors = self._own()
        cursors[cursor] = None
        return Seen(cursors)

    def _own(self) -> dict[str, None]:
        if len(self._cursors) != self._number:
            # The next page was fetched before, and added its cursor.
            self._cursors = dict.fromkeys(islice(self._cursors, self._number))
        return self._cursors


class _Page(Generic[T]):
    """The base of `Page` and `AsyncPage`. Properties of the page's model can be read as attributes."""

    def __init__(self, fetch: Callable[..., Any], paging: Paging, body: Model, seen: Seen) -> None:
        self.body, self.data = body, cast("list[T]", body[paging.items])
        self._fetch, self._paging, self._seen = fetch, paging, seen

    @property
    def has_more(self) -> bool:
        """Whether another page follows: as the server says, else whether this page has items."""
        more = _value(self.body, self._paging.more)
        return more if isinstance(more, bool) else bool(self.data)

    def has_next_page(self) -> bool:
        """Return whether `next_page` can fetch another page."""
        return self.has_more

    def next_page_info(self) -> PageInfo | None:
        """Return how to request the next page, or None if this is the last page.

        Raises:
            PagingError: Another page follows, but the server does not say where it starts.
        """
        return PageInfo({self._paging.cursor: self._next()[0]}) if self.has_more else None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of this page."""
        return self.body.to_dict()

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the JSON text of this page."""
        return self.body.to_json(indent=indent)

    def model_dump(self, **options: Unpack[DumpOptions]) -> dict[str, Any]:
        """Return the JSON object of this page, as `Model.model_dump` does."""
        return self.body.model_dump(**options)

    def model_dump_json(self, *, indent: int | None = None, **options: Unpack[DumpOptions]) -> str:
        """Return the JSON text of this page, as `Model.model_dump_json` does."""
        return self.body.model_dump_json(indent=indent, **options)

    @property
    def _request_id(self) -> str | None:
        return self.body._request_id

    if not TYPE_CHECKING:  # so that type checkers report undeclared attributes

        def __getattr__(self, name):
            if name.startswith("_") or name == "body":
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}.", name=name, obj=self)
            return getattr(self.body, name)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        return self.data[index]

    def __len__(self) -> int:
        return len(self.data)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.body!r})"

    def _next(self) -> tuple[str, Seen]:
        """Return the cursor of the next page, and the cursors that page has seen."""
        if not self.has_more:
            raise PagingError("There is no next page: ask has_next_page() first.")
        last = _value(self.body, self._paging.last) or (self.data and _value(self.data[-1], self._paging.id))
        if not isinstance(last, str):
            raise PagingError(
                "The server says that another page follows, but not where it starts:"
                f" there is no {self._paging.last}, nor an {self._paging.id} of a last item."
            )
        if last in self._seen:
            raise PagingError(f"The server returned the same page twice: the cursor {last!r} does not advance.")
        if len(last) > _LONGEST_CURSOR or (not last.isascii() and _has_surrogates(last)):
            raise PagingError(
                f"The server returned a cursor that no URL can hold: {last[:100]!r}, {len(last):,} characters."
            )
        return last, self._seen.with_cursor(last)


class Page(_Page[T]):
    """One page of a list. Iterating over a page yields its items, then those of the following pages.

    Attributes:
        data: The items of this page; `page[0]` is the first item, and `len(page)` the number of items.
        body: The model of the page.

    Besides the errors of the operation, `next_page` and iterating raise `PagingError`, an `APIError`, if the server
    does not say where the next page starts, or if the cursor does not advance.
    """

    @classmethod
    def first(cls, fetch: Callable[..., Model], paging: Paging, after: str | Unset) -> Self:
        """Fetch the page after a cursor."""
        body = fetch(**{paging.cursor: after})
        return cls(fetch, paging, body, Seen({after: None} if isinstance(after, str) else {}))

    def next_page(self) -> Self:
        """Fetch the page after this one."""
        cursor, seen = self._next()
        body = self._fetch(**{self._paging.cursor: cursor})
        return type(self)(self._fetch, self._paging, body, seen)

    get_next_page = next_page

    def iter_pages(self) -> Iterator[Self]:
        """Iterate over this page and those after it."""
        page = self
        yield page
        while page.has_next_page():
            page = page.next_page()
            yield page

    def __iter__(self) -> Iterator[T]:
        for page in self.iter_pages():
            for item in page.data:  # noqa: UP028 - asynchronous code has no `yield from`
                yield item


def _refuse_for(self: object) -> NoReturn:
    """Refuse `for`, which could not fetch the following pages."""
    raise TypeError("Iterate over all items with `async for`; an awaited page has its own items in `data`.")


class AsyncPage(_Page[T]):
    """An asynchronous `Page`: iterate with `async for`, and await `next_page`."""

    @classmethod
    async def first(cls, fetch: Callable[..., Awaitable[Model]], paging: Paging, after: str | Unset) -> Self:
        """Fetch the page after a cursor."""
        body = await fetch(**{paging.cursor: after})
        return cls(fetch, paging, body, Seen({after: None} if isinstance(after, str) else {}))

    async def next_page(self) -> Self:
        """Fetch the page after this one."""
        cursor, seen = self._next()
        body = await self._fetch(**{self._paging.cursor: cursor})
        return type(self)(self._fetch, self._paging, body, seen)

    get_next_page = next_page

    async def iter_pages(self) -> AsyncIterator[Self]:
        """Iterate over this page and those after it."""
        page = self
        yield page
        while page.has_next_page():
            page = await page.next_page()
            yield page

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.iter_pages():
            for item in page.data:
                yield item

    __iter__ = _refuse_for


class AsyncPager(Generic[T]):
    """A list that is not fetched yet. Await it for the first page, or iterate over all items with `async for`."""

    def __init__(self, fetch: Callable[..., Awaitable[Model]], paging: Paging, after: str | Unset) -> None:
        self._fetch, self._paging, self._after = fetch, paging, after

    def __await__(self) -> Generator[Any, None, AsyncPage[T]]:
        return AsyncPage[T].first(self._fetch, self._paging, self._after).__await__()

    async def __aiter__(self) -> AsyncIterator[T]:
        async for item in await self:
            yield item

    __iter__ = _refuse_for


def _value(model: object, name: str) -> Any:
    return model[name] if isinstance(model, Model) and name in model else None


def _has_surrogates(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)
