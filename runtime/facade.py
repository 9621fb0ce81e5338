"""What the clients whose methods are grouped by tag have in common, over the generator's client."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, ClassVar, Generic, NamedTuple, Self, TypeVar

import httpx

from .client import MAX_RESPONSE_BYTES, MAX_RETRIES, TIMEOUT, AuthenticatedClient, merged_headers
from .document import BASE_URL
from .secrets import Concealed, Token, concealing, without_user
from .twins import AsyncHttpClient, HttpClient as SyncHttpClient, Timeout, client_as_httpx
from .unset import UNSET, Unset

HttpClient = TypeVar("HttpClient", httpx.Client, httpx.AsyncClient)


class HeaderOption(NamedTuple):
    """An argument of the client that is sent as a header.

    Attributes:
        header: The name of the header.
        variable: The environment variable that has the value by default.
    """

    header: str
    variable: str


class Facade(Generic[HttpClient]):
    """A client whose methods are grouped by tag."""

    _http_client: ClassVar[type[httpx.Client] | type[httpx.AsyncClient]]
    _key_variable: ClassVar[str] = ""
    _base_url_variable: ClassVar[str] = ""
    _header_options: ClassVar[Mapping[str, HeaderOption]] = {}

    def __init_subclass__(cls) -> None:
        if "__init__" in vars(cls):
            concealing(cls)

    def __init__(
        self,
        *,
        api_key: Token | None = None,
        base_url: str | httpx.URL | None = None,
        timeout: Timeout = TIMEOUT,
        max_retries: int = MAX_RETRIES,
        default_headers: Mapping[str, str] | None = None,
        default_query: Mapping[str, Any] | None = None,
        http_client: SyncHttpClient | AsyncHttpClient | None = None,
        follow_redirects: bool = False,
        max_response_bytes: int = MAX_RESPONSE_BYTES,
        pickle_api_key: bool = False,
        **headers: str | None,
    ) -> None:
        own = {
            each.header: headers.get(name) or _variable(each.variable) for name, each in self._header_options.items()
        }
        self.client = AuthenticatedClient(
            base_url=str(base_url or _variable(self._base_url_variable) or BASE_URL),
            token=self._key() if api_key is None else api_key,
            timeout=timeout,
            max_retries=max_retries,
            headers={name: value for name, value in merged_headers(own, default_headers or {}).items() if value},
            query=default_query or {},
            follow_redirects=follow_redirects,
            max_response_bytes=max_response_bytes,
            pickle_token=pickle_api_key,
        )
        http_client = None if http_client is None else client_as_httpx(http_client)
        if isinstance(http_client, httpx.Client):
            self.client.set_httpx_client(http_client)
        elif isinstance(http_client, httpx.AsyncClient):
            self.client.set_async_httpx_client(http_client)
        if http_client is not None and not isinstance(http_client, self._http_client):
            wanted = self._http_client.__name__
            raise TypeError(f"http_client must be an httpx.{wanted}, not {type(http_client).__name__}.")

    @property
    def api_key(self) -> Token:
        """The key, or the function that returns it. A key assigned here is used from the next request on."""
        return self.client.token

    @api_key.setter
    def api_key(self, key: Token) -> None:
        self.client.token = key

    def with_options(
        self,
        *,
        timeout: Timeout | Unset = UNSET,
        max_retries: int | Unset = UNSET,
        default_headers: Mapping[str, str] | None = None,
        default_query: Mapping[str, Any] | None = None,
    ) -> Self:
        """Return a copy that shares the connections; headers and query are added to those it has."""
        copy = type(self).__new__(type(self))
        copy.client = self.client.with_options(
            timeout=timeout, max_retries=max_retries, headers=default_headers, query=default_query
        )
        return copy

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={without_user(self.client.base_url)!r})"

    def __copy__(self) -> Self:
        return self.with_options()

    def __deepcopy__(self, _: object) -> Self:
        return self.with_options()

    def __getstate__(self) -> dict[str, Any]:
        # What names the account is no secret, unlike what other headers may hold.
        names = {each.header for each in self._header_options.values()}
        headers = {name: value for name, value in self.client.headers.items() if name in names}
        return {"client": self.client, "headers": headers}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.client = state["client"]
        self.client.headers = Concealed({**state["headers"], **self.client.headers})
        if not self.client.token:
            self.client.token = _variable(self._key_variable)

    def _key(self) -> str:
        """Return the key of the environment."""
        key = os.environ.get(self._key_variable) if self._key_variable else None
        if key is None:
            where = f"give api_key=, or set {self._key_variable}" if self._key_variable else "give api_key="
            raise ValueError(f"There is no API key: {where}.")
        return key


class SyncFacade(Facade[httpx.Client]):
    """A client that is used without `await`, and closed or entered as a context manager."""

    _http_client = httpx.Client

    def close(self) -> None:
        """Close the connections. A client that is used again connects again."""
        self.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncFacade(Facade[httpx.AsyncClient]):
    """A client whose methods are awaited, and that is closed or entered with `await`."""

    _http_client = httpx.AsyncClient

    async def aclose(self) -> None:
        """Close the connections of the running event loop. A client that is used again connects again."""
        await self.client.aclose()

    close = aclose

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


class Resource:
    """Operations that are grouped by a tag, over a client."""

    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client


def _variable(name: str) -> str:
    return os.environ.get(name, "") if name else ""
