# Generated from openapi.yaml by `make generate`; do not edit.
"""What the models, the endpoints and the clients share."""

from __future__ import annotations

import datetime
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator, Mapping
from typing import Any, ClassVar, Generic, Literal, NamedTuple, Self, TypeVar, cast, overload

import httpx
from attrs import NOTHING, define, field, fields

from .errors import APIError

T = TypeVar("T")
E = TypeVar("E")


class Unset:
    """The type of `UNSET`, the value of what is absent. It is falsy, and there is only one."""

    __slots__ = ()

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    def __reduce__(self) -> str:
        return "UNSET"


UNSET = Unset()


@define(repr=False, eq=False)
class Model:
    """What all models do alike.

    A model keeps whatever it was made from: a value of another type than declared stays as it came, a property that
    is absent is `UNSET`, and what the document does not declare is in `additional_properties`, which `model["name"]`
    reads and writes too.

    Example:
        >>> Model.from_dict({"unknown": 1}).to_dict()
        {'unknown': 1}
    """

    additional_properties: dict[str, Any] = field(factory=dict, kw_only=True)

    _json_names: ClassVar[Mapping[str, str]] = {}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Decode a JSON object, whatever it holds; `to_dict` gives an equal one back."""
        return cls(additional_properties=dict(src_dict))

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that this model stands for: what is `UNSET` is left out."""
        result = {}
        for name in attribute_names(type(self)):
            value = getattr(self, name)
            if value is not UNSET:
                result[self._json_names.get(name, name)] = to_json(value)
        return {**to_json(self.additional_properties), **result}

    @property
    def additional_keys(self) -> list[str]:
        """The names of the properties that the document does not declare."""
        return list(self.additional_properties)

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: object) -> bool:
        return key in self.additional_properties

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Model) or type(other) is not type(self):
            return NotImplemented
        names = (*attribute_names(type(self)), "additional_properties")
        return all(getattr(self, name) == getattr(other, name) for name in names)

    __hash__ = None  # type: ignore[assignment]  # models are changed, so they have no hash

    def __repr__(self) -> str:
        values = [(name, getattr(self, name)) for name in attribute_names(type(self))]
        if self.additional_properties:
            values.append(("additional_properties", self.additional_properties))
        shown = ", ".join(f"{name}={value!r}" for name, value in values if value is not UNSET)
        return f"{type(self).__name__}({shown})"


def missing_names(model: Model) -> tuple[list[str], bool]:
    """The JSON names of the properties that a model needs and does not have, and whether those are all it needs."""
    required = [attribute.name for attribute in fields(type(model)) if attribute.default is NOTHING]
    missing = [name for name in required if getattr(model, name) is UNSET]
    return [model._json_names.get(name, name) for name in missing], missing == required


def attribute_names(model: type[Model]) -> tuple[str, ...]:
    """The attributes of a model that stand for declared properties."""
    return tuple(attribute.name for attribute in fields(model) if attribute.name != "additional_properties")


def to_json(value: Any) -> Any:
    """The JSON value of a model, of a list or dict with models in it."""
    if isinstance(value, Model):
        return value.to_dict()
    if isinstance(value, list):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items()}
    return value


def read_json(content: bytes, kind: type[T]) -> T:
    """The JSON value of a body.

    Raises:
        ValueError: the body is not JSON, or its value is not of this kind.
    """
    try:
        value = json.loads(content)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    except ValueError as error:
        raise ValueError(f"it is not JSON ({error})" if content else "it is empty") from error
    if not isinstance(value, kind):
        raise ValueError(f"it is {_JSON_KINDS[type(value)]}, not {_JSON_KINDS[kind]}")
    return value


_JSON_KINDS: dict[type[Any], str] = {
    dict: "a JSON object",
    list: "a JSON array",
    str: "a JSON string",
    bool: "a JSON boolean",
    int: "a JSON number",
    float: "a JSON number",
    type(None): "a JSON null",
}


@define(eq=False)
class Response(Generic[T, E]):
    """What came back for a request, whatever its status.

    Attributes:
        status_code: The HTTP status.
        headers: The HTTP headers.
        content: The body, decoded from its content encoding.
        parsed: The model of the body: the operation's on a 2xx status, the error's otherwise; None when the body is
            not what was promised.
        error: What `parse` raises; None when the status is 2xx and the body is what was promised.
        elapsed: From sending the last attempt to having its whole body.
        retries_taken: How often the request was sent again.
    """

    status_code: int
    headers: httpx.Headers
    content: bytes
    parsed: T | E | None
    error: APIError | None
    elapsed: datetime.timedelta
    retries_taken: int = 0

    @property
    def request_id(self) -> str | None:
        """The id by which the server's support finds the request, if the server gave one."""
        request_id: str | None = self.headers.get("x-request-id")
        return request_id

    def parse(self) -> T:
        """The model of a successful response.

        Raises:
            APIStatusError: the status is not 2xx; `errors` has a class for each.
            APIResponseValidationError: the status is 2xx and the body is not what was promised.
        """
        self.raise_for_status()
        return cast(T, self.parsed)

    def raise_for_status(self) -> Self:
        """This response, or what `parse` raises."""
        if self.error is not None:
            raise self.error
        return self


class Paging(NamedTuple):
    """How a list is cut into pages: its properties, the parameter that asks for a page, and the items' id."""

    items: str
    more: str
    last: str
    cursor: str
    id: str


class _Page(Generic[T]):
    """What `Page` and `AsyncPage` do alike."""

    def __init__(self, fetch: Callable[..., Any], paging: Paging, body: Model, seen: frozenset[str]) -> None:
        self.body = body
        items = getattr(body, paging.items)
        self.data: list[T] = items if isinstance(items, list) else []
        self._fetch, self._paging, self._seen = fetch, paging, seen

    @property
    def has_more(self) -> bool:
        """Whether the server says that another page follows; if it does not say, whether this one has items."""
        more = getattr(self.body, self._paging.more)
        return more if isinstance(more, bool) else bool(self.data)

    def has_next_page(self) -> bool:
        """Whether there is a page for `next_page` to get."""
        return self.has_more

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of this page."""
        return self.body.to_dict()

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

    def _next(self) -> tuple[str, frozenset[str]]:
        """The cursor of the next page, and the cursors of the walk with it."""
        if not self.has_more:
            raise APIError("There is no next page: ask has_next_page() first.")
        last = getattr(self.body, self._paging.last) or (self.data and getattr(self.data[-1], self._paging.id, None))
        if not isinstance(last, str):
            raise APIError(
                "The server says that another page follows, but not where it starts:"
                f" there is no {self._paging.last}, nor an {self._paging.id} of a last item."
            )
        if last in self._seen:
            raise APIError(f"The server gave the same page twice: the cursor {last!r} does not advance.")
        return last, self._seen | {last}


class Page(_Page[T]):
    """One page of a list. Iterating it walks all pages, each fetched when the one before it is used up.

    Attributes:
        data: The items of this page; `page[0]` is the first of them and `len(page)` their number.
        body: The model of the whole page.

    `next_page` and the walk raise `APIError` when the server does not say where the next page starts, or when its
    cursor does not advance, besides what the operation raises.
    """

    @classmethod
    def first(cls, fetch: Callable[..., Model], paging: Paging, after: str | Unset) -> Self:
        body = fetch(**{paging.cursor: after})
        return cls(fetch, paging, body, frozenset([after] if isinstance(after, str) else []))

    def next_page(self) -> Self:
        cursor, seen = self._next()
        body = self._fetch(**{self._paging.cursor: cursor})
        return type(self)(self._fetch, self._paging, body, seen)

    def iter_pages(self) -> Iterator[Self]:
        page = self
        yield page
        while page.has_next_page():
            page = page.next_page()
            yield page

    def __iter__(self) -> Iterator[T]:
        for page in self.iter_pages():
            yield from page.data


class AsyncPage(_Page[T]):
    """`Page` for asyncio: `async for` walks all pages, and `next_page` is awaited."""

    @classmethod
    async def first(cls, fetch: Callable[..., Awaitable[Model]], paging: Paging, after: str | Unset) -> Self:
        body = await fetch(**{paging.cursor: after})
        return cls(fetch, paging, body, frozenset([after] if isinstance(after, str) else []))

    async def next_page(self) -> Self:
        cursor, seen = self._next()
        body = await self._fetch(**{self._paging.cursor: cursor})
        return type(self)(self._fetch, self._paging, body, seen)

    async def iter_pages(self) -> AsyncIterator[Self]:
        page = self
        yield page
        while page.has_next_page():
            page = await page.next_page()
            yield page

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.iter_pages():
            for item in page.data:
                yield item


class AsyncPager(Generic[T]):
    """A list that was not asked for yet: await it for its first page, or walk all its items with `async for`."""

    def __init__(self, fetch: Callable[..., Awaitable[Model]], paging: Paging, after: str | Unset) -> None:
        self._fetch, self._paging, self._after = fetch, paging, after

    def __await__(self) -> Generator[Any, None, AsyncPage[T]]:
        return AsyncPage[T].first(self._fetch, self._paging, self._after).__await__()

    async def __aiter__(self) -> AsyncIterator[T]:
        async for item in await self:
            yield item
